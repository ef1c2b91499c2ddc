//! The page around the screen: complete HTML with its status, before any script runs.

use domain::{
    problem::Problem,
    purchase::{Purchase, Step},
};
use leptos::prelude::*;

use super::{PurchaseScreen, screen::Opening};
use crate::{
    call::{echoed, visit},
    handed::hand,
    shell::{Public, Refused, refuse_with},
};

/// What a link leads to, at one of its steps.
#[component]
pub fn PurchasePage(step: Step) -> impl IntoView {
    let content = Suspend::new(async move {
        let visit = visit();
        let token: String = visit.param("token").unwrap_or_default();
        match backend::purchase::look(visit.backend(), &visit.actor, &token).await {
            Ok(purchase) => screen(purchase, step).into_any(),
            Err(problem) => refused(problem).into_any(),
        }
    });
    view! { <Suspense>{content}</Suspense> }
}

fn screen(purchase: Purchase, step: Step) -> impl IntoView {
    let visit = visit();
    if let Some(problem) = purchase.refusal(step) {
        refuse_with(&problem);
    }
    let title = purchase.offer.app_name.get(visit.lang).to_owned();
    let (zone, site, dropped) = (visit.zone.clone(), visit.origin.clone(), visit.dropped);
    let handing = hand(Opening { purchase, step, zone, site, dropped, echo: echoed() });
    view! {
        <Public title islands=&["purchase_screen"]>
            {handing}<PurchaseScreen/>
        </Public>
    }
}

fn refused(problem: Problem) -> impl IntoView {
    let title = problem.sentence(visit().lang).to_owned();
    view! { <Public title islands=&[]><Refused problem/></Public> }
}
