//! References between the given forms become keys.

use std::collections::BTreeMap;

use super::walk::{Draft, Link};
use crate::application::{AssociationTarget, Field, FieldKind, FieldPath, FormDocument, Key};

/// Where a form of the other platform went, and where its fields did.
struct Target {
    key: Key,
    fields: BTreeMap<String, Key>,
}

/// Turns every association to a given form from a slot into the form's key.
pub(super) fn associations(drafts: &mut [Draft]) {
    let targets: BTreeMap<String, Target> = drafts
        .iter()
        .filter_map(|draft| {
            let target = Target { key: draft.key.clone(), fields: draft.fields.clone() };
            Some((draft.id.clone()?, target))
        })
        .collect();
    for draft in drafts {
        for link in &draft.links {
            if let Some(target) = targets.get(&link.form) {
                resolve(&mut draft.document, link, target);
            }
        }
    }
}

fn resolve(document: &mut FormDocument, link: &Link, target: &Target) {
    let Some(field) = field_at(document, &link.path) else { return };
    if let FieldKind::Association(association) = &mut field.kind {
        association.target = AssociationTarget::Form(target.key.clone());
        for key in link.display.iter().filter_map(|id| target.fields.get(id)) {
            if !association.display.contains(key) {
                association.display.push(key.clone());
            }
        }
    }
}

fn field_at<'a>(document: &'a mut FormDocument, path: &FieldPath) -> Option<&'a mut Field> {
    let find = |fields: &'a mut Vec<Field>, key: &Key| fields.iter_mut().find(|f| f.key == *key);
    match &path.table {
        None => find(&mut document.fields, &path.key),
        Some(table) => match &mut find(&mut document.fields, table)?.kind {
            FieldKind::SubTable(table) => find(&mut table.columns, &path.key),
            _ => None,
        },
    }
}
