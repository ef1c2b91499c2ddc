//! Files of records: kept with the record that names them, readable by those who may read it.

use domain::{
    authority::Actor,
    identity::{ApplicationId, RecordId},
    problem::Problem,
    record::{RecordValues, Referenced, references},
};

use super::Room;
use crate::{Backend, args, db::Tx, file::StoredFile, lifecycle, maintenance, sql};

/// The area of files that belong to records; their subject is the record's id.
pub const AREA: &str = "record";

/// Makes the record's the files that it names. They belong to the app's organisation.
pub(super) async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    room: &Room,
    record: RecordId,
    values: &RecordValues,
) -> Result<(), Problem> {
    for reference in references(&room.form, values) {
        let Referenced::File { file, .. } = reference.to else { continue };
        crate::file::keep(tx, actor, file, AREA, record).await?;
        tx.run(
            sql!("update file set organisation_id = $1 where id = $2"),
            args![room.organisation(), file],
        )
        .await?;
    }
    Ok(())
}

/// Forgets the files of a record that is gone.
pub(super) async fn forget(tx: &mut Tx, record: RecordId) -> Result<(), Problem> {
    tx.run(sql!("delete from file where area = 'record' and subject = $1"), args![record]).await?;
    Ok(())
}

/// Whether somebody may read the record that a file belongs to. The provider's people come through
/// the entrance for this, too (Source: APP-5).
pub async fn may_read_file(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    file: &StoredFile,
) -> Result<bool, Problem> {
    let row = tx
        .one(sql!("select application_id, sample from record where id = $1"), args![&file.subject])
        .await?;
    let Some(row) = row else { return Ok(false) };
    let application: ApplicationId = row.get("application_id")?;
    let app = lifecycle::find(tx, application).await?;
    let access = app.access(actor);
    if !access.use_ || (access.samples_only() && !row.get::<bool>("sample")?) {
        return Ok(false);
    }
    maintenance::require_entered(backend, tx, actor, (app, access)).await?;
    Ok(true)
}
