//! The life of an app: the ··· menu, acceptance, settings, the record of maintenance
//! (Source: APP-1 to APP-5).

mod acceptance;
mod info;
pub mod maintenance;
pub mod menu;
mod settings;
pub mod standing;

pub use acceptance::accepted_card;
use axum::Router;
use domain::lifecycle::Lifecycle;
use leptos::prelude::*;

use crate::{
    kit::{Tone, badge},
    page::{self, AppState, Visit},
};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/apps/{id}/acceptance", page::form(acceptance::page, acceptance::act))
        .route("/apps/{id}/settings", page::form(settings::page, settings::act))
        .route("/apps/{id}/maintenance", page::form(maintenance::page, maintenance::act))
}

/// The state of an app in a word.
pub fn state_badge(visit: &Visit, life: &Lifecycle) -> AnyView {
    let tone = match life {
        Lifecycle::Building | Lifecycle::Ready { .. } => Tone::Quiet,
        Lifecycle::Maintenance { .. } | Lifecycle::Accepted { .. } => Tone::Warn,
        Lifecycle::Enabled { .. } => Tone::Good,
        Lifecycle::Disabled { .. } => Tone::Bad,
    };
    badge(tone, life.label().get(visit.lang).to_owned())
}
