//! The rules of a form, applied to the values of a record.

use super::{
    format,
    pairs::{Decoded, Pairs, decode, held_rows, is_settable, not_offered},
    problems::Problems,
    value::{Chosen, RecordValues, Value},
};
use crate::{
    application::{
        Association, AssociationTarget, Choices, DateDefault, Field, FieldKind, FormDocument, Key,
        NumberField, SubTable,
    },
    identity::AccountId,
    lang::Text,
    problem::{FieldResult, Problem, clean_text},
    when::When,
};

/// Who fills in a form, when, and what the record held before.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The moment, as the clocks of the organisation show it.
    pub now: When,
    /// Who fills it in.
    pub me: Option<AccountId>,
    /// The values before an edit; `None` for a new record.
    pub before: Option<&'a RecordValues>,
}

/// What a new record holds before anybody fills it in: the defaults of its fields.
pub fn initial(form: &FormDocument, filling: &Filling<'_>) -> RecordValues {
    let mut values = RecordValues::default();
    for field in form.value_fields() {
        values.set(field.key.clone(), default_of(field, filling));
    }
    values
}

/// Reads and checks what was posted from a form. What nobody may change stays as it was.
///
/// # Errors
/// A [`Problem`] that names every input at fault.
pub fn read(
    form: &FormDocument,
    pairs: &Pairs,
    filling: &Filling<'_>,
) -> Result<RecordValues, Problem> {
    conclude(form, decode(form, pairs, filling.before), filling)
}

fn conclude(
    form: &FormDocument,
    decoded: Decoded,
    filling: &Filling<'_>,
) -> Result<RecordValues, Problem> {
    let Decoded { values, rows, mut problems } = decoded;
    // Values of fields that are gone from the form stay, so that the record stays readable.
    let mut checked = filling.before.cloned().unwrap_or_default();
    for field in form.value_fields() {
        let before = filling.before.and_then(|before| before.get(field.key.as_str()));
        let name = format!("f.{}", field.key);
        let value = if !is_settable(field) {
            kept(field, filling, before)
        } else if let FieldKind::SubTable(table) = &field.kind {
            let rows = rows.get(&field.key).map_or(&[][..], Vec::as_slice);
            check_table(field, table, rows, filling, &mut problems)
        } else {
            let typed = values.get(field.key.as_str()).cloned();
            check_value(field, &name, typed, before, &mut problems)
        };
        checked.set(field.key.clone(), value);
    }
    problems.conclude(checked)
}

fn kept(field: &Field, filling: &Filling<'_>, before: Option<&Value>) -> Option<Value> {
    match (before, filling.before) {
        (Some(value), _) => Some(value.clone()),
        (None, Some(_)) => None,
        (None, None) => default_of(field, filling),
    }
}

fn default_of(field: &Field, filling: &Filling<'_>) -> Option<Value> {
    let text = |text: &String| (!text.is_empty()).then(|| Value::Text(text.clone()));
    match &field.kind {
        FieldKind::Text(kind) => text(&kind.default),
        FieldKind::MultilineText(kind) => text(&kind.default),
        FieldKind::Number(kind) => kind.default.map(Value::Number),
        FieldKind::Date(kind) => {
            kind.default.at(filling.now).map(|when| Value::Date(when.with_time(kind.with_time)))
        }
        FieldKind::DateRange(kind) => {
            let end = |default: DateDefault| {
                default.at(filling.now).map(|when| when.with_time(kind.with_time))
            };
            // A fixed end that has passed by now makes no range.
            let ends = end(kind.default_from).zip(end(kind.default_to));
            ends.filter(|(from, to)| from <= to).map(|(from, to)| Value::Range(from, to))
        }
        FieldKind::Member(kind) if kind.default_self => {
            filling.me.map(|me| Value::Members(vec![me]))
        }
        kind => kind
            .choices()
            .map(|choices| Value::Choice(Chosen { keys: choices.default.clone(), other: None })),
    }
    .filter(|value| !value.is_empty())
}

