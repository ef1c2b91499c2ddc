//! Signing in and out, the first steps, one's own sessions and preferences, the organisation acted in.

pub mod api;
pub mod fields;
mod form;
#[cfg(feature = "ssr")]
mod preferences;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod sessions;
#[cfg(feature = "ssr")]
mod set_up;
#[cfg(feature = "ssr")]
mod sign_in;

#[cfg(feature = "ssr")]
use crate::page::{self, AppState};

pub use form::{PasswordForm, SignInForm};
#[cfg(feature = "ssr")]
pub use {
    preferences::unknown_command,
    session::next,
    set_up::{account_fields, editions},
    sign_in::SignInPage,
};

/// The pages of this area that are not of the router.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<AppState> {
    axum::Router::new()
        .route("/setup", page::form(set_up::page, set_up::act))
        .route("/me/sessions", page::form(sessions::page, sessions::act))
        .route("/me/preferences", page::form(preferences::page, preferences::act))
        .route("/sign-out", page::form(page::not_found, session::sign_out))
        .route("/language", page::form(page::not_found, session::language))
        .route("/me/organisation", page::form(page::not_found, session::organisation))
}
