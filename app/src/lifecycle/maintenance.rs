//! What the provider did in a delivered app: visits and changes, each readable as a difference
//! (Source: APP-5).

use backend::{
    application::design::{CHANGES, Change},
    lifecycle::App,
    maintenance::Visit as Entrance,
};
use domain::{
    application::{Change as Detail, ChangeKind},
    identity::ApplicationId,
    lang::{Lang, counted},
    lifecycle::{Access, Channel},
    problem::Problem,
    time::Timestamp,
};
use leptos::prelude::*;

use super::{
    settings::{has_settings, settings_tabs},
    state_badge,
};
use crate::{
    account::unknown_command,
    kit::{
        Field, Fields, Icon, Tone, badge, card, empty, form_post, heading, icon, moment,
        newest_only, pager,
    },
    page::{Form, Go, Page, Visit},
};

/// Shows the record.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let before = visit.query("before").and_then(|at| at.parse().ok()).map(Timestamp);
    let (app, access) =
        backend::lifecycle::access(&mut visit.backend().read().await?, &visit.actor, id).await?;
    let visits = backend::maintenance::visits(visit.backend(), &visit.actor, id).await?;
    let changes =
        backend::application::design::changes(visit.backend(), &visit.actor, id, before).await?;
    let title = visit.t("维护记录", "Maintenance record").to_owned();
    Ok(Page::new(title, move || view(&visit, &app, access, &visits, &changes)))
}

fn view(
    visit: &Visit,
    app: &App,
    access: Access,
    visits: &[Entrance],
    changes: &[Change],
) -> AnyView {
    let lead = view! { {state_badge(visit, &app.lifecycle)}<span class="ml-2">{app.name.get(visit.lang).to_owned()}</span> };
    let open = open(visit, app, access);
    let mark = banner(visit, app, access);
    let tabs = has_settings(visit, access).then(|| settings_tabs(visit, app, "maintenance"));
    view! {
        {mark}
        {heading(visit.t("维护记录", "Maintenance record"), lead, open)}
        {tabs}
        <div class="max-w-4xl">{entrance(visit, app, visits)}{record(visit, changes)}</div>
    }
    .into_any()
}

/// The way into the app; the provider's is noted each time.
fn open(visit: &Visit, app: &App, access: Access) -> AnyView {
    if access.is_maintenance() {
        let fields = Fields::of(visit, "enter");
        return form_post(&fields, Field::submit("enter", visit.t("进入应用", "Enter the app")));
    }
    view! { <a class="btn" href=format!("/apps/{}", app.id)>{visit.t("打开应用", "Open the app").to_owned()}</a> }.into_any()
}

/// Enters a customer's app as its provider: noted, and told to the customer.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    if form.command() != "enter" {
        return Err(unknown_command());
    }
    let (backend, actor) = (visit.backend(), &visit.actor);
    let id: ApplicationId = visit.param("id")?;
    let (app, _) = backend::lifecycle::access(&mut backend.read().await?, actor, id).await?;
    let order = app.origin.ok_or_else(backend::lifecycle::no_app)?.order;
    let entered = backend::maintenance::enter(backend, actor, order).await?;
    Ok(Go::to(format!("/apps/{entered}")))
}

/// The mark on every screen of an app that its provider has entered: where the developer is, what is
/// recorded, and the way out. Nothing for the organisation that has the app.
pub fn banner(visit: &Visit, app: &App, access: Access) -> Option<AnyView> {
    access.is_maintenance().then(|| {
        let customer = &app.organisation_name;
        let place = match visit.lang {
            Lang::Zh => format!("远程维护 · 您在「{customer}」的应用里"),
            Lang::En => format!("Remote maintenance · you are in an app of “{customer}”"),
        };
        let says = visit.t(
            "每次修改都会记录并对客户可见；只看得到示例数据。",
            "Each change is recorded for the customer; you see sample data only.",
        );
        let records = format!("/apps/{}/maintenance", app.id);
        view! {
            <div class="place-mark mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3" role="note" data-maintenance="true">
                <span class="text-warning">{icon(Icon::Wrench)}</span>
                <p class="min-w-0 flex-1 basis-64"><span class="block font-medium">{place}</span><span class="block text-sm">{says.to_owned()}</span></p>
                <a class="btn btn-sm" href=records>{visit.t("修改记录", "Changes").to_owned()}</a>
                <a class="btn btn-sm" href="/">{visit.t("离开", "Leave").to_owned()}</a>
            </div>
        }
        .into_any()
    })
}

