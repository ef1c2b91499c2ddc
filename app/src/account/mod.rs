//! Signing in and out, the language, the organisation acted in.

mod session;
mod sign_in;

use axum::Router;

use crate::page::{self, AppState};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", page::form(sign_in::page, sign_in::act))
        .route("/sign-out", page::form(page::not_found, session::sign_out))
        .route("/language", page::form(page::not_found, session::language))
        .route("/me/organisation", page::form(page::not_found, session::organisation))
}
