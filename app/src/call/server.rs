//! The server's side: renders the pages of the router, calls server functions in tasks of their own,
//! and takes what forms post without scripts (Source: ALL-4, ALL-5; see
//! docs/decisions/0009-server-functions.md).

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use domain::{
    authority::sign_in,
    call::{malformed, unreadable},
    identity::FileId,
    problem::{Kind, Problem},
};
use leptos::{
    nonce::use_nonce,
    prelude::{IntoView, provide_context, use_context},
    server_fn::error::FromServerFnError as _,
};
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_server_fns_with_context,
    render_app_async_with_context,
};

use super::Echo;
use crate::{
    account::next,
    page::{self, AppState, Form, SAME_MOMENT, Visit, forms, policy},
};

/// Where all server functions are.
const API: &str = "/api/";
/// How the framework marks an answer that is an error.
const ERROR: &str = "serverfnerror";
/// NUL, and the sign for what cannot be shown, as forms are encoded.
const NUL: &str = "%00";
const SIGN: &str = "%EF%BF%BD";
/// The longest page or answer of a server function, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// The pages of the router `app` and all server functions.
pub fn routes<V: IntoView + 'static>(app: fn() -> V) -> Router<AppState> {
    let router = Router::new().route("/api/{*function}", any(call));
    generate_route_list(app)
        .iter()
        .fold(router, |router, route| router.route(route.path(), get(show).post(post)))
}

/// Whether a form on the page tells the refusal that the page is shown again for.
#[derive(Clone, Debug, Default)]
pub struct Told(Arc<AtomicBool>);

