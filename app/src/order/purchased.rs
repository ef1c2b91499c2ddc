//! 已购应用: the orders that the organisation placed (Source: ORD-1).

use backend::{
    delivery::{Delivery, Progress},
    order::Order,
};
use domain::{
    identity::OrderId, lifecycle::Lifecycle, order::OrderState, problem::Problem, time::Timestamp,
};
use leptos::prelude::*;

use super::{lifecycle_rail, state_tone};
use crate::{
    delivery::{progress_bar, send_table},
    kit::{
        Icon, Tone, back, badge, callout, card, empty, facts, heading, icon, moment, mono,
        newest_only, pager,
    },
    lifecycle::{accepted_card, state_badge},
    page::{Page, Visit},
};

/// Lists the orders as cards: phones come first here.
pub async fn list(visit: Visit) -> Result<Page, Problem> {
    let after = visit.query("after").unwrap_or_default().to_owned();
    let found = backend::order::purchased(visit.backend(), &visit.actor, &after).await?;
    let title = visit.t("已购应用", "Purchased apps").to_owned();
    Ok(Page::new(title.clone(), move || {
        let lead = visit
            .t(
                "贵组织通过分发链接购买的应用。",
                "The apps your organisation bought through distribution links.",
            )
            .to_owned();
        let content = if found.items.is_empty() {
            empty(
                Icon::Package,
                visit.t("还没有购买过应用", "Nothing bought yet"),
                visit.t(
                    "打开服务商发来的分发链接即可购买，订单会出现在这里。",
                    "Open the distribution link from your provider to buy; the order appears here.",
                ),
                (),
            )
        } else {
            let next = found.next.as_ref().map(|next| visit.with_query(&[("after", next)]));
            let first = visit.query("after").map(|_| visit.with_query(&[("after", "")]));
            let cards = found.items.iter().map(|order| summary(&visit, order)).collect_view();
            view! { <ul class="grid gap-3 lg:grid-cols-2">{cards}</ul>{pager(&visit, first, next)} }
                .into_any()
        };
        view! { {heading(title, lead, ())}{content} }
    }))
}

fn summary(visit: &Visit, order: &Order) -> AnyView {
    let life = order.delivered_state.as_ref().map(|life| state_badge(visit, life));
    let date = visit.zone.date(order.placed_at);
    let bought = visit.t(&format!("{date} 购买"), &format!("bought {date}")).to_owned();
    view! {
        <li><a href=backend::order::purchased_page(order.id) class="panel panel-link flex items-center gap-4 p-4">
            <span class="min-w-0 flex-1">
                <span class="block font-medium break-words">{order.app_name.get(visit.lang).to_owned()}</span>
                <span class="block text-sm text-muted break-words">{order.provider_name.clone()}</span>
                <span class="block text-sm text-muted break-words"><span class="font-mono">{order.number.clone()}</span>" · "{bought}</span>
                <span class="mt-2 block font-medium break-words">{turn(visit, order)}</span>
                <span class="mt-2 flex flex-wrap gap-2">{badge(state_tone(&order.state), order.state.label().get(visit.lang).to_owned())}{life}</span>
            </span>
            {icon(Icon::ChevronRight)}
        </a></li>
    }
    .into_any()
}

/// One order as its customer sees it.
pub async fn detail(visit: Visit) -> Result<Page, Problem> {
    let id: OrderId = visit.param("id")?;
    let order = backend::order::read_purchased(visit.backend(), &visit.actor, id).await?;
    let sends = backend::delivery::of_order(visit.backend(), &visit.actor, id).await?;
    let running = match sends.iter().find(|send| send.state.is_open()) {
        Some(send) => {
            Some(backend::delivery::progress(visit.backend(), &visit.actor, send.id).await?)
        }
        None => None,
    };
    let refresh = running.as_ref().map(|_| 2);
    Ok(Page::new(order.number.clone(), move || view(&visit, &order, &sends, running.as_ref()))
        .refresh(refresh))
}

fn view(visit: &Visit, order: &Order, sends: &[Delivery], running: Option<&Progress>) -> AnyView {
    let bar = running
        .map(|progress| card(visit.t("正在发送", "Being sent"), progress_bar(visit, progress)));
    let lead = view! {
        <span class="flex flex-wrap items-center gap-x-2 gap-y-1">
            {badge(state_tone(&order.state), order.state.label().get(visit.lang).to_owned())}
            {order.delivered_state.as_ref().map(|life| state_badge(visit, life))}
            <span>{order.provider_name.clone()}</span>
        </span>
    };
    let rows = vec![
        (visit.t("订单号", "Order").to_owned(), mono(order.number.clone())),
        (
            visit.t("服务商", "Provider").to_owned(),
            view! { {order.provider_name.clone()} }.into_any(),
        ),
        (
            visit.t("购买人", "Bought by").to_owned(),
            view! { {order.buyer_name.clone()}" · "{moment(visit, order.placed_at)} }.into_any(),
        ),
        (visit.t("编辑权限", "Edit permission").to_owned(), edit_permission(visit, order)),
    ];
    let table = (!sends.is_empty()).then(|| {
        let title = visit.t("发送记录", "Sends");
        view! { <section><h2 class="mb-3 text-base font-semibold">{title.to_owned()}</h2>{send_table(visit, title, sends, |_| ().into_any())}{newest_only(visit, sends.len())}</section> }
    });
    view! {
        {back(visit, "/purchased", visit.t("已购应用", "Purchased apps"))}
        {heading(order.app_name.get(visit.lang).to_owned(), lead, primary(visit, order))}
        {callout(next_words(visit, order), ())}
        <div class="mb-6">{lifecycle_rail(visit, order)}</div>
        {bar}
        {card(visit.t("概览", "Overview"), facts(rows))}
        {accepted_card(visit, order)}
        {table}
    }
    .into_any()
}

