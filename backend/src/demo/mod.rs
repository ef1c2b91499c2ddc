//! The demo: a provider, two customers of different editions, an operator, people in every role,
//! projects in every state and two apps with data. Loaded into an empty database only, through the
//! same use cases that people use, at moments of the last weeks.

mod apps;
mod people;
mod story;

use std::sync::Arc;

use domain::{
    problem::Problem,
    time::{Timestamp, Zone},
};

use crate::{Backend, account, args, clock::SetClock, sql};

/// How many days before the present the demo begins.
const DAYS: i64 = 28;

/// Loads the demo when it is wanted and the database is empty, and lets its people in. Gives whether
/// there is a demo to show.
pub async fn prepare(backend: &Backend, wanted: bool) -> Result<bool, Problem> {
    if !wanted {
        return Ok(false);
    }
    if account::is_empty(backend).await? {
        load(backend).await?;
    }
    backend.show_demo();
    let row = backend
        .read()
        .await?
        .one(sql!("select id from account where demo = 1 limit 1"), args![])
        .await?;
    Ok(row.is_some())
}

async fn load(backend: &Backend) -> Result<(), Problem> {
    let zone = Zone::default();
    let day = zone.date(backend.now()).plus_days(-DAYS);
    let nine = zone.end_of(day).plus(-15 * Timestamp::HOUR + 1);
    let clock = Arc::new(SetClock::at(nine));
    let past = backend.at(clock.clone());
    people::load(&past).await?;
    story::tell(Arc::new(past), &clock, backend.now()).await
}
