//! Records: filling in a form, changing, deleting and reading what was filled in. Which records
//! somebody may see is decided by the app's lifecycle; a provider sees none but samples in a
//! customer's app, and nothing of one organisation's records is visible in another's app (Source:
//! APP-1, APP-3, APP-5).

pub mod export;
pub mod file;
pub mod index;
pub mod list;
pub mod names;
pub mod query;
pub mod reference;
mod serial;

use domain::{
    application::{ComponentKind, Digest, FormDocument, Key},
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, OrganisationId, RecordId},
    lang::Lang,
    lifecycle::Access,
    problem::Problem,
    record::{self, Filling, Pairs, RecordValues, search_text, seen},
    time::Timestamp,
    when::When,
};
use serde_json::json;

use crate::{
    Backend, application, args, audit,
    db::{Inconsistent, Row, Tx},
    lifecycle::{self, App},
    maintenance,
    problem::{changed_meanwhile, missing},
    sql,
};

pub use names::NameBook;

/// A record of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// The app.
    pub application: ApplicationId,
    /// The form.
    pub form: Key,
    /// The digest of the form as it was when the record was last written.
    pub document: String,
    /// What was filled in.
    pub values: RecordValues,
    /// Delivered as an example (Source: ORD-5).
    pub sample: bool,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// Who changed it last.
    pub changed_by: AccountId,
    /// When.
    pub changed_at: Timestamp,
    /// Rises with each change.
    pub revision: i64,
}

/// Reads a record from its row.
pub fn from_row(row: &Row) -> Result<Record, Inconsistent> {
    Ok(Record {
        id: row.get("id")?,
        application: row.get("application_id")?,
        form: row.parse("form", |text| Key::parse(text).ok())?,
        document: row.get("document")?,
        values: row.parse("data", |text| RecordValues::parse(text).ok())?,
        sample: row.get("sample")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        changed_by: row.get("changed_by")?,
        changed_at: row.get("changed_at")?,
        revision: row.get("revision")?,
    })
}

/// A form of an app and what this person may do with its records.
pub struct Room {
    /// The app.
    pub app: App,
    /// Which form.
    pub key: Key,
    /// The form as it is now.
    pub form: FormDocument,
    /// The digest of the form.
    pub digest: Digest,
    /// What this person may do.
    pub access: Access,
}

impl Room {
    /// The least that `sample` must be for this person to see a record.
    fn floor(&self) -> i64 {
        i64::from(self.access.samples_only())
    }

    /// The organisation whose app it is.
    pub fn organisation(&self) -> OrganisationId {
        self.app.organisation
    }
}

/// The refusal for forms that are not in the app.
pub fn no_such_form() -> Problem {
    missing("表单", "form")
}

/// The refusal for records that are not there, or not for this person.
pub fn no_such_record() -> Problem {
    missing("记录", "record")
}

/// The form `key` of an app, with this person's rights to its records.
pub async fn room(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
    key: &Key,
) -> Result<Room, Problem> {
    let found = lifecycle::access(tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, tx, actor, found).await?;
    if !access.use_ {
        return Err(lifecycle::no_app());
    }
    let row = tx
        .one(
            sql!(
                "select d.digest, d.body from application_component c \
                 join document d on d.digest = c.digest \
                 where c.application_id = $1 and c.kind = $2 and c.key = $3"
            ),
            args![id, ComponentKind::Form.code(), key.as_str()],
        )
        .await?
        .ok_or_else(no_such_form)?;
    let document = application::document::parse(&row, "body")?;
    let form = document.form().cloned().ok_or_else(no_such_form)?;
    let digest = row.parse("digest", |text| text.parse().ok())?;
    Ok(Room { app, key: key.clone(), form, digest, access })
}

/// Like [`room`], for a unit of work that writes a record: until its end nobody changes the form, so
/// that no field is missing in what the record is sorted and filtered by.
async fn hold(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
    key: &Key,
) -> Result<Room, Problem> {
    tx.share(sql!("select id from application where id = $1"), args![id]).await?;
    room(backend, tx, actor, id, key).await
}

