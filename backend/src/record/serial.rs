//! Serial numbers, drawn in the unit of work that files the record, so that none is given twice and
//! none is lost to a record that was refused.

use domain::{
    application::FieldKind,
    problem::Problem,
    record::{RecordValues, Value},
    time::Date,
};

use super::Room;
use crate::{args, db::Tx, sql};

/// Gives every serial number field that has none its number.
pub(super) async fn draw(
    tx: &mut Tx,
    room: &Room,
    date: Date,
    values: &mut RecordValues,
) -> Result<(), Problem> {
    for field in room.form.value_fields() {
        let FieldKind::SerialNumber(rule) = &field.kind else { continue };
        if values.get(field.key.as_str()).is_some() {
            continue;
        }
        let row = tx
            .one(
                sql!(
                    "insert into serial_counter (application_id, form, field, period, value) \
                     values ($1, $2, $3, $4, 1) on conflict (application_id, form, field, period) \
                     do update set value = serial_counter.value + 1 returning value"
                ),
                args![room.app.id, room.key.as_str(), field.key.as_str(), rule.period(date)],
            )
            .await?;
        let drawn: i64 = row.map_or(Ok(1), |row| row.get("value"))?;
        let before = u64::try_from(drawn - 1).unwrap_or(0);
        values.set(field.key.clone(), Some(Value::Text(rule.format(date, before))));
    }
    Ok(())
}
