//! Texts that stand in a list beside the pages (`i18nData`) are put where they are used.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// However strange the input, no more entries than this are looked at.
const LIMIT: usize = 20_000;

/// The languages that a text can be carried over in, as the other platform writes them.
const ZH: &[&str] = &["zh_CN", "zh-CN", "zh"];
const EN: &[&str] = &["en_US", "en-US", "en", "pureEn_US"];

/// The entries of a list, by their names: Chinese and English.
#[derive(Default)]
pub(super) struct Entries {
    texts: BTreeMap<String, (String, String)>,
    used: BTreeSet<String>,
}

impl Entries {
    /// Reads a list in any of its shapes: entries with a key and texts, a language with entries, or
    /// keys with texts.
    pub fn add(&mut self, list: &Value) {
        match list {
            Value::Array(items) => items.iter().for_each(|item| {
                let key =
                    ["key", "i18nKey", "code", "id"].iter().find_map(|n| item.get(*n)?.as_str());
                let texts = ["value", "text", "content"].iter().find_map(|n| item.get(*n));
                let texts = texts.filter(|texts| texts.is_object()).unwrap_or(item);
                if let Some(key) = key {
                    self.put(key, languages(texts));
                }
            }),
            Value::Object(object) => object.iter().for_each(|(name, value)| match value {
                Value::Object(entries) if is_language(name) => {
                    for (key, text) in entries {
                        let text = text.as_str().unwrap_or_default().to_owned();
                        let zh = ZH.contains(&name.as_str());
                        let en = EN.contains(&name.as_str());
                        let pair = |wanted: bool| if wanted { text.clone() } else { String::new() };
                        self.put(key, (pair(zh), pair(en)));
                    }
                }
                Value::Object(_) => self.put(name, languages(value)),
                Value::String(text) => self.put(name, (text.clone(), String::new())),
                _ => {}
            }),
            _ => {}
        }
    }

    fn put(&mut self, key: &str, (zh, en): (String, String)) {
        if self.texts.len() >= LIMIT || (zh.is_empty() && en.is_empty()) {
            return;
        }
        let held = self.texts.entry(key.to_owned()).or_default();
        if !zh.is_empty() {
            held.0 = zh;
        }
        if !en.is_empty() {
            held.1 = en;
        }
    }

    /// Puts the entries in the place of what refers to them.
    pub fn put_in(&mut self, value: &mut Value) {
        if self.texts.is_empty() {
            return;
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.put_in(item)),
            Value::Object(object) => {
                match reference(object).filter(|key| self.texts.contains_key(key)) {
                    Some(key) => {
                        let (zh, en) = self.texts.get(&key).cloned().unwrap_or_default();
                        *value = json!({"type": "i18n", "zh_CN": zh, "en_US": en});
                        self.used.insert(key);
                    }
                    None => object.values_mut().for_each(|inner| self.put_in(inner)),
                }
            }
            _ => {}
        }
    }

    /// How many entries nothing refers to but, perhaps, a script.
    pub fn unused(&self) -> usize {
        self.texts.len() - self.used.len()
    }
}

pub(super) fn is_language(name: &str) -> bool {
    ZH.contains(&name)
        || EN.contains(&name)
        || (name.len() == 5 && name.as_bytes().get(2).is_some_and(|b| matches!(b, b'_' | b'-')))
}

fn languages(texts: &Value) -> (String, String) {
    let pick = |names: &[&str]| {
        let said = |name: &&str| texts.get(*name)?.as_str().filter(|text| !text.trim().is_empty());
        names.iter().find_map(said).unwrap_or_default().to_owned()
    };
    (pick(ZH), pick(EN))
}

/// The key that an object refers to: `{"type": "i18n", "key": "…"}`, without texts of its own, or
/// an expression such as `this.i18n("…")`.
fn reference(object: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    match text("type")? {
        "i18n" if !has_texts(object) => text("key").map(str::to_owned),
        "JSExpression" => {
            let call = text("value").filter(|call| call.len() < 200 && call.contains("i18n"))?;
            let mut parts = call.split(['"', '\'']);
            let (_, key, end) = (parts.next()?, parts.next()?, parts.next()?);
            matches!(end.trim(), ")" | "]" | ");").then(|| key.to_owned())
        }
        _ => None,
    }
}

fn has_texts(object: &Map<String, Value>) -> bool {
    let filled = |v: &Value| v.as_str().is_some_and(|text| !text.trim().is_empty());
    ZH.iter().chain(EN).any(|name| object.get(*name).is_some_and(filled))
}

/// Whether a text refers to a list in which it was not found.
pub(super) fn is_dangling(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        object.get("type").and_then(Value::as_str) == Some("i18n") && reference(object).is_some()
    })
}

/// Whether a text exists in a language beyond the two, and says something of its own there.
pub(super) fn has_other_language(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    if object.get("type").and_then(Value::as_str) != Some("i18n") {
        return false;
    }
    let known: Vec<&str> = object
        .iter()
        .filter(|(name, _)| ZH.contains(&name.as_str()) || EN.contains(&name.as_str()))
        .filter_map(|(_, value)| value.as_str())
        .filter(|text| !text.trim().is_empty())
        .collect();
    // Where neither of the two says anything, another language is carried over.
    !known.is_empty()
        && object.iter().any(|(name, value)| {
            let text = value.as_str().unwrap_or_default().trim();
            let other = is_language(name) && !known.contains(&text);
            other
                && !text.is_empty()
                && !ZH.contains(&name.as_str())
                && !EN.contains(&name.as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_all_shapes_of_the_list() {
        for list in [
            json!([{"key": "name", "zh_CN": "名称", "en_US": "Name"}]),
            json!([{"key": "name", "value": {"zh_CN": "名称", "en_US": "Name"}}]),
            json!({"zh_CN": {"name": "名称"}, "en_US": {"name": "Name"}}),
            json!({"name": {"zh_CN": "名称", "en_US": "Name"}}),
        ] {
            for reference in [
                json!({"type": "i18n", "key": "name"}),
                json!({"type": "i18n", "key": "name", "zh_CN": "", "use": "zh_CN"}),
                json!({"type": "JSExpression", "value": "this.i18n('name')"}),
                json!({"type": "JSExpression", "value": "this.i18n[\"name\"]"}),
            ] {
                let mut entries = Entries::default();
                entries.add(&list);
                let mut value = json!({ "label": reference });
                entries.put_in(&mut value);
                let wanted = json!({"type": "i18n", "zh_CN": "名称", "en_US": "Name"});
                assert_eq!(value["label"], wanted, "{list} {reference}");
                assert_eq!(entries.unused(), 0);
            }
        }
    }

    #[test]
    fn texts_of_their_own_and_strange_lists_stay() {
        let mut entries = Entries::default();
        entries.add(&json!([{"key": "name", "zh_CN": "别的"}, 1, {"key": 2}, {"key": "empty"}]));
        entries.add(&json!("x"));
        let mut value = json!([{"type": "i18n", "key": "name", "zh_CN": "名称"}, {"type": "i18n", "key": "none"}]);
        let before = value.clone();
        entries.put_in(&mut value);
        assert_eq!((value, entries.unused()), (before.clone(), 1));
        assert!(!is_dangling(&before[0]) && is_dangling(&before[1]));
        assert!(has_other_language(&json!({"type": "i18n", "zh_CN": "名称", "ja_JP": "名前"})));
        assert!(!has_other_language(&json!({"type": "i18n", "zh_CN": "名称", "ja_JP": "名称"})));
        assert!(!has_other_language(&json!({"type": "i18n", "zh_CN": "", "ja_JP": "名前"})));
    }
}
