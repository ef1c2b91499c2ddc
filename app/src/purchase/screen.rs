//! The screen: from the offer over the sign-in to the order, without loading a document in between.

use domain::{
    problem::Problem,
    purchase::{Purchase, Shown, Step},
    time::Zone,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{offer, organisation, steps};
use crate::{
    call::Echo,
    handed::handed,
    kit::{Steps, dynamic, t},
};

/// What all parts of the screen share.
#[derive(Clone, Copy)]
pub struct Screen {
    /// What is known by now.
    pub purchase: RwSignal<Purchase>,
    /// The step whose address is shown.
    pub step: RwSignal<Step>,
    /// What stays as it is.
    fixed: StoredValue<Fixed>,
    /// Whether the browser did not keep the sign-in.
    pub dropped: RwSignal<bool>,
    place: NodeRef<leptos::html::Div>,
}

/// What the page brought along.
struct Fixed {
    zone: Zone,
    site: String,
}

impl Screen {
    /// The zone that days are told in.
    pub fn zone(&self) -> Zone {
        self.fixed.with_value(|fixed| fixed.zone.clone())
    }

    /// The site's address, for links to pass on.
    pub fn site(&self) -> String {
        self.fixed.with_value(|fixed| fixed.site.clone())
    }

    /// The address of a step of this link.
    pub fn url(&self, step: Step) -> String {
        self.purchase
            .with_untracked(|purchase| format!("/l/{}{}", purchase.offer.token, step.path()))
    }

    /// What is shown by now.
    fn shown(&self) -> Shown {
        self.purchase.with(|purchase| purchase.shown(self.step.get()))
    }

    /// The address shown now: forms post there where scripts do not run.
    pub fn here(&self) -> String {
        self.url(self.step.get_untracked())
    }

    /// Shows a step, under its address.
    pub fn go(&self, step: Step) {
        if step != self.step.get_untracked() {
            #[cfg(feature = "hydrate")]
            crate::browser::push(&self.url(step));
            self.step.set(step);
        }
        self.attend();
    }

    /// Something was done that changes what this person may see: asks anew, then shows `step`.
    pub fn renew(&self, step: Step) {
        self.ask(step, |_| {});
    }

    /// Somebody has signed in: goes on where that was asked for.
    pub fn signed_in(&self) {
        let screen = *self;
        // Nobody is known where the browser did not keep the session's cookie.
        self.ask(self.step.get_untracked(), move |purchase| {
            screen.dropped.set(purchase.visitor.is_none());
        });
    }

    fn ask(&self, step: Step, heard: impl Fn(&Purchase) + 'static) {
        let screen = *self;
        #[cfg(not(feature = "hydrate"))]
        let _ = (screen, step, heard);
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            let token = screen.purchase.with_untracked(|purchase| purchase.offer.token.clone());
            match super::api::seen(&token).await {
                Ok(purchase) => {
                    heard(&purchase);
                    screen.purchase.set(purchase);
                    screen.go(step);
                }
                // The page itself tells what there is to tell.
                Err(_) => crate::browser::leave(&screen.url(step)),
            }
        });
    }

    /// The new step's heading takes the focus, and is in sight.
    fn attend(&self) {
        let place = self.place.get_untracked();
        #[cfg(feature = "hydrate")]
        if let Some(place) = place {
            request_animation_frame(move || crate::browser::attend(&place));
        }
        #[cfg(not(feature = "hydrate"))]
        drop(place);
    }
}

/// What the page hands to the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What is known when it opens.
    pub purchase: Purchase,
    /// The step asked for.
    pub step: Step,
    /// The zone that days are told in.
    pub zone: Zone,
    /// The site's address.
    pub site: String,
    /// Whether the browser did not keep the sign-in.
    pub dropped: bool,
    /// What was posted before and refused.
    pub echo: Option<Echo>,
}

/// The purchase through one link.
#[island(lazy)]
pub fn PurchaseScreen() -> impl IntoView {
    let Opening { purchase, step, zone, site, dropped, echo } = handed();
    if let Some(echo) = echo {
        provide_context(echo);
    }
    let screen = Screen {
        purchase: RwSignal::new(purchase),
        step: RwSignal::new(step),
        fixed: StoredValue::new(Fixed { zone, site }),
        dropped: RwSignal::new(dropped),
        place: NodeRef::new(),
    };
    #[cfg(feature = "hydrate")]
    crate::browser::on_back(move || {
        screen.step.set(Step::of_path(&crate::browser::path()));
        screen.attend();
    });
    let content = dynamic(move || parts(screen, screen.shown()));
    let present = Signal::derive(move || match screen.shown() {
        Shown::Offer | Shown::Dead => 0,
        Shown::SignIn | Shown::Choice => 1,
        Shown::Confirmation | Shown::Refusal => 2,
        Shown::Order => 3,
    });
    // No step is ticked where nothing was done.
    let steps = dynamic(move || {
        if matches!(screen.shown(), Shown::Dead | Shown::Refusal) {
            return ().into_any();
        }
        let names = vec![
            t("查看", "Look"),
            t("选择组织", "Organisation"),
            t("确认购买", "Confirm"),
            t("完成", "Done"),
        ];
        view! { <Steps label=t("购买步骤", "Steps of the purchase") names present/> }.into_any()
    });
    view! { <div node_ref=screen.place>{steps}{content}</div> }
}

/// What is shown below the steps.
fn parts(screen: Screen, shown: Shown) -> AnyView {
    match shown {
        Shown::Offer => offer::landing(screen).into_any(),
        Shown::SignIn => steps::sign_in(screen).into_any(),
        Shown::Choice => organisation::choice(screen).into_any(),
        Shown::Confirmation => steps::confirmation(screen).into_any(),
        Shown::Order => steps::order(screen).into_any(),
        Shown::Dead => refusal(screen).map(|problem| offer::dead(screen, problem)).into_any(),
        Shown::Refusal => {
            refusal(screen).map(|problem| organisation::refusal(screen, problem)).into_any()
        }
    }
}

fn refusal(screen: Screen) -> Option<Problem> {
    screen.purchase.with_untracked(|purchase| purchase.refusal(screen.step.get_untracked()))
}
