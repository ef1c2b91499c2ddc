//! Low-code apps: the frame of an app in use, making, designing, importing and publishing apps.

#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
mod home;

#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod routes {
    //! The URLs of this area.

    use axum::Router;

    use super::home;
    use crate::page::{self, AppState};

    /// The pages of this area.
    pub fn routes() -> Router<AppState> {
        Router::new().route("/apps/{id}", page::get(home::page))
    }
}
