//! The app model as a whole: content addressing, checks, edits and differences.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::lang::{Lang, Text};

fn text(zh: &'static str) -> Text {
    Text::of(zh, "")
}

fn key(text: &str) -> Key {
    Key::parse(text).expect("key")
}

fn path(text: &str) -> FieldPath {
    text.parse().expect("path")
}

/// An app of two forms: customers, and contracts associated with them.
fn app() -> Tree {
    let mut tree = Tree::empty();
    let customer = tree.add_form(Text::of("客户", "Customer")).expect("form");
    let contract = tree.add_form(Text::of("合同", "Contract")).expect("form");
    tree.edit_form(&customer, |form| {
        form.add_field(None, text("名称"), FieldKind::Text(TextField::default()), None)
    })
    .expect("field");
    tree.edit_form(&contract, |form| {
        form.add_field(None, text("金额"), FieldKind::Number(NumberField::default()), None)?;
        let association = Association {
            target: AssociationTarget::Form(key("customer")),
            display: vec![key("name")],
            multiple: false,
        };
        form.add_field(None, text("客户"), FieldKind::Association(association), None)?;
        form.add_field(None, text("明细"), FieldKind::SubTable(SubTable::default()), None)?;
        let items = key("items");
        form.add_field(Some(&items), text("单价"), FieldKind::Number(NumberField::default()), None)
    })
    .expect("fields");
    tree
}

fn codes(tree: &Tree, least: Severity) -> Vec<&'static str> {
    let findings = tree.findings();
    findings.iter().filter(|f| f.severity >= least).map(|f| f.code).collect()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, crate::problem::Problem>) -> String {
    outcome.expect_err("refused").code.into_owned()
}

#[test]
fn ord4_the_same_content_has_the_same_digest_and_other_content_another() {
    let (mut one, other) = (app(), app());
    assert_eq!(one.manifest().digest(), other.manifest().digest());
    let before = one.manifest();
    one.rename_form(&key("contract"), text("框架合同"), Text::default()).expect("rename");
    let after = one.manifest();
    assert_ne!(before.digest(), after.digest());
    let changed: Vec<_> =
        after.entries().iter().filter(|entry| !before.entries().contains(entry)).collect();
    assert_eq!(changed.len(), 1, "only the form that changed has a new digest");
}

#[test]
fn manifests_name_their_content_whatever_the_order() {
    let manifest = app().manifest();
    let mut entries = manifest.entries().to_vec();
    entries.reverse();
    assert_eq!(Manifest::of(entries).digest(), manifest.digest());
    let json = serde_json::to_string(&manifest).expect("JSON");
    assert_eq!(serde_json::from_str::<Manifest>(&json).ok(), Some(manifest));
}

