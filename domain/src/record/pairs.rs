//! Records as pairs of HTML form inputs: reading what was posted, and writing values into inputs.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use super::{
    check::whole_number,
    problems::Problems,
    value::{Chosen, RecordValues, Value},
};
use crate::{
    application::{Access, Choices, Field, FieldKind, FormDocument, Key, SubTable},
    decimal::Decimal,
    lang::Text,
    problem::FieldResult,
    when::When,
};

/// The value of a radio button or select option that stands for "something else", to be typed into
/// `f.KEY.other`. No option can have it for its key.
pub const OTHER: &str = "*";

/// The last part of the name of the input that says that a row of a sub-table is there, in whichever
/// of its columns something stands.
pub const ROW: &str = "_row";

/// How many values of one name are read; more are a mistake or an attack.
const REPEAT_LIMIT: usize = 1_000;

/// What a form holds, by input name: posted by a browser, or to be written into inputs. A page
/// renders from it alone, whether the form is new, edited, or shown again with problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    values: BTreeMap<String, Vec<String>>,
}

impl Pairs {
    /// The first value of an input, or nothing.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// All values of an input.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether an input has this value, such as a ticked checkbox.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|held| held == value)
    }

    /// The numbers of a sub-table's rows, in order: at most one more than a sub-table can have, so
    /// that the check can say that there are too many.
    pub fn rows(&self, table: &str) -> Vec<usize> {
        let prefix = format!("f.{table}.");
        let mut rows: Vec<usize> = self
            .values
            .range(prefix.clone()..)
            .take_while(|(name, _)| name.starts_with(&prefix))
            .filter_map(|(name, _)| row_number(name.get(prefix.len()..)?.split_once('.')?.0))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows.truncate(SubTable::ROW_LIMIT as usize + 1);
        rows
    }

    /// Adds a value of an input.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let held = self.values.entry(name.into()).or_default();
        if held.len() < REPEAT_LIMIT {
            held.push(value.into());
        }
    }

    /// All pairs, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |v| (name.as_str(), v.as_str())))
    }
}

/// The rows of a sub-table that a record held before it is filled in anew.
pub fn held_rows<'b>(before: Option<&'b RecordValues>, table: &str) -> &'b [RecordValues] {
    match before.and_then(|before| before.get(table)) {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    }
}

/// The number of a new row, where rows with the numbers `shown` are in sight and the record held
/// `held`: never that of a row which was taken away, whose values are not the new row's.
pub fn next_row(shown: impl Iterator<Item = usize>, held: usize) -> usize {
    shown.max().map_or(0, |last| last + 1).max(held)
}

fn row_number(text: &str) -> Option<usize> {
    (text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Pairs {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            typed.add(name, value);
        }
        typed
    }
}

/// What was read from inputs: the values, the rows of each sub-table with their numbers, and what
/// could not be read.
pub(super) struct Decoded {
    pub values: RecordValues,
    pub rows: BTreeMap<Key, Vec<(usize, RecordValues)>>,
    pub problems: Problems,
}

/// Reads the inputs of a form, which was drawn for what the record held `before`.
pub(super) fn decode(form: &FormDocument, pairs: &Pairs, before: Option<&RecordValues>) -> Decoded {
    let mut decoded = Decoded {
        values: RecordValues::default(),
        rows: BTreeMap::new(),
        problems: Problems::default(),
    };
    for field in form.value_fields().filter(|field| is_settable(field)) {
        let name = format!("f.{}", field.key);
        if let FieldKind::SubTable(table) = &field.kind {
            let held = held_rows(before, field.key.as_str());
            let rows = decode_rows(&field.key, table, pairs, held, &mut decoded.problems);
            decoded.rows.insert(field.key.clone(), rows);
        } else {
            let held = before.and_then(|before| before.get(field.key.as_str()));
            let value = decode_held(field, &name, pairs, held, &mut decoded.problems);
            decoded.values.set(field.key.clone(), value);
        }
    }
    refuse_strangers(form, pairs, &mut decoded.problems);
    decoded
}

/// Whether people set the value, rather than the server or the form's default.
pub(super) fn is_settable(field: &Field) -> bool {
    field.access == Access::Normal && !matches!(field.kind, FieldKind::SerialNumber(_))
}

/// A field that is no longer in the form must not swallow what was typed into it.
fn refuse_strangers(form: &FormDocument, pairs: &Pairs, problems: &mut Problems) {
    let strangers = pairs.values.iter().filter(|(name, values)| {
        name.strip_prefix("f.").is_some_and(|path| {
            let key = path.split('.').next().unwrap_or_default();
            form.field(key).is_none() && values.iter().any(|value| !value.trim().is_empty())
        })
    });
    for (name, _) in strangers.take(20) {
        let text = Text::of(
            "表单已更改，此字段不再存在",
            "The form has changed; this field no longer exists",
        );
        problems.fail(name.chars().take(100).collect::<String>(), text);
    }
}

