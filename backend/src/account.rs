//! Accounts and sessions: signing in with argon2id and back-off, who a session token stands for.

use argon2::{
    Argon2, PasswordHash, PasswordVerifier,
    password_hash::{PasswordHasher, SaltString},
};
use domain::{
    account::{SESSION_LIFETIME, blocked, blocked_until, wrong_credentials},
    audit::hex,
    authority::{Actor, Membership, Person, UseCase},
    identity::{AccountId, OrganisationId, SessionId},
    lang::Lang,
    organisation::Role,
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{Backend, args, audit, db::Tx, problem::Internal, sql};

/// A new session: its secret token goes into a cookie, only its hash is stored.
#[derive(Debug)]
pub struct NewSession {
    /// The secret.
    pub token: String,
    /// Whose it is.
    pub account: AccountId,
}

/// The stored form of a secret token.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// Hashes a password with argon2id, on a thread that may block.
pub async fn hash_password(backend: &Backend, password: &str) -> Result<String, Problem> {
    let mut salt = [0; 16];
    backend.random(&mut salt);
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::encode_b64(&salt)?;
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    })
    .await
    .internal()?
    .internal()
}

async fn password_fits(password: &str, hash: Option<String>) -> Result<bool, Problem> {
    // Unknown accounts take as long as known ones, so that nobody learns who has an account.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                          YW5kIG5vdGhpbmcgd2lsbCBldmVyIGZpdCB0aGlzISE";
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&hash)
            .and_then(|hash| Argon2::default().verify_password(password.as_bytes(), &hash))
            .is_ok();
        fits && known
    })
    .await
    .internal()
}

/// Signs in: checks the password, with back-off per account and per address, and opens a session
/// in the organisation the person joined first.
pub async fn sign_in(
    backend: &Backend,
    actor: &Actor,
    login: &str,
    password: &str,
    agent: &str,
) -> Result<NewSession, Problem> {
    actor.may(UseCase::SignIn)?;
    let login = login.trim().to_lowercase();
    let subjects = [format!("account:{login}"), format!("address:{}", actor.address())];
    let mut tx = backend.read().await?;
    let now = backend.now();
    for subject in &subjects {
        if let Some(until) = block(&mut tx, subject).await?.filter(|until| *until > now) {
            return Err(blocked(until, now));
        }
    }
    let row = tx
        .one(sql!("select id, name, password_hash from account where login = $1"), args![&login])
        .await?;
    drop(tx);
    let hash = row.as_ref().map(|row| row.get::<String>("password_hash")).transpose()?;
    let fits = password_fits(password, hash).await?;
    let mut tx = backend.begin().await?;
    let (true, Some(row)) = (fits, row) else {
        for (subject, allowance) in subjects.iter().zip([0, 20]) {
            note_failure(backend, &mut tx, subject, allowance).await?;
        }
        tx.commit().await?;
        return Err(wrong_credentials());
    };
    let account: AccountId = row.get("id")?;
    tx.run(sql!("delete from login_attempt where subject = $1"), args![&subjects[0]]).await?;
    let session = open_session(backend, &mut tx, actor, account, agent).await?;
    audit::record(backend, &mut tx, actor, &[], "account.signed_in", account, json!({"login": login}))
        .await?;
    tx.commit().await?;
    Ok(session)
}

async fn block(tx: &mut Tx, subject: &str) -> Result<Option<Timestamp>, Problem> {
    let row = tx
        .one(sql!("select blocked_until from login_attempt where subject = $1"), args![subject])
        .await?;
    Ok(row.map(|row| row.get("blocked_until")).transpose()?)
}

/// Counts a failure; an address that many people share is allowed more of them than an account.
async fn note_failure(
    backend: &Backend,
    tx: &mut Tx,
    subject: &str,
    allowance: i64,
) -> Result<(), Problem> {
    let now = backend.now();
    let row = tx
        .one(
            sql!(
                "insert into login_attempt (subject, failures, blocked_until, last_at) \
                 values ($1, 1, 0, $2) on conflict (subject) do update set \
                 failures = case when login_attempt.last_at < $3 then 1 \
                 else login_attempt.failures + 1 end, last_at = excluded.last_at returning failures"
            ),
            args![subject, now, now.plus(-Timestamp::DAY)],
        )
        .await?;
    let failures: i64 = row.map_or(Ok(1), |row| row.get("failures"))?;
    if let Some(until) = blocked_until(failures - allowance, now) {
        tx.run(
            sql!("update login_attempt set blocked_until = $1 where subject = $2"),
            args![until, subject],
        )
        .await?;
    }
    Ok(())
}

/// Opens a session for an account, within the unit of work that earned it.
pub async fn open_session(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    account: AccountId,
    agent: &str,
) -> Result<NewSession, Problem> {
    let token = backend.secret();
    let now = backend.now();
    let organisation = tx
        .one(
            sql!(
                "select organisation_id from member where account_id = $1 \
                 order by joined_at, organisation_id limit 1"
            ),
            args![account],
        )
        .await?
        .map(|row| row.get::<OrganisationId>("organisation_id"))
        .transpose()?;
    let agent: String = agent.chars().take(200).collect();
    tx.run(
        sql!(
            "insert into session (id, token_hash, account_id, organisation_id, address, agent, \
             created_at, seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8)"
        ),
        args![
            backend.id::<SessionId>(), token_hash(&token), account, organisation, actor.address(),
            agent, now, now.plus(SESSION_LIFETIME)
        ],
    )
    .await?;
    Ok(NewSession { token, account })
}

