//! Accounts: sign-in, sessions, passwords, preferences, and the first operator (Source: ORG-3, ORG-4).

mod demo;
mod password;
mod preferences;
mod session;
mod set_up;
mod sign_in;

use domain::{
    authority::{Actor, Person},
    identity::{AccountId, OrganisationId},
    problem::Problem,
};

use crate::{Backend, args, db::Tx, sql};

pub use demo::{DEMO_PASSWORD, DemoAccount, demo_accounts};
pub use password::{change_password, hash_password, reset_password};
pub use preferences::{Profile, change_preferences, profile, set_language};
pub(crate) use session::act_in;
pub use session::{
    NewSession, Presence, Session, actor, end_other_sessions, end_session, open_session, presence,
    sessions, sign_out, switch_organisation, token_hash,
};
pub use set_up::{SetUpForm, create_operator, set_up};
pub use sign_in::sign_in;
pub(crate) use sign_in::{charge, forget};

/// True while nobody has an account: the first visit creates the operator.
pub async fn is_empty(backend: &Backend) -> Result<bool, Problem> {
    nobody(&mut backend.read().await?).await
}

async fn nobody(tx: &mut Tx) -> Result<bool, Problem> {
    Ok(tx.one(sql!("select id from account limit 1"), args![]).await?.is_none())
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

/// The actor of a step with which a stranger becomes a person, so that the audit trail names them.
pub(crate) fn became(actor: &Actor, session: &NewSession, name: &str, operator: bool) -> Actor {
    Actor::Person(Box::new(Person {
        account: session.account,
        session: session.session,
        name: name.to_owned(),
        operator,
        membership: None,
        address: actor.address().to_owned(),
        language: None,
        theme: None,
    }))
}

/// The organisation an account joined first, in which it acts unless it chose another.
pub(crate) async fn first_organisation(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Option<OrganisationId>, Problem> {
    let row = tx
        .one(
            sql!(
                "select organisation_id from member where account_id = $1 \
                 order by joined_at, organisation_id limit 1"
            ),
            args![account],
        )
        .await?;
    Ok(row.map(|row| row.get("organisation_id")).transpose()?)
}
