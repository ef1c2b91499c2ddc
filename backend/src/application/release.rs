//! Releases: immutable, numbered, signed lists of what an app was (Source: architecture, "The
//! core").

use std::sync::Arc;

use domain::{
    application::{ComponentChange, Digest, FormDocument, Key, Tree, diff_trees},
    authority::{Actor, UseCase},
    design::{delivered_app, nothing_new},
    identity::{ApplicationId, ReleaseId},
    lang::Text,
    lifecycle::Access,
    problem::{FieldCheck, Problem},
    time::Timestamp,
};
use serde_json::json;

use super::{document, hold_for_design, may_design};
use crate::{
    Backend, args, audit,
    db::{Inconsistent, Row, Tx},
    lifecycle::{self, App},
    maintenance,
    problem::{Internal, missing},
    sql,
};

/// How many releases a page shows.
pub const PAGE: i64 = 50;

/// A release of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// The app.
    pub application: ApplicationId,
    /// Counts the releases of the app from 1.
    pub number: i64,
    /// The digest of its manifest: names its whole content.
    pub digest: Digest,
    /// What whoever published it says about it.
    pub note: String,
    /// The installation's signature.
    pub signature: String,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

impl Release {
    /// Whether the installation signed exactly this.
    pub fn is_signed(&self, backend: &Backend) -> bool {
        let subject = subject(self.application, self.number);
        backend.key().is_some_and(|key| key.verify(&subject, self.digest, &self.signature))
    }
}

/// A page of an app, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSummary {
    /// Its key.
    pub key: Key,
    /// Its title.
    pub title: Text,
    /// How many fields it has.
    pub fields: usize,
}

/// The pages of a release, which is immutable: read once, then remembered for the many who look.
pub(crate) async fn pages(
    backend: &Backend,
    tx: &mut Tx,
    release: ReleaseId,
) -> Result<Arc<[PageSummary]>, Problem> {
    if let Some(pages) = backend.release_pages.get(&release) {
        return Ok(pages);
    }
    let summary = |(key, form): (Key, FormDocument)| PageSummary {
        key,
        fields: form.value_fields().count(),
        title: form.title,
    };
    let pages: Arc<[PageSummary]> = document::forms_in_order(&documents(tx, release).await?)?
        .into_iter()
        .map(summary)
        .collect();
    backend.release_pages.insert(release, pages.clone());
    Ok(pages)
}

fn subject(application: ApplicationId, number: i64) -> String {
    format!("{application} {number}")
}

fn from_row(row: &Row) -> Result<Release, Inconsistent> {
    Ok(Release {
        id: row.get("id")?,
        application: row.get("application_id")?,
        number: row.get("number")?,
        digest: row.parse("digest", |text| text.parse().ok())?,
        note: row.get("note")?,
        signature: row.get("signature")?,
        created_by: row.get("author_name")?,
        created_at: row.get("created_at")?,
    })
}

/// The newest release of an app that can be offered.
pub(crate) async fn offered(tx: &mut Tx, id: ApplicationId) -> Result<Release, Problem> {
    newest(tx, id).await?.ok_or_else(domain::link::not_released)
}

