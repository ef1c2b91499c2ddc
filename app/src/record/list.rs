//! The records of a form: columns, order, pages, and the same as a CSV file.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use backend::record::{
    self, Room,
    export::export,
    list::{RecordPage, open},
    query::{Place, RecordQuery},
};
use domain::{
    application::Field,
    problem::Problem,
    record::{Pairs, record_title},
};
use leptos::prelude::*;

use super::{
    cells::short,
    filters::{Choices, tools},
    form_url, frame,
};
use crate::{
    kit::{Icon, Tone, badge, empty, heading, icon, moment},
    page::{Layout, Page, Visit, encode},
};

fn read(visit: &Visit, room: &Room) -> RecordQuery {
    let pairs: Pairs = visit.query.iter().cloned().collect();
    RecordQuery::read(&room.form, &pairs)
}

/// The same list with another query.
fn url(room: &Room, query: &RecordQuery, place: Option<&Place>) -> String {
    url_of(&form_url(room), query, place)
}

fn url_of(base: &str, query: &RecordQuery, place: Option<&Place>) -> String {
    let at = place.map(|place| ("at".to_owned(), place.encode()));
    let pairs: Vec<String> = query
        .pairs()
        .into_iter()
        .chain(at)
        .map(|(name, value)| format!("{}={}", encode(&name), encode(&value)))
        .collect();
    if pairs.is_empty() { base.to_owned() } else { format!("{base}?{}", pairs.join("&")) }
}

/// Shows a page of the list.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let (app, form) = (visit.param("id")?, visit.param("form")?);
    let of = |room: &Room| read(&visit, room);
    let (room, query, page) =
        open(visit.backend(), &visit.actor, app, &form, of, visit.lang).await?;
    let frame = frame(&visit, &room).await?;
    let choices = Choices::load(&visit, &room, &query, &page.names).await?;
    let title = room.form.title.get(visit.lang).to_owned();
    Ok(Page::new(title, move || {
        let content = content(&visit, &room, &query, &page, &choices);
        frame.view(&visit, Some(&room.key), content)
    })
    .layout(Layout::Wide))
}

fn content(
    visit: &Visit,
    room: &Room,
    query: &RecordQuery,
    page: &RecordPage,
    choices: &Choices,
) -> AnyView {
    let base = form_url(room);
    let new = view! { <a class="btn btn-primary" href=format!("{base}/new")>{icon(Icon::Plus)}{visit.t("新增", "New").to_owned()}</a> };
    let csv = url_of(&format!("{base}/csv"), query, None);
    let export = view! { <a class="btn" href=csv download="records.csv">{icon(Icon::Download)}{visit.t("导出 CSV", "Export CSV").to_owned()}</a> };
    let lead = room.form.description.get(visit.lang).to_owned();
    let title = room.form.title.get(visit.lang).to_owned();
    let asked = !query.search.is_empty() || !query.filters.is_empty();
    let list = if page.records.is_empty() {
        nothing(visit, room, asked)
    } else {
        rows(visit, room, query, page)
    };
    view! {
        {heading(title, lead, view! { {export}{new} })}
        {tools(visit, room, query, choices)}
        {list}
        {pager(visit, room, query, page)}
    }
    .into_any()
}

fn nothing(visit: &Visit, room: &Room, asked: bool) -> AnyView {
    let base = form_url(room);
    if asked {
        let all = view! { <a class="btn" href=base>{visit.t("查看全部记录", "Show all records").to_owned()}</a> };
        return empty(
            Icon::Search,
            visit.t("没有符合条件的记录", "No record fits"),
            visit.t("换个关键词，或减少筛选条件。", "Try other words, or fewer filters."),
            all,
        );
    }
    let lead = if room.access.samples_only() {
        visit.t(
            "远程维护中只显示示例数据，客户的业务记录不可见。",
            "Maintenance shows sample records only; the customer's own stay hidden.",
        )
    } else {
        visit.t(
            "填写第一条，它会出现在这里，可以排序、筛选和导出。",
            "File the first; it will be here to sort, filter and export.",
        )
    };
    let new = view! { <a class="btn btn-primary" href=format!("{base}/new")>{visit.t("新增记录", "New record").to_owned()}</a> };
    empty(Icon::Clipboard, visit.t("还没有记录", "No records yet"), lead, new)
}

