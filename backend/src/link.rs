//! Distribution links in storage, and the checker that explains why one does not work
//! (Source: LNK-1 to LNK-3, PUR-4).

use domain::{
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, LinkId, OrderId, OrganisationId, ProjectId},
    lang::Text,
    link::{
        self, Buyer, CheckForm, Finding, Known, LinkState, Offerable, explain, explain_unknown,
    },
    organisation::CorpId,
    problem::Problem,
    project::ProjectState,
    step::Step,
    time::Timestamp,
};
use qrcode::{EcLevel, QrCode, render::svg};
use serde_json::json;

use crate::{
    Backend, args, audit,
    db::{Inconsistent, Row, Tx},
    lifecycle::signed,
    page::{self, Page},
    problem::{Internal, missing},
    programme,
    project::{self, Project},
    sql,
};

/// An app that a link can be asked for, or the reason why not (Source: LNK-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The app.
    pub application: ApplicationId,
    /// Its name.
    pub name: Text,
    /// The number of its newest release.
    pub release: Option<i64>,
    /// Why it cannot be picked.
    pub reason: Option<Text>,
}

fn choice(row: &Row) -> Result<Choice, Problem> {
    let release: Option<i64> = row.get("release_number")?;
    let reason = offerable(row)?.reason();
    Ok(Choice {
        application: row.get("id")?,
        name: Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?),
        release,
        reason: reason.or_else(|| release.is_none().then(|| link::not_released().text)),
    })
}

fn offerable(row: &Row) -> Result<Offerable, Inconsistent> {
    let origin: Option<OrderId> = row.get("origin_order")?;
    Ok(Offerable { premium: row.get("premium")?, delivered: origin.is_some() })
}

/// What the page of a project's links begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// The project; its details are not for everybody who sees this.
    pub project: Project,
    /// Why no link can be made now, if so.
    pub refusal: Option<Problem>,
    /// The organisation's apps of the name asked for, those that can be picked first.
    pub choices: Vec<Choice>,
}

/// A project's links page: the apps to pick from whose name contains `search`, with the reasons of
/// those that cannot be picked.
pub async fn offers(
    backend: &Backend,
    actor: &Actor,
    project: ProjectId,
    search: &str,
) -> Result<Offers, Problem> {
    actor.may(UseCase::LinksRead)?;
    let mut tx = backend.read().await?;
    let project = project::of_own(&mut tx, actor, project).await?;
    let permission = programme::permission(&mut tx, project.organisation).await?;
    let refusal = project.state.require_open().and_then(|()| permission.require_granted()).err();
    let rows = tx
        .all(
            sql!(
                "select a.id, a.name_zh, a.name_en, a.premium, a.origin_order, \
                 (select max(r.number) from app_release r where r.application_id = a.id) as release_number \
                 from application a where a.organisation_id = $1 and a.visible = 1 \
                 and (lower(a.name_zh) like $2 escape '\\' or lower(a.name_en) like $2 escape '\\') \
                 order by a.id desc limit $3"
            ),
            args![project.organisation, page::pattern(search), page::NEWEST],
        )
        .await?;
    let mut choices: Vec<Choice> = rows.iter().map(choice).collect::<Result<_, _>>()?;
    choices.sort_by_key(|choice| choice.reason.is_some());
    Ok(Offers { project, refusal, choices })
}

/// A link that was just made, or one to show again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeLink {
    /// Its id.
    pub id: LinkId,
    /// Its path with `corpName`.
    pub path: String,
}

