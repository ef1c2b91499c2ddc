//! What a server function may ask of its call and tell the next page.

use axum::http::{HeaderValue, header::SET_COOKIE};
use domain::{command::Posting, lang::Text, problem::Problem};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::page::{Visit, flash_cookie};

/// Who calls, in which language, from where.
pub fn visit() -> Visit {
    expect_context()
}

/// Who calls with a command: acting in the organisation it was made in, where the person has pressed
/// the button that goes back there (Source: ALL-5).
pub async fn asking(posting: &Posting) -> Result<Visit, Problem> {
    let visit = visit();
    let actor = backend::command::actor_for(visit.backend(), visit.actor.clone(), posting).await?;
    Ok(visit.acting_as(actor))
}

/// Sets a cookie with the answer.
pub fn cookie(value: &str) {
    let options = use_context::<ResponseOptions>();
    if let (Some(options), Ok(value)) = (options, HeaderValue::from_str(value)) {
        options.append_header(SET_COOKIE, value);
    }
}

/// The page that is loaded next begins by saying this.
pub fn say(zh: &'static str, en: &'static str) {
    cookie(&flash_cookie(&Text::of(zh, en)));
}

/// Hands a secret of the answer to the page at `url`, which shows it once.
pub fn hand(url: &str, secret: &str) {
    cookie(&visit().handed_cookie(url, secret));
}
