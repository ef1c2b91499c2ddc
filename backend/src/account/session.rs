//! Sessions: who a token stands for, listing and ending one's own, switching the organisation.

use std::time::Duration;

use domain::{
    account::{SESSION_LIFETIME, SESSION_LONGEST, SignOut, SwitchOrganisation, Theme},
    audit::hex,
    authority::{Actor, Membership, Person, UseCase},
    command::Checked,
    identity::{AccountId, OrganisationId, SessionId},
    lang::Lang,
    organisation::Role,
    problem::Problem,
    programme::Permission,
    time::{Timestamp, Zone},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::first_organisation;
use crate::{
    Backend, args, audit,
    clock::zone,
    command::Begun,
    db::{Row, Tx},
    page::{self, Page},
    problem::missing,
    sql,
};

/// A new session: its secret token goes into a cookie, only its hash is stored.
#[derive(Debug)]
pub struct NewSession {
    /// The secret.
    pub token: String,
    /// Its id, as listed to its owner.
    pub session: SessionId,
    /// Whose it is.
    pub account: AccountId,
}

/// The stored form of a secret token.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// Opens a session for an account, within the unit of work that earned it. A browser has one: the one
/// by which the actor came ends.
pub async fn open_session(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    agent: &str,
) -> Result<NewSession, Problem> {
    if let Ok(earlier) = actor.person() {
        end_own(backend, tx, actor, earlier).await?;
    }
    let token = backend.secret();
    let now = backend.now();
    let organisation = first_organisation(tx, account).await?;
    let session: SessionId = backend.id();
    let agent: String = agent.chars().take(200).collect();
    tx.run(
        sql!(
            "insert into session (id, token_hash, account_id, organisation_id, address, agent, \
             created_at, seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
        ),
        args![
            session,
            token_hash(&token),
            account,
            organisation,
            actor.address(),
            agent,
            now,
            now.plus(SESSION_LIFETIME)
        ],
    )
    .await?;
    Ok(NewSession { token, session, account })
}

/// Ends the session that asks.
pub async fn sign_out(
    backend: &Backend,
    actor: &Actor,
    command: Checked<SignOut>,
) -> Result<(), Problem> {
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(()) => return Ok(()),
        Begun::Work(unit) => unit,
    };
    actor.may(UseCase::SessionEnd)?;
    end_own(backend, &mut unit, actor, actor.person()?).await?;
    unit.commit(backend, ()).await
}

async fn end_own(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    person: &Person,
) -> Result<(), Problem> {
    let ended = tx.run(sql!("delete from session where id = $1"), args![person.session]).await?;
    if ended == 0 {
        return Ok(());
    }
    audit::record(backend, tx, actor, &[], "account.signed_out", person.account, json!({})).await
}

/// Who asks, with what every page shows of them; read in one statement, since every page waits.
#[derive(Clone, Debug)]
pub struct Presence {
    /// Who asks.
    pub actor: Actor,
    /// The time zone of the organisation acted in.
    pub zone: Zone,
    /// How many organisations the person belongs to.
    pub organisations: i64,
    /// How many notices are unread, counted up to 100.
    pub unread: i64,
    /// Whether the organisation acted in is or was a provider (Source: PRV-2).
    pub provider: bool,
}

impl Presence {
    /// Nobody who is known.
    pub fn stranger(address: &str) -> Self {
        let actor = Actor::Stranger { address: address.to_owned() };
        Self { actor, zone: Zone::default(), organisations: 0, unread: 0, provider: false }
    }
}

/// Who a session token stands for; a stranger when it stands for nobody any more.
pub async fn actor(
    backend: &Backend,
    token: Option<&str>,
    address: &str,
) -> Result<Actor, Problem> {
    Ok(presence(backend, token, address).await?.actor)
}

/// Like [`actor`], with what every page shows. The membership is read anew each time, so leaving an
/// organisation ends everything at once (Source: ORG-4).
pub async fn presence(
    backend: &Backend,
    token: Option<&str>,
    address: &str,
) -> Result<Presence, Problem> {
    let Some(token) = token else { return Ok(Presence::stranger(address)) };
    let now = backend.now();
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select s.id, s.created_at, s.seen_at, s.account_id, a.name, a.operator, a.language, a.theme, \
                 m.organisation_id, m.role, o.name as organisation_name, o.time_zone, o.programme, \
                 (select count(*) from member b where b.account_id = s.account_id) as organisations, \
                 (select count(*) from (select id from notice n where n.account_id = s.account_id \
                 and n.read_at is null limit 100) as counted) as unread from session s \
                 join account a on a.id = s.account_id \
                 left join member m on m.account_id = s.account_id and m.organisation_id = s.organisation_id \
                 left join organisation o on o.id = m.organisation_id \
                 where s.token_hash = $1 and s.expires_at > $2 and (a.demo = 0 or $3 = 1)"
            ),
            args![token_hash(token), now, backend.shows_demo()],
        )
        .await?;
    let Some(row) = row else { return Ok(Presence::stranger(address)) };
    let session: SessionId = row.get("id")?;
    if row.get::<Timestamp>("seen_at")?.plus(10 * Timestamp::MINUTE) < now {
        let end = row.get::<Timestamp>("created_at")?.plus(SESSION_LONGEST);
        // Reading goes on where nothing can be written just now.
        let _ = tokio::time::timeout(Duration::from_secs(1), touch(backend, session, end)).await;
    }
    let organisation: Option<OrganisationId> = row.get("organisation_id")?;
    let membership = match organisation {
        Some(organisation) => Some(Membership {
            organisation,
            organisation_name: row.get("organisation_name")?,
            role: row.parse("role", Role::parse)?,
        }),
        None => None,
    };
    let zone = match membership {
        Some(_) => row.parse("time_zone", zone)?,
        None => Zone::default(),
    };
    let actor = Actor::Person(Box::new(Person {
        account: row.get("account_id")?,
        session,
        name: row.get("name")?,
        operator: row.get("operator")?,
        membership,
        address: address.to_owned(),
        language: row.get::<Option<String>>("language")?.and_then(|code| Lang::parse(&code)),
        theme: row.get::<Option<String>>("theme")?.and_then(|code| Theme::parse(&code)),
    }));
    let (organisations, unread) = (row.get("organisations")?, row.get("unread")?);
    let programme: Option<String> = row.get("programme")?;
    let provider = programme.is_some_and(|code| code != Permission::None.code());
    Ok(Presence { actor, zone, organisations, unread, provider })
}

