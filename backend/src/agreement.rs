//! The distribution agreement (《服务商分发协议》) in storage: versions that operators write
//! (Source: ORD-2).

use domain::{
    agreement::{AgreementForm, FIRST},
    authority::{Actor, UseCase},
    lang::Text,
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    db::{Row, Tx},
    problem::{changed_meanwhile, missing},
    sql,
};

/// One version of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// 1, 2, 3 …
    pub version: i64,
    /// The text in both languages.
    pub text: Text,
    /// Who wrote it; none for the first.
    pub author: Option<String>,
    /// Since when it holds; none for the first.
    pub created_at: Option<Timestamp>,
}

impl Agreement {
    fn first() -> Self {
        Self { version: 1, text: FIRST, author: None, created_at: None }
    }
}

fn from_row(row: &Row) -> Result<Agreement, Problem> {
    Ok(Agreement {
        version: row.get("version")?,
        text: Text::new(row.get::<String>("text_zh")?, row.get::<String>("text_en")?),
        author: row.get("author")?,
        created_at: row.get::<Option<Timestamp>>("created_at")?,
    })
}

/// The version that holds now.
pub async fn current(tx: &mut Tx) -> Result<Agreement, Problem> {
    let row = tx
        .one(
            sql!(
                "select g.*, a.name as author from agreement g \
                 left join account a on a.id = g.created_by order by g.version desc limit 1"
            ),
            args![],
        )
        .await?;
    row.map_or_else(|| Ok(Agreement::first()), |row| from_row(&row))
}

/// The version that holds now, stored, so that a delivery can name it.
pub async fn ensure(backend: &Backend, tx: &mut Tx) -> Result<Agreement, Problem> {
    let agreement = current(tx).await?;
    if agreement.created_at.is_none() {
        tx.run(
            sql!(
                "insert into agreement (version, text_zh, text_en, created_by, created_at) \
                 values ($1, $2, $3, null, $4) on conflict (version) do nothing"
            ),
            args![
                agreement.version,
                agreement.text.zh.as_ref(),
                agreement.text.en.as_ref(),
                backend.now()
            ],
        )
        .await?;
    }
    Ok(agreement)
}

/// The version that holds now, for whoever is asked to agree.
pub async fn read(backend: &Backend, actor: &Actor) -> Result<Agreement, Problem> {
    actor.may(UseCase::AgreementRead)?;
    current(&mut backend.read().await?).await
}

/// A certain version, as a delivery names it.
pub async fn version(backend: &Backend, actor: &Actor, version: i64) -> Result<Agreement, Problem> {
    actor.may(UseCase::AgreementRead)?;
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select g.*, a.name as author from agreement g \
                 left join account a on a.id = g.created_by where g.version = $1"
            ),
            args![version],
        )
        .await?;
    match row {
        Some(row) => from_row(&row),
        None if version == 1 => Ok(Agreement::first()),
        None => Err(missing("协议版本", "version of the agreement")),
    }
}

/// The versions, the newest first.
pub async fn versions(backend: &Backend, actor: &Actor) -> Result<Vec<Agreement>, Problem> {
    actor.may(UseCase::AgreementRead)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select g.*, a.name as author from agreement g \
                 left join account a on a.id = g.created_by order by g.version desc limit 100"
            ),
            args![],
        )
        .await?;
    if rows.is_empty() {
        return Ok(vec![Agreement::first()]);
    }
    rows.iter().map(from_row).collect()
}

/// An operator writes a new version; sends from now on need this one ticked. A text that says what
/// the present one says makes none: its number comes back.
pub async fn change(
    backend: &Backend,
    actor: &Actor,
    form: &AgreementForm,
) -> Result<i64, Problem> {
    actor.may(UseCase::AgreementChange)?;
    let text = form.check()?;
    let mut tx = backend.begin().await?;
    let before = ensure(backend, &mut tx).await?;
    if form.based_on != before.version {
        return Err(changed_meanwhile());
    }
    if text == before.text {
        return Ok(before.version);
    }
    let version = before.version + 1;
    let inserted = tx
        .run(
            sql!(
                "insert into agreement (version, text_zh, text_en, created_by, created_at) \
                 values ($1, $2, $3, $4, $5) on conflict (version) do nothing"
            ),
            args![
                version,
                text.zh.as_ref(),
                text.en.as_ref(),
                actor.person()?.account,
                backend.now()
            ],
        )
        .await?;
    if inserted == 0 {
        return Err(changed_meanwhile());
    }
    let detail = json!({"version": version});
    audit::record(backend, &mut tx, actor, &[], "installation.agreement_changed", version, detail)
        .await?;
    tx.commit().await?;
    Ok(version)
}
