//! The names of what records refer to, looked up for all records of a page at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    application::{Document, FieldKind, FormDocument, Key},
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, FileId, RecordId},
    lang::Lang,
    problem::Problem,
    record::{Nameless, Names, RecordValues, Value, title_by},
};

use super::{Room, reference};
use crate::{
    Backend,
    application::document,
    db::{IntoValue, Tx},
    sql,
};

/// A file as a record shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
}

/// Names that were looked up.
#[derive(Clone, Debug, Default)]
pub struct NameBook {
    accounts: HashMap<AccountId, String>,
    files: HashMap<FileId, FileName>,
    records: HashMap<RecordId, String>,
    /// The form of each record, for links to it.
    forms: HashMap<RecordId, Key>,
}

impl Names for NameBook {
    fn account(&self, account: AccountId) -> Option<String> {
        self.accounts.get(&account).cloned()
    }
    fn file(&self, file: FileId) -> Option<String> {
        self.files.get(&file).map(|file| file.name.clone())
    }
    fn record(&self, record: RecordId) -> Option<String> {
        self.records.get(&record).cloned()
    }
}

impl NameBook {
    /// What is known of a file.
    pub fn file_of(&self, file: FileId) -> Option<&FileName> {
        self.files.get(&file)
    }

    /// The form of a record that is referred to.
    pub fn form_of(&self, record: RecordId) -> Option<&Key> {
        self.forms.get(&record)
    }

    /// Looks up people.
    pub async fn add_accounts(
        &mut self,
        tx: &mut Tx,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<(), Problem> {
        let ids: BTreeSet<AccountId> = ids.into_iter().collect();
        let ids = ids.into_iter().map(IntoValue::into_value).collect();
        for row in tx.all_of(sql!("select id, name from account where id in ($1)"), ids).await? {
            self.accounts.insert(row.get("id")?, row.get("name")?);
        }
        Ok(())
    }

    /// Looks up files.
    async fn add_files(
        &mut self,
        tx: &mut Tx,
        ids: impl IntoIterator<Item = FileId>,
    ) -> Result<(), Problem> {
        let ids: BTreeSet<FileId> = ids.into_iter().collect();
        let ids = ids.into_iter().map(IntoValue::into_value).collect();
        let rows = tx
            .all_of(sql!("select id, name, media_type, size from file where id in ($1)"), ids)
            .await?;
        for row in rows {
            let file = FileName {
                name: row.get("name")?,
                media_type: row.get("media_type")?,
                size: row.get("size")?,
            };
            self.files.insert(row.get("id")?, file);
        }
        Ok(())
    }

    /// Looks up what people recognise records of this app by.
    async fn add_records(
        &mut self,
        tx: &mut Tx,
        seen: Seen,
        wanted: &BTreeMap<RecordId, Vec<Key>>,
        lang: Lang,
    ) -> Result<(), Problem> {
        let ids = wanted.keys().map(|id| id.into_value()).collect();
        let rows = tx
            .all_of(
                sql!(
                    "select r.id, r.application_id, r.form, r.sample, r.data, r.document, d.body \
                     from record r join document d on d.digest = r.document where r.id in ($1)"
                ),
                ids,
            )
            .await?;
        let mut documents: HashMap<String, Document> = HashMap::new();
        for row in rows {
            let foreign = row.get::<ApplicationId>("application_id")? != seen.application;
            if foreign || row.get::<i64>("sample")? < seen.floor {
                continue;
            }
            let digest: String = row.get("document")?;
            if !documents.contains_key(&digest) {
                documents.insert(digest.clone(), document::parse(&row, "body")?);
            }
            let Some(form) = documents.get(&digest).and_then(Document::form) else { continue };
            let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
            let id: RecordId = row.get("id")?;
            let keys = wanted.get(&id).map_or(&[][..], Vec::as_slice);
            self.records.insert(id, title_by(form, keys, &values, lang, &Nameless));
            self.forms.insert(id, row.parse("form", |text| Key::parse(text).ok())?);
        }
        Ok(())
    }
}

/// What some records, or the inputs of a form, refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// People.
    pub accounts: BTreeSet<AccountId>,
    /// Files.
    pub files: BTreeSet<FileId>,
    /// Records, with the fields by which people recognise them.
    pub records: BTreeMap<RecordId, Vec<Key>>,
}

