//! The confirm page: the app, what is inside, what the editions mean for it, one button; and a page
//! for each reason not to sell (Source: PUR-2, PUR-3).

use backend::{
    application::release::PageSummary,
    order::Order,
    organisation::Organisation,
    purchase::{Before, Confirmation, Offer},
};
use domain::{
    command::Checked,
    lang::{Lang, counted},
    problem::{Kind, Problem},
    purchase::Buy,
};
use leptos::prelude::*;

use super::{away, offered, steps, to_order, turned_away};
use crate::{
    kit::{
        Fields, Icon, Tone, badge, callout, card, copyable, facts, form_post, icon, mono, postback,
        warning,
    },
    page::{Form, Go, Layout, Page, Visit},
};

/// What a visit to the confirm page finds.
enum Found {
    Offer(Box<Confirmation>),
    Refusal(Box<Problem>, Box<Offer>, Option<Box<Organisation>>),
    Bought(Box<Order>),
}

/// Shows what would be bought, or why it cannot be.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let token: String = visit.param("token")?;
    visit.actor.person()?;
    let found = look(&visit, &token).await?;
    let title = visit.t("确认购买", "Confirm the purchase").to_owned();
    let problem = match &found {
        Found::Refusal(problem, ..) => Some(problem.clone()),
        _ => None,
    };
    let page = Page::new(title, move || match found {
        Found::Offer(confirmation) => confirm(&visit, &confirmation),
        Found::Refusal(problem, offer, organisation) => {
            refusal(&visit, &offer, &problem, organisation.as_deref())
        }
        Found::Bought(order) => bought(&visit, &token, &order),
    })
    .layout(Layout::Public);
    Ok(match problem {
        Some(problem) => page.refusing(&problem),
        None => page,
    })
}

async fn look(visit: &Visit, token: &str) -> Result<Found, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    let problem = match backend::purchase::confirmation(backend, actor, token).await {
        Ok(confirmation) => return Ok(Found::Offer(Box::new(confirmation))),
        Err(problem) => problem,
    };
    let (offer, order) = backend::purchase::open(backend, actor, token).await?;
    if let Some(order) = order {
        return Ok(Found::Bought(Box::new(order)));
    }
    if problem.kind == Kind::Unavailable {
        return Err(problem);
    }
    let organisation = backend::organisation::current(backend, actor).await.ok().map(Box::new);
    Ok(Found::Refusal(Box::new(problem), Box::new(offer), organisation))
}

fn bought(visit: &Visit, token: &str, order: &Order) -> AnyView {
    view! {
        {steps(visit, 3)}
        {card("", view! {
            <h1 class="text-xl font-semibold">{visit.t("已经购买", "Bought already").to_owned()}</h1>
            <p class="mt-2 text-muted">{visit.t("这个链接的订单已经存在，没有重复下单。", "The order of this link exists already; nothing was bought twice.").to_owned()}</p>
            {to_order(visit, token, order)}
        })}
    }
    .into_any()
}

fn confirm(visit: &Visit, found: &Confirmation) -> AnyView {
    let fields = Fields::of(visit, "buy");
    let organisation = &found.organisation;
    let rows = vec![
        (
            visit.t("购买的组织", "Buying for").to_owned(),
            view! { <span class="font-medium">{organisation.name.clone()}</span> }.into_any(),
        ),
        ("CorpID".to_owned(), mono(organisation.corp_id.to_string())),
        (
            visit.t("贵组织的版本", "Your edition").to_owned(),
            badge(Tone::Info, organisation.edition.label().get(visit.lang).to_owned()),
        ),
        (
            visit.t("服务商的版本", "The provider's edition").to_owned(),
            badge(Tone::Quiet, found.offer.provider_edition.label().get(visit.lang).to_owned()),
        ),
    ];
    let another = (visit.organisations > 1).then(|| {
        let url = format!("/l/{}/organisation", found.offer.token);
        view! { <a class="link text-sm" href=url>{visit.t("换一个组织", "Another organisation").to_owned()}</a> }
    });
    let differ = found.editions_differ().then(|| {
        warning(visit.t(
            "贵组织与服务商的版本不同：个别高阶功能送达后可能暂时不能使用，其余不受影响。购买前可以向服务商确认。",
            "Your edition differs from the provider's: some advanced features may stay off after delivery; the rest is not affected. Ask the provider if in doubt.",
        ))
    });
    let count = found.pages.len();
    let inside = match visit.lang {
        Lang::Zh => format!("应用内容：{count} 个页面（应用第 {} 版）", found.release_number),
        Lang::En => {
            format!("Inside: {} (release {})", counted(count, "page"), found.release_number)
        }
    };
    let button = form_post(
        &fields,
        view! {
            <p class="mb-3 text-sm text-muted">{visit.t("按下后会生成一个订单，由服务商发送应用。重复按下不会重复购买。", "This places one order; the provider then sends the app. Pressing twice does not buy twice.").to_owned()}</p>
            <input type="hidden" name="_do" value="buy"/>
            <button type="submit" class="btn btn-primary w-full">{visit.t("购买应用", "Buy the app").to_owned()}</button>
        },
    );
    view! {
        {steps(visit, 2)}
        <h1 class="mb-4 text-xl font-semibold">{visit.t("确认购买", "Confirm the purchase").to_owned()}</h1>
        {card("", view! {
            {offered(visit, &found.offer)}
            <div class="mt-4 border-t border-base-300 pt-2">{facts(rows)}</div>
            {another}
        })}
        {found.before.as_ref().map(|before| again(visit, before))}
        {differ}
        {card(inside, pages(visit, &found.pages))}
        <div class="panel p-4 max-sm:sticky max-sm:bottom-0 max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0 max-sm:shadow-lg sm:p-6">{button}</div>
    }
    .into_any()
}

