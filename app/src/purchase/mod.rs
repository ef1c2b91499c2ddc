//! Purchase through a link, for a customer on a phone: the offer, the organisation, the confirm
//! page, the order, and a page for each refusal (Source: PUR-1 to PUR-3).

mod confirm;
mod landing;
mod organisation;

use axum::Router;
use backend::{order::Order, purchase::Offer};
use domain::{
    authority::{Membership, UseCase},
    design::Naming,
    problem::{Kind, Problem},
};
use leptos::prelude::*;

use crate::{
    kit::{Icon, card, icon, postback},
    page::{self, AppState, Visit},
};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/l/{token}", page::get(landing::page))
        .route("/l/{token}/organisation", page::form(organisation::page, organisation::act))
        .route("/l/{token}/confirm", page::form(confirm::page, confirm::act))
        .route("/l/{token}/done", page::get(landing::page))
}

/// The app on offer: its symbol, its name, who offers it.
fn offered(visit: &Visit, offer: &Offer) -> AnyView {
    let by = visit.t("由", "Offered by").to_owned();
    let after = visit.t("提供", "").to_owned();
    view! {
        <div class="flex items-center gap-4">
            <span aria-hidden="true" class="flex size-14 shrink-0 items-center justify-center rounded-box bg-primary text-2xl font-semibold text-primary-content">
                {Naming::symbol(&offer.app_name, &offer.icon)}
            </span>
            <div class="min-w-0">
                <p class="text-lg font-semibold break-words">{offer.app_name.get(visit.lang).to_owned()}</p>
                <p class="text-sm text-muted break-words">{by}" "<span class="font-medium text-base-content">{offer.provider_name.clone()}</span>" "{after}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The way to the order, through the organisation that placed it where another is acted in.
fn to_order(visit: &Visit, token: &str, order: &Order) -> AnyView {
    let acts = |own: &Membership| own.organisation == order.customer;
    if visit.actor.membership().is_ok_and(acts) {
        let url = backend::order::purchased_page(order.id);
        return view! { <a class="btn btn-primary mt-6 w-full" href=url>{visit.t("查看订单", "Open the order").to_owned()}</a> }.into_any();
    }
    let name = &order.customer_name;
    let label = visit
        .t(
            &format!("切换到「{name}」并查看订单"),
            &format!("Switch to “{name}” and open the order"),
        )
        .to_owned();
    postback(
        &format!("/l/{token}/organisation"),
        "mt-6",
        view! {
            <input type="hidden" name="_do" value="choose"/>
            <button class="btn btn-primary h-auto w-full py-2" name="organisation" value=order.customer.to_string()>{label}</button>
        },
    )
}

/// The page of a link that sells nothing here: what was offered and by whom, what holds, what to do
/// in `remedy`'s words, and the ways on. No step is ticked: nothing was done (Source: PUR-2).
fn turned_away(
    visit: &Visit,
    offer: &Offer,
    problem: &Problem,
    remedy: &str,
    ways: impl IntoView + 'static,
) -> AnyView {
    let sentence = problem.sentence(visit.lang);
    // The page that says who may buy has its own heading (没有权限), and the reason below.
    let (heading, reason) = match sentence.split_once(['：', ':']) {
        Some((heading, reason)) if problem.code == "purchase.no_permission" => {
            (heading, capitalised(reason.trim()))
        }
        _ => (sentence, String::new()),
    };
    let mark = match problem.kind {
        Kind::Denied => Icon::Lock,
        _ => Icon::Alert,
    };
    view! {
        <section data-problem=problem.code.to_string()>
            {card("", view! {
                {offered(visit, offer)}
                <div class="mt-6 flex items-start gap-3 border-t border-base-300 pt-6">
                    <span class="mt-1.5 text-warning">{icon(mark)}</span>
                    <div class="min-w-0">
                        <h1 class="text-xl font-semibold">{heading.to_owned()}</h1>
                        <p class="mt-1 empty:hidden">{reason}</p>
                        <p class="mt-2 text-muted break-words">{remedy.to_owned()}</p>
                    </div>
                </div>
                {ways}
            })}
        </section>
    }
    .into_any()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The way on from a link that sells nothing to anybody: to what was bought, to the workbench, or to
/// the door.
fn away(visit: &Visit) -> AnyView {
    let (url, label) = if visit.actor.may(UseCase::PurchasedRead).is_ok() {
        ("/purchased", visit.t("查看已购应用", "See what was bought"))
    } else if visit.actor.person().is_ok() {
        ("/", visit.t("回到工作台", "Back to the workbench"))
    } else {
        ("/", visit.t("去首页", "To the first page"))
    };
    view! { <a class="btn mt-6 w-full" href=url>{label.to_owned()}</a> }.into_any()
}

/// The steps of a purchase, with the present one marked.
fn steps(visit: &Visit, present: usize) -> AnyView {
    let names = [
        visit.t("查看", "Look"),
        visit.t("选择组织", "Organisation"),
        visit.t("确认购买", "Confirm"),
        visit.t("完成", "Done"),
    ];
    let items = names.into_iter().enumerate().map(|(index, name)| {
        let class = if index <= present { "step step-primary" } else { "step" };
        let here = (index == present).then_some("step");
        let done = (index < present).then_some("✓");
        view! { <li class=class aria-current=here data-content=done><span class="text-xs sm:text-sm">{name.to_owned()}</span></li> }
    });
    let label = visit.t("购买步骤", "Steps of the purchase").to_owned();
    view! { <ol class="steps mb-8 w-full" aria-label=label>{items.collect_view()}</ol> }.into_any()
}
