//! Collects the problems of a record's inputs; knows which inputs already have one.

use std::collections::BTreeSet;

use crate::{
    lang::Text,
    problem::{FieldCheck, FieldResult, Problem},
};

/// So many problems are told at once; the rest would help nobody.
const LIMIT: usize = 200;

/// The problems of inputs, bounded however much is posted.
#[derive(Default)]
pub(super) struct Problems {
    check: FieldCheck,
    failed: BTreeSet<String>,
}

impl Problems {
    /// Notes a problem at the input `name`.
    pub fn fail(&mut self, name: impl Into<String>, text: Text) {
        let name = name.into();
        if self.failed.len() < LIMIT && self.failed.insert(name.clone()) {
            self.check.fail(name, text);
        }
    }

    /// Takes the value, or notes the problem.
    pub fn take<T>(&mut self, name: &str, value: FieldResult<T>) -> Option<T> {
        value.map_err(|text| self.fail(name, text)).ok()
    }

    /// Whether the input or a part of it has a problem, or so many have that it does not matter.
    pub fn concern(&self, name: &str) -> bool {
        let part = format!("{name}.");
        self.failed.len() >= LIMIT
            || self.failed.contains(name)
            || self.failed.range(part.clone()..).next().is_some_and(|next| next.starts_with(&part))
    }

    /// The value, or the problem that names every input at fault.
    pub fn conclude<T>(self, value: T) -> Result<T, Problem> {
        self.check.conclude(Some(value))
    }
}
