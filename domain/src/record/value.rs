//! Values and the JSON in which they are stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    application::Key,
    decimal::Decimal,
    identity::{AccountId, FileId, RecordId},
    when::When,
};

/// What one field of a record holds. The JSON says which it is, in one letter, so that a value can
/// still be read after its field changed or vanished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, also of a serial number.
    #[serde(rename = "s")]
    Text(String),
    /// A number.
    #[serde(rename = "n")]
    Number(Decimal),
    /// Options, whether one or several can be chosen.
    #[serde(rename = "o")]
    Choice(Chosen),
    /// A day or a moment.
    #[serde(rename = "d")]
    Date(When),
    /// From one to another, both included.
    #[serde(rename = "r")]
    Range(When, When),
    /// People.
    #[serde(rename = "m")]
    Members(Vec<AccountId>),
    /// Attachments or images.
    #[serde(rename = "f")]
    Files(Vec<FileId>),
    /// Records of another form.
    #[serde(rename = "a")]
    Records(Vec<RecordId>),
    /// The rows of a sub-table.
    #[serde(rename = "t")]
    Rows(Vec<RecordValues>),
}

/// Options chosen, and what was typed in beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Keys of options.
    #[serde(default, rename = "k", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// Something else.
    #[serde(default, rename = "x", skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

impl Chosen {
    /// One option.
    pub fn one(key: Key) -> Self {
        Self { keys: vec![key], other: None }
    }
}

impl Value {
    /// Whether there is nothing in it; such values are not stored.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Number(_) | Self::Date(_) | Self::Range(..) => false,
            Self::Choice(chosen) => chosen.keys.is_empty() && chosen.other.is_none(),
            Self::Members(ids) => ids.is_empty(),
            Self::Files(ids) => ids.is_empty(),
            Self::Records(ids) => ids.is_empty(),
            Self::Rows(rows) => rows.is_empty(),
        }
    }
}

/// The values of a record or of a row of a sub-table, by field key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordValues {
    values: BTreeMap<Key, Value>,
}

impl RecordValues {
    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Sets or, where there is nothing in it, removes the value of a field.
    pub fn set(&mut self, key: Key, value: Option<Value>) {
        match value {
            Some(value) if !value.is_empty() => drop(self.values.insert(key, value)),
            _ => drop(self.values.remove(&key)),
        }
    }

    /// All values by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.values.iter()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The JSON that is stored.
    ///
    /// # Panics
    /// Never: values hold strings only.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("values are JSON")
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// Where it is not what [`RecordValues::json`] writes.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The same for another organisation: people left out, files and records replaced by their
    /// copies there and left out where there is none (Source: ORD-4, ORD-5).
    #[must_use]
    pub fn carried_over(
        &self,
        file: &impl Fn(FileId) -> Option<FileId>,
        record: &impl Fn(RecordId) -> Option<RecordId>,
    ) -> Self {
        let mut carried = Self::default();
        for (key, value) in &self.values {
            let value = match value {
                Value::Members(_) => continue,
                Value::Files(ids) => Value::Files(ids.iter().copied().filter_map(file).collect()),
                Value::Records(ids) => {
                    Value::Records(ids.iter().copied().filter_map(record).collect())
                }
                Value::Rows(rows) => {
                    Value::Rows(rows.iter().map(|row| row.carried_over(file, record)).collect())
                }
                other => other.clone(),
            };
            carried.set(key.clone(), Some(value));
        }
        carried
    }
}

impl FromIterator<(Key, Value)> for RecordValues {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(values: I) -> Self {
        let mut record = Self::default();
        for (key, value) in values {
            record.set(key, Some(value));
        }
        record
    }
}
