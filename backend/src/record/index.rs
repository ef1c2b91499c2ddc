//! The rows by which records are sorted and filtered: per field one row at position 0 whose text
//! sorts as people expect, and further positions for the single values that a filter asks for.
//! People, files and records that are referred to sort by the names they had when the record was
//! filed or changed last.

use std::collections::BTreeMap;

use domain::{
    application::{Field, FieldKind, FormDocument, Key, Tree},
    identity::{ApplicationId, RecordId},
    lang::{Lang, Text},
    problem::Problem,
    record::{Names, OTHER, RecordValues, Value, search_text, sort_key, whole_text},
};
use tokio::sync::watch;

use super::{NameBook, Room, names};
use crate::{
    Backend, application, args,
    db::Tx,
    job::{self, Interruption, Job, JobState},
    sql,
};

/// The kind of the jobs that index all records of an app anew.
pub const JOB: &str = "record_index";

/// The longest sort key, in characters.
const LONGEST: usize = 120;

/// One record's rows.
pub fn rows(
    application: ApplicationId,
    form_key: &Key,
    record: RecordId,
    form: &FormDocument,
    values: &RecordValues,
    names: &dyn Names,
) -> Vec<Vec<crate::db::Value>> {
    let of = |field| field_rows(application, form_key, record, field, values, names);
    form.value_fields().flat_map(of).collect()
}

/// One field's rows of one record.
fn field_rows(
    application: ApplicationId,
    form_key: &Key,
    record: RecordId,
    field: &Field,
    values: &RecordValues,
    names: &dyn Names,
) -> Vec<Vec<crate::db::Value>> {
    let value = values.get(field.key.as_str());
    let mut rows = vec![first_row(application, form_key, record, field, value, names)];
    for (position, term) in (1_i64..).zip(value.map(terms).unwrap_or_default()) {
        let (form, field) = (form_key.as_str(), field.key.as_str());
        rows.push(args![record, application, form, field, position, term, ""]);
    }
    rows
}

/// The row at position 0, by which a field's value sorts.
fn first_row(
    application: ApplicationId,
    form_key: &Key,
    record: RecordId,
    field: &Field,
    value: Option<&Value>,
    names: &dyn Names,
) -> Vec<crate::db::Value> {
    let sort = value.map(|value| sort_key(Some(field), value, names)).unwrap_or_default();
    let sort: String = sort.chars().take(LONGEST).collect();
    let whole = value.and_then(whole_text).unwrap_or_default();
    args![record, application, form_key.as_str(), field.key.as_str(), 0_i64, sort, whole]
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
    "insert into record_index (record_id, application_id, form, field, position, sort_key, whole)";

/// Indexes a record anew.
pub(super) async fn put(
    tx: &mut Tx,
    room: &Room,
    record: RecordId,
    values: &RecordValues,
    names: &NameBook,
) -> Result<(), Problem> {
    tx.run(sql!("delete from record_index where record_id = $1"), args![record]).await?;
    let rows = rows(room.app.id, &room.key, record, &room.form, values, names);
    tx.insert_many(INSERT, rows, "").await?;
    Ok(())
}

/// Has the records that are there already follow the changes of their forms.
pub(crate) async fn follow(
    tx: &mut Tx,
    application: ApplicationId,
    before: &Tree,
    after: &Tree,
) -> Result<(), Problem> {
    for (key, form) in after.forms() {
        let known = before.form(key.as_str());
        if known != Some(form) {
            follow_form(tx, application, key, known, form).await?;
        }
    }
    Ok(())
}

/// Follows a change of a form: what it has gained can be sorted by, and where options moved or got
/// other names, the records that hold them are sorted and found accordingly.
async fn follow_form(
    tx: &mut Tx,
    application: ApplicationId,
    key: &Key,
    before: Option<&FormDocument>,
    after: &FormDocument,
) -> Result<(), Problem> {
    // Records of a form that comes back hold something, maybe, for any of its fields.
    let Some(before) = before else {
        let all: Vec<&Field> = after.value_fields().collect();
        return refresh(tx, application, key, after, &all).await;
    };
    for field in after.value_fields().filter(|field| is_gained(before, field)) {
        add_field(tx, application, key, &field.key).await?;
    }
    let moved: Vec<&Field> = after.value_fields().filter(|field| is_moved(before, field)).collect();
    if moved.is_empty() && words(before) == words(after) {
        return Ok(());
    }
    refresh(tx, application, key, after, &moved).await
}

/// Whether no record can hold anything for a field yet.
fn is_gained(before: &FormDocument, field: &Field) -> bool {
    before.field_ever(field.key.as_str()).is_none()
}

/// Whether records are to be sorted by a field anew: one that was removed and is back, as records
/// that were changed meanwhile lost its rows, and one whose options stand at other places.
fn is_moved(before: &FormDocument, field: &Field) -> bool {
    match before.field(field.key.as_str()) {
        Some(held) => is_reordered(held, field),
        None => !is_gained(before, field),
    }
}

/// Whether options stand at other places than before.
fn is_reordered(before: &Field, after: &Field) -> bool {
    let (Some(before), Some(after)) = (before.kind.choices(), after.kind.choices()) else {
        return false;
    };
    let mut pairs = before.options.iter().zip(&after.options);
    before.options.len() > after.options.len()
        || pairs.any(|(before, after)| before.key != after.key)
}

/// What a form says about the words by which records are found: the fields that people see, and what
/// they call the options. Fields and columns that are gone say so still.
fn words(form: &FormDocument) -> BTreeMap<(&Key, Option<&Key>), (bool, Labels<'_>)> {
    let mut words = BTreeMap::new();
    for field in form.fields.iter().chain(&form.retired) {
        words.insert((&field.key, None), (field.is_seen(), labels(field)));
        if let FieldKind::SubTable(table) = &field.kind {
            for column in table.columns.iter().chain(&table.retired) {
                words.insert((&field.key, Some(&column.key)), (column.is_seen(), labels(column)));
            }
        }
    }
    words.retain(|_, (is_seen, labels)| !*is_seen || !labels.is_empty());
    words
}

type Labels<'a> = BTreeMap<&'a Key, &'a Text>;

fn labels(field: &Field) -> Labels<'_> {
    let options = field.kind.choices().into_iter().flat_map(|choices| &choices.options);
    options.map(|option| (&option.key, &option.label)).collect()
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
    let mut after = Some(String::new());
    while let Some(place) = after {
        after = refresh_portion(tx, application, key, form, moved, &place).await?;
    }
    Ok(())
}

