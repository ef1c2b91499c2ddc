//! A field's properties as pairs of HTML form inputs: what the designer's panel shows, and what was
//! typed into it. The same code reads them on the server and, for the live preview, in the browser.

mod read;
#[cfg(test)]
mod tests;
mod write;

use super::field::{Field, FieldKind};
use crate::{
    problem::{FieldCheck, Problem},
    record::Pairs,
};

/// How many lines of a multi-line field can be shown at once.
const ROWS_LIMIT: u64 = 40;

impl Field {
    /// The properties as the designer's inputs hold them. Retired options are not among them.
    pub fn properties(&self) -> Pairs {
        write::properties(self)
    }

    /// The field with the properties that were typed; its key and its columns stay.
    ///
    /// # Errors
    /// A [`Problem`] that names the inputs at fault.
    pub fn with_properties(&self, typed: &Pairs) -> Result<Self, Problem> {
        let (field, problem) = self.as_typed(typed);
        problem.map_or(Ok(field), Err)
    }

    /// The field as far as what was typed can be read, for the preview, with what is wrong so far.
    pub fn as_typed(&self, typed: &Pairs) -> (Self, Option<Problem>) {
        let mut check = FieldCheck::new();
        let field = read::field(self, typed, &mut check);
        let problem = check.finish().or_else(|| read::contradictions(&field));
        (field, problem)
    }

    /// The kinds that this field may still become, its own among them.
    pub fn kinds_to_be(&self) -> Vec<FieldKind> {
        FieldKind::palette().into_iter().filter(|kind| kind.follows(&self.kind)).collect()
    }
}

/// The numbers of the rows under `prefix`, such as `option` for `option.0.zh`, in order.
pub fn row_numbers(pairs: &Pairs, prefix: &str) -> Vec<usize> {
    let mut rows: Vec<usize> = pairs
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(prefix)?.strip_prefix('.')?.split_once('.'))
        .filter_map(|(number, _)| (number.len() <= 5).then(|| number.parse().ok())?)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
