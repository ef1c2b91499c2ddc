//! Documents: the typed content of components, their canonical JSON and their digest.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{digest::Digest, form::FormDocument, navigation::NavigationDocument};
use crate::{codes, lang::Text};

codes! {
    /// The kinds of component. A further kind adds a variant here and in [`Document`].
    ComponentKind {
        /// A form page.
        Form = "form", "表单页面", "Form page";
        /// The navigation.
        Navigation = "navigation", "导航", "Navigation";
    }
}

/// The content of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Document {
    /// A form page.
    Form(FormDocument),
    /// The navigation.
    Navigation(NavigationDocument),
}

/// A stored document that cannot be read.
#[derive(Debug)]
pub struct InvalidDocument(serde_json::Error);

impl fmt::Display for InvalidDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a component document: {}", self.0)
    }
}

impl std::error::Error for InvalidDocument {}

impl Document {
    /// Which kind of component it is.
    pub fn kind(&self) -> ComponentKind {
        match self {
            Self::Form(_) => ComponentKind::Form,
            Self::Navigation(_) => ComponentKind::Navigation,
        }
    }

    /// What people call it: a form's title.
    pub fn title(&self) -> Text {
        match self {
            Self::Form(form) => form.title.clone(),
            Self::Navigation(_) => ComponentKind::Navigation.label(),
        }
    }

    /// The form, if it is one.
    pub fn form(&self) -> Option<&FormDocument> {
        match self {
            Self::Form(form) => Some(form),
            Self::Navigation(_) => None,
        }
    }

    /// Its JSON in the one form that RFC 8785 allows; what is stored and hashed.
    ///
    /// # Panics
    /// Never: documents hold strings, booleans and small integers only.
    pub fn canonical(&self) -> String {
        serde_json_canonicalizer::to_string(self).expect("documents have canonical JSON")
    }

    /// Its name in the store: the SHA-256 of [`Document::canonical`].
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Reads a document. Properties unknown to this version are refused, since dropping them would
    /// lose somebody's work; properties that older versions did not write take their defaults.
    ///
    /// # Errors
    /// [`InvalidDocument`], saying where.
    pub fn parse(json: &str) -> Result<Self, InvalidDocument> {
        serde_json::from_str(json).map_err(InvalidDocument)
    }
}

impl From<FormDocument> for Document {
    fn from(form: FormDocument) -> Self {
        Self::Form(form)
    }
}

impl From<NavigationDocument> for Document {
    fn from(navigation: NavigationDocument) -> Self {
        Self::Navigation(navigation)
    }
}
