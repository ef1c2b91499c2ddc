//! An app as a whole: its components by key, and the manifest that names exactly this content.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    digest::Digest,
    document::{ComponentKind, Document},
    form::FormDocument,
    key::Key,
    navigation::NavigationDocument,
};

/// The components of an app, by key. Order among forms is the navigation's business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    components: BTreeMap<Key, Document>,
}

/// One component of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name in the app.
    pub key: Key,
    /// Its content.
    pub document: Document,
}

impl Tree {
    /// An app without forms.
    pub fn empty() -> Self {
        let mut tree = Self::default();
        tree.put(Self::navigation_key(), NavigationDocument::default().into());
        tree
    }

    /// The key under which every app has its navigation.
    pub fn navigation_key() -> Key {
        Key::fixed("navigation")
    }

    /// An app from its components.
    pub fn of(components: impl IntoIterator<Item = Component>) -> Self {
        let components = components.into_iter().map(|c| (c.key, c.document)).collect();
        Self { components }
    }

    /// All components by key.
    pub fn components(&self) -> impl Iterator<Item = (&Key, &Document)> {
        self.components.iter()
    }

    /// The component with this key.
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.components.get(key)
    }

    /// Adds or replaces a component.
    pub fn put(&mut self, key: Key, document: Document) {
        self.components.insert(key, document);
    }

    /// Takes a component away.
    pub fn take(&mut self, key: &str) -> Option<Document> {
        self.components.remove(key)
    }

    /// The form with this key.
    pub fn form(&self, key: &str) -> Option<&FormDocument> {
        self.get(key)?.form()
    }

    /// The forms: first those in the navigation, in its order, then the others by key.
    pub fn forms(&self) -> Vec<(&Key, &FormDocument)> {
        let navigation = self.navigation();
        let place = |key: &Key| {
            navigation.and_then(|n| n.forms().position(|k| k == key)).unwrap_or(usize::MAX)
        };
        let mut forms: Vec<_> = self
            .components
            .iter()
            .filter_map(|(key, document)| document.form().map(|form| (key, form)))
            .collect();
        forms.sort_by_cached_key(|(key, _)| place(key));
        forms
    }

    /// The navigation.
    pub fn navigation(&self) -> Option<&NavigationDocument> {
        self.components.values().find_map(|document| match document {
            Document::Navigation(navigation) => Some(navigation),
            Document::Form(_) => None,
        })
    }

    /// What names exactly this content.
    pub fn manifest(&self) -> Manifest {
        Manifest::of(self.components.iter().map(|(key, document)| ManifestEntry {
            kind: document.kind(),
            key: key.clone(),
            digest: document.digest(),
        }))
    }
}

/// The list of (kind, key, digest) that an application or a release is; sorted, so that the same
/// content always has the same digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ManifestEntry>", into = "Vec<ManifestEntry>")]
pub struct Manifest {
    entries: Vec<ManifestEntry>,
}

/// One component in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestEntry {
    /// What it is.
    pub kind: ComponentKind,
    /// Its name in the app.
    pub key: Key,
    /// Its content.
    pub digest: Digest,
}

impl Manifest {
    /// A manifest of these entries, in whatever order they come.
    pub fn of(entries: impl IntoIterator<Item = ManifestEntry>) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort();
        entries.dedup();
        Self { entries }
    }

    /// The entries by kind and key.
    pub fn entries(&self) -> &[ManifestEntry] {
        &self.entries
    }

    /// The content of the component with this key.
    pub fn digest_of(&self, key: &Key) -> Option<Digest> {
        self.entries.iter().find(|entry| entry.key == *key).map(|entry| entry.digest)
    }

    /// Names the whole content of the app.
    ///
    /// # Panics
    /// Never: a manifest holds strings only.
    pub fn digest(&self) -> Digest {
        let json = serde_json_canonicalizer::to_vec(&self.entries).expect("strings are JSON");
        Digest::of(&json)
    }
}

impl From<Vec<ManifestEntry>> for Manifest {
    fn from(entries: Vec<ManifestEntry>) -> Self {
        Self::of(entries)
    }
}

impl From<Manifest> for Vec<ManifestEntry> {
    fn from(manifest: Manifest) -> Self {
        manifest.entries
    }
}
