//! Drafts of projects and their submission (Source: PRJ-1, PRJ-2, PRJ-4).

use domain::{
    authority::{Actor, UseCase},
    identity::{FileId, ProjectId, Series},
    lang::Text,
    problem::Problem,
    project::{CheckedProject, ProjectForm, ProjectState, check_file_type},
    time::{Timestamp, Zone},
};
use serde_json::json;

use super::{AREA, Project, find, hold_own, no_project, of_own, record};
use crate::{
    Backend, args, calendar,
    db::{Row, Tx},
    file,
    notice::{self, To},
    organisation, page,
    problem::{Internal, unless_missing},
    programme::{self, accept_upload},
    sql,
};

/// A draft: what its creator typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id, which its project takes over.
    pub id: ProjectId,
    /// As typed.
    pub form: ProjectForm,
    /// The name of the uploaded file, where there is one.
    pub file_name: Option<String>,
    /// When it was saved last.
    pub changed_at: Timestamp,
}

fn from_row(row: &Row) -> Result<Draft, Problem> {
    Ok(Draft {
        id: row.get("id")?,
        form: row.json("form")?,
        file_name: row.get("file_name")?,
        changed_at: row.get("changed_at")?,
    })
}

/// The reader's drafts in the organisation acted in, the newest first.
pub async fn drafts(backend: &Backend, actor: &Actor) -> Result<Vec<Draft>, Problem> {
    actor.may(UseCase::ProjectDraft)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select d.id, d.form, d.changed_at, (select f.name from file f \
                 where f.area = 'project' and f.subject = d.id order by f.id desc limit 1) as file_name \
                 from project_draft d where d.creator = $1 and d.organisation_id = $2 \
                 order by d.id desc limit $3"
            ),
            args![actor.person()?.account, actor.membership()?.organisation, page::NEWEST],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// One of the reader's drafts.
pub async fn draft(backend: &Backend, actor: &Actor, id: ProjectId) -> Result<Draft, Problem> {
    actor.may(UseCase::ProjectDraft)?;
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select d.id, d.form, d.changed_at, (select f.name from file f \
                 where f.area = 'project' and f.subject = d.id order by f.id desc limit 1) as file_name \
                 from project_draft d where d.id = $1 and d.creator = $2 and d.organisation_id = $3"
            ),
            args![id, actor.person()?.account, actor.membership()?.organisation],
        )
        .await?;
    from_row(&row.ok_or_else(no_project)?)
}

/// Saves a draft as it is, whole or not. The id was chosen when the form was shown, so that saving
/// twice makes one draft.
pub async fn save_draft(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
    form: &ProjectForm,
) -> Result<(), Problem> {
    actor.may(UseCase::ProjectDraft)?;
    form.check_size()?;
    let mut tx = backend.begin().await?;
    programme::permission(&mut tx, actor.membership()?.organisation).await?.require_granted()?;
    put_draft(backend, &mut tx, actor, id, form).await?;
    keep_upload(&mut tx, actor, id, &form.file).await?;
    Ok(tx.commit().await?)
}

async fn put_draft(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    form: &ProjectForm,
) -> Result<(), Problem> {
    let own = write_draft(backend, tx, actor, id, form).await?;
    let taken = tx.one(sql!("select id from project where id = $1"), args![id]).await?;
    if own && taken.is_none() { Ok(()) } else { Err(no_project()) }
}