/// Reads rows with their numbers. A row without anything in it is none, unless it holds something
/// that the form does not ask for any more, or only shows.
fn decode_rows(
    key: &Key,
    table: &SubTable,
    pairs: &Pairs,
    before: &[RecordValues],
    problems: &mut Problems,
) -> Vec<(usize, RecordValues)> {
    let numbers = pairs.rows(key.as_str());
    if numbers.len() > SubTable::ROW_LIMIT as usize {
        problems.fail(format!("f.{key}"), too_many_rows());
    }
    let mut rows = Vec::new();
    for number in numbers {
        let held = before.get(number);
        let mut row = RecordValues::default();
        let mut filled = held.is_some_and(|held| holds_closed(table, held));
        for column in table.columns.iter().filter(|column| is_settable(column)) {
            let name = format!("f.{key}.{number}.{}", column.key);
            filled |= has_typed(pairs, &name);
            let held = held.and_then(|held| held.get(column.key.as_str()));
            let value = decode_held(column, &name, pairs, held, problems);
            row.set(column.key.clone(), value);
        }
        if filled || !row.is_empty() {
            rows.push((number, row));
        }
    }
    rows
}

/// Whether a row holds something in columns that nobody fills in, or that are gone.
fn holds_closed(table: &SubTable, row: &RecordValues) -> bool {
    row.iter().any(|(key, _)| !table.column(key.as_str()).is_some_and(is_settable))
}

/// Rows beyond the limit are not even read, so the blank ones among them count as well.
fn too_many_rows() -> Text {
    let most = SubTable::ROW_LIMIT;
    Text::new(
        format!("最多 {most} 行（含空行）"),
        format!("At most {most} rows, blank ones included"),
    )
}

fn has_typed(pairs: &Pairs, name: &str) -> bool {
    !typed(pairs, name).is_empty()
}

/// What stands in a field's inputs, in whatever order: the parts of their names, and their values.
fn typed(pairs: &Pairs, name: &str) -> BTreeSet<(&'static str, String)> {
    let mut typed = BTreeSet::new();
    for part in ["", ".from", ".to", ".other"] {
        let values = pairs.all(&format!("{name}{part}")).iter();
        let values = values.map(|value| value.trim().replace("\r\n", "\n"));
        typed.extend(values.filter(|value| !value.is_empty()).map(|value| (part, value)));
    }
    typed
}

/// Reads a field. Where its inputs stand as they were drawn, it holds what it held, even what a form
/// that has changed since can no longer show.
fn decode_held(
    field: &Field,
    name: &str,
    pairs: &Pairs,
    held: Option<&Value>,
    problems: &mut Problems,
) -> Option<Value> {
    if let Some(held) = held {
        let mut drawn = Pairs::default();
        encode_value(field, name, held, &mut drawn);
        if typed(&drawn, name) == typed(pairs, name) {
            return Some(held.clone());
        }
    }
    decode_field(field, name, pairs, problems)
}

fn decode_field(
    field: &Field,
    name: &str,
    pairs: &Pairs,
    problems: &mut Problems,
) -> Option<Value> {
    let typed = pairs.one(name).trim();
    match &field.kind {
        FieldKind::Text(_) => Some(Value::Text(typed.replace(['\r', '\n'], " "))),
        FieldKind::MultilineText(_) => Some(Value::Text(typed.replace("\r\n", "\n"))),
        FieldKind::Number(_) | FieldKind::Date(_) if typed.is_empty() => None,
        FieldKind::Number(kind) => {
            let number = Decimal::parse(typed).map_err(|wrong| match kind.decimals {
                0 => whole_number(),
                _ => wrong,
            });
            problems.take(name, number).map(Value::Number)
        }
        FieldKind::Radio(_) | FieldKind::Select(_) => {
            decode_choice(name, pairs, true, problems).map(Value::Choice)
        }
        FieldKind::Checkbox(_) | FieldKind::MultiSelect(_) => {
            decode_choice(name, pairs, false, problems).map(Value::Choice)
        }
        FieldKind::Date(date) => {
            problems.take(name, When::parse(typed, date.with_time)).map(Value::Date)
        }
        FieldKind::DateRange(range) => decode_range(name, pairs, range.with_time, problems),
        FieldKind::Member(_) => ids(name, pairs, problems).map(Value::Members),
        FieldKind::Attachment(_) | FieldKind::Image(_) => {
            ids(name, pairs, problems).map(Value::Files)
        }
        FieldKind::Association(_) => ids(name, pairs, problems).map(Value::Records),
        FieldKind::SerialNumber(_) | FieldKind::SubTable(_) | FieldKind::Divider => None,
    }
}

fn decode_choice(
    name: &str,
    pairs: &Pairs,
    single: bool,
    problems: &mut Problems,
) -> Option<Chosen> {
    let mut chosen = Chosen::default();
    let mut wants_other = false;
    for value in pairs.all(name).iter().map(|value| value.trim()).filter(|v| !v.is_empty()) {
        if value == OTHER {
            wants_other = true;
            continue;
        }
        let key = problems.take(name, Key::parse(value).map_err(|_| not_offered()))?;
        if !chosen.keys.contains(&key) {
            chosen.keys.push(key);
        }
    }
    let other = pairs.one(&format!("{name}.other")).trim();
    if !other.is_empty() && (!single || wants_other || chosen.keys.is_empty()) {
        chosen.other = Some(other.replace(['\r', '\n'], " "));
    } else if wants_other {
        let text = Text::of("请填写其他内容", "Say what else");
        problems.fail(format!("{name}.other"), text);
        return None;
    }
    Some(chosen)
}

