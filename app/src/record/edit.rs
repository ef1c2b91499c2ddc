//! Filling in a form: a new record, or the change of one. Buttons that only change the form (a row
//! more, a search for candidates) come back as the same page with everything typed.

use backend::record::{self, NameBook, Room};
use domain::{
    application::{Access, Field, FieldKind, Key},
    identity::{ApplicationId, RecordId},
    problem::Problem,
    record::{Pairs, ROW, RecordValues, encode, next_row, shown},
};
use leptos::prelude::*;

use super::{
    fill::{Filled, LiveRules},
    form_url, frame,
    picker::Offers,
};
use crate::{
    application::frame::Frame,
    kit::{Fields, card, form_multipart, heading},
    page::{Form, Go, Layout, Page, Visit},
};

fn pairs(form: &Form) -> Pairs {
    form.pairs.iter().filter(|(name, _)| !name.starts_with('_')).cloned().collect()
}

fn typed(visit: &Visit) -> Option<Pairs> {
    visit.echo().map(|echo| pairs(&echo.form))
}

/// An empty form.
pub async fn new(visit: Visit) -> Result<Page, Problem> {
    let (app, form) = (visit.param("id")?, visit.param("form")?);
    let room = record::enter(visit.backend(), &visit.actor, app, &form).await?;
    let values = record::blank(visit.backend(), &visit.actor, &room).await?;
    let pairs = typed(&visit).unwrap_or_else(|| encode(&room.form, &values));
    let title = format!("{} · {}", visit.t("新增", "New"), room.form.title.get(visit.lang));
    show(visit, room, pairs, (values, None), title).await
}

/// The form with what a record holds.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (app, form, id) = (visit.param("id")?, visit.param("form")?, visit.param("record")?);
    let view = record::view(visit.backend(), &visit.actor, app, &form, id, visit.lang).await?;
    let pairs = typed(&visit).unwrap_or_else(|| encode(&view.room.form, &view.record.values));
    let title = format!("{} · {}", visit.t("编辑", "Edit"), view.room.form.title.get(visit.lang));
    let held = (view.record.values, Some((view.record.id, view.record.revision)));
    show(visit, view.room, pairs, held, title).await
}

async fn show(
    visit: Visit,
    room: Room,
    pairs: Pairs,
    (values, held): (RecordValues, Option<(RecordId, i64)>),
    title: String,
) -> Result<Page, Problem> {
    let frame: Frame = frame(&visit, &room).await?;
    let offers = Offers::load(&visit, &room, &pairs, &values).await?;
    let names: NameBook = offers.names.clone();
    let before = held.map(|_| values.clone());
    let rules = LiveRules::of(&visit, &room, before).await?;
    Ok(Page::new(title.clone(), move || {
        let list = form_url(&room);
        let back = match &held {
            Some((id, _)) => format!("{list}/records/{id}"),
            None => list,
        };
        // A page that comes back after a refusal still changes the record it was opened with; one
        // that comes back because somebody else was faster, the record as it is now shown beside it.
        let overtaken = is_overtaken(&visit);
        let revision = held.map(|(_, revision)| {
            let echoed = visit.echo().filter(|_| !overtaken);
            let echoed = echoed.and_then(|echo| echo.form.get("_revision").map(str::to_owned));
            let value = echoed.unwrap_or_else(|| revision.to_string());
            view! { <input type="hidden" name="_revision" value=value/> }
        });
        let theirs = overtaken.then(|| differing(&visit, &room, &pairs, &values, &names, &back));
        let fields = Fields::of(&visit, "save").guarded();
        let filled = Filled {
            visit: &visit,
            form: &room.form,
            pairs: &pairs,
            names: &names,
            offers: &offers,
            fields: &fields,
            before: Some(&values),
            app: room.app.id,
            key: room.key.clone(),
        };
        let content = form_multipart(&fields, view! {
            {default_button(&visit)}
            {revision}
            {theirs}
            {filled.view()}
            {crate::kit::actions(view! {
                <button type="submit" class="btn btn-primary" name="_do" value="save">{visit.t("保存", "Save").to_owned()}</button>
                <a class="btn btn-ghost" href=back>{visit.t("取消", "Cancel").to_owned()}</a>
            })}
            {rules.island(&visit, &room)}
        });
        let lead = room.form.description.get(visit.lang).to_owned();
        frame.view(&visit, Some(&room.key), view! { {heading(title, lead, ())}{card("", content)} })
    })
    .islands(&["live_form"])
    .layout(Layout::Wide))
}

/// Whether somebody else changed the record after this page was opened.
fn is_overtaken(visit: &Visit) -> bool {
    let problem = visit.echo().and_then(|echo| echo.problem.as_ref());
    problem.is_some_and(|problem| problem.code == "changed_meanwhile")
}

