//! Whether an app holds together: every key resolves, and every field can be used (Source: ORD-4).

use std::collections::BTreeSet;

use super::{
    choice::Choices,
    document::Document,
    field::{
        Association, AssociationTarget, DateDefault, DateRangeField, Field, FieldKind, Files,
        MultilineField, NumberField, SubTable, TextField,
    },
    form::FormDocument,
    key::Key,
    navigation::{NavigationDocument, NavigationEntry},
    serial::{DatePattern, Reset, SerialField, SerialPart},
    tree::Tree,
};
use crate::{
    decimal::Decimal,
    file::MEGABYTES,
    lang::Text,
    problem::{FieldProblem, Kind, Problem},
};

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The app cannot be released like this.
    Incomplete,
    /// It cannot even be saved like this.
    Invalid,
}

/// Something that is wrong with an app, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable, for programs and tests: `dangling_form`.
    pub code: &'static str,
    /// Where: `contract.items.price`.
    pub at: String,
    /// What, in words.
    pub text: Text,
}

/// Collects findings while walking through an app.
struct Walk {
    found: Vec<Finding>,
}

impl Walk {
    fn add(&mut self, severity: Severity, code: &'static str, at: &str, text: Text) {
        self.found.push(Finding { severity, code, at: at.to_owned(), text });
    }

    fn invalid(&mut self, code: &'static str, at: &str, zh: &'static str, en: &'static str) {
        self.add(Severity::Invalid, code, at, Text::of(zh, en));
    }

    fn incomplete(&mut self, code: &'static str, at: &str, zh: &'static str, en: &'static str) {
        self.add(Severity::Incomplete, code, at, Text::of(zh, en));
    }

    fn unique<'a>(&mut self, at: &str, keys: impl Iterator<Item = &'a Key>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            if !seen.insert(key) {
                let text =
                    Text::new(format!("标识 {key} 重复"), format!("The key {key} occurs twice"));
                self.add(Severity::Invalid, "duplicate_key", at, text);
            }
        }
    }

    fn text(&mut self, at: &str, text: &Text, required: bool, max: usize) {
        if required && text.is_empty() {
            self.invalid("unnamed", at, "请填写名称", "Give it a name");
        }
        if [&text.zh, &text.en].iter().any(|text| text.chars().count() > max) {
            let sentence =
                Text::new(format!("文字最多 {max} 个字"), format!("At most {max} characters"));
            self.add(Severity::Invalid, "too_long", at, sentence);
        }
    }
}

impl Tree {
    /// The most forms in an app.
    pub const FORM_LIMIT: usize = 500;

    /// Everything wrong with the app or worth knowing about it.
    pub fn findings(&self) -> Vec<Finding> {
        let mut walk = Walk { found: Vec::new() };
        let forms = self.forms();
        if forms.is_empty() {
            walk.incomplete("no_forms", "", "应用还没有表单", "The app has no form yet");
        }
        if forms.len() > Self::FORM_LIMIT {
            walk.invalid(
                "too_many_forms",
                "",
                "应用最多 500 个表单",
                "An app has at most 500 forms",
            );
        }
        for (key, form) in forms {
            check_form(self, key, form, &mut walk);
        }
        let mut navigations = self.components().filter_map(|(key, document)| match document {
            Document::Navigation(navigation) => Some((key, navigation)),
            Document::Form(_) => None,
        });
        match navigations.next() {
            Some((key, navigation)) => check_navigation(self, key, navigation, &mut walk),
            None => {
                walk.incomplete("no_navigation", "", "应用没有导航", "The app has no navigation");
            }
        }
        for (key, _) in navigations {
            let (zh, en) = ("应用只能有一个导航", "An app has only one navigation");
            walk.invalid("second_navigation", key.as_str(), zh, en);
        }
        walk.found
    }

    /// The associations that still lead nowhere, with what is known of the form they need.
    pub fn unresolved_slots(&self) -> Vec<(String, Text)> {
        let mut slots = Vec::new();
        for (form_key, form) in self.forms() {
            for (at, field) in form.all_fields(form_key) {
                if let FieldKind::Association(Association {
                    target: AssociationTarget::Slot(name),
                    ..
                }) = &field.kind
                {
                    slots.push((at, name.clone()));
                }
            }
        }
        slots
    }

