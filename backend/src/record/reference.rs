//! What records may refer to: members of the app's organisation, files of the person who fills in
//! the form, records of the same app. Checked on the server, and offered to choose from.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    application::{Association, FieldKind, FieldPath, Key},
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, FileId, OrganisationId, RecordId},
    lang::{Lang, Text},
    problem::{FieldCheck, Problem},
    record::{RecordValues, Reference, Referenced, references},
};

use super::{Room, names};
use crate::{
    Backend, args,
    db::{IntoValue, Tx, Value},
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
    let named = |reference: &Reference| match reference.to {
        Referenced::Member(account) => Some(account),
        _ => None,
    };
    let members = members_among(tx, room, fresh.iter().filter_map(named)).await?;
    for reference in fresh {
        if named(reference).is_some_and(|account| !members.contains(&account)) {
            let text = Text::of(
                "此人不是本组织成员，请重新选择",
                "Not a member of this organisation; choose again",
            );
            problems.fail(reference.name.as_str(), text);
        }
    }
    Ok(())
}

/// Which of these people are members of the app's organisation.
pub(super) async fn members_among(
    tx: &mut Tx,
    room: &Room,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeSet<AccountId>, Problem> {
    let rows = tx
        .all_of(
            sql!("select account_id, organisation_id from member where account_id in ($1)"),
            distinct(accounts),
        )
        .await?;
    let mut members = BTreeSet::new();
    for row in rows {
        if row.get::<OrganisationId>("organisation_id")? == room.organisation() {
            members.insert(row.get("account_id")?);
        }
    }
    Ok(members)
}

fn distinct<T: IntoValue + Ord>(ids: impl IntoIterator<Item = T>) -> Vec<Value> {
    let ids: BTreeSet<T> = ids.into_iter().collect();
    ids.into_iter().map(IntoValue::into_value).collect()
}

async fn verify_files(
    tx: &mut Tx,
    actor: &Actor,
    record: RecordId,
    fresh: &[Reference],
    problems: &mut FieldCheck,
) -> Result<(), Problem> {
    let wanted = fresh.iter().filter_map(|reference| match reference.to {
        Referenced::File { file, .. } => Some(file),
        _ => None,
    });
    let rows = tx
        .all_of(
            sql!(
                "select id, area, subject, uploaded_by, size, media_type from file where id in ($1)"
            ),
            distinct(wanted),
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
    let wanted = fresh.iter().filter_map(|reference| match reference.to {
        Referenced::Record { record, .. } => Some(record),
        _ => None,
    });
    let rows = tx
        .all_of(
            sql!("select id, application_id, form, sample from record where id in ($1)"),
            distinct(wanted),
        )
        .await?;
    let mut there: BTreeMap<RecordId, String> = BTreeMap::new();
    for row in rows {
        let own = row.get::<ApplicationId>("application_id")? == room.app.id;
        if own && row.get::<i64>("sample")? >= room.floor() {
            there.insert(row.get("id")?, row.get("form")?);
        }
    }
    for Reference { name, to } in fresh {
        let Referenced::Record { record, form } = to else { continue };
        if there.get(record).is_none_or(|held| *form != held.as_str()) {
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
    let mut tx = backend.read().await?;
    let rows = tx
        .all(
            sql!(
                "select r.id, r.data, coalesce(n.body, d.body) as body from record r \
                 join document d on d.digest = r.document \
                 left join application_component c on c.application_id = r.application_id \
                 and c.kind = 'form' and c.key = r.form left join document n on n.digest = c.digest \
                 where r.application_id = $1 and r.form = $2 and r.sample >= $3 \
                 and r.search like $4 escape '\\' order by r.created_at desc, r.id desc limit $5"
            ),
            args![room.app.id, target.as_str(), room.floor(), pattern(text), CANDIDATES],
        )
        .await?;
    let titles = names::titles(&mut tx, room, &rows, &association.display, lang).await?;
    Ok(titles.into_iter().map(|(id, title)| Candidate { id: id.to_string(), title }).collect())
}
