//! The browser's side of every call: looks at status and content type before anything is decoded, and
//! repeats what got no answer under the same key (Source: ALL-4, ALL-5). Screens call by what stands here
//! and not by the functions' own stubs, which would decode any answer, and take their arguments' types
//! with them into the browser.

use std::time::Duration;

use domain::{
    call::{Heard, judge, lost, unreadable},
    json,
    problem::Problem,
};
use leptos::prelude::window;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use crate::browser::{outdated, sleep};

/// How long until a call that got no answer is made again; after the last it is told as lost.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Sends what a form would post to a server function; gives its answer in JSON.
pub async fn send(path: &'static str, form: String) -> Result<String, Problem> {
    answered(path, Some(form)).await
}

/// Asks a server function that reads, with its arguments in the address.
pub async fn ask<A: DeserializeOwned>(url: String) -> Result<A, Problem> {
    let answer = answered(&url, None).await?;
    json::read(&answer).map_err(|_| unreadable())
}

/// The answer to what is posted, or only read where nothing is. A call that gets none is made again.
async fn answered(url: &str, form: Option<String>) -> Result<String, Problem> {
    let mut pauses = AGAIN.iter();
    loop {
        let problem = match call(url, form.as_deref()).await {
            Ok(answer) => return Ok(answer),
            Err(problem) => problem,
        };
        match pauses.next() {
            Some(pause) if problem.is_unanswered() => sleep(*pause).await,
            _ => return Err(problem),
        }
    }
}

async fn call(url: &str, form: Option<&str>) -> Result<String, Problem> {
    let headers = Headers::new().map_err(|_| lost())?;
    let _ = headers.set("accept", "application/json");
    let init = RequestInit::new();
    if let Some(form) = form {
        let _ = headers.set("content-type", "application/x-www-form-urlencoded");
        init.set_method("POST");
        init.set_body(&form.into());
    }
    init.set_headers(&headers);
    let response = window().fetch_with_str_and_init(url, &init);
    read(JsFuture::from(response).await.map_err(|_| lost())?).await
}

async fn read(response: JsValue) -> Result<String, Problem> {
    let response: Response = response.dyn_into().map_err(|_| lost())?;
    let header = |name| response.headers().get(name).ok().flatten();
    outdated(header("x-fenfa-build").as_deref());
    judge(&Heard {
        status: response.status(),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
    })?;
    // An answer that breaks off is no answer.
    let text = response.text().map_err(|_| lost())?;
    let body = JsFuture::from(text).await.map_err(|_| lost())?.as_string().unwrap_or_default();
    if response.status() < 400 {
        return Ok(body);
    }
    Err(json::read(&body).unwrap_or_else(|_| unreadable()))
}
