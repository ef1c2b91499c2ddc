//! The confirm page: the app, what is inside, what the editions mean for it, one button; and a page
//! for each reason not to sell (Source: PUR-2, PUR-3).

use backend::{
    application::release::PageSummary, order::Order, organisation::Organisation,
    purchase::Confirmation,
};
use domain::{lang::Lang, problem::Problem};
use leptos::prelude::*;

use super::{offered, steps, to_order};
use crate::{
    kit::{Fields, Icon, Tone, badge, card, copyable, facts, form_post, icon, mono, warning},
    page::{Form, Go, Layout, Page, Visit},
};

/// What a visit to the confirm page finds.
enum Found {
    Offer(Box<Confirmation>),
    Refusal(Problem, Box<Organisation>),
    Bought(Box<Order>),
}

/// Shows what would be bought, or why it cannot be.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let token: String = visit.param("token")?;
    visit.actor.person()?;
    let found = look(&visit, &token).await?;
    let title = visit.t("确认购买", "Confirm the purchase").to_owned();
    let problem = match &found {
        Found::Refusal(problem, _) => Some(problem.clone()),
        _ => None,
    };
    let page = Page::new(title, move || match found {
        Found::Offer(confirmation) => confirm(&visit, &confirmation),
        Found::Refusal(problem, organisation) => refusal(&visit, &token, &problem, &organisation),
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
    if let Ok((_, Some(order))) = backend::purchase::open(backend, actor, token).await {
        return Ok(Found::Bought(Box::new(order)));
    }
    if !problem.code.starts_with("purchase.") {
        return Err(problem);
    }
    let organisation = backend::organisation::current(backend, actor).await?;
    Ok(Found::Refusal(problem, Box::new(organisation)))
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
    let another = format!("/l/{}/organisation", found.offer.token);
    let differ = found.editions_differ().then(|| {
        warning(visit.t(
            "贵组织与服务商的版本不同：个别高阶功能送达后可能暂时不能使用，其余不受影响。购买前可以向服务商确认。",
            "Your edition differs from the provider's: some advanced features may stay off after delivery; the rest is not affected. Ask the provider if in doubt.",
        ))
    });
    let count = found.pages.len();
    let inside = match visit.lang {
        Lang::Zh => format!("应用内容：{count} 个页面（版本 {}）", found.release_number),
        Lang::En => format!("Inside: {count} pages (release {})", found.release_number),
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
            <a class="link text-sm" href=another>{visit.t("换一个组织", "Another organisation").to_owned()}</a>
        })}
        {differ}
        {card(inside, pages(visit, &found.pages))}
        <div class="panel p-4 max-sm:sticky max-sm:bottom-3 max-sm:shadow-lg sm:p-6">{button}</div>
    }
    .into_any()
}

fn pages(visit: &Visit, pages: &[PageSummary]) -> AnyView {
    let lines = pages.iter().map(|page| {
        let fields = match visit.lang {
            Lang::Zh => format!("{} 个字段", page.fields),
            Lang::En => format!("{} fields", page.fields),
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

fn refusal(visit: &Visit, token: &str, problem: &Problem, organisation: &Organisation) -> AnyView {
    let other = problem.code == "purchase.other_organisation";
    let corp_id = other.then(|| {
        let label = visit.t("当前组织的 CorpID", "This organisation's CorpID");
        view! {
            <div class="mt-6">
                <p class="mb-1 text-sm text-muted">{label.to_owned()}</p>
                {copyable(visit, label, organisation.corp_id.to_string())}
            </div>
        }
    });
    let heading = match problem.code.as_ref() {
        "purchase.no_permission" => visit.t("没有权限", "No permission").to_owned(),
        _ => problem.sentence(visit.lang).to_owned(),
    };
    // The sentence begins with the heading's words; they are not said twice.
    let rest = problem
        .sentence(visit.lang)
        .trim_start_matches(heading.as_str())
        .trim_start_matches(['：', ':', ' ']);
    let more = (!rest.is_empty()).then(|| view! { <p class="mt-1">{rest.to_owned()}</p> });
    let mark = if other { Icon::Building } else { Icon::Lock };
    view! {
        {steps(visit, 2)}
        <section data-problem=problem.code.to_string()>
        {card("", view! {
            <div class="flex items-start gap-3">
                <span class="mt-1.5 text-warning">{icon(mark)}</span>
                <div class="min-w-0">
                    <h1 class="text-xl font-semibold">{heading}</h1>
                    {more}
                    <p class="mt-2 text-muted break-words">{problem.remedy.get(visit.lang).to_owned()}</p>
                </div>
            </div>
            <p class="mt-4 text-sm text-muted">{visit.t("当前组织", "Organisation").to_owned()}": "<span class="font-medium text-base-content">{organisation.name.clone()}</span></p>
            {corp_id}
            <a class="btn mt-6 w-full" href=format!("/l/{token}/organisation")>{visit.t("换一个组织", "Choose another organisation").to_owned()}</a>
        })}
        </section>
    }
    .into_any()
}

/// 购买应用.
pub async fn act(visit: Visit, _form: Form) -> Result<Go, Problem> {
    let token: String = visit.param("token")?;
    backend::purchase::purchase(visit.backend(), &visit.actor, &token).await?;
    Ok(Go::to(format!("/l/{token}/done")))
}
