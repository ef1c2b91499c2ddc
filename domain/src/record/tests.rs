//! Records as a whole: reading, checking, showing, and the way there and back.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    application::{
        Access, Association, AssociationTarget, Choices, DateDefault, DateField, DateRangeField,
        Field, FieldKind, Files, FormDocument, Key, MemberField, MultilineField, NumberField,
        SerialField, SubTable, TextField, TextFormat,
    },
    decimal::Decimal,
    identity::{AccountId, FileId, RecordId},
    lang::{Lang, Text},
    problem::Problem,
    time::Date,
    when::When,
};

fn key(text: &str) -> Key {
    Key::parse(text).expect("key")
}

fn day(text: &str) -> When {
    When::parse(text, text.contains('T')).expect("date")
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).expect("number")
}

fn id(last: u128) -> Uuid {
    Uuid::from_u128(last)
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field::new(key(name), Text::new(format!("字段{name}"), name), kind)
}

fn options() -> Choices {
    let mut choices = Choices::of([
        Text::of("电话", "Phone"),
        Text::of("上门", "Visit"),
        Text::of("邮件", "Email"),
    ]);
    choices.options[2].retired = true;
    choices
}

/// A form with a field of every kind.
fn form() -> FormDocument {
    let amount = NumberField {
        unit: Text::of("万元", "×10,000 CNY"),
        decimals: 2,
        min: Some(number("0")),
        max: Some(number("1000000")),
        thousands: true,
        default: None,
    };
    let with_other = Choices { other: true, ..options() };
    let target = AssociationTarget::Form(key("customer"));
    let columns = vec![
        field("day", FieldKind::Date(DateField::default())).required(),
        field("method", FieldKind::Select(options())),
        field("price", FieldKind::Number(amount.clone())),
        field("period", FieldKind::DateRange(DateRangeField::default())),
    ];
    let mut form = FormDocument::titled(Text::of("合同", "Contract"));
    form.fields = vec![
        field("serial", FieldKind::SerialNumber(SerialField::default())),
        field("name", FieldKind::Text(TextField { max_length: 20, ..TextField::default() }))
            .required(),
        field(
            "email",
            FieldKind::Text(TextField { format: TextFormat::Email, ..TextField::default() }),
        ),
        field("remarks", FieldKind::MultilineText(MultilineField::default())),
        field("amount", FieldKind::Number(amount)),
        field("source", FieldKind::Radio(with_other.clone())),
        field("tags", FieldKind::Checkbox(with_other)),
        field("stage", FieldKind::Select(options())),
        field("several", FieldKind::MultiSelect(options())),
        field(
            "signed",
            FieldKind::Date(DateField { with_time: true, default: DateDefault::Today }),
        ),
        field("term", FieldKind::DateRange(DateRangeField::default())),
        field("owner", FieldKind::Member(MemberField { multiple: false, default_self: true })),
        field("files", FieldKind::Attachment(Files { max_count: 2, ..Files::default() })),
        field("photos", FieldKind::Image(Files::default())),
        field("customer", FieldKind::Association(Association { target, ..Association::default() })),
        field("line", FieldKind::Divider),
        field(
            "items",
            FieldKind::SubTable(SubTable { columns, min_rows: 0, max_rows: 3, retired: vec![] }),
        ),
    ];
    form
}

fn now() -> When {
    day("2026-11-22T14:05")
}

fn filling(before: Option<&RecordValues>) -> Filling<'_> {
    Filling { now: now(), me: Some(AccountId(id(7))), before }
}

fn submit(pairs: &[(&str, &str)]) -> Result<RecordValues, Problem> {
    read(&form(), &pairs.iter().copied().collect(), &filling(None))
}

/// What stands at an input after posting it beside a valid name.
fn problem_at(input: &str, value: &str) -> Option<String> {
    let problem = submit(&[("f.name", "合同"), (input, value)]).err()?;
    assert_eq!((problem.rule.as_ref(), problem.status()), ("ALL-4", 422));
    assert!(problem.fields.iter().all(|f| !f.text.zh.is_empty() && !f.text.en.is_empty()));
    Some(problem.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>().join(" "))
}