fn check_value(
    field: &Field,
    name: &str,
    value: Option<Value>,
    before: Option<&Value>,
    problems: &mut Problems,
) -> Option<Value> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        if is_demanded(field) && !problems.concern(name) {
            problems
                .fail(required_input(field, name), Text::of("请填写此项", "Fill in this field"));
        }
        return None;
    };
    // What was there before may stay, even where the rules have since become stricter.
    if Some(&value) == before {
        return Some(value);
    }
    match check_kind(field, value, before) {
        Ok(value) => Some(value),
        Err((part, text)) => {
            problems.fail(format!("{name}{part}"), text);
            None
        }
    }
}

/// An association to a form that is not there yet cannot be filled in by anybody.
fn is_demanded(field: &Field) -> bool {
    let unresolved = matches!(
        &field.kind,
        FieldKind::Association(Association { target: AssociationTarget::Slot(_), .. })
    );
    field.required && !unresolved
}

fn required_input(field: &Field, name: &str) -> String {
    match field.kind {
        FieldKind::DateRange(_) => format!("{name}.from"),
        _ => name.to_owned(),
    }
}

/// The value, or the part of the input's name and the sentence.
fn check_kind(
    field: &Field,
    value: Value,
    before: Option<&Value>,
) -> Result<Value, (&'static str, Text)> {
    let here = |text: Text| ("", text);
    match (&field.kind, value) {
        (FieldKind::Text(kind), Value::Text(text)) => {
            let text = clean_text(&text, kind.max_length as usize).map_err(here)?;
            format::check(kind.format, &text).map_err(here)?;
            Ok(Value::Text(text))
        }
        (FieldKind::MultilineText(kind), Value::Text(text)) => {
            clean_text(&text, kind.max_length as usize).map(Value::Text).map_err(here)
        }
        (FieldKind::Number(kind), Value::Number(number)) => {
            check_number(kind, number).map(|()| Value::Number(number)).map_err(here)
        }
        (FieldKind::Radio(choices) | FieldKind::Select(choices), Value::Choice(chosen)) => {
            check_choice(choices, &chosen, true, before)?;
            Ok(Value::Choice(chosen))
        }
        (FieldKind::Checkbox(choices) | FieldKind::MultiSelect(choices), Value::Choice(chosen)) => {
            check_choice(choices, &chosen, false, before)?;
            Ok(Value::Choice(chosen))
        }
        (FieldKind::Date(kind), Value::Date(when)) => {
            Ok(Value::Date(when.with_time(kind.with_time)))
        }
        (FieldKind::DateRange(kind), Value::Range(from, to)) => {
            let (from, to) = (from.with_time(kind.with_time), to.with_time(kind.with_time));
            if from > to {
                let text = Text::of("结束不能早于开始", "The end cannot be before the start");
                return Err((".to", text));
            }
            Ok(Value::Range(from, to))
        }
        (FieldKind::Member(kind), Value::Members(ids)) => {
            check_single(kind.multiple, ids.len()).map_err(here)?;
            Ok(Value::Members(ids))
        }
        (FieldKind::Attachment(kind) | FieldKind::Image(kind), Value::Files(ids)) => {
            if ids.len() > kind.max_count as usize {
                let text = Text::new(
                    format!("最多 {} 个文件，现在有 {} 个", kind.max_count, ids.len()),
                    format!("At most {} files; there are {}", kind.max_count, ids.len()),
                );
                return Err(here(text));
            }
            Ok(Value::Files(ids))
        }
        (FieldKind::Association(kind), Value::Records(ids)) => {
            check_single(kind.multiple, ids.len()).map_err(here)?;
            if kind.target.form().is_none() {
                let text = Text::of(
                    "此关联尚未指定表单，暂不能填写",
                    "This association has no form yet and cannot be filled in",
                );
                return Err(here(text));
            }
            Ok(Value::Records(ids))
        }
        _ => Err(here(Text::of("内容与字段类型不符", "This does not fit the kind of field"))),
    }
}

/// The sentence at a number without digits behind the point.
pub(super) fn whole_number() -> Text {
    Text::of("请填写整数", "Enter a whole number")
}

