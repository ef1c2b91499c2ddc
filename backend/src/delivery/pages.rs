//! Sending chosen pages of a newer release into a delivered app, as long as nobody changed them
//! there (Source: ORD-6).

use std::collections::BTreeMap;

use domain::{
    agreement::not_agreed,
    application::{
        Association, Document, Field, FieldKind, FormDocument, Key, NavigationDocument,
        NavigationEntry, Tree,
    },
    authority::{Actor, UseCase},
    delivery::{
        Obstacle, Sending, changed_by_customer, no_pages, nothing_new, older_release,
        references_missing,
    },
    identity::{ApplicationId, ChangeId, DeliveryId, OrderId, ReleaseId},
    lang::Text,
    lifecycle::Channel,
    problem::Problem,
};

use super::{Delivery, New, ReleaseChoice, agreed, chosen_release, insert, release_choice};
use crate::{
    Backend, agreement,
    application::{
        self, document,
        release::{self, PageSummary},
    },
    args,
    db::Tx,
    lifecycle,
    order::{self, Order},
    problem::missing,
    record::index,
    sql,
};

/// How a page of a release compares with the customer's app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageState {
    /// The customer has exactly this.
    Same,
    /// The release has something newer, and the customer has what was sent.
    Newer,
    /// The customer does not have it yet.
    New,
    /// It was changed in the customer's app and is not overwritten.
    Changed,
}

impl PageState {
    /// Whether it can be sent.
    pub const fn can_be_sent(self) -> bool {
        matches!(self, Self::Newer | Self::New)
    }

    /// What people read.
    pub const fn label(self) -> Text {
        match self {
            Self::Same => Text::of("与客户应用一致", "Same as the customer's"),
            Self::Newer => Text::of("有更新", "Newer"),
            Self::New => Text::of("新页面", "New page"),
            Self::Changed => Text::of("客户应用中已修改", "Changed in the customer's app"),
        }
    }
}

/// A page of a release (页面发送状态).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendablePage {
    /// Its key.
    pub key: Key,
    /// Its title.
    pub title: Text,
    /// How it compares.
    pub state: PageState,
    digest: String,
    now: Option<String>,
}

async fn release_digests(
    tx: &mut Tx,
    release: ReleaseId,
) -> Result<BTreeMap<String, String>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select key, digest from app_release_component where release_id = $1 \
                 and kind = 'form' limit 5000"
            ),
            args![release],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("key")?, row.get("digest")?))).collect()
}

async fn present_digests(
    tx: &mut Tx,
    app: ApplicationId,
) -> Result<BTreeMap<String, String>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select key, digest from application_component where application_id = $1 \
                 and kind = 'form' limit 5000"
            ),
            args![app],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("key")?, row.get("digest")?))).collect()
}

/// What was sent last of each page: the release that the app came from, and over it the pages that
/// were sent since.
async fn sent_digests(
    tx: &mut Tx,
    app: ApplicationId,
) -> Result<BTreeMap<String, String>, Problem> {
    let origin = lifecycle::find(tx, app).await?.origin.ok_or_else(lifecycle::no_app)?;
    let mut sent = release_digests(tx, origin.release).await?;
    let rows = tx
        .all(
            sql!("select key, digest from sent_page where application_id = $1 limit 5000"),
            args![app],
        )
        .await?;
    for row in rows {
        sent.insert(row.get("key")?, row.get("digest")?);
    }
    Ok(sent)
}

async fn compare(
    backend: &Backend,
    tx: &mut Tx,
    app: ApplicationId,
    release: ReleaseId,
) -> Result<Vec<SendablePage>, Problem> {
    let (digests, present, sent) = (
        release_digests(tx, release).await?,
        present_digests(tx, app).await?,
        sent_digests(tx, app).await?,
    );
    let pages = release::pages(backend, tx, release).await?;
    let page = |summary: &PageSummary| {
        let key = summary.key.as_str();
        let digest = digests.get(key)?.clone();
        let (now, sent) = (present.get(key), sent.get(key));
        let state = match (now, sent) {
            (Some(now), _) if *now == digest => PageState::Same,
            (None, None) => PageState::New,
            (now, sent) if now == sent => PageState::Newer,
            _ => PageState::Changed,
        };
        let now = now.cloned();
        let (title, key) = (summary.title.clone(), summary.key.clone());
        Some(SendablePage { key, title, state, digest, now })
    };
    Ok(pages.iter().filter_map(page).collect())
}

/// The releases whose pages can be sent, the newest first: those not older than what the customer
/// has (Source: ORD-6).
pub async fn page_releases(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<Vec<ReleaseChoice>, Problem> {
    let order = order::read(backend, actor, id).await?;
    let mut tx = backend.read().await?;
    let arrived = newest_arrived(&mut tx, id).await?;
    let rows = tx
        .all(
            sql!(
                "select id, number, note, created_at from app_release where application_id = $1 \
                 and number >= $2 order by number desc limit 100"
            ),
            args![order.application, arrived],
        )
        .await?;
    rows.iter().map(release_choice).collect()
}

/// The number of the newest release of which something has arrived.
async fn newest_arrived(tx: &mut Tx, order: OrderId) -> Result<i64, Problem> {
    let row = tx
        .one(
            sql!(
                "select coalesce(max(r.number), 0) as number from delivery d \
                 join app_release r on r.id = d.release_id \
                 where d.order_id = $1 and d.state = 'succeeded'"
            ),
            args![order],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("number"))?)
}

