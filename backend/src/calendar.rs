//! The working-day calendar that operators keep (Source: PRJ-3).

use domain::{
    authority::{Actor, UseCase},
    calendar::{CalendarForm, WorkingCalendar},
    problem::Problem,
};
use serde_json::json;

use crate::{Backend, audit, db::Tx, setting};

const SETTING: &str = "calendar";

/// The calendar, for use cases that compute due dates.
pub async fn load(tx: &mut Tx) -> Result<WorkingCalendar, Problem> {
    setting::get(tx, SETTING).await
}

/// The calendar as operators see it.
pub async fn get(backend: &Backend, actor: &Actor) -> Result<WorkingCalendar, Problem> {
    actor.may(UseCase::CalendarChange)?;
    load(&mut backend.read().await?).await
}

/// Changes the calendar, for projects submitted from now on.
pub async fn change(backend: &Backend, actor: &Actor, form: CalendarForm) -> Result<(), Problem> {
    actor.may(UseCase::CalendarChange)?;
    let calendar = form.check()?;
    let mut tx = backend.begin().await?;
    setting::set(&mut tx, SETTING, &calendar).await?;
    let detail = json!({"holidays": calendar.holidays.len(), "worked": calendar.worked.len()});
    audit::record(backend, &mut tx, actor, &[], "calendar.changed", SETTING, detail).await?;
    Ok(tx.commit().await?)
}
