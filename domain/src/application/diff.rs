//! The difference between two versions of an app, property by property, for people (Source: APP-5).

use std::collections::BTreeMap;

use super::{
    choice::Choices,
    document::{ComponentKind, Document},
    field::{Association, AssociationTarget, DateDefault, Field, FieldKind, Files},
    form::FormDocument,
    key::Key,
    navigation::{NavigationDocument, NavigationEntry},
    serial::{SerialField, SerialPart},
    tree::Tree,
};
use crate::{
    codes,
    lang::{Lang, Text},
};

codes! {
    /// What happened to something.
    ChangeKind {
        /// It is new.
        Added = "added", "新增", "Added";
        /// It is gone.
        Removed = "removed", "删除", "Removed";
        /// It is different.
        Changed = "changed", "修改", "Changed";
    }
}

/// One difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// Where: `items.price`; empty for the component itself.
    pub path: String,
    /// What people call the place: the field's label.
    pub subject: Text,
    /// Which property; empty where the whole thing was added or removed.
    pub property: Text,
    /// What it was.
    pub before: Text,
    /// What it is now.
    pub after: Text,
}

/// What happened to one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentChange {
    /// What happened.
    pub kind: ChangeKind,
    /// What it is.
    pub component: ComponentKind,
    /// Its name in the app.
    pub key: Key,
    /// What people call it.
    pub title: Text,
    /// In detail; empty where the whole component was added or removed.
    pub changes: Vec<Change>,
}

/// What differs between two versions of an app, by component.
pub fn diff_trees(before: &Tree, after: &Tree) -> Vec<ComponentChange> {
    let mut keys: Vec<&Key> =
        before.components().chain(after.components()).map(|(k, _)| k).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .filter_map(|key| {
            let (old, new) = (before.get(key.as_str()), after.get(key.as_str()));
            let (kind, shown, changes) = match (old, new) {
                (Some(old), Some(new)) if old != new => (ChangeKind::Changed, new, diff(old, new)),
                (None, Some(new)) => (ChangeKind::Added, new, Vec::new()),
                (Some(old), None) => (ChangeKind::Removed, old, Vec::new()),
                _ => return None,
            };
            let (component, title) = (shown.kind(), shown.title());
            Some(ComponentChange { kind, component, key: key.clone(), title, changes })
        })
        .collect()
}

/// What differs between two versions of a component.
pub fn diff(before: &Document, after: &Document) -> Vec<Change> {
    match (before, after) {
        (Document::Form(before), Document::Form(after)) => diff_forms(before, after),
        (Document::Navigation(before), Document::Navigation(after)) => {
            let (before, after) = (navigation_properties(before), navigation_properties(after));
            diff_properties("", &ComponentKind::Navigation.label(), &before, &after)
        }
        (before, after) => vec![Change {
            kind: ChangeKind::Changed,
            path: String::new(),
            subject: after.title(),
            property: Text::of("类型", "Kind"),
            before: before.kind().label(),
            after: after.kind().label(),
        }],
    }
}

fn diff_forms(before: &FormDocument, after: &FormDocument) -> Vec<Change> {
    let (old, new) = (form_properties(before), form_properties(after));
    let mut changes = diff_properties("", &after.title, &old, &new);
    diff_fields("", &after.title, &before.fields, &after.fields, &mut changes);
    changes
}

fn diff_fields(
    prefix: &str,
    owner: &Text,
    before: &[Field],
    after: &[Field],
    changes: &mut Vec<Change>,
) {
    let old: BTreeMap<&Key, &Field> = before.iter().map(|field| (&field.key, field)).collect();
    let new: BTreeMap<&Key, &Field> = after.iter().map(|field| (&field.key, field)).collect();
    let whole = |kind, field: &Field| Change {
        kind,
        path: format!("{prefix}{}", field.key),
        subject: named(field),
        property: Text::default(),
        before: if kind == ChangeKind::Removed { field.kind.label() } else { Text::default() },
        after: if kind == ChangeKind::Added { field.kind.label() } else { Text::default() },
    };
    let removed = before.iter().filter(|field| !new.contains_key(&field.key));
    changes.extend(removed.map(|field| whole(ChangeKind::Removed, field)));
    for field in after {
        let Some(held) = old.get(&field.key) else {
            changes.push(whole(ChangeKind::Added, field));
            continue;
        };
        let path = format!("{prefix}{}", field.key);
        let (properties, now) = (field_properties(held), field_properties(field));
        changes.extend(diff_properties(&path, &named(field), &properties, &now));
        if let (FieldKind::SubTable(held), FieldKind::SubTable(table)) = (&held.kind, &field.kind) {
            let prefix = format!("{path}.");
            diff_fields(&prefix, &named(field), &held.columns, &table.columns, changes);
        }
    }
    let order = |fields: &[Field], other: &BTreeMap<&Key, &Field>| -> Vec<Key> {
        fields.iter().filter(|f| other.contains_key(&f.key)).map(|f| f.key.clone()).collect()
    };
    if order(before, &new) != order(after, &old) {
        let labels = |fields: &[Field]| joined(fields.iter().map(named));
        changes.push(Change {
            kind: ChangeKind::Changed,
            path: prefix.trim_end_matches('.').to_owned(),
            subject: owner.clone(),
            property: Text::of("字段顺序", "Order of fields"),
            before: labels(before),
            after: labels(after),
        });
    }
}

