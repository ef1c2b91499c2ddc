//! From a page to a response: the shell around it, its language, its headers.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::problem::Problem;
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
    /// The islands on it, in snake case, so that the browser loads them with the page.
    pub islands: &'static [&'static str],
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
            islands: &[],
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

    /// Names the islands on it.
    #[must_use]
    pub fn islands(mut self, islands: &'static [&'static str]) -> Self {
        self.islands = islands;
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
    // The header shows less where storage is out of reach; the page says what there is to say.
    let chrome = Chrome::load(&visit).await.unwrap_or_default();
    let kept = visit.clone();
    let html = html(visit, chrome, page);
    let mut response = (status, Html(html)).into_response();
    finish(&kept, &mut response);
    response
}

/// What every page's response has: it is not kept, and what was said or handed over is so once.
pub(crate) fn finish(visit: &Visit, response: &mut Response) {
    let spoken = visit.said.is_some().then(visit::spoken_cookie);
    let taken = visit.handed.is_some().then(|| visit.handed_cookie(&visit.path, ""));
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if unavailable {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    for cookie in [spoken, taken].into_iter().flatten().filter_map(|cookie| cookie.parse().ok()) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn html(visit: Visit, chrome: Chrome, page: Page) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(visit.clone());
        if let Some(echo) = visit.echo() {
            provide_context(echo.told.clone());
            if let Some(call) = echo.call.clone() {
                provide_context(call);
            }
        }
        shell::document(visit, chrome, page).to_html()
    });
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
