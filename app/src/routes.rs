//! All pages: each area brings its own.

use axum::Router;
use domain::purchase::Step;
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router as Pages},
    path,
};

use crate::{account::SignInPage, page::AppState, purchase::PurchasePage};

/// The pages of the router; the server renders them whole, and lazy islands come alive in them.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Pages>
            // What is at no address of a page does not come here.
            <FlatRoutes fallback=|| ()>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/l/:token") view=|| view! { <PurchasePage step=Step::Look/> } ssr=SsrMode::Async/>
                <Route path=path!("/l/:token/organisation") view=|| view! { <PurchasePage step=Step::Organisation/> } ssr=SsrMode::Async/>
                <Route path=path!("/l/:token/confirm") view=|| view! { <PurchasePage step=Step::Confirm/> } ssr=SsrMode::Async/>
                <Route path=path!("/l/:token/done") view=|| view! { <PurchasePage step=Step::Done/> } ssr=SsrMode::Async/>
            </FlatRoutes>
        </Pages>
    }
}

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
        .merge(crate::call::server::routes(App))
        .merge(crate::record::routes())
        .method_not_allowed_fallback(crate::page::only_to_read)
        .fallback(crate::page::nowhere)
        .with_state(state)
}
