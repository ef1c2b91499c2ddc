//! A list of records as CSV, streamed page by page: memory stays flat however many there are.

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    application::Field,
    authority::{Actor, UseCase},
    lang::Lang,
    problem::Problem,
    record::{Names as _, csv_text, export as cell},
    time::Zone,
};
use futures::{Stream, stream};

use super::{Room, list::page, query::RecordQuery};
use crate::{Backend, problem::Internal};

/// How many records are read at once.
const PORTION: i64 = 500;

struct Export {
    backend: Arc<Backend>,
    room: Room,
    query: RecordQuery,
    zone: Zone,
    lang: Lang,
    /// The head is still to be written.
    fresh: bool,
    done: bool,
}

/// The records that `query` finds, all its pages, as UTF-8 with a byte order mark, which
/// spreadsheets need to read Chinese.
pub async fn export(
    backend: Arc<Backend>,
    actor: &Actor,
    room: Room,
    mut query: RecordQuery,
    lang: Lang,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + Send + 'static, Problem> {
    actor.may(UseCase::RecordsExport)?;
    let organisation = room.organisation();
    let zone = crate::organisation::find(&mut backend.read().await?, organisation).await?.zone;
    query.place = None;
    let export = Export { backend, room, query, zone, lang, fresh: true, done: false };
    Ok(stream::try_unfold(export, |mut export| async move {
        if export.done {
            return Ok(None);
        }
        let portion = export.portion().await?;
        Ok(Some((portion, export)))
    }))
}

impl Export {
    fn fields(&self) -> Vec<&Field> {
        self.room.form.seen_value_fields().collect()
    }

    fn head(&self) -> Vec<String> {
        let own = [self.lang.t("创建人", "Created by"), self.lang.t("创建时间", "Created at")];
        let labels = self.fields().into_iter().map(|field| csv_text(field.label.get(self.lang)));
        labels.chain(own.map(str::to_owned)).collect()
    }

    async fn portion(&mut self) -> Result<Bytes, Problem> {
        let mut tx = self.backend.read().await?;
        let page = page(&mut tx, &self.room, &self.query, PORTION, self.lang).await?;
        drop(tx);
        let mut csv = csv::Writer::from_writer(Vec::new());
        if self.fresh {
            csv.write_record(self.head()).internal()?;
        }
        for record in &page.records {
            let value = |field: &&Field| {
                let value = record.values.get(field.key.as_str());
                value.map(|v| cell(Some(*field), v, self.lang, &page.names)).unwrap_or_default()
            };
            let author = page.names.account(record.created_by).unwrap_or_default();
            let own = [csv_text(&author), self.zone.exact(record.created_at)];
            csv.write_record(self.fields().iter().map(value).chain(own)).internal()?;
        }
        let mut bytes = csv.into_inner().internal()?;
        if self.fresh {
            bytes.splice(0..0, *b"\xef\xbb\xbf");
        }
        self.fresh = false;
        self.done = page.next.is_none();
        self.query.place = page.next;
        Ok(Bytes::from(bytes))
    }
}
