//! Deleting a record, after a second look.

use backend::record;
use domain::{
    application::Key,
    identity::{ApplicationId, RecordId},
    problem::Problem,
    record::record_title,
};
use leptos::prelude::*;

use super::{form_url, frame};
use crate::{
    kit::{Field, Fields, actions, card, form_post, heading},
    page::{Form, Go, Layout, Page, Visit},
};

/// Asks once more.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (app, form, id) = (visit.param("id")?, visit.param("form")?, visit.param("record")?);
    let view = record::view(visit.backend(), &visit.actor, app, &form, id, visit.lang).await?;
    let frame = frame(&visit, &view.room).await?;
    let name = record_title(&view.room.form, &view.record.values, visit.lang, &view.names);
    let title = visit.t("删除记录", "Delete record").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "delete");
        let back = format!("{}/records/{id}", form_url(&view.room));
        let lead = visit
            .t("删除后无法恢复，附件也会一并删除。", "This cannot be undone; its files go with it.")
            .to_owned();
        let question =
            format!("{}{name}{}", visit.t("要删除「", "Delete “"), visit.t("」吗？", "”?"));
        let content = form_post(
            &fields,
            view! {
                <p class="mb-2 text-lg">{question}</p><p class="text-muted">{lead}</p>
                <input type="hidden" name="revision" value=view.record.revision.to_string()/>
                {actions(view! {
                    {Field::danger("delete", visit.t("删除", "Delete"))}
                    <a class="btn btn-ghost" href=back>{visit.t("取消", "Cancel").to_owned()}</a>
                })}
            },
        );
        frame.view(&visit, Some(&form), view! { {heading(title, (), ())}{card("", content)} })
    })
    .layout(Layout::Wide))
}

/// Deletes it.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (app, key): (ApplicationId, Key) = (visit.param("id")?, visit.param("form")?);
    let id: RecordId = visit.param("record")?;
    let revision = form.parse("revision")?;
    record::delete(visit.backend(), &visit.actor, app, &key, id, revision).await?;
    Ok(Go::to(format!("/apps/{app}/forms/{key}")).say("记录已删除", "The record was deleted"))
}
