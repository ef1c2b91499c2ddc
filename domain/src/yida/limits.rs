//! What fields, pages and forms do on the other platform beyond what is carried over.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    fields::{UNIT, UNITS, default_formula, is_known_default, known_format, stated_default},
    i18n,
    read::{Definition, Kind},
    report::{Outcome, Place},
    settings,
    texts::{Foreign, Lost, lost, read, replace_words, text},
    walk::{HINTS, LABEL, access, children, hint, is_layout, name_of},
};
use crate::{
    application::{Access, DateDefault, Field, FieldKind},
    lang::{Lang, Text},
};

/// Reports what a field does on the other platform beyond what was carried over.
pub(super) fn of_field(
    name: &str,
    node: &Value,
    props: &Value,
    field: &Field,
    place: &mut Place<'_>,
) {
    if let Some(formula) = default_formula(props).filter(|f| !is_known_default(name, f)) {
        let (zh, en) = (in_words(formula, Lang::Zh, place), in_words(formula, Lang::En, place));
        place.partly(
            format!("默认值公式未导入：{zh}"),
            format!("The formula of the default was left out: {en}"),
        );
    } else if is_default_lost(props, &field.kind) {
        place.partly("默认值未导入", "The default was left out");
    } else {
        default_text(props, &field.kind, place);
    }
    settings::report(name, props, place);
    sources(props, place);
    let disabled = props.get("disabledDate");
    let kind = disabled.and_then(|d| d.get("type")).and_then(Value::as_str);
    if kind.is_some_and(|kind| kind != "none") || disabled == Some(&Value::Bool(true)) {
        place.partly("可选日期范围未导入", "The restriction of dates was left out");
    }
    if props.get("scanCode").is_some_and(|s| s.get("enabled") == Some(&Value::Bool(true))) {
        place.partly("扫码输入未导入", "Input by scanning was left out");
    }
    if props.get("visibility").and_then(Value::as_array).is_some_and(|v| v.len() == 1) {
        place.partly("字段在电脑和手机上都会显示", "The field is shown on desks and phones alike");
    }
    if has_events(props) {
        place.partly("字段上的动作（脚本）未导入", "Actions (scripts) on the field were left out");
    }
    if has_condition(node) {
        place.partly(
            "显示条件未导入，字段始终显示",
            "The condition for showing it was left out; it is always shown",
        );
    }
    if node.get("hidden") == Some(&Value::Bool(true)) {
        place.partly("设计器中隐藏的字段会显示", "It was hidden in the designer and is shown here");
    }
    if node.get("loop").is_some_and(is_filled) {
        place.partly("循环渲染未导入", "Showing it once for each item of a list was left out");
    }
    wording(props, place);
    unknown_rules(name, props, place);
}

/// The beginning of a formula, with the fields in it called as people call them.
fn in_words(formula: &str, lang: Lang, place: &Place<'_>) -> String {
    let label = |id: &str| place.labels.get(id).map(|label| label.get(lang));
    let named = replace_words(formula, |id| label(id).filter(|label| !label.is_empty()));
    let plain = named.replace("#{", "").replace('}', "");
    let words: Vec<&str> = plain.split_whitespace().collect();
    place.word(&words.join(" "), 60)
}

