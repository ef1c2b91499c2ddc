//! Lists of records: any order, both directions, filters and search, page by page from a place
//! rather than by counting, so that the thousandth page costs what the first does.

use domain::{
    application::Key,
    authority::{Actor, UseCase},
    identity::ApplicationId,
    lang::Lang,
    problem::Problem,
    record::seen,
};

use super::{
    NameBook, Record, Room, from_row, names,
    query::{LAST, Place, RecordQuery},
};
use crate::{
    Backend, args,
    db::{Row, Tx, Value},
    page::pattern,
    sql,
};

/// How many records a page shows.
pub const PAGE: i64 = 25;

/// A page of records with everything needed to show it.
pub struct RecordPage {
    /// The records in order, without what the form hides.
    pub records: Vec<Record>,
    /// The names of what they refer to.
    pub names: NameBook,
    /// The place of the page before, if there is one.
    pub previous: Option<Place>,
    /// The place of the page behind, if there is one.
    pub next: Option<Place>,
}

/// One page of the records of a form that this person may see.
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    room: &Room,
    query: &RecordQuery,
    lang: Lang,
) -> Result<RecordPage, Problem> {
    actor.may(UseCase::RecordsRead)?;
    let mut tx = backend.read().await?;
    page(&mut tx, room, query, PAGE, lang).await
}

/// The form and one page of its records, in one go.
pub async fn open(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    form: &Key,
    query: impl FnOnce(&Room) -> RecordQuery,
    lang: Lang,
) -> Result<(Room, RecordQuery, RecordPage), Problem> {
    actor.may(UseCase::RecordsRead)?;
    let mut tx = backend.read().await?;
    let room = super::room(backend, &mut tx, actor, id, form).await?;
    let query = query(&room);
    let page = page(&mut tx, &room, &query, PAGE, lang).await?;
    Ok((room, query, page))
}

pub(super) async fn page(
    tx: &mut Tx,
    room: &Room,
    query: &RecordQuery,
    size: i64,
    lang: Lang,
) -> Result<RecordPage, Problem> {
    let backwards = query.place.as_ref().is_some_and(|place| place.backwards);
    let mut rows = rows(tx, room, query, query.ascending != backwards, size + 1).await?;
    let most = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    if backwards {
        rows.reverse();
    }
    let place = |row: Option<&Row>, backwards| -> Result<Option<Place>, Problem> {
        let Some(row) = row else { return Ok(None) };
        let key = match &query.by {
            Some(_) => row.get("sort_key")?,
            None => row.get::<i64>("created_at")?.to_string(),
        };
        Ok(Some(Place { key, id: row.get("id")?, backwards }))
    };
    // Behind a page reached backwards lies the page it was reached from, and the reverse.
    let behind = if backwards { true } else { more };
    let before = if backwards { more } else { query.place.is_some() };
    let previous = place(rows.first().filter(|_| before), true)?;
    let next = place(rows.last().filter(|_| behind), false)?;
    let mut records: Vec<Record> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    for record in &mut records {
        record.values = seen(&room.form, &record.values);
    }
    let explained: Vec<_> = records.iter().map(|record| (&record.values, &room.form)).collect();
    let mut names = names::load(tx, room, &explained, lang).await?;
    names.add_accounts(tx, records.iter().map(|record| record.created_by)).await?;
    Ok(RecordPage { records, names, previous, next })
}

macro_rules! slot {
    ($field:literal, $least:literal, $most:literal, $from:literal, $to:literal, $ends:literal, $like:literal) => {
        concat!(
            " and ($",
            $field,
            " = '' or exists (select 1 from record_index f where \
             f.record_id = r.id and f.field = $",
            $field,
            " and f.position >= $",
            $least,
            " and f.position <= $",
            $most,
            " and f.sort_key >= $",
            $from,
            " and f.sort_key <= $",
            $to,
            // Behind the twelve digits of its start, the key of a range has those of its end.
            " and substr(f.sort_key, 13) >= $",
            $ends,
            " and (f.sort_key like $",
            $like,
            " escape '\\' or f.whole like $",
            $like,
            " escape '\\')))"
        )
    };
}

macro_rules! filters {
    () => {
        concat!(
            " and r.sample >= $3 and r.search like $4 escape '\\'",
            slot!(5, 6, 7, 8, 9, 10, 11),
            slot!(12, 13, 14, 15, 16, 17, 18),
            slot!(19, 20, 21, 22, 23, 24, 25),
        )
    };
}

macro_rules! by_moment {
    ($than:literal, $order:literal) => {
        sql!(concat!(
            "select r.* from record r where r.application_id = $1 and r.form = $2",
            filters!(),
            " and (r.created_at, r.id) ",
            $than,
            " ($26, $27) order by r.created_at ",
            $order,
            ", r.id ",
            $order,
            " limit $28"
        ))
    };
}

macro_rules! by_field {
    ($than:literal, $order:literal) => {
        sql!(concat!(
            "select r.*, s.sort_key from record_index s join record r on r.id = s.record_id \
             where s.application_id = $1 and s.form = $2 and s.field = $29 and s.position = 0",
            filters!(),
            " and (s.sort_key, s.record_id) ",
            $than,
            " ($26, $27) order by s.sort_key ",
            $order,
            ", s.record_id ",
            $order,
            " limit $28"
        ))
    };
}

async fn rows(
    tx: &mut Tx,
    room: &Room,
    query: &RecordQuery,
    ascending: bool,
    limit: i64,
) -> Result<Vec<Row>, Problem> {
    let mut args: Vec<Value> =
        args![room.app.id, room.key.as_str(), room.floor(), pattern(&query.search)];
    for slot in query.slots(&room.form) {
        args.extend(args![
            slot.field,
            slot.positions.0,
            slot.positions.1,
            slot.keys.0,
            slot.keys.1,
            slot.ends,
            slot.pattern
        ]);
    }
    let (least, most) = (("", i64::MIN), (LAST, i64::MAX));
    let start = if ascending { least } else { most };
    let place = query.place.as_ref();
    let id = place.map_or(start.0, |place| place.id.as_str());
    let text = match (&query.by, ascending) {
        (None, ascending) => {
            let at = place.and_then(|place| place.key.parse().ok()).unwrap_or(start.1);
            args.extend(args![at, id, limit]);
            if ascending { by_moment!(">", "asc") } else { by_moment!("<", "desc") }
        }
        (Some(field), ascending) => {
            let key = place.map_or(start.0, |place| place.key.as_str());
            args.extend(args![key, id, limit, field.as_str()]);
            if ascending { by_field!(">", "asc") } else { by_field!("<", "desc") }
        }
    };
    Ok(tx.all(text, args).await?)
}