fn check_number(kind: &NumberField, number: crate::decimal::Decimal) -> FieldResult<()> {
    if number.decimals() > kind.decimals {
        return Err(match kind.decimals {
            0 => whole_number(),
            decimals => Text::new(
                format!("最多 {decimals} 位小数"),
                format!("At most {decimals} digits behind the point"),
            ),
        });
    }
    match (kind.min, kind.max) {
        (Some(min), _) if number < min => {
            Err(Text::new(format!("不能小于 {min}"), format!("Must be at least {min}")))
        }
        (_, Some(max)) if number > max => {
            Err(Text::new(format!("不能大于 {max}"), format!("Must be at most {max}")))
        }
        _ => Ok(()),
    }
}

fn check_choice(
    choices: &Choices,
    chosen: &Chosen,
    single: bool,
    before: Option<&Value>,
) -> Result<(), (&'static str, Text)> {
    let nothing = Chosen::default();
    let held = if let Some(Value::Choice(before)) = before { before } else { &nothing };
    let offered = |key: &Key| choices.offered().any(|option| option.key == *key);
    if chosen.keys.iter().any(|key| !offered(key) && !held.keys.contains(key)) {
        return Err(("", not_offered()));
    }
    if single && chosen.keys.len() + usize::from(chosen.other.is_some()) > 1 {
        return Err(("", Text::of("只能选择一项", "Choose only one")));
    }
    if let Some(other) = &chosen.other {
        if !choices.other && held.other.as_ref() != Some(other) {
            return Err((".other", not_offered()));
        }
        clean_text(other, 200).map_err(|text| (".other", text))?;
    }
    Ok(())
}

fn check_single(multiple: bool, count: usize) -> FieldResult<()> {
    if count > 1 && !multiple {
        return Err(Text::of("只能选择一项", "Choose only one"));
    }
    if count > 200 {
        return Err(Text::of("最多选择 200 项", "Choose at most 200"));
    }
    Ok(())
}

fn check_table(
    field: &Field,
    table: &SubTable,
    rows: &[(usize, RecordValues)],
    filling: &Filling<'_>,
    problems: &mut Problems,
) -> Option<Value> {
    let name = format!("f.{}", field.key);
    check_row_count(field, table, rows.len(), &name, problems);
    if rows.len() > SubTable::ROW_LIMIT as usize {
        return None;
    }
    let before = held_rows(filling.before, field.key.as_str());
    let checked = rows.iter().map(|(number, row)| {
        let filling = Filling { before: before.get(*number), ..*filling };
        check_row(&format!("{name}.{number}"), table, row, &filling, problems)
    });
    Some(Value::Rows(checked.filter(|row| !row.is_empty()).collect()))
}

fn check_row_count(
    field: &Field,
    table: &SubTable,
    rows: usize,
    name: &str,
    problems: &mut Problems,
) {
    let least = (table.min_rows as usize).max(usize::from(field.required));
    let most = table.max_rows as usize;
    if rows < least {
        problems.fail(
            name,
            Text::new(format!("至少填写 {least} 行"), format!("Fill in at least {least} rows")),
        );
    } else if rows > most {
        problems.fail(
            name,
            Text::new(
                format!("最多 {most} 行，现在有 {rows} 行"),
                format!("At most {most} rows; there are {rows}"),
            ),
        );
    }
}

fn check_row(
    name: &str,
    table: &SubTable,
    typed: &RecordValues,
    filling: &Filling<'_>,
    problems: &mut Problems,
) -> RecordValues {
    let mut checked = filling.before.cloned().unwrap_or_default();
    for column in &table.columns {
        let held = filling.before.and_then(|row| row.get(column.key.as_str()));
        let name = format!("{name}.{}", column.key);
        let value = if is_settable(column) {
            check_value(column, &name, typed.get(column.key.as_str()).cloned(), held, problems)
        } else {
            kept(column, filling, held)
        };
        checked.set(column.key.clone(), value);
    }
    checked
}