/// Makes a link to an app (Source: LNK-1, LNK-2).
pub async fn create(
    backend: &Backend,
    actor: &Actor,
    project: ProjectId,
    application: ApplicationId,
) -> Result<MadeLink, Problem> {
    actor.may(UseCase::LinkCreate)?;
    let mut tx = backend.begin().await?;
    let project = project::hold_own(&mut tx, actor, project).await?;
    project.state.require_open()?;
    programme::permission(&mut tx, project.organisation).await?.require_granted()?;
    require_offerable(&mut tx, project.organisation, application).await?;
    let (id, token): (LinkId, _) = (backend.id(), backend.secret());
    tx.run(
        sql!(
            "insert into link (id, token, project_id, application_id, created_by, created_at) \
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![id, &token, project.id, application, actor.person()?.account, backend.now()],
    )
    .await?;
    let detail = json!({"project": project.number, "application": application});
    let concerned = [project.organisation];
    audit::record(backend, &mut tx, actor, &concerned, "link.created", id, detail).await?;
    tx.commit().await?;
    Ok(MadeLink { id, path: link::path(&token, &project.content.customer_name) })
}

async fn require_offerable(
    tx: &mut Tx,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<(), Problem> {
    let row = tx
        .one(
            sql!(
                "select a.id, a.premium, a.origin_order, \
                 (select max(r.number) from app_release r where r.application_id = a.id) as release_number \
                 from application a where a.id = $1 and a.organisation_id = $2 and a.visible = 1"
            ),
            args![application, organisation],
        )
        .await?
        .ok_or_else(|| missing("应用", "app"))?;
    offerable(&row)?.require()?;
    match row.get::<Option<i64>>("release_number")? {
        Some(_) => Ok(()),
        None => Err(link::not_released()),
    }
}

/// A link as a row of the list (Source: LNK-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: LinkId,
    /// Its path with `corpName`.
    pub path: String,
    /// The app's name.
    pub application_name: Text,
    /// Who made it.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Revoked or not.
    pub state: LinkState,
    /// The order placed through it: id, number, state.
    pub order: Option<(OrderId, String, String)>,
}

fn state(row: &Row) -> Result<LinkState, Problem> {
    let (by, at): (Option<AccountId>, Option<Timestamp>) =
        (row.get("revoked_by")?, row.get("revoked_at")?);
    match (by, at) {
        (None, None) => Ok(LinkState::Live),
        (Some(by), Some(at)) => {
            Ok(LinkState::Revoked(Step { by, at, name: row.get("revoked_by_name")? }))
        }
        _ => Err(Inconsistent::new("revoked_at", "set without revoked_by, or the reverse", "link")
            .into()),
    }
}

fn order(row: &Row) -> Result<Option<(OrderId, String, String)>, Problem> {
    let id: Option<OrderId> = row.get("order_id")?;
    id.map(|id| Ok((id, row.get("order_number")?, row.get("order_state")?))).transpose()
}

/// The links of a project, the newest first.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    project: ProjectId,
    cursor: Option<&str>,
) -> Result<Page<Listed>, Problem> {
    actor.may(UseCase::LinksRead)?;
    let mut tx = backend.read().await?;
    let project = project::of_own(&mut tx, actor, project).await?;
    let rows = tx
        .all(
            sql!(
                "select l.*, a.name_zh, a.name_en, c.name as created_by_name, \
                 r.name as revoked_by_name, b.id as order_id, b.number as order_number, \
                 b.state as order_state \
                 from link l join application a on a.id = l.application_id \
                 join account c on c.id = l.created_by left join account r on r.id = l.revoked_by \
                 left join purchase_order b on b.link_id = l.id \
                 where l.project_id = $1 and l.id < $2 order by l.id desc limit $3"
            ),
            args![project.id, page::before(cursor), page::SIZE + 1],
        )
        .await?;
    let customer = &project.content.customer_name;
    let read = |row: &Row| {
        Ok(Listed {
            id: row.get("id")?,
            path: link::path(&row.get::<String>("token")?, customer),
            application_name: Text::new(
                row.get::<String>("name_zh")?,
                row.get::<String>("name_en")?,
            ),
            created_by_name: row.get("created_by_name")?,
            created_at: row.get("created_at")?,
            state: state(row)?,
            order: order(row)?,
        })
    };
    Page::of(&rows, read, |item| item.id.to_string())
}

/// A link with what decides whether one can buy through it; for the checker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: LinkId,
    /// Revoked or not.
    pub state: LinkState,
    /// Its project.
    pub project: Project,
    /// The order placed through it: id, number, state.
    pub order: Option<(OrderId, String, String)>,
}

/// The link with this token, alive or not.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Found>, Problem> {
    let row = tx
        .one(
            sql!(
                "select l.*, r.name as revoked_by_name, b.id as order_id, b.number as order_number, \
                 b.state as order_state from link l left join account r on r.id = l.revoked_by \
                 left join purchase_order b on b.link_id = l.id where l.token = $1"
            ),
            args![token],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Found {
        id: row.get("id")?,
        state: state(&row)?,
        project: project::find(tx, row.get("project_id")?).await?,
        order: order(&row)?,
    }))
}