/// Where a field's choices and values come from, beyond what stands in the definition.
fn sources(props: &Value, place: &mut Place<'_>) {
    let rules = |name: &str, list: &str| {
        let rules = props.get(name);
        rules.is_some_and(|rules| {
            rules.get(list).is_some_and(is_filled) || rules.is_array() && is_filled(rules)
        })
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
    if rules("associationForm", "linkageFields") {
        place.partly("关联字段的联动未导入", "Linkage with the associated record was left out");
    }
    let formula = props.get("defaultDataSource").and_then(|source| source.get("formula"));
    if formula.is_some_and(is_filled) {
        place.partly("选项的公式未导入", "The formula of the options was left out");
    }
    let remote = |source: Option<&Value>| {
        source
            .and_then(|s| s.get("searchConfig").or(Some(s)))
            .is_some_and(|c| c.get("url").is_some_and(is_filled))
    };
    let stock = "/query/deptService/searchDepts.json";
    let departments =
        props.get("dataSource").and_then(|s| s.get("searchConfig")?.get("url")?.as_str());
    let own = props.get("dataSource").filter(|_| departments != Some(stock));
    if remote(props.get("searchConfig")) || remote(props.get("defaultDataSource")) || remote(own) {
        place.partly("远程搜索未导入", "Searching a remote source was left out");
    }
}

/// Whether a stated default is missing in the field.
fn is_default_lost(props: &Value, kind: &FieldKind) -> bool {
    let stated = stated_default(props).is_some();
    let variable = props.get("valueType").and_then(Value::as_str) == Some("variable")
        && props.get("variable").is_some_and(is_filled);
    (stated || variable) && !fills_itself(kind)
}

/// Whether a field holds something that nobody has to fill in, or never holds anything.
pub(super) fn fills_itself(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Text(field) => !field.default.is_empty(),
        FieldKind::MultilineText(field) => !field.default.is_empty(),
        FieldKind::Number(field) => field.default.is_some(),
        FieldKind::Date(field) => field.default != DateDefault::Empty,
        FieldKind::Member(field) => field.default_self,
        FieldKind::SerialNumber(_) | FieldKind::Divider => true,
        kind => kind.choices().is_some_and(|choices| !choices.default.is_empty()),
    }
}

/// What gets lost of a default that is a text.
fn default_text(props: &Value, kind: &FieldKind, place: &mut Place<'_>) {
    let max = match kind {
        FieldKind::Text(field) => field.max_length,
        FieldKind::MultilineText(field) => field.max_length,
        _ => return,
    };
    let (text, lost) = read(stated_default(props), place.foreign, max as usize);
    place.lost(lost, ("默认值", "the default"));
    if !text.zh.is_empty() && !text.en.is_empty() {
        place.partly("默认值的英文未导入", "The English of the default was left out");
    }
}

/// Labels and hints of which something is lost.
fn wording(props: &Value, place: &mut Place<'_>) {
    let labels = ["label", "title", "placeholder"].map(|name| (props.get(name), LABEL));
    let units = UNITS.iter().map(|name| (props.get(*name), UNIT));
    let slot = props.get("associationForm").and_then(|form| form.get("formTitle"));
    let told: Vec<_> = labels.into_iter().chain(units).chain([(slot, 100)]).collect();
    let hints = HINTS.iter().filter_map(|name| props.get(*name));
    if told.iter().filter_map(|(value, _)| *value).chain(hints).any(i18n::is_dangling) {
        place.partly(
            "多语言词条缺失，对应文字未导入",
            "A text refers to a list of texts that is not in the file",
        );
    }
    let each = told.iter().map(|(value, max)| lost(*value, place.foreign, *max));
    let all = each.fold(hint(props, place.foreign).1, Lost::or);
    place.lost(all, ("文字", "its texts"));
}

/// Reports what the form as a whole does on the other platform.
pub(super) fn of_form(definition: &Definition, place: &mut Place<'_>) {
    let content = &definition.content;
    if definition.kind == Kind::Process {
        place.left_out(
            "审批流程未导入，表单本身已导入",
            "The approval process was left out; the form itself is here",
        );
    }
    if let Some(script) = script(content.get("actions"), place) {
        place.left_out(
            format!("页面脚本未导入{}", script.zh),
            format!("The page's script was left out{}", script.en),
        );
    }
    if connects(content.get("config")) || definition.connects {
        place.left_out("连接器未导入", "Connectors were left out");
    }
    if definition.pages > 1 {
        let pages = definition.pages;
        place.note(
            Outcome::Replaced,
            format!("{pages} 个页面已合并为一个表单"),
            format!("{pages} pages became one form"),
        );
    }
    if definition.unused_texts > 0 {
        let count = definition.unused_texts;
        place.left_out(
            format!("有 {count} 个多语言词条没有被字段使用，未导入"),
            format!("{count} entries of the list of texts, used by no field, were left out"),
        );
    }
    if definition.roots.iter().any(speaks_other_language) {
        place.partly(
            "只导入中文和英文，其他语言的文字未导入",
            "Texts in languages beyond Chinese and English were left out",
        );
    }
    unknown_parts(definition, place);
    let mut told =
        Told { stock_script: is_stock_script(content.get("actions")), ..Told::default() };
    definition.roots.iter().for_each(|root| page_extras(root, &mut told, place));
    for (name, settings) in &told.settings {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        settings::list(
            &settings,
            &format!("布局组件 {name} 的设置未导入："),
            &format!("Settings of the layout component {name} were left out: "),
            place,
        );
    }
}

