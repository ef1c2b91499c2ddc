//! Signing in, with back-off per account and per address.

use std::net::{IpAddr, Ipv6Addr};

use domain::{
    account::{SignIn, blocked, blocked_until, demo_closed, signed_in_already, wrong_credentials},
    authority::{Actor, UseCase},
    command::Checked,
    identity::AccountId,
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;

use super::{NewSession, became, open_session, password::password_fits};
use crate::{
    Backend, args, audit,
    command::{Begun, require_place},
    db::{Row, Tx},
    sql,
};

/// How many more failures an address, which many people may share, is allowed than an account from
/// one address.
const ADDRESS_ALLOWANCE: i64 = 20;
/// How many more failures an account is allowed in a day, from wherever they come.
const ACCOUNT_ALLOWANCE: i64 = 100;

/// What an attempt to sign in is counted by. Few failures close an account to the address they come
/// from, and only many close it to everybody: else whoever knows a login could keep its owner out.
struct Counted {
    /// The account from one address.
    pair: String,
    /// The account on one day: a guess an hour never adds up.
    account: String,
    /// The address.
    address: String,
}

impl Counted {
    fn of(login: &str, address: &str, now: Timestamp) -> Self {
        let (network, day) = (network(address), now.0 / Timestamp::DAY);
        Self {
            pair: format!("{}from {network}", account_prefix(login)),
            account: format!("{}on {day}", account_prefix(login)),
            address: format!("address:{network}"),
        }
    }

    async fn charge(&self, backend: &Backend) -> Result<(), Problem> {
        let subjects = [
            (self.pair.as_str(), 0),
            (self.account.as_str(), ACCOUNT_ALLOWANCE),
            (self.address.as_str(), ADDRESS_ALLOWANCE),
        ];
        charge(backend, &subjects).await
    }

    /// The right password was shown.
    async fn settle(&self, tx: &mut Tx) -> Result<(), Problem> {
        forget(tx, &self.pair).await?;
        refund(tx, &self.account).await?;
        refund(tx, &self.address).await
    }
}

/// How everything begins that is counted of an account's sign-in.
fn account_prefix(login: &str) -> String {
    format!("account:{login} ")
}

/// What stands for an address: of IPv6 the first half, since every connection has a whole half to
/// choose its addresses from.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// Signs in: checks the password, with back-off per account and per address, and opens a session
/// in the organisation the person joined first.
pub async fn sign_in(
    backend: &Backend,
    actor: &Actor,
    command: Checked<SignIn>,
    agent: &str,
) -> Result<NewSession, Problem> {
    require_place(backend, actor, &command.posting).await?;
    actor.may(UseCase::SignIn)?;
    let SignIn { login, password } = &command.value;
    let login: String = login.trim().to_lowercase().chars().take(120).collect();
    let counted = Counted::of(&login, actor.address(), backend.now());
    counted.charge(backend).await?;
    let row = backend
        .read()
        .await?
        .one(
            sql!("select id, name, operator, demo, password_hash from account where login = $1"),
            args![&login],
        )
        .await?;
    let hash = row.as_ref().map(|row| row.get::<String>("password_hash")).transpose()?;
    let row = match (password_fits(password, hash).await?, row) {
        (true, Some(row)) => row,
        (_, row) => return Err(refused(backend, actor, &login, &counted, row).await?),
    };
    if row.get("demo")? && !backend.shows_demo() {
        return Err(demo_closed());
    }
    let mut unit = match backend.unit_of(row.get("id")?, &command).await? {
        Begun::Done(()) => return Err(sent_again(backend, &counted).await?),
        Begun::Work(unit) => unit,
    };
    counted.settle(&mut unit).await?;
    let session = open_session(backend, &mut unit, actor, row.get("id")?, agent).await?;
    clear_old(backend, &mut unit, session.account).await?;
    let person = became(actor, &session, &row.get::<String>("name")?, row.get("operator")?);
    let detail = json!({"login": login});
    audit::record(backend, &mut unit, &person, &[], "account.signed_in", session.account, detail)
        .await?;
    unit.commit(backend, ()).await?;
    Ok(session)
}

/// The refusal of a sign-in that is sent again; its password was right, so nothing is counted.
async fn sent_again(backend: &Backend, counted: &Counted) -> Result<Problem, Problem> {
    let mut tx = backend.begin().await?;
    counted.settle(&mut tx).await?;
    tx.commit().await?;
    Ok(signed_in_already())
}

/// The refusal of a wrong password, recorded where there is such an account (Source: ALL-1). Only
/// what the back-off lets through comes here, so nobody can fill the audit trail.
async fn refused(
    backend: &Backend,
    actor: &Actor,
    login: &str,
    counted: &Counted,
    account: Option<Row>,
) -> Result<Problem, Problem> {
    let mut tx = backend.begin().await?;
    // Something is stored for unknown accounts too, so that these take as long.
    tx.run(
        sql!("update login_attempt set last_at = $1 where subject = $2"),
        args![backend.now(), &counted.pair],
    )
    .await?;
    if let Some(row) = account {
        let id: AccountId = row.get("id")?;
        let detail = json!({"login": login});
        audit::record(backend, &mut tx, actor, &[], "account.sign_in_refused", id, detail).await?;
    }
    tx.commit().await?;
    Ok(wrong_credentials())
}

/// Counts an attempt for each subject (with its allowance) before the password is looked at, so
/// that many attempts at the same moment count as many; refused while one of them is blocked.
pub(crate) async fn charge(backend: &Backend, subjects: &[(&str, i64)]) -> Result<(), Problem> {
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

/// Forgets what was counted of a subject that turned out to be right.
pub(crate) async fn forget(tx: &mut Tx, subject: &str) -> Result<(), Problem> {
    tx.run(sql!("delete from login_attempt where subject = $1"), args![subject]).await?;
    Ok(())
}

/// Forgets all that was counted of signing in to an account.
pub(super) async fn forget_account(tx: &mut Tx, login: &str) -> Result<(), Problem> {
    tx.run(
        sql!("delete from login_attempt where substr(subject, 1, length($1)) = $1"),
        args![account_prefix(login)],
    )
    .await?;
    Ok(())
}

/// Takes one charged attempt back.
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

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn org4_addresses_of_one_connection_count_as_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:203.0.113.7"), "203.0.113.7", "IPv4 in the clothes of IPv6");
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        assert_eq!(network(""), "");
    }
}
