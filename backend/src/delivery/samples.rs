//! Sample records: chosen at the beginning of a send, copied in portions, marked until the customer
//! deletes them (Source: ORD-4, ORD-5).

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap, HashSet},
};

use domain::{
    application::{FormDocument, Key},
    authority::{Actor, UseCase},
    delivery::{PORTION, SAMPLES_PER_FORM, SendForm, SendOptions, no_such_sample},
    identity::{ApplicationId, DeliveryId, FileId, OrderId, RecordId},
    lang::{Lang, Text},
    problem::{FieldCheck, Problem},
    record::{Nameless, RecordValues, search_text},
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Delivery;
use crate::{
    Backend,
    application::{document, release},
    args,
    db::{IntoValue, Row, Tx, Value},
    job,
    order::{self, Order},
    page::pattern,
    problem::Internal,
    record::{index, names},
    sql,
};

/// Of each form, this many of its oldest records (which go along where nothing is chosen) and of its
/// newest are offered to be chosen; others are searched for.
const OLDEST: i64 = SAMPLES_PER_FORM as i64;
const NEWEST: i64 = 35;
/// How many records a search finds at most.
const FOUND: i64 = OLDEST + NEWEST;
/// So many forms with records offer some at once; in an app of more, the others' are searched for. Each
/// form costs statements, and each record a line of the page.
const FORMS: usize = 12;

/// How many sample records a form has to offer, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleCount {
    /// The form.
    pub key: Key,
    /// Its title.
    pub title: Text,
    /// At most [`SAMPLES_PER_FORM`].
    pub available: i64,
    /// Records that can be chosen; none for people who may not send.
    pub candidates: Vec<SampleCandidate>,
}

/// A record that can be chosen to go along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleCandidate {
    /// The record.
    pub id: RecordId,
    /// What people recognise it by.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What the send dialog says about sample data: the forms of the newest release, how many records
/// each would send, and which could be chosen: those ticked in the dialog as it stands, and those it
/// searches for.
pub async fn sample_counts(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
    dialog: &SendForm,
    lang: Lang,
) -> Result<Vec<SampleCount>, Problem> {
    let order = order::read(backend, actor, id).await?;
    let mut tx = backend.read().await?;
    let newest = release::offered(&mut tx, order.application).await?.id;
    let rows = tx
        .all(
            sql!(
                "select c.key, (select count(*) from (select 1 from record r \
                 where r.application_id = $1 and r.form = c.key limit 15) as counted) as available \
                 from app_release_component c where c.release_id = $2 and c.kind = 'form' limit 5000"
            ),
            args![order.application, newest],
        )
        .await?;
    let mut available: HashMap<String, i64> = HashMap::new();
    for row in rows {
        available.insert(row.get("key")?, row.get("available")?);
    }
    let may_choose = actor.may(UseCase::Send).is_ok();
    let mut forms = Vec::new();
    let mut offering = 0;
    for page in release::pages(backend, &mut tx, newest).await?.iter().cloned() {
        let available = available.get(page.key.as_str()).copied().unwrap_or(0);
        let mut candidates = Vec::new();
        let asked = !dialog.find(&page.key).is_empty() || !dialog.ticks(&page.key).is_empty();
        if may_choose && available > 0 && (asked || offering < FORMS) {
            offering += 1;
            candidates = offered(&mut tx, &order, &page.key, dialog, lang).await?;
        }
        forms.push(SampleCount { key: page.key, title: page.title, available, candidates });
    }
    Ok(forms)
}

