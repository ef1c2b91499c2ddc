//! Notices: people are told in the app when it is their turn (Source: ALL-2).

use domain::{
    authority::{Actor, UseCase},
    identity::{AccountId, NoticeId, OrganisationId},
    lang::Text,
    organisation::Role,
    problem::Problem,
    time::Timestamp,
};

use crate::{
    Backend, args,
    db::{Row, Tx},
    problem::missing,
    sql,
};

/// How many notices a page shows.
pub const PAGE: i64 = 50;

/// A notice to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it says.
    pub text: Text,
    /// Where the person acts on it.
    pub url: String,
    /// The organisation it concerns.
    pub organisation: Option<OrganisationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// Whom a notice is for.
pub enum To {
    /// One person, and the organisation it concerns, which they act in to follow it.
    Account(AccountId, Option<OrganisationId>),
    /// The members of an organisation with at least a role.
    Members(OrganisationId, Role),
    /// All platform operators.
    Operators,
}

/// Tells people something, within the unit of work that causes it.
pub async fn tell(
    backend: &Backend,
    tx: &mut Tx,
    to: To,
    text: &Text,
    url: &str,
) -> Result<(), Problem> {
    let (people, organisation) = match to {
        To::Account(account, organisation) => (vec![account], organisation),
        To::Members(organisation, role) => {
            (members(tx, organisation, role).await?, Some(organisation))
        }
        To::Operators => (operators(tx).await?, None),
    };
    let rows = people
        .into_iter()
        .map(|account| {
            args![
                backend.id::<NoticeId>(),
                account,
                organisation,
                text.zh.as_ref(),
                text.en.as_ref(),
                url,
                backend.now()
            ]
        })
        .collect();
    tx.insert_many(
        "insert into notice (id, account_id, organisation_id, text_zh, text_en, url, created_at)",
        rows,
        "",
    )
    .await?;
    Ok(())
}

/// What these people were asked for at `url` is done, or is nobody's turn any more: for all of them
/// the notice counts as read (Source: ALL-2).
pub async fn settle(backend: &Backend, tx: &mut Tx, to: &To, url: &str) -> Result<(), Problem> {
    let now = backend.now();
    match to {
        To::Account(account, _) => {
            tx.run(
                sql!(
                    "update notice set read_at = $1 where account_id = $2 and url = $3 \
                     and read_at is null"
                ),
                args![now, *account, url],
            )
            .await?
        }
        To::Members(organisation, _) => {
            tx.run(
                sql!(
                    "update notice set read_at = $1 where account_id in \
                     (select account_id from member where organisation_id = $2) \
                     and url = $3 and read_at is null"
                ),
                args![now, *organisation, url],
            )
            .await?
        }
        To::Operators => {
            tx.run(
                sql!(
                    "update notice set read_at = $1 where account_id in \
                     (select id from account where operator = 1) and url = $2 and read_at is null"
                ),
                args![now, url],
            )
            .await?
        }
    };
    Ok(())
}

/// How many members are read at once.
const PORTION: i64 = 1000;

/// All members with at least a role, however many those are.
async fn members(
    tx: &mut Tx,
    organisation: OrganisationId,
    role: Role,
) -> Result<Vec<AccountId>, Problem> {
    let entitled = |wanted: Role| (wanted >= role).then(|| wanted.code());
    let mut people = Vec::<AccountId>::new();
    loop {
        let after = people.last().map(ToString::to_string).unwrap_or_default();
        let rows = tx
            .all(
                sql!(
                    "select account_id from member where organisation_id = $1 \
                     and role in ($2, $3, $4) and account_id > $5 order by account_id limit $6"
                ),
                args![
                    organisation,
                    entitled(Role::Admin),
                    entitled(Role::Developer),
                    entitled(Role::Member),
                    after,
                    PORTION
                ],
            )
            .await?;
        for row in &rows {
            people.push(row.get("account_id")?);
        }
        if i64::try_from(rows.len()).is_ok_and(|count| count < PORTION) {
            return Ok(people);
        }
    }
}

async fn operators(tx: &mut Tx) -> Result<Vec<AccountId>, Problem> {
    let rows = tx
        .all(sql!("select id from account where operator = 1 order by id limit 1000"), args![])
        .await?;
    rows.iter().map(|row| Ok(row.get("id")?)).collect()
}

fn from_row(row: &Row) -> Result<Notice, Problem> {
    Ok(Notice {
        id: row.get("id")?,
        text: Text::new(row.get::<String>("text_zh")?, row.get::<String>("text_en")?),
        url: row.get("url")?,
        organisation: row.get("organisation_id")?,
        created_at: row.get("created_at")?,
        read_at: row.get("read_at")?,
    })
}

/// A person's notices, the newest first.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    before: Option<NoticeId>,
) -> Result<Vec<Notice>, Problem> {
    actor.may(UseCase::NoticesRead)?;
    let last = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select * from notice where account_id = $1 and id < $2 order by id desc limit $3"
            ),
            args![actor.person()?.account, last, PAGE],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// How many notices a person has not read, counted up to 100.
pub async fn unread(backend: &Backend, actor: &Actor) -> Result<i64, Problem> {
    actor.may(UseCase::NoticesRead)?;
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select count(*) as unread from (select id from notice where account_id = $1 \
                 and read_at is null limit 100) as counted"
            ),
            args![actor.person()?.account],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("unread"))?)
}

/// Marks one notice, or all of them, as read.
pub async fn mark(backend: &Backend, actor: &Actor, one: Option<NoticeId>) -> Result<(), Problem> {
    actor.may(UseCase::NoticeMark)?;
    let mut tx = backend.begin().await?;
    let everything = one.is_none();
    tx.run(
        sql!(
            "update notice set read_at = $1 where account_id = $2 and read_at is null \
             and ($3 = 1 or id = $4)"
        ),
        args![backend.now(), actor.person()?.account, everything, one],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Opens one of a person's notices: marks it as read and gives it, to go where it leads.
pub async fn open(backend: &Backend, actor: &Actor, id: NoticeId) -> Result<Notice, Problem> {
    actor.may(UseCase::NoticeMark)?;
    let mut tx = backend.begin().await?;
    let row = tx
        .one(
            sql!(
                "update notice set read_at = coalesce(read_at, $1) where id = $2 and account_id = $3 \
                 returning *"
            ),
            args![backend.now(), id, actor.person()?.account],
        )
        .await?
        .ok_or_else(|| missing("通知", "notice"))?;
    let notice = from_row(&row)?;
    tx.commit().await?;
    Ok(notice)
}