/// Everything a page about one form needs before anything is filled in.
pub async fn enter(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    key: &Key,
) -> Result<Room, Problem> {
    actor.may(UseCase::RecordsRead)?;
    room(backend, &mut backend.read().await?, actor, id, key).await
}

/// What a new record holds before anybody fills it in.
pub async fn blank(backend: &Backend, actor: &Actor, room: &Room) -> Result<RecordValues, Problem> {
    Ok(record::initial(&room.form, &filling(backend, actor, room).await?))
}

/// Who fills in a form, and when by the clocks of the app's organisation.
pub async fn filling(
    backend: &Backend,
    actor: &Actor,
    room: &Room,
) -> Result<Filling<'static>, Problem> {
    filling_in(backend, &mut backend.read().await?, actor, room).await
}

/// Whoever fills in a form is named in it only as a member of the app's organisation.
async fn filling_in(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    room: &Room,
) -> Result<Filling<'static>, Problem> {
    let zone = crate::organisation::find(tx, room.organisation()).await?.zone;
    let own = actor.membership()?.organisation == room.organisation();
    let me = own.then_some(actor.person()?.account);
    Ok(Filling { now: When::at(backend.now(), &zone), me, before: None })
}

/// Files a record.
pub async fn create(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    form: &Key,
    pairs: &Pairs,
) -> Result<RecordId, Problem> {
    actor.may(UseCase::RecordCreate)?;
    let mut tx = backend.begin().await?;
    let room = hold(backend, &mut tx, actor, id, form).await?;
    let filling = filling_in(backend, &mut tx, actor, &room).await?;
    let mut values = record::read(&room.form, pairs, &filling)?;
    let record_id: RecordId = backend.id();
    reference::verify(&mut tx, actor, &room, record_id, &values, None).await?;
    serial::draw(&mut tx, &room, filling.now.date, &mut values).await?;
    let names = names::load(&mut tx, &room, &[(&values, &room.form)], Lang::Zh).await?;
    let (author, at) = (actor.person()?.account, backend.now());
    tx.run(
        sql!(
            "insert into record (id, application_id, form, document, data, search, sample, \
             created_by, created_at, changed_by, changed_at, revision) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, 1)"
        ),
        args![
            record_id,
            id,
            form.as_str(),
            room.digest.to_string(),
            values.json(),
            search_text(&room.form, &values, &names),
            room.access.samples_only(),
            author,
            at
        ],
    )
    .await?;
    index::put(&mut tx, &room, record_id, &values, &names).await?;
    file::keep(&mut tx, actor, &room, record_id, &values).await?;
    note(backend, &mut tx, actor, &room, record_id, "record.created").await?;
    tx.commit().await?;
    Ok(record_id)
}

async fn note(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    room: &Room,
    record: RecordId,
    action: &str,
) -> Result<(), Problem> {
    let app = &room.app;
    let form = &room.form.title;
    let detail = json!({ "application": app.id, "name": app.name, "form": form, "key": room.key });
    audit::record(backend, tx, actor, &[room.organisation()], action, record, detail).await
}

/// The record `id` of a form, if this person may see it.
pub async fn find(tx: &mut Tx, room: &Room, id: RecordId) -> Result<Record, Problem> {
    let row = tx
        .one(
            sql!(
                "select * from record where id = $1 and application_id = $2 and form = $3 \
                 and sample >= $4"
            ),
            args![id, room.app.id, room.key.as_str(), room.floor()],
        )
        .await?;
    Ok(from_row(&row.ok_or_else(no_such_record)?)?)
}

