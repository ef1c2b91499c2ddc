//! Settings of the installation that operators change, stored as JSON by name.

use domain::problem::Problem;
use serde::{Serialize, de::DeserializeOwned};

use crate::{args, db::Tx, problem::Internal, sql};

/// The setting `name`, or its default.
pub async fn get<T: DeserializeOwned + Default>(tx: &mut Tx, name: &str) -> Result<T, Problem> {
    let row = tx.one(sql!("select value from setting where name = $1"), args![name]).await?;
    Ok(row.map(|row| row.json("value")).transpose()?.unwrap_or_default())
}

/// Like [`get`], and holds the setting until the end of the unit of work.
pub async fn hold<T>(tx: &mut Tx, name: &str) -> Result<T, Problem>
where
    T: Serialize + DeserializeOwned + Default,
{
    // A row that is not there cannot be held.
    let default = serde_json::to_string(&T::default()).internal()?;
    tx.run(
        sql!("insert into setting (name, value) values ($1, $2) on conflict do nothing"),
        args![name, default],
    )
    .await?;
    let row = tx.lock(sql!("select value from setting where name = $1"), args![name]).await?;
    Ok(row.map(|row| row.json("value")).transpose()?.unwrap_or_default())
}

/// Stores the setting `name`.
pub async fn set<T: Serialize>(tx: &mut Tx, name: &str, value: &T) -> Result<(), Problem> {
    let text = serde_json::to_string(value).internal()?;
    tx.run(
        sql!(
            "insert into setting (name, value) values ($1, $2) \
             on conflict (name) do update set value = excluded.value"
        ),
        args![name, text],
    )
    .await?;
    Ok(())
}