#[test]
fn a_whole_record_is_read_from_its_inputs() {
    let values = submit(&[
        ("csrf", "ignored"),
        ("f.serial", "FORGED"),
        ("f.name", "  框架合同 "),
        ("f.email", "a@b.cn"),
        ("f.remarks", "一\r\n二"),
        ("f.amount", "１，２３４.50"),
        ("f.source", "*"),
        ("f.source.other", "展会"),
        ("f.tags", "phone"),
        ("f.tags", "visit"),
        ("f.tags", "phone"),
        ("f.stage", "visit"),
        ("f.signed", "2026-11-22T09:30"),
        ("f.term.from", "2026-01-01"),
        ("f.term.to", "2026-12-31"),
        ("f.owner", "00000000-0000-0000-0000-000000000007"),
        ("f.files", "00000000-0000-0000-0000-000000000001"),
        ("f.files", "00000000-0000-0000-0000-000000000002"),
        ("f.items.2.day", "2026-02-02"),
        ("f.items.2.price", "1.5"),
        ("f.items.0.day", "2026-01-01"),
        ("f.items.1.day", " "),
        ("f.items.1.method", ""),
    ])
    .expect("valid");
    let get = |name: &str| values.get(name).cloned();
    assert_eq!(get("serial"), None, "only the server numbers records");
    assert_eq!(get("name"), Some(Value::Text("框架合同".into())));
    assert_eq!(get("remarks"), Some(Value::Text("一\n二".into())));
    assert_eq!(get("amount"), Some(Value::Number(number("1234.5"))));
    assert_eq!(
        get("source"),
        Some(Value::Choice(Chosen { keys: vec![], other: Some("展会".into()) }))
    );
    assert_eq!(
        get("tags"),
        Some(Value::Choice(Chosen { keys: vec![key("phone"), key("visit")], other: None }))
    );
    assert_eq!(get("signed"), Some(Value::Date(day("2026-11-22T09:30"))));
    assert_eq!(get("term"), Some(Value::Range(day("2026-01-01"), day("2026-12-31"))));
    assert_eq!(get("owner"), Some(Value::Members(vec![AccountId(id(7))])));
    assert_eq!(get("files"), Some(Value::Files(vec![FileId(id(1)), FileId(id(2))])));
    let Some(Value::Rows(rows)) = get("items") else { panic!("rows") };
    assert_eq!(rows.len(), 2, "blank rows do not count");
    assert_eq!(
        rows[0].get("day"),
        Some(&Value::Date(day("2026-01-01"))),
        "rows go by their number"
    );
    assert_eq!(RecordValues::parse(&values.json()).ok(), Some(values));
}

#[test]
fn all4_every_input_at_fault_is_named() {
    for (input, value, at) in [
        ("f.name", "", Some("f.name")),
        ("f.name", "   ", Some("f.name")),
        ("f.name", "这个名称实在是太长了，超过了二十个字的限制", Some("f.name")),
        ("f.name", "bad\u{7}bell", Some("f.name")),
        ("f.name", "<script>", None),
        ("f.email", "nobody", Some("f.email")),
        ("f.amount", "abc", Some("f.amount")),
        ("f.amount", "1.234", Some("f.amount")),
        ("f.amount", "-1", Some("f.amount")),
        ("f.amount", "1000000.01", Some("f.amount")),
        ("f.amount", "1000000", None),
        ("f.source", "unknown", Some("f.source")),
        ("f.source", "Not A Key", Some("f.source")),
        ("f.source", "*", Some("f.source.other")),
        ("f.stage", "email", Some("f.stage")),
        ("f.stage.other", "别的", Some("f.stage.other")),
        ("f.signed", "tomorrow", Some("f.signed")),
        ("f.term.from", "2026-01-01", Some("f.term.to")),
        ("f.term.to", "2026-13-01", Some("f.term.to")),
        ("f.owner", "me", Some("f.owner")),
        ("f.customer", "1", Some("f.customer")),
        ("f.items.0.price", "x", Some("f.items.0.day f.items.0.price")),
        ("f.items.7.method", "fax", Some("f.items.7.day f.items.7.method")),
        ("f.unknown", "x", Some("f.unknown")),
        ("f.unknown", "", None),
        ("f.", "x", Some("f.")),
        ("other", "x", None),
    ] {
        let pairs = [("f.name", "合同"), (input, value)];
        let pairs = if input == "f.name" { &pairs[1..] } else { &pairs[..] };
        let problem = submit(pairs).err();
        let mut names: Vec<_> =
            problem.iter().flat_map(|p| &p.fields).map(|f| f.name.as_str()).collect();
        names.sort_unstable();
        let names = names.join(" ");
        assert_eq!((!names.is_empty()).then_some(names.as_str()), at, "{input} = {value}");
    }
    let problem =
        submit(&[("f.amount", "x"), ("f.signed", "y"), ("f.term.to", "z")]).expect_err("wrong");
    assert_eq!(problem.fields.len(), 4, "all of them at once");
}