/// Notes that a session is in use, which prolongs it, though never beyond its `end`.
async fn touch(backend: &Backend, session: SessionId, end: Timestamp) -> Result<(), Problem> {
    let now = backend.now();
    let until = now.plus(SESSION_LIFETIME).min(end);
    let mut tx = backend.begin().await?;
    tx.run(
        sql!("update session set seen_at = $1, expires_at = $2 where id = $3"),
        args![now, until, session],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Switches the organisation a session acts in (Source: ORG-1). Who acts there already is there,
/// wherever the form was made.
pub async fn switch_organisation(
    backend: &Backend,
    actor: &Actor,
    command: Checked<SwitchOrganisation>,
) -> Result<(), Problem> {
    actor.may(UseCase::OrganisationSwitch)?;
    let chosen = command.value;
    if actor.membership().is_ok_and(|held| held.organisation == chosen) {
        return Ok(());
    }
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(()) => return Ok(()),
        Begun::Work(unit) => unit,
    };
    act_in(backend, &mut unit, actor, chosen).await?;
    unit.commit(backend, ()).await
}

/// Lets the actor's session act in an organisation from now on, within a unit of work.
pub(crate) async fn act_in(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<Membership, Problem> {
    let person = actor.person()?;
    let role = crate::organisation::role(tx, organisation, person.account).await?;
    let role = role.ok_or_else(|| missing("组织", "organisation"))?;
    let name = crate::organisation::find(tx, organisation).await?.name;
    tx.run(
        sql!("update session set organisation_id = $1 where id = $2"),
        args![organisation, person.session],
    )
    .await?;
    let (action, detail) = ("account.organisation_switched", json!({"organisation": name}));
    audit::record(backend, tx, actor, &[organisation], action, person.account, detail).await?;
    Ok(Membership { organisation, organisation_name: name, role })
}

/// One of a person's sessions, as listed to them (Source: ORG-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// From where it was opened.
    pub address: String,
    /// The program that opened it, as it calls itself.
    pub agent: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to within ten minutes.
    pub seen_at: Timestamp,
    /// True for the session that asks.
    pub current: bool,
}

/// The signed-in person's own sessions, the last used first.
pub async fn sessions(
    backend: &Backend,
    actor: &Actor,
    cursor: &str,
) -> Result<Page<Session>, Problem> {
    actor.may(UseCase::SessionsRead)?;
    let person = actor.person()?;
    let (before, id) = page::place(cursor);
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select id, address, agent, created_at, seen_at from session \
                 where account_id = $1 and expires_at > $2 \
                 and (seen_at < $3 or (seen_at = $3 and id < $4)) \
                 order by seen_at desc, id desc limit $5"
            ),
            args![person.account, backend.now(), before, id, page::SIZE + 1],
        )
        .await?;
    let read = |row: &Row| {
        let id: SessionId = row.get("id")?;
        Ok(Session {
            id,
            address: row.get("address")?,
            agent: row.get("agent")?,
            created_at: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
            current: id == person.session,
        })
    };
    Page::of(&rows, read, |session| page::place_of(session.seen_at, session.id))
}

/// Ends one of the signed-in person's own sessions.
pub async fn end_session(
    backend: &Backend,
    actor: &Actor,
    session: SessionId,
) -> Result<(), Problem> {
    actor.may(UseCase::SessionEnd)?;
    let account = actor.person()?.account;
    let mut tx = backend.begin().await?;
    let ended = tx
        .run(sql!("delete from session where id = $1 and account_id = $2"), args![session, account])
        .await?;
    if ended == 0 {
        return Err(missing("登录", "session"));
    }
    audit::record(backend, &mut tx, actor, &[], "account.session_ended", account, json!({}))
        .await?;
    Ok(tx.commit().await?)
}

/// Ends all of the signed-in person's sessions but the one that asks; gives how many those were.
pub async fn end_other_sessions(backend: &Backend, actor: &Actor) -> Result<u64, Problem> {
    actor.may(UseCase::SessionEnd)?;
    let person = actor.person()?;
    let mut tx = backend.begin().await?;
    let ended = tx
        .run(
            sql!("delete from session where account_id = $1 and id <> $2"),
            args![person.account, person.session],
        )
        .await?;
    let detail = json!({"count": ended});
    audit::record(
        backend,
        &mut tx,
        actor,
        &[],
        "account.other_sessions_ended",
        person.account,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(ended)
}