/// Ends the session a token stands for.
pub async fn sign_out(backend: &Backend, token: &str) -> Result<(), Problem> {
    let mut tx = backend.begin().await?;
    tx.run(sql!("delete from session where token_hash = $1"), args![token_hash(token)]).await?;
    Ok(tx.commit().await?)
}

/// Who a session token stands for; a stranger when it stands for nobody any more. The membership
/// is read anew each time, so leaving an organisation ends everything at once (Source: ORG-4).
pub async fn actor(backend: &Backend, token: Option<&str>, address: &str) -> Result<Actor, Problem> {
    let stranger = Actor::Stranger { address: address.to_owned() };
    let Some(token) = token else { return Ok(stranger) };
    let now = backend.now();
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select s.id, s.seen_at, s.account_id, a.name, a.operator, a.language, \
                 m.organisation_id, m.role, o.name as organisation_name from session s \
                 join account a on a.id = s.account_id \
                 left join member m on m.account_id = s.account_id and m.organisation_id = s.organisation_id \
                 left join organisation o on o.id = m.organisation_id \
                 where s.token_hash = $1 and s.expires_at > $2"
            ),
            args![token_hash(token), now],
        )
        .await?;
    let Some(row) = row else { return Ok(stranger) };
    let session: SessionId = row.get("id")?;
    if row.get::<Timestamp>("seen_at")?.plus(10 * Timestamp::MINUTE) < now {
        touch(backend, session).await?;
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
    Ok(Actor::Person(Box::new(Person {
        account: row.get("account_id")?,
        session,
        name: row.get("name")?,
        operator: row.get("operator")?,
        membership,
        address: address.to_owned(),
        language: row.get::<Option<String>>("language")?.and_then(|code| Lang::parse(&code)),
    })))
}

async fn touch(backend: &Backend, session: SessionId) -> Result<(), Problem> {
    let now = backend.now();
    let mut tx = backend.begin().await?;
    tx.run(
        sql!("update session set seen_at = $1, expires_at = $2 where id = $3"),
        args![now, now.plus(SESSION_LIFETIME), session],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Switches the organisation a session acts in (Source: ORG-1).
pub async fn switch_organisation(
    backend: &Backend,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<(), Problem> {
    actor.may(UseCase::OrganisationSwitch)?;
    let person = actor.person()?;
    let mut tx = backend.begin().await?;
    if crate::organisation::role(&mut tx, organisation, person.account).await?.is_none() {
        return Err(crate::problem::missing("组织", "organisation"));
    }
    tx.run(
        sql!("update session set organisation_id = $1 where id = $2"),
        args![organisation, person.session],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// True while nobody has an account: the first visit creates the operator.
pub async fn is_empty(backend: &Backend) -> Result<bool, Problem> {
    let row = backend.read().await?.one(sql!("select id from account limit 1"), args![]).await?;
    Ok(row.is_none())
}

/// Stores a new account, within a unit of work that was authorised.
pub async fn insert(
    backend: &Backend,
    tx: &mut Tx,
    login: &str,
    name: &str,
    password_hash: &str,
    operator: bool,
    demo: bool,
) -> Result<AccountId, crate::db::StorageError> {
    let id = backend.id();
    tx.run(
        sql!(
            "insert into account (id, login, name, password_hash, operator, demo, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![id, login, name, password_hash, operator, demo, backend.now()],
    )
    .await?;
    Ok(id)
}

/// Remembers a language chosen by hand (Source: ALL-3); `None` follows the browser.
pub async fn set_language(
    backend: &Backend,
    actor: &Actor,
    lang: Option<Lang>,
) -> Result<(), Problem> {
    actor.may(UseCase::PreferencesChange)?;
    let mut tx = backend.begin().await?;
    tx.run(
        sql!("update account set language = $1 where id = $2"),
        args![lang.map(Lang::code), actor.person()?.account],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// The password of every demo account; without `--demo` no account has it.
pub const DEMO_PASSWORD: &str = "fenfa-demo-2026";

/// An account of the demo, offered on the sign-in page.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Where the person works and as what.
    pub role: domain::lang::Text,
}

/// The demo's accounts, operators first.
pub async fn demo_accounts(backend: &Backend) -> Result<Vec<DemoAccount>, Problem> {
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select a.login, a.name, a.operator, m.role, o.name as organisation from account a \
                 left join member m on m.account_id = a.id \
                 left join organisation o on o.id = m.organisation_id \
                 where a.demo = 1 order by a.operator desc, a.created_at, a.id, m.joined_at limit 60"
            ),
            args![],
        )
        .await?;
    let mut accounts = Vec::<DemoAccount>::new();
    for row in rows {
        let login: String = row.get("login")?;
        if accounts.last().is_some_and(|last| last.login == login) {
            continue;
        }
        let role = row.get::<Option<String>>("role")?.and_then(|code| Role::parse(&code));
        let role = match (role, row.get::<Option<String>>("organisation")?) {
            (Some(role), Some(organisation)) => {
                let label = role.label();
                domain::lang::Text::new(
                    format!("{organisation} · {}", label.zh),
                    format!("{organisation} · {}", label.en),
                )
            }
            _ => domain::lang::Text::of("平台运营", "Platform operator"),
        };
        accounts.push(DemoAccount { login, name: row.get("name")?, role });
    }
    Ok(accounts)
}