/// Takes a link back (Source: LNK-3). What was bought through it stays.
pub async fn revoke(
    backend: &Backend,
    actor: &Actor,
    project: ProjectId,
    id: LinkId,
) -> Result<(), Problem> {
    actor.may(UseCase::LinkRevoke)?;
    let mut tx = backend.begin().await?;
    let project = project::hold_own(&mut tx, actor, project).await?;
    let row = tx
        .one(
            sql!(
                "select l.*, r.name as revoked_by_name from link l \
                 left join account r on r.id = l.revoked_by where l.id = $1 and l.project_id = $2"
            ),
            args![id, project.id],
        )
        .await?
        .ok_or_else(no_link)?;
    let step = signed(backend, actor)?;
    state(&row)?.revoke(step.clone())?;
    tx.run(
        sql!("update link set revoked_by = $1, revoked_at = $2 where id = $3"),
        args![step.by, step.at, id],
    )
    .await?;
    let detail = json!({"project": project.number});
    let concerned = [project.organisation];
    audit::record(backend, &mut tx, actor, &concerned, "link.revoked", id, detail).await?;
    Ok(tx.commit().await?)
}

/// The path of one of the organisation's links, to show it again or as a QR code; none where nothing
/// can be bought through it any more (Source: LNK-3).
pub async fn get(
    backend: &Backend,
    actor: &Actor,
    project: ProjectId,
    id: LinkId,
) -> Result<Option<MadeLink>, Problem> {
    actor.may(UseCase::LinksRead)?;
    let mut tx = backend.read().await?;
    let project = project::of_own(&mut tx, actor, project).await?;
    let row = tx
        .one(
            sql!(
                "select l.token, l.revoked_at, b.id as order_id from link l \
                 left join purchase_order b on b.link_id = l.id \
                 where l.id = $1 and l.project_id = $2"
            ),
            args![id, project.id],
        )
        .await?
        .ok_or_else(no_link)?;
    let (revoked, bought): (Option<Timestamp>, Option<OrderId>) =
        (row.get("revoked_at")?, row.get("order_id")?);
    if revoked.is_some() || bought.is_some() || !project.state.is_open() {
        return Ok(None);
    }
    let path = link::path(&row.get::<String>("token")?, &project.content.customer_name);
    Ok(Some(MadeLink { id, path }))
}

/// The refusal for links that are not there or not the organisation's.
pub fn no_link() -> Problem {
    missing("分发链接", "distribution link")
}

/// A QR code of an address, as an SVG image with its quiet zone.
pub fn qr_svg(address: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).internal()?;
    Ok(code.render::<svg::Color>().min_dimensions(240, 240).quiet_zone(true).build())
}

/// What the checker found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One by one, in the order of the purchase's own checks.
    pub findings: Vec<Finding>,
    /// The project whose link it is, or those with the CorpID.
    pub projects: Vec<Candidate>,
}

/// A project of the organisation that fits what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: ProjectId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The customer's name.
    pub customer_name: String,
    /// Where it stands.
    pub state: ProjectState,
    /// Its links that can still be bought through.
    pub links: i64,
}

/// Opens the link checker to who is or was a provider (Source: PRV-2).
pub async fn require_checker(backend: &Backend, actor: &Actor) -> Result<(), Problem> {
    actor.may(UseCase::LinkCheck)?;
    let organisation = actor.membership()?.organisation;
    programme::permission(&mut backend.read().await?, organisation).await?.require_known()
}

