//! Values that go into statements and come out of rows, and the error for rows that do not fit.

use domain::{
    identity::{
        AccountId, ApplicationId, ChangeId, DeliveryId, FileId, InvitationId, JobId, LinkId,
        NoticeId, OrderId, OrganisationId, ProgrammeId, ProjectId, RecordId, ReleaseId, SessionId,
    },
    time::{Date, Timestamp},
};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

/// An argument of a statement. Two column types serve for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A TEXT.
    Text(Option<String>),
    /// A BIGINT.
    Int(Option<i64>),
}

/// What can be an argument of a statement.
pub trait IntoValue {
    /// As the column type that stores it.
    fn into_value(self) -> Value;
}

/// What can be read from a column: from its raw text or integer.
pub trait FromColumn: Sized {
    /// Reads the column `name`.
    ///
    /// # Errors
    /// The reason in words, for [`Inconsistent`].
    fn from_column(row: &Row, name: &str) -> Result<Self, String>;
}

/// A stored row that fits no variant of the domain; names the column and the row.
#[derive(Debug, thiserror::Error)]
#[error("inconsistent row: column {column}: {reason} ({row})")]
pub struct Inconsistent {
    column: String,
    reason: String,
    row: String,
}

impl Inconsistent {
    /// For use cases that find rows which contradict each other.
    pub fn new(
        column: impl Into<String>,
        reason: impl Into<String>,
        row: impl Into<String>,
    ) -> Self {
        Self { column: column.into(), reason: reason.into(), row: row.into() }
    }
}

/// A row of either engine.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The value of the column `name`.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T, Inconsistent> {
        T::from_column(self, name).map_err(|reason| Inconsistent {
            column: name.to_owned(),
            reason,
            row: self.name(),
        })
    }

    /// The JSON in the column `name`.
    pub fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Inconsistent> {
        let text: String = self.get(name)?;
        serde_json::from_str(&text).map_err(|error| Inconsistent {
            column: name.to_owned(),
            reason: error.to_string(),
            row: self.name(),
        })
    }

    /// The state whose code is in the column `name` and whose data in `name_data`. The two must agree.
    pub fn state<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        code: impl FnOnce(&T) -> &'static str,
    ) -> Result<T, Inconsistent> {
        let state: T = self.json(&format!("{name}_data"))?;
        let (stored, expected): (String, _) = (self.get(name)?, code(&state));
        if stored == expected {
            return Ok(state);
        }
        Err(Inconsistent {
            column: name.to_owned(),
            reason: format!("{stored:?} beside data of {expected:?}"),
            row: self.name(),
        })
    }

    /// The value of the column `name`, as `read` understands its text.
    pub fn parse<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Inconsistent> {
        let text: String = self.get(name)?;
        read(&text).ok_or_else(|| Inconsistent {
            column: name.to_owned(),
            reason: format!("unknown value {text:?}"),
            row: self.name(),
        })
    }

    fn name(&self) -> String {
        String::from_column(self, "id")
            .map_or_else(|_| "row without id".into(), |id| format!("id {id}"))
    }
}

macro_rules! raw {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, name: &str) -> Result<Self, String> {
                match row {
                    Row::Sqlite(row) => row.try_get(name),
                    Row::Postgres(row) => row.try_get(name),
                }
                .map_err(|error| error.to_string())
            }
        }
    )*};
}
raw!(String, i64, Option<String>, Option<i64>);

impl FromColumn for bool {
    fn from_column(row: &Row, name: &str) -> Result<Self, String> {
        i64::from_column(row, name).map(|int| int != 0)
    }
}

impl FromColumn for Timestamp {
    fn from_column(row: &Row, name: &str) -> Result<Self, String> {
        i64::from_column(row, name).map(Timestamp)
    }
}

impl FromColumn for Option<Timestamp> {
    fn from_column(row: &Row, name: &str) -> Result<Self, String> {
        Ok(<Option<i64>>::from_column(row, name)?.map(Timestamp))
    }
}

impl FromColumn for Date {
    fn from_column(row: &Row, name: &str) -> Result<Self, String> {
        Self::try_from(String::from_column(row, name)?)
    }
}

macro_rules! id_columns {
    ($($id:ty),*) => {$(
        impl FromColumn for $id {
            fn from_column(row: &Row, name: &str) -> Result<Self, String> {
                String::from_column(row, name)?.parse().map_err(|error| format!("{error}"))
            }
        }
        impl FromColumn for Option<$id> {
            fn from_column(row: &Row, name: &str) -> Result<Self, String> {
                <Option<String>>::from_column(row, name)?
                    .map(|text| text.parse().map_err(|error| format!("{error}")))
                    .transpose()
            }
        }
        impl IntoValue for $id {
            fn into_value(self) -> Value {
                Value::Text(Some(self.to_string()))
            }
        }
        impl IntoValue for Option<$id> {
            fn into_value(self) -> Value {
                Value::Text(self.map(|id| id.to_string()))
            }
        }
    )*};
}
id_columns!(
    AccountId,
    ApplicationId,
    ChangeId,
    DeliveryId,
    FileId,
    InvitationId,
    JobId,
    LinkId,
    NoticeId,
    OrderId,
    OrganisationId,
    ProgrammeId,
    ProjectId,
    RecordId,
    ReleaseId,
    SessionId
);

macro_rules! values {
    ($($type:ty, $self:ident => $value:expr;)*) => {$(
        impl IntoValue for $type {
            fn into_value($self) -> Value {
                $value
            }
        }
    )*};
}
values! {
    &str, self => Value::Text(Some(self.to_owned()));
    &String, self => Value::Text(Some(self.clone()));
    String, self => Value::Text(Some(self));
    Option<String>, self => Value::Text(self);
    Option<&str>, self => Value::Text(self.map(str::to_owned));
    i64, self => Value::Int(Some(self));
    i32, self => Value::Int(Some(i64::from(self)));
    u32, self => Value::Int(Some(i64::from(self)));
    Option<i64>, self => Value::Int(self);
    bool, self => Value::Int(Some(i64::from(self)));
    Timestamp, self => Value::Int(Some(self.0));
    Option<Timestamp>, self => Value::Int(self.map(|at| at.0));
    Date, self => Value::Text(Some(self.to_string()));
    Value, self => self;
}
