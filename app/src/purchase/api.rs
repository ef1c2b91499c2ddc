//! The server functions of a purchase.

use domain::{
    call::Json,
    command::Posting,
    problem::Problem,
    purchase::{Placed, Purchase},
};
#[cfg(feature = "hydrate")]
use leptos::server_fn::ServerFn as _;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::call::Sends;

/// What a link leads to, for whoever asks (Source: PUR-1).
#[server(endpoint = "purchase/look", input = GetUrl, output = Json)]
pub async fn look(token: String) -> Result<Purchase, Problem> {
    let visit = crate::call::visit();
    backend::purchase::look(visit.backend(), &visit.actor, &token).await
}

/// What a link leads to by now; the browser asks.
#[cfg(feature = "hydrate")]
pub async fn seen(token: &str) -> Result<Purchase, Problem> {
    // A token needs no escapes in an address.
    crate::call::ask(format!("{}?token={token}", Look::PATH)).await
}

/// 购买应用 (Source: PUR-3).
#[server(endpoint = "purchase/buy", output = Json)]
pub async fn buy(posting: Posting, command: domain::purchase::Buy) -> Result<Placed, Problem> {
    let visit = crate::call::asking(&posting).await?;
    let command = domain::command::Checked::of(posting, &command)?;
    backend::purchase::purchase(visit.backend(), &visit.actor, command).await
}

impl Sends for Buy {
    type Command = domain::purchase::Buy;
}
