//! The review of projects by operators (Source: PRJ-3).

use domain::{
    authority::{Actor, UseCase},
    identity::ProjectId,
    lang::Text,
    problem::Problem,
    project::{Review, ReviewForm},
};
use serde_json::json;

use super::{
    Detail, Filter, Project, from_row, hold, load_detail, projects, record, record_for_both,
    save_state,
};
use crate::{
    Backend, args,
    lifecycle::signed,
    notice::{self, To},
    page::{self, Page},
    sql,
};

/// What a review came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// Approved: links can be made.
    Approved,
    /// Rejected: can be copied into a new draft.
    Rejected,
}

/// The projects of all providers in a state. Those in review come with what is due first, so that
/// what is overdue leads; others with the newest first.
pub async fn review_queue(
    backend: &Backend,
    actor: &Actor,
    filter: &Filter,
) -> Result<Page<Project>, Problem> {
    actor.may(UseCase::ReviewQueue)?;
    let mut tx = backend.read().await?;
    let pattern = page::pattern(&filter.search);
    if filter.state.is_empty() || filter.state == "reviewing" {
        let (due, id) = due_cursor(filter.cursor.as_deref());
        let rows = tx
            .all(
                projects!(
                    "where p.state = 'reviewing' and (p.due_at > $1 or (p.due_at = $1 and p.id > $2)) \
                     and p.search like $3 escape '\\' order by p.due_at, p.id limit $4"
                ),
                args![due, id, pattern, page::SIZE + 1],
            )
            .await?;
        return Page::of(&rows, from_row, |item| format!("{}.{}", item.due_at.0, item.id));
    }
    let rows = tx
        .all(
            projects!(
                "where p.state = $1 and p.id < $2 and p.search like $3 escape '\\' \
                 order by p.id desc limit $4"
            ),
            args![&filter.state, page::before(filter.cursor.as_deref()), pattern, page::SIZE + 1],
        )
        .await?;
    Page::of(&rows, from_row, |item| item.id.to_string())
}

fn due_cursor(cursor: Option<&str>) -> (i64, String) {
    cursor
        .and_then(|text| text.split_once('.'))
        .and_then(|(due, id)| Some((due.parse().ok()?, id.to_owned())))
        .unwrap_or((i64::MIN, String::new()))
}

/// A project as its reviewer sees it.
pub async fn review_detail(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
) -> Result<Detail, Problem> {
    actor.may(UseCase::ReviewQueue)?;
    let mut tx = backend.read().await?;
    let project = super::find(&mut tx, id).await?;
    load_detail(&mut tx, project).await
}

/// Approves or rejects a project (Source: PRJ-3).
pub async fn review(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
    form: &ReviewForm,
) -> Result<Reviewed, Problem> {
    actor.may(UseCase::ReviewDecide)?;
    let step = signed(backend, actor)?;
    let mut tx = backend.begin().await?;
    let project = hold(&mut tx, id).await?;
    let amount = project.content.amount;
    let review = form.check(amount.currency)?;
    let state = project.state.clone().review(amount, review.clone(), step)?;
    save_state(backend, &mut tx, id, &state).await?;
    notice::settle(backend, &mut tx, &To::Operators, &project.review_url()).await?;
    let (number, name) = (&project.number, &project.content.name);
    let (reviewed, action, text, detail) = match review {
        Review::Approve { found } => (
            Reviewed::Approved,
            "project.approved",
            Text::new(
                format!("项目 {number}「{name}」审批通过，可以获取分发链接了"),
                format!(
                    "Project {number} “{name}” is approved: you can make distribution links now"
                ),
            ),
            json!({"amount_found": found.to_string()}),
        ),
        Review::Reject { found, reason } => (
            Reviewed::Rejected,
            "project.rejected",
            Text::new(
                format!("项目 {number}「{name}」被驳回：{reason}"),
                format!("Project {number} “{name}” was rejected: {reason}"),
            ),
            json!({"amount_found": found.map(|found| found.to_string()), "reason": reason}),
        ),
    };
    let creator = To::Account(project.creator.account, Some(project.organisation));
    notice::tell(backend, &mut tx, creator, &text, &project.url()).await?;
    match reviewed {
        Reviewed::Approved => {
            record_for_both(backend, &mut tx, actor, &project, action, detail).await?;
        }
        Reviewed::Rejected => record(backend, &mut tx, actor, &project, action, detail).await?,
    }
    tx.commit().await?;
    Ok(reviewed)
}
