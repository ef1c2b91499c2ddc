//! Invitations: a link that expires and lets one person join (Source: ORG-4).

use domain::{
    account::{AccountForm, INVITATION_LIFETIME, login_taken},
    authority::{Actor, UseCase},
    command::Checked,
    identity::{AccountId, InvitationId, OrganisationId},
    lang::Text,
    organisation::{
        InvitationForm, InvitationState, Invited, Role, already_member, invitation_unknown,
    },
    problem::{FieldCheck, Problem},
    time::Timestamp,
};
use serde_json::json;

use super::{hold, member::still_admin, put_member, role};
use crate::{
    Backend,
    account::{self, NewSession, became, charge, forget, hash_password, open_session, token_hash},
    args, audit,
    command::Begun,
    db::{Row, Tx},
    notice::{self, To},
    page::{self, Page},
    problem::missing,
    sql,
};

/// An invitation, as listed to the organisation's admins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for, in the words of the inviter.
    pub invitee: String,
    /// The role it gives.
    pub role: Role,
    /// Who invited.
    pub inviter: String,
    /// When.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: InvitationState,
    /// The name of the person who used it.
    pub joined: Option<String>,
}

/// What an invitation link offers, as shown to whoever opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The organisation to join.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Whom it is for.
    pub invitee: String,
    /// The role it gives.
    pub role: Role,
    /// Who invited.
    pub inviter: String,
    /// Until when it can be used.
    pub until: Timestamp,
}

/// Invites somebody into the organisation acted in. The token of the link is told to whoever invites,
/// also when the same is sent again.
pub async fn invite(
    backend: &Backend,
    actor: &Actor,
    command: Checked<InvitationForm>,
) -> Result<Invited, Problem> {
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(invited) => return Ok(invited),
        Begun::Work(unit) => unit,
    };
    actor.may(UseCase::InvitationCreate)?;
    let organisation = actor.membership()?.organisation;
    let (invitee, role) = command.value;
    still_admin(&mut unit, actor, organisation).await?;
    let invited = insert(backend, &mut unit, actor, organisation, &invitee, role).await?;
    unit.commit(backend, invited).await
}

/// Stores a new invitation, of whose token only the hash, within a unit of work that was authorised.
pub(super) async fn insert(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
    invitee: &str,
    role: Role,
) -> Result<Invited, Problem> {
    let (id, token, now): (InvitationId, _, _) = (backend.id(), backend.secret(), backend.now());
    let until = now.plus(INVITATION_LIFETIME);
    tx.run(
        sql!(
            "insert into invitation (id, token_hash, organisation_id, role, invitee, invited_by, \
             created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            id,
            token_hash(&token),
            organisation,
            role.code(),
            invitee,
            actor.person()?.account,
            now,
            until
        ],
    )
    .await?;
    let detail = json!({"invitee": invitee, "role": role.code()});
    audit::record(backend, tx, actor, &[organisation], "invitation.created", id, detail).await?;
    Ok(Invited { id, token, until })
}

/// The invitations of the organisation acted in, the newest first.
pub async fn invitations(
    backend: &Backend,
    actor: &Actor,
    cursor: &str,
) -> Result<Page<Invitation>, Problem> {
    actor.may(UseCase::InvitationCreate)?;
    let (before, id) = page::place(cursor);
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select i.id, i.invitee, i.role, i.created_at, i.expires_at, i.used_by, i.used_at, \
                 i.revoked_at, a.name as inviter, u.name as joined from invitation i \
                 join account a on a.id = i.invited_by left join account u on u.id = i.used_by \
                 where i.organisation_id = $1 \
                 and (i.created_at < $2 or (i.created_at = $2 and i.id < $3)) \
                 order by i.created_at desc, i.id desc limit $4"
            ),
            args![actor.membership()?.organisation, before, id, page::SIZE + 1],
        )
        .await?;
    let now = backend.now();
    let read = |row: &Row| {
        Ok(Invitation {
            id: row.get("id")?,
            invitee: row.get("invitee")?,
            role: row.parse("role", Role::parse)?,
            inviter: row.get("inviter")?,
            created_at: row.get("created_at")?,
            state: state(row, now)?,
            joined: row.get("joined")?,
        })
    };
    Page::of(&rows, read, |invitation| page::place_of(invitation.created_at, invitation.id))
}

