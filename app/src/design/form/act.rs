//! The commands of the form's page. Each is one edit of the form, refused when somebody else has
//! changed it since the page was loaded.

use domain::{
    application::{FieldKind, FieldPath, FormDocument, Key, Tree},
    lang::{Lang, Text},
    problem::{FieldCheck, Problem},
    record::Pairs,
};

use super::{list_columns::shown, rows};
use crate::{
    design::editing::{argument, arguments, change, named},
    page::{Form, Go, Visit},
};

/// Runs the command of a posted form.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let command = form.command().to_owned();
    if let Some((list, step)) = rows::step_of(&command) {
        return Ok(Go::Again(rows::rearranged(&form, list, step)));
    }
    let (verb, parts) = arguments(&command);
    match verb {
        "save" => save(&visit, &form).await,
        "add" => add(&visit, &form, parts.first().copied().unwrap_or("")).await,
        "add-column" => add_column(&visit, &form).await,
        "rename" => rename(&visit, &form).await,
        "remove-form" => remove_form(&visit, &form).await,
        "move" | "remove" | "restore" => place(&visit, &form, verb, &parts).await,
        _ => list(&visit, &form, verb, &parts).await,
    }
}

fn no_field() -> Problem {
    backend::problem::missing("字段", "field")
}

async fn edit<T>(
    visit: &Visit,
    form: &Form,
    edit: impl FnOnce(&mut FormDocument) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let key: Key = visit.param("form")?;
    change(visit, form, key.clone(), |tree| tree.edit_form(&key, edit)).await
}

/// The page with a field selected. Without a fragment: a URL that differs from the page's only in
/// that would not be loaded anew by scripts.
fn at(visit: &Visit, path: &FieldPath) -> String {
    format!("{}?field={path}", visit.path)
}

/// The properties of the selected field.
async fn save(visit: &Visit, form: &Form) -> Result<Go, Problem> {
    let path: FieldPath =
        visit.query("field").and_then(|path| path.parse().ok()).ok_or_else(no_field)?;
    let typed: Pairs = form.pairs.iter().cloned().collect();
    edit(visit, form, |document| {
        let before = document.at(&path).ok_or_else(no_field)?;
        let changed = before.with_properties(&typed)?;
        document.change_field(&path, changed)
    })
    .await?;
    Ok(Go::to(at(visit, &path)).say("字段已保存", "The field is saved"))
}

/// What a new field is called: what was typed, in the visitor's language, or the name of its kind.
fn label(visit: &Visit, typed: &str, kind: &FieldKind) -> Result<Text, Problem> {
    let mut check = FieldCheck::new();
    let typed = check.optional_text("name", typed, 200);
    let name = typed.map(|name| match (name.is_empty(), visit.lang) {
        (true, _) => kind.label(),
        (false, Lang::Zh) => Text::new(name, ""),
        (false, Lang::En) => Text::new("", name),
    });
    check.conclude(name)
}

fn kind(code: &str) -> Result<FieldKind, Problem> {
    FieldKind::parse(code).ok_or_else(|| backend::problem::missing("字段类型", "kind of field"))
}

/// A field from the palette, behind the selected one.
async fn add(visit: &Visit, form: &Form, code: &str) -> Result<Go, Problem> {
    let kind = kind(code)?;
    let label = label(visit, form.text("name"), &kind)?;
    let selected = visit.query("field").and_then(|path| path.parse::<FieldPath>().ok());
    let key = edit(visit, form, |document| {
        let behind = selected.map(|path| path.table.unwrap_or(path.key));
        let behind =
            behind.and_then(|key| document.fields.iter().position(|field| field.key == key));
        document.add_field(None, label, kind, behind.map(|place| place + 1))
    })
    .await?;
    Ok(Go::to(at(visit, &FieldPath::field(key))))
}

