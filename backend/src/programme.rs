//! The provider programme in storage: applications, decisions, withdrawal (Source: PRV-1, PRV-2).

use domain::{
    authority::{Actor, UseCase},
    command::Checked,
    identity::{AccountId, FileId, OrganisationId, ProgrammeId},
    lang::Text,
    organisation::{CorpId, Role},
    problem::{FieldCheck, Problem},
    programme::{
        ApplicationState, ApplyForm, Decision, DecisionForm, Permission, WithdrawForm,
        already_granted, already_waiting, file_id,
    },
    project::check_file_type,
    time::Timestamp,
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    command::Begun,
    db::{Row, Tx},
    file::{self, StoredFile},
    lifecycle::signed,
    notice::{self, To},
    page::{self, Page},
    problem::{Internal, missing, unless_missing},
    sql,
};

/// The area of the proofs among the stored files.
pub const AREA: &str = "programme";
/// Where operators decide.
const QUEUE_URL: &str = "/operations/programme";
/// Where an organisation sees its permission.
const OWN_URL: &str = "/manage/provider";

/// An application for the permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ProgrammeId,
    /// The organisation that applies.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Its CorpID.
    pub corp_id: CorpId,
    /// The DingTalk partner number.
    pub partner_number: String,
    /// Senior partner.
    pub senior: bool,
    /// The proof.
    pub proof: FileId,
    /// The proof's name.
    pub proof_name: String,
    /// What the proof is.
    pub proof_media_type: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// Who submitted it.
    pub submitted_by: AccountId,
    /// The name of who submitted it.
    pub submitted_by_name: String,
    /// When.
    pub submitted_at: Timestamp,
    /// The organisation's permission now.
    pub permission: Permission,
}

macro_rules! applications {
    ($tail:literal) => {
        sql!(concat!(
            "select a.*, o.name as organisation_name, o.corp_id, o.programme, o.programme_data, \
             p.name as submitter, f.name as proof_name, f.media_type as proof_media_type \
             from programme_application a join organisation o on o.id = a.organisation_id \
             join account p on p.id = a.submitted_by join file f on f.id = a.proof_file ",
            $tail
        ))
    };
}

fn from_row(row: &Row) -> Result<Application, Problem> {
    Ok(Application {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        organisation_name: row.get("organisation_name")?,
        corp_id: row.parse("corp_id", |text| CorpId::parse(text).ok())?,
        partner_number: row.get("partner_number")?,
        senior: row.get("senior")?,
        proof: row.get("proof_file")?,
        proof_name: row.get("proof_name")?,
        proof_media_type: row.get("proof_media_type")?,
        state: row.state("state", ApplicationState::code)?,
        submitted_by: row.get("submitted_by")?,
        submitted_by_name: row.get("submitter")?,
        submitted_at: row.get("submitted_at")?,
        permission: row.state("programme", Permission::code)?,
    })
}

fn no_application() -> Problem {
    missing("申请", "application")
}

/// The permission of an organisation, for use cases that have the right to it.
pub async fn permission(tx: &mut Tx, organisation: OrganisationId) -> Result<Permission, Problem> {
    let row = tx
        .one(
            sql!("select id, programme, programme_data from organisation where id = $1"),
            args![organisation],
        )
        .await?;
    let row = row.ok_or_else(|| missing("组织", "organisation"))?;
    Ok(row.state("programme", Permission::code)?)
}

/// What an organisation sees of its own permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The permission.
    pub permission: Permission,
    /// The latest applications, the newest first.
    pub applications: Vec<Application>,
}

/// The permission and the applications of the organisation acted in.
pub async fn overview(backend: &Backend, actor: &Actor) -> Result<Overview, Problem> {
    actor.may(UseCase::ProgrammeRead)?;
    let organisation = actor.membership()?.organisation;
    let mut tx = backend.read().await?;
    let rows = tx
        .all(
            applications!("where a.organisation_id = $1 order by a.id desc limit 20"),
            args![organisation],
        )
        .await?;
    Ok(Overview {
        permission: permission(&mut tx, organisation).await?,
        applications: rows.iter().map(from_row).collect::<Result<_, _>>()?,
    })
}

