//! Stored files: content under its digest in the object store, who may read it in the database.

use std::{
    collections::BTreeSet,
    fmt::Display,
    future::ready,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use domain::{
    audit::hex,
    authority::{Actor, UseCase},
    file::MEGABYTES,
    identity::{FileId, OrganisationId},
    lang::Text,
    problem::{Kind, Problem},
    time::Timestamp,
};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, path::Path,
};
use sha2::{Digest as _, Sha256};

use crate::{
    Backend, args,
    db::{IntoValue as _, Row, Tx},
    problem::{Internal, full, internal, missing, no_space},
    sql,
};

pub use domain::file::MAX_BYTES;

/// The area of files that were uploaded with a form which has not been accepted yet.
pub const STAGED: &str = "staged";

/// Content put longer ago than this is put again before a file names it.
const LATELY: Duration = Duration::from_hours(1);
/// How long content lies unnamed before it is removed: far longer than from its being put to its
/// being named.
pub const UNNAMED: Duration = Duration::from_hours(24);
/// The folder of what has not arrived whole.
const ARRIVING: &str = "arriving";
/// How many first bytes tell what a content is.
const HEAD: usize = 64 * 1024;
/// How many contents are asked for at once.
const PORTION: usize = 512;

/// Where the contents lie.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// In a folder, which is made when missing.
    pub fn folder(path: &std::path::Path) -> Result<Self, object_store::Error> {
        std::fs::create_dir_all(path).map_err(|error| object_store::Error::Generic {
            store: "folder",
            source: Box::new(error),
        })?;
        // On disk before the database says that it is there.
        let store = object_store::local::LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// In any store.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    fn path(digest: &str) -> Path {
        Path::from(format!("{}/{digest}", &digest[..2]))
    }
}

/// What is known of a stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// The organisation it belongs to.
    pub organisation: Option<OrganisationId>,
    /// The area that uses it: `staged`, `project`, `programme`, `record` …
    pub area: String,
    /// The id of the thing in the area.
    pub subject: String,
    /// The name it was uploaded under.
    pub name: String,
    /// What its content is, sniffed, not claimed.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of the content, in hex.
    pub digest: String,
    /// Who uploaded it.
    pub uploaded_by: domain::identity::AccountId,
    /// When.
    pub created_at: Timestamp,
}

fn from_row(row: &Row) -> Result<StoredFile, Problem> {
    Ok(StoredFile {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        area: row.get("area")?,
        subject: row.get("subject")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        digest: row.get("digest")?,
        uploaded_by: row.get("uploaded_by")?,
        created_at: row.get("created_at")?,
    })
}

/// The refusal of a file over the limit.
pub fn too_large() -> Problem {
    Problem::with(
        Kind::TooLarge,
        "file.too_large",
        "PRJ-1",
        Text::new(
            format!("文件超过 {MEGABYTES} MiB，没有上传"),
            format!("The file is over {MEGABYTES} MiB and was not uploaded"),
        ),
    )
    .remedy(
        "请压缩后再上传，其他内容都已保留",
        "Make it smaller and upload again; everything else is kept",
    )
}

/// What the content is, by its first bytes; text without binary marks counts as plain text.
pub fn sniff(content: &[u8]) -> &'static str {
    if let Some(kind) = infer::get(content) {
        return kind.mime_type();
    }
    let head = &content[..content.len().min(4096)];
    let text = !head.contains(&0)
        && match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
    if text { "text/plain" } else { "application/octet-stream" }
}

/// A file name without folders, control characters and direction marks, of at most 120 characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '"'))
        .collect();
    let plain = plain.trim().trim_matches('.').to_owned();
    if plain.is_empty() {
        return "file".to_owned();
    }
    let count = plain.chars().count();
    // The end, with the extension, says more than the beginning.
    plain.chars().skip(count.saturating_sub(120)).collect()
}

/// Stores an upload that belongs to nothing yet: it waits, readable by its owner only, for the form
/// that carries it to be accepted.
pub async fn stage(
    backend: &Backend,
    actor: &Actor,
    name: &str,
    content: Bytes,
) -> Result<StoredFile, Problem> {
    actor.may(UseCase::FileUpload)?;
    if content.len() > MAX_BYTES {
        return Err(too_large());
    }
    let digest = put(backend, content.clone()).await?;
    let size = content.len();
    name_staged(backend, actor, name, Arrived { digest, size, media_type: sniff(&content) }).await
}

/// Content that lies in the object store.
struct Arrived {
    digest: String,
    size: usize,
    media_type: &'static str,
}

