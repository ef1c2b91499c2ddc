//! Filling in a form: a new record, or the change of one. Buttons that only change the form (a row
//! more, a search for candidates) come back as the same page with everything typed.

use backend::record::{self, NameBook, Room};
use domain::{
    application::Key,
    identity::{ApplicationId, RecordId},
    problem::Problem,
    record::{Pairs, RecordValues, encode},
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
    let offers = Offers::load(&visit, &room, &pairs).await?;
    let names: NameBook = offers.names.clone();
    let before = held.map(|_| values.clone());
    let rules = LiveRules::of(&visit, &room, before).await?;
    Ok(Page::new(title.clone(), move || {
        let list = form_url(&room);
        let back = match &held {
            Some((id, _)) => format!("{list}/records/{id}"),
            None => list,
        };
        // A page that comes back after a refusal still changes the record it was opened with.
        let revision = held.map(|(_, revision)| {
            let echoed = visit.echo().and_then(|echo| echo.form.get("_revision").map(str::to_owned));
            let value = echoed.unwrap_or_else(|| revision.to_string());
            view! { <input type="hidden" name="_revision" value=value/> }
        });
        let fields = Fields::of(&visit, "save");
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
    .layout(Layout::Wide))
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
        let next = pairs(form).rows(table).last().map_or(0, |last| last + 1);
        changed.pairs.push((format!("f.{table}.{next}._row"), String::new()));
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
        Form { pairs: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect() }
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
}
