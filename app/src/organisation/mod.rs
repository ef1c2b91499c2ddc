//! The organisation, its members and invitations, and the operators' view of all organisations.

mod console;
mod invitation;
mod manage;
mod members;
mod operations;

use axum::Router;

use crate::page::{self, AppState};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/manage", page::form(manage::page, manage::act))
        .route("/manage/members", page::form(members::page, members::act))
        .route("/manage/members/invited", page::get(invitation::invited))
        .route("/invitation/{token}", page::form(invitation::page, invitation::act))
        .route("/operations", page::get(console::page))
        .route("/operations/organisations", page::get(operations::list))
        .route("/operations/organisations/new", page::form(operations::new, operations::create))
        .route("/operations/organisations/{id}", page::form(operations::detail, operations::act))
}