/// Applies for the permission (Source: PRV-1).
pub async fn apply(
    backend: &Backend,
    actor: &Actor,
    command: Checked<ApplyForm>,
) -> Result<ProgrammeId, Problem> {
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(id) => return Ok(id),
        Begun::Work(unit) => unit,
    };
    actor.may(UseCase::ProgrammeApply)?;
    let (membership, checked) = (actor.membership()?, command.value);
    let tx = &mut *unit;
    hold_permission(tx, membership.organisation).await.and_then(|permission| {
        if permission.is_granted() { Err(already_granted()) } else { Ok(()) }
    })?;
    refuse_second(tx, membership.organisation).await?;
    let id: ProgrammeId = backend.id();
    accept_upload(tx, actor, "file", &checked.file.to_string()).await?;
    tx.run(
        sql!(
            "insert into programme_application (id, organisation_id, partner_number, senior, \
             proof_file, state, state_data, submitted_by, submitted_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            id,
            membership.organisation,
            &checked.partner_number,
            checked.senior,
            checked.file,
            ApplicationState::Waiting.code(),
            serde_json::to_string(&ApplicationState::Waiting).internal()?,
            actor.person()?.account,
            backend.now()
        ],
    )
    .await?;
    file::keep(tx, actor, checked.file, AREA, id).await?;
    let name = &membership.organisation_name;
    let text = Text::new(
        format!("「{name}」申请应用分发权限，请审核"),
        format!("“{name}” applies for the distribution permission; please review"),
    );
    notice::tell(backend, tx, To::Operators, &text, &format!("{QUEUE_URL}/{id}")).await?;
    let detail = json!({"partner_number": checked.partner_number, "senior": checked.senior});
    let concerned = [membership.organisation];
    audit::record(backend, tx, actor, &concerned, "programme.applied", id, detail).await?;
    unit.commit(backend, id).await
}

async fn hold_permission(tx: &mut Tx, organisation: OrganisationId) -> Result<Permission, Problem> {
    tx.queue(sql!("select id from organisation where id = $1"), args![organisation]).await?;
    permission(tx, organisation).await
}

async fn refuse_second(tx: &mut Tx, organisation: OrganisationId) -> Result<(), Problem> {
    let waiting = tx
        .one(
            sql!(
                "select id from programme_application \
                 where organisation_id = $1 and state = 'waiting' limit 1"
            ),
            args![organisation],
        )
        .await?;
    if waiting.is_some() { Err(already_waiting()) } else { Ok(()) }
}

/// A file that this person uploaded with the form, of a type that may stand as contract or proof;
/// problems stand at `field`.
pub async fn accept_upload(
    tx: &mut Tx,
    actor: &Actor,
    field: &str,
    typed: &str,
) -> Result<StoredFile, Problem> {
    let mut check = FieldCheck::new();
    let Some(id) = check.take(field, file_id(typed)) else { return check.conclude(None) };
    let Some(found) = unless_missing(file::staged(tx, actor, id).await)? else {
        check.fail(field, Text::of("请重新选择文件", "Choose the file again"));
        return check.conclude(None);
    };
    check_file_type(field, &found.name, &found.media_type)?;
    Ok(found)
}

/// The applications that operators see: those in `state` (`waiting`, `granted`, `rejected`).
/// Waiting ones come with the oldest first, others with the newest first.
pub async fn queue(
    backend: &Backend,
    actor: &Actor,
    state: &str,
    cursor: Option<&str>,
) -> Result<Page<Application>, Problem> {
    actor.may(UseCase::ProgrammeQueue)?;
    let mut tx = backend.read().await?;
    let rows = if state == "waiting" {
        tx.all(
            applications!("where a.state = 'waiting' and a.id > $1 order by a.id limit $2"),
            args![cursor.unwrap_or(""), page::SIZE + 1],
        )
        .await?
    } else {
        tx.all(
            applications!("where a.state = $1 and a.id < $2 order by a.id desc limit $3"),
            args![state, page::before(cursor), page::SIZE + 1],
        )
        .await?
    };
    Page::of(&rows, from_row, |item| item.id.to_string())
}

/// One application, for operators.
pub async fn get(
    backend: &Backend,
    actor: &Actor,
    id: ProgrammeId,
) -> Result<Application, Problem> {
    actor.may(UseCase::ProgrammeQueue)?;
    find(&mut backend.read().await?, id).await
}

async fn find(tx: &mut Tx, id: ProgrammeId) -> Result<Application, Problem> {
    let row = tx.one(applications!("where a.id = $1"), args![id]).await?;
    from_row(&row.ok_or_else(no_application)?)
}

