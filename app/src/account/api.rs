//! The server functions around an account.

use domain::{account, call::Json, command::Posting, problem::Problem};
use leptos::prelude::*;

use crate::call::Sends;
#[cfg(feature = "ssr")]
use {
    crate::{call, page::SESSION_COOKIE},
    domain::command::Checked,
};

/// Signs in: the session's secret goes into a cookie that scripts cannot read.
#[server(endpoint = "account/sign-in", output = Json)]
pub async fn sign_in(posting: Posting, command: account::SignIn) -> Result<(), Problem> {
    let visit = call::asking(&posting).await?;
    let command = Checked::of(posting, &command)?;
    let session =
        backend::account::sign_in(visit.backend(), &visit.actor, command, &visit.agent).await?;
    call::cookie(&visit.session_cookie(&session.token));
    call::cookie(&visit.came_cookie(true));
    Ok(())
}

/// Ends the session that asks.
#[server(endpoint = "account/sign-out", output = Json)]
pub async fn sign_out(
    posting: Posting,
    #[server(default)] command: account::SignOut,
) -> Result<(), Problem> {
    let visit = call::visit();
    // Whoever is out already is told the same.
    if visit.actor.person().is_ok() {
        let visit = call::asking(&posting).await?;
        let command = Checked::of(posting, &command)?;
        backend::account::sign_out(visit.backend(), &visit.actor, command).await?;
    }
    call::cookie(&visit.cookie(SESSION_COOKIE, "", 0));
    call::cookie(&visit.came_cookie(false));
    Ok(())
}

/// Acts in another organisation from now on (Source: ORG-1).
#[server(endpoint = "account/switch-organisation", output = Json)]
pub async fn switch_organisation(
    posting: Posting,
    command: account::SwitchOrganisation,
) -> Result<(), Problem> {
    let visit = call::asking(&posting).await?;
    let command = Checked::of(posting, &command)?;
    backend::account::switch_organisation(visit.backend(), &visit.actor, command).await
}

/// Changes one's own password and ends all other sessions.
#[server(endpoint = "account/change-password", output = Json)]
pub async fn change_password(
    posting: Posting,
    command: account::ChangePassword,
) -> Result<(), Problem> {
    let visit = call::asking(&posting).await?;
    let command = Checked::of(posting, &command)?;
    backend::account::change_password(visit.backend(), &visit.actor, command).await?;
    call::say(
        "密码已修改，其他设备上的登录已结束",
        "The password is changed, and your other sessions have ended",
    );
    Ok(())
}

impl Sends for SignIn {
    type Command = account::SignIn;
}

impl Sends for SignOut {
    type Command = account::SignOut;
}

impl Sends for SwitchOrganisation {
    type Command = account::SwitchOrganisation;
}

impl Sends for ChangePassword {
    type Command = account::ChangePassword;
}
