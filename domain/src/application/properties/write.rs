//! From a field to the inputs of its properties.

use crate::{
    application::{
        AssociationTarget, Choices, DateDefault, Field, FieldKind, Files, SerialField, SerialPart,
    },
    decimal::Decimal,
    lang::Text,
    record::Pairs,
};

const MEGABYTE: u64 = 1024 * 1024;

pub(super) fn properties(field: &Field) -> Pairs {
    let mut to = Pairs::default();
    to.add("kind", field.kind.code());
    text(&mut to, "label", &field.label);
    text(&mut to, "hint", &field.hint);
    text(&mut to, "placeholder", &field.placeholder);
    flag(&mut to, "required", field.required);
    to.add("access", field.access.code());
    kind(&mut to, &field.kind);
    to
}

fn text(to: &mut Pairs, name: &str, text: &Text) {
    to.add(format!("{name}_zh"), text.zh.as_ref());
    to.add(format!("{name}_en"), text.en.as_ref());
}

fn flag(to: &mut Pairs, name: &str, value: bool) {
    if value {
        to.add(name, "on");
    }
}

fn number(to: &mut Pairs, name: &str, value: Option<Decimal>) {
    to.add(name, value.map(|value| value.to_string()).unwrap_or_default());
}

fn kind(to: &mut Pairs, kind: &FieldKind) {
    match kind {
        FieldKind::Text(kind) => {
            to.add("max_length", kind.max_length.to_string());
            to.add("format", kind.format.code());
            to.add("default", kind.default.as_str());
        }
        FieldKind::MultilineText(kind) => {
            to.add("max_length", kind.max_length.to_string());
            to.add("rows", kind.rows.to_string());
            to.add("default", kind.default.as_str());
        }
        FieldKind::Number(kind) => {
            text(to, "unit", &kind.unit);
            to.add("decimals", kind.decimals.to_string());
            number(to, "min", kind.min);
            number(to, "max", kind.max);
            flag(to, "thousands", kind.thousands);
            number(to, "default", kind.default);
        }
        FieldKind::SerialNumber(kind) => serial(to, kind),
        FieldKind::Radio(choices)
        | FieldKind::Checkbox(choices)
        | FieldKind::Select(choices)
        | FieldKind::MultiSelect(choices) => options(to, choices),
        FieldKind::Date(kind) => {
            flag(to, "with_time", kind.with_time);
            date_default(to, "default", kind.default);
        }
        FieldKind::DateRange(kind) => {
            flag(to, "with_time", kind.with_time);
            date_default(to, "default_from", kind.default_from);
            date_default(to, "default_to", kind.default_to);
        }
        FieldKind::Member(kind) => {
            flag(to, "multiple", kind.multiple);
            flag(to, "default_self", kind.default_self);
        }
        FieldKind::Attachment(kind) | FieldKind::Image(kind) => {
            to.add("max_count", kind.max_count.to_string());
            to.add("max_mb", megabytes(kind));
        }
        FieldKind::SubTable(table) => {
            to.add("min_rows", table.min_rows.to_string());
            to.add("max_rows", table.max_rows.to_string());
        }
        FieldKind::Association(association) => {
            let target = association.target.form().map(ToString::to_string);
            to.add("target", target.unwrap_or_default());
            for key in &association.display {
                to.add("display", key.as_str());
            }
            flag(to, "multiple", association.multiple);
        }
        FieldKind::Divider => {}
    }
}

fn date_default(to: &mut Pairs, name: &str, default: DateDefault) {
    let (mode, fixed) = match default {
        DateDefault::Empty => ("empty", String::new()),
        DateDefault::Today => ("today", String::new()),
        DateDefault::Fixed(when) => ("fixed", when.to_string()),
    };
    to.add(format!("{name}_mode"), mode);
    to.add(name, fixed);
}

fn serial(to: &mut Pairs, serial: &SerialField) {
    for (number, part) in serial.parts.iter().enumerate() {
        let name = |what: &str| format!("part.{number}.{what}");
        match part {
            SerialPart::Fixed { text } => {
                to.add(name("kind"), "fixed");
                to.add(name("text"), text.as_str());
            }
            SerialPart::Date { pattern } => {
                to.add(name("kind"), "date");
                to.add(name("pattern"), pattern.code());
            }
            SerialPart::Counter { digits, start } => {
                to.add(name("kind"), "counter");
                to.add(name("digits"), digits.to_string());
                to.add(name("start"), start.to_string());
            }
        }
    }
    to.add("reset", serial.reset.code());
}

fn options(to: &mut Pairs, choices: &Choices) {
    for (number, option) in choices.offered().enumerate() {
        to.add(format!("option.{number}.key"), option.key.as_str());
        to.add(format!("option.{number}.zh"), option.label.zh.as_ref());
        to.add(format!("option.{number}.en"), option.label.en.as_ref());
        if choices.default.contains(&option.key) {
            to.add("chosen", number.to_string());
        }
    }
    flag(to, "other", choices.other);
}

/// The size in megabytes, to three places.
pub(super) fn megabytes(files: &Files) -> String {
    let (whole, rest) = (files.max_bytes / MEGABYTE, files.max_bytes % MEGABYTE);
    let text = format!("{whole}.{:03}", rest * 1000 / MEGABYTE);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The form an association leads to, as its input holds it.
pub(super) fn target(target: &AssociationTarget) -> &str {
    target.form().map_or("", |key| key.as_str())
}