/// Writes the draft's row, unless it is somebody else's. The row is the lock on the project's id as
/// well: who saves or submits the same form at the same moment is waited for.
async fn write_draft(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    form: &ProjectForm,
) -> Result<bool, Problem> {
    let (person, organisation) = (actor.person()?.account, actor.membership()?.organisation);
    let touched = tx
        .run(
            sql!(
                "insert into project_draft (id, organisation_id, creator, form, created_at, changed_at) \
                 values ($1, $2, $3, $4, $5, $5) on conflict (id) do update \
                 set form = excluded.form, changed_at = excluded.changed_at \
                 where project_draft.creator = excluded.creator \
                 and project_draft.organisation_id = excluded.organisation_id"
            ),
            args![id, organisation, person, serde_json::to_string(form).internal()?, backend.now()],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives an uploaded file to the draft, so that it stays as long as the draft does. What was not
/// uploaded by this person stays out, and whether the file will do is asked when submitting.
async fn keep_upload(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    typed: &str,
) -> Result<(), Problem> {
    if let Ok(upload) = typed.trim().parse::<FileId>()
        && unless_missing(file::staged(tx, actor, upload).await)?.is_some()
    {
        file::keep(tx, actor, upload, AREA, id).await?;
    }
    Ok(())
}

/// Throws a draft away.
pub async fn delete_draft(backend: &Backend, actor: &Actor, id: ProjectId) -> Result<(), Problem> {
    actor.may(UseCase::ProjectDraft)?;
    let mut tx = backend.begin().await?;
    let touched = tx
        .run(
            sql!(
                "delete from project_draft where id = $1 and creator = $2 and organisation_id = $3"
            ),
            args![id, actor.person()?.account, actor.membership()?.organisation],
        )
        .await?;
    if touched == 0 {
        return Err(no_project());
    }
    tx.run(sql!("delete from file where area = 'project' and subject = $1"), args![id]).await?;
    Ok(tx.commit().await?)
}

/// Submits a project for review (Source: PRJ-1, PRJ-3). Submitting the same form again gives the
/// project that it made; another form under the id of a project, which a second tab of the browser
/// can bring about, makes a project of its own.
pub async fn submit(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
    form: &ProjectForm,
) -> Result<Project, Problem> {
    actor.may(UseCase::ProjectSubmit)?;
    form.check_size()?;
    let membership = actor.membership()?;
    let mut tx = backend.begin().await?;
    let own = write_draft(backend, &mut tx, actor, id, form).await?;
    if let Some(made) = already_made(&mut tx, actor, id).await? {
        // The same contract, uploaded again, is another file.
        let content = CheckedProject { file: made.content.file, ..form.check()? };
        if content == made.content {
            return Ok(made);
        }
        drop(tx);
        return Box::pin(submit(backend, actor, backend.id(), form)).await;
    }
    if !own {
        return Err(no_project());
    }
    programme::permission(&mut tx, membership.organisation).await?.require_granted()?;
    let zone = organisation::find(&mut tx, membership.organisation).await?.zone;
    let content = form.check_on(zone.date(backend.now()))?;
    accept_file(&mut tx, actor, id, &content).await?;
    let project = insert(backend, &mut tx, actor, id, &content).await?;
    let text = Text::new(
        format!("「{}」提交了项目 {}，请审批", project.organisation_name, project.number),
        format!(
            "“{}” submitted the project {}; please review",
            project.organisation_name, project.number
        ),
    );
    notice::tell(backend, &mut tx, To::Operators, &text, &project.review_url()).await?;
    let detail = json!({
        "name": content.name, "customer": content.customer_name, "amount": content.amount.to_string(),
    });
    record(backend, &mut tx, actor, &project, "project.submitted", detail).await?;
    tx.commit().await?;
    Ok(project)
}

async fn already_made(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
) -> Result<Option<Project>, Problem> {
    let made = tx.one(sql!("select id from project where id = $1"), args![id]).await?;
    if made.is_none() {
        return Ok(None);
    }
    let project = of_own(tx, actor, id).await?;
    project.creator.require(actor.person()?.account)?;
    Ok(Some(project))
}

/// The file was uploaded with this form, or stands with this draft since it was saved.
async fn accept_file(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    content: &CheckedProject,
) -> Result<(), Problem> {
    let saved = unless_missing(file::find(tx, content.file).await)?
        .filter(|found| found.area == AREA && found.subject == id.to_string());
    match saved {
        Some(found) => check_file_type("file", &found.name, &found.media_type)?,
        None => {
            accept_upload(tx, actor, "file", &content.file.to_string()).await?;
        }
    }
    file::keep(tx, actor, content.file, AREA, id).await
}

async fn insert(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    content: &CheckedProject,
) -> Result<Project, Problem> {
    let (person, organisation) = (actor.person()?, actor.membership()?.organisation);
    tx.run(sql!("delete from project_draft where id = $1"), args![id]).await?;
    let zone = Zone::default();
    let now = backend.now();
    let due_at = calendar::load(tx).await?.review_due(now, &zone);
    let number = backend.number(tx, Series::Project, &zone).await?;
    let state = ProjectState::Reviewing { due_at };
    let search = [
        &number,
        &content.name,
        &content.customer_name,
        content.customer_corp_id.as_str(),
        &person.name,
    ]
    .join("\n")
    .to_lowercase();
    tx.run(
        sql!(
            "insert into project (id, number, organisation_id, creator, name, description, amount, \
             currency, file_id, file_kind, expected_on, customer_name, customer_corp_id, contact, \
             phone, search, state, state_data, submitted_at, due_at, changed_at, revision) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             $18, $19, $20, $19, 1)"
        ),
        args![
            id,
            number,
            organisation,
            person.account,
            &content.name,
            &content.description,
            content.amount.minor,
            content.amount.currency.code(),
            content.file,
            content.file_kind.code(),
            content.expected_on,
            &content.customer_name,
            content.customer_corp_id.as_str(),
            &content.contact,
            &content.phone,
            search,
            state.code(),
            serde_json::to_string(&state).internal()?,
            now,
            due_at
        ],
    )
    .await?;
    find(tx, id).await
}

/// Copies a withdrawn or rejected project into a new draft (Source: PRJ-4).
pub async fn copy(backend: &Backend, actor: &Actor, id: ProjectId) -> Result<ProjectId, Problem> {
    actor.may(UseCase::ProjectCopy)?;
    let mut tx = backend.begin().await?;
    let project = hold_own(&mut tx, actor, id).await?;
    project.creator.require(actor.person()?.account)?;
    project.state.require_copyable()?;
    let membership = actor.membership()?;
    programme::permission(&mut tx, membership.organisation).await?.require_granted()?;
    let copy: ProjectId = backend.id();
    let mut contract = file::find(&mut tx, project.content.file).await?;
    contract.id = backend.id();
    contract.subject = copy.to_string();
    contract.created_at = backend.now();
    file::insert(&mut tx, &contract).await?;
    let form = typed(&project.content, contract.id);
    put_draft(backend, &mut tx, actor, copy, &form).await?;
    record(backend, &mut tx, actor, &project, "project.copied", json!({"draft": copy})).await?;
    tx.commit().await?;
    Ok(copy)
}

/// The form that would give this content.
fn typed(content: &CheckedProject, file: FileId) -> ProjectForm {
    ProjectForm {
        name: content.name.clone(),
        description: content.description.clone(),
        amount: content.amount.plain(),
        currency: content.amount.currency.code().to_owned(),
        file: file.to_string(),
        file_kind: content.file_kind.code().to_owned(),
        expected_on: content.expected_on.to_string(),
        customer_name: content.customer_name.clone(),
        customer_corp_id: content.customer_corp_id.to_string(),
        contact: content.contact.clone(),
        phone: content.phone.clone(),
    }
}
