//! What a link opens: who offers what to whom; once bought, the order (Source: PUR-1, PUR-3).

use backend::{order::Order, purchase::Offer};
use domain::problem::Problem;
use leptos::prelude::*;

use super::{away, offered, steps, to_order, turned_away};
use crate::{
    kit::{Icon, Tone, badge, card, facts, icon, moment, mono},
    order::{next_words, state_tone},
    page::{Layout, Page, Visit},
};

/// Shows the offer, or the order that was placed through the link.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let token: String = visit.param("token")?;
    let (offer, order) = backend::purchase::open(visit.backend(), &visit.actor, &token).await?;
    let title = offer.app_name.get(visit.lang).to_owned();
    let page = match (&order, &offer.dead) {
        (None, Some(problem)) => Some(problem.clone()),
        // Who bought may have to sign in first to see the order again.
        (None, None) if offer.bought_at.is_some() && visit.actor.person().is_ok() => {
            Some(domain::order::bought_already())
        }
        _ => None,
    };
    let shown = page.clone();
    let built = Page::new(title, move || match (order, shown) {
        (Some(order), _) => bought(&visit, &offer, &order),
        (None, Some(problem)) => dead(&visit, &offer, &problem),
        (None, None) => alive(&visit, &offer),
    })
    .layout(Layout::Public);
    Ok(match page {
        Some(problem) => built.refusing(&problem),
        None => built,
    })
}

fn alive(visit: &Visit, offer: &Offer) -> AnyView {
    let go = format!("/l/{}/organisation", offer.token);
    let next = if offer.bought_at.is_some() {
        visit.t("登录查看订单", "Sign in to see the order")
    } else if visit.actor.person().is_ok() {
        visit.t("继续：选择购买的组织", "Go on: choose the organisation")
    } else {
        visit.t("登录并继续", "Sign in and go on")
    };
    let description = (!offer.description.trim().is_empty())
        .then(|| view! { <p class="mt-4 text-muted break-words">{offer.description.clone()}</p> });
    let rows = vec![
        (
            visit.t("提供方", "Provider").to_owned(),
            view! { {offer.provider_name.clone()} }.into_any(),
        ),
        (visit.t("提供给", "For").to_owned(), view! { {offer.customer_name.clone()} }.into_any()),
    ];
    let bought = offer.bought_at.map(|at| view! {
        <p class="mt-4">{badge(Tone::Good, visit.t("已购买", "Bought").to_owned())}" "<span class="text-sm text-muted">{moment(visit, at)}</span></p>
    });
    let (from, to) = (&offer.provider_name, &offer.customer_name);
    let title = visit
        .t(&format!("{from} 邀请「{to}」购买应用"), &format!("{from} offers “{to}” an app"))
        .to_owned();
    let safe = visit.t(
        "打开链接不会购买任何东西；购买前会再请您确认一次。",
        "Opening this link buys nothing; you confirm before anything is bought.",
    );
    let check = format!(
        "{}{}{}",
        visit.t("请核对：这是给「", "Please check: this offer is for “"),
        offer.customer_name,
        visit.t(
            "」的应用。如果不是贵组织，请联系服务商。",
            "”. If that is not you, contact the provider."
        ),
    );
    view! {
        {steps(visit, 0)}
        <h1 class="mb-4 text-xl font-semibold break-words">{title}</h1>
        {card("", view! {
            {offered(visit, offer)}
            {description}
            {bought}
            <div class="mt-4 border-t border-base-300 pt-2">{facts(rows)}</div>
            <p class="mt-2 text-sm text-muted">{check}</p>
            <a class="btn btn-primary mt-6 w-full" href=go>{next.to_owned()}</a>
            <p class="mt-3 flex items-start gap-2 text-sm text-muted"><span class="mt-0.5 text-success">{icon(Icon::Shield)}</span><span>{safe.to_owned()}</span></p>
        })}
        {card(visit.t("接下来会怎样", "What happens next"), what_next(visit, &offer.provider_name))}
    }
    .into_any()
}

/// The way from here to an app in use, and whose turn each step is.
fn what_next(visit: &Visit, provider: &str) -> AnyView {
    let you = visit.t("您", "You").to_owned();
    let steps = [
        (
            you.clone(),
            visit.t(
                "登录，选择组织，确认购买。只有组织的平台管理员可以购买。",
                "Sign in, choose the organisation, confirm. Only a platform admin of it can buy.",
            ),
        ),
        (
            provider.to_owned(),
            visit.t(
                "把应用发送到贵组织，送达后通知您。",
                "Sends the app into your organisation; you are told when it has arrived.",
            ),
        ),
        (
            you,
            visit.t(
                "逐页查看并验收，然后启用；启用之前员工看不到。",
                "Look at each page and accept it, then enable it; employees do not see it before.",
            ),
        ),
    ];
    let lines = steps.into_iter().enumerate().map(|(index, (who, what))| view! {
        <li class="flex gap-3">
            <span aria-hidden="true" class="flex size-6 shrink-0 items-center justify-center rounded-full bg-primary/10 text-xs font-semibold text-primary">{index + 1}</span>
            <span class="min-w-0"><span class="block font-medium break-words">{who}</span><span class="block text-sm text-muted">{what.to_owned()}</span></span>
        </li>
    });
    view! { <ol class="space-y-4">{lines.collect_view()}</ol> }.into_any()
}

fn dead(visit: &Visit, offer: &Offer, problem: &Problem) -> AnyView {
    turned_away(visit, offer, problem, problem.remedy.get(visit.lang), away(visit))
}

fn bought(visit: &Visit, offer: &Offer, order: &Order) -> AnyView {
    let rows = vec![
        (visit.t("订单号", "Order").to_owned(), mono(order.number.clone())),
        (
            visit.t("状态", "State").to_owned(),
            badge(state_tone(&order.state), order.state.label().get(visit.lang).to_owned()),
        ),
        (
            visit.t("购买的组织", "Bought for").to_owned(),
            view! { {order.customer_name.clone()} }.into_any(),
        ),
        (
            visit.t("购买人", "Bought by").to_owned(),
            view! { {order.buyer_name.clone()} }.into_any(),
        ),
        (visit.t("时间", "Time").to_owned(), moment(visit, order.placed_at)),
    ];
    let next = next_words(visit, order);
    view! {
        {steps(visit, 3)}
        {card("", view! {
            <div class="mb-6 flex items-center gap-3">
                <span class="flex size-10 shrink-0 items-center justify-center rounded-full bg-success text-success-content">{icon(Icon::Check)}</span>
                <h1 class="text-xl font-semibold">{visit.t("购买完成", "Bought").to_owned()}</h1>
            </div>
            {offered(visit, offer)}
            <div class="mt-4 border-t border-base-300 pt-2">{facts(rows)}</div>
            <p class="mt-2">{next}</p>
            {to_order(visit, &offer.token, order)}
        })}
    }
    .into_any()
}
