//! The server functions of a purchase.

use domain::{
    call::Json,
    command::Posting,
    problem::Problem,
    purchase::{Placed, Purchase},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::call::{Caller, Sends};

/// What a link leads to, for whoever asks (Source: PUR-1).
#[server(endpoint = "purchase/look", input = GetUrl, output = Json, client = Caller)]
pub async fn look(token: String) -> Result<Purchase, Problem> {
    let visit = crate::call::visit();
    backend::purchase::look(visit.backend(), &visit.actor, &token).await
}

/// 购买应用 (Source: PUR-3).
#[server(endpoint = "purchase/buy", output = Json, client = Caller)]
pub async fn buy(posting: Posting, command: domain::purchase::Buy) -> Result<Placed, Problem> {
    let visit = crate::call::asking(&posting).await?;
    let command = domain::command::Checked::of(posting, &command)?;
    backend::purchase::purchase(visit.backend(), &visit.actor, command).await
}

impl Sends for Buy {
    type Command = domain::purchase::Buy;
}