/// Who buys the same app once more is told so, and where the first one is (Source: PUR-3).
fn again(visit: &Visit, before: &Before) -> AnyView {
    let (number, date) = (&before.number, visit.zone.date(before.placed_at));
    let text = visit
        .t(
            &format!("贵组织已在 {date} 购买过此应用（订单 {number}），再次购买会得到第二份。"),
            &format!("Your organisation bought this app on {date} (order {number}); buying again gives you a second one."),
        )
        .to_owned();
    let url = backend::order::purchased_page(before.order);
    let label = visit.t("查看那个订单", "Open that order").to_owned();
    callout(text, view! { <a class="btn btn-sm" href=url>{label}</a> })
}

fn pages(visit: &Visit, pages: &[PageSummary]) -> AnyView {
    let lines = pages.iter().map(|page| {
        let fields = match visit.lang {
            Lang::Zh => format!("{} 个字段", page.fields),
            Lang::En => counted(page.fields, "field"),
        };
        view! {
            <li class="flex items-center gap-3 py-2">
                <span class="text-primary">{icon(Icon::Clipboard)}</span>
                <span class="min-w-0 flex-1 break-words">{page.title.get(visit.lang).to_owned()}</span>
                <span class="text-sm text-muted whitespace-nowrap">{fields}</span>
            </li>
        }
    });
    let list = view! { <ul class="divide-y divide-base-300">{lines.collect_view()}</ul> };
    if pages.len() <= 12 {
        return list.into_any();
    }
    let label = visit.t("全部页面", "All pages").to_owned();
    view! { <details><summary class="link">{label}</summary>{list}</details> }.into_any()
}

fn refusal(
    visit: &Visit,
    offer: &Offer,
    problem: &Problem,
    organisation: Option<&Organisation>,
) -> AnyView {
    let remedy = problem.remedy.get(visit.lang);
    let several = visit.organisations > 1;
    match (problem.code.as_ref(), organisation) {
        ("purchase.no_permission", Some(organisation)) => {
            let ways = view! { {acting_for(visit, organisation)}{pass_on(visit, offer)} };
            turned_away(visit, offer, problem, remedy, ways)
        }
        ("purchase.other_organisation", Some(organisation)) => {
            let provider = &offer.provider_name;
            let (zh, en) = if several {
                ("；如果选错了组织，请换一个。", "; or choose another organisation.")
            } else {
                ("。", ".")
            };
            let remedy = visit
                .t(
                    &format!("请把下面的 CorpID 告诉 {provider}{zh}"),
                    &format!("Give {provider} the CorpID below{en}"),
                )
                .to_owned();
            let label = visit.t("当前组织的 CorpID", "This organisation's CorpID");
            let ways = view! {
                {acting_for(visit, organisation)}
                <div class="mt-4">
                    <p class="mb-1 text-sm text-muted">{label.to_owned()}</p>
                    {copyable(visit, label, organisation.corp_id.to_string())}
                </div>
                {several.then(|| another(visit, offer))}
            };
            turned_away(visit, offer, problem, &remedy, ways)
        }
        _ => turned_away(visit, offer, problem, remedy, away(visit)),
    }
}

fn acting_for(visit: &Visit, organisation: &Organisation) -> AnyView {
    let label = visit.t("当前组织：", "Organisation: ").to_owned();
    view! {
        <p class="mt-4 text-sm text-muted">{label}<span class="font-medium text-base-content">{organisation.name.clone()}</span></p>
    }
    .into_any()
}

fn another(visit: &Visit, offer: &Offer) -> AnyView {
    let url = format!("/l/{}/organisation", offer.token);
    let label = visit.t("换一个组织", "Choose another organisation").to_owned();
    view! { <a class="btn mt-6 w-full" href=url>{label}</a> }.into_any()
}

/// The link, for somebody who may not buy to pass on to who may, and the door for other accounts.
fn pass_on(visit: &Visit, offer: &Offer) -> AnyView {
    let path = domain::link::path(&offer.token, &offer.customer_name);
    let label = visit.t("分发链接", "Distribution link");
    let door = view! {
        <input type="hidden" name="next" value=path.clone()/>
        <button class="btn w-full">{visit.t("用其他账号登录", "Sign in with another account").to_owned()}</button>
    };
    view! {
        <div class="mt-4">
            <p class="mb-1 text-sm text-muted">{label.to_owned()}</p>
            {copyable(visit, label, format!("{}{path}", visit.origin))}
        </div>
        {(visit.organisations > 1).then(|| another(visit, offer))}
        {postback("/sign-out", "mt-3", door)}
    }
    .into_any()
}

/// 购买应用.
pub async fn act(visit: Visit, _form: Form) -> Result<Go, Problem> {
    let token: String = visit.param("token")?;
    let command = Buy { token: token.clone() };
    let command = Checked::of(visit.backend().posting(&visit.actor), &command)?;
    backend::purchase::purchase(visit.backend(), &visit.actor, command).await?;
    Ok(Go::to(format!("/l/{token}/done")))
}
