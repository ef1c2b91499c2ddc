//! What every command brings along: where it was made, and a key of its own, so that it is done there
//! or not at all, and once (Source: ALL-5).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    account::{ChangePassword, SignIn, SignOut, SwitchOrganisation},
    audit::hex,
    identity::OrganisationId,
    lang::Text,
    organisation::InvitationForm,
    problem::{Again, Kind, Problem},
    programme::ApplyForm,
    purchase::Buy,
};

mod listed {
    /// What stands in [`super::ALL`].
    pub trait Listed {}
}

macro_rules! commands {
    ($($command:ty,)*) => {
        /// The names of all commands. None can be made without a line here, and the test that walks
        /// this list asks of each whether it is done where it was made, and once.
        pub const ALL: &[&str] = &[$(<$command as Command>::NAME),*];

        $(impl listed::Listed for $command {})*
    };
}

commands! {
    SignIn,
    SignOut,
    ChangePassword,
    SwitchOrganisation,
    InvitationForm,
    ApplyForm,
    Buy,
}

/// One step of the lifecycle as a person asks for it: what was typed, not yet checked.
pub trait Command:
    listed::Listed + Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static
{
    /// What it is once all that was typed was found good.
    type Checked: Send;
    /// What the step answers.
    type Answer: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
    /// Its area and verb, such as `purchase/buy`: the end of its address, and of its row.
    const NAME: &'static str;

    /// Finds all that is wrong with what was typed; the same in the browser and on the server.
    ///
    /// # Errors
    /// The fields at fault.
    fn check(&self) -> Result<Self::Checked, Problem>;

    /// What tells this command from another under the same key. Commands with secrets leave those out.
    fn print(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The key of one command: 128 bits that whoever made the form chose by chance. It comes again when the
/// command is sent again because its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandKey(Uuid);

impl CommandKey {
    /// A key of these random bytes.
    pub fn of(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// The bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0.into_bytes()
    }
}

impl fmt::Display for CommandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CommandKey {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

/// What a form was made for; travels in its hidden fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The key of the command.
    pub key: CommandKey,
    /// The organisation that was acted in when the form was made; none outside every organisation.
    #[serde(default, serialize_with = "write_place", deserialize_with = "read_place")]
    pub organisation: Option<OrganisationId>,
    /// Pressed after the refusal that another organisation is acted in by now: go back to the one the
    /// form was made in, and do it there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub go_back: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Forms have no other word for "none" than an empty text.
#[expect(clippy::ref_option, reason = "serde asks so")]
fn write_place<S: Serializer>(
    place: &Option<OrganisationId>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match place {
        Some(place) => place.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}

fn read_place<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OrganisationId>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

impl Posting {
    /// What a form is made for in the organisation acted in, under a key of these random bytes.
    pub fn new(random: [u8; 16], organisation: Option<OrganisationId>) -> Self {
        Self { key: CommandKey::of(random), organisation, go_back: false }
    }
}

/// A command that was found good, with what it was made for. Only [`Checked::of`] makes one, and use
/// cases take nothing else.
#[derive(Debug)]
pub struct Checked<C: Command> {
    /// What it was made for.
    pub posting: Posting,
    /// The checked values.
    pub value: C::Checked,
    /// SHA-256 of what tells it from another command under the same key, in hex. The key is in it as
    /// well: without that nobody can try out what might have been typed.
    pub print: String,
}

impl<C: Command> Checked<C> {
    /// Checks what was typed.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn of(posting: Posting, command: &C) -> Result<Self, Problem> {
        let whole = format!("{}\n{}\n{}", posting.key, C::NAME, command.print());
        let print = hex(&Sha256::digest(whole));
        Ok(Self { posting, value: command.check()?, print })
    }
}

/// The refusal of a command that was made in another organisation than the one acted in by now:
/// `made_in` is where it was made, none outside every organisation or where it is no longer one of the
/// person's; `now` the name of the one acted in, none outside.
pub fn elsewhere(
    made_in: Option<(OrganisationId, &str)>,
    now: Option<(OrganisationId, &str)>,
) -> Problem {
    let text = match now {
        Some((_, now)) => Text::new(
            format!("您现在代表「{now}」操作，这一步还没有执行；您填写的都还在"),
            format!(
                "You now act in “{now}”, so this was not done; everything you typed is still here"
            ),
        ),
        None => Text::of(
            "您已不在任何组织中操作，这一步还没有执行；您填写的都还在",
            "You no longer act in any organisation, so this was not done; everything you typed is still here",
        ),
    };
    let mut problem = Problem::with(Kind::Conflict, "organisation.elsewhere", "ALL-5", text);
    match (made_in, now) {
        (Some((id, name)), _) => {
            problem.again = Some(Again {
                organisation: Some(id),
                label: Text::new(
                    format!("回到「{name}」并执行"),
                    format!("Go back to “{name}” and do it there"),
                ),
            });
            problem.remedy(
                format!("这个页面是在「{name}」打开的"),
                format!("This page was opened in “{name}”"),
            )
        }
        (None, Some((id, name))) => {
            problem.again = Some(Again {
                organisation: Some(id),
                label: Text::new(format!("在「{name}」执行"), format!("Do it in “{name}”")),
            });
            problem.remedy(
                format!("如果要在「{name}」执行，请按下面的按钮"),
                format!("If you want it done in “{name}”, press the button below"),
            )
        }
        (None, None) => problem.remedy("请重新打开页面", "Open the page again"),
    }
}

/// The refusal of a command whose key another command has used.
pub fn key_used() -> Problem {
    Problem::new(
        Kind::Conflict,
        "command.key_used",
        "ALL-5",
        "这个页面已经提交过另外的内容，这一次没有执行",
        "Something else was sent from this page before; this was not done",
    )
    .remedy("请重新打开页面再提交", "Open the page again, then submit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all5_a_posting_travels_in_hidden_fields() {
        let posting = Posting::new([7; 16], None);
        let json = serde_json::to_value(posting).unwrap();
        assert_eq!(json["organisation"], "");
        assert_eq!(serde_json::from_value::<Posting>(json).unwrap(), posting);
        let organisation = OrganisationId(Uuid::from_u128(5));
        let posting = Posting::new([7; 16], Some(organisation));
        let json = serde_json::to_string(&posting).unwrap();
        assert_eq!(serde_json::from_str::<Posting>(&json).unwrap(), posting);
    }

    #[test]
    fn all5_prints_tell_commands_apart_and_nothing_without_the_key() {
        let print = |key, token: &str| {
            let command = Buy { token: token.into() };
            Checked::of(Posting::new([key; 16], None), &command).unwrap().print
        };
        assert_eq!(print(1, "a"), print(1, "a"));
        assert_ne!(print(1, "a"), print(1, "b"));
        assert_ne!(print(1, "a"), print(2, "a"));
        let names: std::collections::BTreeSet<_> = ALL.iter().collect();
        assert_eq!(names.len(), ALL.len(), "each has a name of its own");
    }

    #[test]
    fn all5_where_a_command_was_made_is_offered_to_be_gone_back_to() {
        let (a, b) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let problem = elsewhere(Some((a, "甲")), Some((b, "乙")));
        assert!(problem.text.zh.contains('乙') && !problem.text.zh.contains('甲'));
        assert_eq!(problem.again.and_then(|again| again.organisation), Some(a));
    }
}
