//! From a page to a response: the shell around it, its language, its headers.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::problem::{Kind, Problem};
use hydration_context::SsrSharedContext;
use leptos::{prelude::*, reactive::owner::Owner};

use super::{Body, Visit, visit};
use crate::shell::{self, Chrome};

/// The frame around a page's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// With the navigation of a signed-in person.
    #[default]
    Work,
    /// A narrow page for visitors: sign-in, links, refusals.
    Public,
    /// Like [`Layout::Work`], with content over the whole width and no area navigation: an app in use.
    Wide,
}

/// A page: its title, its frame, and its content.
pub struct Page {
    /// The title, in the visitor's language.
    pub title: String,
    /// The frame.
    pub layout: Layout,
    /// Seconds after which the page loads itself again where scripts do not run.
    pub refresh: Option<u32>,
    /// The HTTP status: another than 200 for a refusal that has a page of its own.
    pub status: StatusCode,
    /// The content, built inside the renderer.
    pub body: Body,
}

impl Page {
    /// A page in the work layout. Load everything first; `body` only builds the view.
    pub fn new<V: IntoAny>(
        title: impl Into<String>,
        body: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            layout: Layout::Work,
            refresh: None,
            status: StatusCode::OK,
            body: Box::new(move || body().into_any()),
        }
    }

    /// The page of a refusal: with the status that carries it.
    #[must_use]
    pub fn refusing(mut self, problem: &Problem) -> Self {
        self.status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::FORBIDDEN);
        self
    }

    /// In another frame.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Loads itself again after `seconds` where scripts do not run, while something is under way.
    #[must_use]
    pub fn refresh(mut self, seconds: Option<u32>) -> Self {
        self.refresh = seconds;
        self
    }
}

/// The response with the page inside the shell.
pub(super) async fn respond(visit: Visit, page: Page, status: StatusCode) -> Response {
    let chrome = match Chrome::load(&visit).await {
        Ok(chrome) => chrome,
        Err(problem) => {
            return (StatusCode::SERVICE_UNAVAILABLE, Html(bare_problem(&problem))).into_response();
        }
    };
    let spoken = visit.said.is_some();
    let html = html(visit, chrome, page);
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = spoken.then(|| visit::spoken_cookie().parse().ok()).flatten() {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn html(visit: Visit, chrome: Chrome, page: Page) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| shell::document(visit, chrome, page).to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// The page that tells a refusal which is not about a form.
pub(super) fn problem_page(visit: &Visit, problem: &Problem) -> Page {
    let layout = if visit.actor.person().is_ok() { Layout::Work } else { Layout::Public };
    let (visit, problem) = (visit.clone(), problem.clone());
    Page::new(problem.sentence(visit.lang).to_owned(), move || shell::refusal(&visit, &problem))
        .layout(layout)
}

/// A page without storage behind it, for when the database is out of reach.
pub(super) fn bare_problem(problem: &Problem) -> String {
    let kind = if problem.kind == Kind::Unavailable { "503" } else { "" };
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Fenfa {kind}</title><body><main><h1>{}</h1><p>{}</p><hr><h1 lang=\"en\">{}</h1>\
         <p lang=\"en\">{}</p></main></body></html>",
        problem.text.zh, problem.remedy.zh, problem.text.en, problem.remedy.en
    )
}
