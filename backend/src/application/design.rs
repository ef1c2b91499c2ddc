//! The designer's use case: one edit of an app's content is one unit of work, refused when somebody
//! else changed the same component meanwhile, and on record in delivered apps (Source: APP-4,
//! APP-5).

use std::collections::BTreeMap;

use domain::{
    application::{
        ComponentChange, ComponentKind, Digest, Document, Key, Manifest, Tree, diff_trees,
    },
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, ChangeId, OrganisationId},
    lang::Text,
    lifecycle::{Access, Channel},
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;

use super::{document, hold_for_design, may_design};
use crate::{
    Backend, args, audit,
    db::{Row, Tx},
    lifecycle::{self, App},
    maintenance,
    problem::changed_meanwhile,
    record, sql,
};

/// The component an editor looked at and what it held then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its key.
    pub key: Key,
    /// Its digest.
    pub digest: Digest,
}

/// An app as its designer sees it.
pub struct Design {
    /// The app.
    pub app: App,
    /// Its content.
    pub tree: Tree,
    /// The digests of its content, which edits start from.
    pub manifest: Manifest,
    /// What this person may do.
    pub access: Access,
    /// Whether it came from an import, which has a report.
    pub imported: bool,
}

impl Design {
    /// What an edit of this component starts from.
    pub fn started(&self, key: &Key) -> Option<Started> {
        Some(Started { key: key.clone(), digest: self.manifest.digest_of(key)? })
    }
}

/// Opens the designer.
pub async fn open(backend: &Backend, actor: &Actor, id: ApplicationId) -> Result<Design, Problem> {
    actor.may(UseCase::DesignRead)?;
    let mut tx = backend.read().await?;
    let found = lifecycle::access(&mut tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, &mut tx, actor, found).await?;
    may_design(&app, &access)?;
    let tree = super::tree(&mut tx, id).await?;
    let manifest = tree.manifest();
    let report = sql!("select 1 from application_import where application_id = $1");
    let imported = tx.one(report, args![id]).await?.is_some();
    Ok(Design { app, tree, manifest, access, imported })
}

/// Changes an app's content. `edit` is the domain's transition; whatever components it changes are
/// stored, indexed and recorded together.
pub async fn edit<T>(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    started: &Started,
    edit: impl FnOnce(&mut Tree) -> Result<T, Problem>,
) -> Result<T, Problem> {
    actor.may(UseCase::DesignChange)?;
    let mut tx = backend.begin().await?;
    // Edits of one app queue here, so that two cannot start from the same content.
    let (app, access) = hold_for_design(backend, &mut tx, actor, id).await?;
    let mut tree = super::tree(&mut tx, id).await?;
    let before = tree.clone();
    if before.manifest().digest_of(&started.key) != Some(started.digest) {
        return Err(changed_meanwhile());
    }
    let outcome = edit(&mut tree)?;
    let changes = changes_between(&before, &tree);
    if !changes.is_empty() {
        store(backend, &mut tx, actor, (&app, &access), (&before, &tree), &changes).await?;
        record::index::follow(&mut tx, id, &before, &tree).await?;
        tx.run(
            sql!("update application set changed_at = $1 where id = $2"),
            args![backend.now(), id],
        )
        .await?;
    }
    tx.commit().await?;
    Ok(outcome)
}

/// One component that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: ComponentKind,
    /// Its key.
    pub key: Key,
    /// What it was, if it was there.
    pub before: Option<Digest>,
    /// What it is, if it is there.
    pub after: Option<Digest>,
}

/// The components that differ between two manifests.
pub fn differences(before: &Manifest, after: &Manifest) -> Vec<Difference> {
    let mut all: BTreeMap<(ComponentKind, Key), (Option<Digest>, Option<Digest>)> = BTreeMap::new();
    for entry in before.entries() {
        all.entry((entry.kind, entry.key.clone())).or_default().0 = Some(entry.digest);
    }
    for entry in after.entries() {
        all.entry((entry.kind, entry.key.clone())).or_default().1 = Some(entry.digest);
    }
    all.into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|((kind, key), (before, after))| Difference { kind, key, before, after })
        .collect()
}

fn changes_between(before: &Tree, after: &Tree) -> Vec<Difference> {
    differences(&before.manifest(), &after.manifest())
}