/// Gives content that has just arrived its name: from then on it is a file of this person's.
async fn name_staged(
    backend: &Backend,
    actor: &Actor,
    name: &str,
    arrived: Arrived,
) -> Result<StoredFile, Problem> {
    let mut tx = backend.begin().await?;
    let file = StoredFile {
        id: backend.id::<FileId>(),
        organisation: actor.membership().ok().map(|membership| membership.organisation),
        area: STAGED.to_owned(),
        subject: String::new(),
        name: clean_name(name),
        media_type: arrived.media_type.to_owned(),
        size: i64::try_from(arrived.size).internal()?,
        digest: arrived.digest,
        uploaded_by: actor.person()?.account,
        created_at: backend.now(),
    };
    insert(&mut tx, &file).await?;
    tx.commit().await?;
    Ok(file)
}

/// Like [`stage`], for content that comes piece by piece: it goes into the store as it comes, and is
/// given up as soon as it is too large. A stream that breaks off leaves nothing.
pub async fn receive<E: Display>(
    backend: &Backend,
    actor: &Actor,
    name: &str,
    content: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
) -> Result<StoredFile, Problem> {
    actor.may(UseCase::FileUpload)?;
    let arriving = Path::from(ARRIVING).join(backend.id::<FileId>().to_string());
    let upload = backend.files.0.put_multipart(&arriving).await.map_err(not_stored)?;
    let mut upload = WriteMultipart::new(upload);
    let (digest, size, head) = match write(&mut upload, content).await {
        Ok((_, 0, _)) => {
            upload.abort().await.internal()?;
            return stage(backend, actor, name, Bytes::new()).await;
        }
        Ok(written) => written,
        Err(problem) => {
            upload.abort().await.internal()?;
            return Err(problem);
        }
    };
    upload.finish().await.map_err(not_stored)?;
    let path = Files::path(&digest);
    let there = backend.files.0.head(&path).await;
    if there.is_ok_and(|meta| age(&meta) < LATELY) {
        backend.files.0.delete(&arriving).await.internal()?;
    } else {
        backend.files.0.rename(&arriving, &path).await.map_err(not_stored)?;
    }
    name_staged(backend, actor, name, Arrived { digest, size, media_type: sniff(&head) }).await
}

/// Writes what comes; gives its digest, its size, and its first bytes.
async fn write<E: Display>(
    upload: &mut WriteMultipart,
    mut content: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
) -> Result<(String, usize, Vec<u8>), Problem> {
    let (mut hash, mut size, mut head) = (Sha256::new(), 0, Vec::new());
    while let Some(piece) = content.next().await {
        let piece = piece.map_err(|error| {
            tracing::debug!(%error, "an upload broke off");
            domain::file::broken_off()
        })?;
        size += piece.len();
        if size > MAX_BYTES {
            return Err(too_large());
        }
        hash.update(&piece);
        head.extend(piece.iter().take(HEAD - head.len()));
        // No more than two pieces of the store's size are held at a time.
        upload.wait_for_capacity(1).await.map_err(not_stored)?;
        upload.put(piece);
    }
    Ok((hex(&hash.finalize()), size, head))
}

/// Puts content into the object store; gives its digest. Content that has lain there for a while is
/// put once more: what no file names is removed, though nothing that was put lately.
async fn put(backend: &Backend, content: Bytes) -> Result<String, Problem> {
    let digest = hex(&Sha256::digest(&content));
    let path = Files::path(&digest);
    let there = backend.files.0.head(&path).await;
    if there.is_ok_and(|meta| age(&meta) < LATELY) {
        return Ok(digest);
    }
    backend.files.0.put(&path, PutPayload::from_bytes(content)).await.map_err(not_stored)?;
    Ok(digest)
}

/// How long ago content was put, by the clock that the store goes by.
fn age(meta: &ObjectMeta) -> Duration {
    SystemTime::now().duration_since(meta.last_modified.into()).unwrap_or_default()
}

fn not_stored(error: object_store::Error) -> Problem {
    if no_space(&error) { full(&error) } else { internal(&error) }
}

/// Forgets uploads whose form was not accepted for a month, and removes contents that no file has
/// named for as long as `unnamed`; gives how many contents went.
pub async fn sweep(backend: &Backend, unnamed: Duration) -> Result<usize, Problem> {
    let month = backend.now().plus(-30 * Timestamp::DAY);
    let mut tx = backend.begin().await?;
    tx.run(sql!("delete from file where area = 'staged' and created_at < $1"), args![month])
        .await?;
    tx.commit().await?;
    let ours = |meta: &ObjectMeta| is_content(meta) || has_not_arrived(meta);
    let old = |meta: &ObjectMeta| ours(meta) && age(meta) >= unnamed;
    let old = backend.files.0.list(None).try_filter(|meta| ready(old(meta)));
    let mut portions = old.try_chunks(PORTION);
    let mut removed = 0;
    while let Some(portion) = portions.next().await {
        let portion = portion.map_err(|error| error.1).internal()?;
        removed += remove_unnamed(backend, portion, unnamed).await?;
    }
    Ok(removed)
}