fn state(row: &Row, now: Timestamp) -> Result<InvitationState, Problem> {
    let by: Option<AccountId> = row.get("used_by")?;
    let at: Option<Timestamp> = row.get("used_at")?;
    Ok(InvitationState::of(row.get("expires_at")?, by.zip(at), row.get("revoked_at")?, now))
}

/// Takes an invitation back.
pub async fn revoke_invitation(
    backend: &Backend,
    actor: &Actor,
    id: InvitationId,
) -> Result<(), Problem> {
    actor.may(UseCase::InvitationRevoke)?;
    let organisation = actor.membership()?.organisation;
    let mut tx = backend.begin().await?;
    let row = tx
        .lock(
            sql!("select * from invitation where id = $1 and organisation_id = $2"),
            args![id, organisation],
        )
        .await?
        .ok_or_else(|| missing("邀请", "invitation"))?;
    state(&row, backend.now())?.usable()?;
    tx.run(sql!("update invitation set revoked_at = $1 where id = $2"), args![backend.now(), id])
        .await?;
    let detail = json!({"invitee": row.get::<String>("invitee")?});
    audit::record(backend, &mut tx, actor, &[organisation], "invitation.revoked", id, detail)
        .await?;
    Ok(tx.commit().await?)
}

/// Takes the open invitations of an organisation back, those that `inviter` made or all of them,
/// within a unit of work that holds the organisation.
pub(super) async fn revoke_open(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    organisation: OrganisationId,
    inviter: Option<(AccountId, &str)>,
) -> Result<(), Problem> {
    let (account, name) = inviter.unzip();
    let count = tx
        .run(
            sql!(
                "update invitation set revoked_at = $1 where organisation_id = $2 \
                 and used_at is null and revoked_at is null and expires_at > $1 \
                 and ($3 = 1 or invited_by = $4)"
            ),
            args![backend.now(), organisation, account.is_none(), account],
        )
        .await?;
    if count == 0 {
        return Ok(());
    }
    let detail = json!({"count": count, "name": name});
    let concerned = [organisation];
    audit::record(backend, tx, actor, &concerned, "invitation.all_revoked", organisation, detail)
        .await
}

/// What the link with `token` offers; refused when it offers nothing any more.
pub async fn offer(backend: &Backend, actor: &Actor, token: &str) -> Result<Offer, Problem> {
    actor.may(UseCase::InvitationRead)?;
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select i.*, o.name as organisation_name, a.name as inviter from invitation i \
                 join organisation o on o.id = i.organisation_id \
                 join account a on a.id = i.invited_by where i.token_hash = $1"
            ),
            args![token_hash(token)],
        )
        .await?
        .ok_or_else(invitation_unknown)?;
    state(&row, backend.now())?.usable()?;
    Ok(Offer {
        organisation: row.get("organisation_id")?,
        organisation_name: row.get("organisation_name")?,
        invitee: row.get("invitee")?,
        role: row.parse("role", Role::parse)?,
        inviter: row.get("inviter")?,
        until: row.get("expires_at")?,
    })
}

/// An invitation held by the unit of work that uses it.
struct Held {
    id: InvitationId,
    organisation: OrganisationId,
    organisation_name: String,
    role: Role,
    invited_by: AccountId,
}

/// Holds the invitation, so that of two people who use it at the same moment one comes too late. Its
/// organisation is held first, as by whoever takes the invitations of somebody back.
async fn take(backend: &Backend, tx: &mut Tx, token: &str) -> Result<Held, Problem> {
    let hash = token_hash(token);
    let row = tx
        .one(sql!("select organisation_id from invitation where token_hash = $1"), args![&hash])
        .await?
        .ok_or_else(invitation_unknown)?;
    let organisation = hold(tx, row.get("organisation_id")?).await?;
    let row = tx
        .lock(sql!("select * from invitation where token_hash = $1"), args![&hash])
        .await?
        .ok_or_else(invitation_unknown)?;
    state(&row, backend.now())?.usable()?;
    Ok(Held {
        id: row.get("id")?,
        organisation: organisation.id,
        organisation_name: organisation.name,
        role: row.parse("role", Role::parse)?,
        invited_by: row.get("invited_by")?,
    })
}

