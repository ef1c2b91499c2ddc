//! What fields, pages and forms do on the other platform beyond what is carried over.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    fields::{default_formula, is_known_default},
    read::Definition,
    report::Place,
    walk::{children, name_of},
};
use crate::lang::Text;

/// Reports what a field does on the other platform beyond what was carried over.
pub(super) fn of_field(name: &str, node: &Value, props: &Value, place: &mut Place<'_>) {
    let filled = |name: &str| props.get(name).is_some_and(is_filled);
    let text_of = |name: &str| props.get(name).and_then(Value::as_str).unwrap_or_default();
    if filled("linkage") || filled("dataSourceLinkage") || text_of("valueType") == "linkage" {
        place.partly("数据联动未导入", "Linkage with other data was left out");
    }
    if let Some(formula) = default_formula(props).filter(|f| !is_known_default(name, f)) {
        let start: String = formula.chars().take(60).collect();
        place.partly(
            format!("默认值公式未导入：{start}"),
            format!("The formula of the default was left out: {start}"),
        );
    }
    if name != "SerialNumber" && filled("formula") {
        place.partly("公式未导入", "A formula was left out");
    }
    let rules = |name: &str, list: &str| {
        props.get(name).and_then(|rules| rules.get(list)).is_some_and(is_filled)
    };
    if rules("dataFillingRules", "mainRules") || rules("dataFillingRules", "tableRules") {
        place.partly("数据填充规则未导入", "Rules that fill in other fields were left out");
    }
    if rules("dataFilterRules", "rules") {
        place.partly(
            "数据筛选规则未导入",
            "Rules that filter the records to choose from were left out",
        );
    }
    if filled("orderConfig") {
        place
            .partly("关联数据的排序未导入", "The order of the records to choose from was left out");
    }
    if !matches!(text_of("dataSourceType"), "" | "custom") {
        place.partly("选项的外部数据源未导入", "The external source of the options was left out");
    }
    if props.get("searchConfig").is_some_and(|c| c.get("url").is_some_and(is_filled)) {
        place.partly("远程搜索未导入", "Searching a remote source was left out");
    }
    if !matches!(text_of("userRangeType"), "" | "ALL") {
        place.partly("可选成员范围未导入", "The restriction of who can be chosen was left out");
    }
    let disabled = props.get("disabledDate");
    let kind = disabled.and_then(|d| d.get("type")).and_then(Value::as_str);
    if kind.is_some_and(|kind| kind != "none") {
        place.partly("可选日期范围未导入", "The restriction of dates was left out");
    }
    if ["onlyCameraUpload", "enableCameraWatermark", "aiRecognitionSwitch"]
        .iter()
        .any(|name| props.get(*name) == Some(&Value::Bool(true)))
    {
        place.partly(
            "拍照、水印或识别设置未导入",
            "Camera, watermark or recognition settings were left out",
        );
    }
    if props.get("scanCode").is_some_and(|s| s.get("enabled") == Some(&Value::Bool(true))) {
        place.partly("扫码输入未导入", "Input by scanning was left out");
    }
    if name == "Table" && filled("actions") {
        place.partly("子表单的自定义操作未导入", "Custom actions of the sub-table were left out");
    }
    if props.get("enableSummary") == Some(&Value::Bool(true)) {
        place.partly("子表单的合计行未导入", "The summary row of the sub-table was left out");
    }
    if props.get("visibility").and_then(Value::as_array).is_some_and(|v| v.len() == 1) {
        place.partly("字段在电脑和手机上都会显示", "The field is shown on desks and phones alike");
    }
    if has_events(props) {
        place.partly("字段上的动作（脚本）未导入", "Actions (scripts) on the field were left out");
    }
    if node.get("condition").is_some_and(|c| !matches!(c, Value::Bool(_) | Value::Null)) {
        place.partly(
            "显示条件未导入，字段始终显示",
            "The condition for showing it was left out; it is always shown",
        );
    }
    unknown_rules(props, place);
}

