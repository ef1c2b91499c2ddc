//! Documents by digest: each content is stored once, whoever has it (Source: ORD-4, architecture
//! "The core").

use domain::{
    application::{
        Component, ComponentKind, Digest, Document, FormDocument, Key, Manifest, ManifestEntry,
        Tree,
    },
    identity::{AccountId, ApplicationId},
    problem::Problem,
};

use crate::{
    Backend, args,
    db::{Inconsistent, IntoValue, Row, Tx},
    sql,
};

/// Stores a document unless it is there already; gives its digest.
pub async fn put(tx: &mut Tx, document: &Document) -> Result<Digest, Problem> {
    put_all(tx, [document]).await?;
    Ok(document.digest())
}

/// Stores documents unless they are there already.
pub async fn put_all<'a>(
    tx: &mut Tx,
    documents: impl IntoIterator<Item = &'a Document>,
) -> Result<(), Problem> {
    let rows = documents.into_iter().map(|document| {
        let body = document.canonical();
        let digest = Digest::of(body.as_bytes()).to_string();
        args![digest, document.kind().code(), body]
    });
    let head = "insert into document (digest, kind, body)";
    tx.insert_many(head, rows.collect(), "on conflict (digest) do nothing").await?;
    Ok(())
}

/// The document with this digest.
pub async fn get(tx: &mut Tx, digest: &str) -> Result<Document, Problem> {
    let row = tx.one(sql!("select body from document where digest = $1"), args![digest]).await?;
    let row = row.ok_or_else(|| Inconsistent::new("digest", "no such document", digest))?;
    Ok(parse(&row, "body")?)
}

/// Reads the document in a column.
pub fn parse(row: &Row, column: &str) -> Result<Document, Inconsistent> {
    let body: String = row.get(column)?;
    Document::parse(&body).map_err(|error| {
        Inconsistent::new(column, error.to_string(), Digest::of(body.as_bytes()).to_string())
    })
}

/// The app whose components are these rows of `key` and `body`.
pub(crate) fn tree_of(rows: &[Row]) -> Result<Tree, Problem> {
    let components: Vec<Component> = rows
        .iter()
        .map(|row| Ok(Component { key: key(row)?, document: parse(row, "body")? }))
        .collect::<Result<_, Inconsistent>>()?;
    Ok(Tree::of(components))
}

/// The manifest whose entries are these rows of `kind`, `key` and `digest`.
pub(crate) fn manifest_of(rows: &[Row]) -> Result<Manifest, Problem> {
    let entries: Vec<ManifestEntry> = rows
        .iter()
        .map(|row| {
            Ok(ManifestEntry {
                kind: row.parse("kind", ComponentKind::parse)?,
                key: key(row)?,
                digest: row.parse("digest", |text| text.parse().ok())?,
            })
        })
        .collect::<Result<_, Inconsistent>>()?;
    Ok(Manifest::of(entries))
}

fn key(row: &Row) -> Result<Key, Inconsistent> {
    row.parse("key", |text| Key::parse(text).ok())
}

/// Stores all components of a new app.
pub(crate) async fn put_components(
    backend: &Backend,
    tx: &mut Tx,
    application: ApplicationId,
    author: AccountId,
    tree: &Tree,
) -> Result<(), Problem> {
    put_all(tx, tree.components().map(|(_, document)| document)).await?;
    let now = backend.now();
    let manifest = tree.manifest();
    let rows = manifest.entries().iter().map(|entry| {
        args![
            application,
            entry.kind.code(),
            entry.key.as_str(),
            entry.digest.to_string(),
            author,
            now
        ]
    });
    let head = "insert into application_component (application_id, kind, key, digest, changed_by, \
                changed_at)";
    tx.insert_many(head, rows.collect(), "").await?;
    Ok(())
}

/// Sets or takes away one component of an app.
pub(crate) async fn put_component(
    backend: &Backend,
    tx: &mut Tx,
    application: ApplicationId,
    author: AccountId,
    kind: ComponentKind,
    key: &Key,
    digest: Option<Digest>,
) -> Result<(), Problem> {
    match digest {
        Some(digest) => {
            tx.run(
                sql!(
                    "insert into application_component (application_id, kind, key, digest, \
                     changed_by, changed_at) values ($1, $2, $3, $4, $5, $6) \
                     on conflict (application_id, kind, key) do update set \
                     digest = excluded.digest, changed_by = excluded.changed_by, \
                     changed_at = excluded.changed_at"
                ),
                args![
                    application,
                    kind.code(),
                    key.as_str(),
                    digest.to_string(),
                    author,
                    backend.now()
                ],
            )
            .await?;
        }
        None => {
            tx.run(
                sql!(
                    "delete from application_component where application_id = $1 and kind = $2 \
                     and key = $3"
                ),
                args![application, kind.code(), key.as_str()],
            )
            .await?;
        }
    }
    Ok(())
}

/// A digest as the column that holds it.
pub(crate) fn optional(digest: Option<Digest>) -> crate::db::Value {
    digest.map(|digest| digest.to_string()).into_value()
}

/// The forms among components (`key`, `body`), in the order of the navigation among them.
pub fn forms_in_order(rows: &[Row]) -> Result<Vec<(Key, FormDocument)>, Problem> {
    let mut components = Vec::new();
    for row in rows {
        let key = row.parse("key", |key| Key::parse(key).ok())?;
        let document = row.parse("body", |body| Document::parse(body).ok())?;
        components.push(Component { key, document });
    }
    let tree = Tree::of(components);
    Ok(tree.forms().into_iter().map(|(key, form)| (key.clone(), form.clone())).collect())
}
