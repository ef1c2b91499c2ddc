//! Low-code apps in storage: the list of an organisation's apps, creating, renaming, and the rooms
//! for documents, the designer, releases, the premium mark and imports.

pub mod design;
pub mod document;
pub mod import;
pub mod premium;
pub mod release;
pub mod signing;

use domain::{
    application::{FormDocument, Key, Manifest, Tree},
    authority::{Actor, UseCase, role_needed},
    design::Naming,
    identity::ApplicationId,
    lifecycle::{Access, Lifecycle, no_edit_permission},
    organisation::Role,
    problem::Problem,
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    db::{Row, Tx},
    lifecycle::{self, App},
    maintenance,
    problem::Internal,
    sql,
};

/// The app `id`, held until the end of the unit of work, for somebody who may change its content.
pub(crate) async fn hold_for_design(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
) -> Result<(App, Access), Problem> {
    let held = lifecycle::hold(tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, tx, actor, held).await?;
    may_design(&app, &access)?;
    Ok((app, access))
}

/// Refuses whoever may not change an app's content (Source: APP-4).
pub fn may_design(app: &App, access: &Access) -> Result<(), Problem> {
    if access.design {
        Ok(())
    } else if app.origin.is_some() {
        Err(no_edit_permission())
    } else {
        Err(role_needed(Role::Developer))
    }
}

/// The content of an app: its components with their documents.
pub async fn tree(tx: &mut Tx, id: ApplicationId) -> Result<Tree, Problem> {
    document::tree_of(&documents(tx, id).await?)
}

/// The forms of an app, in the order of its navigation.
pub async fn forms(tx: &mut Tx, id: ApplicationId) -> Result<Vec<(Key, FormDocument)>, Problem> {
    document::forms_in_order(&documents(tx, id).await?)
}

async fn documents(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Row>, Problem> {
    let of_app = sql!(
        "select c.key, d.body from application_component c \
         join document d on d.digest = c.digest where c.application_id = $1 limit 5000"
    );
    Ok(tx.all(of_app, args![id]).await?)
}

/// The digests of an app's components.
pub async fn manifest(tx: &mut Tx, id: ApplicationId) -> Result<Manifest, Problem> {
    let rows = tx
        .all(
            sql!(
                "select kind, key, digest from application_component where application_id = $1 \
                 limit 5000"
            ),
            args![id],
        )
        .await?;
    document::manifest_of(&rows)
}

/// Makes an empty app in the organisation acted in.
pub async fn create(
    backend: &Backend,
    actor: &Actor,
    naming: Naming,
) -> Result<ApplicationId, Problem> {
    actor.may(UseCase::ApplicationCreate)?;
    let mut tx = backend.begin().await?;
    let id = insert(backend, &mut tx, actor, &naming, &Tree::empty()).await?;
    let organisation = actor.membership()?.organisation;
    let detail = json!({ "name": naming.name });
    audit::record(backend, &mut tx, actor, &[organisation], "application.created", id, detail)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Stores a new app of one's own with its content, within a unit of work that was authorised.
pub(crate) async fn insert(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    naming: &Naming,
    tree: &Tree,
) -> Result<ApplicationId, Problem> {
    let id: ApplicationId = backend.id();
    let organisation = actor.membership()?.organisation;
    let person = actor.person()?.account;
    let state = Lifecycle::Building;
    tx.run(
        sql!(
            "insert into application (id, organisation_id, name_zh, name_en, description, icon, \
             premium, state, state_data, visible, edit_permission, created_by, created_at, \
             changed_at, revision) values ($1, $2, $3, $4, $5, $6, 0, $7, $8, 1, 1, $9, $10, $10, 1)"
        ),
        args![
            id, organisation, naming.name.zh.as_ref(), naming.name.en.as_ref(),
            &naming.description, &naming.icon, state.code(), serde_json::to_string(&state).internal()?,
            person, backend.now()
        ],
    )
    .await?;
    document::put_components(backend, tx, id, person, tree).await?;
    Ok(id)
}

/// Gives an app another name, description or symbol.
pub async fn rename(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    revision: i64,
    naming: Naming,
) -> Result<(), Problem> {
    actor.may(UseCase::ApplicationRename)?;
    let mut tx = backend.begin().await?;
    let (app, access) = hold_for_design(backend, &mut tx, actor, id).await?;
    access.require_own_name()?;
    let touched = tx
        .run(
            sql!(
                "update application set name_zh = $1, name_en = $2, description = $3, icon = $4, \
                 changed_at = $5, revision = revision + 1 where id = $6 and revision = $7"
            ),
            args![
                naming.name.zh.as_ref(),
                naming.name.en.as_ref(),
                &naming.description,
                &naming.icon,
                backend.now(),
                id,
                revision
            ],
        )
        .await?;
    if touched == 0 {
        return Err(crate::problem::changed_meanwhile());
    }
    let detail = json!({ "name": naming.name });
    audit::record(backend, &mut tx, actor, &app.concerned(), "application.renamed", id, detail)
        .await?;
    Ok(tx.commit().await?)
}

/// An app that somebody opens, with its content.
pub struct Opened {
    /// The app.
    pub app: App,
    /// What this person may do in it.
    pub access: Access,
    /// Its content.
    pub tree: Tree,
}

/// Opens an app for using it.
pub async fn open(backend: &Backend, actor: &Actor, id: ApplicationId) -> Result<Opened, Problem> {
    actor.may(UseCase::ApplicationOpen)?;
    let mut tx = backend.read().await?;
    let found = lifecycle::access(&mut tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, &mut tx, actor, found).await?;
    if !access.use_ {
        return Err(lifecycle::no_app());
    }
    let tree = tree(&mut tx, id).await?;
    Ok(Opened { app, access, tree })
}
