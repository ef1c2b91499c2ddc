//! The workbench: the apps somebody works with, what waits to be done, and the first step where
//! there is nothing yet.

use backend::{
    lifecycle::{App, mine},
    notice::{self, Notice},
};
use domain::{
    authority::UseCase,
    lifecycle::{Access, Lifecycle},
    problem::Problem,
};
use leptos::prelude::*;

use super::frame::symbol;
use crate::{
    kit::{Icon, Tone, badge, card, empty, heading, icon, moment},
    page::{Page, Visit},
};

/// How many open notices the workbench shows.
const NOTICES: usize = 4;

/// Shows the workbench.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let person = visit.actor.person()?;
    let member = person.membership.is_some();
    let apps = if member { mine(visit.backend(), &visit.actor).await? } else { Vec::new() };
    let mut notices = notice::list(visit.backend(), &visit.actor, None).await?;
    notices.retain(|notice| notice.read_at.is_none());
    notices.truncate(NOTICES);
    let operator = person.operator;
    let title = visit.t("工作台", "Workbench").to_owned();
    Ok(Page::new(title.clone(), move || {
        let open = waiting(&visit, &notices);
        let content = if member {
            view! { {open}{groups(&visit, &apps)} }.into_any()
        } else {
            view! { {open}{outside(&visit, operator)} }.into_any()
        };
        view! { {heading(title, greeting(&visit), create(&visit))}{content} }
    }))
}

fn greeting(visit: &Visit) -> String {
    let organisation = visit.actor.membership().map(|held| held.organisation_name.clone());
    organisation.unwrap_or_default()
}

fn create(visit: &Visit) -> Option<AnyView> {
    visit.actor.may(UseCase::ApplicationCreate).is_ok().then(|| {
        view! {
            <a class="btn" href="/apps/import">{icon(Icon::Upload)}{visit.t("导入表单", "Import forms").to_owned()}</a>
            <a class="btn btn-primary" href="/apps/new">{icon(Icon::Plus)}{visit.t("新建应用", "New app").to_owned()}</a>
        }
        .into_any()
    })
}

/// What waits for this person.
fn waiting(visit: &Visit, notices: &[Notice]) -> Option<AnyView> {
    if notices.is_empty() {
        return None;
    }
    let items = notices.iter().map(|notice| view! {
        <li class="flex flex-wrap items-center gap-x-3 py-2">
            <a class="link min-w-0 flex-1" href=notice.url.clone()>{notice.text.get(visit.lang).to_owned()}</a>
            <span class="text-sm text-muted">{moment(visit, notice.created_at)}</span>
        </li>
    });
    let all = visit.t("全部通知与待办", "All notices and tasks").to_owned();
    Some(card(
        visit.t("待处理", "Waiting for you"),
        view! {
            <ul class="divide-y divide-base-300">{items.collect_view()}</ul>
            <a class="link mt-2 inline-block text-sm" href="/me/notices">{all}</a>
        },
    ))
}

fn groups(visit: &Visit, apps: &[(App, Access)]) -> AnyView {
    let (maintained, own): (Vec<_>, Vec<_>) =
        apps.iter().partition(|(_, access)| access.is_maintenance());
    let own = if own.is_empty() { nothing(visit) } else { cards(visit, &own) };
    let maintained = (!maintained.is_empty()).then(|| {
        view! {
            <h2 class="mt-8 mb-3 text-base font-semibold">{visit.t("客户的应用（远程维护）", "Customers' apps (remote maintenance)").to_owned()}</h2>
            {cards(visit, &maintained)}
        }
    });
    view! { <h2 class="mb-3 text-base font-semibold">{visit.t("我的应用", "My apps").to_owned()}</h2>{own}{maintained} }.into_any()
}

fn cards(visit: &Visit, apps: &[&(App, Access)]) -> AnyView {
    let cards = apps.iter().map(|(app, access)| {
        let life = &app.lifecycle;
        let tone = match life {
            Lifecycle::Enabled { .. } => Tone::Good,
            Lifecycle::Disabled { .. } => Tone::Quiet,
            Lifecycle::Ready { .. } => Tone::Warn,
            _ => Tone::Info,
        };
        let from = match (&app.origin, access.is_maintenance()) {
            (_, true) => app.organisation_name.clone(),
            (Some(origin), false) => format!("{}{}", visit.t("来自 ", "From "), origin.provider_name),
            (None, false) => String::new(),
        };
        let premium = app.premium.then(|| badge(Tone::Warn, visit.t("精品", "Premium")));
        let description = app.description.clone();
        view! {
            <li class="flex">
                <a href=format!("/apps/{}", app.id) class="flex min-w-0 flex-1 gap-3 rounded-box border border-base-300 bg-base-100 p-4 hover:border-primary">
                    {symbol(app)}
                    <span class="min-w-0">
                        <span class="block truncate font-medium">{app.name.get(visit.lang).to_owned()}</span>
                        <span class="mt-1 flex flex-wrap gap-1">{badge(tone, life.label().get(visit.lang))}{premium}</span>
                        <span class="mt-1 block truncate text-sm text-muted">{from}</span>
                        <span class="line-clamp-2 text-sm text-muted">{description}</span>
                    </span>
                </a>
            </li>
        }
    });
    view! { <ul class="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{cards.collect_view()}</ul> }.into_any()
}

fn nothing(visit: &Visit) -> AnyView {
    if visit.actor.may(UseCase::ApplicationCreate).is_ok() {
        let lead = visit.t(
            "从空白新建，或把已有的宜搭表单导入为应用。",
            "Make an empty one, or import forms that you have on Yida.",
        );
        let action = view! { <a class="btn btn-primary" href="/apps/new">{visit.t("新建应用", "New app").to_owned()}</a> };
        return empty(Icon::Grid, visit.t("还没有应用", "No apps yet"), lead, action);
    }
    let lead = visit.t(
        "组织的管理员启用应用后，您会在这里看到它。",
        "When an admin of your organisation enables an app, it is here.",
    );
    empty(Icon::Grid, visit.t("还没有可用的应用", "No app to use yet"), lead, ())
}

/// For people who belong to no organisation: operators go to their console.
fn outside(visit: &Visit, operator: bool) -> AnyView {
    if operator {
        let action = view! { <a class="btn btn-primary" href="/operations/reviews">{visit.t("去平台运营", "Open operations").to_owned()}</a> };
        let lead = visit.t("您是平台运营人员，不属于任何组织。", "You are a platform operator and belong to no organisation.");
        return empty(Icon::Shield, visit.t("平台运营", "Operations"), lead, action);
    }
    let lead = visit.t("请组织的平台管理员给您发送邀请链接。", "Ask a platform admin of your organisation for an invitation.");
    empty(Icon::Building, visit.t("您还不是任何组织的成员", "You are not a member of any organisation yet"), lead, ())
}
