//! The rows by which records are sorted and filtered: per field one row at position 0 whose text
//! sorts as people expect, and further positions for the single values that a filter asks for.

use std::collections::BTreeMap;

use domain::{
    application::{Field, FieldKind, FormDocument, Key},
    identity::{ApplicationId, RecordId},
    lang::{Lang, Text},
    problem::Problem,
    record::{OTHER, RecordValues, Value, search_text, sort_key},
};

use super::names;
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
        let sort = sorted(field, value);
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

/// The text by which a field's value sorts.
fn sorted(field: &Field, value: Option<&Value>) -> String {
    let key = value.map(|value| sort_key(Some(field), value)).unwrap_or_default();
    key.chars().take(LONGEST).collect()
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

/// Follows a change of a form: what it has gained can be sorted by, and where options moved or got
/// other names, the records that hold them are sorted and found accordingly.
pub async fn follow(
    tx: &mut Tx,
    application: ApplicationId,
    key: &Key,
    before: Option<&FormDocument>,
    after: &FormDocument,
) -> Result<(), Problem> {
    for field in after.value_fields() {
        if before.is_none_or(|before| before.field(field.key.as_str()).is_none()) {
            add_field(tx, application, key, &field.key).await?;
        }
    }
    let Some(before) = before else { return Ok(()) };
    let moved: Vec<&Field> = after
        .value_fields()
        .filter(|field| before.field(field.key.as_str()).is_some_and(|held| is_moved(held, field)))
        .collect();
    if moved.is_empty() && option_labels(before) == option_labels(after) {
        return Ok(());
    }
    refresh(tx, application, key, after, &moved).await
}

/// Whether options stand at other places than before.
fn is_moved(before: &Field, after: &Field) -> bool {
    let (Some(before), Some(after)) = (before.kind.choices(), after.kind.choices()) else {
        return false;
    };
    let mut pairs = before.options.iter().zip(&after.options);
    before.options.len() > after.options.len()
        || pairs.any(|(before, after)| before.key != after.key)
}

/// What people call the options, which is what they search for.
fn option_labels(form: &FormDocument) -> BTreeMap<(&Key, Option<&Key>, &Key), &Text> {
    let mut labels = BTreeMap::new();
    for field in &form.fields {
        let columns = match &field.kind {
            FieldKind::SubTable(table) => table.columns.as_slice(),
            _ => &[],
        };
        let own = std::iter::once((field, None));
        for (field, table) in own.chain(columns.iter().map(|column| (column, Some(&field.key)))) {
            for option in field.kind.choices().into_iter().flat_map(|choices| &choices.options) {
                labels.insert((&field.key, table, &option.key), &option.label);
            }
        }
    }
    labels
}

/// How many records are read at once.
const PORTION: i64 = 500;

/// Sorts all records of a form by `moved` anew, and notes anew by which words they are found.
async fn refresh(
    tx: &mut Tx,
    application: ApplicationId,
    key: &Key,
    form: &FormDocument,
    moved: &[&Field],
) -> Result<(), Problem> {
    let mut after = String::new();
    loop {
        let rows = tx
            .all(
                sql!(
                    "select id, data, search from record where application_id = $1 and form = $2 \
                     and id > $3 order by id limit $4"
                ),
                args![application, key.as_str(), &after, PORTION],
            )
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get("id")?;
        let mut records = Vec::new();
        for row in &rows {
            let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
            records.push((row.get::<RecordId>("id")?, row.get::<String>("search")?, values));
        }
        let explained: Vec<_> = records.iter().map(|(_, _, values)| (values, form)).collect();
        let seen = names::Seen { application, floor: 0 };
        let names = names::load(tx, seen, &explained, Lang::Zh).await?;
        let mut sorts = Vec::new();
        for (record, found_by, values) in &records {
            for field in moved {
                let sort = sorted(field, values.get(field.key.as_str()));
                let (app, name) = (application, field.key.as_str());
                sorts.push(args![*record, app, key.as_str(), name, 0_i64, sort]);
            }
            let search = search_text(form, values, &names);
            if search != *found_by {
                tx.run(sql!("update record set search = $1 where id = $2"), args![search, *record])
                    .await?;
            }
        }
        let tail =
            "on conflict (record_id, field, position) do update set sort_key = excluded.sort_key";
        tx.insert_many(INSERT, sorts, tail).await?;
    }
}

/// A field that a form has gained: the records there are have nothing in it, and must say so to be
/// found when sorting by it.
async fn add_field(
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
