//! Passwords: argon2id on threads that may block, changing and resetting.

use argon2::{
    Argon2, PasswordHash, PasswordVerifier,
    password_hash::{PasswordHasher, SaltString},
};
use domain::{
    account::{ChangePassword, password, wrong_password},
    authority::{Actor, UseCase},
    command::{Checked, key_used},
    identity::AccountId,
    lang::Text,
    problem::{FieldCheck, Problem},
};
use serde_json::json;
use tokio::sync::Semaphore;

use super::sign_in::{charge, forget, forget_account};
use crate::{
    Backend, args, audit,
    command::{Begun, require_place},
    notice::{self, To},
    problem::{Internal, missing},
    sql,
};

/// Runs argon2 on a thread that may block. It takes 19 MiB each time: more than a few at once would
/// take the memory of everybody else.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    static PLACES: Semaphore = Semaphore::const_new(4);
    let place = PLACES.acquire().await.internal()?;
    // The thread keeps its place, also when nobody waits for it any more.
    let thread = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    thread.await.internal()
}

/// Hashes a password with argon2id.
pub async fn hash_password(backend: &Backend, password: &str) -> Result<String, Problem> {
    let mut salt = [0; 16];
    backend.random(&mut salt);
    let password = password.to_owned();
    hashing(move || {
        let salt = SaltString::encode_b64(&salt)?;
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    })
    .await?
    .internal()
}

pub(super) async fn password_fits(password: &str, hash: Option<String>) -> Result<bool, Problem> {
    // Unknown accounts take as long as known ones, so that nobody learns who has an account.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                          YW5kIG5vdGhpbmcgd2lsbCBldmVyIGZpdCB0aGlzISE";
    let password = password.to_owned();
    hashing(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&hash)
            .and_then(|hash| Argon2::default().verify_password(password.as_bytes(), &hash))
            .is_ok();
        fits && known
    })
    .await
}

/// Changes one's own password and ends all other sessions. Guessing the current one is slowed down
/// like signing in, so that a borrowed screen does not give the account away.
pub async fn change_password(
    backend: &Backend,
    actor: &Actor,
    command: Checked<ChangePassword>,
) -> Result<(), Problem> {
    actor.may(UseCase::PasswordChange)?;
    let person = actor.person()?;
    if backend.answered(actor, &command).await?.is_none() {
        require_place(backend, actor, &command.posting).await?;
    }
    let (login, hash) = credentials(backend, person.account).await?;
    let mut check = FieldCheck::new();
    let new = check.take("new", password(&command.value.new, &login));
    let new = check.conclude(new)?;
    let subject = format!("password:{}", person.account);
    charge(backend, &[(&subject, 0)]).await?;
    if !password_fits(&command.value.current, Some(hash)).await? {
        // What fitted the first time does not when the same is sent again.
        return match backend.answered(actor, &command).await? {
            Some(()) => sent_again(backend, person.account, &subject, new).await,
            None => Err(wrong_password()),
        };
    }
    let hash = hash_password(backend, new).await?;
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(()) => return sent_again(backend, person.account, &subject, new).await,
        Begun::Work(unit) => unit,
    };
    let tx = &mut *unit;
    forget(tx, &subject).await?;
    tx.run(
        sql!("update account set password_hash = $1 where id = $2"),
        args![hash, person.account],
    )
    .await?;
    tx.run(
        sql!("delete from session where account_id = $1 and id <> $2"),
        args![person.account, person.session],
    )
    .await?;
    let told = Text::of(
        "您的密码已修改，其他设备上的登录已全部结束",
        "Your password was changed, and all your other sessions were ended",
    );
    notice::tell(backend, tx, To::Account(person.account, None), &told, "/me/sessions").await?;
    let action = "account.password_changed";
    audit::record(backend, tx, actor, &[], action, person.account, json!({})).await?;
    unit.commit(backend, ()).await
}

/// The login and the password's hash of an account.
async fn credentials(backend: &Backend, account: AccountId) -> Result<(String, String), Problem> {
    let row = backend
        .read()
        .await?
        .one(sql!("select login, password_hash from account where id = $1"), args![account])
        .await?
        .ok_or_else(|| missing("账号", "account"))?;
    Ok((row.get("login")?, row.get("password_hash")?))
}

/// The answer to a change that was done before under the same key. Passwords are not among what tells
/// commands apart, so it holds only where the password it asks for is the one in force; trying that
/// out is slowed down as well.
async fn sent_again(
    backend: &Backend,
    account: AccountId,
    subject: &str,
    new: &str,
) -> Result<(), Problem> {
    let (_, hash) = credentials(backend, account).await?;
    if !password_fits(new, Some(hash)).await? {
        return Err(key_used());
    }
    let mut tx = backend.begin().await?;
    forget(&mut tx, subject).await?;
    Ok(tx.commit().await?)
}

/// Sets a new password for `login`, ends all its sessions and opens its sign-in again; for the command
/// line.
pub async fn reset_password(backend: &Backend, login: &str, new: &str) -> Result<(), Problem> {
    let mut check = FieldCheck::new();
    let login = check.take("login", domain::account::login(login));
    let new = check.take("password", password(new, login.as_deref().unwrap_or_default()));
    let (login, new) = check.conclude(login.zip(new))?;
    let hash = hash_password(backend, new).await?;
    let mut tx = backend.begin().await?;
    let account: AccountId = tx
        .one(
            sql!("update account set password_hash = $1 where login = $2 returning id"),
            args![hash, &login],
        )
        .await?
        .ok_or_else(|| missing("账号", "account"))?
        .get("id")?;
    tx.run(sql!("delete from session where account_id = $1"), args![account]).await?;
    forget_account(&mut tx, &login).await?;
    forget(&mut tx, &format!("password:{account}")).await?;
    let detail = json!({"login": login});
    audit::record(backend, &mut tx, &Actor::System, &[], "account.password_reset", account, detail)
        .await?;
    Ok(tx.commit().await?)
}
