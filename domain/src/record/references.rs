//! What a record refers to outside itself, for the server to look up.

use super::value::{RecordValues, Value};
use crate::{
    application::{Field, FieldKind, FormDocument, Key},
    identity::{AccountId, FileId, RecordId},
};

/// Something a record refers to, and the input that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The input's name, for a problem to stand at.
    pub name: String,
    /// What is referred to.
    pub to: Referenced,
}

/// What a record can refer to, with what must hold of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referenced {
    /// A member of the organisation.
    Member(AccountId),
    /// A file.
    File {
        /// Which.
        file: FileId,
        /// How large at most.
        max_bytes: u64,
        /// Whether it must be a picture.
        image: bool,
    },
    /// A record of a form of the same app.
    Record {
        /// Which.
        record: RecordId,
        /// Of which form.
        form: Key,
    },
}

/// Everything that `values` refer to. The form's checks cannot see whether it is there.
pub fn references(form: &FormDocument, values: &RecordValues) -> Vec<Reference> {
    let mut found = Vec::new();
    for field in &form.fields {
        let Some(value) = values.get(field.key.as_str()) else { continue };
        let name = format!("f.{}", field.key);
        match (&field.kind, value) {
            (FieldKind::SubTable(table), Value::Rows(rows)) => {
                for (number, row) in rows.iter().enumerate() {
                    for column in &table.columns {
                        if let Some(value) = row.get(column.key.as_str()) {
                            let name = format!("{name}.{number}.{}", column.key);
                            collect(column, &name, value, &mut found);
                        }
                    }
                }
            }
            _ => collect(field, &name, value, &mut found),
        }
    }
    found
}

fn collect(field: &Field, name: &str, value: &Value, found: &mut Vec<Reference>) {
    let mut add = |to: Referenced| found.push(Reference { name: name.to_owned(), to });
    match (value, &field.kind) {
        (Value::Members(ids), _) => {
            for id in ids {
                add(Referenced::Member(*id));
            }
        }
        (Value::Files(ids), FieldKind::Attachment(rule) | FieldKind::Image(rule)) => {
            let image = matches!(field.kind, FieldKind::Image(_));
            let max_bytes = rule.max_bytes;
            for file in ids {
                add(Referenced::File { file: *file, max_bytes, image });
            }
        }
        (Value::Records(ids), FieldKind::Association(association)) => {
            if let Some(form) = association.target.form() {
                for id in ids {
                    add(Referenced::Record { record: *id, form: form.clone() });
                }
            }
        }
        _ => {}
    }
}
