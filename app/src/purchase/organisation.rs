//! For whom: the visitor's organisations, each saying at once whether it can buy; and the page of the one
//! acted in that cannot (Source: PUR-1, PUR-2).

use domain::{
    lang::Lang,
    problem::Problem,
    purchase::{Choice, Step, Visitor},
};
use leptos::prelude::*;

use super::{
    offer::{StepLink, TurnedAway, offered},
    screen::Screen,
};
use crate::{
    account::api::{SignOut, SwitchOrganisation},
    call::{Sends as _, fresh},
    kit::{
        Card, Copyable, Erased as _, Icon, Mono, attrs,
        form::{Choose, CommandForm, Submit, heard},
        icon, lang, t, text,
    },
};

/// The second step.
pub fn choice(screen: Screen) -> impl IntoView {
    let offer = screen.offer();
    let visitor = screen.visitor();
    view! {
        <h1 class="mb-4 text-xl font-semibold">{t("选择购买的组织", "Choose the organisation")}</h1>
        <Card>{offered(&offer)}</Card>
        {visitor.map(|visitor| view! {
            {choices(screen, &visitor)}
            <Card>{account(screen, &visitor)}</Card>
        }.erased())}
    }
    .erased()
}

fn choices(screen: Screen, visitor: &Visitor) -> AnyView {
    if visitor.choices.is_empty() {
        return view! {
            <Card>
                <p class="font-medium">{t("您还不是任何组织的成员", "You are not a member of any organisation")}</p>
                <p class="mt-1 text-muted">{t("请组织的平台管理员邀请您加入，然后再打开链接。", "Ask a platform admin of your organisation to invite you, then open the link again.")}</p>
            </Card>
        }.erased();
    }
    let (can, cannot): (Vec<_>, Vec<_>) =
        visitor.choices.iter().cloned().partition(|choice| choice.refusal.is_none());
    let none = can.is_empty().then(|| view! {
        <p class="mb-3 text-muted">{t("您的组织都不能通过这个链接购买，原因如下。", "None of your organisations can buy through this link; here is why.")}</p>
    }.erased());
    let provider = screen.offer().provider_name;
    let refused = cannot.into_iter().map(|choice| refused(choice, &provider)).collect_view();
    view! {
        {none}
        {(!can.is_empty()).then(|| buyers(screen, visitor, can))}
        <ul class="mb-6 grid gap-3 empty:hidden">{refused}</ul>
    }
    .erased()
}

/// The organisations that can buy, as buttons.
fn buyers(screen: Screen, visitor: &Visitor, choices: Vec<Choice>) -> impl IntoView + use<> {
    let to = SwitchOrganisation::target();
    let rows = choices.into_iter().map(|choice| view! {
        <Choose name="organisation" value=choice.organisation.to_string() class="panel panel-link flex w-full items-center gap-3 p-4 text-left">
            <span class="text-primary">{icon(Icon::Building)}</span>
            {named(&choice)}
            {icon(Icon::ChevronRight)}
        </Choose>
    }.erased());
    view! {
        <CommandForm to posting=fresh(visitor.acting) page=screen.here() done=screen.url(Step::Confirm)
            on_done=heard(move |()| screen.renew(Step::Confirm)) class="mb-3">
            <div class="grid gap-3">{rows.collect_view()}</div>
        </CommandForm>
    }.erased()
}

/// An organisation with what tells it from others of the same name.
fn named(choice: &Choice) -> impl IntoView + use<> {
    view! {
        <span class="min-w-0 flex-1">
            <span class="block font-medium break-words">{choice.name.clone()}</span>
            <span class="block text-sm text-muted">{text(&choice.role.label())}" · "{text(&choice.edition.label())}</span>
            <span class="block text-sm text-muted">"CorpID "<Mono text=choice.corp_id.clone()/></span>
        </span>
    }.erased()
}

/// An organisation that cannot buy, and why.
fn refused(choice: Choice, provider: &str) -> impl IntoView + use<> {
    let problem = choice.refusal.clone();
    let remedy = problem.as_ref().map(|problem| remedy(problem, provider));
    view! {
        <li class="panel p-4">
            <div class="flex items-start gap-3">
                <span class="text-muted">{icon(Icon::Building)}</span>
                {named(&choice)}
            </div>
            {problem.map(|problem| view! {
                <p class="mt-3 flex items-start gap-2 border-t border-base-300 pt-3 text-sm">
                    <span class="mt-0.5 text-warning">{icon(Icon::Lock)}</span>
                    <span class="min-w-0"><span class="block font-medium">{text(&problem.text)}</span><span class="block break-words text-muted">{remedy}</span></span>
                </p>
            }.erased())}
        </li>
    }.erased()
}

