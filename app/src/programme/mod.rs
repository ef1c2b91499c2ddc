//! The provider programme: applying for the permission, and its console for operators.

mod operations;
mod own;

use axum::Router;
use domain::programme::{ApplicationState, Permission};
use leptos::prelude::*;

use crate::{
    kit::{Tone, badge},
    page::{self, AppState, Visit},
};

/// What a file may be: contract, quotation, proof.
pub const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.webp,.gif,.doc,.docx";

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/manage/provider", page::form(own::page, own::act))
        .route("/operations/programme", page::get(operations::queue))
        .route("/operations/programme/{id}", page::form(operations::detail, operations::act))
}

fn state_badge(visit: &Visit, state: &ApplicationState) -> AnyView {
    let tone = match state {
        ApplicationState::Waiting => Tone::Info,
        ApplicationState::Granted { .. } => Tone::Good,
        ApplicationState::Rejected { .. } => Tone::Bad,
    };
    badge(tone, state.label().get(visit.lang))
}

fn permission_badge(visit: &Visit, permission: &Permission) -> AnyView {
    let tone = match permission {
        Permission::None => Tone::Quiet,
        Permission::Granted { .. } => Tone::Good,
        Permission::Withdrawn { .. } => Tone::Bad,
    };
    badge(tone, permission.label().get(visit.lang))
}

fn senior_badge(visit: &Visit, senior: bool) -> Option<AnyView> {
    senior.then(|| badge(Tone::Info, visit.t("高级合作伙伴", "Senior partner")))
}