impl Wanted {
    async fn load(
        self,
        tx: &mut Tx,
        seen: impl Into<Seen>,
        lang: Lang,
    ) -> Result<NameBook, Problem> {
        let mut book = NameBook::default();
        book.add_accounts(tx, self.accounts).await?;
        book.add_files(tx, self.files).await?;
        book.add_records(tx, seen.into(), &self.records, lang).await?;
        Ok(book)
    }

    fn collect(&mut self, values: &RecordValues, form: Option<&FormDocument>) {
        for (key, value) in values.iter() {
            let kind = form.and_then(|form| form.field_ever(key.as_str())).map(|field| &field.kind);
            self.collect_value(value, kind);
        }
    }

    fn collect_value(&mut self, value: &Value, kind: Option<&FieldKind>) {
        match value {
            Value::Members(ids) => self.accounts.extend(ids),
            Value::Files(ids) => self.files.extend(ids),
            Value::Records(ids) => {
                let display = match kind {
                    Some(FieldKind::Association(association)) => association.display.clone(),
                    _ => Vec::new(),
                };
                for id in ids {
                    let held = self.records.entry(*id).or_default();
                    if held.is_empty() {
                        held.clone_from(&display);
                    }
                }
            }
            Value::Rows(rows) => {
                for (key, value) in rows.iter().flat_map(RecordValues::iter) {
                    let column = match kind {
                        Some(FieldKind::SubTable(table)) => table.column(key.as_str()),
                        _ => None,
                    };
                    self.collect_value(value, column.map(|column| &column.kind));
                }
            }
            _ => {}
        }
    }
}

/// Which records may be named.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Those of this app.
    pub application: ApplicationId,
    /// The least that `sample` must be.
    pub floor: i64,
}

impl From<&Room> for Seen {
    fn from(room: &Room) -> Self {
        Self { application: room.app.id, floor: room.floor() }
    }
}

/// Looks up everything that records refer to; each record comes with a form that explains it.
pub async fn load(
    tx: &mut Tx,
    seen: impl Into<Seen>,
    records: &[(&RecordValues, &FormDocument)],
    lang: Lang,
) -> Result<NameBook, Problem> {
    let mut wanted = Wanted::default();
    for (values, form) in records {
        wanted.collect(values, Some(form));
    }
    wanted.load(tx, seen, lang).await
}

/// Looks up what somebody typed, as far as it is that person's business: members of the app's
/// organisation, files of their own that wait for a form, records of the app, and whatever the
/// record holds. In a maintenance session members are not (Source: APP-5).
pub async fn load_typed(
    backend: &Backend,
    actor: &Actor,
    room: &Room,
    typed: Wanted,
    held: &RecordValues,
    lang: Lang,
) -> Result<NameBook, Problem> {
    actor.may(UseCase::RecordsRead)?;
    let mut tx = backend.read().await?;
    let mut known = Wanted::default();
    known.collect(held, Some(&room.form));
    if !room.access.samples_only() {
        known.accounts.extend(reference::members_among(&mut tx, room, typed.accounts).await?);
    }
    known.files.extend(staged_among(&mut tx, actor, typed.files).await?);
    known.records.extend(typed.records);
    known.load(&mut tx, room, lang).await
}

/// Which of these files this person has uploaded for a form that was not accepted yet.
async fn staged_among(
    tx: &mut Tx,
    actor: &Actor,
    files: BTreeSet<FileId>,
) -> Result<Vec<FileId>, Problem> {
    let me = actor.person()?.account;
    let ids = files.into_iter().map(IntoValue::into_value).collect();
    let rows = tx
        .all_of(sql!("select id, uploaded_by from file where area = 'staged' and id in ($1)"), ids)
        .await?;
    let mut own = Vec::new();
    for row in rows {
        if row.get::<AccountId>("uploaded_by")? == me {
            own.push(row.get("id")?);
        }
    }
    Ok(own)
}
