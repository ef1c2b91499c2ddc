//! Projects in storage: drafts, submission, lists, review, closing (Source: PRJ-1 to PRJ-6).

mod closing;
mod draft;
mod review;

use domain::{
    audit::Entry,
    authority::{Actor, UseCase},
    identity::{AccountId, OrganisationId, ProjectId},
    money::{Currency, Money},
    organisation::CorpId,
    problem::Problem,
    project::{CheckedProject, Creator, FileKind, ProjectState},
    time::Timestamp,
};
use serde_json::{Value as Json, json};

pub use closing::{ClosingView, OpenOrder, close, closing_view};
pub use draft::{Draft, copy, delete_draft, draft, drafts, save_draft, submit};
pub use review::{Reviewed, review, review_detail, review_queue};

use crate::{
    Backend, args, audit,
    db::{Inconsistent, Row, Tx},
    file::{self, StoredFile},
    lifecycle::signed,
    notice::{self, To},
    page::{self, Page},
    problem::{Internal, missing},
    programme, sql,
};

/// The area of contracts and closing files among the stored files.
pub const AREA: &str = "project";

/// A submitted project, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its number.
    pub number: String,
    /// The provider.
    pub organisation: OrganisationId,
    /// The provider's name.
    pub organisation_name: String,
    /// Who created it.
    pub creator: Creator,
    /// What was submitted.
    pub content: CheckedProject,
    /// The contract's name.
    pub file_name: String,
    /// What the contract is.
    pub file_media_type: String,
    /// Where it stands.
    pub state: ProjectState,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// When its review is or was due.
    pub due_at: Timestamp,
}

impl Project {
    /// Its page.
    pub fn url(&self) -> String {
        format!("/manage/provider/projects/{}", self.id)
    }

    /// Where operators review it.
    pub fn review_url(&self) -> String {
        format!("/operations/reviews/{}", self.id)
    }
}

macro_rules! projects {
    ($tail:literal) => {
        sql!(concat!(
            "select p.*, o.name as organisation_name, a.name as creator_name, \
             f.name as file_name, f.media_type as file_media_type from project p \
             join organisation o on o.id = p.organisation_id join account a on a.id = p.creator \
             join file f on f.id = p.file_id ",
            $tail
        ))
    };
}
use projects;

/// Reads a project from a row with the names joined to it.
fn from_row(row: &Row) -> Result<Project, Problem> {
    Ok(Project {
        id: row.get("id")?,
        number: row.get("number")?,
        organisation: row.get("organisation_id")?,
        organisation_name: row.get("organisation_name")?,
        creator: creator(row)?,
        content: content(row)?,
        file_name: row.get("file_name")?,
        file_media_type: row.get("file_media_type")?,
        state: row.state("state", ProjectState::code)?,
        submitted_at: row.get("submitted_at")?,
        due_at: row.get("due_at")?,
    })
}

fn creator(row: &Row) -> Result<Creator, Inconsistent> {
    Ok(Creator { account: row.get("creator")?, name: row.get("creator_name")? })
}

fn content(row: &Row) -> Result<CheckedProject, Inconsistent> {
    Ok(CheckedProject {
        name: row.get("name")?,
        description: row.get("description")?,
        amount: Money {
            minor: row.get("amount")?,
            currency: row.parse("currency", Currency::parse)?,
        },
        file: row.get("file_id")?,
        file_kind: row.parse("file_kind", FileKind::parse)?,
        expected_on: row.get("expected_on")?,
        customer_name: row.get("customer_name")?,
        customer_corp_id: row.parse("customer_corp_id", |text| CorpId::parse(text).ok())?,
        contact: row.get("contact")?,
        phone: row.get("phone")?,
    })
}

fn no_project() -> Problem {
    missing("项目", "project")
}

/// The project `id`, whoever asks; for use cases with their own say in who may see it.
pub async fn find(tx: &mut Tx, id: ProjectId) -> Result<Project, Problem> {
    let row = tx.one(projects!("where p.id = $1"), args![id]).await?;
    from_row(&row.ok_or_else(no_project)?)
}

/// Like [`find`], and holds the project until the end of the unit of work: links, purchases, sends
/// and the closing of one project follow one another.
pub async fn hold(tx: &mut Tx, id: ProjectId) -> Result<Project, Problem> {
    tx.queue(sql!("select id from project where id = $1"), args![id]).await?;
    find(tx, id).await
}

/// Refuses projects of other organisations as if they were not there.
fn own(actor: &Actor, project: Project) -> Result<Project, Problem> {
    if project.organisation == actor.membership()?.organisation {
        Ok(project)
    } else {
        Err(no_project())
    }
}

/// The project `id` of the organisation acted in, for every platform admin: its links and orders,
/// not its details.
pub async fn of_own(tx: &mut Tx, actor: &Actor, id: ProjectId) -> Result<Project, Problem> {
    own(actor, find(tx, id).await?)
}

