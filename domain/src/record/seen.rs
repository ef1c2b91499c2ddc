//! What of a record people see.

use super::value::{RecordValues, Value};
use crate::application::{Field, FieldKind, FormDocument};

/// A record without what its form hides. What it holds for fields and columns that are gone stays,
/// unless they were hidden.
pub fn seen(form: &FormDocument, values: &RecordValues) -> RecordValues {
    let mut seen = RecordValues::default();
    for (key, value) in values.iter() {
        let field = form.field_ever(key.as_str());
        if field.is_none_or(Field::is_seen) {
            seen.set(key.clone(), Some(seen_value(field, value)));
        }
    }
    seen
}

/// All rows stay, even those in which nothing is seen: they are known by their numbers.
fn seen_value(field: Option<&Field>, value: &Value) -> Value {
    let (Value::Rows(rows), Some(FieldKind::SubTable(table))) = (value, field.map(|f| &f.kind))
    else {
        return value.clone();
    };
    let is_seen = |key: &str| table.column_ever(key).is_none_or(Field::is_seen);
    let row = |row: &RecordValues| {
        let cells = row.iter().filter(|(key, _)| is_seen(key.as_str()));
        cells.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    Value::Rows(rows.iter().map(row).collect())
}
