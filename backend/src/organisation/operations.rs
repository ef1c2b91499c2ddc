//! The operators' view: all organisations, new ones, their editions (Source: ORG-3).

use domain::{
    authority::{Actor, UseCase},
    identity::OrganisationId,
    lang::Text,
    organisation::{
        CorpId, Edition, InvitationForm, Invited, OrganisationForm, Role, corp_id_taken, edition,
    },
    problem::{FieldCheck, Kind, Problem},
    time::{Timestamp, Zone},
};
use serde_json::json;

use super::{Organisation, find, hold, insert, invitation, record_creation};
use crate::{
    Backend, args, audit,
    notice::{self, To},
    page::pattern,
    problem::changed_meanwhile,
    sql,
};

/// How many organisations a page shows.
pub const PAGE: i64 = 50;

/// An organisation as operators see it in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its CorpID.
    pub corp_id: CorpId,
    /// Its edition.
    pub edition: Edition,
    /// How many members it has.
    pub members: i64,
    /// How many of them are platform admins.
    pub admins: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// An organisation as operators see it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The organisation.
    pub organisation: Organisation,
    /// How many members it has.
    pub members: i64,
    /// How many of them are platform admins.
    pub admins: i64,
    /// The invitation of its first admin, if it waits to be used: for whom and until when.
    pub waiting: Option<(String, Timestamp)>,
}

/// The organisations whose name or CorpID contains `search`, the newest first, before `before`.
pub async fn organisations(
    backend: &Backend,
    actor: &Actor,
    search: &str,
    before: Option<OrganisationId>,
) -> Result<Vec<Listed>, Problem> {
    actor.may(UseCase::OrganisationsRead)?;
    // `g` sorts after every id, which begins with a hex digit.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select o.id, o.name, o.corp_id, o.edition, o.created_at, \
                 (select count(*) from member m where m.organisation_id = o.id) as members, \
                 (select count(*) from member m where m.organisation_id = o.id and m.role = 'admin') \
                 as admins from organisation o \
                 where o.id < $1 and (lower(o.name) like $2 escape '\\' or o.corp_id like $2 escape '\\') \
                 order by o.id desc limit $3"
            ),
            args![before, pattern(search), PAGE],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                id: row.get("id")?,
                name: row.get("name")?,
                corp_id: row.parse("corp_id", |text| CorpId::parse(text).ok())?,
                edition: row.parse("edition", Edition::parse)?,
                members: row.get("members")?,
                admins: row.get("admins")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
}

/// One organisation, for operators.
pub async fn overview(
    backend: &Backend,
    actor: &Actor,
    id: OrganisationId,
) -> Result<Overview, Problem> {
    actor.may(UseCase::OrganisationsRead)?;
    let mut tx = backend.read().await?;
    let organisation = find(&mut tx, id).await?;
    let counts = tx
        .one(
            sql!(
                "select count(*) as members, count(case when role = 'admin' then 1 end) as admins \
                 from member where organisation_id = $1"
            ),
            args![id],
        )
        .await?;
    let (members, admins) = match counts {
        Some(row) => (row.get("members")?, row.get("admins")?),
        None => (0, 0),
    };
    let waiting = tx
        .one(
            sql!(
                "select invitee, expires_at from invitation where organisation_id = $1 \
                 and role = 'admin' and used_at is null and revoked_at is null and expires_at > $2 \
                 order by created_at desc limit 1"
            ),
            args![id, backend.now()],
        )
        .await?;
    let waiting = match waiting {
        Some(row) => Some((row.get("invitee")?, row.get("expires_at")?)),
        None => None,
    };
    Ok(Overview { organisation, members, admins, waiting })
}

