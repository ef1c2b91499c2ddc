//! Values as people read, sort, search and export them.

use super::{
    seen::seen,
    value::{Chosen, RecordValues, Value},
};
use crate::{
    application::{Field, FieldKind, FormDocument, Key, SubTable},
    identity::{AccountId, FileId, RecordId},
    lang::Lang,
};

/// The names of what records refer to, as far as the caller has looked them up.
pub trait Names {
    /// A person's name.
    fn account(&self, account: AccountId) -> Option<String>;
    /// A file's name.
    fn file(&self, file: FileId) -> Option<String>;
    /// What people recognise a record by.
    fn record(&self, record: RecordId) -> Option<String>;
}

/// Knows no names; shows say what is there without them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nameless;

impl Names for Nameless {
    fn account(&self, _: AccountId) -> Option<String> {
        None
    }
    fn file(&self, _: FileId) -> Option<String> {
        None
    }
    fn record(&self, _: RecordId) -> Option<String> {
        None
    }
}

/// How much of a text counts when sorting, in characters.
const SORT_LIMIT: usize = 100;

/// The value as people read it. The field may have changed its kind since, or be unknown: what was
/// filled in stays readable.
pub fn shown(field: Option<&Field>, value: &Value, lang: Lang, names: &dyn Names) -> String {
    let kind = field.map(|field| &field.kind);
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => match kind {
            Some(FieldKind::Number(rule)) => {
                let text = number.shown(rule.decimals, rule.thousands);
                match rule.unit.get(lang).trim() {
                    "" => text,
                    "%" => format!("{text}%"),
                    unit => format!("{text} {unit}"),
                }
            }
            _ => number.to_string(),
        },
        Value::Choice(chosen) => shown_choice(field, chosen, lang),
        Value::Date(when) => when.shown(),
        Value::Range(from, to) => format!("{} – {}", from.shown(), to.shown()),
        Value::Members(ids) => list(
            ids.iter().map(|id| {
                names
                    .account(*id)
                    .unwrap_or_else(|| lang.t("已离开的成员", "Former member").to_owned())
            }),
            lang,
        ),
        Value::Files(ids) => list(
            ids.iter()
                .map(|id| names.file(*id).unwrap_or_else(|| lang.t("文件", "File").to_owned())),
            lang,
        ),
        Value::Records(ids) => list(
            ids.iter().map(|id| {
                names
                    .record(*id)
                    .unwrap_or_else(|| lang.t("已删除的记录", "Deleted record").to_owned())
            }),
            lang,
        ),
        Value::Rows(rows) => match (lang, rows.len()) {
            (Lang::Zh, count) => format!("{count} 行"),
            (Lang::En, 1) => "1 row".to_owned(),
            (Lang::En, count) => format!("{count} rows"),
        },
    }
}

fn list(items: impl Iterator<Item = String>, lang: Lang) -> String {
    items.collect::<Vec<_>>().join(lang.t("、", ", "))
}

fn shown_choice(field: Option<&Field>, chosen: &Chosen, lang: Lang) -> String {
    let choices = field.and_then(|field| field.kind.choices());
    let label = |key: &Key| {
        choices
            .and_then(|choices| choices.find(key.as_str()))
            .map_or_else(|| key.to_string(), |option| option.label.get(lang).to_owned())
    };
    list(chosen.keys.iter().map(label).chain(chosen.other.clone()), lang)
}

/// What people recognise a record by, from the form's own choice of fields.
pub fn record_title(
    form: &FormDocument,
    values: &RecordValues,
    lang: Lang,
    names: &dyn Names,
) -> String {
    let keys: Vec<Key> = form.recognised_by().into_iter().map(|f| f.key.clone()).collect();
    title_by(form, &keys, values, lang, names)
}

/// What people recognise a record by, from chosen fields, as an association shows it. Without any,
/// or where they are empty, the form's own choice.
pub fn title_by(
    form: &FormDocument,
    keys: &[Key],
    values: &RecordValues,
    lang: Lang,
    names: &dyn Names,
) -> String {
    let part = |key: &&Key| {
        let value = values.get(key.as_str())?;
        Some(shown(form.field_ever(key.as_str()), value, lang, names))
    };
    let parts: Vec<String> = title_keys(form, keys, values).iter().filter_map(part).collect();
    if parts.is_empty() {
        return lang.t("（空记录）", "(empty record)").to_owned();
    }
    parts.join(" · ")
}

/// The fields that [`title_by`] makes a title of: those of the chosen ones, else of the form's own
/// choice, else of all that hold something for people to see.
pub fn title_keys<'v>(
    form: &'v FormDocument,
    keys: &'v [Key],
    values: &'v RecordValues,
) -> Vec<&'v Key> {
    let tells = |key: &&Key| {
        values.get(key.as_str()).is_some()
            && form.field_ever(key.as_str()).is_none_or(Field::is_seen)
    };
    let chosen: Vec<&Key> = keys.iter().filter(tells).collect();
    if !chosen.is_empty() {
        return chosen;
    }
    let own: Vec<&Key> =
        form.recognised_by().into_iter().map(|field| &field.key).filter(tells).collect();
    if !own.is_empty() {
        return own;
    }
    values.iter().map(|(key, _)| key).filter(tells).take(1).collect()
}

