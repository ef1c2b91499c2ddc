//! The audit trail in words, for an organisation's admins and for operators (Source: ALL-1).

use std::future::ready;

use axum::{
    Router,
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use backend::audit::{INSTALLATION, Wanted};
use domain::{
    audit::{AREAS, Entry, sentence},
    identity::OrganisationId,
    problem::Problem,
    time::Date,
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, empty, heading, icon, mono, pager, table},
    page::{self, AppState, Page, Visit, encode},
};

/// As many as a page of entries holds.
const FULL: usize = 50;

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/manage/audit", page::get(own))
        .route("/manage/audit.csv", page::raw(|visit| ready(csv(&visit, None))))
        .route("/operations/audit", page::get(any))
        .route("/operations/audit.csv", page::raw(any_csv))
}

/// The chain of the organisation acted in.
async fn own(visit: Visit) -> Result<Page, Problem> {
    let lead = visit.t(
        "组织里的每一步：谁、何时、从哪里、做了什么。",
        "Every step in the organisation: who, when, from where, what.",
    );
    let lead = lead.to_owned().into_any();
    show(visit, None, lead, "/manage/audit.csv".to_owned()).await
}

/// Any chain, for operators: the installation's, or that of an organisation.
async fn any(visit: Visit) -> Result<Page, Problem> {
    let (chain, name) = chosen(&visit).await?;
    let file = format!(
        "/operations/audit.csv?organisation={}",
        encode(visit.query("organisation").unwrap_or(""))
    );
    let lead = format!("{}{name}", visit.t("范围：", "Of: "));
    let choose = visit.t("选择组织", "Choose an organisation").to_owned();
    let lead = view! { {lead}" · "<a class="link" href="/operations/organisations">{choose}</a> };
    show(visit, Some(chain), lead.into_any(), file).await
}

/// The chain that the query names, and whose it is.
async fn chosen(visit: &Visit) -> Result<(String, String), Problem> {
    visit.actor.may(domain::authority::UseCase::AuditReadAll)?;
    let Some(id) = visit.query("organisation").and_then(|id| id.parse::<OrganisationId>().ok())
    else {
        return Ok((
            INSTALLATION.to_owned(),
            visit.t("平台本身", "the installation itself").to_owned(),
        ));
    };
    let found = backend::organisation::overview(visit.backend(), &visit.actor, id).await?;
    Ok((id.to_string(), found.organisation.name))
}

async fn show(
    visit: Visit,
    chain: Option<String>,
    lead: AnyView,
    file: String,
) -> Result<Page, Problem> {
    let text = |name: &str| visit.query(name).unwrap_or("").to_owned();
    let (area, by) = (text("area"), text("by"));
    let day = |name: &str| visit.query(name).and_then(|typed| Date::parse(typed).ok());
    let wanted = Wanted {
        chain: chain.as_deref(),
        area: &area,
        by: &by,
        since: day("from").map(|from| visit.zone.end_of(from.plus_days(-1))),
        until: day("to").map(|to| visit.zone.end_of(to)),
        before: visit.query("before").and_then(|position| position.parse().ok()),
    };
    let entries = backend::audit::list(visit.backend(), &visit.actor, &wanted).await?;
    let title = visit.t("审计记录", "Audit trail").to_owned();
    Ok(Page::new(title.clone(), move || {
        let export = view! { <a class="btn" href=file download="">{icon(Icon::Download)}{visit.t("导出 CSV", "Export CSV")}</a> };
        let content = if entries.is_empty() {
            empty(
                Icon::Shield,
                visit.t("没有记录", "No entries"),
                visit.t("换一个范围看看。", "Try another filter."),
                (),
            )
        } else {
            entry_table(&visit, &entries)
        };
        let chained = visit.t(
            "每条记录都带有前一条的校验值，事后改动会被发现。",
            "Each entry carries the hash of the one before, so a later change shows.",
        );
        view! {
            {heading(title, lead, export)}
            {filter(&visit, &area)}
            {content}
            <p class="mt-4 flex items-center gap-2 text-sm text-muted">{icon(Icon::Lock)}{chained}</p>
        }
    }))
}