    /// Whether a release can be made of it.
    ///
    /// # Errors
    /// A [`Problem`] whose fields are the places at fault.
    pub fn releasable(&self) -> Result<(), Problem> {
        not_worse_than(Severity::Note, self.findings(), "application.not_releasable", |count| {
            Text::new(
                format!("还不能发布：有 {count} 处需要完善"),
                format!("It cannot be published yet: {count} places need work"),
            )
        })
    }
}

/// Refuses when any finding is worse than `worst`.
pub(super) fn not_worse_than(
    worst: Severity,
    findings: Vec<Finding>,
    code: &'static str,
    text: impl Fn(usize) -> Text,
) -> Result<(), Problem> {
    let fields: Vec<FieldProblem> = findings
        .into_iter()
        .filter(|finding| finding.severity > worst)
        .map(|finding| FieldProblem { name: finding.at, text: finding.text })
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::with(Kind::Invalid, code, "ALL-4", text(fields.len()));
    problem.fields = fields;
    Err(problem)
}

impl FormDocument {
    /// All fields and columns with their paths in the app.
    pub fn all_fields(&self, form: &Key) -> Vec<(String, &Field)> {
        let mut all = Vec::new();
        for field in &self.fields {
            all.push((format!("{form}.{}", field.key), field));
            if let FieldKind::SubTable(table) = &field.kind {
                let path = |column: &Field| format!("{form}.{}.{}", field.key, column.key);
                all.extend(table.columns.iter().map(|column| (path(column), column)));
            }
        }
        all
    }
}

fn check_form(tree: &Tree, key: &Key, form: &FormDocument, walk: &mut Walk) {
    let at = key.as_str();
    walk.text(at, &form.title, true, 100);
    walk.text(at, &form.description, false, 2_000);
    if form.value_fields().next().is_none() {
        walk.incomplete("no_fields", at, "表单还没有字段", "The form has no field yet");
    }
    if form.fields.len() > FormDocument::FIELD_LIMIT {
        walk.invalid("too_many_fields", at, "表单最多 500 个字段", "A form has at most 500 fields");
    }
    walk.unique(at, form.fields.iter().chain(&form.retired).map(|field| &field.key));
    for column in form.columns.iter().filter(|column| form.field(column.as_str()).is_none()) {
        let text = Text::new(
            format!("列表列 {column} 在表单中不存在"),
            format!("The list column {column} is not in the form"),
        );
        walk.add(Severity::Invalid, "dangling_column", at, text);
    }
    for field in &form.fields {
        let at = format!("{key}.{}", field.key);
        check_field(Some(tree), &at, field, walk);
    }
}

/// What is wrong with a field by itself; references to other forms are not looked at.
pub(super) fn field_findings(field: &Field) -> Vec<Finding> {
    let mut walk = Walk { found: Vec::new() };
    check_field(None, field.key.as_str(), field, &mut walk);
    walk.found
}

fn check_field(tree: Option<&Tree>, at: &str, field: &Field, walk: &mut Walk) {
    walk.text(at, &field.label, !matches!(field.kind, FieldKind::Divider), 200);
    walk.text(at, &field.hint, false, 1_000);
    walk.text(at, &field.placeholder, false, 200);
    match &field.kind {
        FieldKind::Text(kind) => {
            check_length(at, kind.max_length, TextField::LIMIT, &kind.default, walk);
        }
        FieldKind::MultilineText(kind) => {
            check_length(at, kind.max_length, MultilineField::LIMIT, &kind.default, walk);
        }
        FieldKind::Number(kind) => check_number(at, kind, walk),
        FieldKind::SerialNumber(kind) => check_serial(at, kind, walk),
        FieldKind::Radio(choices) | FieldKind::Select(choices) => {
            check_choices(at, choices, true, walk);
        }
        FieldKind::Checkbox(choices) | FieldKind::MultiSelect(choices) => {
            check_choices(at, choices, false, walk);
        }
        FieldKind::Attachment(files) | FieldKind::Image(files) => check_files(at, files, walk),
        FieldKind::SubTable(table) => check_table(tree, at, table, walk),
        FieldKind::Association(association) => {
            check_association(tree, at, association, field.required, walk);
        }
        FieldKind::DateRange(range) => check_range(at, range, walk),
        FieldKind::Date(_) | FieldKind::Member(_) | FieldKind::Divider => {}
    }
}

