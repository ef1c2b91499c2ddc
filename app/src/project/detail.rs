//! A project's details, for its creator: where it stands, what was submitted, the file, the history,
//! and what can be done (Source: PRJ-4, PRJ-5).

use backend::project::{Detail, Progress, Project};
use domain::{audit::Entry, identity::ProjectId, problem::Problem, project::ProjectState};
use leptos::prelude::*;

use super::{
    islands::ForgetDraft,
    progress::{due, next_action, state_badge, stations},
};
use crate::{
    account::unknown_command,
    file::preview,
    kit::{
        Icon, back, card, confirm_button, facts, file_summary, heading, icon, moment, mono,
        postback, rail, warning,
    },
    page::{Form, Go, Page, Visit},
};

const ROOT: &str = "/manage/provider/projects";

/// The details.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ProjectId = visit.param("id")?;
    let detail = backend::project::detail(visit.backend(), &visit.actor, id).await?;
    let account = visit.actor.person()?.account.to_string();
    let title = detail.project.content.name.clone();
    Ok(Page::new(title.clone(), move || {
        let project = &detail.project;
        let lead = view! {
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
                {mono(project.number.clone())}{state_badge(&visit, &project.state)}
                <span>{next_action(&visit, &project.state, &detail.progress)}</span>
            </span>
        };
        view! {
            <ForgetDraft account=account id=id.to_string()/>
            {back(&visit, ROOT, visit.t("项目管理", "Projects"))}
            {heading(title, lead, primary(&visit, project, &detail.progress))}
            {reason(&visit, &project.state)}
            <div class="mb-6">{rail(&visit, &stations(&visit, &project.state, &detail.progress))}</div>
            <div class="grid items-start gap-x-6 xl:grid-cols-2">
                <div class="min-w-0">
                    {card(visit.t("项目信息", "Project"), project_facts(&visit, project))}
                    {card(visit.t("客户信息", "Customer"), customer_facts(&visit, project))}
                    {closing_card(&visit, &detail)}
                </div>
                <div class="min-w-0">
                    {card(visit.t("项目合同", "Contract file"), preview(&visit, project.content.file, &project.file_name, &project.file_media_type))}
                    {card(visit.t("处理记录", "History"), history(&visit, &detail.history))}
                </div>
            </div>
        }
    }))
}

/// The one button that leads on, and the quieter ones.
fn primary(visit: &Visit, project: &Project, progress: &Progress) -> AnyView {
    let url = project.url();
    match &project.state {
        ProjectState::Reviewing { .. } => {
            let confirm = view! { <button class="btn btn-sm btn-error btn-soft" name="_do" value="withdraw">{visit.t("撤销项目", "Withdraw the project")}</button> };
            confirm_button(
                visit.t("撤销", "Withdraw"),
                visit.t("撤销后审批停止；可以复制为新草稿再提交。", "The review stops; you can copy the project into a new draft."),
                postback(&url, "m-0", confirm),
            )
        }
        ProjectState::Rejected { .. } | ProjectState::Withdrawn { .. } => copy(visit, &url),
        ProjectState::Approved { .. } => {
            let to_send = progress.waiting > 0;
            let all_sent = !to_send && progress.sending() == 0;
            let to_close = all_sent && progress.sent > 0 && progress.enabled >= progress.sent;
            let class = |primary: bool| if primary { "btn btn-primary" } else { "btn" };
            view! {
                <a class=class(!to_send && !to_close) href=format!("{url}/links")>{icon(Icon::Link)}{visit.t("获取分发链接", "Get a distribution link")}</a>
                <a class=class(to_send) href=format!("{url}/orders")>{icon(Icon::Package)}{visit.t("查看订单", "Orders")}</a>
                <a class=class(to_close) href=format!("{url}/close")>{visit.t("结项", "Close the project")}</a>
            }
            .into_any()
        }
        state @ ProjectState::Closed { .. } => view! {
            {state.can_be_copied().then(|| copy(visit, &url))}
            <a class="btn" href=format!("{url}/links")>{icon(Icon::Link)}{visit.t("查看链接", "Links")}</a>
            <a class="btn" href=format!("{url}/orders")>{icon(Icon::Package)}{visit.t("查看订单", "Orders")}</a>
        }
        .into_any(),
    }
}

fn copy(visit: &Visit, url: &str) -> AnyView {
    postback(
        url,
        "m-0",
        view! {
            <button class="btn btn-primary" name="_do" value="copy">{icon(Icon::Copy)}{visit.t("复制为新草稿", "Copy into a new draft")}</button>
        },
    )
}

fn reason(visit: &Visit, state: &ProjectState) -> Option<AnyView> {
    let ProjectState::Rejected { reason, found, step } = state else { return None };
    let amount = found.map(|found| {
        visit
            .t(&format!("；文件中的金额 {found}"), &format!("; amount in the file {found}"))
            .to_owned()
    });
    let by = &step.name;
    let text =
        visit.t(&format!("{by} 驳回：{reason}"), &format!("Rejected by {by}: {reason}")).to_owned();
    Some(warning(text + &amount.unwrap_or_default()))
}