/// The records of a form to be chosen from: the ticked ones, then those searched for, or without a
/// search the oldest and the newest.
async fn offered(
    tx: &mut Tx,
    order: &Order,
    form: &Key,
    dialog: &SendForm,
    lang: Lang,
) -> Result<Vec<SampleCandidate>, Problem> {
    let app = order.application;
    let mut rows = Vec::new();
    let ticks = dialog.ticks(form);
    let ticks = if ticks.is_empty() { ticks } else { there(tx, order, form, &ticks).await? };
    if !ticks.is_empty() {
        let ids = ticks.iter().map(|id| id.into_value()).collect();
        let ticked = sql!(
            "select r.id, r.data, r.created_at, d.body from record r \
             join document d on d.digest = r.document where r.id in ($1)"
        );
        rows.extend(tx.all_of(ticked, ids).await?);
    }
    let find = dialog.find(form);
    if find.is_empty() {
        let oldest = sql!(
            "select r.id, r.data, r.created_at, d.body from record r \
             join document d on d.digest = r.document where r.application_id = $1 \
             and r.form = $2 order by r.created_at, r.id limit $3"
        );
        rows.extend(tx.all(oldest, args![app, form.as_str(), OLDEST]).await?);
        let newest = sql!(
            "select r.id, r.data, r.created_at, d.body from record r \
             join document d on d.digest = r.document where r.application_id = $1 \
             and r.form = $2 order by r.created_at desc, r.id desc limit $3"
        );
        rows.extend(tx.all(newest, args![app, form.as_str(), NEWEST]).await?.into_iter().rev());
    } else {
        let found = sql!(
            "select r.id, r.data, r.created_at, d.body from record r \
             join document d on d.digest = r.document where r.application_id = $1 \
             and r.form = $2 and r.search like $3 escape '\\' \
             order by r.created_at desc, r.id desc limit $4"
        );
        rows.extend(tx.all(found, args![app, form.as_str(), pattern(find), FOUND]).await?);
    }
    candidates(tx, order, &rows, lang).await
}

/// Each record once, in the order of the rows.
async fn candidates(
    tx: &mut Tx,
    order: &Order,
    rows: &[Row],
    lang: Lang,
) -> Result<Vec<SampleCandidate>, Problem> {
    let seen = names::Seen { application: order.application, floor: 0 };
    let titles = names::titles(tx, seen, rows, &[], lang).await?;
    let (mut known, mut found) = (HashSet::new(), Vec::new());
    for (row, (id, title)) in rows.iter().zip(titles) {
        if known.insert(id) {
            found.push(SampleCandidate { id, title, created_at: row.get("created_at")? });
        }
    }
    Ok(found)
}

/// Refuses chosen records that are not there.
pub(super) async fn verify(
    tx: &mut Tx,
    order: &Order,
    options: &SendOptions,
) -> Result<(), Problem> {
    let mut check = FieldCheck::new();
    for (form, ids) in &options.records {
        if there(tx, order, form, ids).await?.len() < ids.len() {
            check.fail(format!("record.{form}"), no_such_sample());
        }
    }
    check.finish().map_or(Ok(()), Err)
}

/// Those of the records that are records of the app's form.
async fn there(
    tx: &mut Tx,
    order: &Order,
    form: &Key,
    ids: &[RecordId],
) -> Result<Vec<RecordId>, Problem> {
    let wanted = ids.iter().map(|id| id.into_value()).collect();
    let rows = tx
        .all_of(sql!("select id, application_id, form from record where id in ($1)"), wanted)
        .await?;
    // The last id is asked for more than once.
    let mut found = BTreeSet::new();
    for row in rows {
        let own = row.get::<ApplicationId>("application_id")? == order.application;
        if own && row.get::<String>("form")? == form.as_str() {
            found.insert(row.get("id")?);
        }
    }
    Ok(found.into_iter().collect())
}

/// Notes which records go along: of each form the chosen ones, else the oldest, as many as were asked
/// for. Gives how many.
pub(super) async fn choose(
    tx: &mut Tx,
    order: &Order,
    delivery: &Delivery,
    options: &SendOptions,
) -> Result<i64, Problem> {
    forget(tx, delivery.id).await?;
    if !options.samples {
        return Ok(0);
    }
    let rows = tx
        .all(
            sql!(
                "select id, form, place from (select r.id, r.form, row_number() over \
                 (partition by r.form order by r.created_at, r.id) as place from record r \
                 join app_release_component c on c.release_id = $1 and c.kind = 'form' \
                 and c.key = r.form where r.application_id = $2) as ranked \
                 where place <= $3 order by form, place limit 100000"
            ),
            args![delivery.release, order.application, i64::from(SAMPLES_PER_FORM)],
        )
        .await?;
    let mut along: Vec<RecordId> = Vec::new();
    let mut forms = BTreeSet::new();
    for row in rows {
        let form = row.parse("form", |key| Key::parse(key).ok())?;
        let asked = row.get::<i64>("place")? <= i64::from(options.samples_of(&form));
        if asked && !options.records.contains_key(&form) {
            along.push(row.get("id")?);
        }
        forms.insert(form);
    }
    for (form, ids) in options.records.iter().filter(|(form, _)| forms.contains(*form)) {
        along.extend(there(tx, order, form, ids).await?);
    }
    let chosen: Vec<Vec<Value>> =
        (0_i64..).zip(along).map(|(position, id)| args![delivery.id, position, id]).collect();
    let count = i64::try_from(chosen.len()).internal()?;
    let head = "insert into delivery_sample (delivery_id, position, record_id)";
    tx.insert_many(head, chosen, "").await?;
    Ok(count)
}

