//! The search and the filters over a list of records. They are one form that asks for the same page;
//! what people and records can be asked for is searched by the server, or in place by the island.

use std::collections::HashMap;

use backend::record::{
    NameBook, Room,
    names::{Wanted, load_typed},
    query::{Filter, FilterKind, RecordQuery, Test, filter_kind},
    reference::Candidate,
};
use domain::{
    application::{Association, Field, FieldKind, FieldPath, Key},
    identity::{AccountId, RecordId},
    problem::Problem,
    record::{Names as _, OTHER, RecordValues},
};
use leptos::prelude::*;

use super::{
    form_url,
    islands::LivePickers,
    lookup,
    picker::{candidates_url, chooser},
};
use crate::{
    kit::{Icon, icon},
    page::Visit,
};

/// The people and records that filters offer, by field: those that are asked for, and the one that
/// the filter holds.
pub struct Choices(HashMap<Key, Vec<Candidate>>);

/// The fields that a list can be filtered by.
fn filterable(room: &Room) -> impl Iterator<Item = (&Field, FilterKind)> {
    room.form.seen_value_fields().filter_map(|field| Some((field, filter_kind(field)?)))
}

/// The filter by one field.
fn filter<'a>(query: &'a RecordQuery, field: &Field) -> Option<&'a Filter> {
    query.filters.iter().find(|filter| filter.field == field.key)
}

/// What a filter holds of one field.
fn test<'a>(query: &'a RecordQuery, field: &Field) -> Option<&'a Test> {
    filter(query, field).map(|filter| &filter.test)
}

/// The option, person or record that a filter asks for.
fn held<'a>(query: &'a RecordQuery, field: &Field) -> &'a str {
    if let Some(Test::Holds(term)) = test(query, field) { term } else { "" }
}

/// The input by which a field's candidates are searched for.
fn search_name(field: &Field) -> String {
    format!("find.{}", field.key)
}

impl Choices {
    /// Loads them; `names` are those of the page of records.
    pub async fn load(
        visit: &Visit,
        room: &Room,
        query: &RecordQuery,
        names: &NameBook,
    ) -> Result<Self, Problem> {
        let known = known(visit, room, query).await?;
        let mut all = HashMap::new();
        for (field, kind) in filterable(room) {
            if !matches!(kind, FilterKind::Member | FilterKind::Record) {
                continue;
            }
            let path = FieldPath::field(field.key.clone());
            let asked = visit.query(&search_name(field)).unwrap_or("");
            let mut offered = lookup::find(visit, room, &path, asked).await?;
            let id = held(query, field);
            if !id.is_empty() && !offered.iter().any(|candidate| candidate.id == id) {
                let title = title(names, id).or_else(|| title(&known, id));
                let gone = || visit.t("已不存在", "No longer there").to_owned();
                let title = title.unwrap_or_else(gone);
                offered.insert(0, Candidate { id: id.to_owned(), title });
            }
            all.insert(field.key.clone(), offered);
        }
        Ok(Self(all))
    }
}

/// The names of the people and records that filters hold. Where no record on the page has them,
/// nobody else knows.
async fn known(visit: &Visit, room: &Room, query: &RecordQuery) -> Result<NameBook, Problem> {
    let mut wanted = Wanted::default();
    for (field, _) in filterable(room) {
        let id = held(query, field);
        match &field.kind {
            FieldKind::Member(_) => wanted.accounts.extend(id.parse::<AccountId>()),
            FieldKind::Association(Association { display, .. }) => {
                wanted.records.extend(id.parse::<RecordId>().map(|id| (id, display.clone())));
            }
            _ => {}
        }
    }
    let nothing = RecordValues::default();
    load_typed(visit.backend(), &visit.actor, room, wanted, &nothing, visit.lang).await
}

fn title(names: &NameBook, id: &str) -> Option<String> {
    let account = id.parse().ok().and_then(|id| names.account(id));
    account.or_else(|| id.parse().ok().and_then(|id| names.record(id)))
}

/// The form.
pub fn tools(visit: &Visit, room: &Room, query: &RecordQuery, choices: &Choices) -> AnyView {
    let inputs: Vec<AnyView> = filterable(room)
        .filter_map(|(field, kind)| filter_input(visit, room, (field, kind), query, choices))
        .collect();
    let used = query.filters.len();
    let asked = filterable(room).any(|(field, _)| visit.query(&search_name(field)).is_some());
    let label = visit.t("筛选和排序", "Filter and sort").to_owned();
    let count = (used > 0)
        .then(|| view! { <span class="badge badge-primary badge-sm">{used.to_string()}</span> });
    let clear = (used > 0 || !query.search.is_empty()).then(|| view! { <a class="btn btn-ghost" href=form_url(room)>{visit.t("清除", "Clear").to_owned()}</a> });
    let search = visit.t("搜索所有字段", "Search all fields").to_owned();
    let most = visit.t("最多同时使用 3 个筛选条件", "Up to three filters hold at once").to_owned();
    view! {
        <form method="get" action=form_url(room) class="mb-4" role="search">
            <div class="flex flex-wrap items-center gap-2">
                <input type="search" name="q" value=query.search.clone() class="input min-w-0 max-w-md flex-1" placeholder=search.clone() aria-label=search/>
                <button class="btn">{icon(Icon::Search)}{visit.t("搜索", "Search").to_owned()}</button>
                {clear}
            </div>
            <details class="mt-2" open={used > 0 || asked}>
                <summary class="btn btn-sm">{icon(Icon::ChevronDown)}{label}{count}</summary>
                <div class="mt-2 grid gap-4 panel p-4 sm:grid-cols-2 xl:grid-cols-3">{inputs}{order(visit, room, query)}</div>
                <div class="mt-2 flex items-center gap-3"><button class="btn btn-sm btn-primary">{visit.t("应用筛选", "Apply").to_owned()}</button><span class="text-sm text-muted">{most}</span></div>
            </details>
            <LivePickers/>
        </form>
    }
    .into_any()
}