fn edit_permission(visit: &Visit, order: &Order) -> AnyView {
    if order.edit_permission {
        badge(Tone::Good, visit.t("已开放", "Open").to_owned())
    } else {
        badge(Tone::Quiet, visit.t("未开放", "Closed").to_owned())
    }
}

fn primary(visit: &Visit, order: &Order) -> Option<AnyView> {
    let app = order.delivered?;
    let life = order.delivered_state.as_ref()?;
    let accept = life.acceptance().is_none().then(|| view! {
        <a class="btn btn-primary" href=format!("/apps/{app}/acceptance")>{icon(Icon::Check)}{visit.t("去验收", "Accept it").to_owned()}</a>
    });
    let settings = (life.acceptance().is_some() && !life.is_enabled()).then(|| view! {
        <a class="btn btn-primary" href=format!("/apps/{app}/settings")>{visit.t("应用设置", "App settings").to_owned()}</a>
    });
    Some(view! { <a class="btn" href=format!("/apps/{app}")>{visit.t("打开应用", "Open the app").to_owned()}</a>{accept}{settings} }.into_any())
}

/// Where an order stands and who acts next, in the customer's words (Source: ALL-2).
pub fn next_words(visit: &Visit, order: &Order) -> String {
    let text = match (&order.state, &order.delivered_state) {
        (OrderState::Pending | OrderState::Failed { .. } | OrderState::Sending { .. }, _) => visit.t("接下来由服务商发送应用，送达后会通知您。", "The provider sends the app next; you are told when it arrives."),
        (OrderState::Cancelled { .. }, _) => visit.t("服务商结束了项目，订单已取消。如仍需要，请联系服务商。", "The provider closed the project and the order was cancelled. Contact the provider if you still need it."),
        (_, Some(Lifecycle::Enabled { .. })) => visit.t("应用已启用，员工可以使用。", "The app is enabled; employees can use it."),
        (_, Some(Lifecycle::Accepted { .. })) => visit.t("已验收。接下来：关闭开发维护，然后在应用设置里启用。", "Accepted. Next: close maintenance, then enable the app in its settings."),
        (_, Some(Lifecycle::Ready { .. })) => visit.t("开发维护已关闭。接下来：在应用设置里启用。", "Maintenance is closed. Next: enable the app in its settings."),
        (_, Some(Lifecycle::Disabled { .. })) => visit.t("应用已停用，员工不能使用。需要时在应用设置里再次启用。", "The app is disabled; employees cannot use it. Enable it again in its settings when it is needed."),
        _ => visit.t("应用已送达，请逐页查看并验收。", "The app has arrived: look at each page and accept it."),
    };
    text.to_owned()
}

/// Who acts next on an order, in few words, and since when.
fn turn(visit: &Visit, order: &Order) -> String {
    let provider = &order.provider_name;
    let life = order.delivered_state.as_ref();
    let (text, since) = match (&order.state, life) {
        (OrderState::Cancelled { step }, _) => {
            (visit.t("已取消，没有待办", "Cancelled; nothing to do").to_owned(), step.at)
        }
        (OrderState::Sent { at, .. }, Some(life)) => (customer_turn(visit, life), since(life, *at)),
        _ => {
            let (zh, en) = (format!("等待 {provider} 发送"), format!("{provider} sends it next"));
            (visit.t(&zh, &en).to_owned(), order.placed_at)
        }
    };
    format!("{text} · {}", visit.zone.date(since))
}

fn customer_turn(visit: &Visit, life: &Lifecycle) -> String {
    let text = match life {
        Lifecycle::Building | Lifecycle::Maintenance { .. } => {
            visit.t("请您验收", "Your acceptance is next")
        }
        Lifecycle::Accepted { .. } => {
            visit.t("请您关闭开发维护并启用", "Close maintenance and enable it next")
        }
        Lifecycle::Ready { .. } => visit.t("请您启用", "Enable it next"),
        Lifecycle::Enabled { .. } => visit.t("已启用，没有待办", "Enabled; nothing to do"),
        Lifecycle::Disabled { .. } => visit.t("已停用", "Disabled"),
    };
    text.to_owned()
}

/// When an app that arrived at `arrived` came to the state it is in.
fn since(life: &Lifecycle, arrived: Timestamp) -> Timestamp {
    match life {
        Lifecycle::Building => arrived,
        Lifecycle::Maintenance { reopened, .. } => {
            reopened.as_ref().map_or(arrived, |step| step.at)
        }
        Lifecycle::Accepted { acceptance } => acceptance.signed.at,
        Lifecycle::Ready { closed, .. } => closed.at,
        Lifecycle::Enabled { enabled, .. } => enabled.at,
        Lifecycle::Disabled { disabled, .. } => disabled.at,
    }
}