async fn add_column(visit: &Visit, form: &Form) -> Result<Go, Problem> {
    let kind = kind(form.text("column_kind"))?;
    let label = label(visit, form.text("name"), &kind)?;
    let table: Key = form.parse("table")?;
    let within = table.clone();
    edit(visit, form, move |document| document.add_field(Some(&within), label, kind, None)).await?;
    Ok(Go::to(at(visit, &FieldPath::field(table))))
}

/// Moves, removes or restores a field or column.
async fn place(visit: &Visit, form: &Form, verb: &str, parts: &[&str]) -> Result<Go, Problem> {
    let path: FieldPath = argument(parts, 0)?;
    match verb {
        "move" => {
            let to = argument(parts, 1)?;
            edit(visit, form, |document| document.move_field(&path, to)).await?;
            Ok(Go::to(visit.here()))
        }
        "restore" => {
            edit(visit, form, |document| document.restore_field(&path)).await?;
            Ok(Go::to(at(visit, &path)).say("字段已恢复", "The field is back"))
        }
        _ => {
            let key: Key = visit.param("form")?;
            let gone = path.clone();
            change(visit, form, key.clone(), move |tree: &mut Tree| tree.remove_field(&key, &gone))
                .await?;
            // A column's table stays open.
            let next = path.table.map(FieldPath::field);
            let next = next.map_or_else(|| visit.path.clone(), |table| at(visit, &table));
            Ok(Go::to(next).say(
                "字段已移除，可在列表下方恢复",
                "The field is removed; it can be restored below the list",
            ))
        }
    }
}

async fn rename(visit: &Visit, form: &Form) -> Result<Go, Problem> {
    let name = named(form, "title_zh", "title_en")?;
    let mut check = FieldCheck::new();
    let zh = check.optional_text("description_zh", form.text("description_zh"), 2_000);
    let en = check.optional_text("description_en", form.text("description_en"), 2_000);
    let about = check.conclude(zh.zip(en).map(|(zh, en)| Text::new(zh, en)))?;
    let key: Key = visit.param("form")?;
    change(visit, form, key.clone(), |tree| tree.rename_form(&key, name, about)).await?;
    Ok(Go::to(visit.path.clone()).say("表单已保存", "The form is saved"))
}

async fn remove_form(visit: &Visit, form: &Form) -> Result<Go, Problem> {
    let key: Key = visit.param("form")?;
    change(visit, form, key.clone(), |tree| tree.remove_form(&key)).await?;
    let app: domain::identity::ApplicationId = visit.param("id")?;
    Ok(Go::to(format!("/apps/{app}/design")).say("表单已移除", "The form is removed"))
}

/// The columns of the record list.
async fn list(visit: &Visit, form: &Form, verb: &str, parts: &[&str]) -> Result<Go, Problem> {
    let key = || match verb {
        "list-add" => form.parse("column"),
        _ => argument::<Key>(parts, 0),
    };
    match verb {
        "list-add" => {
            let key = key()?;
            edit(visit, form, |document| {
                let mut columns = shown(document);
                columns.push(key);
                document.set_columns(columns)
            })
            .await?;
        }
        "list-remove" => {
            let key = key()?;
            edit(visit, form, |document| {
                let mut columns = shown(document);
                columns.retain(|column| *column != key);
                document.set_columns(columns)
            })
            .await?;
        }
        "list-move" => {
            let (key, to): (Key, usize) = (key()?, argument(parts, 1)?);
            edit(visit, form, |document| {
                let mut columns = shown(document);
                let from = columns.iter().position(|column| *column == key).ok_or_else(no_field)?;
                let column = columns.remove(from);
                columns.insert(to.min(columns.len()), column);
                document.set_columns(columns)
            })
            .await?;
        }
        "list-reset" => edit(visit, form, |document| document.set_columns(Vec::new())).await?,
        _ => return Err(backend::problem::missing("这个操作", "command")),
    }
    Ok(Go::to(visit.path.clone()))
}
