//! Walks through a component tree and drafts the form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    fields::{at_most, kind, whole},
    limits, problems,
    read::{Definition, Kind, TITLES},
    report::{Place, Report},
    texts::{Foreign, Lost, lost, placeholder, read, shared_english, text, without_stock},
};
use crate::{
    application::{Access, Field, FieldKind, FieldPath, FormDocument, Key, SubTable},
    lang::{Lang, Text},
    problem::Problem,
};

/// A form as far as it can be made from its own definition.
pub(super) struct Draft {
    /// Its key in the app.
    pub key: Key,
    /// The file it came from.
    pub file: String,
    /// Its id on the other platform.
    pub id: Option<String>,
    /// The form.
    pub document: FormDocument,
    /// Where its fields went, by their ids on the other platform.
    pub fields: BTreeMap<String, Key>,
    /// Its associations.
    pub links: Vec<Link>,
}

/// An association, in ids of the other platform.
pub(super) struct Link {
    /// Which field it is.
    pub path: FieldPath,
    /// The form it leads to.
    pub form: String,
    /// The fields by which that form's records are shown.
    pub display: Vec<String>,
}

/// What stands in a component tree, once layout is taken away.
enum Found<'a> {
    Field { name: &'a str, node: &'a Value, label: Text, hidden: bool },
    Heading { title: Text, hint: Text },
}

/// Drafts the form of one definition.
pub(super) fn draft(
    definition: &Definition,
    foreign: &Foreign,
    taken: &BTreeSet<String>,
    report: &mut Report,
) -> Result<Draft, Problem> {
    match definition.kind {
        Kind::Failed => return Err(problems::failed_answer(&definition.file)),
        Kind::Page => return Err(problems::not_a_form_page(&definition.file)),
        Kind::Form | Kind::Process => {}
    }
    if definition.roots.is_empty() {
        return Err(problems::not_a_form(&definition.file));
    }
    let (title, title_lost) = titled(definition, foreign);
    let key = Key::derive(&title, "form", |key| taken.contains(key));
    let mut labels = BTreeMap::new();
    definition.roots.iter().for_each(|root| note_labels(root, foreign, &mut labels));
    let place = Place {
        report,
        foreign,
        labels,
        form: key.clone(),
        form_title: title.clone(),
        table: None,
        field: None,
        label: Text::default(),
    };
    let mut walk = Walk { foreign, place, fields: BTreeMap::new(), links: Vec::new() };
    walk.place.lost(title_lost, ("标题", "the title"));
    limits::of_form(definition, &mut walk.place);
    let mut found = Vec::new();
    definition.roots.iter().for_each(|root| walk.flatten(root, false, &mut found));
    walk.part_english(&mut found);
    let mut document = FormDocument::titled(title);
    document.description = walk.description(&definition.roots);
    document.fields = walk.list(&found, FormDocument::FIELD_LIMIT, None);
    if document.value_fields().next().is_none() {
        return Err(problems::no_fields(&definition.file));
    }
    let Walk { fields, links, .. } = walk;
    Ok(Draft {
        key,
        file: definition.file.clone(),
        id: definition.id.clone(),
        document,
        fields,
        links,
    })
}

/// The form's title.
pub(super) fn title(definition: &Definition, foreign: &Foreign) -> Text {
    titled(definition, foreign).0
}

/// The form's title: its own label, else a name beside the pages or around them, else the page's
/// title, else the file's name.
fn titled(definition: &Definition, foreign: &Foreign) -> (Text, Lost) {
    let within = |component: &str, name: &str| {
        definition.roots.iter().find_map(|root| find_title(root, component, name, foreign))
    };
    let named = |value| Some(read(value, foreign, 100)).filter(|(title, _)| !title.is_empty());
    let beside = || TITLES.iter().find_map(|name| named(definition.content.get(*name)));
    within("FormContainer", "formLabel")
        .or_else(beside)
        .or_else(|| named(Some(&definition.name)))
        .or_else(|| within("Page", "titleName").filter(|(title, _)| !is_stock_title(title)))
        .unwrap_or_else(|| (file_title(&definition.file, foreign), Lost::default()))
}

