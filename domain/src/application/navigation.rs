//! The navigation: which forms people see, in which order and groups.

use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::lang::Text;

/// The navigation of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NavigationDocument {
    /// Groups and forms in their order.
    #[serde(default)]
    pub entries: Vec<NavigationEntry>,
    /// Keys of forms that were removed; not given again, so that a new form never shows the
    /// records of an old one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Key>,
}

/// One line of the navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case", deny_unknown_fields)]
pub enum NavigationEntry {
    /// A form.
    Form {
        /// Which.
        form: Key,
    },
    /// Forms under a heading.
    Group {
        /// Its name within the navigation.
        key: Key,
        /// The heading.
        title: Text,
        /// The forms in their order.
        #[serde(default)]
        forms: Vec<Key>,
    },
}

impl NavigationEntry {
    /// The forms of this entry.
    pub fn forms(&self) -> &[Key] {
        match self {
            Self::Form { form } => std::slice::from_ref(form),
            Self::Group { forms, .. } => forms,
        }
    }
}

impl NavigationDocument {
    /// All forms in the order in which people see them.
    pub fn forms(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().flat_map(NavigationEntry::forms)
    }

    /// Whether a form is to be found in it.
    pub fn shows(&self, form: &Key) -> bool {
        self.forms().any(|key| key == form)
    }
}
