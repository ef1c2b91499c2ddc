//! References between the given forms become keys.

use std::collections::BTreeMap;

use super::{
    report::{Outcome, Report, ReportLine},
    walk::{Draft, Link},
};
use crate::{
    application::{AssociationTarget, Field, FieldKind, FieldPath, FormDocument, Key},
    lang::Text,
};

/// Where a form of the other platform went, and where its fields did.
struct Target {
    key: Key,
    fields: BTreeMap<String, Key>,
}

/// Turns every association to a given form from a slot into the form's key.
pub(super) fn associations(drafts: &mut [Draft], report: &mut Report) {
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
                let lost = resolve(&mut draft.document, link, target);
                if lost > 0 {
                    report.add(display_lost(draft, link, lost));
                }
            }
        }
    }
}

/// Gives how many of the fields by which records were shown are not in the other form.
fn resolve(document: &mut FormDocument, link: &Link, target: &Target) -> usize {
    let Some(field) = field_at(document, &link.path) else { return 0 };
    let FieldKind::Association(association) = &mut field.kind else { return 0 };
    association.target = AssociationTarget::Form(target.key.clone());
    let mut lost = 0;
    for id in &link.display {
        match target.fields.get(id) {
            Some(key) if !association.display.contains(key) => {
                association.display.push(key.clone());
            }
            Some(_) => {}
            None => lost += 1,
        }
    }
    lost
}

fn display_lost(draft: &Draft, link: &Link, lost: usize) -> ReportLine {
    ReportLine {
        form: Some(draft.key.clone()),
        form_title: draft.document.title.clone(),
        field: Some(link.path.clone()),
        label: draft.document.at(&link.path).map(|field| field.label.clone()).unwrap_or_default(),
        outcome: Outcome::Partly,
        text: Text::new(
            format!("关联数据的显示字段有 {lost} 个未导入"),
            format!("{lost} of the fields by which records are shown were left out"),
        ),
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
