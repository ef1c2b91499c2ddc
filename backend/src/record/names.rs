//! The names of what records refer to, looked up for all records of a page at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use domain::{
    application::{FieldKind, FormDocument, Key},
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, FileId, RecordId},
    lang::Lang,
    problem::Problem,
    record::{Nameless, Names, RecordValues, Value, title_by, title_keys},
};

use super::{Room, reference};
use crate::{
    Backend,
    application::document,
    db::{IntoValue, Row, Tx},
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

    /// Notes what people recognise records by, in words that `names` knows.
    fn add_titles(&mut self, records: &[Found], wanted: &Titled, lang: Lang, names: &dyn Names) {
        for record in records {
            let keys = wanted.get(&record.id).map_or(&[][..], Vec::as_slice);
            let title = title_by(&record.explained, keys, &record.values, lang, names);
            self.records.insert(record.id, title);
            self.forms.insert(record.id, record.form.clone());
        }
    }
}

/// Records, with the fields by which people recognise them; without any the form's own choice.
type Titled = BTreeMap<RecordId, Vec<Key>>;

/// A record that is referred to.
struct Found {
    id: RecordId,
    form: Key,
    /// The form as it is now, or where it is gone as it was.
    explained: Arc<FormDocument>,
    values: RecordValues,
}

/// The records among these that may be named.
async fn find(tx: &mut Tx, seen: Seen, wanted: &Titled) -> Result<Vec<Found>, Problem> {
    let ids = wanted.keys().map(|id| id.into_value()).collect();
    let rows = tx
        .all_of(
            sql!(
                "select r.id, r.application_id, r.form, r.sample, r.data, \
                 coalesce(n.digest, d.digest) as digest, coalesce(n.body, d.body) as body \
                 from record r join document d on d.digest = r.document \
                 left join application_component c on c.application_id = r.application_id \
                 and c.kind = 'form' and c.key = r.form \
                 left join document n on n.digest = c.digest where r.id in ($1)"
            ),
            ids,
        )
        .await?;
    let mut forms: HashMap<String, Arc<FormDocument>> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let foreign = row.get::<ApplicationId>("application_id")? != seen.application;
        if foreign || row.get::<i64>("sample")? < seen.floor {
            continue;
        }
        let digest: String = row.get("digest")?;
        if !forms.contains_key(&digest) {
            let document = document::parse(&row, "body")?;
            let form = document.form().cloned().unwrap_or_default();
            forms.insert(digest.clone(), Arc::new(form));
        }
        let Some(explained) = forms.get(&digest).cloned() else { continue };
        let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
        let form = row.parse("form", |text| Key::parse(text).ok())?;
        found.push(Found { id: row.get("id")?, form, explained, values });
    }
    Ok(found)
}

/// What some records, or the inputs of a form, refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// People.
    pub accounts: BTreeSet<AccountId>,
    /// Files.
    pub files: BTreeSet<FileId>,
    /// Records, with the fields by which people recognise them.
    pub records: Titled,
}

impl Wanted {
    /// Looks all of it up; titles of records may refer to something in turn.
    async fn load(
        self,
        tx: &mut Tx,
        seen: impl Into<Seen>,
        lang: Lang,
    ) -> Result<NameBook, Problem> {
        let seen = seen.into();
        let records = find(tx, seen, &self.records).await?;
        let mut deeper = Self::default();
        for record in &records {
            let keys = self.records.get(&record.id).map_or(&[][..], Vec::as_slice);
            deeper.collect_title(&record.values, &record.explained, keys);
        }
        let further = find(tx, seen, &deeper.records).await?;
        let mut within = NameBook::default();
        within.add_accounts(tx, deeper.accounts).await?;
        within.add_files(tx, deeper.files).await?;
        within.add_titles(&further, &deeper.records, lang, &Nameless);
        let mut book = NameBook::default();
        book.add_accounts(tx, self.accounts).await?;
        book.add_files(tx, self.files).await?;
        book.add_titles(&records, &self.records, lang, &within);
        Ok(book)
    }

    /// What a record's title refers to; `keys` are the fields that it is made of.
    fn collect_title(&mut self, values: &RecordValues, form: &FormDocument, keys: &[Key]) {
        for key in title_keys(form, keys, values) {
            if let Some(value) = values.get(key.as_str()) {
                let field = form.field_ever(key.as_str());
                self.collect_value(value, field.map(|field| &field.kind));
            }
        }
    }

    fn collect(&mut self, values: &RecordValues, form: &FormDocument) {
        for (key, value) in values.iter() {
            self.collect_value(value, form.field_ever(key.as_str()).map(|field| &field.kind));
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
                        Some(FieldKind::SubTable(table)) => table.column_ever(key.as_str()),
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
        wanted.collect(values, form);
    }
    wanted.load(tx, seen, lang).await
}

/// What people recognise records by: each row has an `id`, its `data` and as `body` a form that
/// explains it; `keys` are the fields chosen for it, if any were.
pub async fn titles(
    tx: &mut Tx,
    seen: impl Into<Seen>,
    rows: &[Row],
    keys: &[Key],
    lang: Lang,
) -> Result<Vec<(RecordId, String)>, Problem> {
    let (mut wanted, mut records) = (Wanted::default(), Vec::new());
    for row in rows {
        let form = document::parse(row, "body")?.form().cloned().unwrap_or_default();
        let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
        wanted.collect_title(&values, &form, keys);
        records.push((row.get("id")?, form, values));
    }
    let names = wanted.load(tx, seen, lang).await?;
    let title = |form: &FormDocument, values| title_by(form, keys, values, lang, &names);
    Ok(records.iter().map(|(id, form, values)| (*id, title(form, values))).collect())
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
    known.collect(held, &room.form);
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