fn speaks_other_language(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(speaks_other_language),
        Value::Object(object) => {
            i18n::has_other_language(value) || object.values().any(speaks_other_language)
        }
        _ => false,
    }
}

/// What stands beside the pages under names that nobody here knows.
fn unknown_parts(definition: &Definition, place: &mut Place<'_>) {
    const KNOWN: &[&str] = &[
        "actions",
        "config",
        "css",
        "formLabel",
        "formName",
        "formTitle",
        "formType",
        "formUuid",
        "gmtCreate",
        "gmtModified",
        "i18n",
        "i18nData",
        "id",
        "name",
        "processCode",
        "schemaType",
        "schemaVersion",
        "status",
        "success",
        "title",
        "version",
    ];
    if definition.content.contains_key("componentName") {
        return;
    }
    let unknown: Vec<&str> = definition
        .content
        .iter()
        .filter(|(name, value)| !KNOWN.contains(&name.as_str()) && is_filled(value))
        .filter(|(name, value)| *name != "utils" || !is_stock_utils(value))
        .map(|(name, _)| name.as_str())
        .collect();
    settings::list(
        &unknown,
        "表单的其他设置未导入：",
        "Other settings of the form were left out: ",
        place,
    );
}

/// The helpers that the other platform puts beside each form itself.
fn is_stock_utils(utils: &Value) -> bool {
    let stock = |util: &Value| {
        let name = util.get("name").and_then(Value::as_str);
        matches!(name, Some("legaoBuiltin" | "yidaPlugin"))
    };
    utils.as_array().is_some_and(|utils| utils.iter().all(stock))
}

/// Validations of kinds that are not carried over.
fn unknown_rules(name: &str, props: &Value, place: &mut Place<'_>) {
    let rules = props.get("validation");
    let listed = || rules.and_then(Value::as_array).into_iter().flatten().take(50);
    let mut told = BTreeSet::new();
    for rule in listed() {
        let kind = place.word(rule.get("type").and_then(Value::as_str).unwrap_or("?"), 40);
        let carried = is_rule_carried(name, &kind) || is_stock_rule(name, rule);
        if !carried && told.insert(kind.clone()) {
            place.partly(
                format!("校验规则“{kind}”未导入"),
                format!("The validation “{kind}” was left out"),
            );
        }
    }
    if listed().any(|rule| rule.get("message").is_some_and(is_filled)) {
        place.partly(
            "校验的提示文字未导入，使用本系统的提示",
            "The words of its validations were left out; those of this system are shown",
        );
    }
    if rules.is_some_and(|rules| !rules.is_array() && is_filled(rules)) {
        place.partly("校验规则未导入", "Validations were left out");
    }
}

/// Each number has this rule; a number here is never as long.
fn is_stock_rule(name: &str, rule: &Value) -> bool {
    let is_25 = |param: &Value| param.as_u64() == Some(25) || param.as_str() == Some("25");
    name == "Number"
        && rule.get("type").and_then(Value::as_str) == Some("maxLength")
        && rule.get("param").is_some_and(is_25)
}

fn is_rule_carried(name: &str, kind: &str) -> bool {
    match kind {
        "required" => true,
        "maxLength" => matches!(name, "Text" | "Input" | "Textarea" | "TextArea"),
        "minValue" | "maxValue" | "min" | "max" => {
            matches!(name, "Number" | "Money" | "Amount" | "Currency")
        }
        // That multi-line text has no format is said where it is read.
        kind => {
            matches!(name, "Text" | "Input" | "Textarea" | "TextArea")
                && known_format(kind).is_some()
        }
    }
}