/// Changes a record that is still at `revision`. Fields that are gone from the form keep what they
/// held.
pub async fn change(
    backend: &Backend,
    actor: &Actor,
    application: ApplicationId,
    form: &Key,
    id: RecordId,
    revision: i64,
    pairs: &Pairs,
) -> Result<(), Problem> {
    actor.may(UseCase::RecordChange)?;
    let mut tx = backend.begin().await?;
    let room = hold(backend, &mut tx, actor, application, form).await?;
    let held = find(&mut tx, &room, id).await?;
    if held.revision != revision {
        return Err(changed_meanwhile());
    }
    let filling = filling_in(backend, &mut tx, actor, &room).await?;
    let filling = Filling { before: Some(&held.values), ..filling };
    let mut values = record::read(&room.form, pairs, &filling)?;
    reference::verify(&mut tx, actor, &room, id, &values, Some(&held.values)).await?;
    serial::draw(&mut tx, &room, filling.now.date, &mut values).await?;
    let names = names::load(&mut tx, &room, &[(&values, &room.form)], Lang::Zh).await?;
    let touched = tx
        .run(
            sql!(
                "update record set document = $1, data = $2, search = $3, changed_by = $4, \
                 changed_at = $5, revision = revision + 1 where id = $6 and revision = $7"
            ),
            args![
                room.digest.to_string(),
                values.json(),
                search_text(&room.form, &values, &names),
                actor.person()?.account,
                backend.now(),
                id,
                revision
            ],
        )
        .await?;
    if touched == 0 {
        return Err(changed_meanwhile());
    }
    index::put(&mut tx, &room, id, &values, &names).await?;
    file::keep(&mut tx, actor, &room, id, &values).await?;
    note(backend, &mut tx, actor, &room, id, "record.changed").await?;
    Ok(tx.commit().await?)
}

/// Deletes a record that is still at `revision`, with its files.
pub async fn delete(
    backend: &Backend,
    actor: &Actor,
    application: ApplicationId,
    form: &Key,
    id: RecordId,
    revision: i64,
) -> Result<(), Problem> {
    actor.may(UseCase::RecordDelete)?;
    let mut tx = backend.begin().await?;
    let room = room(backend, &mut tx, actor, application, form).await?;
    find(&mut tx, &room, id).await?;
    let touched = tx
        .run(sql!("delete from record where id = $1 and revision = $2"), args![id, revision])
        .await?;
    if touched == 0 {
        return Err(changed_meanwhile());
    }
    file::forget(&mut tx, id).await?;
    note(backend, &mut tx, actor, &room, id, "record.deleted").await?;
    Ok(tx.commit().await?)
}

/// A record as a page shows it, without what its form hides.
pub struct View {
    /// The form it belongs to.
    pub room: Room,
    /// The record.
    pub record: Record,
    /// The form as it was when the record was last written; shows fields that are gone since.
    pub written_under: FormDocument,
    /// The names of what it refers to.
    pub names: NameBook,
    /// Who made it.
    pub created_by: String,
    /// Who changed it last.
    pub changed_by: String,
}

/// Reads a record with everything needed to show it.
pub async fn view(
    backend: &Backend,
    actor: &Actor,
    application: ApplicationId,
    form: &Key,
    id: RecordId,
    lang: Lang,
) -> Result<View, Problem> {
    actor.may(UseCase::RecordRead)?;
    let mut tx = backend.read().await?;
    let room = room(backend, &mut tx, actor, application, form).await?;
    let mut record = find(&mut tx, &room, id).await?;
    let document = application::document::get(&mut tx, &record.document).await?;
    let written_under = document.form().cloned().unwrap_or_default();
    record.values = seen(&room.form, &record.values);
    let mut names = names::load(
        &mut tx,
        &room,
        &[(&record.values, &room.form), (&record.values, &written_under)],
        lang,
    )
    .await?;
    names.add_accounts(&mut tx, [record.created_by, record.changed_by]).await?;
    let name = |id| domain::record::Names::account(&names, id).unwrap_or_default();
    let (created_by, changed_by) = (name(record.created_by), name(record.changed_by));
    Ok(View { room, record, written_under, names, created_by, changed_by })
}
