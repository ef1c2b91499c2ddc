//! The releases of an app: publishing the next one with a note, what it would bring, what stands in
//! its way, and how each differs from the one before.

use backend::application::release::{self, Comparison, Release, Releases};
use domain::{identity::ApplicationId, problem::Problem};
use leptos::prelude::*;

use super::{
    difference::differences,
    frame::{Tab, frame},
};
use crate::{
    account::unknown_command,
    kit::{
        Field, Fields, Icon, Tone, badge, card, empty, facts, form_post, heading, icon, moment,
        mono, table,
    },
    page::{Form, Go, Layout, Page, Visit},
};

/// Shows the releases and what the next one would bring.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let found = release::list(visit.backend(), &visit.actor, id).await?;
    let title = visit.t("版本发布", "Releases").to_owned();
    Ok(Page::new(title.clone(), move || {
        let app = found.app.clone();
        let lead = lead(&visit, &found);
        let content = view! {
            {heading(title, lead, ())}
            <div class="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
                <div class="min-w-0">{pending(&visit, &found)}{list(&visit, &found)}</div>
                <div class="max-lg:order-first">{publish(&visit, &found)}</div>
            </div>
        };
        frame(&visit, &app, found.access, Tab::Releases, content)
    })
    .layout(Layout::Wide))
}

fn lead(visit: &Visit, found: &Releases) -> String {
    match (found.releases.first(), found.pending.len()) {
        (None, _) => visit
            .t(
                "发布后才能分发给客户；每个版本都不可更改。",
                "An app can be distributed once it has a release; releases never change.",
            )
            .to_owned(),
        (Some(newest), 0) => match visit.lang {
            domain::lang::Lang::Zh => {
                format!("第 {} 版即当前内容，没有未发布的修改。", newest.number)
            }
            domain::lang::Lang::En => format!(
                "Release {} is the current content; nothing waits to be published.",
                newest.number
            ),
        },
        (Some(newest), pending) => match visit.lang {
            domain::lang::Lang::Zh => {
                format!("第 {} 版之后有 {pending} 个组件被修改，尚未发布。", newest.number)
            }
            domain::lang::Lang::En => {
                format!("{pending} components changed since release {}.", newest.number)
            }
        },
    }
}

/// The form that publishes, or what has to be done first.
fn publish(visit: &Visit, found: &Releases) -> AnyView {
    let next = found.releases.first().map_or(1, |newest| newest.number + 1);
    let title = match visit.lang {
        domain::lang::Lang::Zh => format!("发布第 {next} 版"),
        domain::lang::Lang::En => format!("Publish release {next}"),
    };
    if let Some(problem) = &found.obstacle {
        return card(title, obstacle(visit, found, problem));
    }
    if found.pending.is_empty() && !found.releases.is_empty() {
        let text = visit.t(
            "没有未发布的修改，修改应用后再发布下一版。",
            "Nothing to publish; change the app first.",
        );
        return card(title, view! { <p class="text-muted">{text.to_owned()}</p> });
    }
    let fields = Fields::of(visit, "publish");
    let form = form_post(
        &fields,
        view! {
            {Field::area("note", 4).label(visit.t("版本说明", "Release note"))
                .hint(visit.t("写给同事和客户：这一版带来了什么。", "For colleagues and customers: what this release brings.")).view(&fields)}
            {Field::submit("publish", visit.t("发布", "Publish"))}
        },
    );
    card(title, form)
}

/// What keeps the app from being released, each with the way to the place.
fn obstacle(visit: &Visit, found: &Releases, problem: &Problem) -> AnyView {
    let places = problem.fields.iter().map(|field| {
        let text = field.text.get(visit.lang).to_owned();
        let url = place_url(found.app.id, &field.name);
        let name = place_name(visit, found, &field.name);
        view! { <li><a class="link" href=url>{name}</a><span class="block text-sm text-muted">{text}</span></li> }
    });
    view! {
        <div class="flex items-start gap-2" data-obstacle=problem.code.to_string()><span class="mt-1 text-warning">{icon(Icon::Alert)}</span>
            <div><p class="font-medium">{problem.sentence(visit.lang).to_owned()}</p><p class="text-sm text-muted">{problem.remedy.get(visit.lang).to_owned()}</p></div></div>
        <ul class="mt-3 flex flex-col gap-3">{places.collect_view()}</ul>
    }
    .into_any()
}

/// Where a finding can be mended: `contract.items.price` is in the form `contract`.
fn place_url(app: ApplicationId, at: &str) -> String {
    match at.split_once('.') {
        Some((form, field)) => format!("/apps/{app}/design/forms/{form}?field={field}#properties"),
        None if at.is_empty() || at == "navigation" => format!("/apps/{app}/design"),
        None => format!("/apps/{app}/design/forms/{at}"),
    }
}

