//! Using an app: lists of records, filling in forms, reading, changing and deleting what was filled
//! in.

pub mod islands;
#[cfg(feature = "hydrate")]
mod live;

#[cfg(feature = "ssr")]
pub mod cells;
#[cfg(feature = "ssr")]
mod delete;
#[cfg(feature = "ssr")]
mod edit;
#[cfg(feature = "ssr")]
pub mod fill;
#[cfg(feature = "ssr")]
mod filters;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod lookup;
#[cfg(feature = "ssr")]
mod picker;
#[cfg(feature = "ssr")]
mod view;

#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod routes {
    //! The URLs of this area.

    use axum::Router;

    use super::{delete, edit, list, lookup, view};
    use crate::page::{self, AppState};

    /// The pages of this area.
    pub fn routes() -> Router<AppState> {
        Router::new()
            .route("/apps/{id}/forms/{form}", page::get(list::page))
            .route("/apps/{id}/forms/{form}/csv", page::raw(list::csv))
            .route("/apps/{id}/forms/{form}/candidates", page::raw(lookup::candidates))
            .route("/apps/{id}/forms/{form}/new", page::form(edit::new, edit::create))
            .route("/apps/{id}/forms/{form}/records/{record}", page::get(view::page))
            .route(
                "/apps/{id}/forms/{form}/records/{record}/edit",
                page::form(edit::page, edit::change),
            )
            .route(
                "/apps/{id}/forms/{form}/records/{record}/delete",
                page::form(delete::page, delete::act),
            )
    }
}

#[cfg(feature = "ssr")]
use backend::record::Room;
#[cfg(feature = "ssr")]
use domain::problem::Problem;

#[cfg(feature = "ssr")]
use crate::{application::frame::Frame, page::Visit};

/// The frame around a form's pages.
#[cfg(feature = "ssr")]
async fn frame(visit: &Visit, room: &Room) -> Result<Frame, Problem> {
    let mut tx = visit.backend().read().await?;
    let tree = backend::application::tree(&mut tx, room.app.id).await?;
    Ok(Frame::of(visit, room.app.clone(), room.access, &tree))
}

/// The URL of a form's list.
#[cfg(feature = "ssr")]
fn form_url(room: &Room) -> String {
    format!("/apps/{}/forms/{}", room.app.id, room.key)
}
