//! Keys: the names by which everything inside an app refers to everything else.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::words;
use crate::{
    lang::{Lang, Text},
    problem::FieldResult,
};

/// A name of one thing in an app, such as the form `contract` or its field `amount`: a lower-case
/// letter, then letters, digits and underscores. Unlike a database id it survives copying, so a
/// delivered app cannot hold a broken reference (Source: ORD-4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// The longest key.
    pub const MAX: usize = 63;

    /// Reads a key as it is written.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(text: &str) -> FieldResult<Self> {
        if is_key(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Text::of(
                "标识须以小写字母开头，只含小写字母、数字和下划线，最多 63 个字符",
                "A key begins with a lower-case letter and holds lower-case letters, digits and \
                 underscores, at most 63",
            ))
        }
    }

    /// A key written in the program.
    ///
    /// # Panics
    /// When it is not a key; only for constants.
    pub fn fixed(text: &'static str) -> Self {
        assert!(is_key(text), "{text} is a key");
        Self(text.to_owned())
    }

    /// A readable key for something called `label`, different from all that are `taken`. Words that
    /// cannot be spelled in ASCII give `fallback_1`, `fallback_2` and so on.
    pub fn derive(label: &Text, fallback: &str, taken: impl Fn(&str) -> bool) -> Self {
        let fallback = if is_key(fallback) { cut(fallback, 40) } else { "item" };
        let slug = words::slug(label.get(Lang::En)).or_else(|| words::slug(label.get(Lang::Zh)));
        let (stem, first) = match &slug {
            Some(slug) if !taken(slug) => return Self(slug.clone()),
            Some(slug) => (slug.as_str(), 2),
            None => (fallback, 1),
        };
        Self(format!("{stem}_{}", free_number(first, |number| taken(&format!("{stem}_{number}")))))
    }

    /// The key as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number that is not taken, by doubling and halving: a thousand names alike cost no more than a
/// few looks each.
fn free_number(first: u64, taken: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (first, first);
    while taken(high) {
        (low, high) = (high, high.saturating_mul(2));
    }
    // `low` is taken (or free and the first), `high` is free.
    while low + 1 < high {
        let middle = low.midpoint(high);
        if taken(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn cut(text: &str, max: usize) -> &str {
    text.get(..max).unwrap_or(text)
}

fn is_key(text: &str) -> bool {
    text.len() <= Key::MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl TryFrom<String> for Key {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|problem| problem.en.into_owned())
    }
}

impl FromStr for Key {
    type Err = Text;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Where a field stands in its form: `amount`, or `items.price` for a column of a sub-table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    /// The sub-table, where the field is a column of one.
    pub table: Option<Key>,
    /// The field itself.
    pub key: Key,
}

impl FieldPath {
    /// A field of the form itself.
    pub fn field(key: Key) -> Self {
        Self { table: None, key }
    }

    /// A column of a sub-table.
    pub fn column(table: Key, key: Key) -> Self {
        Self { table: Some(table), key }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.table {
            Some(table) => write!(f, "{table}.{}", self.key),
            None => self.key.fmt(f),
        }
    }
}

impl FromStr for FieldPath {
    type Err = Text;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('.') {
            Some((table, key)) => Ok(Self::column(Key::parse(table)?, Key::parse(key)?)),
            None => Ok(Self::field(Key::parse(text)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_names() {
        for good in ["a", "contract", "item_2", &"a".repeat(63)] {
            assert!(Key::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "2a", "_a", "Contract", "a-b", "a.b", "合同", "a b", &"a".repeat(64)] {
            assert!(Key::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_derived_readably_and_never_twice() {
        let derive = |zh: &'static str, en: &'static str, taken: &[&str]| {
            Key::derive(&Text::of(zh, en), "field", |key| taken.contains(&key)).to_string()
        };
        assert_eq!(derive("金额", "Contract amount (CNY)", &[]), "contract_amount_cny");
        assert_eq!(derive("合同金额", "", &[]), "contract_amount");
        assert_eq!(derive("合同金额", "", &["contract_amount"]), "contract_amount_2");
        assert_eq!(derive("蹊跷", "", &[]), "field_1");
        assert_eq!(derive("蹊跷", "", &["field_1"]), "field_2");
        assert_eq!(derive("", "2026", &[]), "field_1");
    }

    #[test]
    fn paths_read_back() {
        for text in ["amount", "items.price"] {
            assert_eq!(text.parse::<FieldPath>().expect(text).to_string(), text);
        }
        assert!("a.b.c".parse::<FieldPath>().is_err());
    }
}