/// Like [`of_own`], and holds the project until the end of the unit of work.
pub async fn hold_own(tx: &mut Tx, actor: &Actor, id: ProjectId) -> Result<Project, Problem> {
    own(actor, hold(tx, id).await?)
}

/// A project as a row of the list. Everybody's projects are listed, without what only the creator
/// may see (Source: PRJ-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ProjectId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The customer's name.
    pub customer_name: String,
    /// Who created it: the one to ask.
    pub creator: Creator,
    /// True where the reader created it and may open the details.
    pub mine: bool,
    /// Where it stands.
    pub state: ProjectState,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// When its review is or was due.
    pub due_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
}

/// How far a project has come, counted over its links, orders and delivered apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Its links that can still be bought through.
    pub links: i64,
    /// Its orders that were not cancelled.
    pub orders: i64,
    /// Those that were.
    pub cancelled: i64,
    /// Its orders that wait to be sent.
    pub waiting: i64,
    /// Its orders whose app arrived.
    pub sent: i64,
    /// Its delivered apps that the customer accepted.
    pub accepted: i64,
    /// Its delivered apps that the customer enabled.
    pub enabled: i64,
}

impl Progress {
    /// Its orders whose app is being sent now.
    pub const fn sending(&self) -> i64 {
        self.orders - self.waiting - self.sent
    }
}

macro_rules! with_progress {
    ($head:literal, $tail:literal) => {
        sql!(concat!(
            $head,
            "(select count(*) from link l where l.project_id = p.id and l.revoked_at is null \
             and not exists (select 1 from purchase_order x where x.link_id = l.id \
             and x.state <> 'cancelled')) as links, \
             (select count(*) from purchase_order b where b.project_id = p.id \
             and b.state <> 'cancelled') as orders, \
             (select count(*) from purchase_order b where b.project_id = p.id \
             and b.state = 'cancelled') as orders_cancelled, \
             (select count(*) from purchase_order b where b.project_id = p.id \
             and b.state in ('pending', 'failed')) as orders_waiting, \
             (select count(*) from purchase_order b where b.project_id = p.id \
             and b.state = 'sent') as orders_sent, \
             (select count(*) from purchase_order b join application x on x.id = b.delivered_application \
             where b.project_id = p.id and x.state in ('accepted', 'ready', 'enabled', 'disabled')) \
             as apps_accepted, \
             (select count(*) from purchase_order b join application x on x.id = b.delivered_application \
             where b.project_id = p.id and x.state = 'enabled') as apps_enabled from project p ",
            $tail
        ))
    };
}

fn progress(row: &Row) -> Result<Progress, Inconsistent> {
    Ok(Progress {
        links: row.get("links")?,
        orders: row.get("orders")?,
        cancelled: row.get("orders_cancelled")?,
        waiting: row.get("orders_waiting")?,
        sent: row.get("orders_sent")?,
        accepted: row.get("apps_accepted")?,
        enabled: row.get("apps_enabled")?,
    })
}

fn listed(row: &Row, reader: AccountId) -> Result<Listed, Problem> {
    let creator = creator(row)?;
    Ok(Listed {
        id: row.get("id")?,
        number: row.get("number")?,
        name: row.get("name")?,
        customer_name: row.get("customer_name")?,
        mine: creator.account == reader,
        creator,
        state: row.state("state", ProjectState::code)?,
        submitted_at: row.get("submitted_at")?,
        due_at: row.get("due_at")?,
        progress: progress(row)?,
    })
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A state's code; empty for all.
    pub state: String,
    /// Search text in number, name, customer and CorpID.
    pub search: String,
    /// Only the reader's own.
    pub mine: bool,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// The organisation's projects, the newest first (Source: PRJ-5).
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    filter: &Filter,
) -> Result<Page<Listed>, Problem> {
    actor.may(UseCase::ProjectsRead)?;
    let (organisation, reader) = (actor.membership()?.organisation, actor.person()?.account);
    let mut tx = backend.read().await?;
    programme::permission(&mut tx, organisation).await?.require_known()?;
    let rows = tx
        .all(
            with_progress!(
                "select p.id, p.number, p.name, p.customer_name, p.creator, a.name as creator_name, \
                 p.state, p.state_data, p.submitted_at, p.due_at, ",
                "join account a on a.id = p.creator \
                 where p.organisation_id = $1 and ($2 = '' or p.state = $2) \
                 and p.search like $3 escape '\\' and ($4 = 0 or p.creator = $5) and p.id < $6 \
                 order by p.id desc limit $7"
            ),
            args![
                organisation, &filter.state, page::pattern(&filter.search), filter.mine, reader,
                page::before(filter.cursor.as_deref()), page::SIZE + 1
            ],
        )
        .await?;
    Page::of(&rows, |row| listed(row, reader), |item| item.id.to_string())
}

