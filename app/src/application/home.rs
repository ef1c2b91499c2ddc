//! An app's first page: its forms, or the next step while there are none.

use domain::problem::Problem;
use leptos::prelude::*;

use super::frame::{Frame, Line};
use crate::{
    kit::{Icon, empty, heading, icon},
    page::{Layout, Page, Visit},
};

/// Shows the forms of an app.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id = visit.param("id")?;
    let opened = backend::application::open(visit.backend(), &visit.actor, id).await?;
    let title = opened.app.name.get(visit.lang).to_owned();
    let lead = opened.app.description.clone();
    let frame = Frame::of(&visit, opened.app, opened.access, &opened.tree);
    Ok(Page::new(title, move || {
        let content = if frame.lines.is_empty() { nothing(&visit, &frame) } else { forms(&frame) };
        let title = visit.t("全部表单", "All forms").to_owned();
        frame.view(&visit, None, view! { {heading(title, lead, ())}{content} })
    })
    .layout(Layout::Wide))
}

fn forms(frame: &Frame) -> AnyView {
    let app = frame.app.id;
    let cards = frame.lines.iter().map(|line| match line {
        Line::Heading(title) => view! { <h2 class="col-span-full mt-2 text-sm font-medium text-muted">{title.clone()}</h2> }.into_any(),
        Line::Form(key, title) => view! {
            <a href=format!("/apps/{app}/forms/{key}") class="panel panel-link flex min-h-16 items-center gap-3 p-4">
                <span class="text-primary">{icon(Icon::Clipboard)}</span><span class="min-w-0 font-medium">{title.clone()}</span>
                <span class="ml-auto text-muted">{icon(Icon::ChevronRight)}</span>
            </a>
        }
        .into_any(),
    });
    view! { <div class="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{cards.collect_view()}</div> }
        .into_any()
}

fn nothing(visit: &Visit, frame: &Frame) -> AnyView {
    let action = frame.access.design.then(|| {
        view! { <a class="btn btn-primary" href=format!("/apps/{}/design", frame.app.id)>{visit.t("去设计表单", "Design the first form").to_owned()}</a> }
    });
    let lead = if frame.access.design {
        visit.t(
            "先添加一个表单，成员就能在这里填写和查询。",
            "Add a form first; people will fill it in and look things up here.",
        )
    } else {
        visit.t("应用的开发者还没有添加表单。", "The app's developers have not added a form yet.")
    };
    empty(Icon::Clipboard, visit.t("这个应用还没有表单", "This app has no form yet"), lead, action)
}
