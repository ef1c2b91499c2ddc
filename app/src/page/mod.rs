//! A page is a URL: GET renders it, POST runs a command and answers with a redirect, or with the
//! same page again, everything typed kept (see docs/decisions/0002-pages-and-forms.md).

mod events;
pub mod forms;
mod held;
mod policy;
mod render;
mod visit;

use std::{
    future::Future,
    panic::resume_unwind,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use domain::{
    lang::Text,
    problem::{Kind, Problem},
};
use leptos::prelude::AnyView;

use crate::call::server;

pub use events::{Told, events};
pub use forms::{Form, decode};
pub use policy::policy;
pub(crate) use render::finish;
pub use render::{Layout, Page};
pub(crate) use visit::flash_cookie;
pub use visit::{AppState, Echo, SESSION_COOKIE, Visit, encode};

use render::{problem_page, respond};

/// How long a body may take to arrive before it is asked anew who sends it.
pub(crate) const SAME_MOMENT: Duration = Duration::from_secs(1);

/// What a command answers.
pub enum Go {
    /// It is done: go there.
    To {
        /// A path of this site.
        url: String,
        /// What the next page says first.
        said: Option<Text>,
        /// `Set-Cookie` values.
        cookies: Vec<String>,
    },
    /// Show the page again with this form, for buttons that only change the form ("add a row").
    Again(Form),
}

impl Go {
    /// Goes to a path of this site.
    pub fn to(url: impl Into<String>) -> Self {
        Self::To { url: url.into(), said: None, cookies: Vec::new() }
    }

    /// The next page begins by saying this.
    #[must_use]
    pub fn say(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        if let Self::To { said, .. } = &mut self {
            *said = Some(Text::new(zh, en));
        }
        self
    }

    /// Hands the next page a secret that it shows once, without writing it into the address.
    #[must_use]
    pub fn hand(self, visit: &Visit, secret: &str) -> Self {
        let Self::To { url, .. } = &self else { return self };
        let cookie = visit.handed_cookie(url, secret);
        self.cookie(cookie)
    }

    /// Sets a cookie.
    #[must_use]
    pub fn cookie(mut self, value: String) -> Self {
        if let Self::To { cookies, .. } = &mut self {
            cookies.push(value);
        }
        self
    }
}

/// A URL that only shows something.
pub fn get<P, PF>(page: P) -> MethodRouter<AppState>
where
    P: Fn(Visit) -> PF + Clone + Send + Sync + 'static,
    PF: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    axum::routing::get(async move |State(state): State<AppState>, request: Request| {
        show(state, request, page).await
    })
}

/// A URL that shows a page with forms and takes what they post.
pub fn form<P, PF, A, AF>(page: P, act: A) -> MethodRouter<AppState>
where
    P: Fn(Visit) -> PF + Clone + Send + Sync + 'static,
    PF: Future<Output = Result<Page, Problem>> + Send + 'static,
    A: Fn(Visit, Form) -> AF + Clone + Send + Sync + 'static,
    AF: Future<Output = Result<Go, Problem>> + Send + 'static,
{
    get(page.clone()).post(async move |State(state): State<AppState>, request: Request| {
        // A unit of work is not dropped half-way when the browser leaves: it has its own task.
        let work = tokio::spawn(submit(state, request, page, act));
        // A panic goes on here, to where all panics are answered.
        work.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
    })
}

/// A URL whose forms all name server functions.
pub fn commands<P, PF>(page: P) -> MethodRouter<AppState>
where
    P: Fn(Visit) -> PF + Clone + Send + Sync + 'static,
    PF: Future<Output = Result<Page, Problem>> + Send + 'static,
{
    form(page, async |_, _| Err(crate::account::unknown_command()))
}

/// A URL that answers with something else than a page: a file, a picture, events.
pub fn raw<H, HF>(handler: H) -> MethodRouter<AppState>
where
    H: Fn(Visit) -> HF + Clone + Send + Sync + 'static,
    HF: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    axum::routing::get(async move |State(state): State<AppState>, request: Request| {
        let (visit, _, known) = Visit::of(state, request).await;
        if let Err(problem) = known {
            return refuse(visit, problem).await;
        }
        match handler(visit.clone()).await {
            Ok(response) => response,
            Err(problem) => refuse(visit, problem).await,
        }
    })
}

async fn show<P, PF>(state: AppState, request: Request, page: P) -> Response
where
    P: Fn(Visit) -> PF,
    PF: Future<Output = Result<Page, Problem>>,
{
    let (visit, _, known) = Visit::of(state, request).await;
    if let Err(problem) = known {
        return refuse(visit, problem).await;
    }
    match page(visit.clone()).await {
        Ok(page) => {
            let status = page.status;
            respond(visit, page, status).await
        }
        Err(problem) => refuse(visit, problem).await,
    }
}

/// The answer to a problem that is not about a form: its page, or the sign-in page for strangers.
pub(crate) async fn refuse(visit: Visit, problem: Problem) -> Response {
    if problem.kind == Kind::Unauthenticated {
        let next = visit::encode(&visit.here());
        return redirect(&format!("/sign-in?next={next}"), &[]);
    }
    let status = status(&problem);
    respond(visit.clone(), problem_page(&visit, &problem), status).await
}