/// The same for the records behind the place `after`. Gives the place behind them, until there are
/// no more.
async fn refresh_portion(
    tx: &mut Tx,
    application: ApplicationId,
    key: &Key,
    form: &FormDocument,
    moved: &[&Field],
    after: &str,
) -> Result<Option<String>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select id, data, search from record where application_id = $1 and form = $2 \
                 and id > $3 order by id limit $4"
            ),
            args![application, key.as_str(), after, PORTION],
        )
        .await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let mut records = Vec::new();
    for row in &rows {
        let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
        records.push((row.get::<RecordId>("id")?, row.get::<String>("search")?, values));
    }
    let explained: Vec<_> = records.iter().map(|(_, _, values)| (values, form)).collect();
    let seen = names::Seen { application, floor: 0 };
    let names = names::load(tx, seen, &explained, Lang::Zh).await?;
    let (mut sorts, mut searches) = (Vec::new(), Vec::new());
    for (record, found_by, values) in &records {
        for field in moved {
            sorts.extend(field_rows(application, key, *record, field, values, &names));
        }
        let search = search_text(form, values, &names);
        if search != *found_by {
            searches.push(args![*record, search]);
        }
    }
    let tail = "on conflict (record_id, field, position) do update set \
                sort_key = excluded.sort_key, whole = excluded.whole";
    tx.insert_many(INSERT, sorts, tail).await?;
    let (head, tail) =
        ("update record set search = v.column2 from (", ") as v where record.id = v.column1");
    tx.insert_many(head, searches, tail).await?;
    Ok(Some(last.get("id")?))
}

/// Indexes all records of an app anew, a portion in each unit of work: for records that an older
/// program filed, which kept less for lists to look into, and for those that came with a delivery.
pub(crate) async fn run(
    backend: &Backend,
    job: &Job,
    stop: &watch::Receiver<bool>,
) -> Result<(), Interruption> {
    let application = job.subject.parse().map_err(|_| crate::problem::internal(&job.subject))?;
    let tree = application::tree(&mut backend.read().await?, application).await?;
    for (key, _) in tree.forms() {
        let mut after = Some(String::new());
        while let Some(place) = after {
            if *stop.borrow() {
                return Err(Interruption::Stopping);
            }
            let mut tx = backend.begin().await?;
            after = anew(backend, &mut tx, job, application, key, &place).await?;
            tx.commit().await?;
        }
    }
    let mut tx = backend.begin().await?;
    job::guard(backend, &mut tx, job).await?;
    job::finish(&mut tx, job, JobState::Done, "").await?;
    Ok(tx.commit().await?)
}

/// One portion of the records of a form as it is now, while nobody changes either.
async fn anew(
    backend: &Backend,
    tx: &mut Tx,
    job: &Job,
    application: ApplicationId,
    key: &Key,
    after: &str,
) -> Result<Option<String>, Interruption> {
    job::guard(backend, tx, job).await?;
    tx.queue(sql!("select id from application where id = $1"), args![application]).await?;
    let tree = application::tree(tx, application).await?;
    let Some(form) = tree.form(key.as_str()) else { return Ok(None) };
    let fields: Vec<&Field> = form.value_fields().collect();
    let next = refresh_portion(tx, application, key, form, &fields, after).await?;
    job::progress(tx, job).await?;
    Ok(next)
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
