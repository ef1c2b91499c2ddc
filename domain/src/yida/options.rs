//! Options of radio, checkbox and select fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    limits::is_filled,
    report::Place,
    settings,
    texts::{Foreign, Lost, is_stock_option, read, shared_english},
    walk::LABEL,
};
use crate::{
    application::{Choice, Choices, Key},
    lang::{Lang, Text},
};

/// The most options that are taken over.
const LIMIT: usize = 1_000;

/// Reads the options and which of them is chosen at first.
pub(super) fn choices(
    props: &Value,
    single: bool,
    foreign: &Foreign,
    place: &mut Place<'_>,
) -> Choices {
    let (list, other) = without_other(list(props));
    if list.len() > LIMIT {
        place.partly(
            format!("选项太多，只导入了前 {LIMIT} 个"),
            format!("Too many options; the first {LIMIT} were taken over"),
        );
    }
    let mut chosen = chosen_values(props);
    let mut choices =
        Choices { other: other.is_some() || asks_for_other(props), ..Choices::default() };
    if let Some(label) = other.map(|item| read_label(&item, foreign).0)
        && !matches!(label.zh.as_ref(), "" | "其他" | "其它")
    {
        place.partly(
            format!("可自填的选项“{:.40}”改称“其他”", label.zh),
            format!("The option “{:.40}” to be typed in is called “Other”", label.get(Lang::En)),
        );
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut twice = 0_usize;
    for (item, label) in list.iter().zip(labels(&list, foreign, place)) {
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
            chosen.remove(&value);
        }
        choices.options.push(Choice { key, label, retired });
    }
    if twice > 0 {
        place.partly(
            format!("有 {twice} 个重复或空白的选项未导入"),
            format!("{twice} options that were blank or listed twice were left out"),
        );
    }
    if !chosen.is_empty() && !choices.default.is_empty() {
        place.partly("部分默认选项未导入", "Some of the options chosen at first were left out");
    }
    retired(&choices, place);
    extras(&list, place);
    if choices.options.is_empty() {
        place.partly(
            "没有可导入的选项，请在设计器中补充",
            "There were no options to take over; add them in the designer",
        );
    }
    choices
}

/// Names the options that nobody can choose any more, and says how they come back.
fn retired(choices: &Choices, place: &mut Place<'_>) {
    let retired = choices.options.iter().filter(|option| option.retired);
    let names: Vec<&str> = retired.map(|option| option.label.get(Lang::Zh)).collect();
    settings::list(
        &names,
        "停用的选项已隐藏（可在设计器中恢复）：",
        "Disabled options are hidden (the designer can bring them back): ",
        place,
    );
}

/// The labels of the options, without English that translates none of them.
fn labels(list: &[Value], foreign: &Foreign, place: &mut Place<'_>) -> Vec<Text> {
    let read = list.iter().take(LIMIT).map(|item| read_label(item, foreign));
    let (mut labels, lost): (Vec<Text>, Vec<Lost>) = read.unzip();
    place.lost(lost.into_iter().fold(Lost::default(), Lost::or), ("选项的文字", "an option"));
    let shared = shared_english(labels.iter());
    let is_shared = |label: &Text| shared.contains(label.en.as_ref());
    // What new options are called says nothing, least of all more than once.
    if labels.iter().any(|label| is_shared(label) && !is_stock_option(label)) {
        place.partly(
            "几个中文不同的选项英文相同，这样的英文未导入",
            "Options that differ in Chinese had the same English; it was left out",
        );
    }
    if labels.iter().any(|label| is_stock_option(label) && !is_shared(label)) {
        place.partly(
            "选项的英文是宜搭自带的“Option”，未导入",
            "The English of options was Yida's own “Option”; it was left out",
        );
    }
    for label in &mut labels {
        if is_stock_option(label) || is_shared(label) {
            label.en = "".into();
        }
    }
    labels
}

fn read_label(item: &Value, foreign: &Foreign) -> (Text, Lost) {
    read(item.get("text").or_else(|| item.get("label")).or(Some(item)), foreign, LABEL)
}

