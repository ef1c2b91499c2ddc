//! Texts of a definition: labels in several languages, and no foreign ids in any of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::settings::is_scripted;
use crate::lang::Text;

/// Ids that stand in the definitions, to be kept out of every text.
pub(super) type Foreign = BTreeSet<String>;

/// Labels that the other platform puts there itself.
const STOCK_PLACEHOLDERS: &[&str] =
    &["请选择", "请输入", "please select", "please enter", "please input"];

/// A label, hint or option: an i18n object, a plain string, or an i18n object in a string.
pub(super) fn text(value: Option<&Value>, foreign: &Foreign, max: usize) -> Text {
    let parsed = value.and_then(Value::as_str).and_then(object_in_string);
    let (zh, en) = match parsed.as_ref().or(value) {
        Some(Value::String(plain)) => (plain.as_str(), ""),
        // What a script computes is not a text.
        Some(value @ Value::Object(_)) if is_scripted(value, 3) => ("", ""),
        Some(Value::Object(object)) => {
            let pick = |names: &[&str]| {
                names.iter().find_map(|name| object.get(*name)?.as_str()).unwrap_or_default()
            };
            (
                pick(&["zh_CN", "zh-CN", "zh", "cn", "zh_TW", "value", "text"]),
                pick(&["en_US", "en-US", "en", "en_GB"]),
            )
        }
        Some(Value::Number(number)) => return same(&number.to_string()),
        _ => ("", ""),
    };
    let (zh, en) = (clean(zh, foreign, max), clean(en, foreign, max));
    // The English of these definitions is often the Chinese again, or just the component's name.
    if en == zh || is_component_name(&en) || has_han(&en) {
        return Text::new(if zh.is_empty() && has_han(&en) { en } else { zh }, "");
    }
    Text::new(zh, en)
}

fn same(text: &str) -> Text {
    Text::new(text, "")
}

/// A placeholder; those that the other platform puts there itself are left out.
pub(super) fn placeholder(value: Option<&Value>, foreign: &Foreign) -> Text {
    let text = text(value, foreign, 200);
    let stock = |text: &str| STOCK_PLACEHOLDERS.contains(&text.trim().to_lowercase().as_str());
    if stock(&text.zh) { Text::default() } else { text }
}

fn object_in_string(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with('{') || text.len() > 20_000 {
        return None;
    }
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'))
}

