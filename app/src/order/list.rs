//! The list of orders: all of the provider's, or those of one project (Source: ORD-1).

use backend::order::{Filter, Order, Recent};
use domain::{
    authority::UseCase, identity::ProjectId, order::OrderState, problem::Problem, time::Date,
};
use leptos::prelude::*;

use super::{state_tone, tone_of};
use crate::{
    kit::{
        Icon, badge,
        chart::{self, Part},
        empty, heading, icon, moment, pager, search, table, tabs,
    },
    page::{Page, Visit},
    programme::{is_needed, needed},
};

/// How many days the chart over the list shows.
const DAYS: i64 = 30;

/// Shows a page of the list, as the filters in the URL ask.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let project: Option<ProjectId> = visit
        .param("project")
        .ok()
        .or_else(|| visit.query("project").and_then(|id| id.parse().ok()));
    let text = |name: &str| visit.query(name).unwrap_or_default().to_owned();
    let filter = Filter { project, state: text("state"), search: text("q"), after: text("after") };
    let title = visit.t("订单中心", "Order centre").to_owned();
    let found = match backend::order::list(visit.backend(), &visit.actor, &filter).await {
        Err(problem) if is_needed(&problem) => return Ok(needed(visit, title, problem)),
        other => other?,
    };
    let everything = Filter::default() == filter;
    let recent = if everything {
        let since = visit.zone.start_of(visit.zone.date(visit.now).plus_days(1 - DAYS));
        backend::order::recent(visit.backend(), &visit.actor, since).await?
    } else {
        Vec::new()
    };
    Ok(Page::new(title.clone(), move || {
        let lead = match found.items.first().filter(|_| project.is_some()) {
            Some(order) => format!(
                "{} {} · {}",
                visit.t("项目", "Project"),
                order.project_number,
                order.project_name
            ),
            None => visit
                .t(
                    "客户购买之后，在这里发送应用并查看进展。",
                    "After a customer has bought, send the app from here and see how it goes.",
                )
                .to_owned(),
        };
        let all = project.map(|_| view! { <a class="btn" href="/manage/provider/orders">{visit.t("全部订单", "All orders").to_owned()}</a> });
        let content = if found.items.is_empty() {
            nothing(&visit, &filter)
        } else {
            let next = found.next.as_ref().map(|next| visit.with_query(&[("after", next)]));
            let first = visit.query("after").map(|_| visit.with_query(&[("after", "")]));
            view! { {orders(&visit, &found.items)}{pager(&visit, first, next)} }.into_any()
        };
        view! {
            {heading(title, lead, all)}
            {pace(&visit, &recent)}
            {states(&visit, &filter.state)}
            {find(&visit)}
            {content}
        }
    }))
}

/// The orders of the last days, by the state that they are in now.
fn pace(visit: &Visit, orders: &[Recent]) -> Option<AnyView> {
    if orders.is_empty() {
        return None;
    }
    let parts = |on: Option<Date>| {
        let part = |code: &'static str| {
            let fits = |some: &&Recent| {
                some.state == code && on.is_none_or(|day| visit.zone.date(some.at) == day)
            };
            Part {
                tone: tone_of(code),
                label: OrderState::label_of(code).get(visit.lang).to_owned(),
                count: orders.iter().filter(fits).map(|some| some.count).sum(),
            }
        };
        OrderState::CODES.map(part).to_vec()
    };
    let today = visit.zone.date(visit.now);
    let days: Vec<_> = (0..DAYS)
        .rev()
        .map(|back| {
            let day = today.plus_days(-back);
            (day.to_string(), parts(Some(day)))
        })
        .collect();
    let label = visit
        .t(&format!("近 {DAYS} 天的订单"), &format!("Orders of the last {DAYS} days"))
        .to_owned();
    Some(view! {
        <section class="panel mb-6 p-4">
            <div class="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2"><h2 class="text-sm font-semibold">{label.clone()}</h2>{chart::legend(&parts(None))}</div>
            {chart::days(&label, &days)}
        </section>
    }
    .into_any())
}

