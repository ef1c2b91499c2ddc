//! What is offered: by whom, to whom, what is inside, whom to ask (Source: PUR-1).

use domain::{
    design::Naming,
    lang::{Lang, counted},
    organisation::Edition,
    problem::Problem,
    purchase::{Content, Offer, Step, Works},
};
use leptos::prelude::*;

use super::screen::Screen;
use crate::kit::{
    Badge, Card, Day, Erased as _, Fact, Facts, Icon, Tone, attrs, icon, lang, t, text,
};

/// The app on offer: its symbol, its name, who offers it.
pub fn offered(offer: &Offer) -> impl IntoView + use<> {
    view! {
        <div class="flex items-center gap-4">
            <span {..attrs!["aria-hidden" = "true"]} class="flex size-14 shrink-0 items-center justify-center rounded-box bg-primary text-2xl font-semibold text-primary-content">
                {Naming::symbol(&offer.app_name, &offer.icon)}
            </span>
            <div class="min-w-0">
                <p class="text-lg font-semibold break-words">{text(&offer.app_name)}</p>
                <p class="text-sm text-muted break-words">{t("由", "Offered by")}" "<span class="font-medium text-base-content">{offer.provider_name.clone()}</span>" "{t("提供", "")}</p>
            </div>
        </div>
    }.erased()
}

/// The first step: what a link opens, for people to look at.
pub fn landing(screen: Screen) -> impl IntoView {
    let offer = screen.offer();
    let signed_in = screen.visitor().is_some();
    let next = if offer.bought_at.is_some() {
        t("登录查看订单", "Sign in to see the order")
    } else if signed_in {
        t("继续：选择购买的组织", "Go on: choose the organisation")
    } else {
        t("登录并继续", "Sign in and go on")
    };
    let (from, to) = (offer.provider_name.clone(), offer.customer_name.clone());
    let title = match lang() {
        Lang::Zh => format!("{from} 邀请「{to}」购买应用"),
        Lang::En => format!("{from} offers “{to}” an app"),
    };
    let check = match lang() {
        Lang::Zh => format!("请核对：这是给「{to}」的应用。如果不是贵组织，请联系服务商。"),
        Lang::En => format!(
            "Please check: this offer is for “{to}”. If that is not you, contact the provider."
        ),
    };
    let description = (!offer.description.trim().is_empty()).then(|| {
        view! { <p class="mt-4 text-muted break-words">{offer.description.clone()}</p> }.erased()
    });
    let bought = offer.bought_at.map(|at| view! {
        <p class="mt-4"><Badge tone=Tone::Good text=t("已购买", "Bought")/>" "<span class="text-sm text-muted"><Day at zone=screen.zone()/></span></p>
    }.erased());
    let (inside, provider) = (contents(&offer, None), from.clone());
    view! {
        <h1 class="mb-4 text-xl font-semibold break-words">{title}</h1>
        <Card>
            {offered(&offer)}
            {description}
            {bought}
            <div class="mt-4 border-t border-base-300 pt-2">
                <Facts>
                    <Fact label=t("提供方", "Provider")>{provider}</Fact>
                    <Fact label=t("提供给", "For")>{to}</Fact>
                    <Fact label=t("联系人", "Contact")>{contact(&offer)}</Fact>
                </Facts>
            </div>
            <p class="mt-2 text-sm text-muted">{check}</p>
            <StepLink screen step=Step::Organisation class="btn btn-primary mt-6 w-full">{next}</StepLink>
            <p class="mt-3 flex items-start gap-2 text-sm text-muted"><span class="mt-0.5 text-success">{icon(Icon::Shield)}</span><span>{t("打开链接不会购买任何东西；购买前会再请您确认一次。", "Opening this link buys nothing; you confirm before anything is bought.")}</span></p>
        </Card>
        {inside}
        <Card title=t("接下来会怎样", "What happens next")>{what_next(from)}</Card>
    }.erased()
}

