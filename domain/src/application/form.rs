//! The form page: a titled list of fields.

use serde::{Deserialize, Serialize};

use super::{
    field::{Field, FieldKind},
    key::{FieldPath, Key},
};
use crate::lang::Text;

/// A form page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDocument {
    /// Its name in the navigation and above the form.
    pub title: Text,
    /// A sentence below the title.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub description: Text,
    /// The fields in their order.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The columns of the record list; none means the first fields that fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Key>,
    /// Fields that were removed. Old records still show them, and their keys are not given again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Field>,
}

impl FormDocument {
    /// The most fields in a form, and the most columns in a sub-table.
    pub const FIELD_LIMIT: usize = 500;

    /// An empty form.
    pub fn titled(title: Text) -> Self {
        Self { title, ..Self::default() }
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == *key)
    }

    /// The field or retired field with this key, for reading old records.
    pub fn field_ever(&self, key: &str) -> Option<&Field> {
        self.field(key).or_else(|| self.retired.iter().find(|field| field.key == *key))
    }

    /// The field or column at this path.
    pub fn at(&self, path: &FieldPath) -> Option<&Field> {
        match &path.table {
            None => self.field(path.key.as_str()),
            Some(table) => match &self.field(table.as_str())?.kind {
                FieldKind::SubTable(table) => table.column(path.key.as_str()),
                _ => None,
            },
        }
    }

    /// The fields that hold values, in their order.
    pub fn value_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.kind.holds_value())
    }

    /// The fields that people see, in their order, lines between them included.
    pub fn seen_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_seen())
    }

    /// The fields that people see and that hold values, in their order.
    pub fn seen_value_fields(&self) -> impl Iterator<Item = &Field> {
        self.seen_fields().filter(|field| field.kind.holds_value())
    }

    /// The fields shown as columns of the record list: the chosen ones, or the first seven that
    /// people see and that fit into a cell.
    pub fn list_columns(&self) -> Vec<&Field> {
        if !self.columns.is_empty() {
            let chosen = self.columns.iter().filter_map(|key| self.field(key.as_str()));
            return chosen.filter(|field| field.is_seen()).collect();
        }
        self.seen_value_fields()
            .filter(|field| {
                !matches!(
                    field.kind,
                    FieldKind::SubTable(_) | FieldKind::Image(_) | FieldKind::MultilineText(_)
                )
            })
            .take(7)
            .collect()
    }

    /// The fields by which people recognise a record: the first serial number and the first text,
    /// else the first field that holds anything.
    pub fn recognised_by(&self) -> Vec<&Field> {
        let seen = || self.seen_value_fields();
        let text = seen().find(|field| matches!(field.kind, FieldKind::Text(_)));
        let serial = seen().find(|field| matches!(field.kind, FieldKind::SerialNumber(_)));
        let found: Vec<&Field> = serial.into_iter().chain(text).collect();
        if found.is_empty() { seen().take(1).collect() } else { found }
    }
}
