//! How a person wants to be addressed and to see the pages (Source: ALL-3).

use domain::{
    account::{Preferences, PreferencesForm, Theme},
    authority::{Actor, UseCase},
    lang::Lang,
    problem::Problem,
};
use serde_json::json;

use crate::{Backend, args, audit, problem::missing, sql};

/// A person's own account, as shown to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// E-mail address or mobile number.
    pub login: String,
    /// Name, language and look.
    pub preferences: Preferences,
}

/// The signed-in person's account.
pub async fn profile(backend: &Backend, actor: &Actor) -> Result<Profile, Problem> {
    actor.may(UseCase::PreferencesChange)?;
    let row = backend
        .read()
        .await?
        .one(
            sql!("select id, login, name, language, theme from account where id = $1"),
            args![actor.person()?.account],
        )
        .await?
        .ok_or_else(|| missing("账号", "account"))?;
    let code = |column| row.get::<Option<String>>(column);
    Ok(Profile {
        login: row.get("login")?,
        preferences: Preferences {
            name: row.get("name")?,
            language: code("language")?.and_then(|code| Lang::parse(&code)),
            theme: code("theme")?.and_then(|code| Theme::parse(&code)),
        },
    })
}

/// Changes the signed-in person's name, language and look.
pub async fn change_preferences(
    backend: &Backend,
    actor: &Actor,
    form: &PreferencesForm,
) -> Result<Preferences, Problem> {
    actor.may(UseCase::PreferencesChange)?;
    let person = actor.person()?;
    let wanted = form.check()?;
    let mut tx = backend.begin().await?;
    tx.run(
        sql!("update account set name = $1, language = $2, theme = $3 where id = $4"),
        args![
            &wanted.name,
            wanted.language.map(Lang::code),
            wanted.theme.map(Theme::code),
            person.account
        ],
    )
    .await?;
    if wanted.name != person.name {
        let detail = json!({"before": person.name, "after": wanted.name});
        audit::record(backend, &mut tx, actor, &[], "account.renamed", person.account, detail)
            .await?;
    }
    tx.commit().await?;
    Ok(wanted)
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