/// Explains why a given organisation cannot buy through a link (Source: PUR-4).
pub async fn check(backend: &Backend, actor: &Actor, form: &CheckForm) -> Result<Report, Problem> {
    actor.may(UseCase::LinkCheck)?;
    let asked = form.check()?;
    let organisation = actor.membership()?.organisation;
    let mut tx = backend.read().await?;
    programme::permission(&mut tx, organisation).await?.require_known()?;
    let buyer = match asked.corp_id {
        Some(corp_id) => Some(buyer(&mut tx, corp_id).await?),
        None => None,
    };
    let Some(pasted) = asked.link else {
        let corp_id = buyer.map(|buyer| buyer.corp_id);
        return by_corp_id(&mut tx, organisation, corp_id.as_ref()).await;
    };
    let found = by_token(&mut tx, &pasted.token).await?;
    let Some(found) = found.filter(|found| found.project.organisation == organisation) else {
        return Ok(Report { findings: vec![explain_unknown()], projects: vec![] });
    };
    let known = Known {
        link: found.state,
        project: found.project.state.clone(),
        number: found.project.number.clone(),
        customer_name: found.project.content.customer_name.clone(),
        customer_corp_id: found.project.content.customer_corp_id.clone(),
        order: found.order.map(|(_, number, _)| number),
    };
    let findings = explain(&known, pasted.corp_name.as_deref(), buyer.as_ref());
    let projects = candidates(&mut tx, organisation, known.customer_corp_id.as_str()).await?;
    let projects = projects.into_iter().filter(|project| project.id == found.project.id).collect();
    Ok(Report { findings, projects })
}

async fn buyer(tx: &mut Tx, corp_id: CorpId) -> Result<Buyer, Problem> {
    let row = tx
        .one(
            sql!(
                "select (select count(*) from member m where m.organisation_id = o.id \
                 and m.role = 'admin') as admins from organisation o where o.corp_id = $1"
            ),
            args![corp_id.as_str()],
        )
        .await?;
    let admins = row.map(|row| row.get("admins")).transpose()?;
    Ok(Buyer { corp_id, admins })
}

async fn candidates(
    tx: &mut Tx,
    organisation: OrganisationId,
    corp_id: &str,
) -> Result<Vec<Candidate>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select p.id, p.number, p.name, p.customer_name, p.state, p.state_data, \
                 (select count(*) from link l where l.project_id = p.id and l.revoked_at is null \
                 and not exists (select 1 from purchase_order b where b.link_id = l.id)) as links \
                 from project p where p.organisation_id = $1 and p.customer_corp_id = $2 \
                 order by case when p.state = 'approved' then 0 else 1 end, p.id desc limit 20"
            ),
            args![organisation, corp_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Candidate {
                id: row.get("id")?,
                number: row.get("number")?,
                name: row.get("name")?,
                customer_name: row.get("customer_name")?,
                state: row.state("state", ProjectState::code)?,
                links: row.get("links")?,
            })
        })
        .collect()
}

/// Without a link: which projects were filed for the CorpID, and whether any of them is open.
async fn by_corp_id(
    tx: &mut Tx,
    organisation: OrganisationId,
    corp_id: Option<&CorpId>,
) -> Result<Report, Problem> {
    let Some(corp_id) = corp_id else { return Ok(Report { findings: vec![], projects: vec![] }) };
    let projects = candidates(tx, organisation, corp_id.as_str()).await?;
    let open = projects.iter().filter(|project| project.state.is_open()).count();
    let links: i64 = projects
        .iter()
        .filter(|project| project.state.is_open())
        .map(|project| project.links)
        .sum();
    let finding = match (projects.len(), open, links) {
        (0, _, _) => Finding::cause(
            Text::of(
                "贵组织没有以这个 CorpID 立项：立项时可能填写了另一个 CorpID，或客户选错了组织",
                "Your organisation has no project with this CorpID: a project may have another one, or the customer chose another organisation",
            ),
            Text::of(
                "请与客户核对 CorpID，必要时结项后重新立项",
                "Compare the CorpID with the customer; if need be close the project and file anew",
            ),
        ),
        (_, 0, _) => Finding::cause(
            Text::of(
                "以这个 CorpID 立项的项目都不在进行中",
                "None of the projects with this CorpID is open",
            ),
            Text::of("请重新立项，或等待审批通过", "File a new project, or wait for the approval"),
        ),
        (_, _, 0) => Finding::cause(
            Text::of(
                "这个客户的项目还没有有效的分发链接",
                "The customer's project has no valid link",
            ),
            Text::of("请在项目中获取分发链接", "Make a distribution link in the project"),
        ),
        _ => Finding::fine(Text::of(
            "这个客户有进行中的项目和有效的链接；请粘贴客户打开的链接继续检查",
            "The customer has an open project with a valid link; paste the link the customer opened to go on",
        )),
    };
    Ok(Report { findings: vec![finding], projects })
}
