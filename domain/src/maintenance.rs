//! Remote maintenance: a change of a component as a difference that the customer can read
//! (Source: APP-5).

use serde_json::{Map, Value as Json};

use crate::{application::Document, lang::Text};

/// One property that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: the names of the things around the property, the outermost first.
    pub place: Vec<Text>,
    /// What it was; none when it was added.
    pub before: Option<String>,
    /// What it is; none when it was removed.
    pub after: Option<String>,
}

/// How two versions of a component differ, property by property. Fields are matched by key, so that
/// moving one is not shown as changing all.
pub fn differences(before: Option<&Document>, after: Option<&Document>) -> Vec<Difference> {
    let json = |document: Option<&Document>| {
        document.and_then(|document| serde_json::to_value(document).ok()).unwrap_or(Json::Null)
    };
    let mut found = Vec::new();
    compare(&json(before), &json(after), &mut Vec::new(), &mut found);
    found
}

fn compare(before: &Json, after: &Json, place: &mut Vec<Text>, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Json::Object(before), Json::Object(after)) if !is_text(before) && !is_text(after) => {
            compare_objects(before, after, place, found);
        }
        (Json::Array(before), Json::Array(after)) if keyed(before) && keyed(after) => {
            compare_lists(before, after, place, found);
        }
        _ => found.push(Difference { place: place.clone(), before: plain(before), after: plain(after) }),
    }
}

fn compare_objects(
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    place: &mut Vec<Text>,
    found: &mut Vec<Difference>,
) {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        place.push(property(name));
        compare(
            before.get(name).unwrap_or(&Json::Null),
            after.get(name).unwrap_or(&Json::Null),
            place,
            found,
        );
        place.pop();
    }
}

/// What tells the entries of a list apart: their key, or the form that a line of the navigation
/// leads to.
fn key_of(entry: &Json) -> Option<&str> {
    ["key", "form"].iter().find_map(|name| entry.get(name)?.as_str())
}

fn keyed(list: &[Json]) -> bool {
    list.iter().all(|entry| key_of(entry).is_some())
}

fn compare_lists(
    before: &[Json],
    after: &[Json],
    place: &mut Vec<Text>,
    found: &mut Vec<Difference>,
) {
    let find = |list: &[Json], key: &str| {
        list.iter().find(|entry| key_of(entry) == Some(key)).cloned().unwrap_or(Json::Null)
    };
    let mut keys: Vec<&str> = before.iter().filter_map(key_of).collect();
    keys.extend(after.iter().filter_map(key_of).filter(|key| {
        !before.iter().any(|entry| key_of(entry) == Some(*key))
    }));
    for key in &keys {
        let (old, new) = (find(before, key), find(after, key));
        place.push(name_of(if new.is_null() { &old } else { &new }, key));
        match (old.is_null(), new.is_null()) {
            (false, false) => compare(&old, &new, place, found),
            _ => found.push(Difference {
                place: place.clone(),
                before: (!old.is_null()).then(|| summary(&old)),
                after: (!new.is_null()).then(|| summary(&new)),
            }),
        }
        place.pop();
    }
    compare_order(before, after, place, found);
}

/// The order of what is in both lists.
fn compare_order(
    before: &[Json],
    after: &[Json],
    place: &mut Vec<Text>,
    found: &mut Vec<Difference>,
) {
    let has = |list: &[Json], key: &str| list.iter().any(|entry| key_of(entry) == Some(key));
    let order = |list: &[Json], other: &[Json]| -> Vec<String> {
        let keys = list.iter().filter_map(key_of);
        keys.filter(|key| has(other, key)).map(str::to_owned).collect()
    };
    let (old, new) = (order(before, after), order(after, before));
    if old == new {
        return;
    }
    let names = |keys: &[String]| -> String {
        let name = |key: &String| {
            let entry = after.iter().find(|entry| key_of(entry) == Some(key));
            entry.map_or_else(|| key.clone(), |entry| shown(&name_of(entry, key)))
        };
        keys.iter().map(name).collect::<Vec<_>>().join(" → ")
    };
    place.push(Text::of("顺序", "Order"));
    found.push(Difference {
        place: place.clone(),
        before: Some(names(&old)),
        after: Some(names(&new)),
    });
    place.pop();
}

fn is_text(object: &Map<String, Json>) -> bool {
    !object.is_empty() && object.iter().all(|(name, value)| {
        (name == "zh" || name == "en") && value.is_string()
    })
}

fn text(value: &Json) -> Option<Text> {
    let object = value.as_object().filter(|object| is_text(object))?;
    let get = |name: &str| object.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    Some(Text::new(get("zh"), get("en")))
}

fn shown(text: &Text) -> String {
    match (text.zh.as_ref(), text.en.as_ref()) {
        (zh, "") => zh.to_owned(),
        ("", en) => en.to_owned(),
        (zh, en) if zh == en => zh.to_owned(),
        (zh, en) => format!("{zh} / {en}"),
    }
}

