//! The audit trail in storage: one chain per organisation and one for the installation
//! (Source: ALL-1).

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    audit::{Break, Entry, GENESIS, Verifier},
    authority::{Actor, UseCase},
    identity::OrganisationId,
    problem::Problem,
};
use futures::{Stream, TryStreamExt, stream};
use serde_json::Value as Json;

use crate::{
    Backend, args,
    db::{Row, StorageError, Tx},
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
    let mut chains: Vec<String> = concerned.iter().map(ToString::to_string).collect();
    chains.sort();
    chains.dedup();
    if chains.is_empty() {
        chains.push(INSTALLATION.to_owned());
    }
    let (account, name) = match actor {
        Actor::Person(person) => (person.account.to_string(), person.name.clone()),
        Actor::Stranger { .. } => ("stranger".to_owned(), String::new()),
        Actor::System => ("system".to_owned(), "Fenfa".to_owned()),
    };
    for chain in chains {
        let entry = Entry {
            chain,
            position: 0,
            at: backend.now(),
            actor: account.clone(),
            actor_name: name.clone(),
            action: action.to_owned(),
            subject: subject.to_string(),
            detail: detail.to_string(),
            address: actor.address().to_owned(),
            previous: String::new(),
        };
        append(tx, entry).await?;
    }
    Ok(())
}

async fn append(tx: &mut Tx, mut entry: Entry) -> Result<(), Problem> {
    // The counter row is the chain's lock: on PostgreSQL, units of work append one after another.
    let row = tx
        .one(
            sql!(
                "insert into number_series (series, day, value) values ('audit', $1, 1) \
                 on conflict (series, day) do update set value = number_series.value + 1 \
                 returning value"
            ),
            args![&entry.chain],
        )
        .await?;
    entry.position = row.map_or(Ok(1), |row| row.get("value"))?;
    let last = tx
        .one(
            sql!("select hash from audit_entry where chain = $1 and position = $2"),
            args![&entry.chain, entry.position - 1],
        )
        .await?;
    entry.previous = last.map_or(Ok(GENESIS.to_owned()), |row| row.get("hash"))?;
    let hash = entry.hash();
    tx.run(
        sql!(
            "insert into audit_entry (chain, position, at, actor, actor_name, action, subject, \
             detail, address, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
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
            hash
        ],
    )
    .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<(Entry, String), StorageError> {
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
                 order by position desc limit $4"
            ),
            args![chain, wanted.before.unwrap_or(i64::MAX), actions, PAGE],
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
const COLUMNS: [&str; 9] =
    ["position", "at", "actor", "name", "action", "subject", "detail", "address", "hash"];

/// The whole chain as UTF-8 CSV with a byte order mark, oldest entry first; read and given on in
/// portions, so that memory stays flat however long the chain is.
pub fn export(
    backend: Arc<Backend>,
    actor: &Actor,
    chain: Option<&str>,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + Send + 'static, Problem> {
    let chain = readable(actor, chain)?;
    let first = Some((backend, chain, 0));
    Ok(stream::try_unfold(first, |place| async move {
        let Some((backend, chain, after)) = place else { return Ok(None) };
        let (portion, last) = portion(&backend, &chain, after).await?;
        Ok(Some((portion, last.map(|last| (backend, chain, last)))))
    }))
}

/// The entries after a position as CSV, with the head before the first, and the position of the last
/// where there may be more.
async fn portion(
    backend: &Backend,
    chain: &str,
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
        csv.write_record(cells(entry, hash).map(guard_formula)).internal()?;
    }
    let mut bytes = csv.into_inner().internal()?;
    if after == 0 {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    }
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == PORTION);
    Ok((Bytes::from(bytes), full.then_some(last)))
}

fn cells(entry: Entry, hash: String) -> [String; 9] {
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
    ]
}

/// Spreadsheets run cells that begin like a formula; a leading apostrophe makes them text.
pub fn guard_formula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// Checks every chain. Gives the number of entries, and the breaks by chain.
pub async fn verify(backend: &Backend) -> Result<(i64, Vec<(String, Break)>), StorageError> {
    let mut tx = backend.read().await?;
    let mut rows = tx.stream(sql!("select * from audit_entry order by chain, position"), args![]);
    let (mut count, mut breaks) = (0, Vec::<(String, Break)>::new());
    let (mut chain, mut verifier) = (String::new(), Verifier::default());
    while let Some(row) = rows.try_next().await? {
        let (entry, hash) = from_row(&row)?;
        count += 1;
        if entry.chain != chain {
            chain.clone_from(&entry.chain);
            verifier = Verifier::default();
        }
        let broken = breaks.last().is_some_and(|(broken, _)| *broken == chain);
        if !broken && let Err(found) = verifier.next(&entry, &hash) {
            breaks.push((chain.clone(), found));
        }
    }
    drop(rows);
    // Entries cut off at a chain's end leave its counter ahead.
    let behind = tx
        .all(
            sql!(
                "select s.day as chain, s.value as expected from number_series s \
                 where s.series = 'audit' and s.value <> coalesce((select max(a.position) \
                 from audit_entry a where a.chain = s.day), 0) limit 1000"
            ),
            args![],
        )
        .await?;
    for row in behind {
        let position = row.get("expected")?;
        breaks
            .push((row.get("chain")?, Break { position, reason: "the last entries are missing" }));
    }
    Ok((count, breaks))
}
