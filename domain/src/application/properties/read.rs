//! From the inputs of its properties to a field. What cannot be read is noted at its input, and the
//! property stays as the kind begins with.

use super::{ROWS_LIMIT, row_numbers, write};
use crate::{
    application::{
        Access, Association, AssociationTarget, Choice, Choices, DateDefault, DateField,
        DatePattern, DateRangeField, Field, FieldKind, Files, Key, MemberField, MultilineField,
        NumberField, Reset, SerialField, SerialPart, Severity, SubTable, TextField, TextFormat,
        check::field_findings,
    },
    decimal::Decimal,
    lang::{Lang, Text},
    problem::{FieldCheck, FieldResult, Problem},
    record::Pairs,
    when::When,
};

const MEGABYTE: u64 = 1024 * 1024;

struct Reading<'a> {
    typed: &'a Pairs,
    check: &'a mut FieldCheck,
}

pub(super) fn field(before: &Field, typed: &Pairs, check: &mut FieldCheck) -> Field {
    let divider = matches!(before.kind, FieldKind::Divider);
    let mut reading = Reading { typed, check };
    let label = reading.text("label", 200);
    if label.is_empty() && !divider {
        reading.check.fail("label_zh", Text::of("请填写名称", "Give it a name"));
    }
    Field {
        key: before.key.clone(),
        label,
        hint: reading.text("hint", 1_000),
        placeholder: reading.text("placeholder", 200),
        required: reading.flag("required") && !divider,
        access: Access::parse(typed.one("access")).unwrap_or_default(),
        kind: reading.kind(&before.kind),
    }
}

/// What the properties of a field say against each other, at the inputs that say it.
pub(super) fn contradictions(field: &Field) -> Option<Problem> {
    let mut check = FieldCheck::new();
    let own = field_findings(field);
    // Columns are edited one by one, each with its own properties.
    let own = own.into_iter().filter(|finding| finding.at == field.key.as_str());
    for finding in own.filter(|finding| finding.severity == Severity::Invalid) {
        check.fail(input_of(finding.code), finding.text);
    }
    check.finish()
}

fn input_of(code: &str) -> &'static str {
    match code {
        "length_limit" => "max_length",
        "default" => "default",
        "default_range" => "default_to",
        "decimals" => "decimals",
        "range" => "max",
        "file_limits" => "max_count",
        "serial_counter" | "serial_parts" => "parts",
        "row_limits" => "max_rows",
        "too_many_options" | "duplicate_key" => "options",
        _ => "label_zh",
    }
}

