//! The order centre (订单中心) of the provider, and the orders of the customer (Source: ORD-1, ORD-2,
//! ORD-6).

mod detail;
mod list;
mod pages;
mod purchased;
mod send;

pub use purchased::next_words;

use axum::Router;
use backend::order::Order;
use domain::{lifecycle::Lifecycle, order::OrderState};
use leptos::prelude::*;

use crate::{
    kit::{RailStep, Tone, rail},
    page::{self, AppState, Visit},
};
use domain::lang::Text;

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/manage/provider/orders", page::get(list::page))
        .route("/manage/provider/projects/{project}/orders", page::get(list::page))
        .route("/manage/provider/orders/{id}", page::form(detail::page, detail::act))
        .route("/manage/provider/orders/{id}/send", page::form(send::page, send::act))
        .route("/manage/provider/orders/{id}/pages", page::form(pages::page, pages::act))
        .route("/purchased", page::get(purchased::list))
        .route("/purchased/{id}", page::get(purchased::detail))
}

/// What a release is called: in Chinese 版本 alone is the edition of an organisation.
pub fn release_name(visit: &Visit, number: i64) -> String {
    visit.t(&format!("第 {number} 版"), &format!("Release {number}")).to_owned()
}

/// The meaning of an order's state.
pub fn state_tone(state: &OrderState) -> Tone {
    tone_of(state.code())
}

/// The same, from the state's code.
fn tone_of(code: &str) -> Tone {
    match code {
        "pending" => Tone::Warn,
        "sending" => Tone::Info,
        "sent" => Tone::Good,
        "failed" => Tone::Bad,
        _ => Tone::Quiet,
    }
}

/// Whether the reader acts for the order's provider.
fn sells(visit: &Visit, order: &Order) -> bool {
    visit.actor.membership().is_ok_and(|own| own.organisation == order.provider)
}

/// Where an order stands in the lifecycle 立项 · 分发 · 购买 · 发送 · 验收 · 启用 · 结项.
pub fn lifecycle_rail(visit: &Visit, order: &Order) -> AnyView {
    let date = |at| visit.zone.date(at).to_string();
    let by = |name: &str, at| format!("{name} · {}", date(at));
    let provider = order.provider_name.clone();
    let customer = order.customer_name.clone();
    let turn = |name: &str| format!("{}{name}", visit.t("轮到：", "Next: "));
    let label = |zh, en| Text::of(zh, en);
    let sent = match &order.state {
        OrderState::Sent { at, .. } => RailStep::Done(label("发送", "Send"), date(*at)),
        OrderState::Failed { .. } if sells(visit, order) => RailStep::Current(
            label("发送", "Send"),
            visit.t("失败，请重试", "Failed: retry").to_owned(),
        ),
        OrderState::Cancelled { step } => {
            RailStep::Ended(label("发送", "Send"), by(&step.name, step.at))
        }
        OrderState::Pending | OrderState::Sending { .. } | OrderState::Failed { .. } => {
            RailStep::Current(label("发送", "Send"), turn(&provider))
        }
    };
    let life = order.delivered_state.as_ref();
    let accepted = match life.and_then(Lifecycle::acceptance) {
        Some(found) => {
            RailStep::Done(label("验收", "Accept"), by(&found.signed.name, found.signed.at))
        }
        None if life.is_some() => RailStep::Current(label("验收", "Accept"), turn(&customer)),
        None => RailStep::Ahead(label("验收", "Accept")),
    };
    let enabled = match life {
        Some(Lifecycle::Enabled { enabled, .. }) => {
            RailStep::Done(label("启用", "Enable"), by(&enabled.name, enabled.at))
        }
        Some(life) if life.acceptance().is_some() => {
            RailStep::Current(label("启用", "Enable"), turn(&customer))
        }
        _ => RailStep::Ahead(label("启用", "Enable")),
    };
    let closed = match &order.project_state {
        domain::project::ProjectState::Closed { step, .. } => {
            RailStep::Done(label("结项", "Close"), by(&step.name, step.at))
        }
        _ if life.is_some_and(Lifecycle::is_enabled) => {
            RailStep::Current(label("结项", "Close"), turn(&provider))
        }
        _ => RailStep::Ahead(label("结项", "Close")),
    };
    rail(
        visit,
        &[
            RailStep::Done(label("立项", "Project"), order.project_number.clone()),
            RailStep::Done(label("分发", "Link"), String::new()),
            RailStep::Done(label("购买", "Purchase"), by(&order.buyer_name, order.placed_at)),
            sent,
            accepted,
            enabled,
            closed,
        ],
    )
}