fn place_name(visit: &Visit, found: &Releases, at: &str) -> String {
    let (form, field) = at.split_once('.').unwrap_or((at, ""));
    let Some(document) = found.tree.form(form) else {
        return visit.t("应用", "The app").to_owned();
    };
    let label = field.parse().ok().and_then(|path| document.at(&path)).map(|field| &field.label);
    let title = document.title.get(visit.lang);
    label.map_or_else(|| title.to_owned(), |label| format!("{title} / {}", label.get(visit.lang)))
}

fn pending(visit: &Visit, found: &Releases) -> Option<AnyView> {
    (!found.pending.is_empty()).then(|| {
        let title = if found.releases.is_empty() {
            visit.t("第一版将包含", "The first release will bring")
        } else {
            visit.t("尚未发布的修改", "Not published yet")
        };
        card(title, differences(visit, &found.pending))
    })
}

fn list(visit: &Visit, found: &Releases) -> AnyView {
    if found.releases.is_empty() {
        let lead = visit.t(
            "完成表单后，在这里发布第一版。",
            "When the forms are ready, publish the first release here.",
        );
        return empty(Icon::Package, visit.t("还没有版本", "No releases yet"), lead, ());
    }
    let columns = [
        ("版本", "Release"),
        ("说明", "Note"),
        ("发布人", "By"),
        ("时间", "When"),
        ("签名", "Signature"),
        ("", ""),
    ]
    .map(|(zh, en)| visit.t(zh, en).to_owned())
    .to_vec();
    let rows = found.releases.iter().map(|release| row(visit, release)).collect();
    table(visit.t("所有版本", "All releases"), columns, rows)
}

fn row(visit: &Visit, release: &Release) -> Vec<AnyView> {
    let url = format!("/apps/{}/releases/{}", release.application, release.number);
    let note = if release.note.is_empty() { "—".to_owned() } else { release.note.clone() };
    let compare = if release.number > 1 {
        visit.t("与上一版比较", "Compare with the one before")
    } else {
        visit.t("查看内容", "What it holds")
    }
    .to_owned();
    vec![
        view! { <a class="link font-medium" href=url.clone()>{numbered(visit, release.number)}</a> }.into_any(),
        view! { <span class="whitespace-pre-wrap">{note}</span> }.into_any(),
        release.created_by.clone().into_any(),
        moment(visit, release.created_at),
        signature(visit, release),
        view! { <a class="btn btn-sm" href=url>{compare}</a> }.into_any(),
    ]
}

fn numbered(visit: &Visit, number: i64) -> String {
    match visit.lang {
        domain::lang::Lang::Zh => format!("第 {number} 版"),
        domain::lang::Lang::En => format!("Release {number}"),
    }
}

fn signature(visit: &Visit, release: &Release) -> AnyView {
    if release.is_signed(visit.backend()) {
        badge(Tone::Good, visit.t("有效", "Valid"))
    } else {
        badge(Tone::Bad, visit.t("无效", "Not valid"))
    }
}

/// Shows how a release differs from the one before.
pub async fn compare(visit: Visit) -> Result<Page, Problem> {
    let id: ApplicationId = visit.param("id")?;
    let number = visit.param("number")?;
    let Comparison { app, access, release, changes } =
        release::compare(visit.backend(), &visit.actor, id, number).await?;
    let title = numbered(&visit, release.number);
    Ok(Page::new(title.clone(), move || {
        let back = format!("/apps/{}/releases", app.id);
        let lead = if release.note.is_empty() { String::new() } else { release.note.clone() };
        let facts = facts(vec![
            (visit.t("发布人", "Published by").to_owned(), release.created_by.clone().into_any()),
            (visit.t("时间", "When").to_owned(), moment(&visit, release.created_at)),
            (visit.t("内容摘要", "Content digest").to_owned(), mono(release.digest.to_string())),
            (visit.t("签名", "Signature").to_owned(), signature(&visit, &release)),
        ]);
        let against = if release.number > 1 {
            match visit.lang {
                domain::lang::Lang::Zh => format!("与第 {} 版的不同", release.number - 1),
                domain::lang::Lang::En => format!("Compared with release {}", release.number - 1),
            }
        } else {
            visit.t("第一版的内容", "What the first release holds").to_owned()
        };
        let action = view! { <a class="btn btn-sm" href=back>{icon(Icon::ChevronLeft)}{visit.t("所有版本", "All releases").to_owned()}</a> };
        let content = view! {
            {heading(title, lead, action)}
            {card("", facts)}
            {card(against, differences(&visit, &changes))}
        };
        frame(&visit, &app, access, Tab::Releases, content)
    })
    .layout(Layout::Wide))
}

/// Publishes the next release.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ApplicationId = visit.param("id")?;
    if form.command() != "publish" {
        return Err(unknown_command());
    }
    let release = release::publish(visit.backend(), &visit.actor, id, form.text("note")).await?;
    let number = release.number;
    Ok(Go::to(visit.here())
        .say(format!("第 {number} 版已发布"), format!("Release {number} is published")))
}
