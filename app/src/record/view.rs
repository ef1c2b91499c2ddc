//! A record: what was filled in, by whom and when. Fields that the form no longer has are shown
//! below, so that old records stay readable.

use backend::record::View;
use domain::{
    application::{Field, FieldKind},
    problem::Problem,
    record::{Value, record_title},
};
use leptos::prelude::*;

use super::{cells::whole, form_url, frame};
use crate::{
    kit::{Icon, Tone, back, badge, card, heading, icon, moment},
    page::{Layout, Page, Visit},
};

/// Shows a record.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (app, form, id) = (visit.param("id")?, visit.param("form")?, visit.param("record")?);
    let view =
        backend::record::view(visit.backend(), &visit.actor, app, &form, id, visit.lang).await?;
    let frame = frame(&visit, &view.room).await?;
    let title = record_title(&view.room.form, &view.record.values, visit.lang, &view.names);
    Ok(Page::new(title.clone(), move || {
        let key = view.room.key.clone();
        let content = content(&visit, &view, title);
        frame.view(&visit, Some(&key), content)
    })
    .layout(Layout::Wide))
}

fn content(visit: &Visit, view: &View, title: String) -> AnyView {
    let list = form_url(&view.room);
    let here = format!("{list}/records/{}", view.record.id);
    let sample = view.record.sample.then(|| badge(Tone::Warn, visit.t("示例数据", "Sample")));
    let buttons = view! {
        <a class="btn btn-primary" href=format!("{here}/edit")>{icon(Icon::Edit)}{visit.t("编辑", "Edit").to_owned()}</a>
        <a class="btn" href=format!("{here}/delete")>{icon(Icon::Trash)}{visit.t("删除", "Delete").to_owned()}</a>
    };
    view! {
        {back(visit, list, view.room.form.title.get(visit.lang))}
        {heading(title, sample, buttons)}
        {card("", view! { {fields(visit, view)}{signature(visit, view)} })}
        {gone(visit, view)}
    }
    .into_any()
}

fn fields(visit: &Visit, view: &View) -> AnyView {
    let rows = view.room.form.seen_fields().map(|field| {
        if field.kind == FieldKind::Divider {
            return view! { <h2 class="col-span-full mt-4 border-b border-base-300 pb-2 font-semibold">{field.label.get(visit.lang).to_owned()}</h2> }.into_any();
        }
        fact(visit, view, Some(field), field.label.get(visit.lang), view.record.values.get(field.key.as_str()))
    });
    view! { <div class="grid grid-cols-1 gap-x-8 max-sm:divide-y max-sm:divide-base-300 sm:grid-cols-2">{rows.collect_view()}</div> }
        .into_any()
}

fn fact(
    visit: &Visit,
    view: &View,
    field: Option<&Field>,
    label: &str,
    value: Option<&Value>,
) -> AnyView {
    let wide = field.is_some_and(|field| {
        matches!(
            field.kind,
            FieldKind::SubTable(_) | FieldKind::MultilineText(_) | FieldKind::Image(_)
        )
    });
    // What is wide stands below its label on a phone, too.
    let class = if wide {
        "col-span-full min-w-0 py-2.5"
    } else {
        "flex min-w-0 items-baseline gap-3 py-2.5 sm:block"
    };
    let shown = match value {
        Some(value) => whole(visit, view.room.app.id, field, value, &view.names),
        None => view! { <span class="text-muted">"–"</span> }.into_any(),
    };
    view! {
        <div class=class><div class="w-28 shrink-0 text-sm text-muted sm:w-auto">{label.to_owned()}</div><div class="min-w-0 flex-1 break-words sm:mt-0.5">{shown}</div></div>
    }
    .into_any()
}

fn signature(visit: &Visit, view: &View) -> AnyView {
    let record = &view.record;
    let changed = (record.revision > 1).then(|| view! {
        <span>{visit.t("最后修改：", "Last changed by ").to_owned()}{view.changed_by.clone()}" · "{moment(visit, record.changed_at)}</span>
    });
    view! {
        <div class="mt-4 flex flex-wrap gap-x-6 gap-y-1 border-t border-base-300 pt-4 text-sm text-muted">
            <span>{visit.t("创建：", "Created by ").to_owned()}{view.created_by.clone()}" · "{moment(visit, record.created_at)}</span>
            {changed}
        </div>
    }
    .into_any()
}

/// What the record holds for fields that its form has no more.
fn gone(visit: &Visit, view: &View) -> Option<AnyView> {
    let form = &view.room.form;
    let rows: Vec<AnyView> = view
        .record
        .values
        .iter()
        .filter(|(key, _)| form.field(key.as_str()).is_none())
        .map(|(key, value)| {
            let older = || view.written_under.field_ever(key.as_str());
            (key, value, form.field_ever(key.as_str()).or_else(older))
        })
        .filter(|(_, _, field)| field.is_none_or(Field::is_seen))
        .map(|(key, value, field)| {
            let label =
                field.map_or(key.to_string(), |field| field.label.get(visit.lang).to_owned());
            fact(visit, view, field, &label, Some(value))
        })
        .collect();
    (!rows.is_empty()).then(|| {
        card(
            visit.t("表单中已删除的字段", "Fields the form no longer has"),
            view! { <div class="grid grid-cols-1 gap-x-8 sm:grid-cols-2">{rows}</div> },
        )
    })
}
