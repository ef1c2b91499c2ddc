//! The operators' start page: what waits for them (Source: ORG-3, ALL-2).

use domain::{authority::UseCase, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Icon, heading, icon},
    page::{Page, Visit},
};

/// Shows the console's parts and what waits in them.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    visit.actor.may(UseCase::OrganisationsRead)?;
    let unread = backend::notice::unread(visit.backend(), &visit.actor).await?;
    let title = visit.t("平台运营", "Operations").to_owned();
    Ok(Page::new(title.clone(), move || {
        let lead = match (unread, visit.lang) {
            (0, lang) => lang.t("没有未读的通知。", "No unread notices.").to_owned(),
            (count, domain::lang::Lang::Zh) => format!("有 {count} 条未读的通知。"),
            (count, domain::lang::Lang::En) => format!("{count} unread notices."),
        };
        let notices = view! { <a class="btn btn-primary" href="/me/notices">{icon(Icon::Bell)}{visit.t("查看通知", "See notices")}</a> };
        let parts = parts(&visit).into_iter().map(|(href, mark, name, says)| view! {
            <a href=href class="flex gap-3 rounded-box border border-base-300 bg-base-100 p-4 hover:border-primary">
                <span class="mt-0.5 text-primary">{icon(mark)}</span>
                <span><span class="block font-medium">{name}</span><span class="block text-sm text-muted">{says}</span></span>
            </a>
        });
        view! {
            {heading(title, lead, notices)}
            <div class="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">{parts.collect_view()}</div>
        }
    }))
}

fn parts(visit: &Visit) -> Vec<(&'static str, Icon, &'static str, &'static str)> {
    vec![
        ("/operations/reviews", Icon::Clipboard, visit.t("立项审批", "Reviews"), visit.t("合同与金额，须在下一个工作日内完成", "Contracts and amounts, due by the next working day")),
        ("/operations/programme", Icon::Badge, visit.t("分发权限申请", "Provider applications"), visit.t("授予、拒绝或收回应用分发权限", "Grant, reject or take away the distribution permission")),
        ("/operations/organisations", Icon::Building, visit.t("组织与版本", "Organisations"), visit.t("新建组织，更改版本", "New organisations, editions")),
        ("/operations/apps", Icon::Star, visit.t("精品应用", "Premium apps"), visit.t("精品应用不能分发", "Premium apps cannot be distributed")),
        ("/operations/agreement", Icon::File, visit.t("分发协议", "Agreement"), visit.t("服务商发送应用前须同意的文本", "The text providers accept before they send")),
        ("/operations/calendar", Icon::Calendar, visit.t("工作日历", "Calendar"), visit.t("节假日与调休，决定审批期限", "Holidays and worked weekends, which decide due dates")),
        ("/operations/jobs", Icon::Refresh, visit.t("后台任务", "Jobs"), visit.t("进行中和失败的发送", "Sends under way and failed")),
        ("/operations/audit", Icon::Shield, visit.t("审计记录", "Audit trail"), visit.t("谁在何时做了什么", "Who did what, and when")),
    ]
}
