//! The organisation's own permission: its state, the application form, earlier applications
//! (Source: PRV-1, PRV-2).

use backend::programme::{Application, Overview};
use domain::{
    authority::UseCase,
    problem::Problem,
    programme::{ApplicationState, Permission},
};
use leptos::prelude::*;

use super::{ApplyForm, permission_badge, senior_badge, state_badge};
use crate::{
    call::Standing,
    handed::hand,
    kit::{Icon, card, empty, facts, heading, icon, moment, mono, table, warning},
    page::{Page, Visit},
};

/// Shows where the permission stands and, where it can be applied for, the form.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let own = backend::programme::overview(visit.backend(), &visit.actor).await?;
    let title = visit.t("服务商", "Service provider").to_owned();
    Ok(Page::new(title.clone(), move || {
        let (lead, action) = standing(&visit, &own);
        view! {
            {heading(title, lead, action)}
            {rejected(&visit, &own)}
            {permission_card(&visit, &own)}
            {apply_card(&visit, &own)}
            {history(&visit, own.applications)}
        }
    }))
}

fn waiting(own: &Overview) -> bool {
    own.applications.first().is_some_and(|last| last.state == ApplicationState::Waiting)
}

/// Why the last application was rejected, before anything else: it is what the next one mends.
fn rejected(visit: &Visit, own: &Overview) -> Option<AnyView> {
    let ApplicationState::Rejected { step, reason } = &own.applications.first()?.state else {
        return None;
    };
    if own.permission.is_granted() {
        return None;
    }
    let date = visit.zone.date(step.at);
    let text = visit
        .t(
            &format!("{date} 的申请被驳回：{reason}"),
            &format!("The application was rejected on {date}: {reason}"),
        )
        .to_owned();
    Some(warning(text))
}

/// Where things stand and who acts next.
fn standing(visit: &Visit, own: &Overview) -> (String, AnyView) {
    let may_open = visit.actor.may(UseCase::ProjectsRead).is_ok();
    let projects = may_open.then(|| view! { <a class="btn btn-primary" href="/manage/provider/projects">{visit.t("进入项目管理", "Go to projects").to_owned()}</a> });
    let lead = match &own.permission {
        Permission::Granted { .. } => {
            let text = visit.t(
                "应用分发权限已开通：可以立项、获取分发链接并把应用发送给客户。",
                "The distribution permission is granted: open projects, make links, send apps to customers.",
            );
            return (text.to_owned(), projects.into_any());
        }
        _ if waiting(own) => visit.t(
            "申请已提交，下一步由平台运营审核，结果会通知平台管理员。",
            "The application is in; an operator decides next, and the platform admins will be told.",
        ),
        Permission::Withdrawn { .. } => visit.t(
            "应用分发权限已被收回：不能新建项目和链接，已售出的不受影响。可以重新申请。",
            "The permission was withdrawn: no new projects and links; what was sold stays. You can apply again.",
        ),
        Permission::None => visit.t(
            "申请应用分发权限后，就可以把贵组织搭建的应用分发给客户。",
            "With the distribution permission you can deliver your organisation's apps to customers.",
        ),
    };
    (lead.to_owned(), ().into_any())
}

fn permission_card(visit: &Visit, own: &Overview) -> AnyView {
    let mut rows = vec![(
        visit.t("应用分发权限", "Distribution permission").to_owned(),
        permission_badge(visit, &own.permission),
    )];
    match &own.permission {
        Permission::None => {}
        Permission::Granted { step, partner_number, senior } => {
            let number = view! { <span class="flex flex-wrap items-center gap-2">{mono(partner_number.clone())}{senior_badge(visit, *senior)}</span> };
            rows.push((
                visit.t("钉钉合作伙伴编号", "DingTalk partner number").to_owned(),
                number.into_any(),
            ));
            rows.push((visit.t("开通时间", "Granted").to_owned(), moment(visit, step.at)));
        }
        Permission::Withdrawn { step, reason } => {
            rows.push((visit.t("收回时间", "Withdrawn").to_owned(), moment(visit, step.at)));
            rows.push((visit.t("原因", "Reason").to_owned(), reason.clone().into_any()));
        }
    }
    card("", facts(rows))
}

fn apply_card(visit: &Visit, own: &Overview) -> Option<AnyView> {
    if own.permission.is_granted() || waiting(own) {
        return None;
    }
    if visit.actor.may(UseCase::ProgrammeApply).is_err() {
        let title = visit.t("由平台管理员申请", "A platform admin applies");
        let lead = visit.t(
            "只有组织的平台管理员可以申请应用分发权限，请联系他们。",
            "Only the organisation's platform admins can apply; please ask one of them.",
        );
        return Some(empty(Icon::Lock, title, lead, ()));
    }
    let form = view! { {hand(Standing::of(visit))}<ApplyForm/> };
    Some(card(visit.t("申请应用分发权限", "Apply for the distribution permission"), form))
}

fn history(visit: &Visit, applications: Vec<Application>) -> Option<AnyView> {
    if applications.is_empty() {
        return None;
    }
    let columns = [
        visit.t("提交时间", "Submitted"),
        visit.t("提交人", "By"),
        visit.t("合作伙伴编号", "Partner number"),
        visit.t("证明", "Proof"),
        visit.t("状态", "State"),
        visit.t("说明", "Reason"),
    ];
    let may_read = visit.actor.may(UseCase::ProgrammeApply).is_ok();
    let rows = applications
        .into_iter()
        .map(|item| {
            let reason = match &item.state {
                ApplicationState::Rejected { reason, .. } => reason.clone(),
                _ => "—".to_owned(),
            };
            let proof = if may_read {
                view! { <a class="link inline-flex items-center gap-1" href=format!("/files/{}", item.proof)>{icon(Icon::File)}{item.proof_name}</a> }.into_any()
            } else {
                item.proof_name.into_any()
            };
            vec![
                moment(visit, item.submitted_at),
                item.submitted_by_name.into_any(),
                mono(item.partner_number),
                proof,
                state_badge(visit, &item.state),
                reason.into_any(),
            ]
        })
        .collect();
    let label = visit.t("申请记录", "Applications");
    Some(
        view! {
            <h2 class="mb-3 text-base font-semibold">{label}</h2>
            {table(label, columns.map(str::to_owned).to_vec(), rows)}
        }
        .into_any(),
    )
}
