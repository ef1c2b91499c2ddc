//! The properties of a field as a designer's form: reading what was typed, and writing them into
//! inputs.
//!
//! Inputs: `label.zh`, `label.en`, `hint.zh`, `hint.en`, `placeholder.zh`, `placeholder.en`,
//! `required`, `access`, `type` (another kind of the same family), and by kind `max_length`, `rows`,
//! `format`, `default`; `unit.zh`, `unit.en`, `decimals`, `min`, `max`, `thousands`; `with_time`,
//! `default`, `default_at`; `multiple`, `default_self`; `max_count`, `max_megabytes`; `min_rows`,
//! `max_rows`; `target`, `display`; `other`, and for each option N `option.N.key`, `option.N.zh`,
//! `option.N.en`, `option.N.default`, `option.N.place`; `reset`, and for each part N of a serial
//! number `part.N.part`, `part.N.text`, `part.N.pattern`, `part.N.digits`, `part.N.start`. A ticked
//! box is `on`. Options and parts without content are left out.

use std::collections::BTreeSet;

use super::{
    check::{Severity, field_findings},
    choice::{Choice, Choices},
    field::{
        Access, Association, AssociationTarget, DateDefault, DateField, DateRangeField, Field,
        FieldKind, Files, MemberField, MultilineField, NumberField, SubTable, TextField,
        TextFormat,
    },
    key::Key,
    serial::{DatePattern, Reset, SerialField, SerialPart},
};
use crate::{
    decimal::Decimal,
    lang::Text,
    problem::{FieldCheck, Problem},
    record::Pairs,
    when::When,
};

/// Writes the properties of a field into inputs.
pub fn field_inputs(field: &Field) -> Pairs {
    let mut inputs = Inputs(Pairs::default());
    inputs.text("label", &field.label);
    inputs.text("hint", &field.hint);
    inputs.text("placeholder", &field.placeholder);
    inputs.flag("required", field.required);
    inputs.put("access", field.access.code());
    inputs.put("type", field.kind.code());
    inputs.kind(&field.kind);
    inputs.0
}

struct Inputs(Pairs);

impl Inputs {
    fn put(&mut self, name: &str, value: impl ToString) {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.add(name, value);
        }
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.put(name, if value { "on" } else { "" });
    }

    fn text(&mut self, name: &str, text: &Text) {
        self.put(&format!("{name}.zh"), &text.zh);
        self.put(&format!("{name}.en"), &text.en);
    }

    fn number(&mut self, name: &str, number: Option<Decimal>) {
        self.put(name, number.map(|number| number.to_string()).unwrap_or_default());
    }

    fn kind(&mut self, kind: &FieldKind) {
        match kind {
            FieldKind::Text(kind) => {
                self.put("max_length", kind.max_length);
                self.put("format", kind.format.code());
                self.put("default", &kind.default);
            }
            FieldKind::MultilineText(kind) => {
                self.put("max_length", kind.max_length);
                self.put("rows", kind.rows);
                self.put("default", &kind.default);
            }
            FieldKind::Number(kind) => {
                self.text("unit", &kind.unit);
                self.put("decimals", kind.decimals);
                self.number("min", kind.min);
                self.number("max", kind.max);
                self.flag("thousands", kind.thousands);
                self.number("default", kind.default);
            }
            FieldKind::SerialNumber(serial) => self.serial(serial),
            FieldKind::Radio(choices)
            | FieldKind::Checkbox(choices)
            | FieldKind::Select(choices)
            | FieldKind::MultiSelect(choices) => self.choices(choices),
            FieldKind::Date(kind) => {
                self.flag("with_time", kind.with_time);
                match kind.default {
                    DateDefault::Empty => self.put("default", "empty"),
                    DateDefault::Today => self.put("default", "today"),
                    DateDefault::Fixed(when) => {
                        self.put("default", "fixed");
                        self.put("default_at", when);
                    }
                }
            }
            FieldKind::DateRange(kind) => self.flag("with_time", kind.with_time),
            FieldKind::Member(kind) => {
                self.flag("multiple", kind.multiple);
                self.flag("default_self", kind.default_self);
            }
            FieldKind::Attachment(files) | FieldKind::Image(files) => {
                self.put("max_count", files.max_count);
                self.put("max_megabytes", files.max_bytes.div_ceil(MEGABYTE));
            }
            FieldKind::SubTable(table) => {
                self.put("min_rows", table.min_rows);
                self.put("max_rows", table.max_rows);
            }
            FieldKind::Association(association) => {
                self.put("target", association.target.form().map_or("", Key::as_str));
                association.display.iter().for_each(|key| self.put("display", key));
                self.flag("multiple", association.multiple);
            }
            FieldKind::Divider => {}
        }
    }

    fn choices(&mut self, choices: &Choices) {
        self.flag("other", choices.other);
        for (number, option) in choices.offered().enumerate() {
            self.put(&format!("option.{number}.key"), &option.key);
            self.text(&format!("option.{number}"), &option.label);
            self.flag(&format!("option.{number}.default"), choices.default.contains(&option.key));
        }
    }

    fn serial(&mut self, serial: &SerialField) {
        self.put("reset", serial.reset.code());
        for (number, part) in serial.parts.iter().enumerate() {
            let name = |property: &str| format!("part.{number}.{property}");
            match part {
                SerialPart::Fixed { text } => {
                    self.put(&name("part"), "fixed");
                    self.put(&name("text"), text);
                }
                SerialPart::Date { pattern } => {
                    self.put(&name("part"), "date");
                    self.put(&name("pattern"), pattern.code());
                }
                SerialPart::Counter { digits, start } => {
                    self.put(&name("part"), "counter");
                    self.put(&name("digits"), digits);
                    self.put(&name("start"), start);
                }
            }
        }
    }
}