async fn store(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    (app, access): (&App, &Access),
    (before, tree): (&Tree, &Tree),
    changes: &[Difference],
) -> Result<(), Problem> {
    let id = app.id;
    let author = actor.person()?.account;
    let changed = changes.iter().filter_map(|change| tree.get(change.key.as_str()));
    document::put_all(tx, changed).await?;
    for change in changes {
        document::put_component(backend, tx, id, author, change.kind, &change.key, change.after)
            .await?;
        if app.origin.is_some() {
            note(backend, tx, actor, id, access.channel, change).await?;
        }
        if access.is_maintenance() {
            lifecycle::untick_page(tx, id, change.key.as_str()).await?;
        }
    }
    let title = |change: &Difference| {
        let key = change.key.as_str();
        tree.get(key).or_else(|| before.get(key)).map(Document::title)
    };
    let titles: Vec<Text> = changes.iter().filter_map(title).collect();
    let channel = access.channel.code();
    let detail = json!({ "name": app.name, "components": titles, "channel": channel });
    audit::record(backend, tx, actor, &app.concerned(), "application.designed", id, detail).await
}

async fn note(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
    channel: Channel,
    change: &Difference,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into component_change (id, application_id, kind, key, before_digest, \
             after_digest, author, author_organisation, channel, at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            backend.id::<ChangeId>(),
            id,
            change.kind.code(),
            change.key.as_str(),
            document::optional(change.before),
            document::optional(change.after),
            actor.person()?.account,
            actor.membership()?.organisation,
            channel.code(),
            backend.now()
        ],
    )
    .await?;
    Ok(())
}

/// A change of a component in a delivered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// What kind of component.
    pub kind: ComponentKind,
    /// Which.
    pub key: Key,
    /// What it held before, if it was there.
    pub before: Option<Document>,
    /// What it held then, if it was there still.
    pub after: Option<Document>,
    /// Who changed it.
    pub author: AccountId,
    /// That person's name.
    pub author_name: String,
    /// On behalf of which organisation.
    pub organisation: OrganisationId,
    /// That organisation's name.
    pub organisation_name: String,
    /// Through which channel.
    pub channel: Channel,
    /// When.
    pub at: Timestamp,
}

impl Change {
    /// What the component is called.
    pub fn title(&self) -> Text {
        let held = self.after.as_ref().or(self.before.as_ref());
        held.map(Document::title).unwrap_or_default()
    }

    /// What changed in it, property by property.
    pub fn differences(&self) -> Vec<ComponentChange> {
        let tree = |document: &Option<Document>| {
            let mut tree = Tree::default();
            if let Some(document) = document {
                tree.put(self.key.clone(), document.clone());
            }
            tree
        };
        diff_trees(&tree(&self.before), &tree(&self.after))
    }
}

/// How many changes a page shows.
pub const CHANGES: u8 = 50;

/// The changes of a delivered app before `before`, the newest first, with both contents, for those
/// who build in it, on either side (Source: APP-5). One more than a page shows, where there is one.
pub async fn changes(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    before: Option<Timestamp>,
) -> Result<Vec<Change>, Problem> {
    actor.may(UseCase::ChangesRead)?;
    let mut tx = backend.read().await?;
    let found = lifecycle::access(&mut tx, actor, id).await?;
    maintenance::require_entered(backend, &mut tx, actor, found).await?;
    let rows = tx
        .all(
            sql!(
                "select c.*, a.name as author_name, o.name as organisation_name, \
                 b.body as before_body, f.body as after_body from component_change c \
                 join account a on a.id = c.author \
                 join organisation o on o.id = c.author_organisation \
                 left join document b on b.digest = c.before_digest \
                 left join document f on f.digest = c.after_digest \
                 where c.application_id = $1 and c.at < $2 order by c.at desc, c.id desc limit $3"
            ),
            args![id, before.map_or(i64::MAX, |at| at.0), i64::from(CHANGES) + 1],
        )
        .await?;
    rows.iter().map(change).collect()
}

fn change(row: &Row) -> Result<Change, Problem> {
    Ok(Change {
        id: row.get("id")?,
        kind: row.parse("kind", ComponentKind::parse)?,
        key: row.parse("key", |text| Key::parse(text).ok())?,
        before: held(row, "before_body")?,
        after: held(row, "after_body")?,
        author: row.get("author")?,
        author_name: row.get("author_name")?,
        organisation: row.get("author_organisation")?,
        organisation_name: row.get("organisation_name")?,
        channel: row.parse("channel", Channel::parse)?,
        at: row.get("at")?,
    })
}

fn held(row: &Row, column: &str) -> Result<Option<Document>, Problem> {
    Ok(match row.get::<Option<String>>(column)? {
        Some(_) => Some(document::parse(row, column)?),
        None => None,
    })
}