impl Reading<'_> {
    fn line(&mut self, name: &str, max: usize) -> String {
        self.check.optional_text(name, self.typed.one(name), max).unwrap_or_default()
    }

    fn both(&mut self, zh: &str, en: &str, max: usize) -> Text {
        Text::new(self.line(zh, max), self.line(en, max))
    }

    fn text(&mut self, name: &str, max: usize) -> Text {
        self.both(&format!("{name}_zh"), &format!("{name}_en"), max)
    }

    fn flag(&self, name: &str) -> bool {
        self.typed.has(name, "on")
    }

    /// Whether the form had this input at all; one of another kind's panel has not.
    fn asked(&self, name: &str) -> bool {
        !self.typed.all(name).is_empty()
    }

    fn take<T>(&mut self, name: &str, read: FieldResult<T>) -> Option<T> {
        self.check.take(name, read)
    }

    /// A whole number between `least` and `most`.
    fn count<T: TryFrom<u64>>(&mut self, name: &str, (least, most): (u64, u64), without: T) -> T {
        if !self.asked(name) {
            return without;
        }
        let wrong = || {
            Text::new(
                format!("请填写 {least} 到 {most} 的整数"),
                format!("Enter a whole number between {least} and {most}"),
            )
        };
        let typed = self.typed.one(name).trim();
        let read = typed.parse::<u64>().ok().filter(|number| (least..=most).contains(number));
        let read = read.and_then(|number| T::try_from(number).ok()).ok_or_else(wrong);
        self.take(name, read).unwrap_or(without)
    }

    fn number(&mut self, name: &str) -> Option<Decimal> {
        let typed = self.typed.one(name).trim();
        if typed.is_empty() { None } else { self.take(name, Decimal::parse(typed)) }
    }

    fn kind(&mut self, before: &FieldKind) -> FieldKind {
        let asked = FieldKind::parse(self.typed.one("kind")).unwrap_or_else(|| before.clone());
        if !asked.follows(before) {
            let wrong = Text::of(
                "不能改成这种类型，否则已有记录将无法阅读",
                "It cannot become this kind; existing records could not be read",
            );
            self.check.fail("kind", wrong);
        }
        match asked {
            FieldKind::Text(_) => FieldKind::Text(self.one_line()),
            FieldKind::MultilineText(_) => FieldKind::MultilineText(self.lines()),
            FieldKind::Number(_) => FieldKind::Number(NumberField {
                unit: self.text("unit", 20),
                decimals: self.count("decimals", (0, u64::from(Decimal::MAX_DECIMALS)), 0),
                min: self.number("min"),
                max: self.number("max"),
                thousands: self.flag("thousands"),
                default: self.number("default"),
            }),
            FieldKind::SerialNumber(_) => FieldKind::SerialNumber(self.serial()),
            FieldKind::Radio(_) => FieldKind::Radio(self.choices(before, true)),
            FieldKind::Select(_) => FieldKind::Select(self.choices(before, true)),
            FieldKind::Checkbox(_) => FieldKind::Checkbox(self.choices(before, false)),
            FieldKind::MultiSelect(_) => FieldKind::MultiSelect(self.choices(before, false)),
            FieldKind::Date(_) => {
                let with_time = self.flag("with_time");
                let default = self.date_default("default", with_time);
                FieldKind::Date(DateField { with_time, default })
            }
            FieldKind::DateRange(_) => {
                let with_time = self.flag("with_time");
                FieldKind::DateRange(DateRangeField {
                    with_time,
                    default_from: self.date_default("default_from", with_time),
                    default_to: self.date_default("default_to", with_time),
                })
            }
            FieldKind::Member(_) => FieldKind::Member(MemberField {
                multiple: self.flag("multiple"),
                default_self: self.flag("default_self"),
            }),
            FieldKind::Attachment(_) => FieldKind::Attachment(self.files(before)),
            FieldKind::Image(_) => FieldKind::Image(self.files(before)),
            FieldKind::SubTable(_) => FieldKind::SubTable(self.table(before)),
            FieldKind::Association(_) => FieldKind::Association(self.association(before)),
            FieldKind::Divider => FieldKind::Divider,
        }
    }

    fn one_line(&mut self) -> TextField {
        let start = TextField::default();
        TextField {
            max_length: self.count(
                "max_length",
                (1, u64::from(TextField::LIMIT)),
                start.max_length,
            ),
            format: TextFormat::parse(self.typed.one("format")).unwrap_or_default(),
            default: self.line("default", TextField::LIMIT as usize).replace('\n', " "),
        }
    }

    fn lines(&mut self) -> MultilineField {
        let start = MultilineField::default();
        let most = u64::from(MultilineField::LIMIT);
        MultilineField {
            max_length: self.count("max_length", (1, most), start.max_length),
            rows: self.count("rows", (1, ROWS_LIMIT), start.rows),
            default: self.line("default", MultilineField::LIMIT as usize),
        }
    }

    fn serial(&mut self) -> SerialField {
        let rows = row_numbers(self.typed, "part");
        let parts = rows.into_iter().filter_map(|row| self.part(row)).collect();
        SerialField { parts, reset: Reset::parse(self.typed.one("reset")).unwrap_or_default() }
    }

    fn part(&mut self, row: usize) -> Option<SerialPart> {
        let name = |what: &str| format!("part.{row}.{what}");
        match self.typed.one(&name("kind")) {
            "fixed" => {
                // Spaces count in a number, so they are kept.
                let text = self.typed.one(&name("text")).to_owned();
                if text.is_empty() {
                    return None;
                }
                if text.chars().any(char::is_control) || text.chars().count() > 60 {
                    let wrong =
                        Text::of("最多 60 个字，不含换行", "At most 60 characters in one line");
                    self.check.fail(name("text"), wrong);
                }
                Some(SerialPart::Fixed { text })
            }
            "date" => {
                let pattern = DatePattern::parse(self.typed.one(&name("pattern")));
                Some(SerialPart::Date { pattern: pattern.unwrap_or_default() })
            }
            "counter" => Some(SerialPart::Counter {
                digits: self.count(&name("digits"), (1, 12), 4),
                start: self.count(&name("start"), (0, 4_000_000_000), 1),
            }),
            _ => None,
        }
    }

    fn choices(&mut self, before: &FieldKind, single: bool) -> Choices {
        let nothing = Choices::default();
        let held = before.choices().unwrap_or(&nothing);
        let mut choices = Choices { other: self.flag("other"), ..Choices::default() };
        let mut limit = if single { 1 } else { usize::MAX };
        for row in row_numbers(self.typed, "option") {
            let chosen = self.typed.has("chosen", &row.to_string());
            if let Some(option) = self.option(row, held, &choices) {
                if chosen && limit > 0 {
                    choices.default.push(option.key.clone());
                    limit -= 1;
                }
                choices.options.push(option);
            }
        }
        for option in held.options.iter().filter(|option| option.retired) {
            let wanted = self.typed.has("option_back", option.key.as_str());
            if wanted && choices.find(option.key.as_str()).is_none() {
                choices.options.push(Choice { retired: false, ..option.clone() });
            }
        }
        for line in self.typed.one("options_more").lines().map(str::trim) {
            if !line.is_empty() {
                let label = self.pasted(line);
                let option = new_option(label, held, &choices);
                choices.options.push(option);
            }
        }
        choices
    }

    /// One option; a blank row is none.
    fn option(&mut self, row: usize, held: &Choices, so_far: &Choices) -> Option<Choice> {
        let name = |what: &str| format!("option.{row}.{what}");
        let label = self.both(&name("zh"), &name("en"), 200);
        let key = self.typed.one(&name("key"));
        let known = held.find(key).filter(|option| so_far.find(option.key.as_str()).is_none());
        match known {
            Some(option) => {
                if label.is_empty() {
                    let wrong = Text::of("请填写选项，或删除它", "Name the option, or remove it");
                    self.check.fail(name("zh"), wrong);
                }
                Some(Choice { key: option.key.clone(), label, retired: false })
            }
            None => (!label.is_empty()).then(|| new_option(label, held, so_far)),
        }
    }

    /// A pasted line: `中文 | English`, or one text in the language of the page.
    fn pasted(&mut self, line: &str) -> Text {
        let english = self.typed.one("options_lang") == Lang::En.code();
        let alone = if english { ("", line) } else { (line, "") };
        let (zh, en) = line.split_once(['|', '｜', '\t']).unwrap_or(alone);
        let mut clean = |text: &str| {
            let read = crate::problem::clean_text(text, 200);
            self.check.take("options_more", read).unwrap_or_default()
        };
        Text::new(clean(zh), clean(en))
    }

    fn date_default(&mut self, name: &str, with_time: bool) -> DateDefault {
        match self.typed.one(&format!("{name}_mode")) {
            "today" => DateDefault::Today,
            "fixed" => {
                let read = When::parse(self.typed.one(name), with_time);
                self.take(name, read).map_or(DateDefault::Empty, DateDefault::Fixed)
            }
            _ => DateDefault::Empty,
        }
    }

    fn files(&mut self, before: &FieldKind) -> Files {
        let held = match before {
            FieldKind::Attachment(files) | FieldKind::Image(files) => files.clone(),
            _ => Files::default(),
        };
        let most = u64::from(Files::COUNT_LIMIT);
        let max_count = self.count("max_count", (1, most), held.max_count);
        let typed = self.typed.one("max_mb").trim();
        // An imported size may not be a round number of megabytes; unless it is retyped it stays.
        let max_bytes = if !self.asked("max_mb") || typed == write::megabytes(&held) {
            held.max_bytes
        } else {
            self.take("max_mb", megabytes(typed)).unwrap_or(held.max_bytes)
        };
        Files { max_count, max_bytes }
    }

    fn table(&mut self, before: &FieldKind) -> SubTable {
        let held = match before {
            FieldKind::SubTable(table) => table.clone(),
            _ => SubTable::default(),
        };
        let most = u64::from(SubTable::ROW_LIMIT);
        SubTable {
            min_rows: self.count("min_rows", (0, most), held.min_rows),
            max_rows: self.count("max_rows", (1, most), held.max_rows),
            ..held
        }
    }

    fn association(&mut self, before: &FieldKind) -> Association {
        let held = match before {
            FieldKind::Association(association) => association.clone(),
            _ => Association::default(),
        };
        let typed = self.typed.one("target").trim();
        let target = if typed == write::target(&held.target) {
            held.target.clone()
        } else if typed.is_empty() {
            AssociationTarget::default()
        } else {
            let read = Key::parse(typed);
            self.take("target", read).map_or_else(AssociationTarget::default, Into::into)
        };
        let display = self.typed.all("display").iter().filter_map(|key| Key::parse(key).ok());
        Association { target, display: display.collect(), multiple: self.flag("multiple") }
    }
}

