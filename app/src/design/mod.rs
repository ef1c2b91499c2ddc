//! The designer: the forms of an app and their order, the fields of a form and their properties, and
//! the releases that come of it.

#[cfg(feature = "hydrate")]
mod drag;
pub mod islands;
#[cfg(feature = "hydrate")]
mod live;
pub mod preview;

#[cfg(feature = "ssr")]
pub mod difference;
#[cfg(feature = "ssr")]
mod editing;
#[cfg(feature = "ssr")]
mod findings;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod order;
#[cfg(feature = "ssr")]
mod release;

/// The pages of this area.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<crate::page::AppState> {
    use crate::page;
    axum::Router::new()
        .route("/apps/{id}/design", page::form(forms::page, forms::act))
        .route("/apps/{id}/design/forms/{form}", page::form(form::page, form::act))
        .route("/apps/{id}/releases", page::form(release::page, release::act))
        .route("/apps/{id}/releases/{number}", page::get(release::compare))
}