fn named(field: &Field) -> Text {
    if field.label.is_empty() { field.kind.label() } else { field.label.clone() }
}

/// A property as people read it; the code tells properties of two versions together.
struct Property {
    code: String,
    name: Text,
    value: Text,
}

fn diff_properties(
    path: &str,
    subject: &Text,
    before: &[Property],
    after: &[Property],
) -> Vec<Change> {
    let find = |all: &[Property], code: &str| {
        all.iter().find(|property| property.code == code).map(|property| property.value.clone())
    };
    let gone = before.iter().filter(|property| find(after, &property.code).is_none());
    gone.chain(after)
        .filter_map(|property| {
            let old = find(before, &property.code).unwrap_or_default();
            let new = find(after, &property.code).unwrap_or_default();
            (old != new).then(|| Change {
                kind: match (old.is_empty(), new.is_empty()) {
                    (true, false) => ChangeKind::Added,
                    (false, true) => ChangeKind::Removed,
                    _ => ChangeKind::Changed,
                },
                path: path.to_owned(),
                subject: subject.clone(),
                property: property.name.clone(),
                before: old,
                after: new,
            })
        })
        .collect()
}

/// Collects the properties of one thing; what is empty is not listed.
#[derive(Default)]
struct Properties(Vec<Property>);

impl Properties {
    fn add(&mut self, code: impl Into<String>, zh: &str, en: &str, value: Text) {
        if !value.is_empty() {
            self.0.push(Property { code: code.into(), name: Text::new(zh, en), value });
        }
    }

    /// What people typed in two languages: whoever reads in one sees changes of the other, too.
    fn words(&mut self, code: impl Into<String>, zh: &str, en: &str, text: &Text) {
        let code = code.into();
        let (chinese, english) = (format!("{zh}（中文）"), format!("{en} (Chinese)"));
        self.add(format!("{code}.zh"), &chinese, &english, same(&text.zh));
        let (chinese, english) = (format!("{zh}（英文）"), format!("{en} (English)"));
        self.add(format!("{code}.en"), &chinese, &english, same(&text.en));
    }

    /// A value that reads the same in both languages.
    fn plain(&mut self, code: &str, zh: &str, en: &str, value: &str) {
        self.add(code, zh, en, same(value));
    }

    fn flag(&mut self, code: &str, zh: &str, en: &str, value: bool) {
        let text = if value { Text::of("是", "Yes") } else { Text::of("否", "No") };
        self.add(code, zh, en, text);
    }
}

fn same(text: &str) -> Text {
    Text::new(text, text)
}

fn joined(texts: impl Iterator<Item = Text>) -> Text {
    let (zh, en): (Vec<String>, Vec<String>) =
        texts.map(|text| (text.get(Lang::Zh).to_owned(), text.get(Lang::En).to_owned())).unzip();
    Text::new(zh.join("、"), en.join(", "))
}

fn form_properties(form: &FormDocument) -> Vec<Property> {
    let mut list = Properties::default();
    list.words("title", "名称", "Title", &form.title);
    list.words("description", "说明", "Description", &form.description);
    let label = |key: &Key| form.field(key.as_str()).map_or_else(|| same(key.as_str()), named);
    list.add("columns", "列表列", "List columns", joined(form.columns.iter().map(label)));
    list.0
}

fn navigation_properties(navigation: &NavigationDocument) -> Vec<Property> {
    let mut list = Properties::default();
    let lines = navigation.entries.iter().map(|entry| match entry {
        NavigationEntry::Form { form } => same(form.as_str()),
        NavigationEntry::Group { key, .. } => same(&format!("[{key}]")),
    });
    list.add("entries", "条目", "Entries", joined(lines));
    for entry in &navigation.entries {
        if let NavigationEntry::Group { key, title, forms } = entry {
            list.words(format!("{key}.title"), "分组名称", "Group title", title);
            let forms = joined(forms.iter().map(|form| same(form.as_str())));
            list.add(format!("{key}.forms"), "分组中的表单", "Forms of the group", forms);
        }
    }
    list.0
}

fn field_properties(field: &Field) -> Vec<Property> {
    let mut list = Properties::default();
    list.words("label", "标签", "Label", &field.label);
    list.words("hint", "提示", "Hint", &field.hint);
    list.words("placeholder", "占位提示", "Placeholder", &field.placeholder);
    list.flag("required", "必填", "Required", field.required);
    list.add("access", "状态", "Access", field.access.label());
    list.add("type", "类型", "Kind", field.kind.label());
    kind_properties(&field.kind, &mut list);
    list.0
}

