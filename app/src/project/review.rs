//! The operators' reviews: the queue, overdue first, and the contract beside the form
//! (Source: PRJ-3).

use backend::project::{Detail, Filter, Project, Reviewed};
use domain::{
    identity::ProjectId,
    problem::Problem,
    project::{ProjectState, ReviewForm},
};
use leptos::prelude::*;

use super::{
    detail::{customer_facts, history, project_facts},
    islands::AmountCompare,
    progress::{due, state_badge},
};
use crate::{
    file::preview,
    kit::{
        Field, Fields, Icon, actions, back, card, empty, facts, form_post, heading, moment, mono,
        pager, search, table, tabs,
    },
    page::{Form, Go, Page, Visit},
};

const ROOT: &str = "/operations/reviews";

/// The queue.
pub async fn queue(visit: Visit) -> Result<Page, Problem> {
    let filter = Filter {
        state: visit.query("state").unwrap_or("reviewing").to_owned(),
        search: visit.query("q").unwrap_or("").to_owned(),
        mine: false,
        cursor: visit.query("after").map(str::to_owned),
    };
    let found = backend::project::review_queue(visit.backend(), &visit.actor, &filter).await?;
    let title = visit.t("立项审批", "Reviews").to_owned();
    Ok(Page::new(title.clone(), move || {
        let lead = visit.t("每个项目须在提交后的下一个工作日结束前审批；最早到期的排在最前。", "Each project is due by the end of the next working day; what is due first comes first.");
        let first = filter.cursor.as_ref().map(|_| visit.with_query(&[("after", "")]));
        let next = found.next.map(|next| visit.with_query(&[("after", &next)]));
        let entries = ProjectState::CODES
            .map(|code| {
                let label = ProjectState::label_of(code).get(visit.lang).to_owned();
                (visit.with_query(&[("state", code), ("after", "")]), label, code == filter.state)
            })
            .to_vec();
        view! {
            {heading(title.clone(), lead, ())}
            {tabs(title.clone(), entries)}
            {find(&visit, &filter)}
            {rows(&visit, &title, &filter, found.items)}
            {pager(&visit, first, next)}
        }
    }))
}

fn find(visit: &Visit, filter: &Filter) -> AnyView {
    let label = visit.t("搜索编号、名称、客户或 CorpID", "Search number, name, customer or CorpID");
    let state = view! { <input type="hidden" name="state" value=filter.state.clone()/> };
    search(visit, label, state)
}

fn rows(visit: &Visit, label: &str, filter: &Filter, items: Vec<Project>) -> AnyView {
    if items.is_empty() {
        let (title, lead) = if filter.state == "reviewing" && filter.search.is_empty() {
            (
                visit.t("没有待审批的项目", "Nothing to review"),
                visit.t(
                    "服务商提交的项目会出现在这里，并通知平台运营人员。",
                    "Submitted projects appear here, and operators are told.",
                ),
            )
        } else {
            (
                visit.t("没有符合条件的项目", "No project fits"),
                visit.t("换个条件试试。", "Try another filter."),
            )
        };
        return empty(Icon::Clipboard, title, lead, ());
    }
    let columns = [
        visit.t("项目", "Project"),
        visit.t("服务商", "Provider"),
        visit.t("客户", "Customer"),
        visit.t("金额", "Amount"),
        visit.t("审批期限", "Due"),
        "",
    ];
    let rows = items.into_iter().map(|item| row(visit, item)).collect();
    table(label, columns.map(str::to_owned).to_vec(), rows)
}

fn row(visit: &Visit, item: Project) -> Vec<AnyView> {
    let waiting = matches!(item.state, ProjectState::Reviewing { .. });
    let (class, label) = if waiting {
        ("btn btn-sm btn-primary", visit.t("审批", "Review"))
    } else {
        ("btn btn-sm", visit.t("查看", "Open"))
    };
    let name = view! {
        <span class="block font-medium">{item.content.name.clone()}</span>
        <span class="flex flex-wrap gap-x-2 text-sm font-normal text-muted">{mono(item.number.clone())}{moment(visit, item.submitted_at)}</span>
    };
    let when =
        if waiting { due(visit, item.due_at, true) } else { state_badge(visit, &item.state) };
    let open = view! { <a class=class href=item.review_url()>{label}<span class="sr-only">" "{item.number.clone()}</span></a> };
    vec![
        name.into_any(),
        item.organisation_name.into_any(),
        item.content.customer_name.into_any(),
        view! { <span class="figures whitespace-nowrap">{item.content.amount.to_string()}</span> }
            .into_any(),
        when,
        open.into_any(),
    ]
}

