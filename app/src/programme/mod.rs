//! The provider programme: applying for the permission, and its console for operators.

pub mod api;
mod form;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod own;
#[cfg(feature = "ssr")]
mod parts;

pub use form::ApplyForm;
#[cfg(feature = "ssr")]
pub use parts::{is_needed, needed};
#[cfg(feature = "ssr")]
use {
    crate::page::{self, AppState},
    parts::{permission_badge, senior_badge, state_badge},
};

/// What a file may be: contract, quotation, proof.
pub const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.webp,.gif,.doc,.docx";

/// The pages of this area.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<AppState> {
    axum::Router::new()
        .route("/manage/provider", page::commands(own::page))
        .route("/operations/programme", page::get(operations::queue))
        .route("/operations/programme/{id}", page::form(operations::detail, operations::act))
}
