//! The audit trail in storage: one chain per organisation and one for the installation
//! (Source: ALL-1).

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    audit::{Break, Entry, GENESIS, Head, Verifier, sentence},
    authority::{Actor, UseCase},
    identity::OrganisationId,
    lang::Lang,
    problem::Problem,
    record::csv_text,
    time::{Timestamp, Zone},
};
use futures::{Stream, TryStreamExt, stream};
use serde_json::Value as Json;

use crate::{
    Backend, args,
    db::{Row, StorageError, Tx},
    page,
    problem::Internal,
    sql,
};

/// The chain of the installation itself.
pub const INSTALLATION: &str = "installation";
/// How many entries a page shows.
pub const PAGE: i64 = 50;

/// Records a step in the chain of every organisation concerned, within the step's unit of work.
/// Steps that concern no organisation go to the chain of the installation.
pub async fn record(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    concerned: &[OrganisationId],
    action: &str,
    subject: impl ToString,
    detail: Json,
) -> Result<(), Problem> {
    let of_chain = |organisation: &OrganisationId| (organisation.to_string(), detail.clone());
    let mut told: Vec<(String, Json)> = concerned.iter().map(of_chain).collect();
    if told.is_empty() {
        told.push((INSTALLATION.to_owned(), detail));
    }
    append_all(backend, tx, actor, told, action, subject.to_string()).await
}

/// Like [`record`], for steps of which each organisation reads something else.
pub async fn record_each(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    told: impl IntoIterator<Item = (OrganisationId, Json)>,
    action: &str,
    subject: impl ToString,
) -> Result<(), Problem> {
    let told = told.into_iter().map(|(organisation, detail)| (organisation.to_string(), detail));
    append_all(backend, tx, actor, told.collect(), action, subject.to_string()).await
}

/// Appends to each chain once, always in the order of their names: a unit of work holds the chains
/// that it has appended to, and two that took them in another order would wait for each other.
async fn append_all(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    mut told: Vec<(String, Json)>,
    action: &str,
    subject: String,
) -> Result<(), Problem> {
    told.sort_by(|(one, _), (other, _)| one.cmp(other));
    told.dedup_by(|(one, _), (other, _)| one == other);
    let (account, name) = match actor {
        Actor::Person(person) => (person.account.to_string(), person.name.clone()),
        Actor::Stranger { .. } => ("stranger".to_owned(), String::new()),
        Actor::System => ("system".to_owned(), "Fenfa".to_owned()),
    };
    let (mut entries, mut heads) = (Vec::new(), Vec::new());
    for (chain, detail) in told {
        let (position, previous) = advance(tx, &chain).await?;
        let entry = Entry {
            chain,
            position,
            at: backend.now(),
            actor: account.clone(),
            actor_name: name.clone(),
            action: action.to_owned(),
            subject: subject.clone(),
            detail: detail.to_string(),
            address: actor.address().to_owned(),
            previous,
        };
        let head = Head { chain: entry.chain.clone(), position, hash: entry.hash() };
        let signature = backend.key().map_or_else(String::new, |key| key.sign_head(&head));
        entries.push(args![
            entry.chain,
            entry.position,
            entry.at,
            entry.actor,
            entry.actor_name,
            entry.action,
            entry.subject,
            entry.detail,
            entry.address,
            entry.previous,
            &head.hash
        ]);
        heads.push(args![head.chain, head.position, head.hash, signature]);
    }
    let entry = "insert into audit_entry (chain, position, at, actor, actor_name, action, subject, \
                 detail, address, previous, hash)";
    tx.insert_many(entry, entries, "").await?;
    let head = "insert into audit_head (chain, position, hash, signature)";
    let move_on = "on conflict (chain) do update set hash = excluded.hash, \
                   signature = excluded.signature";
    tx.insert_many(head, heads, move_on).await?;
    Ok(())
}

/// The position of a chain's next entry, and the hash of the one before it. The head's row is the
/// chain's lock: on PostgreSQL, units of work append one after another.
async fn advance(tx: &mut Tx, chain: &str) -> Result<(i64, String), Problem> {
    let row = tx
        .one(
            sql!(
                "insert into audit_head (chain, position, hash, signature) values ($1, 1, $2, '') \
                 on conflict (chain) do update set position = audit_head.position + 1 \
                 returning position, hash"
            ),
            args![chain, GENESIS],
        )
        .await?;
    let row = row.ok_or("a chain without a head").internal()?;
    Ok((row.get("position")?, row.get("hash")?))
}