/// How many records were chosen.
pub(super) async fn chosen(tx: &mut Tx, id: DeliveryId) -> Result<i64, Problem> {
    let row = tx
        .one(
            sql!("select count(*) as count from delivery_sample where delivery_id = $1"),
            args![id],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("count"))?)
}

/// Has the records that went along be found and sorted by the names of what they refer to, which
/// nobody looks up while they are copied.
pub(super) async fn name(
    backend: &Backend,
    tx: &mut Tx,
    delivery: &Delivery,
) -> Result<(), Problem> {
    if chosen(tx, delivery.id).await? > 0 {
        job::add(backend, tx, index::JOB, delivery.application).await?;
    }
    Ok(())
}

/// The choice is not needed any more.
pub(super) async fn forget(tx: &mut Tx, id: DeliveryId) -> Result<(), Problem> {
    tx.run(sql!("delete from delivery_sample where delivery_id = $1"), args![id]).await?;
    Ok(())
}

/// The id that the copy of something has in a delivery: always the same, so that copying again
/// makes nothing twice.
fn copy_id(delivery: DeliveryId, original: Uuid) -> Uuid {
    let digest = Sha256::new().chain_update(delivery.0).chain_update(original).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What a portion is copied with.
struct Copying<'a> {
    delivery: &'a Delivery,
    order: &'a Order,
    /// All records that go along; associations to others are left out.
    along: HashSet<RecordId>,
    /// The forms of the release.
    forms: HashMap<Key, FormDocument>,
}

/// Copies a portion of the chosen records. Gives what the log says about it.
pub(super) async fn copy(
    backend: &Backend,
    tx: &mut Tx,
    order: &Order,
    delivery: &Delivery,
    portion: i64,
) -> Result<String, Problem> {
    let rows = tx
        .all(
            sql!(
                "select r.* from delivery_sample s join record r on r.id = s.record_id \
                 where s.delivery_id = $1 and s.position >= $2 and s.position < $3 \
                 order by s.position limit 10000"
            ),
            args![delivery.id, portion * PORTION, (portion + 1) * PORTION],
        )
        .await?;
    let copying = Copying {
        delivery,
        order,
        along: along(tx, delivery.id).await?,
        forms: forms(tx, delivery, &rows).await?,
    };
    let mut copies = Copies::default();
    for row in &rows {
        copying.copy(backend, tx, row, &mut copies).await?;
    }
    let count = copies.records.len();
    let head = "insert into record (id, application_id, form, document, data, search, sample, \
                created_by, created_at, changed_by, changed_at, revision)";
    tx.insert_many(head, copies.records, "on conflict (id) do nothing").await?;
    let tail = "on conflict (record_id, field, position) do nothing";
    tx.insert_many(index::INSERT, copies.index, tail).await?;
    Ok(count.to_string())
}

async fn along(tx: &mut Tx, id: DeliveryId) -> Result<HashSet<RecordId>, Problem> {
    let rows = tx
        .all(
            sql!("select record_id from delivery_sample where delivery_id = $1 limit 100000"),
            args![id],
        )
        .await?;
    rows.iter().map(|row| Ok(row.get("record_id")?)).collect()
}