fn entrance(visit: &Visit, app: &App, visits: &[Entrance]) -> AnyView {
    let state = if app.lifecycle.in_maintenance() {
        badge(
            Tone::Warn,
            visit.t("开放：服务商可以进入", "Open: the provider can enter").to_owned(),
        )
    } else {
        badge(
            Tone::Quiet,
            visit.t("关闭：服务商不能进入", "Closed: the provider cannot enter").to_owned(),
        )
    };
    let lines = visits.iter().map(|one| {
        let count = match visit.lang {
            Lang::Zh => format!("{} 处修改", one.changes),
            Lang::En => counted(one.changes, "change"),
        };
        view! {
            <li class="flex flex-wrap items-center gap-x-4 py-2"><span class="font-medium">{one.name.clone()}</span><span class="text-sm text-muted">{one.organisation_name.clone()}</span>
            <span class="ml-auto text-sm text-muted">{moment(visit, one.entered_at)}" · "{count}</span></li>
        }
    });
    let list = if visits.is_empty() {
        view! { <p class="mt-3 text-sm text-muted">{visit.t("还没有人通过远程维护进入过。", "Nobody has entered yet.").to_owned()}</p> }.into_any()
    } else {
        view! { <ul class="mt-3 divide-y divide-base-300">{lines.collect_view()}</ul> }.into_any()
    };
    let cut = newest_only(visit, visits.len());
    card(visit.t("远程维护入口", "The provider's entrance"), view! { {state}{list}{cut} })
}

fn record(visit: &Visit, changes: &[Change]) -> AnyView {
    if changes.is_empty() {
        return empty(
            Icon::Clock,
            visit.t("还没有修改", "No changes yet"),
            visit.t(
                "应用送达之后的每次页面修改，都会连同作者列在这里。",
                "Each change of a page after delivery is listed here with its author.",
            ),
            (),
        );
    }
    let full = usize::from(CHANGES);
    let more = changes.len() > full;
    let changes = &changes[..changes.len().min(full)];
    let last = changes.last().filter(|_| more);
    let next = last.map(|last| visit.with_query(&[("before", &last.at.0.to_string())]));
    let first = visit.query("before").map(|_| visit.with_query(&[("before", "")]));
    let lines = changes.iter().map(|change| one(visit, change));
    view! {
        <h2 class="mb-3 text-base font-semibold">{visit.t("修改", "Changes").to_owned()}</h2>
        <ul class="mb-4 divide-y divide-base-300 panel">{lines.collect_view()}</ul>
        {pager(visit, first, next)}
    }
    .into_any()
}

fn one(visit: &Visit, change: &Change) -> AnyView {
    let channel = match change.channel {
        Channel::Own => badge(Tone::Quiet, visit.t("本组织", "Own").to_owned()),
        Channel::Maintenance => badge(Tone::Warn, visit.t("远程维护", "Maintenance").to_owned()),
        Channel::Delivery => badge(Tone::Info, visit.t("发送页面", "Pages sent").to_owned()),
    };
    let details = change.differences().into_iter().map(|component| {
        if component.changes.is_empty() {
            let text = component.kind.label().get(visit.lang).to_owned();
            return view! { <p class="py-1">{text}</p> }.into_any();
        }
        component.changes.iter().map(|detail| difference(visit, detail)).collect_view().into_any()
    });
    let details = details.collect_view();
    let label = visit.t("查看差异", "Show the difference").to_owned();
    view! {
        <li class="p-4">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="font-medium break-words">{change.title().get(visit.lang).to_owned()}</span>{channel}
                <span class="ml-auto text-sm text-muted">{change.author_name.clone()}" ("{change.organisation_name.clone()}") · "{moment(visit, change.at)}</span>
            </div>
            <details class="mt-2"><summary class="link text-sm">{label}</summary><div class="mt-2 text-sm">{details}</div></details>
        </li>
    }
    .into_any()
}

/// What was and what is, side by side.
fn difference(visit: &Visit, detail: &Detail) -> AnyView {
    let place: Vec<&str> = [detail.subject.get(visit.lang), detail.property.get(visit.lang)]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let place = place.join(" · ");
    let side = |text: &domain::lang::Text, shown: bool, class: &str, said: &str| {
        shown.then(|| view! {
            <div class=format!("min-w-0 flex-1 rounded-field border-l-4 bg-base-200 px-3 py-1.5 break-words {class}")><span class="sr-only">{said.to_owned()}{visit.t("：", ": ").to_owned()}</span>{text.get(visit.lang).to_owned()}</div>
        })
    };
    let kind = badge(
        match detail.kind {
            ChangeKind::Added => Tone::Good,
            ChangeKind::Removed => Tone::Bad,
            ChangeKind::Changed => Tone::Info,
        },
        detail.kind.label().get(visit.lang).to_owned(),
    );
    view! {
        <div class="py-2">
            <p class="mb-1 flex flex-wrap items-center gap-2">{kind}<span>{place}</span></p>
            <div class="flex flex-col gap-2 sm:flex-row">
                {side(&detail.before, !detail.before.is_empty(), "border-error", visit.t("原来", "Before"))}
                {side(&detail.after, !detail.after.is_empty(), "border-success", visit.t("现在", "Now"))}
            </div>
        </div>
    }
    .into_any()
}
