//! Organisations and members in storage (Source: ORG-1, ORG-2, ORG-4).

use domain::{
    authority::{Actor, UseCase},
    identity::{AccountId, OrganisationId},
    organisation::{CorpId, Edition, Role},
    problem::Problem,
    time::{Timestamp, Zone},
};

use crate::{
    Backend, args,
    clock::zone,
    db::{Inconsistent, Row, Tx},
    problem::missing,
    sql,
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
    Ok(Organisation {
        id: row.get("id")?,
        corp_id: row.parse("corp_id", |text| CorpId::parse(text).ok())?,
        name: row.get("name")?,
        edition: row.parse("edition", Edition::parse)?,
        zone: row.parse("time_zone", zone)?,
        created_at: row.get("created_at")?,
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