/// The order, for phones, where a list has no headings to press.
fn order(visit: &Visit, room: &Room, query: &RecordQuery) -> AnyView {
    let columns = room.form.list_columns().into_iter().map(|field| {
        let key = field.key.to_string();
        let here = query.by.as_ref() == Some(&field.key);
        view! { <option value=key selected=here>{field.label.get(visit.lang).to_owned()}</option> }
    });
    let ascending = query.ascending;
    view! {
        <div class="min-w-0">
            <label class="mb-1 block text-sm font-medium" for="list-sort">{visit.t("排序", "Order").to_owned()}</label>
            <div class="flex gap-2">
                <select id="list-sort" name="sort" class="select min-w-0 flex-1"><option value="">{visit.t("创建时间", "Filed").to_owned()}</option>{columns.collect_view()}</select>
                <select name="order" class="select w-auto" aria-label=visit.t("方向", "Direction").to_owned()>
                    <option value="">{visit.t("降序", "Down").to_owned()}</option>
                    <option value="asc" selected=ascending>{visit.t("升序", "Up").to_owned()}</option>
                </select>
            </div>
        </div>
    }
    .into_any()
}

fn filter_input(
    visit: &Visit,
    room: &Room,
    (field, kind): (&Field, FilterKind),
    query: &RecordQuery,
    choices: &Choices,
) -> Option<AnyView> {
    let name = format!("where.{}", field.key);
    let id = format!("filter-{}", field.key);
    let test = test(query, field);
    let problem = query.problem(&room.form, field);
    let invalid = problem.is_some().then_some("true");
    let label = field.label.get(visit.lang).to_owned();
    let input = match kind {
        FilterKind::Text => {
            let value =
                if let Some(Test::Contains(text)) = test { text.clone() } else { String::new() };
            view! { <input id=id.clone() class="input" name=name value=value/> }.into_any()
        }
        FilterKind::Number | FilterKind::Date => {
            let (from, to) = if let Some(Test::Between(from, to)) = test {
                (from.clone(), to.clone())
            } else {
                Default::default()
            };
            let kind = if kind == FilterKind::Date { "date" } else { "text" };
            view! {
                <div class="flex items-center gap-2">
                    <input id=id.clone() class="input min-w-0 flex-1" type=kind inputmode="decimal" name=format!("{name}.from") value=from aria-invalid=invalid aria-label=format!("{label} {}", visit.t("从", "from"))/>
                    <span class="text-muted">"–"</span>
                    <input class="input min-w-0 flex-1" type=kind inputmode="decimal" name=format!("{name}.to") value=to aria-invalid=invalid aria-label=format!("{label} {}", visit.t("到", "to"))/>
                </div>
            }
            .into_any()
        }
        FilterKind::Choice => select(visit, &name, &id, held(query, field), options(visit, field)?),
        FilterKind::Member | FilterKind::Record => {
            let offered = choices.0.get(&field.key)?.iter();
            let offered = offered.map(|held| (held.id.clone(), held.title.clone())).collect();
            let list = select(visit, &name, &id, held(query, field), offered);
            let path = FieldPath::field(field.key.clone());
            let url = candidates_url(room.app.id, &room.key, &path);
            chooser(("one", &name, url), list, search(visit, field))
        }
    };
    let problem = problem.map(|text| {
        view! { <p class="mt-1 text-sm text-error" role="alert">{text.get(visit.lang).to_owned()}</p> }
    });
    Some(view! { <div class="min-w-0"><label class="mb-1 block text-sm font-medium" for=id>{label}</label>{input}{problem}</div> }.into_any())
}

fn select(
    visit: &Visit,
    name: &str,
    id: &str,
    held: &str,
    options: Vec<(String, String)>,
) -> AnyView {
    let options = options.into_iter().map(|(value, text)| view! { <option selected=value == held value=value.clone()>{text}</option> });
    view! { <select id=id.to_owned() class="select" name=name.to_owned()><option value="">{visit.t("不限", "Any").to_owned()}</option>{options.collect_view()}</select> }.into_any()
}

fn options(visit: &Visit, field: &Field) -> Option<Vec<(String, String)>> {
    let choices = field.kind.choices()?;
    let label = |held: &domain::application::Choice| held.label.get(visit.lang).to_owned();
    let options = choices.options.iter().map(|held| (held.key.to_string(), label(held)));
    let other = choices.other.then(|| (OTHER.to_owned(), visit.t("其他", "Other").to_owned()));
    Some(options.chain(other).collect())
}

/// The search for other candidates of a field. Without scripts it asks for the page with them.
fn search(visit: &Visit, field: &Field) -> AnyView {
    let name = search_name(field);
    let asked = visit.query(&name).unwrap_or("").to_owned();
    let label = format!("{}{}", visit.t("查找", "Find "), field.label.get(visit.lang));
    view! {
        <div class="flex gap-2">
            <input type="search" name=name value=asked class="input input-sm min-w-0 flex-1" placeholder=label.clone() aria-label=label autocomplete="off" data-picker-search data-none=visit.t("没有找到", "Nothing found").to_owned()/>
            <button data-picker-look class="btn btn-sm">{icon(Icon::Search)}{visit.t("查找", "Find").to_owned()}</button>
        </div>
    }
    .into_any()
}
