//! Where things lie in the repository, and fingerprints that tell whether something changed.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// What is built: quick to build, or quick to load and run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// For development and tests.
    Dev,
    /// What is shipped.
    Release,
}

impl Profile {
    /// The folder with the client's files; `server/build.rs` looks for the same.
    pub fn site(self) -> PathBuf {
        root().join(match self {
            Self::Dev => "target/site-dev",
            Self::Release => "target/site-release",
        })
    }

    /// The cargo profile of the client.
    pub fn of_client(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }

    /// The folder below `target` that cargo puts the server into.
    pub fn of_server(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// The repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(chosen)
}

/// SHA-256 in hex over the contents of files, folders being walked in order of names.
pub fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = Sha256::new();
    for path in paths {
        add(&mut hasher, path)?;
    }
    Ok(hex(&hasher.finalize()))
}

fn add(hasher: &mut Sha256, path: &Path) -> Result<()> {
    hasher.update(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        for entry in entries(path)? {
            add(hasher, &entry)?;
        }
    } else {
        hasher.update(fs::read(path).with_context(|| format!("reading {}", path.display()))?);
    }
    Ok(())
}

/// What lies in a folder, by name; nothing where there is no such folder.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = fs::read_dir(folder)
        .with_context(|| format!("listing {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

/// SHA-256 of bytes in hex.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
