//! 验收: the checklist made from what was delivered; accepting with open points is possible and
//! recorded (Source: APP-2).

use backend::lifecycle::{App, CheckAbout, CheckItem};
use domain::{
    identity::ApplicationId,
    lang::{Lang, counted},
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

/// Shows the checklist.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let (app, items) = backend::lifecycle::checklist(visit.backend(), &visit.actor, id).await?;
    let samples = backend::lifecycle::sample_count(&mut visit.backend().read().await?, id).await?;
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
        view(&visit, &app, &items, samples, rail.into_any())
    }))
}

fn view(visit: &Visit, app: &App, items: &[CheckItem], samples: i64, rail: AnyView) -> AnyView {
    let done = items.iter().filter(|item| item.done.is_some()).count();
    let lead = view! {
        {state_badge(visit, &app.lifecycle)}<span class="ml-2">{app.name.get(visit.lang).to_owned()}</span>
    };
    let open = view! { <a class="btn" href=format!("/apps/{}", app.id)>{visit.t("打开应用", "Open the app").to_owned()}</a> };
    let acceptance = app.lifecycle.acceptance().cloned();
    let accepted = acceptance.is_some();
    let bottom = match acceptance {
        Some(found) => {
            let unticked = found.unticked.len();
            let open_points = (!found.open_points.is_empty()).then(|| view! { <p class="mt-2 whitespace-pre-wrap break-words">{visit.t("遗留问题：", "Open points: ").to_owned()}{found.open_points.clone()}</p> });
            let left = (unticked > 0).then(|| {
                let names: Vec<String> =
                    found.unticked.iter().map(|code| named(visit, items, code)).collect();
                let names = names.join(visit.t("、", ", "));
                match visit.lang {
                    Lang::Zh => format!("{unticked} 项没有勾选：{names}"),
                    Lang::En => format!("{} not ticked: {names}", counted(unticked, "item")),
                }
            });
            let next = app.lifecycle.in_maintenance().then(|| {
                let url = format!("/apps/{}/settings", app.id);
                let label = visit.t("关闭-开发维护", "Close maintenance").to_owned();
                view! {
                    <p class="mt-4 mb-3 text-muted">{visit.t("下一步：关闭开发维护，然后在应用设置里启用。", "Next: close maintenance, then enable the app in its settings.").to_owned()}</p>
                    {postback(&url, "m-0", view! { <button class="btn btn-primary" name="_do" value="close">{label}</button> })}
                }
            });
            card(
                visit.t("已验收", "Accepted"),
                view! {
                    <p>{found.signed.name.clone()}" · "{moment(visit, found.signed.at)}</p>
                    <p class="mt-1 text-sm text-muted">{left}</p>
                    {open_points}
                    {next}
                },
            )
        }
        None if app.lifecycle.in_maintenance() => accept_card(visit, items.len() - done),
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

/// What a line of the checklist is called; its code where it is no longer there.
fn named(visit: &Visit, items: &[CheckItem], code: &str) -> String {
    let about = items.iter().find(|item| item.item == code).map(|item| &item.about);
    match about {
        Some(CheckAbout::Page { title, .. }) => title.get(visit.lang).to_owned(),
        Some(CheckAbout::Samples { .. }) => visit.t("示例数据", "Sample data").to_owned(),
        Some(CheckAbout::Edition { .. }) => visit.t("版本差异", "Different editions").to_owned(),
        None => code.trim_start_matches("page.").to_owned(),
    }
}

fn line(visit: &Visit, app: &App, item: &CheckItem, editable: bool) -> AnyView {
    let (label, more) = match &item.about {
        CheckAbout::Page { key, title } => {
            let fields = Fields::of(visit, "open");
            let open = editable && item.done.is_none();
            let button = if open {
                form_post(
                    &fields,
                    view! {
                        <input type="hidden" name="item" value=item.item.clone()/>
                        <input type="hidden" name="key" value=key.to_string()/>
                        <button class="btn btn-sm" name="_do" value="open">{visit.t("打开并勾选", "Open and tick").to_owned()}</button>
                    },
                )
            } else {
                view! { <a class="btn btn-ghost btn-sm" href=format!("/apps/{}/forms/{key}", app.id)>{visit.t("打开", "Open").to_owned()}</a> }.into_any()
            };
            let title = title.get(visit.lang);
            (
                visit.t(&format!("查看页面「{title}」"), &format!("Page “{title}”")).to_owned(),
                button,
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
    let name = label.clone();
    let fields = Fields::of(visit, "check");
    let tick = form_post(
        &fields,
        view! {
            <input type="hidden" name="item" value=item.item.clone()/>
            <button name="_do" value=if ticked { "untick" } else { "tick" } disabled=!editable aria-pressed=if ticked { "true" } else { "false" } aria-label=name
                class="flex size-6 cursor-pointer items-center justify-center rounded-field border-2 border-base-content/50 aria-pressed:border-success aria-pressed:bg-success aria-pressed:text-success-content">
                {ticked.then(|| icon(Icon::Check))}
            </button>
        },
    );
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
            <span class="shrink-0">{tick}</span>
            <span class="min-w-0 flex-1 basis-40 break-words">{label}{by}</span>
            <span class="shrink-0">{more}</span>
        </li>
    }
    .into_any()
}

fn sample_card(visit: &Visit, samples: i64) -> Option<AnyView> {
    if samples == 0 {
        return None;
    }
    let lead = match visit.lang {
        Lang::Zh => format!(
            "应用带有 {samples} 条示例数据，都标有「示例」。看过之后可以一次全部删除，您自己的数据不受影响。"
        ),
        Lang::En => format!(
            "The app came with {samples} sample records, all marked. Delete all of them at once when you have seen enough; your own records stay."
        ),
    };
    let fields = Fields::of(visit, "samples");
    let confirm = form_post(&fields, Field::danger("samples", visit.t("全部删除", "Delete all")));
    Some(card(
        visit.t("示例数据", "Sample data"),
        view! {
            <p class="mb-4 text-muted">{lead}</p>
            {confirm_button(visit.t("删除全部示例数据", "Delete all sample data"), visit.t("删除后不能恢复。只删除示例数据。", "This cannot be undone. Only sample records are deleted."), confirm)}
        },
    ))
}

fn accept_card(visit: &Visit, open: usize) -> AnyView {
    let fields = Fields::of(visit, "accept");
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
                {Field::area("open_points", 4).label(visit.t("遗留问题", "Open points")).hint(visit.t("服务商会看到这里的内容。", "The provider gets to read this.")).view(&fields)}
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
    match form.command() {
        command @ ("tick" | "untick") => {
            backend::lifecycle::check(backend, actor, id, form.text("item"), command == "tick")
                .await?;
            Ok(Go::to(here))
        }
        "open" => {
            backend::lifecycle::check(backend, actor, id, form.text("item"), true).await?;
            Ok(Go::to(format!("/apps/{id}/forms/{}", form.text("key"))))
        }
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
