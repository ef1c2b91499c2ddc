//! Choosing people and records: a list to choose from that works without scripts (a search button
//! brings other candidates), made lively by the form's island.

use std::collections::HashMap;

use backend::record::{
    NameBook, Room,
    names::{Wanted, load_typed},
    reference::Candidate,
};
use domain::{
    application::{Field, FieldKind, FieldPath, FormDocument, Key},
    identity::{AccountId, ApplicationId, FileId},
    problem::Problem,
    record::{Names as _, Pairs, RecordValues},
};
use leptos::prelude::*;

use super::{fill::Filled, lookup};
use crate::{
    kit::{Icon, icon},
    page::Visit,
};

/// What can be chosen in each field, and the names of what is chosen.
#[derive(Clone, Default)]
pub struct Offers {
    lists: HashMap<String, Vec<Candidate>>,
    /// The names of what is chosen.
    pub names: NameBook,
}

/// The fields and columns of a form with their paths.
fn paths(form: &FormDocument) -> Vec<(FieldPath, &Field)> {
    let mut all = Vec::new();
    for field in &form.fields {
        all.push((FieldPath::field(field.key.clone()), field));
        if let FieldKind::SubTable(table) = &field.kind {
            let path = |column: &Field| FieldPath::column(field.key.clone(), column.key.clone());
            all.extend(table.columns.iter().map(|column| (path(column), column)));
        }
    }
    all
}

/// The names of a field's inputs: one, or one per row.
fn inputs(path: &FieldPath, pairs: &Pairs) -> Vec<String> {
    match &path.table {
        None => vec![format!("f.{}", path.key)],
        Some(table) => {
            let rows = pairs.rows(table.as_str());
            rows.into_iter().map(|row| format!("f.{table}.{row}.{}", path.key)).collect()
        }
    }
}

impl Offers {
    /// Loads the candidates for every field, and the names of what is typed beside those of what
    /// the record holds.
    pub async fn load(
        visit: &Visit,
        room: &Room,
        pairs: &Pairs,
        held: &RecordValues,
    ) -> Result<Self, Problem> {
        let mut offers = Self::default();
        let mut typed = Wanted::default();
        for (path, field) in paths(&room.form) {
            let names = inputs(&path, pairs);
            let chosen = names.iter().flat_map(|name| pairs.all(name));
            match &field.kind {
                FieldKind::Member(_) => {
                    typed.accounts.extend(chosen.filter_map(|id| id.parse::<AccountId>().ok()));
                }
                FieldKind::Attachment(_) | FieldKind::Image(_) => {
                    typed.files.extend(chosen.filter_map(|id| id.parse::<FileId>().ok()));
                }
                FieldKind::Association(association) => typed.records.extend(
                    chosen.filter_map(|id| Some((id.parse().ok()?, association.display.clone()))),
                ),
                _ => continue,
            }
            if matches!(field.kind, FieldKind::Member(_) | FieldKind::Association(_)) {
                let asked =
                    visit.echo().map(|echo| echo.form.text(&format!("_q.{path}")).to_owned());
                let found = lookup::find(visit, room, &path, &asked.unwrap_or_default()).await?;
                offers.lists.insert(path.to_string(), found);
            }
        }
        let (backend, actor) = (visit.backend(), &visit.actor);
        offers.names = load_typed(backend, actor, room, typed, held, visit.lang).await?;
        Ok(offers)
    }

    /// What is chosen, then what else can be.
    fn choices(&self, filled: &Filled<'_>, path: &FieldPath, name: &str) -> Vec<(Candidate, bool)> {
        let title = |id: &str| {
            let account = id.parse().ok().and_then(|id| self.names.account(id));
            account.or_else(|| id.parse().ok().and_then(|id| self.names.record(id)))
        };
        let chosen = filled.pairs.all(name);
        let mut all: Vec<(Candidate, bool)> = chosen
            .iter()
            .filter(|id| !id.is_empty())
            .map(|id| {
                let gone = || filled.visit.t("已不存在", "No longer there").to_owned();
                (Candidate { id: id.clone(), title: title(id).unwrap_or_else(gone) }, true)
            })
            .collect();
        let others = self.lists.get(&path.to_string()).into_iter().flatten();
        all.extend(
            others.filter(|held| !chosen.contains(&held.id)).map(|held| (held.clone(), false)),
        );
        all
    }
}