/// An option for a new label. One that was taken away under the same label comes back with its key,
/// so that old records and new ones agree.
fn new_option(label: Text, held: &Choices, so_far: &Choices) -> Choice {
    let free = |key: &Key| so_far.find(key.as_str()).is_none();
    let back = held.options.iter().find(|o| o.retired && o.label == label && free(&o.key));
    let taken = |key: &str| held.find(key).is_some() || so_far.find(key).is_some();
    let key = back.map_or_else(|| Key::derive(&label, "option", taken), |o| o.key.clone());
    Choice { key, label, retired: false }
}

/// Bytes from megabytes with at most three places.
fn megabytes(typed: &str) -> FieldResult<u64> {
    let most = Files::BYTES_LIMIT / MEGABYTE;
    let wrong = || {
        Text::new(
            format!("请填写大于 0、不超过 {most} 的数字"),
            format!("Enter a number above 0 and at most {most}"),
        )
    };
    let (whole, fraction) = typed.split_once('.').unwrap_or((typed, ""));
    let digits = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(wrong());
    }
    let thousandths: u64 = format!("{whole}{fraction:0<3}").parse().map_err(|_| wrong())?;
    let bytes = thousandths * MEGABYTE / 1000;
    if (1..=Files::BYTES_LIMIT).contains(&bytes) { Ok(bytes) } else { Err(wrong()) }
}
