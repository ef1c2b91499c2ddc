//! Organisations, their members and invitations (Source: ORG-1, ORG-2, ORG-4), and the operators'
//! view of all organisations (Source: ORG-3).

mod invitation;
mod member;
mod operations;

use domain::{
    authority::{Actor, UseCase},
    identity::{AccountId, OrganisationId},
    lang::Text,
    organisation::{CorpId, Edition, NewOrganisation, Role},
    problem::{FieldCheck, Problem},
    time::{Timestamp, Zone},
};

use serde::Deserialize;
use serde_json::json;

use crate::{
    Backend, args, audit,
    clock::zone,
    db::{Inconsistent, Row, Tx},
    problem::{changed_meanwhile, missing},
    sql,
};
use member::still_admin;

pub use invitation::{
    Invitation, Offer, accept_with_account, accept_with_new_account, invitations, invite, offer,
    revoke_invitation,
};
pub(crate) use member::admins_of;
pub use member::{Member, admins, change_role, head_count, leave, members, remove_member};
pub use operations::{
    Listed, Overview, change_edition, create_organisation, invite_first_admin, organisations,
    overview,
};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its CorpID.
    pub corp_id: CorpId,
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: Edition,
    /// Its time zone.
    pub zone: Zone,
    /// Since when.
    pub created_at: Timestamp,
}

/// Reads an organisation from its row.
pub fn from_row(row: &Row) -> Result<Organisation, Inconsistent> {
    from_columns(row, "")
}

/// Reads an organisation from the columns of a wider row whose names begin with `prefix`.
pub(crate) fn from_columns(row: &Row, prefix: &str) -> Result<Organisation, Inconsistent> {
    let column = |name: &str| format!("{prefix}{name}");
    Ok(Organisation {
        id: row.get(&column("id"))?,
        corp_id: row.parse(&column("corp_id"), |text| CorpId::parse(text).ok())?,
        name: row.get(&column("name"))?,
        edition: row.parse(&column("edition"), Edition::parse)?,
        zone: row.parse(&column("time_zone"), zone)?,
        created_at: row.get(&column("created_at"))?,
    })
}

/// The organisation `id`, for use cases that have the right to it.
pub async fn find(tx: &mut Tx, id: OrganisationId) -> Result<Organisation, Problem> {
    let row = tx.one(sql!("select * from organisation where id = $1"), args![id]).await?;
    Ok(from_row(&row.ok_or_else(|| missing("组织", "organisation"))?)?)
}

/// The organisation acted in.
pub async fn current(backend: &Backend, actor: &Actor) -> Result<Organisation, Problem> {
    actor.may(UseCase::OrganisationRead)?;
    find(&mut backend.read().await?, actor.membership()?.organisation).await
}

/// What an admin types to change the organisation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    /// The name.
    pub name: String,
    /// The time zone, by its IANA name.
    pub time_zone: String,
    /// The name the admin saw.
    pub name_seen: String,
    /// The time zone the admin saw.
    pub time_zone_seen: String,
}

/// Changes the name and time zone of the organisation acted in, unless somebody else has since the
/// admin saw them.
pub async fn change(
    backend: &Backend,
    actor: &Actor,
    form: &ChangeForm,
) -> Result<Organisation, Problem> {
    actor.may(UseCase::OrganisationChange)?;
    let id = actor.membership()?.organisation;
    let mut check = FieldCheck::new();
    let name = check.take("name", domain::organisation::name(&form.name));
    let zone = check.take("time_zone", time_zone(&form.time_zone));
    let (name, zone) = check.conclude(name.zip(zone))?;
    let mut tx = backend.begin().await?;
    let before = still_admin(&mut tx, actor, id).await?;
    if (&before.name, &before.zone.name) != (&form.name_seen, &form.time_zone_seen) {
        return Err(changed_meanwhile());
    }
    tx.run(
        sql!("update organisation set name = $1, time_zone = $2 where id = $3"),
        args![&name, &zone.name, id],
    )
    .await?;
    let detail = json!({
        "before": before.name, "after": name, "zone_before": before.zone.name, "zone": zone.name,
    });
    audit::record(backend, &mut tx, actor, &[id], "organisation.changed", id, detail).await?;
    tx.commit().await?;
    Ok(Organisation { name, zone, ..before })
}

fn time_zone(typed: &str) -> Result<Zone, Text> {
    zone(typed.trim()).ok_or(Text::of(
        "没有这个时区，请填写如 Asia/Shanghai",
        "There is no such time zone; write it like Asia/Shanghai",
    ))
}

/// The role of an account in an organisation, if it is a member.
pub async fn role(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Role>, Problem> {
    let row = tx
        .one(
            sql!("select role from member where organisation_id = $1 and account_id = $2"),
            args![organisation, account],
        )
        .await?;
    Ok(row.map(|row| row.parse("role", Role::parse)).transpose()?)
}

/// An organisation that an account is a member of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its CorpID.
    pub corp_id: CorpId,
    /// The role there.
    pub role: Role,
}

/// The organisations of a signed-in person, by name.
pub async fn mine(backend: &Backend, actor: &Actor) -> Result<Vec<Belonging>, Problem> {
    let account = actor.person()?.account;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select o.id, o.name, o.corp_id, m.role from member m \
                 join organisation o on o.id = m.organisation_id \
                 where m.account_id = $1 order by o.name, o.id limit 200"
            ),
            args![account],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Belonging {
                organisation: row.get("id")?,
                name: row.get("name")?,
                corp_id: row.parse("corp_id", |text| CorpId::parse(text).ok())?,
                role: row.parse("role", Role::parse)?,
            })
        })
        .collect()
}

/// Stores a new organisation, within a unit of work that was authorised.
pub async fn insert(
    tx: &mut Tx,
    id: OrganisationId,
    corp_id: &CorpId,
    name: &str,
    edition: Edition,
    time_zone: &str,
    now: Timestamp,
) -> Result<(), crate::db::StorageError> {
    tx.run(
        sql!(
            "insert into organisation (id, corp_id, name, edition, time_zone, programme, \
             programme_data, created_at) values ($1, $2, $3, $4, $5, 'none', '{\"state\":\"none\"}', $6)"
        ),
        args![id, corp_id.as_str(), name, edition.code(), time_zone, now],
    )
    .await?;
    Ok(())
}

/// Makes an account a member, or changes its role, within a unit of work that was authorised.
pub async fn put_member(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    role: Role,
    now: Timestamp,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into member (organisation_id, account_id, role, joined_at) \
             values ($1, $2, $3, $4) \
             on conflict (organisation_id, account_id) do update set role = excluded.role"
        ),
        args![organisation, account, role.code(), now],
    )
    .await?;
    Ok(())
}

/// Records a new organisation in its own chain and in that of the installation.
pub(crate) async fn record_creation(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: OrganisationId,
    new: &NewOrganisation,
) -> Result<(), Problem> {
    let detail = json!({
        "name": new.name, "corp_id": new.corp_id.as_str(), "edition": new.edition.code(),
    });
    for concerned in [&[id][..], &[]] {
        audit::record(backend, tx, actor, concerned, "organisation.created", id, detail.clone())
            .await?;
    }
    Ok(())
}

/// Holds the organisation's row until the end of the unit of work: who is admin, and who joins or
/// leaves, is decided by one unit of work at a time.
async fn hold(tx: &mut Tx, id: OrganisationId) -> Result<Organisation, Problem> {
    let row = tx.lock(sql!("select * from organisation where id = $1"), args![id]).await?;
    Ok(from_row(&row.ok_or_else(|| missing("组织", "organisation"))?)?)
}
