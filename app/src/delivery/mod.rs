//! A send while it runs: its progress as a bar that moves, by server-sent events.

pub mod islands;

#[cfg(feature = "ssr")]
mod events;
#[cfg(feature = "ssr")]
mod parts;

#[cfg(feature = "ssr")]
pub use parts::{delivery_tone, progress_bar, send_table};

#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod routes {
    //! The URLs of this area.

    use axum::Router;

    use super::events;
    use crate::page::{self, AppState};

    /// The events of this area.
    pub fn routes() -> Router<AppState> {
        Router::new().route("/events/deliveries/{id}", page::raw(events::stream))
    }
}
