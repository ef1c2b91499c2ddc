//! `fenfa backup` and `fenfa restore`: the database, the files and the signing key of an installation
//! on SQLite in one archive, taken while the site is served.

use std::{
    collections::HashSet,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write},
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

use backend::{
    args,
    db::{Address, Db},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::Outcome;
use crate::config::{Config, DATABASE, FILES, KEY};

type Failure = Box<dyn Error + Send + Sync>;

/// Puts everything into `target`, which must not exist yet.
pub async fn backup(config: &Config, target: &Path) -> Outcome {
    let Address::File(database) = &config.database else {
        return Err("the database is PostgreSQL: back it up with pg_dump, and copy the folder of \
                    the files and the signing key beside it"
            .into());
    };
    if target.exists() {
        return Err(format!("{} exists already; choose another name", target.display()).into());
    }
    if !database.exists() {
        return Err(format!("{}: there is no database to back up", database.display()).into());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let work = tempfile::Builder::new()
        .prefix(".fenfa-backup-")
        .tempdir_in(folder.unwrap_or(Path::new(".")))?;
    // The database first: whatever it names was stored before.
    let copy = work.path().join(DATABASE);
    let db = Db::connect(&config.database).await?;
    db.snapshot(&copy).await?;
    db.close().await;
    let whole = work.path().join("archive");
    write(&whole, &copy, &config.data)?;
    fs::rename(&whole, target)?;
    let size = target.metadata()?.len() / 1024;
    println!("Backed up to {} ({size} KiB)", target.display());
    println!("It holds the signing key: keep it where only you can read it.");
    Ok(ExitCode::SUCCESS)
}

/// Writes the archive; only its owner may read it.
fn write(path: &Path, database: &Path, data: &Path) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = BufWriter::new(options.open(path)?);
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    archive.append_path_with_name(database, DATABASE)?;
    archive.append_path_with_name(data.join(KEY), KEY)?;
    for entry in stored(&data.join(FILES))? {
        let name = entry.strip_prefix(data)?;
        archive.append_path_with_name(&entry, name)?;
    }
    let file =
        archive.into_inner()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}

/// The stored files: `files/ab/abcd…`, without what is still being written.
fn stored(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for part in fs::read_dir(folder)? {
        let part = part?.path();
        if part.is_dir() {
            for file in fs::read_dir(part)? {
                let file = file?.path();
                let name = file.file_name().and_then(|name| name.to_str());
                if name.is_some_and(is_digest) {
                    found.push(file);
                }
            }
        }
    }
    Ok(found)
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Brings an archive into an empty data folder: all of it, checked, or nothing.
pub async fn restore(config: &Config, source: &Path) -> Outcome {
    let Address::File(database) = &config.database else {
        return Err("a backup is restored into a data folder; leave the database URL out".into());
    };
    for taken in [database.clone(), config.data.join(FILES), config.data.join(KEY)] {
        if taken.exists() {
            return Err(format!(
                "{} exists already; restore into an empty folder, or move what is there away",
                taken.display()
            )
            .into());
        }
    }
    let archive = File::open(source).map_err(|error| format!("{}: {error}", source.display()))?;
    fs::create_dir_all(&config.data)?;
    let work = tempfile::Builder::new().prefix(".fenfa-restore-").tempdir_in(&config.data)?;
    unpack(archive, work.path())
        .map_err(|error| format!("{} is not a whole backup: {error}", source.display()))?;
    let count = check(work.path()).await?;
    for name in [FILES, KEY, DATABASE] {
        fs::rename(work.path().join(name), config.data.join(name))?;
    }
    println!("Restored into {}: the database and {count} files", config.data.display());
    Ok(ExitCode::SUCCESS)
}

fn unpack(archive: File, folder: &Path) -> Result<(), Failure> {
    fs::create_dir(folder.join(FILES))?;
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(archive)));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.into_owned();
        if !entry.header().entry_type().is_file() || !is_known(&name) {
            return Err(format!("it holds “{}”, which no backup does", name.display()).into());
        }
        if name.starts_with(FILES) {
            let (_, hash) = content(&mut entry, &folder.join(&name))?;
            if name.file_name().is_none_or(|name| name != hash.as_str()) {
                return Err(format!("{} was changed", name.display()).into());
            }
        } else {
            content(&mut entry, &folder.join(&name))?;
        }
    }
    for name in [DATABASE, KEY] {
        if !folder.join(name).exists() {
            return Err(format!("it has no {name}").into());
        }
    }
    Ok(())
}

/// Writes an entry's content; gives its size and its digest.
fn content(entry: &mut impl io::Read, path: &Path) -> io::Result<(u64, String)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut writer = Hashing { file: options.open(path)?, hash: Sha256::new() };
    let size = io::copy(entry, &mut writer)?;
    writer.file.sync_all()?;
    Ok((size, domain::audit::hex(&writer.hash.finalize())))
}

struct Hashing {
    file: File,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The names a backup has; nothing else is written, wherever it would lead.
fn is_known(name: &Path) -> bool {
    let mut parts = Vec::new();
    for part in name.components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str().unwrap_or("")),
            _ => return false,
        }
    }
    match parts.as_slice() {
        [one] => [DATABASE, KEY].contains(one),
        [FILES, two, digest] => is_digest(digest) && digest.starts_with(two) && two.len() == 2,
        _ => false,
    }
}

/// Opens the unpacked database: whole, not of a newer program, and every file it names is there.
/// Gives how many those are.
async fn check(folder: &Path) -> Result<usize, Failure> {
    let db = Db::connect(&Address::File(folder.join(DATABASE))).await?;
    let verdict = async {
        let mut tx = db.read().await?;
        let row = tx.one("pragma integrity_check", args![]).await?;
        let found: Option<String> = row.map(|row| row.get("integrity_check")).transpose()?;
        if found.as_deref() != Some("ok") {
            return Err("the database in the backup is damaged".into());
        }
        drop(tx);
        db.migrate().await?;
        let mut named = HashSet::new();
        for row in db.read().await?.all("select distinct digest from file", args![]).await? {
            named.insert(row.get::<String>("digest")?);
        }
        let missing = named.iter().find(|digest| {
            !folder.join(FILES).join(digest.get(..2).unwrap_or("")).join(digest).exists()
        });
        match missing {
            Some(digest) => Err(format!("the file {digest} is missing in the backup").into()),
            None => Ok(named.len()),
        }
    };
    let verdict: Result<usize, Failure> = verdict.await;
    db.close().await;
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_backup_has_is_unpacked() {
        let digest = "ab".repeat(32);
        assert!(is_known(Path::new(&format!("files/ab/{digest}"))));
        assert!(is_known(Path::new("fenfa.sqlite")) && is_known(Path::new("signing.key")));
        for name in ["../signing.key", "/etc/passwd", "files/../x", "files/zz/x", "other", "./a/b"]
        {
            assert!(!is_known(Path::new(name)), "{name}");
        }
        assert!(!is_known(Path::new(&format!("files/cd/{digest}"))), "a file in the wrong place");
    }
}
