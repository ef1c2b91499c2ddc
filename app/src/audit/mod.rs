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
    show(visit.clone(), None, lead.to_owned(), "/manage/audit.csv".to_owned()).await
}

/// Any chain, for operators: the installation's, or that of an organisation.
async fn any(visit: Visit) -> Result<Page, Problem> {
    let (chain, name) = chosen(&visit).await?;
    let file = format!(
        "/operations/audit.csv?organisation={}",
        encode(visit.query("organisation").unwrap_or(""))
    );
    let lead = format!("{}{name}", visit.t("范围：", "Of: "));
    show(visit, Some(chain), lead, file).await
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
    lead: String,
    file: String,
) -> Result<Page, Problem> {
    let area = visit.query("area").unwrap_or("").to_owned();
    let wanted = Wanted {
        chain: chain.as_deref(),
        area: &area,
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
                visit.t("换一个范围看看。", "Choose another area."),
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

/// The area stands in the URL; a press shows it, with or without scripts.
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
    view! {
        <form method="get" action=visit.path.clone() class="mb-4 flex max-w-md gap-2">
            {organisation}
            <label class="sr-only" for="area">{visit.t("范围", "Area")}</label>
            <select id="area" name="area" class="select w-full">{options.collect_view()}</select>
            <button class="btn">{visit.t("筛选", "Filter")}</button>
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
    vec![
        view! { <time class="whitespace-nowrap tabular-nums" datetime=entry.at.rfc3339()>{exact}</time> }.into_any(),
        who(visit, entry).into_any(),
        sentence(&entry.action, &entry.detail).get(visit.lang).to_owned().into_any(),
        mono(if entry.address.is_empty() { "—".to_owned() } else { entry.address.clone() }),
        mono(entry.position.to_string()),
    ]
}

async fn any_csv(visit: Visit) -> Result<Response, Problem> {
    let (chain, _) = chosen(&visit).await?;
    csv(&visit, Some(&chain))
}

fn csv(visit: &Visit, chain: Option<&str>) -> Result<Response, Problem> {
    let backend = visit.state.backend.clone();
    let entries = backend::audit::export(backend, &visit.actor, chain)?;
    let name =
        format!("attachment; filename=\"audit-{}.csv\"", visit.zone.date(visit.now).compact());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(entries)).into_response())
}