const MEGABYTE: u64 = 1024 * 1024;

/// The field with the properties that were typed. What the form does not show, such as the columns
/// of a sub-table, stays.
///
/// # Errors
/// A [`Problem`] that names every input at fault.
pub fn field_from_inputs(before: &Field, typed: &Pairs) -> Result<Field, Problem> {
    let mut reader = Reader { typed, check: FieldCheck::new() };
    let kind = reader.kind(before);
    let field = Field {
        key: before.key.clone(),
        label: reader.text("label", 200),
        hint: reader.text("hint", 1_000),
        placeholder: reader.text("placeholder", 200),
        required: reader.flag("required"),
        access: Access::parse(typed.one("access")).unwrap_or_default(),
        kind,
    };
    let mut check = reader.check;
    for finding in field_findings(&field) {
        if finding.severity == Severity::Invalid {
            check.fail(input_of(finding.code), finding.text);
        }
    }
    check.conclude(Some(field))
}

/// Where a contradiction between properties is shown.
fn input_of(code: &str) -> &'static str {
    match code {
        "length_limit" => "max_length",
        "default" => "default",
        "range" => "max",
        "decimals" => "decimals",
        "row_limits" => "max_rows",
        "file_limits" => "max_count",
        "serial_counter" | "serial_parts" => "part",
        "duplicate_key" | "too_many_options" => "option",
        _ => "label.zh",
    }
}

struct Reader<'a> {
    typed: &'a Pairs,
    check: FieldCheck,
}

