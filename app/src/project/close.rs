//! Closing a project (结项): what it cancels first, then the closing information (Source: PRJ-6).

use backend::project::{ClosingView, OpenOrder};
use domain::{
    identity::ProjectId,
    lang::counted,
    problem::Problem,
    project::{ClosingForm, Outcome},
};
use leptos::prelude::*;

use super::progress::state_badge;
use crate::{
    kit::{
        Field, Fields, actions, back, card, form_multipart, heading, moment, mono, table, warning,
    },
    page::{Form, Go, Page, Visit},
    programme::ACCEPT,
};

/// The orders never sent, and the form.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let id: ProjectId = visit.param("id")?;
    let found = backend::project::closing_view(visit.backend(), &visit.actor, id).await?;
    let title = visit.t("结项", "Close the project").to_owned();
    Ok(Page::new(title.clone(), move || {
        let project = &found.detail.project;
        let url = project.url();
        let lead = view! {
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
                {mono(project.number.clone())}<span>{project.content.name.clone()}</span>{state_badge(&visit, &project.state)}
            </span>
        };
        view! {
            {back(&visit, url, project.content.name.clone())}
            {heading(title, lead, ())}
            {obstacle(&visit, &found)}
            {never_sent(&visit, &found.never_sent, found.unsent)}
            {not_accepted(&visit, &found)}
            {project.state.is_open().then(|| narrow(card(visit.t("结项信息", "Closing information"), closing_form(&visit, &found))))}
        }
    }))
}

/// Forms are read in one column.
fn narrow(content: AnyView) -> AnyView {
    view! { <div class="max-w-3xl">{content}</div> }.into_any()
}

fn obstacle(visit: &Visit, found: &ClosingView) -> Option<AnyView> {
    if found.sending {
        let text = visit.t(
            "有应用正在发送，发送结束后才能结项。请稍候并刷新页面。",
            "An app is being sent; the project can be closed once that is finished. Wait a moment and reload.",
        );
        return Some(warning(text));
    }
    let refusal = found.detail.project.state.require_open().err()?;
    Some(warning(refusal.sentence(visit.lang).to_owned()))
}

fn never_sent(visit: &Visit, orders: &[OpenOrder], count: i64) -> Option<AnyView> {
    if orders.is_empty() {
        return None;
    }
    let columns = [
        visit.t("订单", "Order"),
        visit.t("应用", "App"),
        visit.t("客户", "Customer"),
        visit.t("下单时间", "Placed"),
    ];
    let rows = orders
        .iter()
        .map(|order| {
            vec![
                view! { <a class="link" href=format!("/manage/provider/orders/{}", order.id)>{mono(order.number.clone())}</a> }.into_any(),
                order.application_name.get(visit.lang).to_owned().into_any(),
                order.customer_name.clone().into_any(),
                moment(visit, order.placed_at),
            ]
        })
        .collect();
    let listed = orders.len();
    let first = i64::try_from(listed).is_ok_and(|listed| listed < count).then(|| {
        let text = visit
            .t(
                &format!("这里列出最早的 {listed} 个"),
                &format!("The first {listed} are listed here"),
            )
            .to_owned();
        view! { <p class="mb-3 text-sm text-muted">{text}</p> }
    });
    let label = visit.t("从未发送的订单", "Orders never sent");
    let text = visit.t(
        &format!("有 {count} 个订单从未发送，结项会取消它们并通知客户。要保留请先发送。"),
        &format!("{} never sent; closing cancels what was not sent and tells the customers. To keep an order, send it first.", counted(count, "order")),
    )
    .to_owned();
    Some(view! { {warning(text)}<h2 class="mb-3 text-base font-semibold">{label}</h2>{first}{table(label, columns.map(str::to_owned).to_vec(), rows)} }.into_any())
}

/// What was sent and waits for its customer's acceptance, which closing does not bring about.
fn not_accepted(visit: &Visit, found: &ClosingView) -> Option<AnyView> {
    let progress = &found.detail.progress;
    let left = progress.sent - progress.accepted;
    (left > 0 && found.detail.project.state.is_open()).then(|| {
        let apps = counted(left, "app");
        warning(visit.t(
            &format!("有 {left} 个应用已送达、客户还没有验收。结项后客户仍可验收和使用。"),
            &format!("{apps} arrived and not accepted yet. The customer can still accept and use them after closing."),
        ))
    })
}

fn closing_form(visit: &Visit, found: &ClosingView) -> AnyView {
    let fields = Fields::of(visit, "close");
    let outcomes = Outcome::ALL
        .iter()
        .map(|outcome| {
            let note = match outcome {
                Outcome::Delivered => {
                    visit.t("应用已交付并验收", "Everything is delivered and accepted")
                }
                Outcome::Partial => visit.t("只交付了一部分", "Only a part is delivered"),
                Outcome::Terminated => {
                    visit.t("没有交付就结束", "Ends before anything is delivered")
                }
                Outcome::Misfiled => visit.t(
                    "例如 CorpID 填错：结项后重新立项",
                    "Such as a wrong CorpID: close, then file anew",
                ),
            };
            (outcome.code().to_owned(), outcome.label().get(visit.lang).to_owned(), note.to_owned())
        })
        .collect();
    let after = visit.t(
        "结项后不能再获取链接、购买或发送；已有链接会说明原因，已交付的应用不受影响。",
        "Afterwards: no new links, purchases or sends; existing links say why, and what was delivered stays.",
    );
    let blocked = found.sending;
    let content = view! {
        {Field::radios("outcome", outcomes).label(visit.t("结项结果", "Result")).required().view(&fields)}
        {Field::input("delivered_on", "date").label(visit.t("交付日期", "Delivered on"))
            .hint(visit.t("没有交付时请留空", "Leave it empty where nothing was delivered")).view(&fields)}
        {Field::area("summary", 4).label(visit.t("项目总结", "Summary")).required().view(&fields)}
        {Field::file("file", ACCEPT).label(visit.t("验收文件", "Acceptance file")).hint(visit.t("PDF、图片或 Word，不超过 20 MiB", "PDF, image or Word, up to 20 MiB")).view(&fields)}
        <p class="text-sm text-muted">{after}</p>
        {actions(view! {
            <button type="submit" class="btn btn-primary" name="_do" value="close" disabled=blocked>{visit.t("确认结束项目", "Confirm and close the project")}</button>
            <a class="btn btn-ghost" href=found.detail.project.url()>{visit.t("返回", "Back")}</a>
        })}
    };
    form_multipart(&fields, content)
}

/// Closes the project.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let id: ProjectId = visit.param("id")?;
    let text = |name: &str| form.text(name).to_owned();
    let closing = ClosingForm {
        delivered_on: text("delivered_on"),
        outcome: text("outcome"),
        summary: text("summary"),
        file: text("file"),
    };
    backend::project::close(visit.backend(), &visit.actor, id, &closing).await?;
    let url = format!("/manage/provider/projects/{id}");
    Ok(Go::to(url).say("项目已结项", "The project is closed"))
}
