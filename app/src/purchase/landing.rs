//! What a link opens: who offers what to whom; once bought, the order (Source: PUR-1, PUR-3).

use backend::{order::Order, purchase::Offer};
use domain::problem::Problem;
use leptos::prelude::*;

use super::{offered, steps};
use crate::{
    kit::{Icon, Tone, badge, card, facts, icon, moment, mono},
    order::state_tone,
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
    let assurances = [
        (Icon::Shield, visit.t("打开链接不会购买任何东西；购买前会再请您确认一次。", "Opening this link buys nothing; you confirm before anything is bought.")),
        (Icon::Building, visit.t("只有贵组织的平台管理员可以购买。", "Only a platform admin of your organisation can buy.")),
        (Icon::Eye, visit.t("应用送达后由您验收，员工在您启用之后才能看到。", "You accept the app when it arrives; employees see it only after you enable it.")),
    ]
    .map(|(mark, text)| view! { <li class="flex items-start gap-3"><span class="mt-1 text-primary">{icon(mark)}</span><span>{text.to_owned()}</span></li> });
    let bought = offer.bought_at.map(|at| view! {
        <p class="mt-4">{badge(Tone::Good, visit.t("已购买", "Bought").to_owned())}" "<span class="text-sm text-muted">{moment(visit, at)}</span></p>
    });
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
        <h1 class="sr-only">{visit.t("应用购买邀请", "An app for you to buy").to_owned()}</h1>
        {card("", view! {
            {offered(visit, offer)}
            {description}
            {bought}
            <div class="mt-4 border-t border-base-300 pt-2">{facts(rows)}</div>
            <p class="mt-2 text-sm text-muted">{check}</p>
            <a class="btn btn-primary mt-6 w-full" href=go>{next.to_owned()}</a>
        })}
        <ul class="space-y-3 px-1 text-sm text-muted">{assurances.into_iter().collect_view()}</ul>
    }
    .into_any()
}

fn dead(visit: &Visit, offer: &Offer, problem: &Problem) -> AnyView {
    view! {
        <section data-problem=problem.code.to_string()>
        {card("", view! {
            {offered(visit, offer)}
            <div class="alert alert-warning alert-soft mt-6">{icon(Icon::Alert)}
                <div><h1 class="font-semibold">{problem.sentence(visit.lang).to_owned()}</h1>
                <p class="text-sm">{problem.remedy.get(visit.lang).to_owned()}</p></div>
            </div>
            <p class="mt-4 text-sm text-muted">{visit.t("服务商", "Provider").to_owned()}": "<span class="font-medium text-base-content">{offer.provider_name.clone()}</span></p>
        })}
        </section>
    }
    .into_any()
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
    let next = match order.delivered {
        Some(_) => visit.t("应用已经送达，请在订单中查看并验收。", "The app has arrived: look at it in the order and accept it."),
        None => visit.t("接下来由服务商发送应用；送达后您会收到通知，然后验收、启用。", "The provider sends the app next. You are told when it arrives; then you accept and enable it."),
    };
    view! {
        {steps(visit, 3)}
        {card("", view! {
            <div class="mb-6 flex items-center gap-3">
                <span class="flex size-10 shrink-0 items-center justify-center rounded-full bg-success text-success-content">{icon(Icon::Check)}</span>
                <h1 class="text-xl font-semibold">{visit.t("购买完成", "Bought").to_owned()}</h1>
            </div>
            {offered(visit, offer)}
            <div class="mt-4 border-t border-base-300 pt-2">{facts(rows)}</div>
            <p class="mt-2">{next.to_owned()}</p>
            <a class="btn btn-primary mt-6 w-full" href=backend::order::purchased_page(order.id)>{visit.t("查看订单", "Open the order").to_owned()}</a>
        })}
    }
    .into_any()
}