impl Reader<'_> {
    fn one(&self, name: &str) -> &str {
        self.typed.one(name).trim()
    }

    fn flag(&self, name: &str) -> bool {
        !matches!(self.one(name), "" | "off" | "false" | "0")
    }

    fn text(&mut self, name: &str, max: usize) -> Text {
        let mut part = |lang: &str| {
            let name = format!("{name}.{lang}");
            let typed = self.typed.one(&name);
            self.check.optional_text(&name, typed, max).unwrap_or_default()
        };
        Text::new(part("zh"), part("en"))
    }

    /// A whole number within bounds; `usual` where nothing was typed.
    fn whole(&mut self, name: &str, least: u64, most: u64, usual: u64) -> u64 {
        let typed = self.one(name);
        if typed.is_empty() {
            return usual;
        }
        match typed.parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                let text = Text::new(
                    format!("请填写 {least} 到 {most} 之间的整数"),
                    format!("Enter a whole number from {least} to {most}"),
                );
                self.check.fail(name, text);
                usual
            }
        }
    }

    fn small(&mut self, name: &str, least: u32, most: u32, usual: u32) -> u32 {
        let number = self.whole(name, least.into(), most.into(), usual.into());
        u32::try_from(number).unwrap_or(usual)
    }

    fn byte(&mut self, name: &str, least: u8, most: u8, usual: u8) -> u8 {
        let number = self.whole(name, least.into(), most.into(), usual.into());
        u8::try_from(number).unwrap_or(usual)
    }

    fn decimal(&mut self, name: &str) -> Option<Decimal> {
        let typed = self.one(name);
        if typed.is_empty() { None } else { self.check.take(name, Decimal::parse(typed)) }
    }

    /// The kind that was chosen, if records under the kind before can still be read; else that one.
    fn kind(&mut self, before: &Field) -> FieldKind {
        let code = self.one("type");
        let chosen = FieldKind::parse(code).filter(|kind| kind.follows(&before.kind));
        if chosen.is_none() && !code.is_empty() {
            let text = Text::of(
                "不能改成这种类型，否则已有记录将无法阅读",
                "It cannot become this kind; existing records could not be read",
            );
            self.check.fail("type", text);
        }
        match chosen.unwrap_or_else(|| before.kind.clone()) {
            FieldKind::Text(_) => FieldKind::Text(TextField {
                max_length: self.small("max_length", 1, TextField::LIMIT, 200),
                format: TextFormat::parse(self.one("format")).unwrap_or_default(),
                default: self.one("default").to_owned(),
            }),
            FieldKind::MultilineText(_) => FieldKind::MultilineText(MultilineField {
                max_length: self.small("max_length", 1, MultilineField::LIMIT, 2_000),
                rows: self.byte("rows", 2, 20, 4),
                default: self.one("default").replace("\r\n", "\n"),
            }),
            FieldKind::Number(_) => FieldKind::Number(NumberField {
                unit: self.text("unit", 20),
                decimals: self.byte("decimals", 0, Decimal::MAX_DECIMALS, 0),
                min: self.decimal("min"),
                max: self.decimal("max"),
                thousands: self.flag("thousands"),
                default: self.decimal("default"),
            }),
            FieldKind::SerialNumber(_) => FieldKind::SerialNumber(self.serial()),
            FieldKind::Radio(_) => FieldKind::Radio(self.choices(before)),
            FieldKind::Checkbox(_) => FieldKind::Checkbox(self.choices(before)),
            FieldKind::Select(_) => FieldKind::Select(self.choices(before)),
            FieldKind::MultiSelect(_) => FieldKind::MultiSelect(self.choices(before)),
            FieldKind::Date(_) => FieldKind::Date(self.date()),
            FieldKind::DateRange(_) => {
                FieldKind::DateRange(DateRangeField { with_time: self.flag("with_time") })
            }
            FieldKind::Member(_) => FieldKind::Member(MemberField {
                multiple: self.flag("multiple"),
                default_self: self.flag("default_self"),
            }),
            FieldKind::Attachment(_) => FieldKind::Attachment(self.files()),
            FieldKind::Image(_) => FieldKind::Image(self.files()),
            FieldKind::SubTable(_) => FieldKind::SubTable(self.table(before)),
            FieldKind::Association(_) => FieldKind::Association(self.association(before)),
            FieldKind::Divider => FieldKind::Divider,
        }
    }

    fn date(&mut self) -> DateField {
        let with_time = self.flag("with_time");
        let default = match self.one("default") {
            "today" => DateDefault::Today,
            "fixed" => {
                let typed = When::parse(self.one("default_at"), with_time);
                self.check.take("default_at", typed).map_or(DateDefault::Empty, DateDefault::Fixed)
            }
            _ => DateDefault::Empty,
        };
        DateField { with_time, default }
    }

    fn files(&mut self) -> Files {
        let most = Files::BYTES_LIMIT / MEGABYTE;
        Files {
            max_count: self.small("max_count", 1, Files::COUNT_LIMIT, 9),
            max_bytes: self.whole("max_megabytes", 1, most, 20) * MEGABYTE,
        }
    }

    fn table(&mut self, before: &Field) -> SubTable {
        let held = match &before.kind {
            FieldKind::SubTable(table) => table.clone(),
            _ => SubTable::default(),
        };
        SubTable {
            min_rows: self.small("min_rows", 0, SubTable::ROW_LIMIT, 0),
            max_rows: self.small("max_rows", 1, SubTable::ROW_LIMIT, 100),
            ..held
        }
    }

    fn association(&mut self, before: &Field) -> Association {
        let held = match &before.kind {
            FieldKind::Association(association) => association.clone(),
            _ => Association::default(),
        };
        let target = match self.one("target") {
            "" => held.target,
            form => self
                .check
                .take("target", Key::parse(form))
                .map_or(held.target, AssociationTarget::Form),
        };
        let display = self.typed.all("display").iter().take(10);
        Association {
            target,
            display: display.filter_map(|key| Key::parse(key.trim()).ok()).collect(),
            multiple: self.flag("multiple"),
        }
    }

    /// The numbers N for which there is an input `LIST.N.…`, in their order.
    fn numbers(&self, list: &str) -> Vec<usize> {
        let prefix = format!("{list}.");
        let number = |name: &str| {
            let digits = name.strip_prefix(&prefix)?.split('.').next()?;
            digits.parse::<usize>().ok().filter(|_| digits.len() <= 5)
        };
        let numbers: BTreeSet<usize> =
            self.typed.iter().filter_map(|(name, _)| number(name)).collect();
        let mut placed: Vec<(usize, usize)> = numbers
            .into_iter()
            .map(|n| (self.one(&format!("{list}.{n}.place")).parse().unwrap_or(n), n))
            .collect();
        placed.sort_unstable();
        placed.into_iter().map(|(_, number)| number).collect()
    }

    fn choices(&mut self, before: &Field) -> Choices {
        let mut choices = Choices { other: self.flag("other"), ..Choices::default() };
        let held = before.kind.choices().cloned().unwrap_or_default();
        let mut taken: BTreeSet<String> =
            held.options.iter().map(|option| option.key.to_string()).collect();
        for number in self.numbers("option") {
            let name = format!("option.{number}");
            let label = self.text(&name, 200);
            if label.is_empty() {
                continue;
            }
            let known =
                held.find(self.one(&format!("{name}.key"))).map(|option| option.key.clone());
            let key = known
                .filter(|key| choices.find(key.as_str()).is_none())
                .unwrap_or_else(|| Key::derive(&label, "option", |key| taken.contains(key)));
            taken.insert(key.to_string());
            if self.flag(&format!("{name}.default")) {
                choices.default.push(key.clone());
            }
            choices.options.push(Choice { key, label, retired: false });
        }
        choices
    }

    fn serial(&mut self) -> SerialField {
        let mut parts = Vec::new();
        for number in self.numbers("part").into_iter().take(12) {
            let name = |property: &str| format!("part.{number}.{property}");
            match self.one(&name("part")) {
                "fixed" => {
                    let text =
                        self.check.optional_text(&name("text"), self.typed.one(&name("text")), 20);
                    if let Some(text) = text.filter(|text| !text.is_empty()) {
                        parts.push(SerialPart::Fixed { text });
                    }
                }
                "date" => {
                    let pattern =
                        DatePattern::parse(self.one(&name("pattern"))).unwrap_or_default();
                    parts.push(SerialPart::Date { pattern });
                }
                "counter" => {
                    let digits = self.byte(&name("digits"), 1, 12, 4);
                    let start = self.small(&name("start"), 0, 1_000_000_000, 1);
                    parts.push(SerialPart::Counter { digits, start });
                }
                _ => {}
            }
        }
        SerialField { parts, reset: Reset::parse(self.one("reset")).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field::new(Key::fixed("field"), Text::of("字段", "Field"), kind)
    }

    fn typed(pairs: &[(&str, &str)]) -> Pairs {
        [("label.zh", "字段")].iter().chain(pairs).copied().collect()
    }

    #[test]
    fn properties_of_every_kind_go_to_inputs_and_back() {
        for mut kind in FieldKind::palette() {
            if let FieldKind::Select(choices) | FieldKind::Checkbox(choices) = &mut kind {
                *choices = Choices::of([Text::of("甲", "A"), Text::of("乙", "B")]);
                choices.default = vec![Key::fixed("b")];
            }
            if let FieldKind::Date(date) = &mut kind {
                date.default = DateDefault::Fixed(When::parse("2026-01-01", false).expect("date"));
            }
            let mut field = field(kind).required();
            field.access = Access::ReadOnly;
            field.hint = Text::of("提示", "Hint");
            let inputs = field_inputs(&field);
            assert_eq!(field_from_inputs(&field, &inputs), Ok(field));
        }
    }

    #[test]
    fn all4_wrong_properties_are_named_at_their_inputs() {
        let number = field(FieldKind::Number(NumberField::default()));
        let text = field(FieldKind::Text(TextField::default()));
        let select = field(FieldKind::Select(Choices::default()));
        let serial = field(FieldKind::SerialNumber(SerialField::default()));
        for (field, pairs, input) in [
            (&number, vec![("min", "x")], "min"),
            (&number, vec![("min", "2"), ("max", "1")], "max"),
            (&number, vec![("decimals", "10")], "decimals"),
            (&number, vec![("default", "0.5")], "default"),
            (&text, vec![("max_length", "0")], "max_length"),
            (&text, vec![("max_length", "2"), ("default", "太长了")], "default"),
            (&text, vec![("type", "number")], "type"),
            (&text, vec![("label.zh", "")], "label.zh"),
            (&serial, vec![("part.0.part", "fixed"), ("part.0.text", "A")], "part"),
            (
                &select,
                vec![
                    ("option.0.zh", "甲"),
                    ("option.0.default", "on"),
                    ("option.1.zh", "乙"),
                    ("option.1.default", "on"),
                ],
                "default",
            ),
        ] {
            let pairs: Pairs =
                if pairs[0].0 == "label.zh" { pairs.into_iter().collect() } else { typed(&pairs) };
            let problem = field_from_inputs(field, &pairs).expect_err(input);
            assert_eq!(problem.fields[0].name, input);
        }
    }

    #[test]
    fn options_keep_their_keys_when_they_are_renamed_and_moved() {
        let choices = Choices::of([Text::of("电话", "Phone"), Text::of("上门", "Visit")]);
        let before = field(FieldKind::Select(choices));
        let pairs = typed(&[
            ("type", "radio"),
            ("option.0.key", "phone"),
            ("option.0.zh", "电话沟通"),
            ("option.0.place", "5"),
            ("option.1.key", "visit"),
            ("option.1.zh", "上门"),
            ("option.2.zh", "邮件"),
            ("option.2.en", "Phone"),
            ("option.3.zh", " "),
        ]);
        let after = field_from_inputs(&before, &pairs).expect("valid");
        assert_eq!(after.kind.code(), "radio");
        let choices = after.kind.choices().expect("choices");
        let keys: Vec<_> = choices.options.iter().map(|o| o.key.as_str()).collect();
        assert_eq!(keys, ["visit", "phone_2", "phone"]);
        assert_eq!(choices.find("phone").map(|o| o.label.zh.as_ref()), Some("电话沟通"));
    }

    #[test]
    fn columns_and_slots_survive_an_edit_of_properties() {
        let column = field(FieldKind::Text(TextField::default()));
        let table =
            field(FieldKind::SubTable(SubTable { columns: vec![column], ..SubTable::default() }));
        let after = field_from_inputs(&table, &typed(&[("max_rows", "9")])).expect("valid");
        let FieldKind::SubTable(table) = after.kind else { panic!("table") };
        assert_eq!((table.columns.len(), table.max_rows), (1, 9));

        let slot = AssociationTarget::Slot(Text::of("客户", ""));
        let association = field(FieldKind::Association(Association {
            target: slot.clone(),
            ..Association::default()
        }));
        let target =
            |value: &str| match field_from_inputs(&association, &typed(&[("target", value)])) {
                Ok(Field { kind: FieldKind::Association(association), .. }) => {
                    Some(association.target)
                }
                _ => None,
            };
        assert_eq!(target(""), Some(slot));
        assert_eq!(target("customer"), Some(AssociationTarget::Form(Key::fixed("customer"))));
        assert_eq!(target("Not A Key"), None);
    }
}
