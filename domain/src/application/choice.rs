//! Options to choose from: radio, checkbox, select and multi-select fields.

use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::lang::Text;

/// The options of a field and how one may choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// The options in their order.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Whether something else may be typed in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other: bool,
    /// Chosen at first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default: Vec<Key>,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored in records, so that labels can change.
    pub key: Key,
    /// What people read.
    pub label: Text,
    /// No longer offered, yet old records still show its label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl Choices {
    /// Options from labels, with keys derived from them.
    pub fn of(labels: impl IntoIterator<Item = Text>) -> Self {
        let mut choices = Self::default();
        for label in labels {
            choices.add(label);
        }
        choices
    }

    /// Adds an option with a key of its own.
    pub fn add(&mut self, label: Text) -> Key {
        let key = Key::derive(&label, "option", |key| self.find(key).is_some());
        self.options.push(Choice { key: key.clone(), label, retired: false });
        key
    }

    /// The option with this key, retired ones included.
    pub fn find(&self, key: &str) -> Option<&Choice> {
        self.options.iter().find(|option| option.key == *key)
    }

    /// The options that can be chosen now.
    pub fn offered(&self) -> impl Iterator<Item = &Choice> {
        self.options.iter().filter(|option| !option.retired)
    }

    /// These options after an edit of `before`: what was taken away is kept as retired, so that
    /// records which hold it stay readable.
    #[must_use]
    pub fn keeping(mut self, before: &Self) -> Self {
        for option in &before.options {
            if self.find(option.key.as_str()).is_none() {
                self.options.push(Choice { retired: true, ..option.clone() });
            }
        }
        self.default.retain(|key| is_offered(&self.options, key));
        self
    }
}

fn is_offered(options: &[Choice], key: &Key) -> bool {
    options.iter().any(|option| option.key == *key && !option.retired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_taken_away_stay_readable() {
        let before = Choices::of([Text::of("电话", "Phone"), Text::of("上门", "Visit")]);
        let mut after = before.clone();
        after.options.remove(0);
        after.default = vec![Key::fixed("phone"), Key::fixed("visit")];
        let kept = after.keeping(&before);
        assert_eq!(kept.offered().count(), 1);
        assert_eq!(kept.find("phone").map(|o| o.retired), Some(true));
        assert_eq!(kept.default, [Key::fixed("visit")]);
    }
}