/// One project: the file beside the form.
pub async fn detail(visit: Visit) -> Result<Page, Problem> {
    let id: ProjectId = visit.param("id")?;
    let found = backend::project::review_detail(visit.backend(), &visit.actor, id).await?;
    let title = found.project.content.name.clone();
    Ok(Page::new(title.clone(), move || {
        let project = &found.project;
        let waiting = matches!(project.state, ProjectState::Reviewing { .. });
        let lead = view! {
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
                {mono(project.number.clone())}{state_badge(&visit, &project.state)}
                {waiting.then(|| view! { <span class="flex items-center gap-1">{visit.t("审批期限 ", "Due ")}{due(&visit, project.due_at, true)}</span> })}
            </span>
        };
        let contract =
            preview(&visit, project.content.file, &project.file_name, &project.file_media_type);
        view! {
            {back(&visit, ROOT, visit.t("立项审批", "Reviews"))}
            {heading(title, lead, ())}
            <div class="grid items-start gap-x-6 xl:grid-cols-[3fr_2fr]">
                <div class="min-w-0">
                    {card(project.content.file_kind.label().get(visit.lang).to_owned(), contract)}
                    {card(visit.t("处理记录", "History"), history(&visit, &found.history))}
                </div>
                <div class="min-w-0">
                    {decision(&visit, &found)}
                    {card(visit.t("项目信息", "Project"), project_facts(&visit, project))}
                    {card(visit.t("客户信息", "Customer"), customer_facts(&visit, project))}
                    {card(visit.t("服务商", "Provider"), provider_facts(&visit, project))}
                </div>
            </div>
        }
    }))
}

fn provider_facts(visit: &Visit, project: &Project) -> AnyView {
    facts(vec![
        (visit.t("组织", "Organisation").to_owned(), project.organisation_name.clone().into_any()),
        (visit.t("创建人", "Created by").to_owned(), project.creator.name.clone().into_any()),
    ])
}

fn decision(visit: &Visit, found: &Detail) -> AnyView {
    let project = &found.project;
    match &project.state {
        ProjectState::Reviewing { .. } => {
            card(visit.t("审批", "Review"), review_form(visit, project))
        }
        ProjectState::Rejected { step, reason, found } => {
            let amount = found.map_or_else(|| "—".to_owned(), |found| found.to_string());
            card(
                visit.t("审批结果", "Decision"),
                facts(vec![
                    (
                        visit.t("驳回人", "Rejected by").to_owned(),
                        view! { {step.name.clone()}" · "{moment(visit, step.at)} }.into_any(),
                    ),
                    (visit.t("文件中的金额", "Amount in the file").to_owned(), amount.into_any()),
                    (visit.t("原因", "Reason").to_owned(), reason.clone().into_any()),
                ]),
            )
        }
        ProjectState::Approved { step, found } => card(
            visit.t("审批结果", "Decision"),
            facts(vec![
                (
                    visit.t("通过人", "Approved by").to_owned(),
                    view! { {step.name.clone()}" · "{moment(visit, step.at)} }.into_any(),
                ),
                (
                    visit.t("文件中的金额", "Amount in the file").to_owned(),
                    found.to_string().into_any(),
                ),
            ]),
        ),
        ProjectState::Withdrawn { .. } | ProjectState::Closed { .. } => ().into_any(),
    }
}

fn review_form(visit: &Visit, project: &Project) -> AnyView {
    let fields = Fields::of(visit, "review");
    let amount = project.content.amount;
    let hint = visit
        .t(
            &format!("照文件填写；与项目合同金额 {amount} 一致才能通过"),
            &format!("As the file says; only the project's amount, {amount}, can be approved"),
        )
        .to_owned();
    form_post(
        &fields,
        view! {
            {Field::text("amount_found").label(visit.t("文件中的金额", "Amount found in the file")).required().input_mode("decimal").hint(hint).view(&fields)}
            <AmountCompare minor=amount.minor currency=amount.currency lang=visit.lang/>
            {Field::area("reason", 3).bare().label(visit.t("驳回原因", "Reason for a rejection"))
                .hint(visit.t("驳回时必填，会原样告诉创建人", "Needed for a rejection; the creator reads it as it is")).view(&fields)}
            {actions(view! {
                {Field::submit("approve", visit.t("通过", "Approve"))}
                {Field::danger("reject", visit.t("驳回", "Reject"))}
            })}
        },
    )
}

/// Approves or rejects.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProjectId = visit.param("id")?;
    let typed = ReviewForm {
        decision: form.command().to_owned(),
        amount_found: form.text("amount_found").to_owned(),
        reason: form.text("reason").to_owned(),
    };
    let go = Go::to(ROOT);
    Ok(match backend::project::review(visit.backend(), &visit.actor, id, &typed).await? {
        Reviewed::Approved => go.say("已通过，并已通知创建人", "Approved; the creator is told"),
        Reviewed::Rejected => go.say("已驳回，并已通知创建人", "Rejected; the creator is told"),
    })
}