fn find_title(
    node: &Value,
    component: &str,
    name: &str,
    foreign: &Foreign,
) -> Option<(Text, Lost)> {
    let own = node.get("props").filter(|_| name_of(node) == component);
    own.map(|props| read(props.get(name), foreign, 100))
        .filter(|(title, _)| !title.is_empty())
        .map(|(title, lost)| (without_stock(component, title), lost))
        .or_else(|| children(node).find_map(|child| find_title(child, component, name, foreign)))
}

/// What the other platform calls a page, and says of it, until somebody does.
pub(super) fn is_stock_title(title: &Text) -> bool {
    matches!(title.zh.as_ref(), "标题名称" | "标题描述" | "页面标题")
}

/// Notes what people call each field, so that formulas can be shown in their words.
fn note_labels(node: &Value, foreign: &Foreign, labels: &mut BTreeMap<String, Text>) {
    let id = node.get("props").and_then(|props| props.get("fieldId")).and_then(Value::as_str);
    if let Some(id) = id.filter(|_| name_of(node).ends_with("Field")) {
        labels.entry(id.to_owned()).or_insert_with(|| heading(node, foreign));
    }
    children(node).for_each(|child| note_labels(child, foreign, labels));
}

fn file_title(file: &str, foreign: &Foreign) -> Text {
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let stem =
        stem.strip_suffix("-schema").or_else(|| stem.strip_suffix("_schema")).unwrap_or(stem);
    let read = text(Some(&Value::String(stem.to_owned())), foreign, 100);
    if read.zh.chars().any(char::is_alphanumeric) {
        read
    } else {
        Text::of("未命名表单", "Untitled form")
    }
}

pub(super) fn name_of(node: &Value) -> &str {
    node.get("componentName").and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn children(node: &Value) -> impl Iterator<Item = &Value> {
    let own = node.get("children").map(listed).unwrap_or_default();
    let in_props = node.get("props").and_then(|props| props.get("children")).map(listed);
    own.into_iter().chain(in_props.unwrap_or_default())
}

fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().filter(|item| item.is_object()).collect(),
        Value::Object(_) => vec![value],
        _ => Vec::new(),
    }
}

/// Components that only arrange others.
pub(super) fn is_layout(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "Page",
        "RootHeader",
        "RootContent",
        "RootFooter",
        "Div",
        "Block",
        "Row",
        "Col",
        "Column",
        "Columns",
        "Tabs",
        "Grid",
        "Cell",
        "Slot",
        "Fragment",
    ];
    const ENDS: &[&str] = &["Layout", "Container", "Panel"];
    NAMES.contains(&name) || is_group(name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Components that arrange others under a title.
fn is_group(name: &str) -> bool {
    const NAMES: &[&str] = &["Tab", "TabPane", "Card", "Collapse", "Group", "FormGroup"];
    NAMES.contains(&name) || name.contains("Section")
}

/// What a form can do without and nobody misses.
fn is_silent(name: &str) -> bool {
    matches!(name, "" | "FooterYida" | "Footer" | "PageHeader")
}

struct Walk<'a> {
    foreign: &'a Foreign,
    place: Place<'a>,
    fields: BTreeMap<String, Key>,
    links: Vec<Link>,
}

impl<'a> Walk<'a> {
    /// What the page says below its title, where it shows one.
    fn description(&mut self, roots: &[Value]) -> Text {
        let page = roots.iter().find(|root| name_of(root) == "Page");
        let props = page.and_then(|page| page.get("props"));
        let props = props.filter(|props| props.get("showTitle") != Some(&Value::Bool(false)));
        let (said, lost) =
            read(props.and_then(|props| props.get("titleDesc")), self.foreign, 2_000);
        if is_stock_title(&said) {
            return Text::default();
        }
        self.place.lost(lost, ("说明", "the description"));
        without_stock("Page", said)
    }

