//! The organisation to buy for: a person may belong to several (Source: PUR-1).

use backend::organisation::Belonging;
use domain::{
    account::SwitchOrganisation, command::Checked, identity::OrganisationId, problem::Problem,
};
use leptos::prelude::*;

use super::{away, offered, steps, turned_away};
use crate::{
    kit::{Fields, Icon, card, empty, form_post, icon, mono},
    page::{Form, Go, Layout, Page, Visit},
};

/// Lists the person's organisations.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    visit.actor.person()?;
    let token: String = visit.param("token")?;
    let (offer, order) = backend::purchase::open(visit.backend(), &visit.actor, &token).await?;
    if let Some(problem) = offer.dead.clone().filter(|_| order.is_none()) {
        let (title, refused) = (problem.sentence(visit.lang).to_owned(), problem.clone());
        let dead = move || {
            let remedy = problem.remedy.get(visit.lang);
            turned_away(&visit, &offer, &problem, remedy, away(&visit))
        };
        return Ok(Page::new(title, dead).layout(Layout::Public).refusing(&refused));
    }
    let mine = backend::organisation::mine(visit.backend(), &visit.actor).await?;
    let title = visit.t("选择购买的组织", "Choose the organisation").to_owned();
    Ok(Page::new(title.clone(), move || {
        let fields = Fields::of(&visit, "choose");
        let list = if mine.is_empty() {
            let lead = visit.t("请组织的平台管理员邀请您加入，然后再打开链接。", "Ask a platform admin of your organisation to invite you, then open the link again.");
            empty(Icon::Building, visit.t("您还不是任何组织的成员", "You are not a member of any organisation"), lead, ())
        } else {
            let rows = mine.iter().map(|one| choice(&visit, one)).collect_view();
            form_post(&fields, view! { <input type="hidden" name="_do" value="choose"/><div class="grid gap-3">{rows}</div> })
        };
        view! {
            {steps(&visit, 1)}
            <h1 class="mb-4 text-xl font-semibold">{title}</h1>
            {card("", offered(&visit, &offer))}
            {list}
        }
    })
    .layout(Layout::Public))
}

fn choice(visit: &Visit, one: &Belonging) -> AnyView {
    let role = one.role.label().get(visit.lang).to_owned();
    view! {
        <button name="organisation" value=one.organisation.to_string() class="panel panel-link flex w-full items-center gap-3 p-4 text-left">
            <span class="text-primary">{icon(Icon::Building)}</span>
            <span class="min-w-0 flex-1">
                <span class="block font-medium break-words">{one.name.clone()}</span>
                <span class="block text-sm text-muted">{role}</span>
                <span class="block text-sm text-muted">"CorpID "{mono(one.corp_id.to_string())}</span>
            </span>
            {icon(Icon::ChevronRight)}
        </button>
    }
    .into_any()
}

/// Acts for the chosen organisation from now on, and goes to the confirm page, or to the order that
/// this organisation has placed already.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let token: String = visit.param("token")?;
    let organisation: OrganisationId = form.parse("organisation")?;
    let command = SwitchOrganisation { organisation: organisation.to_string() };
    let command = Checked::of(visit.backend().posting(&visit.actor), &command)?;
    backend::account::switch_organisation(visit.backend(), &visit.actor, command).await?;
    let (_, order) = backend::purchase::open(visit.backend(), &visit.actor, &token).await?;
    Ok(Go::to(match order.filter(|order| order.customer == organisation) {
        Some(order) => backend::order::purchased_page(order.id),
        None => format!("/l/{token}/confirm"),
    }))
}