/// Whether something else may be typed in: a setting such as `otherOption`, or a list that takes
/// tags.
fn asks_for_other(props: &Value) -> bool {
    let setting = |(name, value): (&String, &Value)| is_other(name) && is_filled(value);
    props.get("mode").and_then(Value::as_str) == Some("tag")
        || props.as_object().is_some_and(|props| props.iter().any(setting))
}

/// Whether a setting is about an option to be typed in.
pub(super) fn is_other(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts =
        ["otheroption", "allowother", "hasother", "showother", "enableother", "supportother"];
    matches!(name.as_str(), "other" | "isother") || parts.iter().any(|part| name.contains(part))
}

/// The options without the one that is to be typed in, and that one.
fn without_other(list: Vec<Value>) -> (Vec<Value>, Option<Value>) {
    let typed = |item: &Value| {
        let named = |name: &str| {
            is_other(name) || matches!(name, "allowInput" | "hasInput" | "needInput" | "showInput")
        };
        let flagged = item
            .as_object()
            .is_some_and(|item| item.iter().any(|(n, v)| named(n) && *v == Value::Bool(true)));
        let value = item.get("value").and_then(Value::as_str).unwrap_or_default();
        flagged || matches!(value, "__other__" | "_other_" | "$other$" | "__OTHER__")
    };
    let (others, rest): (Vec<Value>, Vec<Value>) = list.into_iter().partition(typed);
    (rest, others.into_iter().next())
}

/// Reports what options have beyond a label: pictures, fields that they show.
fn extras(list: &[Value], place: &mut Place<'_>) {
    const KNOWN: &[&str] = &[
        "text",
        "label",
        "value",
        "sid",
        "disable",
        "disabled",
        "defaultChecked",
        "syncLabelValue",
        "color",
        "key",
        "id",
    ];
    let unknown: BTreeSet<&str> = list
        .iter()
        .take(LIMIT)
        .filter_map(Value::as_object)
        .flatten()
        .filter(|(name, value)| {
            let usual = name.as_str() == "status" && value.as_str() == Some("active");
            !KNOWN.contains(&name.as_str()) && !usual && !name.starts_with("__") && is_filled(value)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let unknown: Vec<&str> = unknown.into_iter().collect();
    settings::list(
        &unknown,
        "选项的其他设置未导入：",
        "Other settings of the options were left out: ",
        place,
    );
}

/// A cascade's settings with one option for each way through its steps, and what gets lost of the
/// steps' texts; `None` without options.
pub(super) fn paths(props: &Value, foreign: &Foreign) -> Option<(Value, Lost)> {
    let mut paths = Paths { foreign, options: Vec::new(), lost: Lost::default() };
    for item in list(props) {
        paths.follow(&item, None);
    }
    if paths.options.is_empty() {
        return None;
    }
    let multiple = props.get("multiple").cloned().unwrap_or(Value::Bool(false));
    Some((json!({ "dataSource": paths.options, "multiple": multiple }), paths.lost))
}

struct Paths<'a> {
    foreign: &'a Foreign,
    options: Vec<Value>,
    lost: Lost,
}

impl Paths<'_> {
    fn follow(&mut self, item: &Value, above: Option<&Text>) {
        if self.options.len() > LIMIT {
            return;
        }
        let (own, lost) = read_label(item, self.foreign);
        self.lost = self.lost.or(lost);
        let joined = |above: &Text, lang| format!("{} / {}", above.get(lang), own.get(lang));
        let label = match above {
            Some(above) => Text::new(joined(above, Lang::Zh), joined(above, Lang::En)),
            None => own,
        };
        match item.get("children").and_then(Value::as_array).filter(|steps| !steps.is_empty()) {
            Some(steps) => steps.iter().for_each(|step| self.follow(step, Some(&label))),
            None => {
                self.options.push(json!({ "text": { "zh_CN": label.zh, "en_US": label.en } }));
            }
        }
    }
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
        Value::Object(object) => {
            object.get("value").and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
        }
        Value::Array(_) | Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The values that the field holds at first.
fn chosen_values(props: &Value) -> BTreeSet<String> {
    let custom = props.get("complexValue").and_then(|complex| complex.get("value"));
    let stated = [props.get("value"), custom, props.get("defaultValue")];
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