#[test]
fn documents_read_back_and_unknown_properties_are_refused() {
    for (_, document) in app().components() {
        let read = Document::parse(&document.canonical()).expect("document");
        assert_eq!(read, *document);
        assert_eq!(read.digest(), document.digest());
    }
    let plain = r#"{"kind":"form","title":{"zh":"合同"},"fields":[]}"#;
    assert!(Document::parse(plain).is_ok(), "properties of later versions take their defaults");
    for wrong in [
        r#"{"kind":"form","title":{"zh":"合同"},"colour":"red"}"#,
        r#"{"kind":"report","title":{"zh":"合同"}}"#,
        r#"{"kind":"form","title":{"zh":"合同"},"fields":[{"key":"A","label":{},"kind":{"type":"text"}}]}"#,
        r#"{"kind":"form","title":{"zh":"合同"},"fields":[{"key":"a","label":{},"kind":{"type":"text","regex":"x"}}]}"#,
        "[]",
    ] {
        assert!(Document::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_kind_of_field_reads_back() {
    let mut form = FormDocument::titled(text("全部"));
    for kind in FieldKind::palette() {
        assert_eq!(FieldKind::parse(kind.code()).as_ref(), Some(&kind));
        assert!(!kind.label().zh.is_empty() && !kind.label().en.is_empty());
        form.add_field(None, kind.label(), kind, None).expect("field");
    }
    let document = Document::from(form);
    assert_eq!(Document::parse(&document.canonical()).ok(), Some(document));
}

#[test]
fn ord4_every_dangling_reference_is_found() {
    let mut tree = app();
    assert_eq!(codes(&tree, Severity::Note), Vec::<&str>::new());
    assert_eq!(tree.releasable(), Ok(()));

    let mut without_name = tree.clone();
    without_name.remove_field(&key("customer"), &path("name")).expect("remove");
    // The association no longer shows the field, and the form has none left.
    assert_eq!(codes(&without_name, Severity::Incomplete), ["no_fields"]);

    let customer = tree.take("customer").expect("customer");
    assert_eq!(codes(&tree, Severity::Note), ["dangling_form", "dangling_form"]);
    let problem = tree.releasable().expect_err("dangling");
    assert_eq!(problem.fields[0].name, "contract.customer");
    tree.put(key("customer"), customer);
    tree.edit_form(&key("customer"), |form| {
        form.fields.clear();
        Ok(())
    })
    .expect("edit");
    assert_eq!(codes(&tree, Severity::Note), ["no_fields", "dangling_field"]);
}

#[test]
fn unresolved_slots_are_listed_and_block_a_release_only_where_required() {
    let mut tree = app();
    let slot = |form: &mut FormDocument, required| {
        let field = form.fields.iter_mut().find(|field| field.key == "customer").expect("field");
        field.required = required;
        field.kind = FieldKind::Association(Association {
            target: AssociationTarget::Slot(text("客户")),
            ..Association::default()
        });
        Ok(())
    };
    tree.edit_form(&key("contract"), |form| slot(form, false)).expect("edit");
    assert_eq!(tree.unresolved_slots(), [("contract.customer".to_owned(), text("客户"))]);
    assert_eq!(codes(&tree, Severity::Note), ["unresolved_slot"]);
    assert_eq!(tree.releasable(), Ok(()));
    tree.edit_form(&key("contract"), |form| slot(form, true)).expect("edit");
    assert_eq!(refused(tree.releasable()), "application.not_releasable");
}

#[test]
fn an_empty_app_cannot_be_released() {
    assert_eq!(codes(&Tree::empty(), Severity::Incomplete), ["no_forms"]);
    assert_eq!(codes(&Tree::default(), Severity::Incomplete), ["no_forms", "no_navigation"]);
}

#[test]
fn contradictions_in_a_field_are_found() {
    let number = |min: &str, max: &str, default: &str| {
        let read = |text: &str| crate::decimal::Decimal::parse(text).ok();
        FieldKind::Number(NumberField {
            min: read(min),
            max: read(max),
            default: read(default),
            ..NumberField::default()
        })
    };
    let serial = |parts| FieldKind::SerialNumber(SerialField { parts, reset: Reset::Never });
    let mut double = Choices::of([text("甲")]);
    double.options.push(double.options[0].clone());
    let mut wrong_default = Choices::of([text("甲")]);
    wrong_default.default = vec![key("b")];
    let text_of = |max_length| FieldKind::Text(TextField { max_length, ..TextField::default() });
    for (kind, code) in [
        (number("2", "1", ""), "range"),
        (number("0", "1", "5"), "default"),
        (number("", "", "0.5"), "default"),
        (FieldKind::Number(NumberField { decimals: 12, ..NumberField::default() }), "decimals"),
        (text_of(0), "length_limit"),
        (text_of(1_000_000), "length_limit"),
        (FieldKind::Attachment(Files { max_count: 0, ..Files::default() }), "file_limits"),
        (
            FieldKind::SubTable(SubTable { min_rows: 5, max_rows: 2, ..SubTable::default() }),
            "row_limits",
        ),
        (serial(vec![]), "serial_counter"),
        (FieldKind::Select(double), "duplicate_key"),
        (FieldKind::Select(wrong_default), "default"),
    ] {
        let mut form = FormDocument::titled(text("表"));
        assert_eq!(
            refused(form.add_field(None, text("字段"), kind.clone(), None)),
            "application.field"
        );
        form.fields.push(Field::new(key("field"), text("字段"), kind));
        let mut tree = Tree::empty();
        tree.put(key("form"), form.into());
        assert!(codes(&tree, Severity::Invalid).contains(&code), "{code}");
    }
}

#[test]
fn forms_that_name_a_size_nobody_can_upload_stay_usable_and_say_so() {
    let files = Files { max_bytes: Files::BYTES_LIMIT + 1, ..Files::default() };
    let mut form = FormDocument::titled(text("表"));
    form.add_field(None, text("附件"), FieldKind::Attachment(files), None).expect("it is kept");
    let mut tree = Tree::empty();
    tree.put(key("form"), form.into());
    assert!(codes(&tree, Severity::Note).contains(&"file_size"));
}

#[test]
fn names_are_asked_for() {
    let mut tree = app();
    assert_eq!(refused(tree.add_form(text("  "))), "application.unnamed");
    assert_eq!(
        refused(tree.rename_form(&key("contract"), Text::default(), Text::default())),
        "application.unnamed"
    );
    assert_eq!(refused(tree.add_group(Text::default())), "application.unnamed");
    let outcome = tree.edit_form(&key("contract"), |form| {
        form.add_field(None, Text::default(), FieldKind::Text(TextField::default()), None)
    });
    assert_eq!(refused(outcome), "application.field");
    assert_eq!(tree, app(), "a refused edit changes nothing");
}

#[test]
fn records_stay_readable_keys_are_not_given_again() {
    let mut tree = app();
    let contract = key("contract");
    tree.remove_field(&contract, &path("amount")).expect("remove");
    let added = tree
        .edit_form(&contract, |form| {
            form.add_field(None, text("金额"), FieldKind::Text(TextField::default()), Some(0))
        })
        .expect("add");
    assert_eq!(added, "amount_2");
    let form = tree.form("contract").expect("form");
    assert!(form.field("amount").is_none());
    assert_eq!(form.field_ever("amount").map(|field| field.kind.code()), Some("number"));
    assert_eq!(form.fields[0].key, "amount_2");

    tree.edit_form(&contract, |form| form.restore_field(&path("amount"))).expect("restore");
    let form = tree.form("contract").expect("form");
    assert!(form.field("amount").is_some() && form.retired.is_empty());

    tree.remove_form(&contract).expect("remove");
    let again = tree.add_form(Text::of("合同", "Contract")).expect("add");
    assert_eq!(again, "contract_2");
}

#[test]
fn records_stay_readable_kinds_change_only_within_their_family() {
    let mut form = FormDocument::titled(text("表"));
    let key = form
        .add_field(
            None,
            text("阶段"),
            FieldKind::Radio(Choices::of([text("甲"), text("乙")])),
            None,
        )
        .expect("field");
    let at = FieldPath::field(key.clone());
    let mut changed = form.fields[0].clone();
    changed.kind = FieldKind::MultiSelect(Choices::of([text("丙")]));
    form.change_field(&at, changed.clone()).expect("same family");
    let choices = form.fields[0].kind.choices().expect("choices");
    // Derived anew, the first key was taken over by 丙; 乙 is kept for old records.
    assert_eq!(choices.options.iter().filter(|option| option.retired).count(), 1);

    changed.kind = FieldKind::Number(NumberField::default());
    assert_eq!(refused(form.change_field(&at, changed)), "application.field_kind");
    assert_eq!(
        refused(form.change_field(&path("gone"), form.fields[0].clone())),
        "application.no_field"
    );
}

#[test]
fn a_form_in_use_is_not_removed_and_an_association_keeps_its_form() {
    let mut tree = app();
    assert_eq!(refused(tree.remove_form(&key("customer"))), "application.form_in_use");
    let outcome = tree.edit_form(&key("contract"), |form| {
        let mut field = form.field("customer").expect("field").clone();
        field.kind = FieldKind::Association(Association {
            target: AssociationTarget::Form(key("contract")),
            ..Association::default()
        });
        form.change_field(&path("customer"), field)
    });
    assert_eq!(refused(outcome), "application.association_target");
    tree.remove_field(&key("contract"), &path("customer")).expect("remove");
    tree.remove_form(&key("customer")).expect("no longer in use");
    assert!(tree.navigation().is_some_and(|n| !n.shows(&key("customer"))));
}

#[test]
fn fields_and_forms_are_moved_and_grouped() {
    let mut tree = app();
    let order = |tree: &Tree| -> Vec<String> {
        tree.form("contract").expect("form").fields.iter().map(|f| f.key.to_string()).collect()
    };
    assert_eq!(order(&tree), ["amount", "customer", "items"]);
    tree.edit_form(&key("contract"), |form| form.move_field(&path("items"), 0)).expect("move");
    assert_eq!(order(&tree), ["items", "amount", "customer"]);
    tree.edit_form(&key("contract"), |form| form.move_field(&path("items"), 99)).expect("move");
    assert_eq!(order(&tree), ["amount", "customer", "items"]);

    let group = tree.add_group(Text::of("销售", "Sales")).expect("group");
    tree.place_form(&key("contract"), Some(&group), 0).expect("place");
    tree.move_group(&group, 0).expect("move");
    let forms: Vec<_> = tree.forms().into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(forms, ["contract", "customer"]);
    tree.remove_group(&group).expect("remove");
    let forms: Vec<_> = tree.forms().into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(forms, ["contract", "customer"], "forms stay where their group was");
    assert_eq!(refused(tree.move_group(&group, 0)), "application.no_group");
    assert_eq!(refused(tree.place_form(&key("gone"), None, 0)), "application.no_form");
}

#[test]
fn columns_are_edited_like_fields_but_not_every_kind_fits() {
    let mut form = app().form("contract").expect("form").clone();
    let items = key("items");
    let nested =
        form.add_field(Some(&items), text("内"), FieldKind::SubTable(SubTable::default()), None);
    assert_eq!(refused(nested), "application.nested");
    form.remove_field(&path("items.unit_price")).expect("remove");
    let again = form
        .add_field(Some(&items), text("单价"), FieldKind::Text(TextField::default()), None)
        .expect("add");
    assert_eq!(again, "unit_price_2");
    let table = form.field("items").expect("items").clone();
    let mut properties = table.clone();
    properties.kind = FieldKind::SubTable(SubTable { max_rows: 7, ..SubTable::default() });
    form.change_field(&path("items"), properties).expect("change");
    let FieldKind::SubTable(table) = &form.field("items").expect("items").kind else { panic!() };
    assert_eq!((table.max_rows, table.columns.len(), table.retired.len()), (7, 1, 1));
}

#[test]
fn app5_changes_are_listed_for_people() {
    let before = app();
    let mut after = before.clone();
    let contract = key("contract");
    after
        .edit_form(&contract, |form| {
            let mut amount = form.field("amount").expect("amount").clone();
            amount.required = true;
            amount.label = Text::of("合同金额", "Amount");
            form.change_field(&path("amount"), amount)?;
            form.remove_field(&path("items.unit_price"))?;
            form.add_field(
                None,
                text("备注"),
                FieldKind::MultilineText(MultilineField::default()),
                Some(0),
            )
        })
        .expect("edit");
    after.add_form(text("新表")).expect("form");
    let changes = diff_trees(&before, &after);
    let listed: Vec<_> = changes.iter().map(|c| (c.key.as_str(), c.kind, c.component)).collect();
    assert_eq!(
        listed,
        [
            ("contract", ChangeKind::Changed, ComponentKind::Form),
            ("form_1", ChangeKind::Added, ComponentKind::Form),
            ("navigation", ChangeKind::Changed, ComponentKind::Navigation),
        ]
    );
    let details: Vec<_> = changes[0]
        .changes
        .iter()
        .map(|c| {
            let show = |text: &Text| text.get(Lang::Zh).to_owned();
            (c.path.as_str(), c.kind, show(&c.property), show(&c.before), show(&c.after))
        })
        .collect();
    let line = |p, k, n: &str, b: &str, a: &str| (p, k, n.to_owned(), b.to_owned(), a.to_owned());
    assert_eq!(
        details,
        [
            line("remarks", ChangeKind::Added, "", "", "多行文本"),
            line("amount", ChangeKind::Changed, "标签（中文）", "金额", "合同金额"),
            line("amount", ChangeKind::Added, "标签（英文）", "", "Amount"),
            line("amount", ChangeKind::Changed, "必填", "否", "是"),
            line("items.unit_price", ChangeKind::Removed, "", "数值", ""),
        ]
    );
    assert_eq!(diff_trees(&after, &after), []);
}

#[test]
fn app5_moved_fields_and_changed_options_are_listed() {
    let mut before = FormDocument::titled(text("表"));
    before
        .add_field(
            None,
            text("甲"),
            FieldKind::Select(Choices::of([Text::of("一", "one"), Text::of("二", "two")])),
            None,
        )
        .expect("field");
    before.add_field(None, text("乙"), FieldKind::Divider, None).expect("field");
    let mut after = before.clone();
    after.move_field(&path("divider_1"), 0).expect("move");
    let mut field = after.field("select_1").expect("field").clone();
    field.kind = FieldKind::Select(Choices::of([Text::of("一", "one"), Text::of("三", "three")]));
    after.change_field(&path("select_1"), field).expect("change");
    let changes = diff(&before.into(), &after.into());
    let listed: Vec<_> = changes
        .iter()
        .map(|c| (c.property.zh.to_string(), c.before.zh.to_string(), c.after.zh.to_string()))
        .collect();
    for expected in [
        ("选项（中文）", "二", ""),
        ("选项（英文）", "", "three"),
        ("字段顺序", "甲、乙", "乙、甲"),
    ] {
        let expected = (expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned());
        assert!(listed.contains(&expected), "{expected:?} in {listed:?}");
    }
}

/// The same JSON with the keys of every object in another order.
fn reordered(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let members: Vec<String> = object
                .iter()
                .rev()
                .map(|(name, value)| format!("{}: {}", json!(name), reordered(value)))
                .collect();
            format!("{{ {} }}", members.join(" , "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(reordered).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn any_field() -> impl Strategy<Value = (String, FieldKind, bool)> {
    ("\\PC{1,20}", prop::sample::select(FieldKind::palette()), any::<bool>())
}

proptest! {
    #[test]
    fn ord4_the_digest_does_not_depend_on_the_order_of_keys(fields in prop::collection::vec(any_field(), 0..12)) {
        let mut form = FormDocument::titled(text("表"));
        for (label, kind, required) in fields {
            if let Ok(key) = form.add_field(None, Text::new(label, "x"), kind, None) {
                let field = form.fields.iter_mut().find(|field| field.key == key).expect("field");
                field.required = required;
            }
        }
        let document = Document::from(form);
        let value: Value = serde_json::from_str(&document.canonical()).expect("JSON");
        let read = Document::parse(&reordered(&value)).expect("document");
        prop_assert_eq!(read.digest(), document.digest());
    }

    #[test]
    fn edits_never_make_two_of_a_key(steps in prop::collection::vec((0..5_u8, any_field(), 0..8_usize), 0..40)) {
        let mut form = FormDocument::titled(text("表"));
        for (step, (label, kind, _), at) in steps {
            let some = form.fields.get(at).map(|field| FieldPath::field(field.key.clone()));
            let gone = form.retired.get(at).map(|field| FieldPath::field(field.key.clone()));
            match (step, some, gone) {
                (0 | 1, ..) => drop(form.add_field(None, Text::new(label, ""), kind, Some(at))),
                (2, Some(path), _) => form.remove_field(&path).expect("there"),
                (3, Some(path), _) => form.move_field(&path, at / 2).expect("there"),
                (4, _, Some(path)) => form.restore_field(&path).expect("there"),
                _ => {}
            }
        }
        let mut keys: Vec<_> = form.fields.iter().chain(&form.retired).map(|f| f.key.clone()).collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), count);
    }
}