/// The release that was chosen for its pages, or the newest; none that would take pages back.
async fn chosen_for_pages(tx: &mut Tx, order: &Order, typed: &str) -> Result<ReleaseId, Problem> {
    let release = chosen_release(tx, order, typed).await?;
    let arrived = newest_arrived(tx, order.id).await?;
    let row = tx
        .one(
            sql!("select id from app_release where id = $1 and number >= $2"),
            args![release, arrived],
        )
        .await?;
    row.map(|_| release).ok_or_else(older_release)
}

/// The pages of a release, compared with the customer's app (页面发送状态). `release` empty means
/// the newest.
pub async fn pages(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
    release: &str,
) -> Result<Vec<SendablePage>, Problem> {
    let order = order::read(backend, actor, id).await?;
    let Some(app) = order.delivered else { return Ok(vec![]) };
    let mut tx = backend.read().await?;
    let release = chosen_for_pages(&mut tx, &order, release).await?;
    compare(backend, &mut tx, app, release).await
}

/// 发送页面: asks for chosen pages to be sent. Refused at once, with their list, when pages were
/// changed in the customer's app (Source: ORD-6).
pub async fn send_pages(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
    release: &str,
    pages: &[Key],
    ticked: Option<i64>,
) -> Result<DeliveryId, Problem> {
    actor.may(UseCase::SendPages)?;
    let mut tx = backend.begin().await?;
    let order = order::hold_own(&mut tx, actor, id).await?;
    order.state.require_sent()?;
    order.require_open()?;
    let application = order.delivered.ok_or_else(lifecycle::no_app)?;
    let agreement = agreement::ensure(backend, &mut tx).await?;
    let some = if pages.is_empty() { Err(no_pages()) } else { Ok(()) };
    agreed(some, not_agreed(agreement.version, ticked))?;
    let release = chosen_for_pages(&mut tx, &order, release).await?;
    plan(backend, &mut tx, &order, release, pages).await?;
    let delivery: DeliveryId = backend.id();
    let sending = Sending::Pages { pages: pages.to_vec() };
    let new = New { delivery, release, agreement: agreement.version, application };
    insert(backend, &mut tx, actor, &order, &new, &sending).await?;
    tx.commit().await?;
    backend.ring();
    Ok(delivery)
}

/// The chosen pages that differ, or why they cannot be sent.
pub(super) async fn plan(
    backend: &Backend,
    tx: &mut Tx,
    order: &Order,
    release: ReleaseId,
    pages: &[Key],
) -> Result<Vec<SendablePage>, Problem> {
    let app = order.delivered.ok_or_else(lifecycle::no_app)?;
    let offered = compare(backend, tx, app, release).await?;
    let unknown = |key: &&Key| !offered.iter().any(|page| page.key == **key);
    if pages.iter().any(|key| unknown(&key)) {
        return Err(missing("页面", "page"));
    }
    let chosen: Vec<SendablePage> =
        offered.into_iter().filter(|page| pages.contains(&page.key)).collect();
    let changed: Vec<Obstacle> = chosen
        .iter()
        .filter(|page| page.state == PageState::Changed)
        .map(|page| Obstacle { title: page.title.clone() })
        .collect();
    if !changed.is_empty() {
        return Err(changed_by_customer(&changed));
    }
    let differing: Vec<SendablePage> =
        chosen.into_iter().filter(|page| page.state.can_be_sent()).collect();
    if differing.is_empty() {
        return Err(nothing_new());
    }
    check_references(backend, tx, app, release, &differing).await?;
    Ok(differing)
}