fn name_of(entry: &Json, key: &str) -> Text {
    ["label", "title"]
        .iter()
        .find_map(|name| text(entry.get(name)?))
        .unwrap_or_else(|| Text::new(key, key))
}

/// A thing that was added or removed as a whole, in a few words.
fn summary(value: &Json) -> String {
    let name = name_of(value, key_of(value).unwrap_or_default());
    let kind = value.get("kind").and_then(|kind| {
        kind.as_str().map(str::to_owned).or_else(|| {
            let object = kind.as_object()?;
            object
                .get("type")
                .or_else(|| object.get("kind"))
                .and_then(Json::as_str)
                .map(str::to_owned)
                .or_else(|| object.keys().next().cloned())
        })
    });
    match kind {
        Some(kind) => format!("{} ({kind})", shown(&name)),
        None => shown(&name),
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::Bool(true) => Some("是 / yes".to_owned()),
        Json::Bool(false) => Some("否 / no".to_owned()),
        Json::String(text) => Some(text.clone()),
        Json::Array(list) => {
            let parts: Vec<String> = list
                .iter()
                .map(|entry| if key_of(entry).is_some() { summary(entry) } else { plain(entry).unwrap_or_default() })
                .collect();
            Some(parts.join(", "))
        }
        Json::Object(_) => Some(text(value).map_or_else(
            || if key_of(value).is_some() || value.get("title").is_some() { summary(value) } else { value.to_string() },
            |text| shown(&text),
        )),
        Json::Number(number) => Some(number.to_string()),
    }
}

/// What people read for the name of a property.
fn property(name: &str) -> Text {
    match name {
        "title" => Text::of("标题", "Title"),
        "description" => Text::of("说明", "Description"),
        "fields" => Text::of("字段", "Fields"),
        "columns" => Text::of("列", "Columns"),
        "retired" => Text::of("已移除", "Removed"),
        "label" => Text::of("名称", "Label"),
        "hint" => Text::of("提示", "Hint"),
        "placeholder" => Text::of("占位文字", "Placeholder"),
        "required" => Text::of("必填", "Required"),
        "access" => Text::of("可见与只读", "Access"),
        "kind" | "type" => Text::of("类型", "Kind"),
        "default" => Text::of("默认值", "Default"),
        "options" => Text::of("选项", "Options"),
        "other" => Text::of("允许其他", "Allow something else"),
        "unit" => Text::of("单位", "Unit"),
        "decimals" => Text::of("小数位", "Decimals"),
        "min" => Text::of("最小值", "Minimum"),
        "max" => Text::of("最大值", "Maximum"),
        "max_length" => Text::of("最大长度", "Longest"),
        "format" => Text::of("格式", "Format"),
        "entries" => Text::of("导航项", "Entries"),
        "forms" => Text::of("表单", "Forms"),
        "form" => Text::of("关联表单", "Form"),
        other => Text::new(other, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{Field, FieldKind, FormDocument, Key};

    fn form(labels: &[(&str, &str)]) -> Document {
        let mut form = FormDocument::titled(Text::of("合同", "Contract"));
        let kind = FieldKind::palette().into_iter().next().expect("a kind of field");
        form.fields = labels
            .iter()
            .map(|(key, label)| {
                let key = Key::parse(key).expect("a key");
                Field::new(key, Text::new(*label, *label), kind.clone())
            })
            .collect();
        form.into()
    }

    #[test]
    fn app5_a_renamed_field_is_one_difference_with_its_place() {
        let before = form(&[("name", "名称"), ("amount", "金额")]);
        let after = form(&[("name", "名称"), ("amount", "合同金额")]);
        let found = differences(Some(&before), Some(&after));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].before.as_deref(), found[0].after.as_deref()), (Some("金额"), Some("合同金额")));
        assert_eq!(found[0].place.last().map(|text| text.zh.as_ref()), Some("名称"));
    }

    #[test]
    fn app5_added_moved_and_removed_fields_are_told_apart() {
        let before = form(&[("a", "甲"), ("b", "乙"), ("c", "丙")]);
        let after = form(&[("b", "乙"), ("a", "甲"), ("d", "丁")]);
        let found = differences(Some(&before), Some(&after));
        assert!(found.iter().any(|d| d.before.is_some() && d.after.is_none() && d.place.iter().any(|p| p.zh == "丙")));
        assert!(found.iter().any(|d| d.before.is_none() && d.after.is_some() && d.place.iter().any(|p| p.zh == "丁")));
        assert!(found.iter().any(|d| d.place.last().is_some_and(|p| p.zh == "顺序")));
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn app5_nothing_changed_is_no_difference() {
        let document = form(&[("a", "甲")]);
        assert_eq!(differences(Some(&document), Some(&document)), vec![]);
        assert!(!differences(None, Some(&document)).is_empty());
    }
}
