//! Low-code apps: the frame of an app in use, making and importing apps, the premium mark.

#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
mod import;
#[cfg(feature = "ssr")]
mod new;
#[cfg(feature = "ssr")]
mod premium;
#[cfg(feature = "ssr")]
mod workbench;

#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod routes {
    //! The URLs of this area.

    use axum::Router;

    use super::{home, import, new, premium, workbench};
    use crate::page::{self, AppState};

    /// The pages of this area.
    pub fn routes() -> Router<AppState> {
        Router::new()
            .route("/", page::get(workbench::page))
            .route("/apps/new", page::form(new::page, new::act))
            .route("/apps/import", page::form(import::page, import::act))
            .route("/apps/{id}", page::get(home::page))
            .route("/apps/{id}/import", page::get(import::result))
            .route("/operations/apps", page::form(premium::page, premium::act))
    }
}
