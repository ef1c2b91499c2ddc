//! What a form posts, and what it is told when its page comes again.

use domain::{
    call::malformed,
    command::{Command, Posting},
    identity::OrganisationId,
    problem::Problem,
};
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

/// A server function that carries a command: its arguments are `posting` and `command`.
pub trait Sends: ServerFn<Error = Problem> {
    /// The command.
    type Command: Command;

    /// What a form of it needs to know.
    fn target() -> Target {
        Target { path: Self::PATH, command: Self::Command::NAME, check: check::<Self::Command> }
    }
}

/// Where the form of a command sends it, and what finds out before that what is wrong with it. One form
/// serves all commands, so that the browser loads its code once.
#[derive(Clone, Copy)]
pub struct Target {
    /// The address of the server function.
    pub path: &'static str,
    /// The name of the command.
    pub command: &'static str,
    /// Checks what was typed, as a JSON object of texts.
    pub check: fn(&str) -> Result<(), Problem>,
}

fn check<C: Command>(typed: &str) -> Result<(), Problem> {
    domain::json::read::<C>(typed).map_err(|_| malformed())?.check().map(drop)
}

/// What was posted without scripts and refused: the page is shown again with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The address of the server function.
    pub function: String,
    /// The pairs as posted; files are ids by now.
    pub pairs: Vec<(String, String)>,
    /// The refusal.
    pub problem: Problem,
    /// The files that were kept, as id and name.
    pub files: Vec<(String, String)>,
}

impl Echo {
    /// The name of a file that was kept.
    pub fn file(&self, id: &str) -> Option<&str> {
        self.files.iter().find(|(kept, _)| kept == id).map(|(_, name)| name.as_str())
    }

    /// The last value posted under `name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What was posted to this page and refused, where it is shown because of that.
#[cfg(feature = "ssr")]
pub fn echoed() -> Option<Echo> {
    leptos::prelude::use_context()
}

/// Where the form of a command stands; its page hands that to the island.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The URL of the page.
    page: String,
    /// The organisation acted in.
    acting: Option<OrganisationId>,
    /// What was posted before.
    echo: Option<Echo>,
}

impl Standing {
    /// On the page visited.
    #[cfg(feature = "ssr")]
    pub fn of(visit: &crate::page::Visit) -> Self {
        Self { page: visit.here(), acting: visit.acting(), echo: echoed() }
    }

    /// The page's URL, and what a form on it is made for. The form finds there what was posted to it.
    pub fn begin(self) -> (String, Posting) {
        if let Some(echo) = self.echo {
            leptos::prelude::provide_context(echo);
        }
        (self.page, fresh(self.acting))
    }
}

/// What a new form is made for: a key of its own, and the organisation acted in.
pub fn fresh(organisation: Option<OrganisationId>) -> Posting {
    let mut random = [0; 16];
    #[cfg(feature = "ssr")]
    if let Some(visit) = leptos::prelude::use_context::<crate::page::Visit>() {
        visit.backend().random(&mut random);
    }
    #[cfg(feature = "hydrate")]
    crate::browser::random(&mut random);
    Posting::new(random, organisation)
}
