//! The demo: a provider, two customers of different editions, an operator, and people in every
//! role. Loaded into an empty database only, through the same use cases that people use.

mod people;

use domain::problem::Problem;

use crate::{Backend, account, args, sql};

/// Loads the demo when it is wanted and the database is empty. Gives whether this is a demo.
pub async fn prepare(backend: &Backend, wanted: bool) -> Result<bool, Problem> {
    if wanted && account::is_empty(backend).await? {
        people::load(backend).await?;
    }
    let row = backend
        .read()
        .await?
        .one(sql!("select id from account where demo = 1 limit 1"), args![])
        .await?;
    Ok(row.is_some())
}
