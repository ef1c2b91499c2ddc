//! 验收: the checklist made from what was delivered; accepting with open points is possible and
//! recorded (Source: APP-2).

use backend::{
    lifecycle::{App, CheckAbout, CheckItem},
    order::Order,
};
use domain::{
    application::Key,
    identity::ApplicationId,
    lang::{Lang, counted},
    lifecycle::Acceptance,
    problem::Problem,
};
use leptos::prelude::*;

use super::state_badge;
use crate::{
    account::unknown_command,
    kit::{
        Field, Fields, Icon, card, confirm_button, form_post, heading, icon, moment, postback,
        warning,
    },
    order::lifecycle_rail,
    page::{Form, Go, Page, Visit},
};

/// The form that ticks belong to, so that what is typed into it is not lost with them.
const FORM: &str = "acceptance";

/// How many sample records there are, and how many of the customer's own refer to them.
struct Samples {
    count: i64,
    referrers: i64,
}

impl Samples {
    async fn of(visit: &Visit, id: ApplicationId) -> Result<Self, Problem> {
        let mut tx = visit.backend().read().await?;
        let count = backend::lifecycle::sample_count(&mut tx, id).await?;
        let referrers = match count {
            0 => 0,
            _ => backend::lifecycle::sample_referrers(&mut tx, id).await?,
        };
        Ok(Self { count, referrers })
    }
}

/// Shows the checklist.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let (app, items) = backend::lifecycle::checklist(visit.backend(), &visit.actor, id).await?;
    let samples = Samples::of(&visit, id).await?;
    let order = match &app.origin {
        Some(origin) => {
            Some(backend::order::read_purchased(visit.backend(), &visit.actor, origin.order).await?)
        }
        None => None,
    };
    let title = visit.t("验收", "Acceptance").to_owned();
    Ok(Page::new(title, move || {
        let rail =
            order.map(|order| view! { <div class="mb-6">{lifecycle_rail(&visit, &order)}</div> });
        view(&visit, &app, &items, &samples, rail.into_any())
    }))
}

fn view(
    visit: &Visit,
    app: &App,
    items: &[CheckItem],
    samples: &Samples,
    rail: AnyView,
) -> AnyView {
    let done = items.iter().filter(|item| item.done.is_some()).count();
    let lead = view! {
        {state_badge(visit, &app.lifecycle)}<span class="ml-2">{app.name.get(visit.lang).to_owned()}</span>
    };
    let open = view! { <a class="btn" href=format!("/apps/{}", app.id)>{visit.t("打开应用", "Open the app").to_owned()}</a> };
    let acceptance = app.lifecycle.acceptance().cloned();
    let accepted = acceptance.is_some();
    let bottom = match acceptance {
        Some(found) => {
            let next = app.lifecycle.in_maintenance().then(|| {
                let url = format!("/apps/{}/settings", app.id);
                let label = visit.t("关闭-开发维护", "Close maintenance").to_owned();
                view! {
                    <p class="mt-4 mb-3 text-muted">{visit.t("下一步：关闭开发维护，然后在应用设置里启用。", "Next: close maintenance, then enable the app in its settings.").to_owned()}</p>
                    {postback(&url, "m-0", view! { <button class="btn btn-primary" name="_do" value="close">{label}</button> })}
                }
            });
            card(visit.t("已验收", "Accepted"), view! { {said(visit, &found)}{next} })
        }
        None if app.lifecycle.in_maintenance() => accept_card(visit, app, items.len() - done),
        None => card(
            "",
            view! { <p class="text-muted">{visit.t("应用现在不需要验收。", "There is nothing to accept now.").to_owned()}</p> },
        ),
    };
    let progress = match visit.lang {
        Lang::Zh => format!("验收清单（{done}/{}）", items.len()),
        Lang::En => format!("Checklist ({done} of {})", items.len()),
    };
    let editable = app.lifecycle.in_maintenance() && app.lifecycle.acceptance().is_none();
    let lines = items.iter().map(|item| line(visit, app, item, editable));
    // What was decided, and what comes next, stands before the list it was decided on.
    let (top, bottom) = if accepted { (Some(bottom), None) } else { (None, Some(bottom)) };
    view! {
        {heading(visit.t("验收", "Acceptance"), lead, open)}
        {rail}
        <div class="max-w-3xl">
            {top}
            {card(progress, view! {
                <progress class="progress progress-primary mb-2 w-full" max=items.len().max(1).to_string() value=done.to_string() aria-label=visit.t("验收进度", "Progress").to_owned()></progress>
                <ul class="divide-y divide-base-300">{lines.collect_view()}</ul>
            })}
            <div id="samples">{sample_card(visit, samples)}</div>
            {bottom}
        </div>
    }
    .into_any()
}