/// A text that sorts as people expect the values to sort; numbers and dates give digits only, so
/// that every collation agrees. What is referred to sorts by its name, as far as that is known.
pub fn sort_key(field: Option<&Field>, value: &Value, names: &dyn Names) -> String {
    let text = |text: &str| text.to_lowercase().chars().take(SORT_LIMIT).collect::<String>();
    let named = |found: Vec<String>| text(&found.join(" "));
    match value {
        Value::Number(number) => number.sort_key(),
        Value::Date(when) => when.sort_key(),
        Value::Range(from, to) => format!("{}{}", from.sort_key(), to.sort_key()),
        Value::Choice(chosen) => sort_choice(field, chosen),
        Value::Text(plain) => text(plain),
        Value::Members(ids) => named(ids.iter().filter_map(|id| names.account(*id)).collect()),
        Value::Files(ids) => named(ids.iter().filter_map(|id| names.file(*id)).collect()),
        Value::Records(ids) => named(ids.iter().filter_map(|id| names.record(*id)).collect()),
        Value::Rows(rows) => format!("{:06}", rows.len()),
    }
}

/// The whole of a text of which [`sort_key`] holds only the beginning, for filters to look into.
pub fn whole_text(value: &Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    let folded = text.to_lowercase();
    (folded.chars().nth(SORT_LIMIT).is_some()).then_some(folded)
}

/// Options sort in the order of the form, as stages do.
fn sort_choice(field: Option<&Field>, chosen: &Chosen) -> String {
    let options = field.and_then(|field| field.kind.choices()).map(|choices| &choices.options);
    let place = |key: &Key| {
        options.and_then(|options| options.iter().position(|o| o.key == *key)).unwrap_or(999_999)
    };
    chosen.keys.iter().map(|key| format!("{:06}", place(key))).take(16).collect::<String>()
        + if chosen.other.is_some() { "999999" } else { "" }
}

/// Everything in a record that a person may search for, in both languages and lower case. What the
/// form hides is not found: who finds a record by it would know it.
pub fn search_text(form: &FormDocument, values: &RecordValues, names: &dyn Names) -> String {
    let mut words: Vec<String> = Vec::new();
    for (key, value) in seen(form, values).iter() {
        let field = form.field_ever(key.as_str());
        match (value, field.map(|field| &field.kind)) {
            (Value::Rows(rows), Some(FieldKind::SubTable(table))) => {
                for row in rows {
                    search_row(table, row, names, &mut words);
                }
            }
            (Value::Rows(_), _) => {}
            _ => search_value(field, value, names, &mut words),
        }
    }
    words.join("\n")
}

fn search_row(table: &SubTable, row: &RecordValues, names: &dyn Names, words: &mut Vec<String>) {
    for (key, value) in row.iter() {
        search_value(table.column_ever(key.as_str()), value, names, words);
    }
}

fn search_value(field: Option<&Field>, value: &Value, names: &dyn Names, words: &mut Vec<String>) {
    let zh = shown(field, value, Lang::Zh, names).to_lowercase();
    let en = shown(field, value, Lang::En, names).to_lowercase();
    let plain = match value {
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    for word in [Some(zh), Some(en), plain].into_iter().flatten() {
        if !word.is_empty() && words.last() != Some(&word) {
            words.push(word);
        }
    }
}

/// The value for a cell of a CSV file: numbers plain, so that they can be counted with; the rows of
/// a sub-table one per line; texts so that no spreadsheet takes them for a formula.
pub fn export(field: Option<&Field>, value: &Value, lang: Lang, names: &dyn Names) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Rows(rows) => csv_text(
            &rows
                .iter()
                .map(|row| row_line(field, row, lang, names))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        _ => csv_text(&shown(field, value, lang, names)),
    }
}

fn row_line(field: Option<&Field>, row: &RecordValues, lang: Lang, names: &dyn Names) -> String {
    let table = match field.map(|field| &field.kind) {
        Some(FieldKind::SubTable(table)) => Some(table),
        _ => None,
    };
    let cell = |column: Option<&Field>, key: &Key, value: &Value| {
        let label = column.map_or(key.as_str(), |column| column.label.get(lang));
        format!("{label}: {}", shown(column, value, lang, names))
    };
    let known = table.into_iter().flat_map(|table| &table.columns).filter_map(|column| {
        row.get(column.key.as_str()).map(|value| cell(Some(column), &column.key, value))
    });
    let gone = row
        .iter()
        .filter(|(key, _)| table.and_then(|table| table.column(key.as_str())).is_none())
        .map(|(key, value)| {
            cell(table.and_then(|table| table.column_ever(key.as_str())), key, value)
        });
    known.chain(gone).collect::<Vec<_>>().join("; ")
}

/// A text for a CSV cell. One that a spreadsheet would take for a formula gets a quote in front.
pub fn csv_text(text: &str) -> String {
    let risky =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
    if text.starts_with(risky) || text.trim_start().starts_with(risky) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