/// How many of the organisation's projects are in each state.
pub async fn counts(backend: &Backend, actor: &Actor) -> Result<Vec<(String, i64)>, Problem> {
    actor.may(UseCase::ProjectsRead)?;
    let organisation = actor.membership()?.organisation;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select state, count(*) as projects from project where organisation_id = $1 \
                 group by state order by state limit 20"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("state")?, row.get("projects")?))).collect()
}

/// A project's details with its history, for its creator only (Source: PRJ-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The project.
    pub project: Project,
    /// The closing file, where there is one.
    pub closing_file: Option<StoredFile>,
    /// What happened, the oldest first.
    pub history: Vec<Entry>,
    /// How far it has come.
    pub progress: Progress,
}

/// A project's details, for its creator (Source: PRJ-5).
pub async fn detail(backend: &Backend, actor: &Actor, id: ProjectId) -> Result<Detail, Problem> {
    actor.may(UseCase::ProjectDetail)?;
    let mut tx = backend.read().await?;
    let project = of_own(&mut tx, actor, id).await?;
    project.creator.require(actor.person()?.account)?;
    load_detail(&mut tx, project).await
}

async fn load_detail(tx: &mut Tx, project: Project) -> Result<Detail, Problem> {
    let closing_file = match &project.state {
        ProjectState::Closed { closing, .. } => match closing.file {
            Some(id) => Some(file::find(tx, id).await?),
            None => None,
        },
        _ => None,
    };
    let row = tx.one(with_progress!("select ", "where p.id = $1"), args![project.id]).await?;
    Ok(Detail {
        history: audit::of_subject(tx, project.organisation, &project.id.to_string()).await?,
        closing_file,
        progress: progress(&row.ok_or_else(no_project)?)?,
        project,
    })
}

/// Withdraws (撤销) a project that nobody has reviewed (Source: PRJ-4).
pub async fn withdraw(backend: &Backend, actor: &Actor, id: ProjectId) -> Result<(), Problem> {
    actor.may(UseCase::ProjectRevoke)?;
    let step = signed(backend, actor)?;
    let mut tx = backend.begin().await?;
    let project = hold_own(&mut tx, actor, id).await?;
    let state = project.state.clone().withdraw(&project.creator, step)?;
    save_state(backend, &mut tx, id, &state).await?;
    notice::settle(backend, &mut tx, &To::Operators, &project.review_url()).await?;
    record(backend, &mut tx, actor, &project, "project.withdrawn", json!({})).await?;
    Ok(tx.commit().await?)
}

async fn save_state(
    backend: &Backend,
    tx: &mut Tx,
    id: ProjectId,
    state: &ProjectState,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "update project set state = $1, state_data = $2, changed_at = $3, \
             revision = revision + 1 where id = $4"
        ),
        args![state.code(), serde_json::to_string(state).internal()?, backend.now(), id],
    )
    .await?;
    Ok(())
}

/// Records a step in the provider's chain.
async fn record(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    project: &Project,
    action: &str,
    mut detail: Json,
) -> Result<(), Problem> {
    detail["number"] = json!(project.number);
    audit::record(backend, tx, actor, &[project.organisation], action, project.id, detail).await
}

/// Records a step in the provider's chain, and in the customer's where that organisation is here:
/// there without amounts and reasons, which are the provider's own.
async fn record_for_both(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    project: &Project,
    action: &str,
    mut detail: Json,
) -> Result<(), Problem> {
    let customer = tx
        .one(
            sql!("select id from organisation where corp_id = $1"),
            args![project.content.customer_corp_id.as_str()],
        )
        .await?;
    detail["number"] = json!(project.number);
    let mut told = vec![(project.organisation, detail)];
    if let Some(customer) = customer {
        let detail = json!({"number": project.number, "provider": project.organisation_name});
        told.push((customer.get("id")?, detail));
    }
    audit::record_each(backend, tx, actor, told, action, project.id).await
}

/// Whether somebody may read a contract or closing file: the creator, and operators once the project
/// was submitted (Source: PRJ-5).
pub async fn may_read_file(
    tx: &mut Tx,
    actor: &Actor,
    found: &StoredFile,
) -> Result<bool, Problem> {
    let person = actor.person()?;
    let Ok(id) = found.subject.parse::<ProjectId>() else { return Ok(false) };
    let row = tx
        .one(
            sql!(
                "select creator, cast(1 as bigint) as submitted from project where id = $1 \
                 union all select creator, cast(0 as bigint) as submitted from project_draft where id = $1"
            ),
            args![id],
        )
        .await?;
    let Some(row) = row.filter(|_| found.area == AREA) else { return Ok(false) };
    let creator: AccountId = row.get("creator")?;
    let still_admin = actor.may(UseCase::ProjectDetail).is_ok()
        && actor.membership().is_ok_and(|own| Some(own.organisation) == found.organisation);
    let reviewer = row.get::<bool>("submitted")? && actor.may(UseCase::ReviewQueue).is_ok();
    Ok((creator == person.account && still_admin) || reviewer)
}
