//! The server functions of the provider programme.

use domain::{call::Json, command::Posting, identity::ProgrammeId, problem::Problem};
use leptos::prelude::*;

use crate::call::Sends;

/// Applies for the distribution permission (Source: PRV-1).
#[server(endpoint = "programme/apply", output = Json)]
pub async fn apply(
    posting: Posting,
    command: domain::programme::ApplyForm,
) -> Result<ProgrammeId, Problem> {
    let visit = crate::call::asking(&posting).await?;
    let command = domain::command::Checked::of(posting, &command)?;
    let id = backend::programme::apply(visit.backend(), &visit.actor, command).await?;
    crate::call::say("申请已提交，请等待审核", "The application is submitted and will be reviewed");
    Ok(id)
}

impl Sends for Apply {
    type Command = domain::programme::ApplyForm;
}
