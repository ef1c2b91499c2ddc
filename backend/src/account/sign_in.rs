//! Signing in, with back-off per account and per address.

use domain::{
    account::{blocked, blocked_until, wrong_credentials},
    authority::{Actor, UseCase},
    identity::AccountId,
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;

use super::{NewSession, became, open_session, password::password_fits};
use crate::{Backend, args, audit, db::Tx, sql};

/// How many more failures an address, which many people may share, is allowed than an account.
const ADDRESS_ALLOWANCE: i64 = 20;

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
    let login: String = login.trim().to_lowercase().chars().take(120).collect();
    let (account, address) = (format!("account:{login}"), format!("address:{}", actor.address()));
    charge(backend, &[(&account, 0), (&address, ADDRESS_ALLOWANCE)]).await?;
    let row = backend
        .read()
        .await?
        .one(
            sql!("select id, name, operator, password_hash from account where login = $1"),
            args![&login],
        )
        .await?;
    let hash = row.as_ref().map(|row| row.get::<String>("password_hash")).transpose()?;
    let fits = password_fits(password, hash).await?;
    let (true, Some(row)) = (fits, row) else { return Err(wrong_credentials()) };
    let mut tx = backend.begin().await?;
    forget(&mut tx, &account).await?;
    refund(&mut tx, &address).await?;
    let session = open_session(backend, &mut tx, actor, row.get("id")?, agent).await?;
    clear_old(backend, &mut tx, session.account).await?;
    let person = became(actor, &session, &row.get::<String>("name")?, row.get("operator")?);
    let detail = json!({"login": login});
    audit::record(backend, &mut tx, &person, &[], "account.signed_in", session.account, detail)
        .await?;
    tx.commit().await?;
    Ok(session)
}

/// Counts an attempt for each subject (with its allowance) before the password is looked at, so
/// that many attempts at the same moment count as many; refused while one of them is blocked.
pub(super) async fn charge(backend: &Backend, subjects: &[(&str, i64)]) -> Result<(), Problem> {
    let now = backend.now();
    let mut tx = backend.begin().await?;
    for (subject, allowance) in subjects {
        let row = tx
            .one(
                sql!(
                    "insert into login_attempt (subject, failures, blocked_until, last_at) \
                     values ($1, 1, 0, $2) on conflict (subject) do update set \
                     failures = case when login_attempt.last_at < $3 then 1 \
                     else login_attempt.failures + 1 end, last_at = excluded.last_at \
                     returning failures, blocked_until"
                ),
                args![*subject, now, now.plus(-Timestamp::DAY)],
            )
            .await?;
        let Some(row) = row else { continue };
        let until: Timestamp = row.get("blocked_until")?;
        if until > now {
            // The unit of work is given up: waiting at a closed door does not count as an attempt.
            return Err(blocked(until, now));
        }
        if let Some(until) = blocked_until(row.get::<i64>("failures")? - allowance, now) {
            tx.run(
                sql!("update login_attempt set blocked_until = $1 where subject = $2"),
                args![until, *subject],
            )
            .await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Forgets the failures of a subject that has shown the right password.
pub(super) async fn forget(tx: &mut Tx, subject: &str) -> Result<(), Problem> {
    tx.run(sql!("delete from login_attempt where subject = $1"), args![subject]).await?;
    Ok(())
}

/// Takes one charged attempt back from an address.
async fn refund(tx: &mut Tx, subject: &str) -> Result<(), Problem> {
    tx.run(
        sql!(
            "update login_attempt set failures = failures - 1, blocked_until = 0 \
             where subject = $1 and failures > 0"
        ),
        args![subject],
    )
    .await?;
    Ok(())
}

/// Attempts that no longer count and sessions that ended by themselves are not kept.
async fn clear_old(backend: &Backend, tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let now = backend.now();
    tx.run(
        sql!("delete from login_attempt where last_at < $1 and blocked_until < $2"),
        args![now.plus(-Timestamp::DAY), now],
    )
    .await?;
    tx.run(
        sql!("delete from session where account_id = $1 and expires_at < $2"),
        args![account, now],
    )
    .await?;
    Ok(())
}
