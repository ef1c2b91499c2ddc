//! What can be chosen in an association or member field, as JSON for the picker.

use axum::response::{IntoResponse, Response};
use backend::record::{
    self, Room,
    reference::{self, Candidate},
};
use domain::{
    application::{FieldKind, FieldPath},
    problem::Problem,
};

use crate::page::Visit;

/// Candidates for the field at `field` that contain `q`.
pub async fn candidates(visit: Visit) -> Result<Response, Problem> {
    let (app, form) = (visit.param("id")?, visit.param("form")?);
    let room = record::enter(visit.backend(), &visit.actor, app, &form).await?;
    let path = visit.query("field").and_then(|path| path.parse().ok());
    let found = match path {
        Some(path) => find(&visit, &room, &path, visit.query("q").unwrap_or("")).await?,
        None => Vec::new(),
    };
    Ok(axum::Json(found).into_response())
}

/// What the field at a path can lead to.
pub async fn find(
    visit: &Visit,
    room: &Room,
    path: &FieldPath,
    text: &str,
) -> Result<Vec<Candidate>, Problem> {
    match room.form.at(path).map(|field| &field.kind) {
        Some(FieldKind::Member(_)) => {
            reference::members(visit.backend(), &visit.actor, room, text).await
        }
        Some(FieldKind::Association(_)) => {
            reference::records(visit.backend(), &visit.actor, room, path, text, visit.lang).await
        }
        _ => Ok(Vec::new()),
    }
}
