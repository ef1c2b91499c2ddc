//! The working-day calendar that operators keep (Source: PRJ-3).

use domain::{
    authority::{Actor, UseCase},
    calendar::{CalendarForm, WorkingCalendar},
    problem::Problem,
};
use serde_json::json;

use crate::{Backend, audit, db::Tx, problem::changed_meanwhile, setting};

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

/// Changes the calendar, for projects submitted from now on. `seen` is the mark of the calendar the
/// operator saw, so that two operators do not undo each other's change unknowingly.
pub async fn change(
    backend: &Backend,
    actor: &Actor,
    seen: &str,
    form: &CalendarForm,
) -> Result<(), Problem> {
    actor.may(UseCase::CalendarChange)?;
    let calendar = form.check()?;
    let mut tx = backend.begin().await?;
    let before: WorkingCalendar = setting::hold(&mut tx, SETTING).await?;
    if before.mark() != seen {
        return Err(changed_meanwhile());
    }
    setting::set(&mut tx, SETTING, &calendar).await?;
    let detail = json!({"holidays": calendar.holidays.len(), "worked": calendar.worked.len()});
    audit::record(backend, &mut tx, actor, &[], "calendar.changed", SETTING, detail).await?;
    Ok(tx.commit().await?)
}
