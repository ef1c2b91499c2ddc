//! Members: who belongs to an organisation, with which role, and how that ends (Source: ORG-2,
//! ORG-4).

use domain::{
    authority::{Actor, UseCase, role_needed},
    identity::{AccountId, OrganisationId},
    lang::Text,
    organisation::{Role, change_role as allow_role},
    problem::Problem,
    time::Timestamp,
};
use serde_json::json;

use super::{Organisation, hold, invitation, put_member, role};
use crate::{
    Backend, account, args, audit,
    db::Tx,
    notice::{self, To},
    page::pattern,
    problem::missing,
    sql,
};

/// How many members a page shows.
pub const PAGE: i64 = 50;

/// A member of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// E-mail address or mobile number; only admins get to see it.
    pub login: Option<String>,
    /// The role.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// The members of the organisation acted in whose name or login contains `search`, in the order of
/// their accounts, after `after`.
pub async fn members(
    backend: &Backend,
    actor: &Actor,
    search: &str,
    after: Option<AccountId>,
) -> Result<Vec<Member>, Problem> {
    actor.may(UseCase::MembersRead)?;
    let membership = actor.membership()?;
    let admin = membership.role == Role::Admin;
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select m.account_id, a.name, a.login, m.role, m.joined_at from member m \
                 join account a on a.id = m.account_id \
                 where m.organisation_id = $1 and m.account_id > $2 \
                 and (lower(a.name) like $3 escape '\\' or ($4 = 1 and a.login like $3 escape '\\')) \
                 order by m.account_id limit $5"
            ),
            args![membership.organisation, after, pattern(search), admin, PAGE],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Member {
                account: row.get("account_id")?,
                name: row.get("name")?,
                login: if admin { Some(row.get("login")?) } else { None },
                role: row.parse("role", Role::parse)?,
                joined_at: row.get("joined_at")?,
            })
        })
        .collect()
}

/// How many members of each role the organisation acted in has; a role nobody has is left out.
pub async fn head_count(backend: &Backend, actor: &Actor) -> Result<Vec<(Role, i64)>, Problem> {
    actor.may(UseCase::MembersRead)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select role, count(*) as people from member where organisation_id = $1 group by role"
            ),
            args![actor.membership()?.organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.parse("role", Role::parse)?, row.get("people")?))).collect()
}

/// The names of platform admins of the organisation acted in, whom one may ask: those who have been
/// members longest.
pub async fn admins(backend: &Backend, actor: &Actor) -> Result<Vec<String>, Problem> {
    actor.may(UseCase::MembersRead)?;
    admins_of(&mut backend.read().await?, actor.membership()?.organisation).await
}

/// The same of any organisation, for use cases that have the right to know.
pub(crate) async fn admins_of(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<String>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select a.name from member m join account a on a.id = m.account_id \
                 where m.organisation_id = $1 and m.role = 'admin' \
                 order by m.joined_at, a.id limit 10"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok(row.get("name")?)).collect()
}

/// Gives a member another role.
pub async fn change_role(
    backend: &Backend,
    actor: &Actor,
    member: AccountId,
    wanted: Role,
) -> Result<(), Problem> {
    actor.may(UseCase::MemberChange)?;
    let organisation = actor.membership()?.organisation;
    let mut tx = backend.begin().await?;
    let before = role_there(&mut tx, actor, organisation, member).await?;
    if before == wanted {
        return Ok(());
    }
    allow_role(before, Some(wanted), count_admins(&mut tx, organisation).await?)?;
    put_member(&mut tx, organisation, member, wanted, backend.now()).await?;
    let name = name(&mut tx, member).await?;
    if before == Role::Admin {
        let by = Some((member, name.as_str()));
        invitation::revoke_open(backend, &mut tx, actor, organisation, by).await?;
    }
    let detail = json!({"name": name, "role_before": before.code(), "role": wanted.code()});
    let concerned = [organisation];
    audit::record(backend, &mut tx, actor, &concerned, "member.role_changed", member, detail)
        .await?;
    let (own, label) = (&actor.membership()?.organisation_name, wanted.label());
    let told = Text::new(
        format!("您在「{own}」的身份已改为{}", label.zh),
        format!("Your role in “{own}” is now {}", label.en),
    );
    let to = To::Account(member, Some(organisation));
    notice::tell(backend, &mut tx, to, &told, "/manage/members").await?;
    Ok(tx.commit().await?)
}