/// `TextField`, `CascadeDateField`: names, not words.
fn is_component_name(text: &str) -> bool {
    text.strip_suffix("Field").is_some_and(|stem| {
        stem.starts_with(|c: char| c.is_ascii_uppercase())
            && stem.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Control characters out, foreign ids out, at most `max` characters, trimmed.
pub(super) fn clean(text: &str, foreign: &Foreign, max: usize) -> String {
    // Ids never reach beyond what is kept by much; the rest of a huge text need not be looked at.
    let bound = max.saturating_mul(2).saturating_add(200);
    let mut start: String = text.chars().take(bound).collect();
    if start.len() < text.len() {
        // An id that was cut through would no longer be known as one.
        start.truncate(start.trim_end_matches(is_id_char).len());
    }
    let visible: String = start
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| (!c.is_control() || *c == '\n') && !is_direction_mark(*c))
        .collect();
    let cleaned: String = scrub(&visible, foreign).trim().chars().take(max).collect();
    cleaned.trim_end().to_owned()
}

/// Marks that turn the direction of text can make a label read as something else.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Replaces what is or looks like a foreign id.
pub(super) fn scrub(text: &str, foreign: &Foreign) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !is_id_char(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(word);
        let token_is_id = foreign.contains(token) || looks_foreign(token);
        out.push_str(if token_is_id { "…" } else { token });
        let gap = after.find(is_id_char).unwrap_or(after.len());
        let (between, after) = after.split_at(gap);
        out.push_str(between);
        rest = after;
    }
    out
}

/// Whether a label holds an id that does not survive.
pub(super) fn holds_id(value: &Value) -> bool {
    let nothing = Foreign::new();
    let found = |text: &str| scrub(text, &nothing) != *text;
    match value {
        Value::String(text) => found(text),
        Value::Object(object) => object.values().filter_map(Value::as_str).any(found),
        _ => false,
    }
}

/// Whether a label is longer than `max` characters.
pub(super) fn is_cut(value: &Value, max: usize) -> bool {
    let long = |text: &str| text.chars().nth(max).is_some();
    match value {
        Value::String(text) => object_in_string(text).is_none() && long(text),
        Value::Object(object) => ["zh_CN", "en_US"]
            .iter()
            .any(|n| object.get(*n).and_then(Value::as_str).is_some_and(long)),
        _ => false,
    }
}

/// Like [`scrub`], for lines of the report.
pub(super) fn scrub_line(text: &str) -> String {
    scrub(text, &Foreign::new()).chars().take(1_000).collect()
}

fn is_id_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn looks_foreign(token: &str) -> bool {
    let tail = |prefix: &str, least: usize, fits: fn(u8) -> bool| {
        token.match_indices(prefix).any(|(at, _)| {
            let rest = token.as_bytes().get(at + prefix.len()..).unwrap_or_default();
            rest.iter().take_while(|b| fits(**b)).count() >= least
        })
    };
    let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let hex = |b: u8| b.is_ascii_hexdigit();
    tail("FORM-", 12, upper)
        || tail("APP_", 10, upper)
        || tail("FINST-", 10, upper)
        || tail("TPROC--", 10, upper)
        || tail("ding", 16, hex)
        || tail("node_", 8, lower)
        || tail("Field_", 6, lower)
        || tail("formContainer_", 6, lower)
        || tail("LCC-", 4, upper)
        || is_component_id(token)
        || (token.len() >= 32 && token.bytes().all(hex))
}

/// `tabsLayout_kx12ab9c`: the name of a component and a number written in base 36.
fn is_component_id(token: &str) -> bool {
    token.split_once('_').is_some_and(|(name, number)| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_alphabetic())
            && (7..=14).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && number.bytes().any(|b| b.is_ascii_digit())
            && number.bytes().any(|b| b.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Text {
        text(Some(&value), &Foreign::from(["sid_abc123xyz".to_owned()]), 50)
    }

    #[test]
    fn labels_are_read_in_all_their_shapes() {
        let i18n = |zh: &str, en: &str| json!({"type": "i18n", "zh_CN": zh, "en_US": en});
        assert_eq!(read(i18n("合同编号", "SerialNumberField")), Text::new("合同编号", ""));
        assert_eq!(read(i18n("阶段", "Stage")), Text::new("阶段", "Stage"));
        assert_eq!(read(i18n("阶段", "阶段")), Text::new("阶段", ""));
        assert_eq!(read(i18n("", "阶段")), Text::new("阶段", ""));
        assert_eq!(read(json!("金额")), Text::new("金额", ""));
        assert_eq!(
            read(json!(r#"{"zh_CN":"金额","en_US":"Amount"}"#)),
            Text::new("金额", "Amount")
        );
        assert_eq!(read(json!(null)), Text::default());
        assert_eq!(read(json!([1])), Text::default());
    }

    #[test]
    fn ord4_no_foreign_id_survives_in_a_text() {
        for text in [
            "FORM-66D473275377454DB51AC8577788E536UB4R",
            "APP_MRNQXYA404IHD2P6JHSD",
            "ding9a0954b4f9d9d40ef5bf40eda33b7ba0",
            "textField_rvid2vb2q",
            "node_ocmn89rvid1",
            "sid_abc123xyz",
            "tabsLayout_kx12ab9c",
            "LCC-6QA1-TPUXXOONWRWL53K9B2YN3",
        ] {
            let read = read(json!(format!("见{text}。")));
            assert_eq!(read.zh, "见…。", "{text}");
        }
        assert_eq!(read(json!("Field_x and wedding")).zh, "Field_x and wedding");
    }

    #[test]
    fn strange_texts_are_tamed() {
        assert_eq!(read(json!("a\u{0}b\u{202e}c\u{7}")).zh, "abc");
        assert_eq!(read(json!("长".repeat(10_000))).zh.chars().count(), 50);
    }
}