    /// The title of a part of the form.
    fn part(&mut self, title: Text, node: &'a Value, found: &mut Vec<Found<'a>>) {
        let props = node.get("props").unwrap_or(&Value::Null);
        let (hint, hint_lost) = hint(props, self.foreign);
        let told = ["label", "title"].map(|name| lost(props.get(name), self.foreign, LABEL));
        self.place.label = title.clone();
        self.place
            .lost(told.into_iter().fold(hint_lost, Lost::or), ("分组的文字", "a group's texts"));
        self.place.label = Text::default();
        found.push(Found::Heading { title, hint });
    }

    /// Takes layout away. The depth is bounded by the JSON parser's.
    fn flatten(&mut self, node: &'a Value, hidden: bool, found: &mut Vec<Found<'a>>) {
        let name = name_of(node);
        let hidden = hidden || is_hidden(node);
        let field = name.strip_suffix("Field").filter(|field| !field.is_empty());
        if let Some(name) = field.or(Some(name).filter(|name| *name == "Divider")) {
            let label = heading(node, self.foreign);
            found.push(Found::Field { name, node, label, hidden });
            return;
        }
        if is_layout(name) {
            let title = heading(node, self.foreign);
            if !title.is_empty() && !hidden && !matches!(name, "Page" | "FormContainer") {
                self.part(title, node, found);
            }
        } else if !is_silent(name) {
            self.place.label = heading(node, self.foreign);
            let what = self.place.word(name, 60);
            self.place.left_out(
                format!("组件 {what} 不是字段，未导入"),
                format!("The component {what} is not a field and was left out"),
            );
            self.place.label = Text::default();
        }
        for child in children(node) {
            self.flatten(child, hidden, found);
        }
    }

