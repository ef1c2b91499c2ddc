//! The operators' side of the programme: the queue, one application with its proof, the withdrawal
//! of a permission (Source: PRV-1, PRV-2).

use backend::programme::{Application, Provider};
use domain::{
    identity::ProgrammeId,
    problem::Problem,
    programme::{ApplicationState, DecisionForm, Permission, WithdrawForm},
};
use leptos::prelude::*;

use super::{permission_badge, senior_badge, state_badge};
use crate::{
    file::preview,
    kit::{
        Field, Fields, Icon, actions, back, card, empty, facts, form_post, heading, moment, mono,
        pager, table, tabs,
    },
    page::{Form, Go, Page, Visit},
};

const ROOT: &str = "/operations/programme";

/// The applications by state, or the providers.
pub async fn queue(visit: Visit) -> Result<Page, Problem> {
    let state = visit.query("state").unwrap_or("waiting").to_owned();
    let cursor = visit.query("after").map(str::to_owned);
    let title = visit.t("分发权限申请", "Provider applications").to_owned();
    let (rows, columns, next) = if state == "providers" {
        let page =
            backend::programme::providers(visit.backend(), &visit.actor, cursor.as_deref()).await?;
        (Rows::Providers(page.items), provider_columns(&visit), page.next)
    } else {
        let page =
            backend::programme::queue(visit.backend(), &visit.actor, &state, cursor.as_deref())
                .await?;
        (Rows::Applications(page.items), application_columns(&visit), page.next)
    };
    Ok(Page::new(title.clone(), move || {
        let lead = visit.t(
            "审核服务商提交的合作伙伴编号和证明，最早提交的排在最前。",
            "Review partner numbers and proofs; the oldest application comes first.",
        );
        let first = cursor.map(|_| visit.with_query(&[("after", "")]));
        let next = next.map(|next| visit.with_query(&[("after", &next)]));
        view! {
            {heading(title.clone(), lead, ())}
            {tabs(title.clone(), queue_tabs(&visit, &state))}
            {rows.view(&visit, &title, columns)}
            {pager(&visit, first, next)}
        }
    }))
}

fn queue_tabs(visit: &Visit, current: &str) -> Vec<(String, String, bool)> {
    [
        ("waiting", visit.t("待审核", "Waiting")),
        ("granted", visit.t("已通过", "Granted")),
        ("rejected", visit.t("已驳回", "Rejected")),
        ("providers", visit.t("服务商", "Providers")),
    ]
    .map(|(code, label)| (format!("{ROOT}?state={code}"), label.to_owned(), code == current))
    .to_vec()
}

enum Rows {
    Applications(Vec<Application>),
    Providers(Vec<Provider>),
}

