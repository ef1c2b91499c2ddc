//! Projects: the provider's list, form, details and closing; the operators' reviews and calendar.

pub mod islands;

#[cfg(feature = "ssr")]
mod calendar;
#[cfg(feature = "ssr")]
mod close;
#[cfg(feature = "ssr")]
mod detail;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod new;
#[cfg(feature = "ssr")]
mod progress;
#[cfg(feature = "ssr")]
mod review;

#[cfg(feature = "ssr")]
pub use self::pages::routes;

#[cfg(feature = "ssr")]
mod pages {
    use axum::Router;

    use super::{calendar, close, detail, list, new, review};
    use crate::page::{self, AppState};

    /// The pages of this area.
    pub fn routes() -> Router<AppState> {
        Router::new()
            .route("/manage/provider/projects", page::form(list::page, list::act))
            .route("/manage/provider/projects/new", page::form(new::page, new::act))
            .route("/manage/provider/projects/{id}", page::form(detail::page, detail::act))
            .route("/manage/provider/projects/{id}/close", page::form(close::page, close::act))
            .route("/operations/reviews", page::get(review::queue))
            .route("/operations/reviews/{id}", page::form(review::detail, review::act))
            .route("/operations/calendar", page::form(calendar::page, calendar::act))
    }
}