    /// Drops the English of fields and groups that differ in Chinese only.
    fn part_english(&mut self, found: &mut [Found<'a>]) {
        let shared = shared_english(found.iter().map(|item| match item {
            Found::Field { label, .. } | Found::Heading { title: label, .. } => label,
        }));
        for item in found.iter_mut() {
            let (Found::Field { label, .. } | Found::Heading { title: label, .. }) = item;
            if shared.contains(label.en.as_ref()) {
                *label = Text::new(label.zh.clone(), "");
            }
        }
        if !shared.is_empty() {
            self.place.partly(
                "几个中文不同的字段英文相同，这样的英文未导入",
                "Fields that differ in Chinese had the same English; it was left out",
            );
        }
    }

    /// The fields of a form or the columns of a sub-table.
    fn list(&mut self, found: &[Found<'a>], limit: usize, table: Option<&Key>) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        let mut keys: BTreeSet<String> = BTreeSet::new();
        let mut beyond = 0_usize;
        for item in found {
            if fields.len() >= limit {
                beyond += 1;
                continue;
            }
            let field = match item {
                Found::Heading { .. } if table.is_some() => None,
                Found::Heading { title, hint } => {
                    let key = Key::derive(title, "divider", |key| keys.contains(key));
                    let divider = Field::new(key, title.clone(), FieldKind::Divider);
                    Some(Field { hint: hint.clone(), ..divider })
                }
                Found::Field { name, node, label, hidden } => {
                    let field = self.field(name, node, label.clone(), &keys, table);
                    let hide = |field| Field { access: Access::Hidden, ..field };
                    if *hidden { field.map(hide) } else { field }
                }
            };
            if let Some(field) = field {
                keys.insert(field.key.to_string());
                fields.push(field);
            }
        }
        if beyond > 0 {
            (self.place.field, self.place.label) = (None, Text::default());
            self.place.left_out(
                format!("字段太多，有 {beyond} 个未导入"),
                format!("Too many fields; {beyond} were left out"),
            );
        }
        fields
    }

    fn field(
        &mut self,
        name: &str,
        node: &'a Value,
        label: Text,
        keys: &BTreeSet<String>,
        table: Option<&Key>,
    ) -> Option<Field> {
        static NOTHING: Value = Value::Null;
        let props = node.get("props").unwrap_or(&NOTHING);
        let code = fallback_code(name);
        let key = Key::derive(&label, code, |key| keys.contains(key));
        self.place.table = table.cloned();
        self.place.label = label.clone();
        self.place.field = None;
        if name == "Table" && table.is_some() {
            self.place
                .left_out("子表单中不能再有子表单", "A sub-table cannot hold another sub-table");
            return None;
        }
        self.place.field = Some(key.clone());
        let kind = if name == "Table" {
            self.sub_table(&key, &label, props, node)
        } else {
            let made = kind(name, props, &label, self.foreign, &mut self.place);
            let fits = made.filter(|kind| table.is_none() || kind.fits_sub_table());
            let Some(kind) = fits else {
                self.place.field = None;
                let what = self.place.word(name, 60);
                self.place.left_out(
                    format!("没有与 {what} 相近的字段类型"),
                    format!("There is no kind of field near to {what}"),
                );
                return None;
            };
            kind
        };
        let label = self.named(label, &kind);
        let access = self.access(props, &kind);
        let field = Field {
            hint: hint(props, self.foreign).0,
            placeholder: placeholder(props.get("placeholder"), self.foreign),
            required: is_required(props),
            access,
            key: key.clone(),
            label,
            kind,
        };
        limits::of_field(name, node, props, &field, &mut self.place);
        self.remember(props, &field, table);
        Some(field)
    }

    fn named(&mut self, label: Text, kind: &FieldKind) -> Text {
        if !label.is_empty() || matches!(kind, FieldKind::Divider) {
            return label;
        }
        self.place.partly(
            "原字段没有名称，已按类型命名",
            "The field had no label; it is named after its kind",
        );
        kind.label()
    }

    /// Who fills in a field. Formulas, rules and scripts stay behind; what only they filled in would
    /// stay empty for ever if people might not.
    fn access(&mut self, props: &Value, kind: &FieldKind) -> Access {
        match access(props) {
            Access::ReadOnly if !limits::fills_itself(kind) => {
                self.place.partly(
                    "只读已取消：原由公式、填充规则或脚本填写，现由人填写",
                    "No longer read-only: a formula, a rule or a script filled it in; now people do",
                );
                Access::Normal
            }
            access => access,
        }
    }

    /// Notes the field's id, and where an association leads.
    fn remember(&mut self, props: &Value, field: &Field, table: Option<&Key>) {
        let id = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        if table.is_none()
            && let Some(id) = id(props.get("fieldId"))
        {
            self.fields.entry(id).or_insert_with(|| field.key.clone());
        }
        let Some(target) = props.get("associationForm") else { return };
        if let (FieldKind::Association(_), Some(form)) = (&field.kind, id(target.get("formUuid"))) {
            let chosen = target.get("tableShowType").and_then(Value::as_str).unwrap_or("custom");
            let others = target.get("customTableFields").filter(|_| chosen == "custom");
            let others = others.and_then(Value::as_array);
            let others = others.into_iter().flatten().take(20);
            let others = others.filter_map(|o| id(Some(o)).or_else(|| id(o.get("fieldId"))));
            let named = ["mainFieldId", "subFieldId"].map(|name| id(target.get(name)));
            let display = named.into_iter().flatten().filter(|id| !id.is_empty()).chain(others);
            let path = FieldPath { table: table.cloned(), key: field.key.clone() };
            self.links.push(Link { path, form, display: display.collect() });
        }
    }

    fn sub_table(&mut self, key: &Key, label: &Text, props: &Value, node: &'a Value) -> FieldKind {
        let mut found = Vec::new();
        for child in children(node) {
            self.flatten(child, false, &mut found);
        }
        self.part_english(&mut found);
        let columns = self.list(&found, 100, Some(key));
        self.place.table = None;
        self.place.field = Some(key.clone());
        self.place.label = label.clone();
        let (limit, stated) = (SubTable::ROW_LIMIT, whole(props.get("maxItems")));
        let max_rows =
            at_most(limit, stated, limit, ("行数的上限", "The number of rows"), &mut self.place);
        // One row is what the other platform shows at first, not what it demands.
        let min_rows = whole(props.get("minItems")).filter(|n| *n > 1).unwrap_or(0);
        let min_rows = u32::try_from(min_rows).unwrap_or(limit).min(max_rows);
        FieldKind::SubTable(SubTable { columns, min_rows, max_rows, retired: Vec::new() })
    }
}

/// A readable key where the label cannot be spelled.
fn fallback_code(name: &str) -> &'static str {
    match name {
        "Table" => "items",
        "Number" | "Rate" | "Money" | "Slider" | "Progress" => "number",
        "Date" => "date",
        "CascadeDate" => "period",
        "Employee" | "User" | "Member" => "member",
        "Attachment" | "File" => "files",
        "Image" | "Photo" | "DigitalSignature" => "images",
        "AssociationForm" => "related",
        "SerialNumber" => "serial_number",
        "Radio" | "Checkbox" | "Select" | "MultiSelect" => "choice",
        "Divider" => "divider",
        _ => "text",
    }
}

/// What a component is called: its label, or its title; nothing where that is not shown.
fn heading(node: &Value, foreign: &Foreign) -> Text {
    let props = node.get("props");
    let shown = |name: &str| props.and_then(|props| props.get(name)) != Some(&Value::Bool(false));
    if !shown("showTitle") || !shown("showHeader") {
        return Text::default();
    }
    let label = ["label", "title"]
        .iter()
        .map(|name| text(props.and_then(|props| props.get(*name)), foreign, LABEL))
        .find(|text| !text.is_empty());
    without_stock(name_of(node), label.unwrap_or_default())
}

/// The most characters of a label, and of a hint.
pub(super) const LABEL: usize = 200;
const HINT: usize = 1_000;

/// All that is said below a field or a title, or shown at it, and what of it gets lost.
pub(super) fn hint(props: &Value, foreign: &Foreign) -> (Text, Lost) {
    let kind = props.get("labelTipsTypes").and_then(Value::as_str);
    let mut said: Vec<Text> = Vec::new();
    let mut lost = Lost::default();
    for name in HINTS.iter().filter(|name| **name != "labelTipsText" || kind != Some("none")) {
        let (text, of_this) = read(props.get(*name), foreign, HINT);
        lost = lost.or(of_this);
        if !text.is_empty() && !said.contains(&text) {
            said.push(text);
        }
    }
    if said.len() < 2 {
        return (said.pop().unwrap_or_default(), lost);
    }
    let mut joined = |lang: Lang| {
        let all: Vec<&str> = said.iter().map(|text| text.get(lang)).collect();
        let all = all.join(" ");
        lost.cut |= all.chars().count() > HINT;
        all.chars().take(HINT).collect::<String>()
    };
    let (zh, en) = (joined(Lang::Zh), joined(Lang::En));
    let text = if en == zh { Text::new(zh, "") } else { Text::new(zh, en) };
    (text, lost)
}

/// Where the words for a hint stand.
pub(super) const HINTS: &[&str] = &["tips", "hint", "labelTipsText", "description", "tooltip"];

/// Whether a component, and all in it, is never shown.
fn is_hidden(node: &Value) -> bool {
    let props = node.get("props").unwrap_or(&Value::Null);
    node.get("condition") == Some(&Value::Bool(false)) || access(props) == Access::Hidden
}

fn is_required(props: &Value) -> bool {
    let rules = props.get("validation").and_then(Value::as_array);
    let rule = |rule: &Value| rule.get("type").and_then(Value::as_str) == Some("required");
    rules.is_some_and(|rules| rules.iter().any(rule))
        || props.get("required") == Some(&Value::Bool(true))
}

pub(super) fn access(props: &Value) -> Access {
    let behaviour = props.get("behavior").and_then(Value::as_str).unwrap_or("NORMAL");
    let nowhere = props.get("visibility").and_then(Value::as_array).is_some_and(Vec::is_empty);
    match behaviour.to_ascii_uppercase().as_str() {
        "HIDDEN" => Access::Hidden,
        _ if nowhere => Access::Hidden,
        "READONLY" | "READ_ONLY" | "DISABLED" | "PREVIEW" => Access::ReadOnly,
        _ => Access::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fall_back_to_the_files_name() {
        let read = |file: &str| file_title(file, &Foreign::new()).get(Lang::Zh).to_owned();
        assert_eq!(read("contract-schema.json"), "contract");
        assert_eq!(read("….json"), "未命名表单");
    }
}
