//! The commands around an account: signing in and out, the password, the organisation acted in.

use serde::{Deserialize, Serialize};

use super::password;
use crate::{
    command::Command,
    identity::OrganisationId,
    lang::Text,
    problem::{FieldCheck, Problem},
};

/// Signs in. Sent again it only says that this has happened: a session is never handed out twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The e-mail address or mobile number.
    pub login: String,
    /// The password.
    pub password: String,
}

impl Command for SignIn {
    type Checked = Self;
    type Answer = ();
    const NAME: &'static str = "account/sign-in";

    fn check(&self) -> Result<Self, Problem> {
        let mut check = FieldCheck::new();
        if self.login.trim().is_empty() {
            check.fail(
                "login",
                Text::of("请填写邮箱或手机号", "Enter your e-mail or mobile number"),
            );
        }
        if self.password.is_empty() {
            check.fail("password", Text::of("请填写密码", "Enter your password"));
        }
        check.conclude(Some(self.clone()))
    }

    fn print(&self) -> String {
        self.login.clone()
    }
}

/// Ends the session that asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignOut {}

impl Command for SignOut {
    type Checked = ();
    type Answer = ();
    const NAME: &'static str = "account/sign-out";

    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }
}

/// Changes one's own password and ends all other sessions. Sent again it only says that this has
/// happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangePassword {
    /// The password until now.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

impl Command for ChangePassword {
    type Checked = Self;
    type Answer = ();
    const NAME: &'static str = "account/change-password";

    fn check(&self) -> Result<Self, Problem> {
        let mut check = FieldCheck::new();
        if self.current.is_empty() {
            check.fail("current", Text::of("请填写当前密码", "Enter your current password"));
        }
        // That it is not the login is asked where the login is known.
        let _ = check.take("new", password(&self.new, ""));
        check.conclude(Some(self.clone()))
    }

    fn print(&self) -> String {
        String::new()
    }
}

/// Acts in another organisation from now on (Source: ORG-1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchOrganisation {
    /// The organisation's id.
    pub organisation: String,
}

impl Command for SwitchOrganisation {
    type Checked = OrganisationId;
    type Answer = ();
    const NAME: &'static str = "account/switch-organisation";

    fn check(&self) -> Result<OrganisationId, Problem> {
        let mut check = FieldCheck::new();
        let chosen =
            self.organisation.parse().map_err(|_| Text::of("请选择组织", "Choose an organisation"));
        let chosen = check.take("organisation", chosen);
        check.conclude(chosen)
    }
}
