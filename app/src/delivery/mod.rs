//! A send while it runs: its progress as a bar that moves, by server-sent events.

pub mod islands;

#[cfg(feature = "ssr")]
mod parts;

#[cfg(feature = "ssr")]
pub use parts::{progress_bar, send_log, send_table};

#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod routes {
    //! The URLs of this area.

    use axum::Router;
    use domain::problem::Problem;

    use super::parts::moved;
    use crate::page::{self, AppState, Told, Visit};

    /// The events of this area.
    pub fn routes() -> Router<AppState> {
        let events = |visit| page::events(visit, told);
        Router::new().route("/events/deliveries/{id}", page::raw(events))
    }

    /// How far a send is, for those who may read about it (Source: ORD-3).
    async fn told(visit: Visit) -> Result<Told, Problem> {
        let id = visit.param("id")?;
        let progress = backend::delivery::progress(visit.backend(), &visit.actor, id).await?;
        let moved = moved(&progress, visit.lang);
        Ok(Told { data: moved.json(), last: moved.ended })
    }
}
