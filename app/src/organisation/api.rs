//! The server functions of an organisation.

use domain::{
    call::Json,
    command::Posting,
    organisation::{InvitationForm, Invited},
    problem::Problem,
};
use leptos::prelude::*;

use crate::call::Sends;

/// Invites somebody into the organisation acted in (Source: ORG-4).
#[server(endpoint = "organisation/invite", output = Json)]
pub async fn invite(posting: Posting, command: InvitationForm) -> Result<Invited, Problem> {
    let visit = crate::call::asking(&posting).await?;
    let command = domain::command::Checked::of(posting, &command)?;
    let invited = backend::organisation::invite(visit.backend(), &visit.actor, command).await?;
    crate::call::hand(super::INVITED, &invited.token);
    Ok(invited)
}

impl Sends for Invite {
    type Command = InvitationForm;
}