/// Area, person and days stand in the URL; a press shows it, with or without scripts.
fn filter(visit: &Visit, area: &str) -> AnyView {
    let mut options = vec![(String::new(), visit.t("全部", "All").to_owned())];
    options.extend(
        AREAS.iter().map(|(code, label)| ((*code).to_owned(), label.get(visit.lang).to_owned())),
    );
    let options = options.into_iter().map(|(code, label)| {
        let here = code == area;
        view! { <option value=code selected=here>{label}</option> }
    });
    let organisation = visit
        .query("organisation")
        .map(|id| view! { <input type="hidden" name="organisation" value=id.to_owned()/> });
    let value = |name: &str| visit.query(name).unwrap_or("").to_owned();
    let part = |name: &'static str, kind: &'static str, label: &str| {
        view! {
            <label class="flex flex-col gap-1 text-sm">{label.to_owned()}<input name=name type=kind value=value(name) class="input w-44"/></label>
        }
    };
    view! {
        <form method="get" action=visit.path.clone() class="mb-4 flex flex-wrap items-end gap-3">
            {organisation}
            <label class="flex flex-col gap-1 text-sm">{visit.t("范围", "Area").to_owned()}<select name="area" class="select w-52">{options.collect_view()}</select></label>
            {part("by", "search", visit.t("谁", "Who"))}
            {part("from", "date", visit.t("从", "From day"))}
            {part("to", "date", visit.t("到", "To day"))}
            <button class="btn">{visit.t("筛选", "Filter").to_owned()}</button>
        </form>
    }
    .into_any()
}

fn entry_table(visit: &Visit, entries: &[Entry]) -> AnyView {
    let columns = [
        visit.t("时间", "When"),
        visit.t("谁", "Who"),
        visit.t("做了什么", "What"),
        visit.t("来自", "From"),
        visit.t("序号", "No."),
    ];
    let rows = entries.iter().map(|entry| row(visit, entry)).collect();
    let next = entries
        .get(FULL - 1)
        .map(|last| visit.with_query(&[("before", &last.position.to_string())]));
    let first = visit.query("before").map(|_| visit.with_query(&[("before", "")]));
    view! {
        {table(visit.t("审计记录", "Audit trail"), columns.map(str::to_owned).to_vec(), rows)}
        {pager(visit, first, next)}
    }
    .into_any()
}

/// Who took the step.
pub fn who(visit: &Visit, entry: &Entry) -> String {
    match entry.actor.as_str() {
        "system" => visit.t("系统", "The system").to_owned(),
        "stranger" => visit.t("未登录的访客", "A visitor").to_owned(),
        _ => entry.actor_name.clone(),
    }
}

fn row(visit: &Visit, entry: &Entry) -> Vec<AnyView> {
    let exact = visit.zone.exact_seconds(entry.at);
    let address = if entry.address.is_empty() { "—".to_owned() } else { entry.address.clone() };
    vec![
        view! { <time class="whitespace-nowrap tabular-nums" datetime=entry.at.rfc3339()>{exact}</time> }.into_any(),
        view! { <span class="md:whitespace-nowrap">{who(visit, entry)}</span> }.into_any(),
        sentence(&entry.action, &entry.detail).get(visit.lang).to_owned().into_any(),
        view! { <span class="font-mono text-sm whitespace-nowrap">{address}</span> }.into_any(),
        mono(entry.position.to_string()),
    ]
}

async fn any_csv(visit: Visit) -> Result<Response, Problem> {
    let (chain, _) = chosen(&visit).await?;
    csv(&visit, Some(&chain))
}

fn csv(visit: &Visit, chain: Option<&str>) -> Result<Response, Problem> {
    let backend = visit.state.backend.clone();
    let entries =
        backend::audit::export(backend, &visit.actor, chain, visit.lang, visit.zone.clone())?;
    let name =
        format!("attachment; filename=\"audit-{}.csv\"", visit.zone.date(visit.now).compact());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(entries)).into_response())
}