fn check_files(at: &str, files: &Files, walk: &mut Walk) {
    if !(1..=Files::COUNT_LIMIT).contains(&files.max_count) || files.max_bytes == 0 {
        walk.invalid(
            "file_limits",
            at,
            "文件数须为 1 到 50，大小须大于 0",
            "Between 1 and 50 files, each of some size",
        );
    }
    // Older forms name sizes that nobody can upload; they stay usable.
    if files.max_bytes > Files::BYTES_LIMIT {
        walk.add(
            Severity::Note,
            "file_size",
            at,
            Text::new(
                format!("超过 {MEGABYTES} MB 的文件无法上传，此处的上限不起作用"),
                format!("No file over {MEGABYTES} MB can be uploaded, so this limit has no effect"),
            ),
        );
    }
}

fn check_length(at: &str, max: u32, limit: u32, default: &str, walk: &mut Walk) {
    if !(1..=limit).contains(&max) {
        let text = Text::new(
            format!("最大长度须为 1 到 {limit}"),
            format!("The maximum length is between 1 and {limit}"),
        );
        walk.add(Severity::Invalid, "length_limit", at, text);
    } else if default.chars().count() > max as usize {
        walk.invalid("default", at, "默认值超过最大长度", "The default is longer than allowed");
    }
}

fn check_number(at: &str, kind: &NumberField, walk: &mut Walk) {
    walk.text(at, &kind.unit, false, 20);
    if kind.decimals > Decimal::MAX_DECIMALS {
        walk.invalid("decimals", at, "小数位数最多 9 位", "At most 9 digits behind the point");
    }
    if kind.min.zip(kind.max).is_some_and(|(min, max)| min > max) {
        walk.invalid("range", at, "最小值大于最大值", "The least is above the most");
    }
    if kind.default.is_some_and(|default| {
        kind.min.is_some_and(|min| default < min)
            || kind.max.is_some_and(|max| default > max)
            || default.decimals() > kind.decimals
    }) {
        walk.invalid(
            "default",
            at,
            "默认值不符合范围或小数位数",
            "The default breaks the field's own rules",
        );
    }
}

fn check_range(at: &str, range: &DateRangeField, walk: &mut Walk) {
    let (zh, en) = match (range.default_from, range.default_to) {
        (DateDefault::Fixed(from), DateDefault::Fixed(to)) if from > to => {
            ("默认的结束早于开始", "By default the end comes before the start")
        }
        (DateDefault::Empty, DateDefault::Empty) => return,
        (DateDefault::Empty, _) | (_, DateDefault::Empty) => {
            ("默认值须同时有开始和结束", "A default needs both a start and an end")
        }
        _ => return,
    };
    walk.invalid("default_range", at, zh, en);
}

fn check_serial(at: &str, kind: &SerialField, walk: &mut Walk) {
    let counters: Vec<u8> = kind
        .parts
        .iter()
        .filter_map(|part| match part {
            SerialPart::Counter { digits, .. } => Some(*digits),
            _ => None,
        })
        .collect();
    if counters.len() != 1 || !counters.iter().all(|digits| (1..=12).contains(digits)) {
        walk.invalid(
            "serial_counter",
            at,
            "流水号须有且只有一个计数，1 到 12 位",
            "A serial number has exactly one counter of 1 to 12 digits",
        );
    }
    let fixed: usize = kind
        .parts
        .iter()
        .map(|part| match part {
            SerialPart::Fixed { text } => text.chars().count(),
            _ => 0,
        })
        .sum();
    if kind.parts.len() > 12 || fixed > 240 {
        walk.invalid("serial_parts", at, "流水号太长", "The serial number is too long");
    }
    let shows = |finest: &[DatePattern]| {
        kind.parts
            .iter()
            .any(|part| matches!(part, SerialPart::Date { pattern } if finest.contains(pattern)))
    };
    let distinct = match kind.reset {
        Reset::Never => true,
        Reset::Yearly => shows(DatePattern::ALL),
        Reset::Monthly => shows(&[
            DatePattern::Month,
            DatePattern::Day,
            DatePattern::ShortMonth,
            DatePattern::ShortDay,
        ]),
        Reset::Daily => shows(&[DatePattern::Day, DatePattern::ShortDay]),
    };
    if !distinct {
        walk.add(
            Severity::Note,
            "serial_repeats",
            at,
            Text::of(
                "计数重置后会出现相同的流水号，请加入相应的日期",
                "After each reset numbers repeat; add a date that fine",
            ),
        );
    }
}