/// An order's acceptance, for both sides to read, once there is one.
pub fn accepted_card(visit: &Visit, order: &Order) -> Option<AnyView> {
    let found = order.delivered_state.as_ref()?.acceptance()?;
    Some(card(visit.t("验收", "Acceptance"), said(visit, found)))
}

/// Who accepted and when, what was not ticked, and the open points in the customer's words.
fn said(visit: &Visit, found: &Acceptance) -> AnyView {
    let left = found.left(visit.lang);
    let unticked = (!left.is_empty()).then(|| {
        let (count, names) = (left.len(), left.join(visit.t("、", ", ")));
        let text = match visit.lang {
            Lang::Zh => format!("{count} 项没有勾选：{names}"),
            Lang::En => format!("{} not ticked: {names}", counted(count, "item")),
        };
        view! { <p class="mt-1 text-sm text-muted break-words">{text}</p> }
    });
    let open_points = (!found.open_points.is_empty()).then(|| view! {
        <p class="mt-2 whitespace-pre-wrap break-words">{visit.t("遗留问题：", "Open points: ").to_owned()}{found.open_points.clone()}</p>
    });
    view! { <p>{found.signed.name.clone()}" · "{moment(visit, found.signed.at)}</p>{unticked}{open_points} }.into_any()
}

fn line(visit: &Visit, app: &App, item: &CheckItem, editable: bool) -> AnyView {
    let (label, more) = match &item.about {
        CheckAbout::Page { key, title } => {
            let title = title.get(visit.lang);
            (
                visit.t(&format!("查看页面「{title}」"), &format!("Page “{title}”")).to_owned(),
                opener(visit, app, item, key, editable),
            )
        }
        CheckAbout::Samples { count } => (
            match visit.lang {
                Lang::Zh => format!("示例数据：已决定保留或删除（现有 {count} 条）"),
                Lang::En => {
                    format!("Sample data: kept or deleted ({} now)", counted(*count, "record"))
                }
            },
            ().into_any(),
        ),
        CheckAbout::Edition { provider, customer } => (
            format!(
                "{}{} → {}",
                visit.t("了解版本差异：", "The editions differ: "),
                provider.label().get(visit.lang),
                customer.label().get(visit.lang),
            ),
            ().into_any(),
        ),
    };
    let by = item.done.as_ref().map(|(name, at)| view! { <span class="block text-xs text-muted">{name.clone()}" · "{moment(visit, *at)}</span> });
    let ticked = item.done.is_some();
    let command = format!("{}:{}", if ticked { "untick" } else { "tick" }, item.item);
    view! {
        <li id=item.item.clone() class="flex flex-wrap items-center gap-x-3 gap-y-2 py-1">
            <button form=FORM name="_do" value=command formaction=at(app, item) data-plain disabled=!editable aria-pressed=if ticked { "true" } else { "false" }
                class="group flex min-h-11 min-w-0 flex-1 basis-40 items-center gap-3 text-left enabled:cursor-pointer">
                <span class="flex size-6 shrink-0 items-center justify-center rounded-field border-2 border-base-content/50 group-aria-pressed:border-success group-aria-pressed:bg-success group-aria-pressed:text-success-content">{ticked.then(|| icon(Icon::Check))}</span>
                <span class="min-w-0 break-words">{label}{by}</span>
            </button>
            <span class="shrink-0">{more}</span>
        </li>
    }
    .into_any()
}

/// The page again, at this item.
fn at(app: &App, item: &CheckItem) -> String {
    format!("/apps/{}/acceptance#{}", app.id, item.item)
}