/// Joins with the account that is signed in, and goes on acting in the organisation joined.
pub async fn accept_with_account(
    backend: &Backend,
    actor: &Actor,
    token: &str,
) -> Result<OrganisationId, Problem> {
    actor.may(UseCase::InvitationAccept)?;
    let person = actor.person()?;
    let mut tx = backend.begin().await?;
    let held = take(backend, &mut tx, token).await?;
    if role(&mut tx, held.organisation, person.account).await?.is_some() {
        return Err(already_member(&held.organisation_name));
    }
    join(backend, &mut tx, actor, &held).await?;
    tx.run(
        sql!("update session set organisation_id = $1 where id = $2"),
        args![held.organisation, person.session],
    )
    .await?;
    tx.commit().await?;
    Ok(held.organisation)
}

/// Joins with a new account, and signs in. Trying is slowed down like signing in: each time costs a
/// hash, and a login that is taken says so.
pub async fn accept_with_new_account(
    backend: &Backend,
    actor: &Actor,
    token: &str,
    form: &AccountForm,
    agent: &str,
) -> Result<NewSession, Problem> {
    offer(backend, actor, token).await?;
    actor.may(UseCase::InvitationAccept)?;
    let mut check = FieldCheck::new();
    let new = form.check(&mut check);
    let new = check.conclude(new)?;
    let subject = format!("invitation:{}", token_hash(token));
    charge(backend, &[(&subject, 0)]).await?;
    let hash = hash_password(backend, &new.password).await?;
    let mut tx = backend.begin().await?;
    forget(&mut tx, &subject).await?;
    let held = take(backend, &mut tx, token).await?;
    let inserted =
        account::insert(backend, &mut tx, &new.login, &new.name, &hash, false, false).await;
    let account = match inserted {
        Err(error) if error.is_unique_violation() => return Err(login_taken()),
        other => other?,
    };
    let session = open_session(backend, &mut tx, actor, account, agent).await?;
    join(backend, &mut tx, &became(actor, &session, &new.name, false), &held).await?;
    tx.run(
        sql!("update session set organisation_id = $1 where id = $2"),
        args![held.organisation, session.session],
    )
    .await?;
    tx.commit().await?;
    Ok(session)
}

/// Makes the actor a member and the invitation used, and tells those who look after the members.
async fn join(backend: &Backend, tx: &mut Tx, actor: &Actor, held: &Held) -> Result<(), Problem> {
    let (person, now) = (actor.person()?, backend.now());
    // Before the newcomer is one of them.
    tell_joining(backend, tx, &person.name, held).await?;
    put_member(tx, held.organisation, person.account, held.role, now).await?;
    tx.run(
        sql!("update invitation set used_by = $1, used_at = $2 where id = $3"),
        args![person.account, now, held.id],
    )
    .await?;
    let detail = json!({"name": person.name, "role": held.role.code()});
    let concerned = [held.organisation];
    audit::record(backend, tx, actor, &concerned, "member.joined", person.account, detail).await
}

/// Tells all admins that somebody joins, and the operator who invited the first of them.
async fn tell_joining(
    backend: &Backend,
    tx: &mut Tx,
    name: &str,
    held: &Held,
) -> Result<(), Problem> {
    let (organisation, own) = (held.organisation, &held.organisation_name);
    let told = Text::new(
        format!("{name} 已接受邀请，加入「{own}」"),
        format!("{name} accepted the invitation and joined “{own}”"),
    );
    let admins = To::Members(organisation, Role::Admin);
    notice::tell(backend, tx, admins, &told, "/manage/members").await?;
    if role(tx, organisation, held.invited_by).await? == Some(Role::Admin) {
        return Ok(());
    }
    let operator = To::Account(held.invited_by, None);
    let url = format!("/operations/organisations/{organisation}");
    notice::tell(backend, tx, operator, &told, &url).await
}