fn application_columns(visit: &Visit) -> Vec<String> {
    [
        visit.t("组织", "Organisation"),
        visit.t("合作伙伴编号", "Partner number"),
        visit.t("提交人", "By"),
        visit.t("提交时间", "Submitted"),
        visit.t("状态", "State"),
        "",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn provider_columns(visit: &Visit) -> Vec<String> {
    [
        visit.t("组织", "Organisation"),
        "CorpID",
        visit.t("应用分发权限", "Permission"),
        visit.t("合作伙伴编号 / 原因", "Partner number / reason"),
    ]
    .map(str::to_owned)
    .to_vec()
}

impl Rows {
    fn view(self, visit: &Visit, label: &str, columns: Vec<String>) -> AnyView {
        let rows: Vec<Vec<AnyView>> = match self {
            Self::Applications(items) => {
                items.into_iter().map(|item| application_row(visit, item)).collect()
            }
            Self::Providers(items) => {
                items.into_iter().map(|item| provider_row(visit, item)).collect()
            }
        };
        if rows.is_empty() {
            let lead = visit.t(
                "新的申请会出现在这里，并通知平台运营人员。",
                "New applications appear here, and operators are told.",
            );
            return empty(Icon::Badge, visit.t("这里没有申请", "Nothing here"), lead, ());
        }
        table(label, columns, rows)
    }
}

fn application_row(visit: &Visit, item: Application) -> Vec<AnyView> {
    let waiting = item.state == ApplicationState::Waiting;
    let label = if waiting { visit.t("审核", "Review") } else { visit.t("查看", "Open") };
    let class = if waiting { "btn btn-sm btn-primary" } else { "btn btn-sm" };
    let name = item.organisation_name.clone();
    let number = view! { <span class="flex flex-wrap items-center gap-2 max-md:justify-end">{mono(item.partner_number)}{senior_badge(visit, item.senior)}</span> };
    vec![
        item.organisation_name.into_any(),
        number.into_any(),
        item.submitted_by_name.into_any(),
        moment(visit, item.submitted_at),
        state_badge(visit, &item.state),
        view! { <a class=class href=format!("{ROOT}/{}", item.id)>{label}<span class="sr-only">" "{name}</span></a> }.into_any(),
    ]
}

fn provider_row(visit: &Visit, item: Provider) -> Vec<AnyView> {
    let detail = match &item.permission {
        Permission::Granted { partner_number, senior, .. } => {
            view! { <span class="flex flex-wrap items-center gap-2 max-md:justify-end">{mono(partner_number.clone())}{senior_badge(visit, *senior)}</span> }.into_any()
        }
        Permission::Withdrawn { reason, .. } => reason.clone().into_any(),
        Permission::None => "—".into_any(),
    };
    vec![
        item.name.into_any(),
        mono(item.corp_id.to_string()),
        permission_badge(visit, &item.permission),
        detail,
    ]
}

/// One application: the proof beside the decision.
pub async fn detail(visit: Visit) -> Result<Page, Problem> {
    let id: ProgrammeId = visit.param("id")?;
    let item = backend::programme::get(visit.backend(), &visit.actor, id).await?;
    let title = item.organisation_name.clone();
    Ok(Page::new(title.clone(), move || {
        let lead = match &item.state {
            ApplicationState::Waiting => visit.t(
                "核对证明后决定；结果会通知该组织的平台管理员。",
                "Compare the proof, then decide; the organisation's admins will be told.",
            ),
            _ => visit.t("这份申请已经处理。", "This application is decided."),
        };
        let proof = preview(&visit, item.proof, &item.proof_name, &item.proof_media_type);
        view! {
            {back(&visit, ROOT, visit.t("分发权限申请", "Provider applications"))}
            {heading(title, lead, ())}
            <div class="grid items-start gap-x-6 xl:grid-cols-[3fr_2fr]">
                <div class="order-2 min-w-0 xl:order-1">{card(visit.t("证明", "Proof"), proof)}</div>
                <div class="order-1 min-w-0 xl:order-2">
                    {card(visit.t("申请内容", "Application"), content(&visit, &item))}
                    {decision(&visit, &item)}
                    {withdrawal(&visit, &item)}
                </div>
            </div>
        }
    }))
}

fn content(visit: &Visit, item: &Application) -> AnyView {
    let mut rows = vec![
        (visit.t("状态", "State").to_owned(), state_badge(visit, &item.state)),
        ("CorpID".to_owned(), mono(item.corp_id.to_string())),
        (visit.t("合作伙伴编号", "Partner number").to_owned(), mono(item.partner_number.clone())),
        (
            visit.t("高级合作伙伴", "Senior partner").to_owned(),
            if item.senior { visit.t("是", "Yes") } else { visit.t("否", "No") }.into_any(),
        ),
        (visit.t("提交人", "Submitted by").to_owned(), item.submitted_by_name.clone().into_any()),
        (visit.t("提交时间", "Submitted").to_owned(), moment(visit, item.submitted_at)),
    ];
    if let ApplicationState::Rejected { reason, step } = &item.state {
        rows.push((visit.t("驳回原因", "Reason").to_owned(), reason.clone().into_any()));
        rows.push((visit.t("处理人", "Decided by").to_owned(), step.name.clone().into_any()));
    }
    if let ApplicationState::Granted { step } = &item.state {
        rows.push((visit.t("处理人", "Decided by").to_owned(), step.name.clone().into_any()));
    }
    facts(rows)
}

fn decision(visit: &Visit, item: &Application) -> Option<AnyView> {
    if item.state != ApplicationState::Waiting {
        return None;
    }
    let fields = Fields::of(visit, "decide");
    let form = form_post(
        &fields,
        view! {
            {Field::area("reason", 3).bare().label(visit.t("驳回原因", "Reason for a rejection"))
                .hint(visit.t("驳回时必填，会原样告诉申请人", "Needed for a rejection; the applicant reads it as it is")).view(&fields)}
            {actions(view! {
                {Field::submit("grant", visit.t("通过", "Grant"))}
                {Field::danger("reject", visit.t("驳回", "Reject"))}
            })}
        },
    );
    Some(card(visit.t("决定", "Decision"), form))
}

fn withdrawal(visit: &Visit, item: &Application) -> Option<AnyView> {
    let decided = matches!(item.state, ApplicationState::Granted { .. });
    if !(decided && item.permission.is_granted()) {
        return None;
    }
    let fields = Fields::of(visit, "withdraw");
    let form = form_post(
        &fields,
        view! {
            <p class="mb-4 text-sm text-muted">{visit.t("收回后不能新建项目和分发链接；已经售出和交付的不受影响。", "No new projects and links afterwards; what was sold and delivered stays.")}</p>
            {Field::area("reason", 2).label(visit.t("收回原因", "Reason")).required().view(&fields)}
            {Field::danger("withdraw", visit.t("收回权限", "Withdraw the permission"))}
        },
    );
    Some(card(visit.t("收回权限", "Withdraw the permission"), form))
}

/// Grants, rejects or withdraws.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProgrammeId = visit.param("id")?;
    let reason = form.text("reason").to_owned();
    if form.command() == "withdraw" {
        let item = backend::programme::get(visit.backend(), &visit.actor, id).await?;
        let form = WithdrawForm { reason };
        backend::programme::withdraw(visit.backend(), &visit.actor, item.organisation, form)
            .await?;
        return Ok(Go::to(format!("{ROOT}/{id}")).say("权限已收回", "The permission is withdrawn"));
    }
    let granted = form.command() == "grant";
    let form = DecisionForm { decision: form.command().to_owned(), reason };
    backend::programme::decide(visit.backend(), &visit.actor, id, form).await?;
    let go = Go::to(ROOT);
    Ok(if granted {
        go.say("已通过，权限已开通", "Granted; the organisation is a provider now")
    } else {
        go.say("已驳回，并已通知申请人", "Rejected; the applicant is told")
    })
}
