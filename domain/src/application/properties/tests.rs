//! Every kind's properties survive the way through the designer's inputs and back.

use super::row_numbers;
use crate::{
    application::{
        Access, Association, AssociationTarget, Choices, DateDefault, DateField, DatePattern,
        DateRangeField, Field, FieldKind, FieldPath, Files, FormDocument, Key, MemberField,
        MultilineField, NumberField, Reset, SerialField, SerialPart, SubTable, TextField,
        TextFormat,
    },
    decimal::Decimal,
    lang::Text,
    record::Pairs,
    when::When,
};

fn full(kind: FieldKind) -> Field {
    let divider = matches!(kind, FieldKind::Divider);
    Field {
        hint: Text::of("如合同所示", "As in the contract"),
        placeholder: Text::of("请填写", "Fill in"),
        required: !divider,
        access: Access::ReadOnly,
        ..Field::new(Key::fixed("held"), Text::of("字段", "Field"), kind)
    }
}

fn number(text: &str) -> Option<Decimal> {
    Decimal::parse(text).ok()
}

fn choices() -> Choices {
    let mut choices =
        Choices::of([Text::of("电话", "Phone"), Text::of("上门", "Visit"), Text::of("其他", "")]);
    choices.other = true;
    choices.default = vec![Key::fixed("visit")];
    choices
}

/// One field of every kind, none of them as it begins.
fn all() -> Vec<Field> {
    let several = Choices { default: vec![Key::fixed("phone"), Key::fixed("visit")], ..choices() };
    let column = full(FieldKind::Text(TextField::default()));
    let fixed = When::parse("2026-11-22 14:05", true).expect("moment");
    let kinds = vec![
        FieldKind::Text(TextField {
            max_length: 18,
            format: TextFormat::Email,
            default: "a@b.cn".into(),
        }),
        FieldKind::MultilineText(MultilineField {
            max_length: 90,
            rows: 7,
            default: "一\n二".into(),
        }),
        FieldKind::Number(NumberField {
            unit: Text::of("万元", "10,000 CNY"),
            decimals: 2,
            min: number("-1.5"),
            max: number("1000000"),
            thousands: true,
            default: number("0.25"),
        }),
        FieldKind::SerialNumber(SerialField {
            parts: vec![
                SerialPart::Fixed { text: "HT- ".into() },
                SerialPart::Date { pattern: DatePattern::Month },
                SerialPart::Counter { digits: 5, start: 100 },
            ],
            reset: Reset::Monthly,
        }),
        FieldKind::Radio(choices()),
        FieldKind::Select(choices()),
        FieldKind::Checkbox(several.clone()),
        FieldKind::MultiSelect(several),
        FieldKind::Date(DateField { with_time: true, default: DateDefault::Fixed(fixed) }),
        FieldKind::Date(DateField { with_time: false, default: DateDefault::Today }),
        FieldKind::DateRange(DateRangeField {
            with_time: true,
            default_from: DateDefault::Today,
            default_to: DateDefault::Fixed(fixed),
        }),
        FieldKind::Member(MemberField { multiple: true, default_self: true }),
        FieldKind::Attachment(Files { max_count: 3, max_bytes: 5_000_001 }),
        FieldKind::Image(Files { max_count: 1, max_bytes: 1024 * 1024 / 2 }),
        FieldKind::SubTable(SubTable {
            columns: vec![column],
            min_rows: 1,
            max_rows: 20,
            retired: vec![],
        }),
        FieldKind::Association(Association {
            target: AssociationTarget::Form(Key::fixed("customer")),
            display: vec![Key::fixed("name"), Key::fixed("city")],
            multiple: true,
        }),
        FieldKind::Association(Association {
            target: AssociationTarget::Slot(Text::of("客户", "Customer")),
            ..Association::default()
        }),
        FieldKind::Divider,
    ];
    kinds.into_iter().map(full).collect()
}