impl Told {
    /// A form tells it.
    pub fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether one does.
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

async fn show(State(state): State<AppState>, request: Request) -> Response {
    let (visit, request, known) = Visit::of(state, request).await;
    match known {
        Ok(()) => render(visit, request, None, Told::default()).await,
        Err(problem) => page::refuse(visit, problem).await,
    }
}

/// The page at the request's address.
async fn render(visit: Visit, request: Request, echo: Option<Echo>, told: Told) -> Response {
    let kept = visit.clone();
    let context = move || {
        provide_context(visit.clone());
        provide_context(told.clone());
        if let Some(echo) = &echo {
            provide_context(echo.clone());
        }
        let options = use_context::<ResponseOptions>();
        if let (Some(options), Some(nonce)) = (options, use_nonce())
            && let Ok(policy) = HeaderValue::from_str(&policy(Some(&nonce)))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let response = render_app_async_with_context(context, crate::shell::page)(request).await;
    // The page is whole by now: its length is told, and it leaves at once.
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap_or_default();
    let mut response = Response::from_parts(parts, Body::from(body));
    page::finish(&kept, &mut response);
    response
}

/// A call by a script.
async fn call(State(state): State<AppState>, request: Request) -> Response {
    let (visit, request, known) = Visit::of(state, request).await;
    let mut response = match known {
        Ok(()) => match whole(&visit, request).await {
            Ok(request) => run(visit, request).await,
            Err(problem) => page::problem_of_call(&problem),
        },
        Err(problem) => page::problem_of_call(&problem),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The request with its body read, up to what anybody types, and without NUL, which PostgreSQL does not
/// store.
async fn whole(visit: &Visit, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, forms::most_text(visit)).await.map_err(|_| forms::too_long())?;
    parts.uri = parts.uri.to_string().replace(NUL, SIGN).parse().map_err(|_| malformed())?;
    let body = String::from_utf8_lossy(&body).replace('\0', SIGN).replace(NUL, SIGN);
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Calls the server function at the request's address in a task of its own: a browser that leaves
/// drops nothing half-way. A refusal has its own status.
async fn run(visit: Visit, mut request: Request) -> Response {
    // It is to answer as it answers a script: without redirects of its own.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let known = leptos::server_fn::axum::get_server_fn_service(
        request.uri().path(),
        request.method().clone(),
    );
    if known.is_none() {
        let mut response = page::problem_of_call(&unreadable());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    let context = move || provide_context(visit.clone());
    let work = tokio::spawn(async move {
        handle_server_fns_with_context(context, request).await.into_response()
    });
    // A panic goes on here, to where all panics are answered.
    let response = work.await.unwrap_or_else(|error| resume_unwind(error.into_panic()));
    if !response.headers().contains_key(ERROR) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap_or_default();
    parts.status = page::status(&Problem::de(body.clone()));
    Response::from_parts(parts, Body::from(body))
}

/// A form that was posted to its page.
async fn post(State(state): State<AppState>, request: Request) -> Response {
    let address = request.uri().clone();
    let headers = request.headers().clone();
    let (visit, request, known) = Visit::of(state, request).await;
    let started = Instant::now();
    let (form, parsed) = forms::read(&visit, request).await;
    let (visit, known) = match known {
        Ok(()) if started.elapsed() > SAME_MOMENT => visit.anew().await,
        known => (visit, known),
    };
    let outcome = match known.and(parsed) {
        Ok(()) => command(&visit, &form).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(response) => response,
        Err(problem) if problem.kind == Kind::Unauthenticated && problem == sign_in() => {
            page::signed_out(visit, problem, form).await
        }
        Err(problem) => again(visit, problem, form, address, headers).await,
    }
}

/// Calls the function that the form names, and goes to where the form says.
pub async fn command(visit: &Visit, form: &Form) -> Result<Response, Problem> {
    let function = form.text("_fn");
    let uri: Uri = function.parse().map_err(|_| malformed())?;
    if !uri.path().starts_with(API) {
        return Err(malformed());
    }
    let done = next(form.text("_done")).to_owned();
    let pairs = form.pairs.iter().filter(|(name, _)| !name.starts_with('_')).collect::<Vec<_>>();
    let body = serde_html_form::to_string(&pairs).map_err(|_| malformed())?;
    let mut request = Request::post(uri).body(Body::from(body)).map_err(|_| malformed())?;
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let response = run(visit.clone(), request).await;
    if response.status().is_success() {
        let cookies = response.headers().get_all(header::SET_COOKIE).iter().cloned();
        let mut answer = page::redirect(&done, &[]);
        for cookie in cookies {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        return Ok(answer);
    }
    let body = to_bytes(response.into_body(), LONGEST).await.unwrap_or_default();
    Err(Problem::de(body))
}

/// The page of a refused form again, with everything that was typed. Where no form on it can tell the
/// refusal, a page that keeps what was typed.
async fn again(
    visit: Visit,
    problem: Problem,
    form: Form,
    address: Uri,
    headers: HeaderMap,
) -> Response {
    let status = page::status(&problem);
    let echo = echo(&visit, &form, &problem).await;
    let mut request = Request::new(Body::empty());
    (*request.uri_mut(), *request.headers_mut()) = (address, headers);
    let told = Told::default();
    let mut response = render(visit.clone(), request, echo, told.clone()).await;
    if !told.is_told() {
        return page::hold(visit, &problem, form).await;
    }
    *response.status_mut() = status;
    response
}

/// What the form of a server function is told when its page comes again.
pub async fn echo(visit: &Visit, form: &Form, problem: &Problem) -> Option<Echo> {
    let function = form.get("_fn")?.to_owned();
    let files = names(visit, form).await;
    // What a page tells its islands stands in the page.
    let pairs = form.pairs.iter().filter(|(name, _)| !forms::is_secret(name)).cloned().collect();
    Some(Echo { function, pairs, problem: problem.clone(), files })
}

/// The staged files that a form carries, as id and name.
async fn names(visit: &Visit, form: &Form) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (_, value) in form.pairs.iter().filter(|(name, _)| !name.starts_with("posting")) {
        let Ok(id) = value.parse::<FileId>() else { continue };
        if let Ok(file) = backend::file::read(visit.backend(), &visit.actor, id).await {
            names.push((value.clone(), file.name));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::Method;
    use leptos::server_fn::axum::server_fn_paths;

    use super::*;

    #[test]
    fn all5_each_command_is_one_server_function_at_its_address() {
        let posted: BTreeSet<String> = server_fn_paths()
            .filter(|(_, method)| *method == Method::POST)
            .filter_map(|(path, _)| path.strip_prefix(API).map(str::to_owned))
            .collect();
        let commands = domain::command::ALL.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(posted, commands);
    }
}
