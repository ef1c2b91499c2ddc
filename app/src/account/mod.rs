//! Signing in and out, the first steps, one's own sessions and preferences, the organisation acted in.

mod preferences;
mod session;
mod sessions;
mod set_up;
mod sign_in;

use axum::Router;

use crate::page::{self, AppState};

pub use preferences::unknown_command;
pub use set_up::{account_fields, editions};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", page::form(sign_in::page, sign_in::act))
        .route("/setup", page::form(set_up::page, set_up::act))
        .route("/me/sessions", page::form(sessions::page, sessions::act))
        .route("/me/preferences", page::form(preferences::page, preferences::act))
        .route("/sign-out", page::form(page::not_found, session::sign_out))
        .route("/language", page::form(page::not_found, session::language))
        .route("/me/organisation", page::form(page::not_found, session::organisation))
}
