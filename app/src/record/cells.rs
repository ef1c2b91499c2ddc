//! Values as people read them: short in a list's cell, whole on a record's page.

use backend::record::NameBook;
use domain::{
    application::{Field, FieldKind, SubTable},
    identity::{ApplicationId, FileId, RecordId},
    record::{Names as _, RecordValues, Value, shown},
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, file_summary, icon},
    page::Visit,
};

/// A value in a list's cell, at most two lines.
pub fn short(visit: &Visit, field: &Field, value: Option<&Value>, names: &NameBook) -> AnyView {
    let Some(value) = value else {
        return view! { <span class="text-muted" aria-hidden="true">"–"</span> }.into_any();
    };
    let text = shown(Some(field), value, visit.lang, names);
    match value {
        Value::Number(_) => {
            view! { <span class="figures whitespace-nowrap">{text}</span> }.into_any()
        }
        Value::Date(_) | Value::Range(..) => {
            view! { <span class="figures whitespace-nowrap">{text}</span> }.into_any()
        }
        Value::Choice(_) => {
            let parts = text
                .split(visit.t("、", ", "))
                .map(|part| view! { <span class="badge badge-ghost whitespace-nowrap">{part.to_owned()}</span> })
                .collect_view();
            view! { <span class="inline-flex flex-wrap gap-1">{parts}</span> }.into_any()
        }
        _ => view! { <span class="line-clamp-2 break-words">{text}</span> }.into_any(),
    }
}

/// A value on a record's page. The field may be gone or changed; what was filled in is shown.
pub fn whole(
    visit: &Visit,
    app: ApplicationId,
    field: Option<&Field>,
    value: &Value,
    names: &NameBook,
) -> AnyView {
    match value {
        Value::Text(text) => {
            view! { <span class="whitespace-pre-line break-words">{text.clone()}</span> }.into_any()
        }
        Value::Files(ids) => files(visit, ids, names),
        Value::Records(ids) => records(visit, app, ids, names),
        Value::Rows(rows) => table(visit, app, field, rows, names),
        _ => {
            let figures = matches!(value, Value::Number(_) | Value::Date(_) | Value::Range(..));
            let text = shown(field, value, visit.lang, names);
            view! { <span class:figures=figures>{text}</span> }.into_any()
        }
    }
}

fn files(visit: &Visit, ids: &[FileId], names: &NameBook) -> AnyView {
    let items = ids.iter().map(|id| {
        let url = format!("/files/{id}");
        let Some(file) = names.file_of(*id) else {
            return view! { <li class="text-muted">{visit.t("文件已不存在", "The file is gone").to_owned()}</li> }.into_any();
        };
        let picture = file.media_type.starts_with("image/").then(|| {
            view! { <a href=url.clone()><img src=url.clone() alt=file.name.clone() loading="lazy" class="mb-1 max-h-40 max-w-full rounded-field border border-base-300"/></a> }
        });
        view! { <li class="min-w-0">{picture}{file_summary(&file.name, file.size, &url)}</li> }.into_any()
    });
    view! { <ul class="flex flex-col gap-2">{items.collect_view()}</ul> }.into_any()
}

fn records(visit: &Visit, app: ApplicationId, ids: &[RecordId], names: &NameBook) -> AnyView {
    let items = ids.iter().map(|id| match (names.record(*id), names.form_of(*id)) {
        (Some(title), Some(form)) => view! {
            <li><a class="link inline-flex items-center gap-1" href=format!("/apps/{app}/forms/{form}/records/{id}")>{icon(Icon::Link)}{title}</a></li>
        }
        .into_any(),
        _ => view! { <li class="text-muted">{visit.t("已删除的记录", "Deleted record").to_owned()}</li> }.into_any(),
    });
    view! { <ul class="flex flex-col gap-1">{items.collect_view()}</ul> }.into_any()
}

/// The columns of a sub-table as it is now, and those that only old rows have.
fn columns(field: Option<&Field>, rows: &[RecordValues]) -> Vec<(String, Option<Field>)> {
    let kind = field.map(|field| &field.kind);
    let empty = SubTable::default();
    let table = match kind {
        Some(FieldKind::SubTable(table)) => table,
        _ => &empty,
    };
    let live = table.seen_columns().map(|column| (column.key.to_string(), Some(column.clone())));
    let mut all: Vec<_> = live.collect();
    for (key, _) in rows.iter().flat_map(RecordValues::iter) {
        if !all.iter().any(|(held, _)| *key == **held) {
            all.push((key.to_string(), table.column_ever(key.as_str()).cloned()));
        }
    }
    all
}

fn table(
    visit: &Visit,
    app: ApplicationId,
    field: Option<&Field>,
    rows: &[RecordValues],
    names: &NameBook,
) -> AnyView {
    let columns = columns(field, rows);
    let label = |key: &str, column: &Option<Field>| {
        column.as_ref().map_or(key.to_owned(), |column| column.label.get(visit.lang).to_owned())
    };
    let head: Vec<String> = columns.iter().map(|(key, column)| label(key, column)).collect();
    let body = rows
        .iter()
        .map(|row| {
            columns
                .iter()
                .map(|(key, column)| match row.get(key) {
                    Some(value) => whole(visit, app, column.as_ref(), value, names),
                    None => view! { <span class="text-muted">"–"</span> }.into_any(),
                })
                .collect()
        })
        .collect();
    let caption = field.map(|field| field.label.get(visit.lang).to_owned()).unwrap_or_default();
    crate::kit::table(caption, head, body)
}
