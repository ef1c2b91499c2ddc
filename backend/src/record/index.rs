//! The rows by which records are sorted and filtered: per field one row at position 0 whose text
//! sorts as people expect, and further positions for the single values that a filter asks for.

use domain::{
    application::{FormDocument, Key},
    identity::{ApplicationId, RecordId},
    problem::Problem,
    record::{OTHER, RecordValues, Value, sort_key},
};

use crate::{args, db::Tx, sql};

/// The longest sort key, in characters.
const LONGEST: usize = 120;

/// One record's rows.
pub fn rows(
    application: ApplicationId,
    form_key: &Key,
    record: RecordId,
    form: &FormDocument,
    values: &RecordValues,
) -> Vec<Vec<crate::db::Value>> {
    let mut rows = Vec::new();
    for field in form.value_fields() {
        let value = values.get(field.key.as_str());
        let sort: String = value
            .map(|value| sort_key(Some(field), value))
            .unwrap_or_default()
            .chars()
            .take(LONGEST)
            .collect();
        let terms = value.map(terms).unwrap_or_default();
        for (position, key) in (0_i64..).zip(std::iter::once(sort).chain(terms)) {
            rows.push(args![
                record,
                application,
                form_key.as_str(),
                field.key.as_str(),
                position,
                key
            ]);
        }
    }
    rows
}

/// The single values a filter can ask for.
fn terms(value: &Value) -> Vec<String> {
    match value {
        Value::Choice(chosen) => chosen
            .keys
            .iter()
            .map(ToString::to_string)
            .chain(chosen.other.iter().map(|_| OTHER.to_owned()))
            .collect(),
        Value::Members(ids) => ids.iter().map(ToString::to_string).collect(),
        Value::Records(ids) => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// How rows of [`rows`] are inserted.
pub const INSERT: &str =
    "insert into record_index (record_id, application_id, form, field, position, sort_key)";

/// Indexes a record anew.
pub async fn put(
    tx: &mut Tx,
    application: ApplicationId,
    form_key: &Key,
    record: RecordId,
    form: &FormDocument,
    values: &RecordValues,
) -> Result<(), Problem> {
    tx.run(sql!("delete from record_index where record_id = $1"), args![record]).await?;
    tx.insert_many(INSERT, rows(application, form_key, record, form, values), "").await?;
    Ok(())
}

/// A field that a form has gained: the records there are have nothing in it, and must say so to be
/// found when sorting by it.
pub async fn add_field(
    tx: &mut Tx,
    application: ApplicationId,
    form: &Key,
    field: &Key,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into record_index (record_id, application_id, form, field, position, sort_key) \
             select r.id, r.application_id, r.form, cast($1 as text), 0, '' from record r \
             where r.application_id = $2 and r.form = $3 \
             on conflict (record_id, field, position) do nothing"
        ),
        args![field.as_str(), application, form.as_str()],
    )
    .await?;
    Ok(())
}