async fn submit<P, PF, A, AF>(state: AppState, request: Request, page: P, act: A) -> Response
where
    P: Fn(Visit) -> PF,
    PF: Future<Output = Result<Page, Problem>>,
    A: Fn(Visit, Form) -> AF,
    AF: Future<Output = Result<Go, Problem>>,
{
    let wants_json = wants_json(request.headers());
    let (visit, request, known) = Visit::of(state, request).await;
    let started = Instant::now();
    let (form, parsed) = forms::read(&visit, request).await;
    let (visit, known) = match known {
        Ok(()) if started.elapsed() > SAME_MOMENT => visit.anew().await,
        known => (visit, known),
    };
    let outcome = match known.and(parsed) {
        Ok(()) if form.get("_fn").is_some() => match server::command(&visit, &form).await {
            Ok(response) => return response,
            Err(problem) => Err(problem),
        },
        Ok(()) => act(visit.clone(), form.clone()).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(Go::To { url, said, mut cookies }) => {
            cookies.extend(said.map(|text| flash_cookie(&text)));
            if wants_json { went(&url, &cookies) } else { redirect(&url, &cookies) }
        }
        Ok(Go::Again(form)) => again(visit, page, form, None).await,
        Err(problem) if problem.kind == Kind::Unauthenticated => {
            match (held::unauthenticated(&form), wants_json) {
                (None, true) => refuse_json(&visit, &problem),
                (None, false) => refuse(visit, problem).await,
                (Some(ended), true) => problem_json(&ended),
                (Some(ended), false) => hold(visit, &ended, form).await,
            }
        }
        Err(problem) if wants_json => refuse_json(&visit, &problem),
        Err(problem) => again(visit, page, form, Some(problem)).await,
    }
}

/// The page again, with what was typed and, where there is one, the problem.
async fn again<P, PF>(visit: Visit, page: P, form: Form, problem: Option<Problem>) -> Response
where
    P: Fn(Visit) -> PF,
    PF: Future<Output = Result<Page, Problem>>,
{
    let code = problem.as_ref().map_or(StatusCode::OK, status);
    let call = match &problem {
        Some(problem) => server::echo(&visit, &form, problem).await,
        None => None,
    };
    let echoing = visit.clone().with_echo(Echo::new(form.clone(), problem.clone(), call));
    match (page(echoing.clone()).await, problem) {
        (Ok(page), _) => respond(echoing, page, code).await,
        // The page itself may no longer be shown, or storage is out of reach: the command's own refusal
        // says more, and what was typed is kept all the same.
        (Err(problem), None) | (Err(_), Some(problem)) => {
            if problem.kind == Kind::Unavailable || held::holds(&form) {
                hold(visit, &problem, form).await
            } else {
                refuse(visit, problem).await
            }
        }
    }
}

/// The answer to a form that came without a session: what was typed waits, where there is any.
pub(crate) async fn signed_out(visit: Visit, problem: Problem, form: Form) -> Response {
    match held::unauthenticated(&form) {
        Some(ended) => hold(visit, &ended, form).await,
        None => refuse(visit, problem).await,
    }
}

/// The page that keeps a form until it can be taken.
pub(crate) async fn hold(visit: Visit, problem: &Problem, form: Form) -> Response {
    let page = held::page(&visit, problem, form);
    respond(visit, page, status(problem)).await
}

pub(crate) fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("application/json"))
}

fn with_cookies(mut response: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        if let Ok(value) = cookie.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

pub(crate) fn redirect(url: &str, cookies: &[String]) -> Response {
    with_cookies(axum::response::Redirect::to(url).into_response(), cookies)
}

fn went(url: &str, cookies: &[String]) -> Response {
    with_cookies(axum::Json(serde_json::json!({ "go": url })).into_response(), cookies)
}

fn refuse_json(visit: &Visit, problem: &Problem) -> Response {
    if problem.kind == Kind::Unauthenticated {
        let next = visit::encode(&visit.here());
        return went(&format!("/sign-in?next={next}"), &[]);
    }
    problem_json(problem)
}

pub(crate) fn problem_json(problem: &Problem) -> Response {
    (status(problem), axum::Json(serde_json::json!({ "problem": problem }))).into_response()
}

/// The same for a call: the problem itself.
pub(crate) fn problem_of_call(problem: &Problem) -> Response {
    (status(problem), axum::Json(problem)).into_response()
}

/// The answer to a form that was sent to a URL without one.
pub async fn only_to_read(State(state): State<AppState>, request: Request) -> Response {
    let problem = Problem::new(
        Kind::Invalid,
        "page.only_to_read",
        "ALL-4",
        "这个地址不接收提交的内容",
        "This address does not take what was sent",
    )
    .remedy("请重新打开页面再试", "Open the page again and retry");
    let mut response = turn_away(state, request, problem).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// The page of URLs that only take forms.
pub async fn not_found(_visit: Visit) -> Result<Page, Problem> {
    Err(no_page())
}

fn no_page() -> Problem {
    Problem::new(Kind::Missing, "page.missing", "ALL-4", "没有这个页面", "There is no such page")
        .remedy(
            "请检查地址，或从工作台重新进入",
            "Check the address, or start again from the workbench",
        )
}

/// The answer to URLs that lead nowhere; a slash too many at the end is forgiven.
pub async fn nowhere(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path().trim_end_matches('/');
    if path.len() > 1 && path.len() < request.uri().path().len() && !path.starts_with("//") {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return axum::response::Redirect::permanent(&format!("{path}{query}")).into_response();
    }
    turn_away(state, request, no_page()).await
}

/// The answer to a request that no page is for, as a page or for scripts.
async fn turn_away(state: AppState, request: Request, problem: Problem) -> Response {
    let wants_json = wants_json(request.headers());
    let (visit, _, known) = Visit::of(state, request).await;
    let problem = known.err().unwrap_or(problem);
    if wants_json { refuse_json(&visit, &problem) } else { refuse(visit, problem).await }
}

/// The content of a page, built after everything was loaded.
pub type Body = Box<dyn FnOnce() -> AnyView + Send>;