/// What the record holds now where it differs from what is typed, so that saving again loses nothing
/// unseen.
fn differing(
    visit: &Visit,
    room: &Room,
    pairs: &Pairs,
    values: &RecordValues,
    names: &NameBook,
    record: &str,
) -> AnyView {
    let now = encode(&room.form, values);
    let inputs = |pairs: &Pairs, key: &Key| {
        let (own, parts) = (format!("f.{key}"), format!("f.{key}."));
        let belongs = |name: &str| name == own || name.starts_with(&parts);
        let filled = pairs.iter().filter(|(name, value)| {
            belongs(name) && !value.trim().is_empty() && !name.ends_with(&format!(".{ROW}"))
        });
        filled
            .map(|(name, value)| (name.to_owned(), value.replace("\r\n", "\n")))
            .collect::<Vec<_>>()
    };
    // What nobody types cannot differ from what is typed.
    let typed = |field: &&Field| {
        field.access == Access::Normal && !matches!(field.kind, FieldKind::SerialNumber(_))
    };
    let shown_fields = room.form.value_fields().filter(typed);
    let lines = shown_fields
        .filter(|field| inputs(&now, &field.key) != inputs(pairs, &field.key))
        .map(|field| {
            let held = values.get(field.key.as_str());
            let held = held.map(|value| shown(Some(field), value, visit.lang, names));
            let held = held.unwrap_or_else(|| visit.t("（空）", "(empty)").to_owned());
            let short: String = held.chars().take(300).collect();
            view! { <li><span class="font-medium">{field.label.get(visit.lang).to_owned()}</span>": "{short}</li> }
        })
        .collect_view();
    let lead = visit.t(
        "与您填写的不同、当前已保存的内容如下；再次保存会以您填写的为准。",
        "Where it differs from what you typed, this is what is stored now; saving again puts yours in its place.",
    );
    view! {
        <div class="alert alert-warning alert-soft mb-6 items-start" data-overtaken="">
            <div>
                <p>{lead.to_owned()}" "<a class="link" href=record.to_owned() target="_blank" rel="noopener">{visit.t("查看当前记录", "See the record as it is").to_owned()}</a></p>
                <ul class="mt-1 list-disc pl-5 break-words">{lines}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// Enter in a field presses a form's first button: that must be the one that saves.
fn default_button(visit: &Visit) -> AnyView {
    view! { <button type="submit" name="_do" value="save" class="sr-only" tabindex="-1" aria-hidden="true">{visit.t("保存", "Save").to_owned()}</button> }
        .into_any()
}

/// Adds or takes away a row, or does nothing, for buttons that only change the form.
fn changed(form: &Form) -> Option<Form> {
    let command = form.command().to_owned();
    let mut changed = form.clone();
    if command == "look" {
        return Some(changed);
    }
    if let Some(table) = command.strip_prefix("row.add.") {
        let held = form.text(&format!("_held.{table}")).parse().unwrap_or(0);
        let next = next_row(pairs(form).rows(table).into_iter(), held);
        changed.pairs.push((format!("f.{table}.{next}.{ROW}"), String::new()));
        return Some(changed);
    }
    let row = command.strip_prefix("row.remove.")?;
    let prefix = format!("f.{row}.");
    changed.pairs.retain(|(name, _)| !name.starts_with(&prefix));
    Some(changed)
}

/// Files a new record.
pub async fn create(visit: Visit, form: Form) -> Result<Go, Problem> {
    if let Some(form) = changed(&form) {
        return Ok(Go::Again(form));
    }
    let (app, key): (ApplicationId, Key) = (visit.param("id")?, visit.param("form")?);
    let id = record::create(visit.backend(), &visit.actor, app, &key, &pairs(&form)).await?;
    Ok(Go::to(format!("/apps/{app}/forms/{key}/records/{id}")).say("已保存", "Saved"))
}

/// Changes a record.
pub async fn change(visit: Visit, form: Form) -> Result<Go, Problem> {
    if let Some(form) = changed(&form) {
        return Ok(Go::Again(form));
    }
    let (app, key): (ApplicationId, Key) = (visit.param("id")?, visit.param("form")?);
    let id: RecordId = visit.param("record")?;
    let revision = form.parse("_revision")?;
    let pairs = pairs(&form);
    record::change(visit.backend(), &visit.actor, app, &key, id, revision, &pairs).await?;
    Ok(Go::to(format!("/apps/{app}/forms/{key}/records/{id}")).say("已保存", "Saved"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let pairs = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Form { pairs, ..Form::default() }
    }

    #[test]
    fn rows_are_added_and_removed_without_scripts() {
        let typed = [("f.items.0.price", "1"), ("f.items.2.price", "3"), ("f.name", "x")];
        let with = |command: &str| {
            let mut form = form(&typed);
            form.pairs.push(("_do".into(), command.into()));
            changed(&form).map(|form| pairs(&form).rows("items"))
        };
        assert_eq!(with("row.add.items"), Some(vec![0, 2, 3]));
        assert_eq!(with("row.remove.items.2"), Some(vec![0]));
        assert_eq!(with("look"), Some(vec![0, 2]));
        assert_eq!(with("save"), None);
    }

    #[test]
    fn a_new_row_never_takes_the_number_of_one_that_was_removed() {
        let mut form = form(&[("f.items.0.price", "1"), ("_held.items", "3")]);
        form.pairs.push(("_do".into(), "row.add.items".into()));
        assert_eq!(changed(&form).map(|form| pairs(&form).rows("items")), Some(vec![0, 3]));
    }
}
