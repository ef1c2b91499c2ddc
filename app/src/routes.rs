//! All pages: each area brings its own.

use axum::Router;

use crate::page::AppState;

/// The pages of every area; what fits none gets the page that says so.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(crate::account::routes())
        .merge(crate::agreement::routes())
        .merge(crate::application::routes())
        .merge(crate::audit::routes())
        .merge(crate::delivery::routes())
        .merge(crate::design::routes())
        .merge(crate::file::routes())
        .merge(crate::job::routes())
        .merge(crate::lifecycle::routes())
        .merge(crate::link::routes())
        .merge(crate::notice::routes())
        .merge(crate::order::routes())
        .merge(crate::organisation::routes())
        .merge(crate::programme::routes())
        .merge(crate::project::routes())
        .merge(crate::purchase::routes())
        .merge(crate::record::routes())
        .method_not_allowed_fallback(crate::page::only_to_read)
        .fallback(crate::page::nowhere)
        .with_state(state)
}
