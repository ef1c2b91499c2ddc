//! A step that a person took: who and when. States carry the steps that led to them.

use serde::{Deserialize, Serialize};

use crate::{identity::AccountId, time::Timestamp};

/// Who did something, and when. The name is the one the person had at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
    /// The person's name at that time.
    pub name: String,
}