/// Creates an organisation and invites its first platform admin, whose name the form gives.
pub async fn create_organisation(
    backend: &Backend,
    actor: &Actor,
    form: &OrganisationForm,
    first_admin: &str,
) -> Result<(OrganisationId, Invited), Problem> {
    actor.may(UseCase::OrganisationCreate)?;
    let mut check = FieldCheck::new();
    let new = form.check(&mut check);
    let invitee = check.take("invitee", domain::account::person_name(first_admin));
    let (new, invitee) = check.conclude(new.zip(invitee))?;
    let mut tx = backend.begin().await?;
    let (id, zone) = (backend.id(), Zone::default().name);
    let stored =
        insert(&mut tx, id, &new.corp_id, &new.name, new.edition, &zone, backend.now()).await;
    match stored {
        Err(error) if error.is_unique_violation() => return Err(corp_id_taken()),
        other => other?,
    }
    record_creation(backend, &mut tx, actor, id, &new).await?;
    let invited = invitation::insert(backend, &mut tx, actor, id, &invitee, Role::Admin).await?;
    tx.commit().await?;
    Ok((id, invited))
}

/// Invites the first platform admin once more, where the first link was lost or has expired.
/// Refused as soon as the organisation has an admin: from then on it looks after itself.
pub async fn invite_first_admin(
    backend: &Backend,
    actor: &Actor,
    id: OrganisationId,
    first_admin: &str,
) -> Result<Invited, Problem> {
    actor.may(UseCase::OrganisationCreate)?;
    let form =
        InvitationForm { invitee: first_admin.to_owned(), role: Role::Admin.code().to_owned() };
    let (invitee, role) = form.check()?;
    let mut tx = backend.begin().await?;
    hold(&mut tx, id).await?;
    let admin = tx
        .one(
            sql!("select account_id from member where organisation_id = $1 and role = 'admin' limit 1"),
            args![id],
        )
        .await?;
    if admin.is_some() {
        return Err(has_admin());
    }
    // The earlier link must not work beside the new one.
    invitation::revoke_open(backend, &mut tx, actor, id, None).await?;
    let invited = invitation::insert(backend, &mut tx, actor, id, &invitee, role).await?;
    tx.commit().await?;
    Ok(invited)
}

fn has_admin() -> Problem {
    Problem::new(
        Kind::Conflict,
        "organisation.has_admin",
        "ORG-3",
        "这个组织已有平台管理员，成员由组织自己邀请",
        "This organisation has a platform admin, and invites its people itself",
    )
    .remedy("请联系该组织的平台管理员", "Ask a platform admin of that organisation")
}

/// Changes an organisation's edition. `seen` is the edition the operator saw, so that two operators
/// do not undo each other's change unknowingly.
pub async fn change_edition(
    backend: &Backend,
    actor: &Actor,
    id: OrganisationId,
    seen: &str,
    wanted: &str,
) -> Result<(), Problem> {
    actor.may(UseCase::EditionChange)?;
    let mut check = FieldCheck::new();
    let wanted = check.take("edition", edition(wanted));
    let wanted = check.conclude(wanted)?;
    let mut tx = backend.begin().await?;
    let before = hold(&mut tx, id).await?;
    if before.edition.code() != seen {
        return Err(changed_meanwhile());
    }
    if before.edition == wanted {
        return Ok(());
    }
    tx.run(sql!("update organisation set edition = $1 where id = $2"), args![wanted.code(), id])
        .await?;
    let detail = json!({
        "name": before.name, "edition_before": before.edition.code(), "edition": wanted.code(),
    });
    for concerned in [&[id][..], &[]] {
        let detail = detail.clone();
        audit::record(
            backend,
            &mut tx,
            actor,
            concerned,
            "organisation.edition_changed",
            id,
            detail,
        )
        .await?;
    }
    let label = wanted.label();
    let told = Text::new(
        format!("「{}」的版本已改为{}", before.name, label.zh),
        format!("“{}” now has the edition {}", before.name, label.en),
    );
    notice::tell(backend, &mut tx, To::Members(id, Role::Admin), &told, "/manage").await?;
    Ok(tx.commit().await?)
}