/// The forms of the release that records of this portion belong to.
async fn forms(
    tx: &mut Tx,
    delivery: &Delivery,
    records: &[Row],
) -> Result<HashMap<Key, FormDocument>, Problem> {
    let mut wanted: Vec<String> =
        records.iter().map(|row| row.get("form")).collect::<Result<_, _>>()?;
    wanted.sort();
    wanted.dedup();
    let mut found = Vec::new();
    for key in wanted {
        let row = tx
            .one(
                sql!(
                    "select c.key, d.body from app_release_component c \
                     join document d on d.digest = c.digest \
                     where c.release_id = $1 and c.kind = 'form' and c.key = $2"
                ),
                args![delivery.release, key],
            )
            .await?;
        found.extend(row);
    }
    Ok(document::forms_in_order(&found)?.into_iter().collect())
}

#[derive(Default)]
struct Copies {
    records: Vec<Vec<Value>>,
    index: Vec<Vec<Value>>,
}

impl Copying<'_> {
    async fn copy(
        &self,
        backend: &Backend,
        tx: &mut Tx,
        row: &Row,
        copies: &mut Copies,
    ) -> Result<(), Problem> {
        let key = row.parse("form", |key| Key::parse(key).ok())?;
        let Some(form) = self.forms.get(&key) else { return Ok(()) };
        let original: RecordId = row.get("id")?;
        let id = RecordId(copy_id(self.delivery.id, original.0));
        let values = row.parse("data", |json| RecordValues::parse(json).ok())?;
        let values = self.carry(tx, id, &values).await?;
        let (app, sender) = (self.delivery.application, self.delivery.sender);
        copies.records.push(args![
            id,
            app,
            key.as_str(),
            row.get::<String>("document")?,
            values.json(),
            search_text(form, &values, &Nameless),
            true,
            sender,
            row.get::<i64>("created_at")?,
            sender,
            backend.now(),
            1_i64
        ]);
        copies.index.extend(index::rows(app, &key, id, form, &values, &Nameless));
        Ok(())
    }

    /// The values without people, with the copies of files and of records that go along.
    async fn carry(
        &self,
        tx: &mut Tx,
        record: RecordId,
        values: &RecordValues,
    ) -> Result<RecordValues, Problem> {
        let mut copied = HashSet::new();
        for file in files_in(values) {
            if self.copy_file(tx, file, record).await? {
                copied.insert(file);
            }
        }
        let delivery = self.delivery.id;
        let file = |id: FileId| copied.contains(&id).then(|| FileId(copy_id(delivery, id.0)));
        let record =
            |id: RecordId| self.along.contains(&id).then(|| RecordId(copy_id(delivery, id.0)));
        Ok(values.carried_over(&file, &record))
    }

    /// A file of the customer's with the same content, which is stored once.
    async fn copy_file(
        &self,
        tx: &mut Tx,
        file: FileId,
        record: RecordId,
    ) -> Result<bool, Problem> {
        tx.run(
            sql!(
                "insert into file (id, organisation_id, area, subject, name, media_type, size, \
                 digest, uploaded_by, created_at) select cast($1 as text), cast($2 as text), \
                 'record', cast($3 as text), name, media_type, size, digest, cast($4 as text), \
                 created_at from file where id = $5 on conflict (id) do nothing"
            ),
            args![
                copy_id(self.delivery.id, file.0).to_string(),
                self.order.customer,
                record,
                self.delivery.sender,
                file
            ],
        )
        .await?;
        let there = tx
            .one(
                sql!("select id from file where id = $1"),
                args![copy_id(self.delivery.id, file.0).to_string()],
            )
            .await?;
        Ok(there.is_some())
    }
}

/// The files that values name, also in rows of sub-tables.
fn files_in(values: &RecordValues) -> Vec<FileId> {
    let named = RefCell::new(Vec::new());
    let note = |file| {
        named.borrow_mut().push(file);
        None
    };
    let _ = values.carried_over(&note, &|_| None);
    named.into_inner()
}

/// Serial numbers go on behind those of the sample records, so that none is given twice.
pub(super) async fn carry_counters(
    tx: &mut Tx,
    order: &Order,
    delivery: &Delivery,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into serial_counter (application_id, form, field, period, value, carried) \
             select cast($1 as text), s.form, s.field, s.period, s.value, s.value \
             from serial_counter s \
             where s.application_id = $2 and exists (select 1 from record r \
             where r.application_id = $1 and r.form = s.form) \
             on conflict (application_id, form, field, period) do nothing"
        ),
        args![delivery.application, order.application],
    )
    .await?;
    Ok(())
}
