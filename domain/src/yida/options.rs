//! Options of radio, checkbox and select fields.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    report::Place,
    texts::{Foreign, text},
};
use crate::application::{Choice, Choices, Key};

/// The most options that are taken over.
const LIMIT: usize = 1_000;

/// Reads the options and which of them is chosen at first.
pub(super) fn choices(
    props: &Value,
    single: bool,
    foreign: &Foreign,
    place: &mut Place<'_>,
) -> Choices {
    let list = list(props);
    if list.len() > LIMIT {
        place.partly(
            format!("选项太多，只导入了前 {LIMIT} 个"),
            format!("Too many options; the first {LIMIT} were taken over"),
        );
    }
    let chosen = chosen_values(props);
    let mut choices = Choices::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut twice = 0_usize;
    for item in list.iter().take(LIMIT) {
        let label =
            text(item.get("text").or_else(|| item.get("label")).or(Some(item)), foreign, 200);
        let value = item.get("value").or(Some(item)).map(plain).unwrap_or_default();
        if label.is_empty() || !seen.insert(format!("{}\n{}", label.zh, label.en)) {
            twice += 1;
            continue;
        }
        let key = Key::derive(&label, "option", |key| keys.contains(key));
        keys.insert(key.to_string());
        let flag = |name: &str| item.get(name) == Some(&Value::Bool(true));
        let retired = flag("disable") || flag("disabled");
        let wanted = flag("defaultChecked") || chosen.contains(&value);
        let room = !single || choices.default.is_empty();
        if wanted && !retired && room {
            choices.default.push(key.clone());
        }
        choices.options.push(Choice { key, label, retired });
    }
    if twice > 0 {
        place.partly(
            format!("有 {twice} 个重复或空白的选项未导入"),
            format!("{twice} options that were blank or listed twice were left out"),
        );
    }
    if choices.options.is_empty() {
        place.partly(
            "没有可导入的选项，请在设计器中补充",
            "There were no options to take over; add them in the designer",
        );
    }
    choices
}

fn list(props: &Value) -> Vec<Value> {
    let nested = || props.get("defaultDataSource")?.get("options");
    [props.get("dataSource"), nested(), props.get("options")]
        .into_iter()
        .flatten()
        .map(|value| match value {
            Value::Array(items) => items.clone(),
            Value::String(text) if text.len() < 1_000_000 => {
                serde_json::from_str::<Vec<Value>>(text).unwrap_or_default()
            }
            _ => Vec::new(),
        })
        .find(|items| !items.is_empty())
        .unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(500).collect(),
        Value::Object(_) | Value::Array(_) | Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The values that the field holds at first.
fn chosen_values(props: &Value) -> BTreeSet<String> {
    let stated = [props.get("value"), props.get("complexValue").and_then(|v| v.get("value"))];
    stated
        .into_iter()
        .flatten()
        .flat_map(|value| match value {
            Value::Array(items) => items.iter().map(plain).collect(),
            other => vec![plain(other)],
        })
        .filter(|value| !value.is_empty())
        .collect()
}
