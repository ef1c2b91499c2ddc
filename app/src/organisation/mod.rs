//! The organisation, its members and invitations, and the operators' view of all organisations.

pub mod api;
#[cfg(feature = "ssr")]
mod console;
mod form;
#[cfg(feature = "ssr")]
mod invitation;
#[cfg(feature = "ssr")]
mod manage;
#[cfg(feature = "ssr")]
mod members;
#[cfg(feature = "ssr")]
mod operations;

#[cfg(feature = "ssr")]
use crate::page::{self, AppState};

pub use form::InviteForm;

/// Where the link of a new invitation is shown, once.
const INVITED: &str = "/manage/members/invited";

/// The pages of this area.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<AppState> {
    axum::Router::new()
        .route("/manage", page::form(manage::page, manage::act))
        .route("/manage/members", page::form(members::page, members::act))
        .route(INVITED, page::get(invitation::invited))
        .route("/invitation/{token}", page::form(invitation::page, invitation::act))
        .route("/operations", page::get(console::page))
        .route("/operations/organisations", page::get(operations::list))
        .route("/operations/organisations/new", page::form(operations::new, operations::create))
        .route("/operations/organisations/{id}", page::form(operations::detail, operations::act))
}