fn kind_properties(kind: &FieldKind, list: &mut Properties) {
    match kind {
        FieldKind::Text(kind) => {
            list.plain("max_length", "最大长度", "Maximum length", &kind.max_length.to_string());
            list.add("format", "格式", "Format", kind.format.label());
            list.plain("default", "默认值", "Default", &kind.default);
        }
        FieldKind::MultilineText(kind) => {
            list.plain("max_length", "最大长度", "Maximum length", &kind.max_length.to_string());
            list.plain("rows", "行数", "Lines", &kind.rows.to_string());
            list.plain("default", "默认值", "Default", &kind.default);
        }
        FieldKind::Number(kind) => {
            let number =
                |n: Option<crate::decimal::Decimal>| n.map(|n| n.to_string()).unwrap_or_default();
            list.words("unit", "单位", "Unit", &kind.unit);
            list.plain("decimals", "小数位数", "Decimals", &kind.decimals.to_string());
            list.plain("min", "最小值", "Minimum", &number(kind.min));
            list.plain("max", "最大值", "Maximum", &number(kind.max));
            list.flag("thousands", "千分位", "Thousands separators", kind.thousands);
            list.plain("default", "默认值", "Default", &number(kind.default));
        }
        FieldKind::SerialNumber(serial) => serial_properties(serial, list),
        FieldKind::Radio(choices)
        | FieldKind::Checkbox(choices)
        | FieldKind::Select(choices)
        | FieldKind::MultiSelect(choices) => choice_properties(choices, list),
        FieldKind::Date(kind) => {
            list.flag("with_time", "含时间", "With time", kind.with_time);
            list.add("default", "默认值", "Default", date_default(kind.default));
        }
        FieldKind::DateRange(kind) => {
            list.flag("with_time", "含时间", "With time", kind.with_time);
            let (from, to) = (date_default(kind.default_from), date_default(kind.default_to));
            list.add("default_from", "默认开始", "Start by default", from);
            list.add("default_to", "默认结束", "End by default", to);
        }
        FieldKind::Member(kind) => {
            list.flag("multiple", "多选", "Several", kind.multiple);
            list.flag(
                "default_self",
                "默认填写人",
                "Whoever fills in by default",
                kind.default_self,
            );
        }
        FieldKind::Attachment(files) | FieldKind::Image(files) => file_properties(files, list),
        FieldKind::SubTable(table) => {
            list.plain("min_rows", "最少行数", "Rows at least", &table.min_rows.to_string());
            list.plain("max_rows", "最多行数", "Rows at most", &table.max_rows.to_string());
        }
        FieldKind::Association(association) => association_properties(association, list),
        FieldKind::Divider => {}
    }
}

fn date_default(default: DateDefault) -> Text {
    match default {
        DateDefault::Empty => Text::default(),
        DateDefault::Today => Text::of("当天", "Today"),
        DateDefault::Fixed(when) => same(&when.shown()),
    }
}

fn serial_properties(serial: &SerialField, list: &mut Properties) {
    let part = |part: &SerialPart| match part {
        SerialPart::Fixed { text } => text.clone(),
        SerialPart::Date { pattern } => format!("{{{}}}", pattern.code()),
        SerialPart::Counter { digits, start } => {
            format!("{{{start:0width$}}}", width = usize::from(*digits).min(18))
        }
    };
    let parts: String = serial.parts.iter().map(part).collect();
    list.plain("parts", "编号规则", "Numbering", &parts);
    list.add("reset", "重置", "Starts anew", serial.reset.label());
}

fn choice_properties(choices: &Choices, list: &mut Properties) {
    for option in choices.offered() {
        list.words(format!("option.{}", option.key), "选项", "Option", &option.label);
    }
    let order = joined(choices.offered().map(|option| same(option.key.as_str())));
    list.add("order", "选项顺序", "Order of options", order);
    list.flag("other", "可填写其他", "Something else allowed", choices.other);
    let label = |key: &Key| choices.find(key.as_str()).map(|option| option.label.clone());
    list.add("default", "默认值", "Default", joined(choices.default.iter().filter_map(label)));
}

fn file_properties(files: &Files, list: &mut Properties) {
    list.plain("max_count", "最多文件数", "Files at most", &files.max_count.to_string());
    let bytes = files.max_bytes;
    let size = if bytes.is_multiple_of(1024 * 1024) {
        format!("{} MB", bytes / (1024 * 1024))
    } else {
        format!("{} KB", bytes.div_ceil(1024))
    };
    list.plain("max_bytes", "单个文件大小", "Size of each file", &size);
}

fn association_properties(association: &Association, list: &mut Properties) {
    let target = match &association.target {
        AssociationTarget::Form(form) => same(form.as_str()),
        AssociationTarget::Slot(_) => Text::of("（未指定）", "(not chosen)"),
    };
    list.add("target", "关联表单", "Associated form", target);
    let display = joined(association.display.iter().map(|key| same(key.as_str())));
    list.add("display", "显示字段", "Fields shown", display);
    list.flag("multiple", "多选", "Several", association.multiple);
}
