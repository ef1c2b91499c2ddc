//! Distribution links: picking an app, the links of a project, the checker.

mod checker;
mod links;

use axum::Router;

use crate::page::{self, AppState};

/// The pages of this area.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/manage/provider/projects/{id}/links", page::form(links::page, links::act))
        .route("/manage/provider/projects/{id}/links/{link}/qr.svg", page::raw(links::qr_file))
        .route("/manage/provider/checker", page::form(checker::page, checker::act))
}