fn rows(visit: &Visit, room: &Room, query: &RecordQuery, page: &RecordPage) -> AnyView {
    let columns = room.form.list_columns();
    let head = columns.iter().map(|field| header(visit, room, query, Some(field))).collect_view();
    let filed = header(visit, room, query, None);
    let body = page.records.iter().map(|record| {
        let url = format!("{}/records/{}", form_url(room), record.id);
        let title = record_title(&room.form, &record.values, visit.lang, &page.names);
        let sample = record.sample.then(|| badge(Tone::Warn, visit.t("示例", "Sample")));
        let cells = columns.iter().enumerate().map(|(index, field)| {
            let value = record.values.get(field.key.as_str());
            let cell = short(visit, field, value, &page.names);
            let cell = if index == 0 {
                view! { <a class="link font-medium" href=url.clone()>{if value.is_some() { cell } else { title.clone().into_any() }}</a>" "{sample.as_ref().map(|_| badge(Tone::Warn, visit.t("示例", "Sample")))} }.into_any()
            } else {
                cell
            };
            view! { <td data-label=field.label.get(visit.lang).to_owned()>{cell}</td> }
        }).collect_view();
        view! {
            <tr class="hover:bg-base-200">{cells}<td data-label=visit.t("创建时间", "Filed").to_owned()>{moment(visit, record.created_at)}</td>
            <td data-label="" class="max-md:hidden"><a class="btn btn-ghost btn-sm" href=url.clone() aria-label=format!("{} {title}", visit.t("查看", "View"))>{icon(Icon::ChevronRight)}</a></td></tr>
        }
    }).collect_view();
    view! {
        <div class="table-cards mb-4 overflow-x-auto panel">
            <table class="table">
                <caption class="sr-only">{room.form.title.get(visit.lang).to_owned()}</caption>
                <thead><tr>{head}{filed}<th scope="col"><span class="sr-only">{visit.t("查看", "View").to_owned()}</span></th></tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A column's heading, which orders the list by it, and the other way round when pressed again.
fn header(visit: &Visit, room: &Room, query: &RecordQuery, field: Option<&Field>) -> AnyView {
    let by = field.map(|field| field.key.clone());
    let here = query.by == by;
    let next = RecordQuery {
        by,
        ascending: if here { !query.ascending } else { field.is_some() },
        ..query.clone()
    };
    let label = field
        .map_or_else(|| visit.t("创建时间", "Filed"), |field| field.label.get(visit.lang))
        .to_owned();
    let sort = here.then_some(if query.ascending { "ascending" } else { "descending" });
    let mark =
        here.then(|| icon(if query.ascending { Icon::ChevronUp } else { Icon::ChevronDown }));
    view! {
        <th scope="col" aria-sort=sort><a class="inline-flex items-center gap-1 whitespace-nowrap hover:text-base-content" href=url(room, &next, None)>{label}{mark}</a></th>
    }
    .into_any()
}

fn pager(visit: &Visit, room: &Room, query: &RecordQuery, page: &RecordPage) -> Option<AnyView> {
    if page.previous.is_none() && page.next.is_none() {
        return None;
    }
    let previous = page.previous.as_ref().map(|place| view! { <a class="btn btn-sm" rel="prev" href=url(room, query, Some(place))>{icon(Icon::ChevronLeft)}{visit.t("上一页", "Previous").to_owned()}</a> });
    let next = page.next.as_ref().map(|place| view! { <a class="btn btn-sm" rel="next" href=url(room, query, Some(place))>{visit.t("下一页", "Next").to_owned()}{icon(Icon::ChevronRight)}</a> });
    Some(view! { <nav class="flex justify-end gap-2" aria-label=visit.t("分页", "Pages").to_owned()>{previous}{next}</nav> }.into_any())
}

/// The whole list as CSV.
pub async fn csv(visit: Visit) -> Result<Response, Problem> {
    let (app, form) = (visit.param("id")?, visit.param("form")?);
    let room = record::enter(visit.backend(), &visit.actor, app, &form).await?;
    let query = read(&visit, &room);
    let name = format!("{}.csv", room.form.title.get(visit.lang));
    let backend = visit.state.backend.clone();
    let stream = export(backend, &visit.actor, room, query, visit.lang).await?;
    let disposition =
        format!("attachment; filename=\"records.csv\"; filename*=UTF-8''{}", encode(&name));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