/// What was submitted about the project; the reviewer sees the same.
pub fn project_facts(visit: &Visit, project: &Project) -> AnyView {
    let content = &project.content;
    let waiting = matches!(project.state, ProjectState::Reviewing { .. });
    let description = match content.description.as_str() {
        "" => view! { <span class="text-muted">"—"</span> }.into_any(),
        text => view! { <span class="whitespace-pre-line">{text.to_owned()}</span> }.into_any(),
    };
    facts(vec![
        (visit.t("项目名称", "Name").to_owned(), content.name.clone().into_any()),
        (
            visit.t("项目合同金额", "Contract amount").to_owned(),
            view! { <span class="figures font-medium">{content.amount.to_string()}</span> }
                .into_any(),
        ),
        (
            visit.t("文件", "File").to_owned(),
            content.file_kind.label().get(visit.lang).to_owned().into_any(),
        ),
        (
            visit.t("预计交付日期", "Expected delivery").to_owned(),
            content.expected_on.to_string().into_any(),
        ),
        (visit.t("提交时间", "Submitted").to_owned(), moment(visit, project.submitted_at)),
        (visit.t("审批期限", "Review due").to_owned(), due(visit, project.due_at, waiting)),
        (visit.t("项目描述", "Description").to_owned(), description),
    ])
}

/// What was submitted about the customer.
pub fn customer_facts(visit: &Visit, project: &Project) -> AnyView {
    let content = &project.content;
    facts(vec![
        (visit.t("客户名称", "Name").to_owned(), content.customer_name.clone().into_any()),
        (
            visit.t("客户组织 CorpID", "CorpID").to_owned(),
            mono(content.customer_corp_id.to_string()),
        ),
        (visit.t("联系人", "Contact").to_owned(), content.contact.clone().into_any()),
        (visit.t("联系电话", "Phone").to_owned(), content.phone.clone().into_any()),
    ])
}

/// The closing information of a closed project.
fn closing_card(visit: &Visit, detail: &Detail) -> Option<AnyView> {
    let ProjectState::Closed { closing, step, .. } = &detail.project.state else { return None };
    let delivered = closing.delivered_on.map_or_else(|| "—".to_owned(), |date| date.to_string());
    let file = match &detail.closing_file {
        Some(file) => file_summary(&file.name, file.size, &format!("/files/{}", file.id)),
        None => "—".into_any(),
    };
    let rows = vec![
        (
            visit.t("结果", "Result").to_owned(),
            closing.outcome.label().get(visit.lang).to_owned().into_any(),
        ),
        (visit.t("交付日期", "Delivered on").to_owned(), delivered.into_any()),
        (
            visit.t("结项人", "Closed by").to_owned(),
            view! { {step.name.clone()}" · "{moment(visit, step.at)} }.into_any(),
        ),
        (visit.t("验收文件", "Acceptance file").to_owned(), file),
        (
            visit.t("总结", "Summary").to_owned(),
            view! { <span class="whitespace-pre-line">{closing.summary.clone()}</span> }.into_any(),
        ),
    ];
    Some(card(visit.t("结项信息", "Closing"), facts(rows)))
}

/// What happened, the newest first.
pub fn history(visit: &Visit, entries: &[Entry]) -> AnyView {
    let items = entries.iter().rev().map(|entry| {
        view! {
            <li class="flex gap-3 py-2">
                <span class="mt-1 text-muted">{icon(Icon::Clock)}</span>
                <div class="min-w-0"><p>{action(visit, &entry.action)}</p><p class="text-sm text-muted">{entry.actor_name.clone()}" · "{moment(visit, entry.at)}</p></div>
            </li>
        }
    });
    view! { <ol class="divide-y divide-base-300">{items.collect_view()}</ol> }.into_any()
}

fn action(visit: &Visit, code: &str) -> String {
    match code {
        "project.submitted" => visit.t("提交立项", "Submitted for review"),
        "project.withdrawn" => visit.t("撤销", "Withdrawn"),
        "project.approved" => visit.t("审批通过", "Approved"),
        "project.rejected" => visit.t("驳回", "Rejected"),
        "project.copied" => visit.t("复制为新草稿", "Copied into a new draft"),
        "project.closed" => visit.t("结项", "Closed"),
        other => other,
    }
    .to_owned()
}

/// Withdraws or copies.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProjectId = visit.param("id")?;
    let (backend, actor) = (visit.backend(), &visit.actor);
    match form.command() {
        "copy" => {
            let copy = backend::project::copy(backend, actor, id).await?;
            let url = format!("{ROOT}/new?draft={copy}");
            Ok(Go::to(url)
                .say("已复制为新草稿，修改后提交", "Copied into a new draft; mend it and submit"))
        }
        "withdraw" => {
            backend::project::withdraw(backend, actor, id).await?;
            Ok(Go::to(format!("{ROOT}/{id}")).say("项目已撤销", "The project is withdrawn"))
        }
        _ => Err(unknown_command()),
    }
}
