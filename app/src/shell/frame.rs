//! The document and the frame of the router's pages.

use axum::http::StatusCode;
use domain::problem::Problem;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, Title, provide_meta_context};

use super::{footer, language_switch, preloads, refusal, said};
use crate::{call::visit, page::status, routes::App};

/// The document of a page of the router.
pub fn page() -> impl IntoView {
    provide_meta_context();
    let visit = visit();
    let assets = visit.state.assets;
    view! {
        <!DOCTYPE html>
        <html lang=visit.lang.tag() data-theme=visit.theme.clone() data-build=assets.build>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="icon" href=assets.icon type="image/svg+xml"/>
                <link rel="manifest" href=assets.manifest/>
                <link rel="stylesheet" href=assets.css/>
                <script type="module" src=assets.boot_js></script>
                <MetaTags/>
            </head>
            <body class="flex min-h-dvh flex-col">
                <a href="#main" class="btn btn-primary btn-sm sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2">
                    {visit.t("跳到正文", "Skip to content").to_owned()}
                </a>
                <App/>
            </body>
        </html>
    }
}

/// The frame of a narrow page for visitors.
#[component]
pub fn Public(
    /// The page's title, in the visitor's language.
    #[prop(into)]
    title: String,
    /// The islands on it, whose code is fetched together with the page.
    islands: &'static [&'static str],
    children: Children,
) -> impl IntoView {
    let visit = visit();
    let product = visit.t("分发", "Fenfa");
    view! {
        <Title text=format!("{title} · {product}")/>
        {preloads(&visit.state.assets, islands)}
        <header class="border-b border-base-300 bg-base-100">
            <div class="mx-auto flex min-h-14 max-w-screen-2xl items-center gap-4 px-4 py-2 lg:px-8 print:hidden">
                <a href="/" class="flex shrink-0 items-center gap-2 font-semibold">
                    <img src=visit.state.assets.icon alt="" width="28" height="28"/>
                    <span>{product.to_owned()}</span>
                </a>
                <div class="ml-auto">{language_switch(&visit)}</div>
            </div>
        </header>
        <main id="main" class="mx-auto w-full max-w-xl flex-1 px-4 py-8 sm:py-12">{said(&visit)}{children()}</main>
        {footer(&visit)}
    }
}

/// Gives the answer the status of a refusal.
pub fn refuse_with(problem: &Problem) {
    if let Some(options) = use_context::<ResponseOptions>() {
        let status: StatusCode = status(problem);
        options.set_status(status);
    }
}

/// A refusal that takes the whole page.
#[component]
pub fn Refused(problem: Problem) -> impl IntoView {
    refuse_with(&problem);
    refusal(&visit(), &problem)
}