fn states(visit: &Visit, current: &str) -> AnyView {
    let entry = |code: &str, label: String| {
        (visit.with_query(&[("state", code), ("after", "")]), label, code == current)
    };
    let mut entries = vec![entry("", visit.t("全部", "All").to_owned())];
    entries.extend(
        OrderState::CODES
            .into_iter()
            .map(|code| entry(code, OrderState::label_of(code).get(visit.lang).to_owned())),
    );
    tabs(visit.t("状态", "State"), entries)
}

fn find(visit: &Visit) -> AnyView {
    let kept = ["state", "project"].map(|name| {
        visit
            .query(name)
            .map(|value| view! { <input type="hidden" name=name value=value.to_owned()/> })
    });
    let label = visit.t("搜索订单号、客户、应用或项目", "Search order, customer, app or project");
    search(visit, label, kept)
}

fn nothing(visit: &Visit, filter: &Filter) -> AnyView {
    if filter.state.is_empty() && filter.search.is_empty() {
        let may_open = visit.actor.may(UseCase::ProjectsRead).is_ok();
        let action = may_open.then(|| view! { <a class="btn btn-primary" href="/manage/provider/projects">{visit.t("去项目管理", "Go to the projects").to_owned()}</a> });
        return empty(
            Icon::Package,
            visit.t("还没有订单", "No orders yet"),
            visit.t("在项目里获取分发链接发给客户，客户购买后订单会出现在这里。", "Make a distribution link in a project and send it to the customer; the order appears here once they buy."),
            action,
        );
    }
    let clear = view! { <a class="btn" href=visit.path.clone()>{visit.t("清除条件", "Clear the filters").to_owned()}</a> };
    empty(
        Icon::Search,
        visit.t("没有符合条件的订单", "No order fits"),
        visit.t("换一个状态或关键词试试。", "Try another state or another word."),
        clear,
    )
}

fn orders(visit: &Visit, orders: &[Order]) -> AnyView {
    let columns = [
        visit.t("订单号", "Order"),
        visit.t("应用", "App"),
        visit.t("客户", "Customer"),
        visit.t("项目", "Project"),
        visit.t("状态", "State"),
        visit.t("购买时间", "Bought"),
        "",
    ];
    let rows = orders.iter().map(|order| row(visit, order)).collect();
    table(visit.t("订单", "Orders"), columns.map(str::to_owned).to_vec(), rows)
}

fn row(visit: &Visit, order: &Order) -> Vec<AnyView> {
    let url = backend::order::page(order.id);
    let life = order.delivered_state.as_ref().map(|life| {
        view! { <span class="block text-xs text-muted">{life.label().get(visit.lang).to_owned()}</span> }
    });
    let sendable = matches!(order.state, OrderState::Pending)
        && order.project_state.is_open()
        && visit.actor.may(UseCase::Send).is_ok();
    let act = if sendable {
        view! { <a class="btn btn-primary btn-sm" href=format!("{url}/send")>{icon(Icon::Send)}{visit.t("发送应用", "Send app").to_owned()}<span class="sr-only">" "{order.number.clone()}</span></a> }.into_any()
    } else {
        view! { <a class="btn btn-sm" href=url.clone()>{visit.t("查看", "Open").to_owned()}<span class="sr-only">" "{order.number.clone()}</span></a> }.into_any()
    };
    vec![
        view! { <a class="link font-mono whitespace-nowrap" href=url>{order.number.clone()}</a> }.into_any(),
        view! { {order.app_name.get(visit.lang).to_owned()} }.into_any(),
        view! { {order.customer_name.clone()} }.into_any(),
        view! { <span><span class="block">{order.project_name.clone()}</span><span class="font-mono text-xs text-muted">{order.project_number.clone()}</span></span> }.into_any(),
        view! { <span>{badge(state_tone(&order.state), order.state.label().get(visit.lang).to_owned())}{life}</span> }.into_any(),
        moment(visit, order.placed_at),
        act,
    ]
}
