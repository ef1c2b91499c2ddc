//! The premium mark (精品应用), which operators set and which keeps an app from being distributed by
//! link (Source: LNK-2).

use domain::{
    authority::{Actor, UseCase},
    identity::{ApplicationId, OrganisationId},
    lang::Text,
    problem::Problem,
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    db::{Inconsistent, Row},
    page::{self, pattern},
    problem::missing,
    sql,
};

/// How many apps a page shows.
pub const PAGE: i64 = 50;

/// An app as operators see it: what it is called and whose it is, nothing inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The app.
    pub id: ApplicationId,
    /// Its name.
    pub name: Text,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// That organisation's name.
    pub organisation_name: String,
    /// Whether it has the mark.
    pub premium: bool,
    /// Whether it was delivered, and so cannot be distributed anyway.
    pub delivered: bool,
}

fn from_row(row: &Row) -> Result<Listed, Inconsistent> {
    Ok(Listed {
        id: row.get("id")?,
        name: Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?),
        organisation: row.get("organisation_id")?,
        organisation_name: row.get("organisation_name")?,
        premium: row.get("premium")?,
        delivered: row.get::<Option<String>>("origin_order")?.is_some(),
    })
}

/// All apps whose name or organisation contains `text`, the newest first, from behind `after` on.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    text: &str,
    after: Option<ApplicationId>,
) -> Result<Vec<Listed>, Problem> {
    actor.may(UseCase::PremiumChange)?;
    let after = page::before(after.map(|id| id.to_string()).as_deref());
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select a.id, a.name_zh, a.name_en, a.organisation_id, a.premium, a.origin_order, \
                 o.name as organisation_name from application a \
                 join organisation o on o.id = a.organisation_id where a.visible = 1 \
                 and (lower(a.name_zh) like $1 escape '\\' or lower(a.name_en) like $1 escape '\\' \
                 or lower(o.name) like $1 escape '\\') and a.id < $2 order by a.id desc limit $3"
            ),
            args![pattern(text), after, PAGE],
        )
        .await?;
    Ok(rows.iter().map(from_row).collect::<Result<_, _>>()?)
}

/// Sets or takes away the mark.
pub async fn mark(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    premium: bool,
) -> Result<(), Problem> {
    actor.may(UseCase::PremiumChange)?;
    let mut tx = backend.begin().await?;
    let row = tx
        .one(
            sql!(
                "update application set premium = $1, changed_at = $2, revision = revision + 1 \
                 where id = $3 returning organisation_id, name_zh, name_en"
            ),
            args![premium, backend.now(), id],
        )
        .await?
        .ok_or_else(|| missing("应用", "app"))?;
    let organisation: OrganisationId = row.get("organisation_id")?;
    let name = Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?);
    let detail = json!({ "premium": premium, "name": name });
    audit::record(backend, &mut tx, actor, &[organisation], "application.premium", id, detail)
        .await?;
    Ok(tx.commit().await?)
}
