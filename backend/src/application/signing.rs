//! The installation's signature: an ed25519 key in a file beside the data, never in the database,
//! so that whoever can write rows still cannot make up a release or an audit trail.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{application::Digest, audit::Head};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};

/// The key with which this installation signs releases and the heads of audit chains.
#[derive(Clone)]
pub struct InstallationKey(SigningKey);

impl InstallationKey {
    /// A key from 32 secret bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// Reads the key from `path`, or makes one there that only the owner can read.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn in_file(path: &Path, fresh: &[u8; 32]) -> std::io::Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let bytes = STANDARD.decode(text.trim()).ok().and_then(|b| b.try_into().ok());
                let wrong = || std::io::Error::other(format!("{} holds no key", path.display()));
                bytes.map(|bytes| Self::from_bytes(&bytes)).ok_or_else(wrong)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                write_secret(path, &STANDARD.encode(fresh))?;
                Ok(Self::from_bytes(fresh))
            }
            Err(error) => Err(error),
        }
    }

    /// The signature of a release: over its number, its app's id and its manifest's digest.
    pub fn sign(&self, subject: &str, digest: Digest) -> String {
        self.sign_text(&message(subject, digest))
    }

    /// Whether the signature of a release is this installation's.
    pub fn verify(&self, subject: &str, digest: Digest, signature: &str) -> bool {
        self.verify_text(&message(subject, digest), signature)
    }

    /// The signature of an audit chain's head (Source: ALL-1).
    pub fn sign_head(&self, head: &Head) -> String {
        self.sign_text(&head.message())
    }

    /// Whether the signature of a head is this installation's.
    pub fn verify_head(&self, head: &Head, signature: &str) -> bool {
        self.verify_text(&head.message(), signature)
    }

    fn sign_text(&self, text: &str) -> String {
        STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes())
    }

    fn verify_text(&self, text: &str, signature: &str) -> bool {
        let bytes = STANDARD.decode(signature).ok();
        let signature = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| {
            self.0.verifying_key().verify(text.as_bytes(), &signature).is_ok()
        })
    }
}

fn message(subject: &str, digest: Digest) -> String {
    format!("fenfa release\n{subject}\n{digest}")
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_signs_what_it_says() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("deep").join("signing.key");
        let key = InstallationKey::in_file(&path, &[7; 32]).expect("made");
        let again = InstallationKey::in_file(&path, &[9; 32]).expect("read");
        let digest = Digest::of(b"release");
        let signature = key.sign("app 1", digest);
        assert!(again.verify("app 1", digest, &signature));
        assert!(!again.verify("app 2", digest, &signature));
        assert!(!again.verify("app 1", Digest::of(b"other"), &signature));
        assert!(!again.verify("app 1", digest, "nonsense"));
        std::fs::write(&path, "nonsense").expect("written");
        assert!(InstallationKey::in_file(&path, &[7; 32]).is_err());
    }
}