/// Whom to ask at the provider's.
pub fn contact(offer: &Offer) -> impl IntoView + use<> {
    view! { {offer.contact.name.clone()}<span {..attrs!["translate" = "no"]} class="block text-sm break-words text-muted">{offer.contact.reach.clone()}</span> }.erased()
}

/// A link to another step; with scripts no document is loaded for it.
#[component]
pub fn StepLink(
    screen: Screen,
    step: Step,
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let go = move |event: leptos::ev::MouseEvent| {
        // A new tab is opened as asked.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            screen.go(step);
        }
    };
    view! { <a {..attrs!["href" = screen.url(step), "rel" = "external"]} class=class on:click=go>{children()}</a> }.erased()
}

/// What is inside, and how much of each page this edition allows (Source: ENT-2).
pub fn contents(offer: &Offer, edition: Option<Edition>) -> impl IntoView + use<> {
    let count = offer.contents.len();
    let title = match (lang(), offer.release) {
        (Lang::Zh, Some(release)) => format!("应用内容：{count} 个页面（应用第 {release} 版）"),
        (Lang::Zh, None) => format!("应用内容：{count} 个页面"),
        (Lang::En, Some(release)) => {
            format!("Inside: {} (release {release})", counted(count, "page"))
        }
        (Lang::En, None) => format!("Inside: {}", counted(count, "page")),
    };
    let verdict = edition.map(|edition| verdict(&offer.contents, edition));
    let lines = offer.contents.iter().map(|page| line(page, edition)).collect_view();
    let list = view! { <ul class="divide-y divide-base-300">{lines}</ul> }.erased();
    let list = if count > 12 {
        view! { <details><summary class="link">{t("全部页面", "All pages")}</summary>{list}</details> }.erased()
    } else {
        list.into_any()
    };
    view! { <Card title>{verdict}{list}</Card> }.erased()
}

/// In one sentence, what the edition allows of it.
fn verdict(contents: &[Content], edition: Edition) -> impl IntoView + use<> {
    let off = contents.iter().filter(|page| page.works(edition) != Works::Whole).count();
    let name = text(&edition.label());
    let words = match (lang(), off) {
        (Lang::Zh, 0) => format!("在贵组织的版本（{name}）下，以下页面全部可用。"),
        (Lang::Zh, off) => {
            format!("在贵组织的版本（{name}）下，有 {off} 个页面不能完整使用，升级后自动恢复。")
        }
        (Lang::En, 0) => format!("With your edition ({name}) all of these pages work."),
        (Lang::En, off) => format!(
            "With your edition ({name}) {} not fully; the rest wakes up with a higher edition.",
            if off == 1 { "1 page works".to_owned() } else { format!("{off} pages work") }
        ),
    };
    view! { <p class="mb-2 text-sm text-muted">{words}</p> }.erased()
}

fn line(page: &Content, edition: Option<Edition>) -> impl IntoView + use<> {
    let fields = match lang() {
        Lang::Zh => format!("{} 个字段", page.fields),
        Lang::En => counted(page.fields, "field"),
    };
    let mark = edition.map(|edition| match page.works(edition) {
        Works::Whole => view! { <Badge tone=Tone::Good text=t("可用", "Works")/> }.erased(),
        Works::Partly(why, from) => {
            part(t("部分可用", "Works in part"), Tone::Warn, &text(&why), from)
        }
        Works::Off(why, from) => part(t("暂不可用", "Off"), Tone::Quiet, &text(&why), from),
    });
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span class="text-primary">{icon(Icon::Clipboard)}</span>
            <span class="min-w-0 flex-1 break-words">{text(&page.title)}</span>
            <span class="text-sm text-muted whitespace-nowrap">{fields}</span>
            {mark}
        </li>
    }
    .erased()
}

fn part(word: &'static str, tone: Tone, why: &str, from: Edition) -> AnyView {
    let lowest = text(&from.label());
    let why = match lang() {
        Lang::Zh => format!("{why}；「{lowest}」起可用"),
        Lang::En => format!("{why}; works from “{lowest}” on"),
    };
    view! { <Badge tone text=word/><span class="w-full pl-7 text-sm text-muted">{why}</span> }
        .erased()
}