pub(crate) fn from_row(row: &Row) -> Result<(Entry, String), StorageError> {
    let entry = Entry {
        chain: row.get("chain")?,
        position: row.get("position")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        actor_name: row.get("actor_name")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        detail: row.get("detail")?,
        address: row.get("address")?,
        previous: row.get("previous")?,
    };
    Ok((entry, row.get("hash")?))
}

/// What somebody may read: the chain of the own organisation, or, for operators, of any.
pub fn readable(actor: &Actor, chain: Option<&str>) -> Result<String, Problem> {
    if let Some(chain) = chain {
        actor.may(UseCase::AuditReadAll)?;
        return Ok(chain.to_owned());
    }
    actor.may(UseCase::AuditRead)?;
    Ok(actor.membership()?.organisation.to_string())
}

/// Which entries a page shows.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// The chain, for operators; `None` is the chain of the organisation acted in.
    pub chain: Option<&'a str>,
    /// Only actions of this area, such as `project`; empty is all of them.
    pub area: &'a str,
    /// Only steps of people whose name contains this; empty is all of them.
    pub by: &'a str,
    /// Only steps after this moment.
    pub since: Option<Timestamp>,
    /// Only steps up to this moment.
    pub until: Option<Timestamp>,
    /// Only entries before this position.
    pub before: Option<i64>,
}

/// The entries wanted, the newest first.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    wanted: &Wanted<'_>,
) -> Result<Vec<Entry>, Problem> {
    let chain = readable(actor, wanted.chain)?;
    let area: String = wanted.area.chars().filter(char::is_ascii_lowercase).collect();
    let actions = if area.is_empty() { "%".to_owned() } else { format!("{area}.%") };
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select * from audit_entry where chain = $1 and position < $2 and action like $3 \
                 and lower(actor_name) like $4 escape '\\' and at > $5 and at <= $6 \
                 order by position desc limit $7"
            ),
            args![
                chain,
                wanted.before.unwrap_or(i64::MAX),
                actions,
                page::pattern(wanted.by),
                wanted.since.unwrap_or(Timestamp(i64::MIN)),
                wanted.until.unwrap_or(Timestamp(i64::MAX)),
                PAGE
            ],
        )
        .await?;
    rows.iter().map(|row| Ok(from_row(row)?.0)).collect()
}

/// What an organisation's chain says of one thing, the oldest first; for use cases that have the
/// right to the thing.
pub async fn of_subject(
    tx: &mut Tx,
    organisation: OrganisationId,
    subject: &str,
) -> Result<Vec<Entry>, Problem> {
    let rows = tx
        .all(
            sql!("select * from audit_entry where chain = $1 and subject = $2 order by position limit 200"),
            args![organisation, subject],
        )
        .await?;
    rows.iter().map(|row| Ok(from_row(row)?.0)).collect()
}

/// How many entries of an export are read at once.
const PORTION: i64 = 500;
/// The columns of an export.
const COLUMNS: [&str; 11] = [
    "position",
    "at",
    "actor",
    "name",
    "action",
    "subject",
    "detail",
    "address",
    "hash",
    "local_time",
    "sentence",
];

/// The whole chain as UTF-8 CSV with a byte order mark, oldest entry first; read and given on in
/// portions, so that memory stays flat however long the chain is. Beside the codes stand the moment
/// in `zone` and what was done in words of `lang`.
pub fn export(
    backend: Arc<Backend>,
    actor: &Actor,
    chain: Option<&str>,
    lang: Lang,
    zone: Zone,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + Send + 'static, Problem> {
    let chain = readable(actor, chain)?;
    let first = Some((backend, chain, zone, 0));
    Ok(stream::try_unfold(first, move |place| async move {
        let Some((backend, chain, zone, after)) = place else { return Ok(None) };
        let (portion, last) = portion(&backend, &chain, lang, &zone, after).await?;
        Ok(Some((portion, last.map(|last| (backend, chain, zone, last)))))
    }))
}

/// The entries after a position as CSV, with the head before the first, and the position of the last
/// where there may be more.
async fn portion(
    backend: &Backend,
    chain: &str,
    lang: Lang,
    zone: &Zone,
    after: i64,
) -> Result<(Bytes, Option<i64>), Problem> {
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select * from audit_entry where chain = $1 and position > $2 order by position \
                 limit $3"
            ),
            args![chain, after, PORTION],
        )
        .await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    if after == 0 {
        csv.write_record(COLUMNS).internal()?;
    }
    let mut last = after;
    for row in &rows {
        let (entry, hash) = from_row(row)?;
        last = entry.position;
        csv.write_record(cells(entry, hash, lang, zone).map(|cell| csv_text(&cell))).internal()?;
    }
    let mut bytes = csv.into_inner().internal()?;
    if after == 0 {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    }
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == PORTION);
    Ok((Bytes::from(bytes), full.then_some(last)))
}

