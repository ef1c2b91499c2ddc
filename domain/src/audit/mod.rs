//! The audit trail: entries chained by hash, so that a later change shows (Source: ALL-1).

mod sentence;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use sentence::{AREAS, is_known, sentence};

use crate::time::Timestamp;

/// The `previous` of a chain's first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One step that somebody took, as an organisation's chain (or the installation's) records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The organisation's id, or `installation`.
    pub chain: String,
    /// 1, 2, 3 … within the chain.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Account id, or `system`.
    pub actor: String,
    /// The person's name at that time.
    pub actor_name: String,
    /// What: `project.submitted`.
    pub action: String,
    /// The id of the thing acted upon.
    pub subject: String,
    /// More about it, as JSON.
    pub detail: String,
    /// From where: a network address.
    pub address: String,
    /// The hash of the entry before.
    pub previous: String,
}

impl Entry {
    /// SHA-256 over the canonical JSON (RFC 8785) of the entry, in hex.
    pub fn hash(&self) -> String {
        // Strings and integers always serialise; an empty text would still break the chain visibly.
        let canonical = serde_json_canonicalizer::to_vec(self).unwrap_or_default();
        hex(&Sha256::digest(canonical))
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The position of the first entry that does not fit.
    pub position: i64,
    /// What does not fit.
    pub reason: &'static str,
}

/// How far a chain has come: its last entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The chain.
    pub chain: String,
    /// The last entry's position.
    pub position: i64,
    /// The last entry's hash.
    pub hash: String,
}

impl Head {
    /// What the installation signs of it.
    pub fn message(&self) -> String {
        format!("fenfa audit\n{}\n{}\n{}", self.chain, self.position, self.hash)
    }
}

/// Checks entries one after the other, oldest first.
#[derive(Debug)]
pub struct Verifier {
    position: i64,
    previous: String,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { position: 0, previous: GENESIS.to_owned() }
    }
}

impl Verifier {
    /// Takes the next entry with its stored hash.
    ///
    /// # Errors
    /// Where the chain breaks.
    pub fn next(&mut self, entry: &Entry, stored_hash: &str) -> Result<(), Break> {
        let fail = |reason| Err(Break { position: entry.position, reason });
        if entry.position != self.position + 1 {
            return fail("an entry is missing before it");
        }
        if entry.previous != self.previous {
            return fail("it does not follow the entry before it");
        }
        if entry.hash() != stored_hash {
            return fail("its content was changed");
        }
        self.position = entry.position;
        stored_hash.clone_into(&mut self.previous);
        Ok(())
    }

    /// Compares the entries taken with what is stored as their chain's head.
    ///
    /// # Errors
    /// Where entries were cut off or added behind the head's back.
    pub fn end(&self, head: Option<&Head>) -> Result<(), Break> {
        let fail = |position, reason| Err(Break { position, reason });
        match head {
            None => fail(self.position, "the head of its chain is missing"),
            Some(head) if head.position > self.position => {
                fail(head.position, "the last entries are missing")
            }
            Some(head) if head.position < self.position => {
                fail(self.position, "the head of its chain is an earlier entry")
            }
            Some(head) if head.hash != self.previous => {
                fail(self.position, "the head of its chain is another entry")
            }
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(position: i64, previous: &str) -> Entry {
        Entry {
            chain: "installation".into(),
            position,
            at: Timestamp(position),
            actor: "system".into(),
            actor_name: "Fenfa".into(),
            action: "test".into(),
            subject: String::new(),
            detail: "{}".into(),
            address: String::new(),
            previous: previous.into(),
        }
    }

    #[test]
    fn all1_a_changed_removed_or_reordered_entry_breaks_the_chain() {
        let first = entry(1, GENESIS);
        let second = entry(2, &first.hash());
        let mut whole = Verifier::default();
        assert!(whole.next(&first, &first.hash()).is_ok());
        assert!(whole.next(&second, &second.hash()).is_ok());

        let mut missing = Verifier::default();
        assert!(missing.next(&second, &second.hash()).is_err());

        let forged = Entry { actor_name: "Mallory".into(), ..first.clone() };
        assert_eq!(
            Verifier::default().next(&forged, &first.hash()),
            Err(Break { position: 1, reason: "its content was changed" })
        );
    }

    #[test]
    fn all1_the_head_tells_what_was_cut_off_or_added() {
        let first = entry(1, GENESIS);
        let second = entry(2, &first.hash());
        let mut taken = Verifier::default();
        taken.next(&first, &first.hash()).expect("the first");
        let head = |position, hash| Head { chain: "installation".into(), position, hash };
        let reason = |taken: &Verifier, head: Option<Head>| {
            taken.end(head.as_ref()).err().map_or("whole", |found| found.reason)
        };
        assert_eq!(reason(&taken, Some(head(1, first.hash()))), "whole");
        assert_eq!(reason(&taken, Some(head(2, second.hash()))), "the last entries are missing");
        assert_eq!(reason(&taken, None), "the head of its chain is missing");
        let other = Some(head(1, second.hash()));
        assert_eq!(reason(&taken, other), "the head of its chain is another entry");
        taken.next(&second, &second.hash()).expect("the second");
        let before = Some(head(1, first.hash()));
        assert_eq!(reason(&taken, before), "the head of its chain is an earlier entry");
    }
}