fn check_choices(at: &str, choices: &Choices, single: bool, walk: &mut Walk) {
    if choices.offered().next().is_none() && !choices.other {
        walk.incomplete("no_options", at, "还没有选项", "There are no options yet");
    }
    if choices.options.len() > 2_000 {
        walk.invalid("too_many_options", at, "选项最多 2000 个", "At most 2,000 options");
    }
    walk.unique(at, choices.options.iter().map(|option| &option.key));
    for option in &choices.options {
        walk.text(at, &option.label, true, 200);
    }
    let offered = |key: &Key| choices.offered().any(|option| option.key == *key);
    if !choices.default.iter().all(offered) || (single && choices.default.len() > 1) {
        walk.invalid("default", at, "默认选项不在选项中", "The default is not among the options");
    }
}

fn check_table(tree: Option<&Tree>, at: &str, table: &SubTable, walk: &mut Walk) {
    if table.columns.is_empty() {
        walk.incomplete("no_columns", at, "子表单还没有列", "The sub-table has no columns yet");
    }
    if table.columns.len() > 100 {
        walk.invalid(
            "too_many_fields",
            at,
            "子表单最多 100 列",
            "A sub-table has at most 100 columns",
        );
    }
    if table.min_rows > table.max_rows || !(1..=SubTable::ROW_LIMIT).contains(&table.max_rows) {
        walk.invalid(
            "row_limits",
            at,
            "行数须为 1 到 500，且最少不大于最多",
            "Between 1 and 500 rows, the least not above the most",
        );
    }
    walk.unique(at, table.columns.iter().chain(&table.retired).map(|column| &column.key));
    for column in &table.columns {
        let at = format!("{at}.{}", column.key);
        if column.kind.fits_sub_table() {
            check_field(tree, &at, column, walk);
        } else {
            walk.invalid(
                "nested",
                &at,
                "此类型不能放在子表单中",
                "This kind does not fit into a sub-table",
            );
        }
    }
}

fn check_association(
    tree: Option<&Tree>,
    at: &str,
    association: &Association,
    required: bool,
    walk: &mut Walk,
) {
    let target = match &association.target {
        AssociationTarget::Slot(name) => {
            let (zh, en) = (name.get(crate::lang::Lang::Zh), name.get(crate::lang::Lang::En));
            let severity = if required { Severity::Incomplete } else { Severity::Note };
            let text = if name.is_empty() {
                Text::of("尚未指定关联的表单", "The associated form is not chosen yet")
            } else {
                Text::new(
                    format!("关联的表单“{zh}”不在此应用中，请指定一个表单"),
                    format!("The associated form “{en}” is not in this app; choose a form"),
                )
            };
            return walk.add(severity, "unresolved_slot", at, text);
        }
        AssociationTarget::Form(target) => target,
    };
    let Some(tree) = tree else { return };
    let Some(form) = tree.form(target.as_str()) else {
        let text = Text::new(
            format!("关联的表单 {target} 不存在"),
            format!("The associated form {target} does not exist"),
        );
        return walk.add(Severity::Incomplete, "dangling_form", at, text);
    };
    for key in association.display.iter().filter(|key| form.field(key.as_str()).is_none()) {
        let text = Text::new(
            format!("显示字段 {target}.{key} 不存在"),
            format!("The field {target}.{key} to be shown does not exist"),
        );
        walk.add(Severity::Incomplete, "dangling_field", at, text);
    }
}

fn check_navigation(tree: &Tree, key: &Key, navigation: &NavigationDocument, walk: &mut Walk) {
    let at = key.as_str();
    for form in navigation.forms().filter(|form| tree.form(form.as_str()).is_none()) {
        let text = Text::new(
            format!("导航中的表单 {form} 不存在"),
            format!("The form {form} in the navigation does not exist"),
        );
        walk.add(Severity::Incomplete, "dangling_form", at, text);
    }
    walk.unique(at, navigation.forms());
    let groups = navigation.entries.iter().filter_map(|entry| match entry {
        NavigationEntry::Group { key, title, .. } => Some((key, title)),
        NavigationEntry::Form { .. } => None,
    });
    walk.unique(at, groups.clone().map(|(key, _)| key));
    for (_, title) in groups {
        walk.text(at, title, true, 100);
    }
    for (form, _) in tree.forms().into_iter().filter(|(form, _)| !navigation.shows(form)) {
        let text = Text::new(
            format!("表单 {form} 不在导航中，成员找不到它"),
            format!("The form {form} is not in the navigation; members cannot find it"),
        );
        walk.add(Severity::Note, "not_in_navigation", form.as_str(), text);
    }
}