/// Grants or rejects an application (Source: PRV-1).
pub async fn decide(
    backend: &Backend,
    actor: &Actor,
    id: ProgrammeId,
    form: DecisionForm,
) -> Result<(), Problem> {
    actor.may(UseCase::ProgrammeDecide)?;
    let decision = form.check()?;
    let step = signed(backend, actor)?;
    let mut tx = backend.begin().await?;
    tx.queue(sql!("select id from programme_application where id = $1"), args![id]).await?;
    let application = find(&mut tx, id).await?;
    let state = application.state.clone().decide(decision.clone(), step.clone())?;
    tx.run(
        sql!("update programme_application set state = $1, state_data = $2 where id = $3"),
        args![state.code(), serde_json::to_string(&state).internal()?, id],
    )
    .await?;
    let (action, text, detail) = match decision {
        Decision::Grant => {
            let permission = Permission::Granted {
                step,
                partner_number: application.partner_number.clone(),
                senior: application.senior,
            };
            save_permission(&mut tx, application.organisation, &permission).await?;
            let text = Text::of(
                "应用分发权限已开通，可以新建项目了",
                "The distribution permission is granted: you can open projects now",
            );
            ("programme.granted", text, json!({}))
        }
        Decision::Reject { reason } => {
            let text = Text::new(
                format!("应用分发权限申请被驳回：{reason}"),
                format!("The application for the distribution permission was rejected: {reason}"),
            );
            ("programme.rejected", text, json!({"reason": reason}))
        }
    };
    notice::settle(backend, &mut tx, &To::Operators, &format!("{QUEUE_URL}/{id}")).await?;
    let admins = To::Members(application.organisation, Role::Admin);
    notice::tell(backend, &mut tx, admins, &text, OWN_URL).await?;
    let concerned = [application.organisation];
    audit::record(backend, &mut tx, actor, &concerned, action, id, detail).await?;
    Ok(tx.commit().await?)
}

async fn save_permission(
    tx: &mut Tx,
    organisation: OrganisationId,
    permission: &Permission,
) -> Result<(), Problem> {
    tx.run(
        sql!("update organisation set programme = $1, programme_data = $2 where id = $3"),
        args![permission.code(), serde_json::to_string(permission).internal()?, organisation],
    )
    .await?;
    Ok(())
}

/// An organisation that is or was a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its CorpID.
    pub corp_id: CorpId,
    /// Its permission.
    pub permission: Permission,
}

/// The organisations that are or were providers, for operators.
pub async fn providers(
    backend: &Backend,
    actor: &Actor,
    cursor: Option<&str>,
) -> Result<Page<Provider>, Problem> {
    actor.may(UseCase::ProgrammeQueue)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select id, name, corp_id, programme, programme_data from organisation \
                 where programme <> 'none' and id < $1 order by id desc limit $2"
            ),
            args![page::before(cursor), page::SIZE + 1],
        )
        .await?;
    Page::of(&rows, provider, |item| item.organisation.to_string())
}

fn provider(row: &Row) -> Result<Provider, Problem> {
    Ok(Provider {
        organisation: row.get("id")?,
        name: row.get("name")?,
        corp_id: row.parse("corp_id", |text| CorpId::parse(text).ok())?,
        permission: row.state("programme", Permission::code)?,
    })
}

/// Takes the permission away: no new projects and links; what was sold stays (Source: PRV-2).
pub async fn withdraw(
    backend: &Backend,
    actor: &Actor,
    organisation: OrganisationId,
    form: WithdrawForm,
) -> Result<(), Problem> {
    actor.may(UseCase::ProgrammeWithdraw)?;
    let reason = form.check()?;
    let step = signed(backend, actor)?;
    let mut tx = backend.begin().await?;
    let held = hold_permission(&mut tx, organisation).await?;
    let permission = held.withdraw(reason.clone(), step)?;
    save_permission(&mut tx, organisation, &permission).await?;
    let text = Text::new(
        format!("应用分发权限已被收回：{reason}。不能再新建项目和链接，已售出的不受影响"),
        format!(
            "The distribution permission was withdrawn: {reason}. No new projects and links; what was sold stays"
        ),
    );
    let admins = To::Members(organisation, Role::Admin);
    notice::tell(backend, &mut tx, admins, &text, OWN_URL).await?;
    let detail = json!({"reason": reason});
    let concerned = [organisation];
    audit::record(backend, &mut tx, actor, &concerned, "programme.withdrawn", organisation, detail)
        .await?;
    Ok(tx.commit().await?)
}

/// Whether somebody may read a proof: operators, and the admins of the organisation that applied.
pub fn may_read_file(actor: &Actor, proof: &StoredFile) -> bool {
    let own = actor.may(UseCase::ProgrammeApply).is_ok()
        && actor.membership().is_ok_and(|own| Some(own.organisation) == proof.organisation);
    proof.area == AREA && (own || actor.may(UseCase::ProgrammeQueue).is_ok())
}