/// The way to a page, which ticks it off where that is still to be done.
fn opener(visit: &Visit, app: &App, item: &CheckItem, key: &Key, editable: bool) -> AnyView {
    if editable && item.done.is_none() {
        let label = visit.t("打开并勾选", "Open and tick").to_owned();
        return view! { <button form=FORM class="btn btn-sm" name="_do" value=format!("open:{key}:{}", item.item) data-plain>{label}</button> }.into_any();
    }
    let url = format!("/apps/{}/forms/{key}", app.id);
    view! { <a class="btn btn-ghost btn-sm" href=url>{visit.t("打开", "Open").to_owned()}</a> }
        .into_any()
}

fn sample_card(visit: &Visit, samples: &Samples) -> Option<AnyView> {
    let Samples { count, referrers } = *samples;
    if count == 0 {
        return None;
    }
    let lead = match visit.lang {
        Lang::Zh => format!(
            "应用带有 {count} 条示例数据，都标有「示例」。看过之后可以一次全部删除，您自己的数据会保留。"
        ),
        Lang::En => format!(
            "The app came with {}, all marked. Delete all of them at once when you have seen enough; your own records stay.",
            counted(count, "sample record")
        ),
    };
    let referring = (referrers > 0).then(|| {
        warning(match visit.lang {
            Lang::Zh => format!(
                "您自己的 {referrers} 条数据关联了示例数据；删除后，这些关联会显示为「已删除的记录」，可以先改选其他记录。"
            ),
            Lang::En => format!(
                "{} of your own with a link to sample data: it will read “deleted record” afterwards. You may want to choose other records first.",
                counted(referrers, "record")
            ),
        })
    });
    let fields = Fields::of(visit, "samples");
    let confirm = form_post(&fields, Field::danger("samples", visit.t("全部删除", "Delete all")));
    Some(card(
        visit.t("示例数据", "Sample data"),
        view! {
            <p class="mb-4 text-muted">{lead}</p>
            {referring}
            {confirm_button(visit.t("删除全部示例数据", "Delete all sample data"), visit.t("删除后不能恢复。只删除示例数据。", "This cannot be undone. Only sample records are deleted."), confirm)}
        },
    ))
}

fn accept_card(visit: &Visit, app: &App, open: usize) -> AnyView {
    let fields = Fields::of(visit, "accept").with_id(FORM);
    let left = (open > 0).then(|| {
        warning(match visit.lang {
            Lang::Zh => {
                format!("还有 {open} 项没有勾选。也可以直接验收，没有勾选的会作为遗留项记录下来。")
            }
            Lang::En => format!(
                "{} not ticked. You can accept all the same; what is open is recorded.",
                counted(open, "item")
            ),
        })
    });
    card(
        visit.t("完成验收", "Accept"),
        form_post(
            &fields,
            view! {
                {left}
                {Field::area("open_points", 4).label(visit.t("遗留问题", "Open points")).kept(format!("open-points-{}", app.id)).hint(visit.t("服务商会看到这里的内容。", "The provider gets to read this.")).view(&fields)}
                {Field::submit("accept", visit.t("验收通过", "Accept the app"))}
            },
        ),
    )
}

/// Ticks, opens, deletes the samples, accepts.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let (backend, actor) = (visit.backend(), &visit.actor);
    let here = format!("/apps/{id}/acceptance");
    // The open points typed so far come along with a tick, and stay.
    match form.command().split_once(':') {
        Some((verb @ ("tick" | "untick"), item)) => {
            backend::lifecycle::check(backend, actor, id, item, verb == "tick").await?;
            return Ok(Go::Again(form));
        }
        Some(("open", place)) => {
            let (key, item) = place.split_once(':').ok_or_else(unknown_command)?;
            backend::lifecycle::check(backend, actor, id, item, true).await?;
            return Ok(Go::to(format!("/apps/{id}/forms/{key}")));
        }
        _ => {}
    }
    match form.command() {
        "samples" => {
            let count = backend::lifecycle::delete_samples(backend, actor, id).await?;
            Ok(Go::to(here).say(
                format!("已删除 {count} 条示例数据"),
                format!("{} deleted", counted(count, "sample record")),
            ))
        }
        "accept" => {
            backend::lifecycle::accept(backend, actor, id, form.text("open_points")).await?;
            Ok(Go::to(here).say("验收完成，已通知服务商", "Accepted; the provider has been told"))
        }
        _ => Err(unknown_command()),
    }
}