/// Whether there is anything in a setting.
pub(super) fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => {
            let text = object.get("type").and_then(Value::as_str) == Some("i18n");
            let ignored = object.get("ignored") == Some(&Value::Bool(true));
            let says = |name: &str| !(text && matches!(name, "type" | "use"));
            !ignored && object.iter().any(|(name, value)| says(name) && is_filled(value))
        }
    }
}

/// Whether a setting is an action, such as `onChange`.
pub(super) fn is_event(name: &str) -> bool {
    name == "__events"
        || name == "events"
        || name.strip_prefix("on").is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

fn has_events(props: &Value) -> bool {
    props
        .as_object()
        .is_some_and(|props| props.iter().any(|(name, value)| is_event(name) && is_filled(value)))
}

fn has_condition(node: &Value) -> bool {
    node.get("condition").is_some_and(|c| !matches!(c, Value::Bool(_) | Value::Null))
        || node.get("conditionGroup").is_some_and(is_filled)
}

fn source(actions: &Value) -> Option<&str> {
    actions.get("module")?.get("source")?.as_str()
}

/// Whether a page script only greets in the browser's console, as it does before anybody writes
/// one.
fn is_stock_script(actions: Option<&Value>) -> bool {
    const STOCK: &str =
        "exportfunctiondidMount(){console.log(`「页面JS」：当前页面地址${location.href}`);}";
    let source = actions.and_then(source).unwrap_or_default();
    let uncommented = source.split("*/").map(|part| part.split("/*").next().unwrap_or_default());
    let code: String = uncommented
        .flat_map(str::lines)
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .take(STOCK.len())
        .collect();
    code == STOCK
}

/// What is said of a page script: its functions, where they are listed.
fn script(actions: Option<&Value>, place: &Place<'_>) -> Option<Text> {
    let actions = actions.filter(|actions| !is_stock_script(Some(actions)))?;
    let source = source(actions);
    let named: Vec<String> = actions
        .get("list")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(8)
        .filter_map(|item| Some(place.word(item.get("id")?.as_str()?, 40)))
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

/// What was said already of a page, so that it is said once.
#[derive(Default)]
struct Told {
    lines: BTreeSet<&'static str>,
    /// Settings of layout that are lost, by the component's name.
    settings: BTreeMap<String, BTreeSet<String>>,
    /// Whether what the page does once it is there does nothing.
    stock_script: bool,
}

impl Told {
    fn replaced(&mut self, place: &mut Place<'_>, zh: &'static str, en: &'static str) {
        if self.lines.insert(zh) {
            place.note(Outcome::Replaced, zh, en);
        }
    }

    fn left_out(&mut self, place: &mut Place<'_>, zh: &'static str, en: &'static str) {
        if self.lines.insert(zh) {
            place.left_out(zh, en);
        }
    }

    fn partly(&mut self, place: &mut Place<'_>, zh: &'static str, en: &'static str) {
        if self.lines.insert(zh) {
            place.partly(zh, en);
        }
    }
}

/// What a page has beside its fields: data sources, steps around submitting, the way it is laid out.
fn page_extras(node: &Value, told: &mut Told, place: &mut Place<'_>) {
    let name = name_of(node);
    if name.ends_with("Field") {
        return;
    }
    let sources = node.get("dataSource");
    if ["offline", "online", "list"].iter().any(|name| {
        sources.and_then(|s| s.get(*name)).and_then(Value::as_array).is_some_and(|s| !s.is_empty())
    }) {
        told.left_out(place, "页面数据源未导入", "The page's data sources were left out");
    }
    let cycles = node.get("lifeCycles").and_then(Value::as_object);
    let stock = |cycle: &str, action: &Value| {
        let calls = action.get("name").and_then(Value::as_str);
        cycle == "constructor"
            || told.stock_script && cycle == "componentDidMount" && calls == Some("didMount")
    };
    if cycles.is_some_and(|all| all.iter().any(|(n, v)| !stock(n, v) && is_filled(v))) {
        told.left_out(
            place,
            "页面生命周期动作未导入",
            "Actions of the page's life cycle were left out",
        );
    }
    let css = node.get("css").and_then(Value::as_str).unwrap_or_default();
    if css.matches('{').count() > 1 {
        told.left_out(place, "自定义样式未导入", "Custom styles were left out");
    }
    let props = node.get("props").unwrap_or(&Value::Null);
    if has_events(props) {
        told.left_out(
            place,
            "页面和布局上的动作（脚本）未导入",
            "Actions (scripts) on the page and its layout were left out",
        );
    }
    if has_condition(node) || props.get("behavior").is_some_and(Value::is_object) {
        told.left_out(
            place,
            "分组和布局的显示条件未导入，其中的字段始终显示",
            "Conditions for showing groups were left out; their fields are always shown",
        );
    }
    let columns = props.get("columns").and_then(Value::as_u64).unwrap_or(1);
    let beside = name == "ColumnsLayout" && children(node).count() > 1;
    if beside || name.starts_with("Tabs") || name == "FormContainer" && columns > 1 {
        told.replaced(
            place,
            "分栏和标签页改为从上到下排列",
            "Columns and tabs were laid out from top to bottom",
        );
    }
    if name == "FormContainer" {
        container(props, told, place);
    }
    if is_layout(name) {
        layout(name, node, props, told, place);
    }
    for child in children(node) {
        page_extras(child, told, place);
    }
}

/// What is lost of components that arrange others.
fn layout(name: &str, node: &Value, props: &Value, told: &mut Told, place: &mut Place<'_>) {
    if props.get("visibility").and_then(Value::as_array).is_some_and(|v| v.len() == 1) {
        told.partly(
            place,
            "分组和布局在电脑和手机上都会显示",
            "Groups and layout are shown on desks and phones alike",
        );
    }
    if access(props) == Access::ReadOnly {
        told.partly(
            place,
            "分组的只读状态未导入，其中的字段可以填写",
            "That groups are read-only was left out; their fields can be filled in",
        );
    }
    if node.get("loop").is_some_and(is_filled) {
        told.partly(
            place,
            "循环渲染未导入",
            "Showing parts once for each item of a list was left out",
        );
    }
    let lost = settings::of_layout(props, &place.form_title);
    if !lost.is_empty() {
        let lost = lost.into_iter().map(str::to_owned);
        told.settings.entry(place.word(name, 60)).or_default().extend(lost);
    }
}

/// What the container of a form's fields is set to.
fn container(props: &Value, told: &mut Told, place: &mut Place<'_>) {
    let steps = ["beforeSubmit", "afterSubmit", "afterFormDataInit", "onProcessActionValidate"];
    if steps.iter().any(|step| props.get(*step).is_some_and(is_filled)) {
        told.left_out(place, "提交前后的动作未导入", "Actions around submitting were left out");
    }
    let words = [("submitText", "提交"), ("stageText", "暂存"), ("submitAndNewText", "提交并继续")];
    let own = |(name, stock): &(&str, &str)| {
        let words = text(props.get(*name), &Foreign::new(), 100);
        !words.zh.is_empty() && words.zh != *stock
    };
    if words.iter().any(own) {
        told.left_out(place, "按钮上的文字未导入", "The words on the buttons were left out");
    }
    if props.get("aiFormConfig").and_then(|ai| ai.get("systemPrompt")).is_some_and(is_filled) {
        told.left_out(place, "AI 填表设置未导入", "Settings for filling in by AI were left out");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_is_told_from_what_is_not() {
        for empty in [
            json!(null),
            json!(""),
            json!([]),
            json!({"a": []}),
            json!(false),
            json!({"type": "i18n", "zh_CN": ""}),
            json!({"ignored": true}),
        ] {
            assert!(!is_filled(&empty), "{empty}");
        }
        for filled in [json!("x"), json!([1]), json!({"a": {"b": "c"}}), json!(true)] {
            assert!(is_filled(&filled), "{filled}");
        }
    }
}
