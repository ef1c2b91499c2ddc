//! Typed ids over UUIDv7 and the numbers people see (Source: architecture, "Time, chance, identity").

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(deserialize_with = "read_id")] pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

/// Ids come as texts. Why one is none is said to nobody, so that the browser needs no words for it.
fn read_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = String::deserialize(deserializer)?;
    Uuid::try_parse(&text).map_err(|_| D::Error::custom("no id"))
}

ids! {
    /// A person's account.
    AccountId,
    /// An organisation.
    OrganisationId,
    /// An invitation into an organisation.
    InvitationId,
    /// A signed-in session, as listed to its owner.
    SessionId,
    /// A stored file.
    FileId,
    /// An application for the distribution permission.
    ProgrammeId,
    /// A project.
    ProjectId,
    /// A distribution link.
    LinkId,
    /// An order.
    OrderId,
    /// A delivery: one send of an app or of pages.
    DeliveryId,
    /// A low-code application.
    ApplicationId,
    /// A release of an application.
    ReleaseId,
    /// A record of a form.
    RecordId,
    /// A background job.
    JobId,
    /// A notice to a person.
    NoticeId,
    /// A component change in a delivered application.
    ChangeId,
}

/// What a human-readable number counts; gives its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Projects: `XM20261122-0001`.
    Project,
    /// Orders: `DD20261122-0001`.
    Order,
    /// Deliveries: `FS20261122-0001`.
    Delivery,
}

impl Series {
    /// The two letters in front of the date.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Project => "XM",
            Self::Order => "DD",
            Self::Delivery => "FS",
        }
    }

    /// The number of the `count`-th thing of `date` (a civil date as `YYYYMMDD`).
    pub fn number(self, date: &str, count: i64) -> String {
        format!("{}{date}-{count:04}", self.prefix())
    }
}