fn cells(entry: Entry, hash: String, lang: Lang, zone: &Zone) -> [String; 11] {
    let said = sentence(&entry.action, &entry.detail).get(lang).to_owned();
    let local = zone.exact_seconds(entry.at);
    [
        entry.position.to_string(),
        entry.at.rfc3339(),
        entry.actor,
        entry.actor_name,
        entry.action,
        entry.subject,
        entry.detail,
        entry.address,
        hash,
        local,
        said,
    ]
}

/// What checking every chain came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries there are.
    pub entries: i64,
    /// Where chains are broken: the chain and the place.
    pub breaks: Vec<(String, Break)>,
    /// How far the whole chains have come, to be kept elsewhere, and whether this installation
    /// signed that: not where a chain was last appended to before heads were signed.
    pub heads: Vec<(Head, bool)>,
}

/// A chain that is being checked.
struct Checked {
    chain: String,
    verifier: Verifier,
    broken: Option<Break>,
    head: Option<(Head, String)>,
}

impl Checked {
    /// Begins with the row of an entry, which has the head of its chain beside it.
    fn of(row: &Row, chain: &str) -> Result<Self, StorageError> {
        let head = match row.get("head_position")? {
            Some(position) => {
                let head = Head { chain: chain.to_owned(), position, hash: row.get("head_hash")? };
                Some((head, row.get("signature")?))
            }
            None => None,
        };
        let (verifier, broken) = (Verifier::default(), None);
        Ok(Self { chain: chain.to_owned(), verifier, broken, head })
    }

    fn next(&mut self, entry: &Entry, hash: &str) {
        if self.broken.is_none() {
            self.broken = self.verifier.next(entry, hash).err();
        }
    }

    fn end(self, backend: &Backend, verdict: &mut Verdict) {
        let head = self.head.as_ref().map(|(head, _)| head);
        let broken = self.broken.or_else(|| self.verifier.end(head).err());
        let signed = self.head.as_ref().and_then(|(head, signature)| {
            let key = backend.key().filter(|_| !signature.is_empty())?;
            Some(key.verify_head(head, signature))
        });
        match (broken, self.head) {
            (Some(found), _) => verdict.breaks.push((self.chain, found)),
            (None, Some((head, _))) if signed == Some(false) => {
                let reason = "the head of its chain was not signed by this installation";
                verdict.breaks.push((self.chain, Break { position: head.position, reason }));
            }
            (None, head) => verdict.heads.extend(head.map(|(head, _)| (head, signed.is_some()))),
        }
    }
}

/// Checks every chain: that each entry follows the one before it, and that the last is the one that
/// this installation has signed.
pub async fn verify(backend: &Backend) -> Result<Verdict, StorageError> {
    let mut tx = backend.read().await?;
    let mut verdict = Verdict::default();
    let mut rows = tx.stream(
        sql!(
            "select a.*, h.position as head_position, h.hash as head_hash, h.signature \
             from audit_entry a left join audit_head h on h.chain = a.chain \
             order by a.chain, a.position"
        ),
        args![],
    );
    let mut checked: Option<Checked> = None;
    while let Some(row) = rows.try_next().await? {
        let (entry, hash) = from_row(&row)?;
        verdict.entries += 1;
        match &mut checked {
            Some(checked) if checked.chain == entry.chain => checked.next(&entry, &hash),
            _ => {
                let mut next = Checked::of(&row, &entry.chain)?;
                next.next(&entry, &hash);
                if let Some(before) = checked.replace(next) {
                    before.end(backend, &mut verdict);
                }
            }
        }
    }
    drop(rows);
    if let Some(last) = checked {
        last.end(backend, &mut verdict);
    }
    // Of a chain without any entry only the head is left.
    let emptied = tx
        .all(
            sql!(
                "select h.chain, h.position from audit_head h where not exists \
                 (select a.position from audit_entry a where a.chain = h.chain) limit 1000"
            ),
            args![],
        )
        .await?;
    for row in emptied {
        let found =
            Break { position: row.get("position")?, reason: "the last entries are missing" };
        verdict.breaks.push((row.get("chain")?, found));
    }
    Ok(verdict)
}