/// Every form that a sent page refers to must be there afterwards, with the fields that the page
/// shows of it (Source: ORD-4).
async fn check_references(
    backend: &Backend,
    tx: &mut Tx,
    app: ApplicationId,
    release: ReleaseId,
    pages: &[SendablePage],
) -> Result<(), Problem> {
    let mut digests = present_digests(tx, app).await?;
    digests.extend(pages.iter().map(|page| (page.key.to_string(), page.digest.clone())));
    let titles = release::pages(backend, tx, release).await?;
    let mut missing: BTreeMap<Key, Obstacle> = BTreeMap::new();
    for page in pages {
        let document = document::get(tx, &page.digest).await?;
        for association in document.form().map(associations).unwrap_or_default() {
            let Some(form) = association.target.form() else { continue };
            let there = match digests.get(form.as_str()) {
                Some(digest) => shows(&document::get(tx, digest).await?, association),
                None => false,
            };
            if let Some(page) = titles.iter().find(|page| page.key == *form && !there) {
                missing.insert(form.clone(), Obstacle { title: page.title.clone() });
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(references_missing(&missing.into_values().collect::<Vec<_>>()))
    }
}

/// Whether a form has the fields that an association shows of it.
fn shows(target: &Document, association: &Association) -> bool {
    let display = &association.display;
    target.form().is_some_and(|form| display.iter().all(|key| form.field(key.as_str()).is_some()))
}

/// The associations of a form, those in its sub-tables too.
fn associations(form: &FormDocument) -> Vec<&Association> {
    fn of_field(field: &Field) -> Option<&Association> {
        match &field.kind {
            FieldKind::Association(association) => Some(association),
            _ => None,
        }
    }
    let mut found = Vec::new();
    for field in &form.fields {
        found.extend(of_field(field));
        if let FieldKind::SubTable(table) = &field.kind {
            found.extend(table.columns.iter().filter_map(of_field));
        }
    }
    found
}

/// Puts the pages into the customer's app, in the unit of work that ends the send: all or none.
pub(super) async fn replace(
    backend: &Backend,
    tx: &mut Tx,
    order: &Order,
    delivery: &Delivery,
    pages: &[Key],
) -> Result<String, Problem> {
    if !delivery.state.is_open() {
        return Ok(String::new());
    }
    order.require_open()?;
    let app = delivery.application;
    tx.queue(sql!("select id from application where id = $1"), args![app]).await?;
    let differing = plan(backend, tx, order, delivery.release, pages).await?;
    let before = application::tree(tx, app).await?;
    let mut after = before.clone();
    for page in &differing {
        put(backend, tx, delivery, page).await?;
        after.put(page.key.clone(), document::get(tx, &page.digest).await?);
    }
    extend_navigation(backend, tx, delivery, &mut after, &differing).await?;
    index::follow(tx, app, &before, &after).await?;
    tx.run(
        sql!("update application set changed_at = $1, revision = revision + 1 where id = $2"),
        args![backend.now(), app],
    )
    .await?;
    Ok(differing.len().to_string())
}

async fn put(
    backend: &Backend,
    tx: &mut Tx,
    delivery: &Delivery,
    page: &SendablePage,
) -> Result<(), Problem> {
    let key = page.key.as_str();
    put_component(backend, tx, delivery, "form", key, page.now.as_deref(), &page.digest).await?;
    tx.run(
        sql!(
            "insert into sent_page (application_id, key, digest, delivery_id) \
             values ($1, $2, $3, $4) on conflict (application_id, key) \
             do update set digest = excluded.digest, delivery_id = excluded.delivery_id"
        ),
        args![delivery.application, key, &page.digest, delivery.id],
    )
    .await?;
    lifecycle::untick_page(tx, delivery.application, key).await
}

async fn put_component(
    backend: &Backend,
    tx: &mut Tx,
    delivery: &Delivery,
    kind: &str,
    key: &str,
    before: Option<&str>,
    digest: &str,
) -> Result<(), Problem> {
    let now = backend.now();
    tx.run(
        sql!(
            "insert into application_component (application_id, kind, key, digest, changed_by, \
             changed_at) values ($1, $2, $3, $4, $5, $6) on conflict (application_id, kind, key) \
             do update set digest = excluded.digest, changed_by = excluded.changed_by, \
             changed_at = excluded.changed_at"
        ),
        args![delivery.application, kind, key, digest, delivery.sender, now],
    )
    .await?;
    tx.run(
        sql!(
            "insert into component_change (id, application_id, kind, key, before_digest, \
             after_digest, author, author_organisation, channel, at) \
             select cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), \
             cast($5 as text), cast($6 as text), cast($7 as text), o.provider_id, \
             cast($8 as text), cast($9 as bigint) from purchase_order o where o.id = $10"
        ),
        args![
            backend.id::<ChangeId>(),
            delivery.application,
            kind,
            key,
            before,
            digest,
            delivery.sender,
            Channel::Delivery.code(),
            now,
            delivery.order
        ],
    )
    .await?;
    Ok(())
}

/// A page that the customer did not have goes to the end of the navigation.
async fn extend_navigation(
    backend: &Backend,
    tx: &mut Tx,
    delivery: &Delivery,
    tree: &mut Tree,
    pages: &[SendablePage],
) -> Result<(), Problem> {
    let key = Tree::navigation_key();
    let before = tree.get(key.as_str()).cloned();
    let mut navigation: NavigationDocument = tree.navigation().cloned().unwrap_or_default();
    for page in pages {
        navigation.retired.retain(|retired| *retired != page.key);
        if !navigation.shows(&page.key) {
            navigation.entries.push(NavigationEntry::Form { form: page.key.clone() });
        }
    }
    let after: Document = navigation.into();
    if before.as_ref() == Some(&after) {
        return Ok(());
    }
    let digest = document::put(tx, &after).await?.to_string();
    let before = before.map(|document| document.digest().to_string());
    let kind = after.kind().code();
    put_component(backend, tx, delivery, kind, key.as_str(), before.as_deref(), &digest).await?;
    tree.put(key, after);
    Ok(())
}
