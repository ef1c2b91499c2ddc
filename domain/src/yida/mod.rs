//! Import of form definitions from the Yida platform (`getFormSchema`, alone or many in a file).
//!
//! Several definitions become one app. What refers to another of the given forms becomes a key;
//! what refers to a form that is not given becomes a listed slot. Ids of the other platform mean
//! nothing here and lead back to another organisation, so none survives in any document
//! (Source: ORD-4). What could not be carried over is reported field by field (Source: ALL-4).

mod fields;
mod i18n;
mod limits;
mod options;
mod problems;
mod read;
mod report;
mod resolve;
mod serial;
mod settings;
mod texts;
mod walk;

use std::collections::BTreeSet;

pub use self::report::{Outcome, ReportLine};
use self::{
    read::{Definition, Seen},
    report::{Report, left_out},
    texts::Foreign,
    walk::Draft,
};
use crate::{
    application::{Key, NavigationDocument, NavigationEntry, Tree},
    lang::Text,
    problem::Problem,
};

/// The most files, and the most forms, in one import.
pub const FILE_LIMIT: usize = 500;
/// The largest file, in bytes.
pub const BYTES_LIMIT: usize = 8 * 1024 * 1024;
/// The largest import, in bytes.
pub const TOTAL_BYTES_LIMIT: usize = 64 * 1024 * 1024;

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The app: its forms, and a navigation with all of them. Associations to forms that were not
    /// given are its unresolved slots.
    pub tree: Tree,
    /// The forms in the order of the files.
    pub forms: Vec<ImportedForm>,
    /// What could not be carried over, or only in part.
    pub report: Vec<ReportLine>,
}

/// A form that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedForm {
    /// Its key in the app.
    pub key: Key,
    /// Its title.
    pub title: Text,
    /// The file it came from, without ids of the other platform.
    pub file: String,
    /// How many fields it has; columns of sub-tables not counted.
    pub fields: usize,
}

/// Whether files of these sizes, in bytes, can be imported together.
///
/// # Errors
/// There are none, too many, or they are too large together.
pub fn bounds(sizes: impl ExactSizeIterator<Item = usize>) -> Result<(), Problem> {
    match sizes.len() {
        0 => Err(problems::no_files()),
        count if count > FILE_LIMIT => Err(problems::too_many_files()),
        _ if sizes.fold(0, usize::saturating_add) > TOTAL_BYTES_LIMIT => {
            Err(problems::too_large_together())
        }
        _ => Ok(()),
    }
}

/// Makes one app of several form definitions, given as file name and content.
///
/// # Errors
/// A [`Problem`] that names the files: not JSON, no form in it, without fields, too large, nested
/// too deeply, or given twice.
pub fn import(files: &[(String, &[u8])]) -> Result<Import, Problem> {
    bounds(files.iter().map(|(_, bytes)| bytes.len()))?;
    let mut definitions = definitions(files)?;
    read::identify(&mut definitions);
    let foreign = read::foreign_ids(&definitions);
    let mut taken: BTreeSet<String> = [Tree::navigation_key().to_string()].into();
    let mut report = Report::default();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut refused = Vec::new();
    let mut fruitful = BTreeSet::new();
    for definition in &definitions {
        let said = report.len();
        match walk::draft(definition, &foreign, &taken, &mut report) {
            Ok(draft) => {
                taken.insert(draft.key.to_string());
                fruitful.insert(definition.source);
                drafts.push(draft);
            }
            Err(refusal) => {
                report.keep(said);
                refused.push((definition, refusal));
            }
        }
    }
    // Beside forms in the same file, what is not a form is left out; alone it is refused.
    let (beside, alone): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|(definition, _)| fruitful.contains(&definition.source));
    problems::all(alone.into_iter().map(|(_, refusal)| refusal).collect())?;
    resolve::associations(&mut drafts, &mut report);
    for (definition, refusal) in beside {
        report.add(left_out(walk::title(definition, &foreign), &refusal.text, &foreign));
    }
    Ok(assemble(drafts, report, &foreign))
}

/// Reads all files, so that people learn of all that cannot be read at once.
fn definitions(files: &[(String, &[u8])]) -> Result<Vec<Definition>, Problem> {
    let mut definitions: Vec<Definition> = Vec::new();
    let mut seen = Seen::default();
    let mut refusals = Vec::new();
    for (source, (name, bytes)) in files.iter().enumerate() {
        let read = match read::definitions(source, name, bytes) {
            Ok(read) => read,
            Err(refusal) => {
                refusals.push(refusal);
                continue;
            }
        };
        for definition in read {
            match seen.note(&definition) {
                Some(earlier) => refusals.push(problems::duplicate(&earlier, &definition.file)),
                None => definitions.push(definition),
            }
        }
        if definitions.len() > FILE_LIMIT {
            return Err(problems::too_many_files());
        }
    }
    problems::all(refusals)?;
    Ok(definitions)
}

fn assemble(drafts: Vec<Draft>, report: Report, foreign: &Foreign) -> Import {
    let mut tree = Tree::empty();
    let mut navigation = NavigationDocument::default();
    let mut forms = Vec::new();
    for draft in drafts {
        navigation.entries.push(NavigationEntry::Form { form: draft.key.clone() });
        forms.push(ImportedForm {
            key: draft.key.clone(),
            title: draft.document.title.clone(),
            file: texts::scrub(&draft.file, foreign),
            fields: draft.document.value_fields().count(),
        });
        tree.put(draft.key, draft.document.into());
    }
    tree.put(Tree::navigation_key(), navigation.into());
    let mut lines = report.lines();
    // What is found out last belongs to its form all the same.
    lines.sort_by_cached_key(|line| {
        let place = forms.iter().position(|form| line.form.as_ref() == Some(&form.key));
        place.unwrap_or(forms.len())
    });
    Import { report: lines, forms, tree }
}

#[cfg(test)]
mod tests;