fn with(field: &Field, changes: &[(&str, &str)]) -> Pairs {
    let kept = field.properties();
    let kept = kept.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

#[test]
fn every_kind_reads_back_what_it_writes() {
    let fields = all();
    for kind in FieldKind::palette() {
        assert!(fields.iter().any(|field| field.kind.code() == kind.code()), "{}", kind.code());
    }
    for field in fields {
        let read = field.with_properties(&field.properties());
        assert_eq!(read.as_ref(), Ok(&field), "{}", field.kind.code());
        let plain = Field::new(field.key.clone(), field.label.clone(), field.kind.clone());
        assert_eq!(plain.with_properties(&plain.properties()), Ok(plain));
    }
}

#[test]
fn all4_each_input_that_is_wrong_is_named() {
    let wrong: &[(&str, &str, &str, &str)] = &[
        ("text", "kind", "number", "kind"),
        ("text", "max_length", "0", "max_length"),
        ("text", "max_length", "5", "default"),
        ("text", "label_zh", "", "label_zh"),
        ("text", "hint_en", "\u{7}", "hint_en"),
        ("multiline_text", "rows", "many", "rows"),
        ("number", "decimals", "10", "decimals"),
        ("number", "min", "abc", "min"),
        ("number", "max", "-2", "max"),
        ("number", "default", "0.125", "default"),
        ("serial_number", "part.2.digits", "13", "part.2.digits"),
        ("serial_number", "part.2.kind", "", "parts"),
        ("radio", "option.0.zh", "", "option.0.zh"),
        ("date", "default", "yesterday", "default"),
        ("date_range", "default_to", "tomorrow", "default_to"),
        ("date_range", "default_from_mode", "empty", "default_to"),
        ("attachment", "max_count", "51", "max_count"),
        ("attachment", "max_mb", "20.001", "max_mb"),
        ("attachment", "max_mb", "0", "max_mb"),
        ("sub_table", "max_rows", "501", "max_rows"),
        ("sub_table", "min_rows", "21", "max_rows"),
        ("association", "target", "Not a key", "target"),
    ];
    for (kind, name, value, at) in wrong {
        let field = all().into_iter().find(|field| field.kind.code() == *kind).expect("kind");
        let mut changes = vec![(*name, *value)];
        if name.split(['_', '.']).next_back() == Some("zh") {
            changes.push(("label_en", ""));
            changes.push(("option.0.en", ""));
        }
        let problem = field.with_properties(&with(&field, &changes)).expect_err(name);
        assert!(problem.at(at).is_some(), "{kind} {name}={value}: {problem}");
    }
}

#[test]
fn options_taken_away_stay_readable_and_come_back_under_their_key() {
    let select = Key::fixed("held");
    let mut form = FormDocument::titled(Text::of("登记", "Register"));
    form.fields.push(full(FieldKind::Select(choices())));
    let path = FieldPath::field(select.clone());
    let edit = |form: &mut FormDocument, changes: &[(&str, &str)]| {
        let before = form.at(&path).expect("field").clone();
        let changed = before.with_properties(&with(&before, changes)).expect("readable");
        form.change_field(&path, changed).expect("saved");
    };
    // A blank new row is no option; an empty key with a label is a new one.
    edit(
        &mut form,
        &[
            ("option.0.key", "visit"),
            ("option.0.zh", "上门"),
            ("option.0.en", "Visit"),
            ("option.1.key", ""),
            ("option.1.zh", ""),
            ("option.1.en", ""),
            ("option.2.key", ""),
            ("option.2.zh", "邮件"),
            ("option.2.en", "Mail"),
            ("chosen", "2"),
        ],
    );
    let held = form.field("held").and_then(|field| field.kind.choices()).cloned().expect("options");
    let offered: Vec<_> = held.offered().map(|option| option.key.as_str()).collect();
    assert_eq!(offered, ["visit", "mail"]);
    assert_eq!(held.default, [Key::fixed("mail")]);
    assert!(held.find("phone").is_some_and(|option| option.retired));
    edit(&mut form, &[("options_more", "电话 | Phone\n\n  微信  \n")]);
    let held = form.field("held").and_then(|field| field.kind.choices()).cloned().expect("options");
    let offered: Vec<_> = held.offered().map(|option| option.label.zh.to_string()).collect();
    assert_eq!(offered, ["上门", "邮件", "电话", "微信"]);
    assert!(held.find("phone").is_some_and(|option| !option.retired));
    // Ticked among those that were taken away, an option comes back as it was.
    edit(&mut form, &[("option.0.key", ""), ("option.0.zh", ""), ("option.0.en", "")]);
    edit(&mut form, &[("option_back", "visit")]);
    let held = form.field("held").and_then(|field| field.kind.choices()).cloned().expect("options");
    let offered: Vec<_> = held.offered().map(|option| option.label.zh.to_string()).collect();
    assert_eq!(offered, ["邮件", "电话", "微信", "上门"]);
}

#[test]
fn a_field_changes_within_its_family_and_keeps_what_both_kinds_have() {
    let field = full(FieldKind::Text(TextField {
        max_length: 50,
        default: "甲".into(),
        ..TextField::default()
    }));
    let changed =
        field.with_properties(&with(&field, &[("kind", "multiline_text")])).expect("read");
    let expected = MultilineField { max_length: 50, rows: 4, default: "甲".into() };
    assert_eq!(changed.kind, FieldKind::MultilineText(expected));
    let codes: Vec<_> = field.kinds_to_be().iter().map(FieldKind::code).collect();
    assert_eq!(codes, ["text", "multiline_text"]);
}

#[test]
fn what_is_wrong_does_not_hide_the_rest_from_the_preview() {
    let field = full(FieldKind::Number(NumberField::default()));
    let typed = with(&field, &[("label_zh", "金额"), ("decimals", "x")]);
    let (seen, problem) = field.as_typed(&typed);
    assert_eq!(seen.label.zh, "金额");
    assert!(problem.is_some_and(|problem| problem.at("decimals").is_some()));
}

#[test]
fn rows_are_found_by_their_numbers() {
    let pairs: Pairs =
        [("option.2.zh", "b"), ("option.0.zh", "a"), ("option.x.zh", ""), ("options.1.zh", "")]
            .into_iter()
            .collect();
    assert_eq!(row_numbers(&pairs, "option"), [0, 2]);
}