/// Who is signed in, and the door for somebody else.
pub fn account(screen: Screen, visitor: &Visitor) -> impl IntoView + use<> {
    let to = SignOut::target();
    let who = match lang() {
        Lang::Zh => format!("已登录：{}", visitor.name),
        Lang::En => format!("Signed in as {}", visitor.name),
    };
    let (login, acting) = (visitor.login.clone(), visitor.acting);
    let after = if screen.step() == Step::Look { Step::Look } else { Step::Organisation };
    view! {
        <CommandForm to posting=fresh(acting) page=screen.here() done=screen.url(after)
            on_done=heard(move |()| screen.renew(after)) class="flex flex-wrap items-center gap-x-4 gap-y-2">
            <p class="min-w-0 flex-1 basis-52 text-sm text-muted">{who}" "<span {..attrs!["translate" = "no"]} class="break-words">{login}</span></p>
            <Submit label=t("用其他账号登录", "Sign in with another account") class="btn-sm"/>
        </CommandForm>
    }.erased()
}

/// Why the organisation acted in cannot buy, and what else there is.
pub fn refusal(screen: Screen, problem: Problem) -> impl IntoView {
    let (offer, visitor) = (screen.offer(), screen.visitor());
    let choice = visitor.as_ref().and_then(Visitor::acting).cloned();
    let several = visitor.as_ref().is_some_and(|visitor| visitor.choices.len() > 1);
    let (heading, reason) = said(&problem);
    let remedy = remedy(&problem, &offer.provider_name);
    let way = choice.as_ref().map(|choice| pass_on(screen, choice, &problem));
    view! {
        <TurnedAway offer heading reason remedy problem>
            {choice.map(|choice| view! {
                <p class="mt-4 text-sm text-muted">{t("当前组织：", "Organisation: ")}<span class="font-medium text-base-content">{choice.name}</span></p>
            }.erased())}
            {way}
            {several.then(|| view! { <StepLink screen step=Step::Organisation class="btn mt-6 w-full">{t("换一个组织", "Choose another organisation")}</StepLink> }.erased())}
            <div class="mt-4 border-t border-base-300 pt-4">{visitor.map(|visitor| account(screen, &visitor))}</div>
        </TurnedAway>
    }.erased()
}

/// What to do about it, where the CorpID stands beside and the other organisations are in sight.
fn remedy(problem: &Problem, provider: &str) -> String {
    match (&*problem.code, lang()) {
        ("purchase.other_organisation", Lang::Zh) => {
            format!("请把这个组织的 CorpID 告诉「{provider}」")
        }
        ("purchase.other_organisation", Lang::En) => {
            format!("Give “{provider}” the CorpID of this organisation")
        }
        _ => text(&problem.remedy),
    }
}

/// The page that says who may buy has its own heading (没有权限), and the reason below.
fn said(problem: &Problem) -> (String, String) {
    let sentence = text(&problem.text);
    match sentence.split_once(['：', ':']) {
        Some((heading, reason)) if problem.code == "purchase.no_permission" => {
            let mut reason = reason.trim().to_owned();
            // Letters beyond ASCII would bring tables of all scripts into the browser.
            if let Some(first) = reason.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            (heading.to_owned(), reason)
        }
        _ => (sentence, String::new()),
    }
}

/// What to pass on: the link to who may buy, or this organisation's CorpID to the provider.
fn pass_on(screen: Screen, choice: &Choice, problem: &Problem) -> AnyView {
    let (label, passed) = match &*problem.code {
        "purchase.no_permission" => {
            let offer = screen.offer();
            let path = domain::link::path(&offer.token, &offer.customer_name);
            (t("分发链接", "Distribution link"), format!("{}{path}", screen.site()))
        }
        "purchase.other_organisation" => {
            (t("当前组织的 CorpID", "This organisation's CorpID"), choice.corp_id.clone())
        }
        _ => return ().into_any(),
    };
    view! {
        <div class="mt-4">
            <p class="mb-1 text-sm text-muted">{label}</p>
            <Copyable label text=passed/>
        </div>
    }
    .erased()
}