/// Whether an object is a content, by its name: others may lie in the same store.
fn is_content(meta: &ObjectMeta) -> bool {
    let name = meta.location.filename().unwrap_or_default();
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an object was left behind by an upload that never got its name.
fn has_not_arrived(meta: &ObjectMeta) -> bool {
    meta.location.prefix_matches(&Path::from(ARRIVING))
}

async fn remove_unnamed(
    backend: &Backend,
    contents: Vec<ObjectMeta>,
    unnamed: Duration,
) -> Result<usize, Problem> {
    let digest = |meta: &ObjectMeta| meta.location.filename().unwrap_or_default().to_owned();
    let asked = contents.iter().map(|meta| digest(meta).into_value()).collect();
    let named = sql!("select distinct digest from file where digest in ($1)");
    let rows = backend.read().await?.all_of(named, asked).await?;
    let named: BTreeSet<String> =
        rows.iter().map(|row| row.get("digest")).collect::<Result<_, _>>()?;
    let mut removed = 0;
    for meta in contents.iter().filter(|meta| !named.contains(&digest(meta))) {
        // Somebody may have put the same content this very moment.
        let there = backend.files.0.head(&meta.location).await;
        if there.is_ok_and(|now| age(&now) >= unnamed) {
            backend.files.0.delete(&meta.location).await.internal()?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Stores what is known of a file.
pub async fn insert(tx: &mut Tx, file: &StoredFile) -> Result<(), Problem> {
    tx.run(
        sql!(
            "insert into file (id, organisation_id, area, subject, name, media_type, size, digest, \
             uploaded_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            file.id,
            file.organisation,
            &file.area,
            &file.subject,
            &file.name,
            &file.media_type,
            file.size,
            &file.digest,
            file.uploaded_by,
            file.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Gives a staged file of this person to the thing whose form was accepted, within its unit of
/// work. A file that already belongs to the same thing stays.
pub async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    file: FileId,
    area: &str,
    subject: impl ToString,
) -> Result<(), Problem> {
    let membership = actor.membership()?;
    let subject = subject.to_string();
    let touched = tx
        .run(
            sql!(
                "update file set area = $1, subject = $2, organisation_id = $3 where id = $4 \
                 and ((area = 'staged' and uploaded_by = $5) or (area = $1 and subject = $2))"
            ),
            args![area, subject, membership.organisation, file, actor.person()?.account],
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(missing("文件", "file")) }
}

/// What is known of a file, for use cases that have their own say in who may read it.
pub async fn find(tx: &mut Tx, file: FileId) -> Result<StoredFile, Problem> {
    let row = tx.one(sql!("select * from file where id = $1"), args![file]).await?;
    from_row(&row.ok_or_else(|| missing("文件", "file"))?)
}

/// A staged file of this person.
pub async fn staged(tx: &mut Tx, actor: &Actor, file: FileId) -> Result<StoredFile, Problem> {
    let found = find(tx, file).await?;
    if found.area == STAGED && found.uploaded_by == actor.person()?.account {
        Ok(found)
    } else {
        Err(missing("文件", "file"))
    }
}

/// A file, for who may read it: each area has its own say about its files.
pub async fn read(backend: &Backend, actor: &Actor, id: FileId) -> Result<StoredFile, Problem> {
    actor.may(UseCase::FileRead)?;
    let mut tx = backend.read().await?;
    let found = find(&mut tx, id).await?;
    let allowed = match found.area.as_str() {
        STAGED => found.uploaded_by == actor.person()?.account,
        crate::project::AREA => crate::project::may_read_file(&mut tx, actor, &found).await?,
        crate::programme::AREA => crate::programme::may_read_file(actor, &found),
        crate::record::file::AREA => {
            crate::record::file::may_read_file(backend, &mut tx, actor, &found).await?
        }
        _ => false,
    };
    if allowed { Ok(found) } else { Err(missing("文件", "file")) }
}

/// The content of a file, for somebody whose right to it was checked.
pub async fn content(backend: &Backend, file: &StoredFile) -> Result<Bytes, Problem> {
    let found = backend.files.0.get(&Files::path(&file.digest)).await.internal()?;
    found.bytes().await.internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_tricks() {
        assert_eq!(clean_name("C:\\合同\\采购合同.pdf"), "采购合同.pdf");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("a\u{202e}fdp.exe"), "afdp.exe");
        assert_eq!(clean_name("  "), "file");
        assert_eq!(clean_name(&format!("{}.pdf", "长".repeat(300))).chars().count(), 120);
    }

    #[test]
    fn content_counts_not_the_name() {
        assert_eq!(sniff(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(sniff("名称,金额\n".as_bytes()), "text/plain");
        assert_eq!(sniff(&[0, 1, 2, 3]), "application/octet-stream");
    }
}