/// The way from here to an app in use, and whose turn each step is.
fn what_next(provider: String) -> impl IntoView {
    let you = t("您", "You").to_owned();
    let steps = [
        (
            you.clone(),
            t(
                "登录，选择组织，确认购买。只有组织的平台管理员可以购买。",
                "Sign in, choose the organisation, confirm. Only a platform admin of it can buy.",
            ),
        ),
        (
            provider,
            t(
                "把应用发送到贵组织，送达后通知您。",
                "Sends the app into your organisation; you are told when it has arrived.",
            ),
        ),
        (
            you,
            t(
                "逐页查看并验收，然后启用；启用之前员工看不到。",
                "Look at each page and accept it, then enable it; employees do not see it before.",
            ),
        ),
    ];
    let lines = steps.into_iter().enumerate().map(|(index, (who, what))| view! {
        <li class="flex gap-3">
            <span {..attrs!["aria-hidden" = "true"]} class="flex size-6 shrink-0 items-center justify-center rounded-full bg-primary/10 text-xs font-semibold text-primary">{(index + 1).to_string()}</span>
            <span class="min-w-0"><span class="block font-medium break-words">{who}</span><span class="block text-sm text-muted">{what}</span></span>
        </li>
    }.erased());
    view! { <ol class="space-y-4">{lines.collect_view()}</ol> }.erased()
}

/// What was offered, why it is not sold, and what to do.
#[component]
pub fn TurnedAway(
    /// The offer.
    offer: Offer,
    /// What holds.
    #[prop(into)]
    heading: String,
    /// Why, where the heading does not say it.
    #[prop(into, default = String::new())]
    reason: String,
    /// What to do about it.
    #[prop(into)]
    remedy: String,
    /// The code, for those who look into the page.
    problem: Problem,
    /// The ways on.
    children: Children,
) -> impl IntoView {
    let mark = if problem.status() == 403 { Icon::Lock } else { Icon::Alert };
    view! {
        <section {..attrs!["data-problem" = problem.code.to_string()]}>
            <Card>
                {offered(&offer)}
                <div class="mt-6 flex items-start gap-3 border-t border-base-300 pt-6">
                    <span class="mt-1.5 text-warning">{icon(mark)}</span>
                    <div class="min-w-0">
                        <h1 class="text-xl font-semibold">{heading}</h1>
                        <p class="mt-1 empty:hidden">{reason}</p>
                        <p class="mt-2 text-muted break-words">{remedy}</p>
                    </div>
                </div>
                <div class="mt-4 border-t border-base-300 pt-2"><Facts><Fact label=t("服务商的联系人", "The provider's contact")>{contact(&offer)}</Fact></Facts></div>
                {children()}
            </Card>
        </section>
    }.erased()
}

/// A link that sells nothing to anybody: why, and the ways on.
pub fn dead(screen: Screen, problem: Problem) -> impl IntoView {
    let offer = screen.offer();
    let visitor = screen.visitor();
    let manages = visitor.as_ref().is_some_and(|visitor| {
        visitor.acting().is_some_and(|choice| choice.role == domain::organisation::Role::Admin)
    });
    let (url, label) = match (&visitor, manages) {
        (_, true) => ("/purchased", t("查看已购应用", "See what was bought")),
        (Some(_), false) => ("/", t("回到工作台", "Back to the workbench")),
        (None, _) => ("/", t("去首页", "To the first page")),
    };
    let (heading, remedy) = (text(&problem.text), text(&problem.remedy));
    view! {
        <TurnedAway offer heading remedy problem>
            <a {..attrs!["href" = url]} class="btn mt-6 w-full">{label}</a>
            {visitor.map(|visitor| view! {
                <div class="mt-6 border-t border-base-300 pt-4">{super::organisation::account(screen, &visitor)}</div>
            }.erased())}
        </TurnedAway>
    }.erased()
}