/// Takes a member out of the organisation; what they may do there ends at once.
pub async fn remove_member(
    backend: &Backend,
    actor: &Actor,
    member: AccountId,
) -> Result<(), Problem> {
    actor.may(UseCase::MemberChange)?;
    let organisation = actor.membership()?.organisation;
    let mut tx = backend.begin().await?;
    let before = role_there(&mut tx, actor, organisation, member).await?;
    allow_role(before, None, count_admins(&mut tx, organisation).await?)?;
    let name = name(&mut tx, member).await?;
    end_membership(backend, &mut tx, actor, organisation, (member, &name)).await?;
    let detail = json!({"name": name, "role": before.code()});
    audit::record(backend, &mut tx, actor, &[organisation], "member.removed", member, detail)
        .await?;
    let own = &actor.membership()?.organisation_name;
    let told = Text::new(
        format!("您已不再是「{own}」的成员"),
        format!("You are no longer a member of “{own}”"),
    );
    notice::tell(backend, &mut tx, To::Account(member, None), &told, "/").await?;
    Ok(tx.commit().await?)
}

/// Leaves the organisation acted in.
pub async fn leave(backend: &Backend, actor: &Actor) -> Result<(), Problem> {
    actor.may(UseCase::OrganisationLeave)?;
    let (person, organisation) = (actor.person()?, actor.membership()?.organisation);
    let mut tx = backend.begin().await?;
    hold(&mut tx, organisation).await?;
    let before = role(&mut tx, organisation, person.account)
        .await?
        .ok_or_else(|| missing("成员", "member"))?;
    allow_role(before, None, count_admins(&mut tx, organisation).await?)?;
    let leaving = (person.account, person.name.as_str());
    end_membership(backend, &mut tx, actor, organisation, leaving).await?;
    let detail = json!({"name": person.name, "role": before.code()});
    let concerned = [organisation];
    audit::record(backend, &mut tx, actor, &concerned, "member.left", person.account, detail)
        .await?;
    let told = Text::new(
        format!("{} 已离开组织", person.name),
        format!("{} has left the organisation", person.name),
    );
    let to = To::Members(organisation, Role::Admin);
    notice::tell(backend, &mut tx, to, &told, "/manage/members").await?;
    Ok(tx.commit().await?)
}

/// Holds the organisation. Who acts must still be an admin: another admin may have changed that since
/// the request began.
pub(super) async fn still_admin(
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<Organisation, Problem> {
    let held = hold(tx, organisation).await?;
    if role(tx, organisation, actor.person()?.account).await? != Some(Role::Admin) {
        return Err(role_needed(Role::Admin));
    }
    Ok(held)
}

/// The role of `member`, for an admin who may change it.
async fn role_there(
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
    member: AccountId,
) -> Result<Role, Problem> {
    still_admin(tx, actor, organisation).await?;
    role(tx, organisation, member).await?.ok_or_else(|| missing("成员", "member"))
}

async fn count_admins(tx: &mut Tx, organisation: OrganisationId) -> Result<i64, Problem> {
    let row = tx
        .one(
            sql!("select count(*) as admins from member where organisation_id = $1 and role = 'admin'"),
            args![organisation],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("admins"))?)
}

async fn name(tx: &mut Tx, account: AccountId) -> Result<String, Problem> {
    let row = tx.one(sql!("select name from account where id = $1"), args![account]).await?;
    Ok(row.map_or(Ok(String::new()), |row| row.get("name"))?)
}

/// Ends a membership; the person's sessions there go on in another of their organisations, if any.
/// Nobody comes back, or lets others in, by an invitation made before.
async fn end_membership(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
    (member, name): (AccountId, &str),
) -> Result<(), Problem> {
    tx.run(
        sql!("delete from member where organisation_id = $1 and account_id = $2"),
        args![organisation, member],
    )
    .await?;
    let next = account::first_organisation(tx, member).await?;
    tx.run(
        sql!(
            "update session set organisation_id = $1 where account_id = $2 and organisation_id = $3"
        ),
        args![next, member, organisation],
    )
    .await?;
    invitation::revoke_open(backend, tx, actor, organisation, Some((member, name))).await
}