pub(super) fn not_offered() -> Text {
    Text::of("请从列出的选项中选择", "Choose one of the options listed")
}

fn decode_range(
    name: &str,
    pairs: &Pairs,
    with_time: bool,
    problems: &mut Problems,
) -> Option<Value> {
    let end = |part: &str, problems: &mut Problems| {
        let name = format!("{name}.{part}");
        let typed = pairs.one(&name).trim();
        if typed.is_empty() {
            return Ok(None);
        }
        problems.take(&name, When::parse(typed, with_time)).map(Some).ok_or(())
    };
    let (from, to) = (end("from", problems), end("to", problems));
    match (from.ok()?, to.ok()?) {
        (Some(from), Some(to)) => Some(Value::Range(from, to)),
        (None, None) => None,
        (from, _) => {
            let missing = if from.is_none() { "from" } else { "to" };
            let text = Text::of("请同时填写开始和结束", "Fill in both the start and the end");
            problems.fail(format!("{name}.{missing}"), text);
            None
        }
    }
}

fn ids<T: FromStr + PartialEq>(
    name: &str,
    pairs: &Pairs,
    problems: &mut Problems,
) -> Option<Vec<T>> {
    let parse = |value: &str| -> FieldResult<T> {
        value.parse().map_err(|_| Text::of("请重新选择", "Choose again"))
    };
    let mut ids = Vec::new();
    for value in pairs.all(name).iter().map(|value| value.trim()).filter(|v| !v.is_empty()) {
        let id = problems.take(name, parse(value))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Some(ids)
}

/// Writes values into the inputs of a form, as for editing a record: what the inputs can show.
pub fn encode(form: &FormDocument, values: &RecordValues) -> Pairs {
    let mut pairs = Pairs::default();
    for field in form.value_fields() {
        let Some(value) = values.get(field.key.as_str()) else { continue };
        let name = format!("f.{}", field.key);
        match (&field.kind, value) {
            (FieldKind::SubTable(table), Value::Rows(rows)) => {
                for (number, row) in rows.iter().enumerate() {
                    encode_row(table, &format!("{name}.{number}"), row, &mut pairs);
                }
            }
            _ => encode_value(field, &name, value, &mut pairs),
        }
    }
    pairs
}

/// A row is there even where the columns that it has something in are gone.
fn encode_row(table: &SubTable, name: &str, row: &RecordValues, pairs: &mut Pairs) {
    pairs.add(format!("{name}.{ROW}"), "");
    for column in &table.columns {
        if let Some(value) = row.get(column.key.as_str()) {
            encode_value(column, &format!("{name}.{}", column.key), value, pairs);
        }
    }
}

fn encode_value(field: &Field, name: &str, value: &Value, pairs: &mut Pairs) {
    // An input for one value shows the first of several.
    let most = if field.kind.is_multiple() { usize::MAX } else { 1 };
    match value {
        Value::Text(text) if matches!(field.kind, FieldKind::Text(_)) => {
            pairs.add(name, text.replace(['\r', '\n'], " "));
        }
        Value::Text(text) => pairs.add(name, text.as_str()),
        Value::Number(number) => pairs.add(name, number.to_string()),
        Value::Choice(chosen) => encode_choice(field.kind.choices(), most, name, chosen, pairs),
        Value::Date(when) => {
            let with_time = matches!(&field.kind, FieldKind::Date(date) if date.with_time);
            pairs.add(name, when.with_time(with_time).to_string());
        }
        Value::Range(from, to) => {
            let with_time = matches!(&field.kind, FieldKind::DateRange(range) if range.with_time);
            pairs.add(format!("{name}.from"), from.with_time(with_time).to_string());
            pairs.add(format!("{name}.to"), to.with_time(with_time).to_string());
        }
        Value::Members(ids) => ids.iter().take(most).for_each(|id| pairs.add(name, id.to_string())),
        Value::Files(ids) => ids.iter().for_each(|id| pairs.add(name, id.to_string())),
        Value::Records(ids) => ids.iter().take(most).for_each(|id| pairs.add(name, id.to_string())),
        Value::Rows(_) => {}
    }
}

/// Options that the field does not know, not even as retired ones, have no input.
fn encode_choice(
    choices: Option<&Choices>,
    most: usize,
    name: &str,
    chosen: &Chosen,
    pairs: &mut Pairs,
) {
    let known = |key: &Key| choices.is_some_and(|choices| choices.find(key.as_str()).is_some());
    let keys: Vec<&Key> = chosen.keys.iter().filter(|key| known(key)).take(most).collect();
    for key in &keys {
        pairs.add(name, key.as_str());
    }
    if let Some(other) = &chosen.other
        && keys.len() < most
    {
        pairs.add(name, OTHER);
        pairs.add(format!("{name}.other"), other.as_str());
    }
}