#[test]
fn ranges_counts_and_rows_are_checked() {
    let at = |pairs: &[(&str, &str)]| {
        let mut all = vec![("f.name", "合同")];
        all.extend(pairs);
        let fields = submit(&all).err().map(|problem| problem.fields).unwrap_or_default();
        fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(at(&[("f.term.from", "2026-02-01"), ("f.term.to", "2026-01-01")]), "f.term.to");
    assert_eq!(at(&[("f.term.from", "2026-02-01"), ("f.term.to", "2026-02-01")]), "");
    assert_eq!(at(&[("f.stage", "phone"), ("f.stage", "visit")]), "f.stage");
    let ids: Vec<String> = (1..=3).map(|n| id(n).to_string()).collect();
    assert_eq!(at(&ids.iter().map(|id| ("f.files", id.as_str())).collect::<Vec<_>>()), "f.files");
    assert_eq!(
        at(&ids.iter().map(|id| ("f.customer", id.as_str())).collect::<Vec<_>>()),
        "f.customer"
    );
    let rows: Vec<String> = (0..4).map(|n| format!("f.items.{n}.day")).collect();
    assert_eq!(
        at(&rows.iter().map(|row| (row.as_str(), "2026-01-01")).collect::<Vec<_>>()),
        "f.items"
    );
    let range = ("f.items.3.period.from", "2026-01-01");
    assert_eq!(at(&[("f.items.3.day", "2026-01-01"), range]), "f.items.3.period.to");
    assert_eq!(problem_at("f.items.99999999999999999999.day", "2026-01-01"), None, "no such row");
}

#[test]
fn required_sub_tables_need_a_row() {
    let mut form = form();
    form.fields.last_mut().expect("items").required = true;
    let pairs: Pairs = [("f.name", "合同")].into_iter().collect();
    let problem = read(&form, &pairs, &filling(None)).expect_err("a row is missing");
    assert_eq!(problem.fields[0].name, "f.items");
}

#[test]
fn defaults_fill_a_new_record() {
    let values = initial(&form(), &filling(None));
    assert_eq!(values.get("signed"), Some(&Value::Date(now())));
    assert_eq!(values.get("owner"), Some(&Value::Members(vec![AccountId(id(7))])));
    assert_eq!(values.iter().count(), 2);
}

#[test]
fn a_date_range_begins_with_its_default_as_long_as_that_is_a_range() {
    let begin = |default_from, default_to| {
        let range = DateRangeField { default_from, default_to, ..DateRangeField::default() };
        let mut form = FormDocument::titled(Text::of("请假", "Leave"));
        form.fields = vec![field("term", FieldKind::DateRange(range))];
        initial(&form, &filling(None)).get("term").cloned()
    };
    let today = now().with_time(false);
    let fixed = |text: &str| DateDefault::Fixed(day(text));
    assert_eq!(begin(DateDefault::Today, DateDefault::Today), Some(Value::Range(today, today)));
    assert_eq!(
        begin(DateDefault::Today, fixed("2026-12-31")),
        Some(Value::Range(today, day("2026-12-31")))
    );
    assert_eq!(begin(DateDefault::Today, fixed("2026-01-01")), None, "that day has passed");
    assert_eq!(begin(DateDefault::Empty, DateDefault::Empty), None);
}

#[test]
fn what_people_may_not_change_they_cannot_change() {
    let mut form = form();
    for (at, access) in [("amount", Access::ReadOnly), ("owner", Access::Hidden)] {
        form.fields.iter_mut().find(|f| f.key == at).expect("field").access = access;
    }
    let FieldKind::SubTable(table) = &mut form.fields.last_mut().expect("items").kind else {
        panic!()
    };
    table.columns[2].access = Access::Hidden;
    let forged: Pairs = [
        ("f.name", "合同"),
        ("f.amount", "99"),
        ("f.owner", "x"),
        ("f.items.1.day", "2026-01-01"),
        ("f.items.1.price", "99"),
    ]
    .into_iter()
    .collect();
    let fresh = read(&form, &forged, &filling(None)).expect("forged values are ignored");
    assert_eq!(fresh.get("amount"), None);
    assert_eq!(fresh.get("owner"), Some(&Value::Members(vec![AccountId(id(7))])), "its default");

    let row = |day_: &str, price: &str| -> RecordValues {
        [(key("day"), Value::Date(day(day_))), (key("price"), Value::Number(number(price)))]
            .into_iter()
            .collect()
    };
    let before: RecordValues = [
        (key("serial"), Value::Text("20261122-0001".into())),
        (key("name"), Value::Text("旧".into())),
        (key("amount"), Value::Number(number("5"))),
        (key("gone"), Value::Text("旧字段".into())),
        (key("items"), Value::Rows(vec![row("2026-01-01", "1"), row("2026-01-02", "2")])),
    ]
    .into_iter()
    .collect();
    let edited = read(&form, &forged, &filling(Some(&before))).expect("valid");
    for kept in ["serial", "amount", "gone"] {
        assert_eq!(edited.get(kept), before.get(kept), "{kept}");
    }
    assert_eq!(edited.get("name"), Some(&Value::Text("合同".into())));
    assert_eq!(edited.get("owner"), None, "an edit does not apply defaults");
    // Row 0 was removed; row 1 keeps what nobody may change in it.
    assert_eq!(edited.get("items"), Some(&Value::Rows(vec![row("2026-01-01", "2")])));

    // Row 1 was removed and another added in its place: that is a row of its own.
    let shown: Pairs = [("f.items.0.day", "2026-01-01")].into_iter().collect();
    let next = next_row(shown.rows("items").into_iter(), held_rows(Some(&before), "items").len());
    let typed: Pairs =
        [("f.name".to_owned(), "合同"), (format!("f.items.{next}.day"), "2026-01-01")]
            .into_iter()
            .collect();
    let replaced = read(&form, &typed, &filling(Some(&before))).expect("valid");
    let fresh = [(key("day"), Value::Date(day("2026-01-01")))].into_iter().collect();
    assert_eq!(replaced.get("items"), Some(&Value::Rows(vec![fresh])), "nothing is inherited");
}

#[test]
fn what_was_allowed_before_may_stay() {
    let before: RecordValues = [
        (key("name"), Value::Text("这个名称实在是太长了，超过了二十个字的限制".into())),
        (key("stage"), Value::Choice(Chosen::one(key("email")))),
        (key("several"), Value::Choice(Chosen::one(key("email")))),
    ]
    .into_iter()
    .collect();
    let mut pairs = encode(&form(), &before);
    assert_eq!(read(&form(), &pairs, &filling(Some(&before))), Ok(before.clone()));
    pairs.add("f.several", "phone");
    let values = read(&form(), &pairs, &filling(Some(&before))).expect("retired option may stay");
    let several = Chosen { keys: vec![key("email"), key("phone")], other: None };
    assert_eq!(values.get("several"), Some(&Value::Choice(several)));
    assert!(read(&form(), &pairs, &filling(None)).is_err(), "but nobody chooses it anew");
}

fn record(values: impl IntoIterator<Item = (&'static str, Value)>) -> RecordValues {
    values.into_iter().map(|(name, value)| (key(name), value)).collect()
}

/// The record after somebody opened it in `form`, typed something at `input` and saved.
fn edited(form: &FormDocument, before: &RecordValues, input: &str, typed: &str) -> RecordValues {
    let drawn = encode(form, before);
    let mut pairs: Pairs = drawn.iter().filter(|(name, _)| *name != input).collect();
    pairs.add(input, typed);
    read(form, &pairs, &filling(Some(before))).expect("valid")
}

fn table_of(form: &mut FormDocument) -> &mut SubTable {
    match &mut form.fields.last_mut().expect("items").kind {
        FieldKind::SubTable(table) => table,
        _ => panic!("a sub-table"),
    }
}

#[test]
fn rows_of_a_sub_table_outlive_the_column_they_were_filled_in_by() {
    let priced = |price: &str| record([("price", Value::Number(number(price)))]);
    let rows = Value::Rows(vec![priced("1"), priced("2")]);
    let before = record([("name", Value::Text("旧".into())), ("items", rows.clone())]);
    let mut plain = form();
    table_of(&mut plain).columns[0].required = false;
    let mut removed = plain.clone();
    let table = table_of(&mut removed);
    let price = table.columns.remove(2);
    table.retired.push(price);
    let closed = |access| {
        let mut form = plain.clone();
        table_of(&mut form).columns[2].access = access;
        form
    };
    for form in [plain.clone(), removed, closed(Access::ReadOnly), closed(Access::Hidden)] {
        let after = edited(&form, &before, "f.name", "新");
        assert_eq!(after.get("name"), Some(&Value::Text("新".into())));
        assert_eq!(after.get("items"), Some(&rows), "another field was changed");
        // The first row is taken away; a new one is left empty.
        let pairs: Pairs = encode(&form, &before)
            .iter()
            .filter(|(name, _)| !name.starts_with("f.items.0."))
            .collect();
        let mut with_new = pairs.clone();
        with_new.add(format!("f.items.2.{ROW}"), "");
        let after = read(&form, &with_new, &filling(Some(&before))).expect("valid");
        assert_eq!(after.get("items"), Some(&Value::Rows(vec![priced("2")])));
    }
}

#[test]
fn editing_one_field_keeps_what_another_can_no_longer_show() {
    let options = |other| Choices { other, ..options() };
    let chosen = |keys: &[&str], other: Option<&str>| {
        let keys = keys.iter().map(|name| key(name)).collect();
        Value::Choice(Chosen { keys, other: other.map(str::to_owned) })
    };
    let customer = |multiple| {
        let target = AssociationTarget::Form(key("customer"));
        FieldKind::Association(Association { target, multiple, ..Association::default() })
    };
    let member = |multiple| FieldKind::Member(MemberField { multiple, default_self: false });
    let text = || FieldKind::Text(TextField::default());
    let people = |ids: &[u128]| Value::Members(ids.iter().map(|n| AccountId(id(*n))).collect());
    let records = |ids: &[u128]| Value::Records(ids.iter().map(|n| RecordId(id(*n))).collect());
    let (one, two) = (id(1).to_string(), id(2).to_string());
    let moment = Value::Date(day("2026-11-22T09:30"));
    let range = Value::Range(day("2026-01-01T08:00"), day("2026-01-02T18:00"));
    let ranged = FieldKind::DateRange(DateRangeField::default());
    for (change, now, held, typed, then) in [
        (
            "no 其他 any more",
            FieldKind::Radio(options(false)),
            chosen(&[], Some("展会")),
            "phone",
            chosen(&["phone"], None),
        ),
        (
            "a list without 其他",
            FieldKind::Select(options(false)),
            chosen(&[], Some("展会")),
            "visit",
            chosen(&["visit"], None),
        ),
        (
            "checkboxes to radio buttons",
            FieldKind::Radio(options(true)),
            chosen(&["phone", "visit"], Some("展会")),
            "visit",
            chosen(&["visit"], None),
        ),
        (
            "an option that is not known",
            FieldKind::Select(options(true)),
            chosen(&["gone"], None),
            "visit",
            chosen(&["visit"], None),
        ),
        ("one person only", member(false), people(&[1, 2]), &two, people(&[2])),
        ("one record only", customer(false), records(&[1, 2]), &two, records(&[2])),
        ("several people", member(true), people(&[2]), &one, people(&[1])),
        (
            "a day without a time",
            FieldKind::Date(DateField::default()),
            moment,
            "2026-11-23",
            Value::Date(day("2026-11-23")),
        ),
        ("one line", text(), Value::Text("一\n二".into()), "三", Value::Text("三".into())),
    ] {
        let mut form = FormDocument::titled(Text::of("表单", "Form"));
        form.fields = vec![field("name", text()), field("it", now)];
        let before = record([("name", Value::Text("旧".into())), ("it", held.clone())]);
        let after = edited(&form, &before, "f.name", "新");
        assert_eq!(after.get("it"), Some(&held), "{change}: another field was changed");
        let mut pairs = Pairs::default();
        pairs.add("f.it", typed);
        let after = read(&form, &pairs, &filling(Some(&before))).expect("valid");
        assert_eq!(after.get("it"), Some(&then), "{change}: this one was");
        let after = read(&form, &encode(&form, &after), &filling(Some(&after))).expect("valid");
        assert_eq!(after.get("it"), Some(&then), "{change}: and stays");
    }
    let mut form = FormDocument::titled(Text::of("表单", "Form"));
    form.fields = vec![field("name", text()), field("it", ranged)];
    let before = record([("it", range.clone())]);
    assert_eq!(edited(&form, &before, "f.name", "新").get("it"), Some(&range));
    let after = edited(&form, &before, "f.it.to", "2026-01-03");
    assert_eq!(after.get("it"), Some(&Value::Range(day("2026-01-01"), day("2026-01-03"))));
}

#[test]
fn what_was_typed_beside_checkboxes_stays_when_options_are_ticked_in_another_order() {
    let held = |keys: &[&str]| {
        let keys = keys.iter().map(|name| key(name)).collect();
        Value::Choice(Chosen { keys, other: Some("展会".into()) })
    };
    let mut form = form();
    form.fields[6].kind = FieldKind::Checkbox(options());
    let name = ("name", Value::Text("合同".into()));
    let before = record([name, ("tags", held(&["visit", "phone", "gone"]))]);
    let post = |tags: &[&str]| {
        let mut pairs: Pairs = [("f.name", "合同"), ("f.tags.other", "展会")].into_iter().collect();
        for tag in tags {
            pairs.add("f.tags", *tag);
        }
        read(&form, &pairs, &filling(Some(&before))).map(|values| values.get("tags").cloned())
    };
    assert_eq!(post(&["phone", "visit", OTHER]), Ok(before.get("tags").cloned()), "as drawn");
    assert_eq!(post(&["phone", OTHER]), Ok(Some(held(&["phone"]))), "what was held may stay");
}

#[test]
fn what_a_form_hides_is_not_seen() {
    let mut form = form();
    form.fields.iter_mut().find(|field| field.key == "amount").expect("amount").access =
        Access::Hidden;
    table_of(&mut form).columns[2].access = Access::Hidden;
    let mut secret = field("secret", FieldKind::Text(TextField::default()));
    secret.access = Access::Hidden;
    form.retired = vec![secret, field("old", FieldKind::Text(TextField::default()))];
    let text = |text: &str| Value::Text(text.into());
    let row = record([("price", Value::Number(number("78")))]);
    let values = record([
        ("amount", Value::Number(number("56"))),
        ("secret", text("机密")),
        ("old", text("旧字段")),
        ("items", Value::Rows(vec![row])),
    ]);
    let names: Vec<String> = seen(&form, &values).iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(names, ["items", "old"]);
    let rows = Value::Rows(vec![RecordValues::default()]);
    assert_eq!(seen(&form, &values).get("items"), Some(&rows), "the row is there still");
    assert_eq!(search_text(&form, &values, &Nameless), "旧字段");
    let title =
        |values: &RecordValues| title_by(&form, &[key("amount")], values, Lang::En, &Nameless);
    assert_eq!(
        title(&record([("amount", text("56")), ("secret", text("机密"))])),
        "(empty record)"
    );
    form.columns = vec![key("amount"), key("name")];
    let columns: Vec<&str> = form.list_columns().iter().map(|field| field.key.as_str()).collect();
    assert_eq!(columns, ["name"]);
}

#[test]
fn an_association_without_a_form_demands_nothing_and_takes_nothing() {
    let mut form = form();
    let customer = form.fields.iter_mut().find(|f| f.key == "customer").expect("field");
    customer.required = true;
    customer.kind = FieldKind::Association(Association::default());
    let fill = |value: &str| {
        let pairs: Pairs = [("f.name", "合同"), ("f.customer", value)].into_iter().collect();
        read(&form, &pairs, &filling(None)).map(|_| ()).map_err(|p| p.fields[0].name.clone())
    };
    assert_eq!(fill(""), Ok(()));
    assert_eq!(fill(&id(1).to_string()), Err("f.customer".into()));
}

#[test]
fn hostile_posts_stay_bounded() {
    let mut pairs = Pairs::default();
    for n in 0..100_000 {
        pairs.add(format!("f.items.{n}.price"), "x");
        pairs.add("f.tags", "phone");
    }
    let problem = read(&form(), &pairs, &filling(None)).expect_err("wrong");
    assert!(problem.fields.len() <= 200);
}

#[test]
fn all4_more_rows_than_a_sub_table_can_have_are_refused_and_not_read() {
    let blank = |count: usize| -> Pairs {
        let rows = (0..count).map(|n| (format!("f.items.{n}.{ROW}"), ""));
        rows.chain([("f.name".to_owned(), "合同")]).collect()
    };
    let most = SubTable::ROW_LIMIT as usize;
    assert_eq!(read(&form(), &blank(most), &filling(None)).map(|_| ()), Ok(()));
    let hostile = blank(59_000);
    assert_eq!(hostile.rows("items").len(), most + 1);
    let problem = read(&form(), &hostile, &filling(None)).expect_err("too many");
    assert!(problem.at("f.items").is_some_and(|text| text.en.contains("500")), "{problem}");
}

/// Knows a few names.
struct Known(BTreeMap<Uuid, &'static str>);

impl Names for Known {
    fn account(&self, account: AccountId) -> Option<String> {
        self.0.get(&account.0).map(ToString::to_string)
    }
    fn file(&self, file: FileId) -> Option<String> {
        self.0.get(&file.0).map(ToString::to_string)
    }
    fn record(&self, record: RecordId) -> Option<String> {
        self.0.get(&record.0).map(ToString::to_string)
    }
}

#[test]
fn all3_values_are_shown_in_both_languages() {
    let form = form();
    let names = Known([(id(1), "张三"), (id(2), "合同.pdf")].into());
    let show = |name: &str, value: Value, lang| shown(form.field(name), &value, lang, &names);
    let chosen = Value::Choice(Chosen {
        keys: vec![key("phone"), key("visit")],
        other: Some("展会".into()),
    });
    for (name, value, zh, en) in [
        (
            "amount",
            Value::Number(number("1234567.5")),
            "1,234,567.50 万元",
            "1,234,567.50 ×10,000 CNY",
        ),
        ("tags", chosen.clone(), "电话、上门、展会", "Phone, Visit, 展会"),
        (
            "term",
            Value::Range(day("2026-01-01"), day("2026-12-31")),
            "2026-01-01 – 2026-12-31",
            "2026-01-01 – 2026-12-31",
        ),
        ("signed", Value::Date(now()), "2026-11-22 14:05", "2026-11-22 14:05"),
        ("owner", Value::Members(vec![AccountId(id(1))]), "张三", "张三"),
        ("owner", Value::Members(vec![AccountId(id(9))]), "已离开的成员", "Former member"),
        ("files", Value::Files(vec![FileId(id(2))]), "合同.pdf", "合同.pdf"),
        ("customer", Value::Records(vec![RecordId(id(9))]), "已删除的记录", "Deleted record"),
        ("items", Value::Rows(vec![RecordValues::default()]), "1 行", "1 row"),
        // The field has become another kind since, or is gone: still readable.
        ("name", Value::Number(number("5")), "5", "5"),
        ("amount", Value::Text("五".into()), "五", "五"),
        ("gone", chosen, "phone、visit、展会", "phone, visit, 展会"),
    ] {
        assert_eq!(show(name, value.clone(), Lang::Zh), zh);
        assert_eq!(show(name, value, Lang::En), en);
    }
}

#[test]
fn exports_carry_no_formulas() {
    let form = form();
    let cell = |name: &str, value: Value| export(form.field(name), &value, Lang::Zh, &Nameless);
    for risky in ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"] {
        assert_eq!(cell("name", Value::Text(risky.into())), format!("'{risky}"));
    }
    assert_eq!(cell("name", Value::Text("a=1".into())), "a=1");
    assert_eq!(cell("amount", Value::Number(number("-5.5"))), "-5.5", "numbers stay numbers");
    let row: RecordValues =
        [(key("day"), Value::Date(day("2026-01-01"))), (key("old"), Value::Text("旧".into()))]
            .into_iter()
            .collect();
    assert_eq!(
        cell("items", Value::Rows(vec![row.clone(), row])),
        "字段day: 2026-01-01; old: 旧\n字段day: 2026-01-01; old: 旧"
    );
}

#[test]
fn records_sort_as_people_expect() {
    let form = form();
    let names = Known([(id(1), "Wang"), (id(2), "li"), (id(3), "华东机械")].into());
    let key_of = |name: &str, value: Value| sort_key(form.field(name), &value, &names);
    let amounts: Vec<_> = ["-10", "-2", "0", "1.5", "2", "10"]
        .map(|n| key_of("amount", Value::Number(number(n))))
        .into();
    assert!(amounts.is_sorted());
    let days: Vec<_> = ["2026-01-01", "2026-01-01T09:00", "2026-01-02"]
        .map(|d| key_of("signed", Value::Date(day(d))))
        .into();
    assert!(days.is_sorted());
    let stage = |name: &str| key_of("stage", Value::Choice(Chosen::one(key(name))));
    assert!(stage("phone") < stage("visit"), "options sort in the order of the form");
    let owner = |last: u128| key_of("owner", Value::Members(vec![AccountId(id(last))]));
    assert!(owner(2) < owner(1), "people sort by their names");
    assert_eq!(owner(9), "", "and before all others where nobody knows them any more");
    assert_eq!(key_of("customer", Value::Records(vec![RecordId(id(3))])), "华东机械");
}

#[test]
fn long_texts_are_kept_whole_for_filters_and_searches() {
    let long = format!("{}Needle", "长".repeat(5_000));
    let value = Value::Text(long);
    assert!(whole_text(&value).is_some_and(|text| text.ends_with("needle")));
    assert_eq!(whole_text(&Value::Text("短".repeat(100))), None, "the sort key holds all of it");
    let values: RecordValues = [(key("remarks"), value)].into_iter().collect();
    assert!(search_text(&form(), &values, &Nameless).ends_with("needle"));
}

#[test]
fn records_are_found_and_recognised() {
    let form = form();
    let values: RecordValues = [
        (key("serial"), Value::Text("HT-0001".into())),
        (key("name"), Value::Text("Frame 合同".into())),
        (key("stage"), Value::Choice(Chosen::one(key("visit")))),
        (key("amount"), Value::Number(number("1234.5"))),
        (
            key("items"),
            Value::Rows(vec![
                [(key("method"), Value::Choice(Chosen::one(key("phone"))))].into_iter().collect(),
            ]),
        ),
    ]
    .into_iter()
    .collect();
    let search = search_text(&form, &values, &Nameless);
    for word in ["ht-0001", "frame 合同", "上门", "visit", "电话", "1234.5", "1,234.50"] {
        assert!(search.contains(word), "{word} in {search}");
    }
    assert_eq!(record_title(&form, &values, Lang::Zh, &Nameless), "HT-0001 · Frame 合同");
    assert_eq!(title_by(&form, &[key("stage")], &values, Lang::En, &Nameless), "Visit");
    assert_eq!(
        title_by(&form, &[key("email")], &values, Lang::En, &Nameless),
        "HT-0001 · Frame 合同"
    );
    assert_eq!(
        record_title(&form, &RecordValues::default(), Lang::En, &Nameless),
        "(empty record)"
    );
}

#[test]
fn ord4_people_do_not_travel_and_files_and_records_are_their_copies() {
    let row: RecordValues =
        [(key("who"), Value::Members(vec![AccountId(id(1))])), (key("day"), Value::Date(now()))]
            .into_iter()
            .collect();
    let values: RecordValues = [
        (key("owner"), Value::Members(vec![AccountId(id(1))])),
        (key("files"), Value::Files(vec![FileId(id(2)), FileId(id(3))])),
        (key("customer"), Value::Records(vec![RecordId(id(9))])),
        (key("items"), Value::Rows(vec![row])),
    ]
    .into_iter()
    .collect();
    let file = |file: FileId| (file == FileId(id(2))).then_some(FileId(id(22)));
    let carried = values.carried_over(&file, &|_| None);
    assert!(!carried.json().contains(&id(1).to_string()));
    assert_eq!(carried.get("owner"), None);
    assert_eq!(carried.get("files"), Some(&Value::Files(vec![FileId(id(22))])));
    assert_eq!(carried.get("customer"), None);
    let day_only: RecordValues = [(key("day"), Value::Date(now()))].into_iter().collect();
    assert_eq!(carried.get("items"), Some(&Value::Rows(vec![day_only])));
}

#[test]
fn what_a_record_refers_to_is_listed_with_its_input() {
    let values: RecordValues = [
        (key("owner"), Value::Members(vec![AccountId(id(1))])),
        (key("photos"), Value::Files(vec![FileId(id(2))])),
        (key("customer"), Value::Records(vec![RecordId(id(3))])),
    ]
    .into_iter()
    .collect();
    let listed = references(&form(), &values);
    let names: Vec<_> = listed.iter().map(|reference| reference.name.as_str()).collect();
    assert_eq!(names, ["f.owner", "f.photos", "f.customer"]);
    assert_eq!(listed[2].to, Referenced::Record { record: RecordId(id(3)), form: key("customer") });
    assert!(matches!(listed[1].to, Referenced::File { image: true, .. }));
}

fn any_day() -> impl Strategy<Value = When> {
    (1900..2200_i16, 1..=12_i8, 1..=28_i8)
        .prop_map(|(y, m, d)| When::day(Date::parse(&format!("{y}-{m}-{d}")).expect("date")))
}

fn any_ids() -> impl Strategy<Value = Vec<Uuid>> {
    prop::collection::btree_set(any::<u128>(), 0..3)
        .prop_map(|ids| ids.into_iter().map(id).collect())
}

/// A text as the checks leave it.
fn any_text(max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>().prop_filter("printable", |c| !c.is_control()), 0..max)
        .prop_map(|chars| chars.into_iter().collect::<String>().trim().to_owned())
}

fn any_chosen(single: bool) -> impl Strategy<Value = Chosen> {
    let keys = prop::sample::subsequence(vec![key("phone"), key("visit")], 0..=2);
    (keys, prop::option::of(any_text(10))).prop_map(move |(keys, other)| {
        let other = other.filter(|text| !text.is_empty());
        match other {
            Some(other) if single => Chosen { keys: vec![], other: Some(other) },
            other => {
                let most = if single { 1 } else { 2 };
                Chosen { keys: keys.into_iter().take(most).collect(), other }
            }
        }
    })
}

fn any_price() -> impl Strategy<Value = Value> {
    (0..100_000_000_i64)
        .prop_map(|cents| Value::Number(number(&format!("{}.{:02}", cents / 100, cents % 100))))
}

fn any_row() -> impl Strategy<Value = RecordValues> {
    (any_day(), prop::option::of(any_price()), prop::option::of((any_day(), any_day()))).prop_map(
        |(day, price, period)| {
            let mut row = RecordValues::default();
            row.set(key("day"), Some(Value::Date(day)));
            row.set(key("price"), price);
            row.set(key("period"), period.map(|(a, b)| Value::Range(a.min(b), a.max(b))));
            row
        },
    )
}

/// Values that fit the form.
fn any_values() -> impl Strategy<Value = RecordValues> {
    let texts = (any_text(19), any_text(60));
    let choices = (any_chosen(true), any_chosen(false));
    let ids = (any_ids(), any_ids(), any_ids());
    let dates = (any_day(), 0..1440_u16, prop::option::of((any_day(), any_day())));
    let rows = prop::collection::vec(any_row(), 0..4);
    (texts, prop::option::of(any_price()), choices, ids, dates, rows).prop_map(
        |(
            (name, remarks),
            amount,
            (one, many),
            (owner, files, customer),
            (day, minute, term),
            rows,
        )| {
            let mut values = RecordValues::default();
            let named = if name.is_empty() { "名称".to_owned() } else { name };
            values.set(key("name"), Some(Value::Text(named)));
            values.set(key("remarks"), Some(Value::Text(remarks)));
            values.set(key("amount"), amount);
            values.set(key("source"), Some(Value::Choice(one)));
            values.set(key("tags"), Some(Value::Choice(many)));
            let signed = When { minute: Some(minute), ..day };
            values.set(key("signed"), Some(Value::Date(signed)));
            values.set(key("term"), term.map(|(a, b)| Value::Range(a.min(b), a.max(b))));
            values.set(
                key("owner"),
                Some(Value::Members(owner.into_iter().take(1).map(AccountId).collect())),
            );
            values.set(key("files"), Some(Value::Files(files.into_iter().map(FileId).collect())));
            values.set(
                key("customer"),
                Some(Value::Records(customer.into_iter().take(1).map(RecordId).collect())),
            );
            values.set(key("items"), Some(Value::Rows(rows)));
            values
        },
    )
}

proptest! {
    #[test]
    fn values_go_to_inputs_and_back(values in any_values()) {
        let form = form();
        let pairs = encode(&form, &values);
        prop_assert_eq!(read(&form, &pairs, &filling(None)), Ok(values.clone()));
        let typed: Pairs = pairs.iter().collect();
        prop_assert_eq!(&typed, &pairs);
        let stored = RecordValues::parse(&values.json()).ok();
        prop_assert_eq!(stored, Some(values));
    }

    #[test]
    fn any_post_is_read_or_refused(pairs in prop::collection::vec(("(f\\.)?(name|amount|term|items|tags|line|x)?(\\.[0-9]{0,3})?(\\.(from|to|other|day|price))?", "\\PC{0,8}"), 0..20)) {
        let pairs: Pairs = pairs.into_iter().collect();
        if let Ok(values) = read(&form(), &pairs, &filling(None)) {
            let again = encode(&form(), &values);
            prop_assert_eq!(read(&form(), &again, &filling(None)), Ok(values));
        }
    }
}
