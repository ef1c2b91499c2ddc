//! The content-addressed model of low-code apps: typed documents that refer to each other by key.
//!
//! A component (a form page, the navigation) is a [`Document`]; its canonical JSON is stored once
//! under its [`Digest`]. An application is a [`Tree`] of documents by [`Key`]; a release is the
//! [`Manifest`] of the same, so that delivering an app copies digests and no content (ORD-4).

mod check;
mod choice;
mod diff;
mod digest;
mod document;
mod edit;
mod field;
mod form;
mod key;
mod navigation;
mod properties;
mod serial;
mod tree;
mod words;

pub use self::{
    check::{Finding, Severity},
    choice::{Choice, Choices},
    diff::{Change, ChangeKind, ComponentChange, diff, diff_trees},
    digest::Digest,
    document::{ComponentKind, Document, InvalidDocument},
    field::{
        Access, Association, AssociationTarget, DateDefault, DateField, DateRangeField, Field,
        FieldKind, Files, MemberField, MultilineField, NumberField, SubTable, TextField,
        TextFormat,
    },
    form::FormDocument,
    key::{FieldPath, Key},
    navigation::{NavigationDocument, NavigationEntry},
    properties::row_numbers,
    serial::{DatePattern, Reset, SerialField, SerialPart},
    tree::{Component, Manifest, ManifestEntry, Tree},
};

#[cfg(test)]
mod tests;
