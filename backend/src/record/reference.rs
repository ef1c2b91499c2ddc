//! What records may refer to: members of the app's organisation, files of the person who fills in
//! the form, records of the same app. Checked on the server, and offered to choose from.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    application::{Association, FieldKind, FieldPath, Key},
    authority::{Actor, UseCase},
    identity::{AccountId, FileId, RecordId},
    lang::{Lang, Text},
    problem::{FieldCheck, Problem},
    record::{Nameless, RecordValues, Reference, Referenced, references, title_by},
};

use super::Room;
use crate::{
    Backend, application, args,
    db::{IntoValue, Tx},
    file::STAGED,
    page::pattern,
    sql,
};

/// How many candidates are offered at once.
pub const CANDIDATES: i64 = 20;

/// Something that can be chosen: its id and what people read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Candidate {
    /// The id to be posted.
    pub id: String,
    /// What people read.
    pub title: String,
}

/// Refuses references to what is not there or not for this person. What the record referred to
/// before may stay.
pub(super) async fn verify(
    tx: &mut Tx,
    actor: &Actor,
    room: &Room,
    record: RecordId,
    values: &RecordValues,
    before: Option<&RecordValues>,
) -> Result<(), Problem> {
    let held: Vec<Referenced> = before
        .map(|before| references(&room.form, before))
        .unwrap_or_default()
        .into_iter()
        .map(|reference| reference.to)
        .collect();
    let fresh: Vec<Reference> = references(&room.form, values)
        .into_iter()
        .filter(|reference| !held.contains(&reference.to))
        .collect();
    let mut problems = FieldCheck::new();
    verify_members(tx, room, &fresh, &mut problems).await?;
    verify_files(tx, actor, record, &fresh, &mut problems).await?;
    verify_records(tx, room, &fresh, &mut problems).await?;
    problems.finish().map_or(Ok(()), Err)
}

fn choose_again() -> Text {
    Text::of("所选内容已不存在，请重新选择", "What was chosen is no longer there; choose again")
}

async fn verify_members(
    tx: &mut Tx,
    room: &Room,
    fresh: &[Reference],
    problems: &mut FieldCheck,
) -> Result<(), Problem> {
    for Reference { name, to } in fresh {
        let Referenced::Member(account) = to else { continue };
        if crate::organisation::role(tx, room.organisation(), *account).await?.is_none() {
            let text = Text::of(
                "此人不是本组织成员，请重新选择",
                "Not a member of this organisation; choose again",
            );
            problems.fail(name.as_str(), text);
        }
    }
    Ok(())
}

async fn verify_files(
    tx: &mut Tx,
    actor: &Actor,
    record: RecordId,
    fresh: &[Reference],
    problems: &mut FieldCheck,
) -> Result<(), Problem> {
    let wanted: BTreeSet<FileId> = fresh
        .iter()
        .filter_map(|reference| match reference.to {
            Referenced::File { file, .. } => Some(file),
            _ => None,
        })
        .collect();
    let ids = wanted.into_iter().map(IntoValue::into_value).collect();
    let rows = tx
        .all_of(
            sql!(
                "select id, area, subject, uploaded_by, size, media_type from file where id in ($1)"
            ),
            ids,
        )
        .await?;
    let mut files: BTreeMap<FileId, (u64, bool)> = BTreeMap::new();
    let me = actor.person()?.account;
    for row in rows {
        let area: String = row.get("area")?;
        let mine = area == STAGED && row.get::<AccountId>("uploaded_by")? == me;
        let here = area == super::file::AREA && row.get::<String>("subject")? == record.to_string();
        if mine || here {
            let size = u64::try_from(row.get::<i64>("size")?).unwrap_or(u64::MAX);
            let image = row.get::<String>("media_type")?.starts_with("image/");
            files.insert(row.get("id")?, (size, image));
        }
    }
    for Reference { name, to } in fresh {
        let Referenced::File { file, max_bytes, image } = to else { continue };
        match files.get(file) {
            None => {
                problems
                    .fail(name.as_str(), Text::of("请重新上传此文件", "Upload this file again"));
            }
            Some((size, _)) if size > max_bytes => {
                let megabytes = max_bytes / 1024 / 1024;
                let text = Text::new(
                    format!("文件超过 {megabytes} MiB"),
                    format!("The file is over {megabytes} MiB"),
                );
                problems.fail(name.as_str(), text);
            }
            Some((_, false)) if *image => {
                problems.fail(name.as_str(), Text::of("这不是图片", "This is not a picture"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

async fn verify_records(
    tx: &mut Tx,
    room: &Room,
    fresh: &[Reference],
    problems: &mut FieldCheck,
) -> Result<(), Problem> {
    for Reference { name, to } in fresh {
        let Referenced::Record { record, form } = to else { continue };
        let row = tx
            .one(
                sql!(
                    "select id from record where id = $1 and application_id = $2 and form = $3 \
                     and sample >= $4"
                ),
                args![*record, room.app.id, form.as_str(), room.floor()],
            )
            .await?;
        if row.is_none() {
            problems.fail(name.as_str(), choose_again());
        }
    }
    Ok(())
}

/// Members of the app's organisation whose name contains `text`. In a maintenance session nobody is
/// offered: the customer's people are not the provider's business.
pub async fn members(
    backend: &Backend,
    actor: &Actor,
    room: &Room,
    text: &str,
) -> Result<Vec<Candidate>, Problem> {
    actor.may(UseCase::RecordsRead)?;
    if room.access.samples_only() {
        return Ok(Vec::new());
    }
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select a.id, a.name from member m join account a on a.id = m.account_id \
                 where m.organisation_id = $1 and lower(a.name) like $2 escape '\\' \
                 order by a.name, a.id limit $3"
            ),
            args![room.organisation(), pattern(text), CANDIDATES],
        )
        .await?;
    rows.iter().map(|row| Ok(Candidate { id: row.get("id")?, title: row.get("name")? })).collect()
}

/// The association at a path of the form.
fn association<'a>(room: &'a Room, path: &FieldPath) -> Option<(&'a Association, &'a Key)> {
    match &room.form.at(path)?.kind {
        FieldKind::Association(association) => Some((association, association.target.form()?)),
        _ => None,
    }
}

/// Records that the association at `path` can lead to and that contain `text`, the newest first.
pub async fn records(
    backend: &Backend,
    actor: &Actor,
    room: &Room,
    path: &FieldPath,
    text: &str,
    lang: Lang,
) -> Result<Vec<Candidate>, Problem> {
    actor.may(UseCase::RecordsRead)?;
    let Some((association, target)) = association(room, path) else { return Ok(Vec::new()) };
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select r.id, r.data, d.body from record r join document d on d.digest = r.document \
                 where r.application_id = $1 and r.form = $2 and r.sample >= $3 \
                 and r.search like $4 escape '\\' order by r.created_at desc, r.id desc limit $5"
            ),
            args![room.app.id, target.as_str(), room.floor(), pattern(text), CANDIDATES],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let document = application::document::parse(row, "body")?;
            let values = row.parse("data", |text| RecordValues::parse(text).ok())?;
            let form = document.form().cloned().unwrap_or_default();
            let title = title_by(&form, &association.display, &values, lang, &Nameless);
            Ok(Candidate { id: row.get("id")?, title })
        })
        .collect()
}