/// Reports what the form as a whole does on the other platform.
pub(super) fn of_form(definition: &Definition, place: &mut Place<'_>) {
    let content = &definition.content;
    let process = |name: &str| {
        content
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|v| v.to_lowercase().contains("process"))
    };
    if process("schemaType") || process("formType") {
        place.left_out(
            "审批流程未导入，表单本身已导入",
            "The approval process was left out; the form itself is here",
        );
    }
    if let Some(script) = script(content.get("actions")) {
        place.left_out(
            format!("页面脚本未导入{}", script.zh),
            format!("The page's script was left out{}", script.en),
        );
    }
    if connects(content.get("config")) {
        place.left_out("连接器未导入", "Connectors were left out");
    }
    definition.roots.iter().for_each(|root| page_extras(root, place));
}

/// Validations of kinds that are not carried over.
fn unknown_rules(props: &Value, place: &mut Place<'_>) {
    const KNOWN: &[&str] = &[
        "required",
        "maxLength",
        "minValue",
        "maxValue",
        "min",
        "max",
        "email",
        "mobile",
        "phone",
        "url",
        "chineseID",
        "idCard",
    ];
    let rules = props.get("validation").and_then(Value::as_array);
    let mut told = BTreeSet::new();
    for rule in rules.into_iter().flatten().take(50) {
        let kind = rule.get("type").and_then(Value::as_str).unwrap_or("?");
        let kind: String = kind.chars().take(40).collect();
        if !KNOWN.contains(&kind.as_str()) && told.insert(kind.clone()) {
            place.partly(
                format!("校验规则“{kind}”未导入"),
                format!("The validation “{kind}” was left out"),
            );
        }
    }
}

/// Whether there is anything in a setting.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => object.values().any(is_filled),
    }
}

fn has_events(props: &Value) -> bool {
    props.as_object().is_some_and(|props| {
        props.iter().any(|(name, value)| {
            let event = name == "__events"
                || name == "events"
                || name.strip_prefix("on").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            event && is_filled(value)
        })
    })
}

/// What is said of a page script: its functions, where they are listed.
fn script(actions: Option<&Value>) -> Option<Text> {
    let actions = actions?;
    let source = actions.get("module").and_then(|m| m.get("source")).and_then(Value::as_str);
    let named: Vec<String> = actions
        .get("list")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(8)
        .filter_map(|item| Some(item.get("id")?.as_str()?.chars().take(40).collect()))
        .collect();
    let has_source = source.is_some_and(|source| !source.trim().is_empty());
    if named.is_empty() {
        return has_source.then(Text::default);
    }
    let all = named.join(", ");
    Some(Text::new(format!("（{all}）"), format!(" ({all})")))
}

/// `config` is JSON in a string.
fn connects(config: Option<&Value>) -> bool {
    let parsed =
        config.and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let config = parsed.as_ref().or(config);
    config.and_then(|config| config.get("connectComponent")).is_some_and(is_filled)
}

/// What a page has beside its fields: data sources and steps around submitting.
fn page_extras(node: &Value, place: &mut Place<'_>) {
    let sources = node.get("dataSource");
    if ["offline", "online", "list"].iter().any(|name| {
        sources.and_then(|s| s.get(*name)).and_then(Value::as_array).is_some_and(|s| !s.is_empty())
    }) {
        place.left_out("页面数据源未导入", "The page's data sources were left out");
    }
    let cycles = node.get("lifeCycles").and_then(Value::as_object);
    if cycles.is_some_and(|all| all.iter().any(|(n, v)| n != "constructor" && is_filled(v))) {
        place.left_out("页面生命周期动作未导入", "Actions of the page's life cycle were left out");
    }
    if name_of(node) == "FormContainer" {
        let props = node.get("props");
        let steps = ["beforeSubmit", "afterSubmit", "afterFormDataInit", "onProcessActionValidate"];
        if steps.iter().any(|step| props.and_then(|p| p.get(*step)).is_some_and(is_filled)) {
            place.left_out("提交前后的动作未导入", "Actions around submitting were left out");
        }
        return;
    }
    let css = node.get("css").and_then(Value::as_str).unwrap_or_default();
    if css.matches('{').count() > 1 {
        place.left_out("自定义样式未导入", "Custom styles were left out");
    }
    for child in children(node) {
        page_extras(child, place);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_is_told_from_what_is_not() {
        for empty in [json!(null), json!(""), json!([]), json!({"a": []}), json!(false)] {
            assert!(!is_filled(&empty), "{empty}");
        }
        for filled in [json!("x"), json!([1]), json!({"a": {"b": "c"}}), json!(true)] {
            assert!(is_filled(&filled), "{filled}");
        }
    }
}
