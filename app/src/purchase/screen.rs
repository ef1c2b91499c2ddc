//! The screen: from the offer over the sign-in to the order, without loading a document in between.

use domain::{
    problem::Problem,
    purchase::{Offer, Placed, Purchase, Shown, Step, Visitor},
    time::Zone,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{offer, organisation, steps};
use crate::{
    call::Echo,
    handed::handed,
    kit::{Erased as _, Steps, dynamic, t},
};

/// What the page hands to the screen, and what all parts of that share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What is known by now.
    pub purchase: Purchase,
    /// The step whose address is shown.
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

/// The screen, as its parts know it.
#[derive(Clone, Copy)]
pub struct Screen {
    /// One signal for all: each type of signal is code that the browser loads.
    opening: RwSignal<Opening>,
    place: NodeRef<leptos::html::Div>,
}

impl Screen {
    /// What is known now; a part is made anew when it changes.
    fn now<T>(&self, read: impl FnOnce(&Opening) -> T) -> T {
        self.opening.with_untracked(read)
    }

    /// What is offered.
    pub fn offer(&self) -> Offer {
        self.now(|opening| opening.purchase.offer.clone())
    }

    /// Who is signed in.
    pub fn visitor(&self) -> Option<Visitor> {
        self.now(|opening| opening.purchase.visitor.clone())
    }

    /// What was bought.
    pub fn order(&self) -> Option<Placed> {
        self.now(|opening| opening.purchase.order.clone())
    }

    /// The step whose address is shown.
    pub fn step(&self) -> Step {
        self.now(|opening| opening.step)
    }

    /// The zone that days are told in.
    pub fn zone(&self) -> Zone {
        self.now(|opening| opening.zone.clone())
    }

    /// The site's address, for links to pass on.
    pub fn site(&self) -> String {
        self.now(|opening| opening.site.clone())
    }

    /// Whether the browser did not keep the sign-in.
    pub fn dropped(&self) -> bool {
        self.now(|opening| opening.dropped)
    }

    /// The address of a step of this link.
    pub fn url(&self, step: Step) -> String {
        self.now(|opening| format!("/l/{}{}", opening.purchase.offer.token, step.path()))
    }

    /// What is shown by now.
    fn shown(&self) -> Shown {
        self.opening.with(|opening| opening.purchase.shown(opening.step))
    }

    /// The address shown now: forms post there where scripts do not run.
    pub fn here(&self) -> String {
        self.url(self.step())
    }

    /// An order was placed.
    pub fn bought(&self, placed: Placed) {
        self.opening.update(|opening| opening.purchase.order = Some(placed));
        self.go(Step::Done);
    }

    /// Shows a step, under its address.
    pub fn go(&self, step: Step) {
        if step != self.step() {
            #[cfg(feature = "hydrate")]
            crate::browser::push(&self.url(step));
            self.opening.update(|opening| opening.step = step);
        }
        self.attend();
    }

    /// Something was done that changes what this person may see: asks anew, then shows `step`.
    pub fn renew(&self, step: Step) {
        self.ask(step, false);
    }

    /// Somebody has signed in: goes on where that was asked for.
    pub fn signed_in(&self) {
        self.ask(self.step(), true);
    }

    fn ask(&self, step: Step, signed_in: bool) {
        let screen = *self;
        #[cfg(not(feature = "hydrate"))]
        let _ = (screen, step, signed_in);
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            match super::api::seen(&screen.offer().token).await {
                Ok(purchase) => {
                    screen.opening.update(|opening| {
                        // Nobody is known where the browser did not keep the session's cookie.
                        opening.dropped = signed_in && purchase.visitor.is_none();
                        opening.purchase = purchase;
                    });
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

/// The purchase through one link.
#[island(lazy)]
pub fn PurchaseScreen() -> impl IntoView {
    let mut opening = handed::<Opening>();
    if let Some(echo) = opening.echo.take() {
        provide_context(echo);
    }
    let screen = Screen { opening: RwSignal::new(opening), place: NodeRef::new() };
    #[cfg(feature = "hydrate")]
    crate::browser::on_back(move || {
        let step = Step::of_path(&crate::browser::path());
        screen.opening.update(|opening| opening.step = step);
        screen.attend();
    });
    let content = dynamic(move || {
        let shown = screen.shown();
        view! { {steps(shown)}{parts(screen, shown)} }.erased()
    });
    view! { <div node_ref=screen.place>{content}</div> }.erased()
}

/// How far the purchase has come. No step is ticked where nothing was done.
fn steps(shown: Shown) -> AnyView {
    let present = match shown {
        Shown::Dead | Shown::Refusal => return ().into_any(),
        Shown::Offer => 0,
        Shown::SignIn | Shown::Choice => 1,
        Shown::Confirmation => 2,
        Shown::Order => 3,
    };
    let names = vec![
        t("查看", "Look"),
        t("选择组织", "Organisation"),
        t("确认购买", "Confirm"),
        t("完成", "Done"),
    ];
    view! { <Steps label=t("购买步骤", "Steps of the purchase") names present/> }.erased()
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
    screen.now(|opening| opening.purchase.refusal(opening.step))
}