/// The newest release of an app, if there is one.
pub async fn newest(tx: &mut Tx, id: ApplicationId) -> Result<Option<Release>, Problem> {
    let row = tx
        .one(
            sql!(
                "select r.*, a.name as author_name from app_release r \
                 join account a on a.id = r.created_by where r.application_id = $1 \
                 order by r.number desc limit 1"
            ),
            args![id],
        )
        .await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// The content of a release.
pub async fn tree(tx: &mut Tx, release: ReleaseId) -> Result<Tree, Problem> {
    document::tree_of(&documents(tx, release).await?)
}

async fn documents(tx: &mut Tx, release: ReleaseId) -> Result<Vec<Row>, Problem> {
    let of_release = sql!(
        "select c.key, d.body from app_release_component c \
         join document d on d.digest = c.digest where c.release_id = $1 limit 5000"
    );
    Ok(tx.all(of_release, args![release]).await?)
}

/// Whether a release of this app is what the installation signed: its list has the signed digest,
/// and each document the digest in the list.
pub(crate) async fn is_whole(
    backend: &Backend,
    tx: &mut Tx,
    application: ApplicationId,
    release: ReleaseId,
) -> Result<bool, Problem> {
    let rows = tx
        .all(
            sql!(
                "select c.kind, c.key, c.digest, d.body, r.number, r.signature from app_release r \
                 join app_release_component c on c.release_id = r.id \
                 join document d on d.digest = c.digest where r.id = $1 limit 5000"
            ),
            args![release],
        )
        .await?;
    let (Some(first), Some(key)) = (rows.first(), backend.key()) else { return Ok(false) };
    for row in &rows {
        let (digest, body): (String, String) = (row.get("digest")?, row.get("body")?);
        if Digest::of(body.as_bytes()).to_string() != digest {
            return Ok(false);
        }
    }
    let subject = subject(application, first.get("number")?);
    let digest = document::manifest_of(&rows)?.digest();
    Ok(key.verify(&subject, digest, &first.get::<String>("signature")?))
}

/// Publishes the app as it is now as its next release.
pub async fn publish(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    note: &str,
) -> Result<Release, Problem> {
    actor.may(UseCase::ReleasePublish)?;
    let mut check = FieldCheck::new();
    let note = check.optional_text("note", note, 1_000);
    let note = check.conclude(note)?;
    let mut tx = backend.begin().await?;
    let (app, _) = hold_for_design(backend, &mut tx, actor, id).await?;
    if app.origin.is_some() {
        return Err(delivered_app());
    }
    let tree = super::tree(&mut tx, id).await?;
    tree.releasable()?;
    let before = newest(&mut tx, id).await?;
    let digest = tree.manifest().digest();
    if let Some(before) = before.as_ref().filter(|before| before.digest == digest) {
        return Err(nothing_new(before.number));
    }
    let number = before.map_or(1, |before| before.number + 1);
    let key = backend.key().ok_or("no signing key was given").internal()?;
    let release = Release {
        id: backend.id(),
        application: id,
        number,
        digest,
        note,
        signature: key.sign(&subject(id, number), digest),
        created_by: actor.person()?.name.clone(),
        created_at: backend.now(),
    };
    insert(&mut tx, actor, &release).await?;
    let detail = json!({ "name": app.name, "number": number, "digest": digest.to_string() });
    audit::record(backend, &mut tx, actor, &app.concerned(), "application.published", id, detail)
        .await?;
    tx.commit().await?;
    Ok(release)
}

async fn insert(tx: &mut Tx, actor: &Actor, release: &Release) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into app_release (id, application_id, number, digest, note, signature, \
             created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            release.id,
            release.application,
            release.number,
            release.digest.to_string(),
            &release.note,
            &release.signature,
            actor.person()?.account,
            release.created_at
        ],
    )
    .await?;
    tx.run(
        sql!(
            "insert into app_release_component (release_id, kind, key, digest) \
             select cast($1 as text), kind, key, digest from application_component \
             where application_id = $2"
        ),
        args![release.id, release.application],
    )
    .await?;
    Ok(())
}

/// The releases of an app, the newest first, and what changed since the newest.
pub struct Releases {
    /// The app.
    pub app: App,
    /// What this person may do in it.
    pub access: Access,
    /// What it holds now.
    pub tree: Tree,
    /// The releases.
    pub releases: Vec<Release>,
    /// What a further release would bring.
    pub pending: Vec<ComponentChange>,
    /// What stands in its way.
    pub obstacle: Option<Problem>,
}

/// Reads the releases of an app.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<Releases, Problem> {
    actor.may(UseCase::DesignRead)?;
    let mut tx = backend.read().await?;
    let (app, access) = entered(backend, &mut tx, actor, id).await?;
    let rows = tx
        .all(
            sql!(
                "select r.*, a.name as author_name from app_release r \
                 join account a on a.id = r.created_by where r.application_id = $1 \
                 order by r.number desc limit $2"
            ),
            args![id, PAGE],
        )
        .await?;
    let releases: Vec<Release> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    let now = super::tree(&mut tx, id).await?;
    let before = match releases.first() {
        Some(newest) => tree(&mut tx, newest.id).await?,
        None => Tree::default(),
    };
    let pending = diff_trees(&before, &now);
    let obstacle =
        if app.origin.is_some() { Some(delivered_app()) } else { now.releasable().err() };
    Ok(Releases { app, access, tree: now, releases, pending, obstacle })
}

/// A release and how it differs from the one before.
pub struct Comparison {
    /// The app.
    pub app: App,
    /// What this person may do in it.
    pub access: Access,
    /// The release.
    pub release: Release,
    /// What it brought.
    pub changes: Vec<ComponentChange>,
}

/// Reads a release and how it differs from the one before.
pub async fn compare(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    number: i64,
) -> Result<Comparison, Problem> {
    actor.may(UseCase::DesignRead)?;
    let mut tx = backend.read().await?;
    let (app, access) = entered(backend, &mut tx, actor, id).await?;
    let release =
        numbered(&mut tx, id, number).await?.ok_or_else(|| missing("应用版本", "release"))?;
    let before = match numbered(&mut tx, id, number - 1).await? {
        Some(before) => tree(&mut tx, before.id).await?,
        None => Tree::default(),
    };
    let changes = diff_trees(&before, &tree(&mut tx, release.id).await?);
    Ok(Comparison { app, access, release, changes })
}

/// The app, for somebody who may change it and, of its provider, has entered it.
async fn entered(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
) -> Result<(App, Access), Problem> {
    let found = lifecycle::access(tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, tx, actor, found).await?;
    may_design(&app, &access)?;
    Ok((app, access))
}

async fn numbered(tx: &mut Tx, id: ApplicationId, number: i64) -> Result<Option<Release>, Problem> {
    let row = tx
        .one(
            sql!(
                "select r.*, a.name as author_name from app_release r \
                 join account a on a.id = r.created_by \
                 where r.application_id = $1 and r.number = $2"
            ),
            args![id, number],
        )
        .await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}