/// The control of a member or association field.
pub fn control(
    filled: &Filled<'_>,
    field: &Field,
    path: &FieldPath,
    name: &str,
    id: &str,
) -> AnyView {
    let visit = filled.visit;
    let multiple = field.kind.is_multiple();
    let choices = filled.offers.choices(filled, path, name);
    let url = candidates_url(filled.app, &filled.key, path);
    let nothing = filled.nothing(field);
    let list =
        if multiple { ticks(name, choices) } else { select(filled, name, id, nothing, choices) };
    let mode = if multiple { "many" } else { "one" };
    chooser((mode, name, url), list, search(visit, field, path))
}

/// Where a field's candidates are asked for.
pub fn candidates_url(app: ApplicationId, form: &Key, path: &FieldPath) -> String {
    format!("/apps/{app}/forms/{form}/candidates?field={path}")
}

/// A list to choose from with the search beside it, for an island to make lively: whether one or
/// many can be chosen, the input's name, and where candidates are asked for.
pub fn chooser(
    (mode, name, url): (&'static str, &str, String),
    list: AnyView,
    look: AnyView,
) -> AnyView {
    view! {
        <div data-picker=mode data-url=url data-name=name.to_owned() class="flex flex-col gap-2">
            <div data-picker-list>{list}</div>
            {look}
            <ul data-picker-results hidden class="menu w-full rounded-field border border-base-300 bg-base-100 p-1"></ul>
        </div>
    }
    .into_any()
}

fn select(
    filled: &Filled<'_>,
    name: &str,
    id: &str,
    nothing: String,
    choices: Vec<(Candidate, bool)>,
) -> AnyView {
    let options = choices.into_iter().map(
        |(held, chosen)| view! { <option value=held.id selected=chosen>{held.title}</option> },
    );
    let invalid = filled.fields.error(name).is_some().then_some("true");
    view! {
        <select id=id.to_owned() name=name.to_owned() class="select w-full" aria-invalid=invalid aria-describedby=format!("{id}-error")>
            <option value="">{nothing}</option>{options.collect_view()}
        </select>
    }
    .into_any()
}

fn ticks(name: &str, choices: Vec<(Candidate, bool)>) -> AnyView {
    let boxes = choices.into_iter().map(|(held, chosen)| view! {
        <label class="flex min-h-9 cursor-pointer items-center gap-3"><input type="checkbox" class="checkbox checkbox-primary checkbox-sm" name=name.to_owned() value=held.id checked=chosen/><span>{held.title}</span></label>
    });
    view! { <div class="flex max-h-56 flex-col overflow-y-auto rounded-field border border-base-300 px-3 py-1">{boxes.collect_view()}</div> }.into_any()
}

fn search(visit: &Visit, field: &Field, path: &FieldPath) -> AnyView {
    let typed = visit
        .echo()
        .map(|echo| echo.form.text(&format!("_q.{path}")).to_owned())
        .unwrap_or_default();
    let label = visit.t("搜索可选项", "Search what can be chosen").to_owned();
    let placeholder = match field.placeholder.get(visit.lang) {
        "" => label.clone(),
        placeholder => placeholder.to_owned(),
    };
    view! {
        <div class="flex gap-2">
            <input type="search" name=format!("_q.{path}") value=typed class="input input-sm" placeholder=placeholder aria-label=label autocomplete="off" data-picker-search data-none=visit.t("没有找到", "Nothing found").to_owned()/>
            <button type="submit" name="_do" value="look" formaction=format!("{}#f-save-f.{path}", visit.here()) data-plain data-picker-look class="btn btn-sm">{icon(Icon::Search)}{visit.t("查找", "Search").to_owned()}</button>
        </div>
    }
    .into_any()
}
