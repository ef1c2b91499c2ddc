//! The import as a whole: real definitions, all kinds of field, hostile input.

mod exports;
mod losses;
mod made;
mod mutants;

use std::{collections::BTreeSet, io::Write, path::Path, sync::LazyLock};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::application::{
    Access, AssociationTarget, DateDefault, DatePattern, FieldKind, FormDocument, Reset,
    SerialPart, Severity, TextFormat,
};

/// Files by their names.
type Files = Vec<(String, Vec<u8>)>;

/// Definitions that nobody here wrote; `None` where they are not at hand, which is said once and
/// past the test harness, which would keep it to itself.
fn real_files() -> Option<Files> {
    static REAL: LazyLock<Option<Files>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/yida");
        let read = |name: &str| Some((name.to_owned(), std::fs::read(folder.join(name)).ok()?));
        let files = ["opportunity-schema.json", "contract-schema.json"].map(read);
        let files: Option<Files> = files.into_iter().collect();
        if files.is_none() {
            let folder = folder.display();
            let said = format!("skipped what needs real definitions: they are not in {folder}");
            let _ = writeln!(std::io::stderr(), "{said}");
        }
        files
    });
    REAL.clone()
}

fn import_all(files: &[(String, Vec<u8>)]) -> Result<Import, Problem> {
    let files: Vec<(String, &[u8])> =
        files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect();
    import(&files)
}

fn import_one(value: &Value) -> Result<Import, Problem> {
    import_all(&[("form.json".to_owned(), value.to_string().into_bytes())])
}

fn form(components: Value) -> Value {
    json!({"content": {"pages": [{"id": "FORM-AAAABBBBCCCCDDDDEEEE", "componentsTree": [
        {"componentName": "Page", "children": [
            {"componentName": "FormContainer", "props": {"formLabel": "测试"}, "children": components}
        ]}
    ]}]}})
}

fn field(name: &str, props: Value) -> Value {
    json!({"componentName": name, "props": props})
}

fn only_form(import: &Import) -> &FormDocument {
    import.tree.form(import.forms[0].key.as_str()).expect("form")
}

fn imported(name: &str, mut props: Value) -> (FieldKind, Vec<ReportLine>) {
    props["label"] = json!("字段");
    let import = import_one(&form(json!([field(name, props)]))).expect(name);
    let invalid: Vec<_> =
        import.tree.findings().into_iter().filter(|f| f.severity == Severity::Invalid).collect();
    assert_eq!(invalid, []);
    (only_form(&import).fields[0].kind.clone(), import.report)
}

fn strings(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(object) => object.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[test]
fn real_definitions_become_one_app() {
    let Some(files) = real_files() else { return };
    let import = import_all(&files).expect("import");
    let [opportunity, contract] = import.forms.as_slice() else { panic!("two forms") };
    assert_eq!((opportunity.title.zh.as_ref(), opportunity.fields), ("商机管理", 12));
    assert_eq!((contract.title.zh.as_ref(), contract.fields), ("合同审批", 11));
    assert_eq!(contract.key, "contract_approval");

    let contract_form = import.tree.form(contract.key.as_str()).expect("contract");
    let keys: Vec<&str> = contract_form.fields.iter().map(|f| f.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "contract_number",
            "contract_name",
            "related_customer",
            "related_opportunity",
            "contract_type",
            "contract_amount",
            "signing_date",
            "contract_term",
            "owner",
            "contract_attachment",
            "contract_remarks",
        ]
    );
    let FieldKind::SerialNumber(serial) = &contract_form.fields[0].kind else { panic!("serial") };
    assert_eq!(
        serial.parts,
        [
            SerialPart::Fixed { text: "CON-".into() },
            SerialPart::Date { pattern: DatePattern::Month },
            SerialPart::Fixed { text: "-".into() },
            SerialPart::Counter { digits: 4, start: 1 },
        ]
    );
    let FieldKind::Member(owner) = &contract_form.fields[8].kind else { panic!("member") };
    assert!(owner.default_self && !owner.multiple);
    assert!(contract_form.fields[1].required && contract_form.fields[5].required);
    assert_eq!(contract_form.fields.iter().filter(|f| f.required).count(), 2);

    // The association between the two works; the one to the absent customer form is a slot.
    let FieldKind::Association(link) = &contract_form.fields[3].kind else { panic!("link") };
    assert_eq!(link.target, AssociationTarget::Form(opportunity.key.clone()));
    let opportunity_form = import.tree.form(opportunity.key.as_str()).expect("opportunity");
    assert_eq!(link.display.len(), 1);
    assert!(
        opportunity_form.field(link.display[0].as_str()).is_some_and(|f| f.label.zh == "商机名称")
    );
    let slots = import.tree.unresolved_slots();
    assert_eq!(slots.len(), 2);
    assert!(slots.iter().all(|(_, wanted)| wanted.zh == "客户"), "{slots:?}");

    let tables: Vec<_> = opportunity_form
        .fields
        .iter()
        .filter_map(|field| match &field.kind {
            FieldKind::SubTable(table) => Some(table.columns.len()),
            _ => None,
        })
        .collect();
    assert_eq!(tables, [3]);
    assert_eq!(import.tree.releasable(), Ok(()));
}

#[test]
fn ord4_no_foreign_id_of_real_definitions_survives() {
    let Some(files) = real_files() else { return };
    let import = import_all(&files).expect("import");
    let mut ids = BTreeSet::new();
    for (_, bytes) in &files {
        let value: Value = serde_json::from_slice(bytes).expect("JSON");
        let mut all = BTreeSet::new();
        strings(&value, &mut all);
        let word = |text: &String| {
            text.len() >= 8
                && text.bytes().any(|b| b.is_ascii_digit())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        ids.extend(all.into_iter().filter(word));
    }
    assert!(ids.len() > 50, "the definitions are full of ids");
    ids.insert("ding9a0954b4f9d9d40ef5bf40eda33b7ba0".to_owned());
    let shown = format!("{:?}", import.report);
    for (key, document) in import.tree.components() {
        let canonical = document.canonical();
        for id in &ids {
            assert!(!canonical.contains(id), "{id} survives in {key}");
        }
        for prefix in ["FORM-", "APP_", "ding", "node_", "Field_", "sid"] {
            assert!(!canonical.contains(prefix), "{prefix} survives in {key}");
            assert!(!shown.contains(prefix), "{prefix} survives in the report");
        }
    }
}

#[test]
fn real_definitions_report_what_they_lose_and_no_more() {
    let Some(files) = real_files() else { return };
    let import = import_all(&files).expect("import");
    // Their scripts are those that the designer writes itself.
    let lines: Vec<_> = import.report.iter().map(|l| (&*l.label.zh, &*l.text.zh)).collect();
    let limited = "单个文件大小已限为 20 MB";
    let expected = [
        ("产品图片", limited),
        ("跟进记录", "子表单的批量导入和导出未导入"),
        ("合同附件", limited),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn each_kind_of_field_is_carried_over() {
    let options =
        json!([{"text": "甲", "value": "1"}, {"text": "乙", "value": "2", "defaultChecked": true}]);
    let with_options = json!({"dataSource": options});
    for (name, props, code) in [
        ("TextField", json!({}), "text"),
        ("TextareaField", json!({}), "multiline_text"),
        ("NumberField", json!({}), "number"),
        ("RadioField", with_options.clone(), "radio"),
        ("CheckboxField", with_options.clone(), "checkbox"),
        ("SelectField", with_options.clone(), "select"),
        ("MultiSelectField", with_options, "multi_select"),
        ("DateField", json!({}), "date"),
        ("CascadeDateField", json!({}), "date_range"),
        ("EmployeeField", json!({}), "member"),
        ("AttachmentField", json!({}), "attachment"),
        ("ImageField", json!({}), "image"),
        ("AssociationFormField", json!({}), "association"),
        (
            "SerialNumberField",
            json!({"serialNumberRule": [{"ruleType": "autoCount", "digitCount": 5}]}),
            "serial_number",
        ),
    ] {
        let (kind, report) = imported(name, props);
        assert_eq!(kind.code(), code, "{name}");
        assert_eq!(report, [], "{name}");
    }
    for (name, code) in [
        ("RateField", "number"),
        ("DepartmentSelectField", "text"),
        ("EditorField", "multiline_text"),
        ("DigitalSignatureField", "image"),
        ("AddressField", "text"),
        ("CascadeSelectField", "text"),
        ("CountrySelectField", "text"),
        ("LocationField", "text"),
    ] {
        let (kind, report) = imported(name, json!({}));
        assert_eq!(kind.code(), code, "{name}");
        assert_eq!(report[0].outcome, Outcome::Replaced, "{name}");
    }
}

#[test]
fn properties_are_carried_over() {
    let (kind, _) = imported(
        "NumberField",
        json!({
            "precision": 2, "innerAfter": "万元", "thousandsSeparators": true, "value": "12.5",
            "validation": [{"type": "minValue", "param": "0"}, {"type": "maxValue", "param": 99.5}],
        }),
    );
    let FieldKind::Number(number) = kind else { panic!("number") };
    assert_eq!((number.decimals, number.unit.zh.as_ref(), number.thousands), (2, "万元", true));
    let plain = |n: Option<crate::decimal::Decimal>| n.map(|n| n.to_string());
    assert_eq!(plain(number.min).as_deref(), Some("0"));
    assert_eq!(plain(number.max).as_deref(), Some("99.5"));
    assert_eq!(plain(number.default).as_deref(), Some("12.5"));

    let (kind, _) = imported("TextField", json!({"maxLength": 30, "validationType": "mobile"}));
    let FieldKind::Text(text) = kind else { panic!("text") };
    assert_eq!((text.max_length, text.format), (30, TextFormat::Phone));

    let (kind, _) = imported(
        "DateField",
        json!({
            "format": "YYYY-MM-DD HH:mm", "complexValue": {"complexType": "formula", "formula": "TODAY()"},
        }),
    );
    let FieldKind::Date(date) = kind else { panic!("date") };
    assert_eq!((date.with_time, date.default), (true, DateDefault::Today));

    let (kind, _) = imported(
        "SelectField",
        json!({"value": "b", "dataSource": [
            {"text": {"zh_CN": "甲", "en_US": "First"}, "value": "a"},
            {"text": "乙", "value": "b"},
            {"text": "乙", "value": "b"},
            {"text": "丙", "value": "c", "disable": true},
        ]}),
    );
    let choices = kind.choices().expect("choices");
    assert_eq!(choices.options.len(), 3);
    assert_eq!(choices.options[0].key, "first");
    assert_eq!(choices.default, [choices.options[1].key.clone()]);
    assert!(choices.options[2].retired);

    let import = import_one(&form(json!([field("TextField", json!({
        "label": {"type": "i18n", "zh_CN": "名称", "en_US": "TextField"}, "behavior": "READONLY", "value": "某公司",
        "tips": "写全称", "placeholder": {"zh_CN": "请选择"}, "validation": [{"type": "required"}],
    }))]))).expect("import");
    let field = &only_form(&import).fields[0];
    assert_eq!((field.access, field.required), (Access::ReadOnly, true));
    assert_eq!((field.label.en.as_ref(), field.hint.zh.as_ref()), ("", "写全称"));
    assert!(field.placeholder.is_empty());
}

#[test]
fn serial_rules_are_read_from_the_formula_too() {
    let rule = json!({"type": "custom", "value": [
        {"ruleType": "character", "content": "A-"},
        {"ruleType": "autoCount", "digitCount": 3, "initialValue": 7, "resetPeriod": "month", "isFixed": true},
    ]});
    let argument = Value::String(rule.to_string()).to_string();
    let expression = format!("SERIALNUMBER(\"ding0\", \"APP_X\", \"FORM-Y\", \"f\", {argument})");
    let (kind, report) =
        imported("SerialNumberField", json!({"formula": {"expression": expression}}));
    let FieldKind::SerialNumber(serial) = kind else { panic!("serial") };
    assert_eq!(
        serial.parts,
        [SerialPart::Fixed { text: "A-".into() }, SerialPart::Counter { digits: 3, start: 7 }]
    );
    assert_eq!(serial.reset, Reset::Monthly);
    assert_eq!(report, []);
}

#[test]
fn what_cannot_be_carried_over_is_reported_by_field() {
    let limits = |name: &str, props: Value| {
        let (_, report) = imported(name, props);
        assert!(
            report
                .iter()
                .all(|l| l.field.is_some() && !l.text.zh.is_empty() && !l.text.en.is_empty())
        );
        report.len()
    };
    assert_eq!(limits("TextField", json!({"linkage": {"rule": 1}})), 1);
    assert_eq!(
        limits(
            "TextField",
            json!({"complexValue": {"complexType": "formula", "formula": "CONCAT(1)"}})
        ),
        1
    );
    assert_eq!(limits("TextField", json!({"validation": [{"type": "customValidate"}]})), 1);
    assert_eq!(limits("TextField", json!({"onChange": {"type": "actionRef", "name": "f"}})), 1);
    assert_eq!(limits("AssociationFormField", json!({"dataFillingRules": {"mainRules": [1]}})), 1);
    assert_eq!(limits("EmployeeField", json!({"userRangeType": "ROLE"})), 1);

    let import = import_one(&form(json!([
        field("TextField", json!({"label": "名称"})),
        field("JsxField", json!({"label": "自定义"})),
        field("Chart", json!({})),
    ])))
    .expect("import");
    assert_eq!(import.forms[0].fields, 1);
    let left_out = import.report.iter().filter(|l| l.outcome == Outcome::LeftOut).count();
    assert_eq!(left_out, 2);
}

#[test]
fn layout_is_flattened_and_sections_become_dividers() {
    let import = import_one(&form(json!([
        {"componentName": "ColumnsLayout", "children": [
            {"componentName": "Column", "children": [field("TextField", json!({"label": "甲"}))]},
            {"componentName": "Column", "children": [field("TextField", json!({"label": "乙"}))]},
        ]},
        {"componentName": "PageSection", "props": {"title": "更多"}, "children": [
            {"componentName": "TabsLayout", "children": [
                {"componentName": "Tab", "children": [field("NumberField", json!({"label": "丙"}))]}
            ]}
        ]},
    ])))
    .expect("import");
    let codes: Vec<_> = only_form(&import).fields.iter().map(|f| f.kind.code()).collect();
    assert_eq!(codes, ["text", "text", "divider", "number"]);
    let [line] = import.report.as_slice() else { panic!("{:?}", import.report) };
    assert_eq!((line.outcome, &line.field), (Outcome::Replaced, &None));
}

#[test]
fn definitions_are_found_in_all_their_wrappers() {
    let whole = form(json!([field("TextField", json!({"label": "名称"}))]));
    let pages = whole["content"].clone();
    let tree = pages["pages"][0]["componentsTree"][0].clone();
    let text = whole.to_string();
    for wrapped in [
        whole.clone(),
        json!({"success": true, "content": pages.clone()}),
        json!({"success": true, "content": pages.to_string()}),
        json!({"data": {"content": {"schema": pages.clone()}}}),
        json!([whole.clone()]),
        pages,
        tree,
        json!(text),
        json!(json!(text).to_string()),
    ] {
        assert_eq!(import_one(&wrapped).map(|i| i.forms[0].fields), Ok(1), "{wrapped:.80}");
    }
    let bom = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    assert!(import(&[("bom.json".into(), &bom)]).is_ok());
}

#[test]
fn all4_each_refusal_has_its_own_problem() {
    let code = |files: &[(&str, &[u8])]| {
        let files: Vec<_> = files.iter().map(|(n, b)| ((*n).to_owned(), *b)).collect();
        let problem = import(&files).expect_err("refused");
        assert_eq!(problem.rule, "ALL-4");
        assert!(!problem.text.zh.is_empty() && !problem.text.en.is_empty());
        problem.code.into_owned()
    };
    let good = form(json!([field("TextField", json!({"label": "名称"}))])).to_string();
    let empty = form(json!([])).to_string();
    let deep = "[".repeat(10_000);
    let deep_string = json!(format!("{{\"content\":{}", "[".repeat(500))).to_string();
    let large = vec![b' '; BYTES_LIMIT + 1];
    assert_eq!(code(&[]), "yida.no_files");
    assert_eq!(code(&[("a", b"{")]), "yida.cut_off");
    assert_eq!(code(&[("a", b"{\"a\": 1,}")]), "yida.not_json");
    assert_eq!(code(&[("a", b"")]), "yida.empty");
    assert_eq!(code(&[("a", b"\xef\xbb\xbf \n")]), "yida.empty");
    assert_eq!(code(&[("a", b"\xff\xfe\x00")]), "yida.encoding");
    assert_eq!(code(&[("a", b"\xba\xcf\xcd\xac")]), "yida.encoding");
    assert_eq!(code(&[("a", b"<!doctype html><title>Login</title>")]), "yida.web_page");
    assert_eq!(code(&[("a", b"%PDF-1.7")]), "yida.not_json");
    for not_a_form in ["1", "null", "{}", "[]", "\"x\"", r#"{"content":{}}"#, r#"{"pages":[]}"#] {
        let code = code(&[("a", not_a_form.as_bytes())]);
        assert!(code == "yida.not_a_form" || code == "yida.not_json", "{not_a_form}: {code}");
    }
    assert_eq!(code(&[("a", br#"{"success":false,"errorMsg":"no"}"#)]), "yida.failed_answer");
    assert_eq!(code(&[("a", deep.as_bytes())]), "yida.too_deep");
    assert_eq!(code(&[("a", deep_string.as_bytes())]), "yida.too_deep");
    assert_eq!(code(&[("a", &large)]), "yida.too_large");
    assert_eq!(code(&[("a", empty.as_bytes())]), "yida.no_fields");
    assert_eq!(code(&[("a", good.as_bytes()), ("b", good.as_bytes())]), "yida.duplicate");
    assert_eq!(code(&[("a", b"{"), ("b", b""), ("c", good.as_bytes())]), "yida.refused");
    let many: Vec<(&str, &[u8])> = vec![("a", b"{}".as_slice()); FILE_LIMIT + 1];
    assert_eq!(code(&many), "yida.too_many_files");
}

#[test]
fn hostile_definitions_stay_bounded() {
    let fields: Vec<Value> = (0..5_000)
        .map(|i| {
            field("TextField", json!({"label": "很长的名称".repeat(if i < 5 { 5_000 } else { 1 })}))
        })
        .collect();
    let import = import_one(&form(json!(fields))).expect("import");
    assert_eq!(import.forms[0].fields, FormDocument::FIELD_LIMIT);
    assert_eq!(import.report.last().map(|l| l.outcome), Some(Outcome::LeftOut));

    let options: Vec<Value> =
        (0..5_000).map(|i| json!({"text": format!("麒麟{i}"), "value": i})).collect();
    let (kind, report) = imported("SelectField", json!({"dataSource": options}));
    assert_eq!(kind.choices().map(|c| c.options.len()), Some(1_000));
    assert_eq!(report.len(), 1);

    let nested = (0..50).fold(
        field("TextField", json!({"label": "底"})),
        |inner, _| json!({"componentName": "Div", "children": [inner]}),
    );
    assert_eq!(import_one(&form(json!([nested]))).map(|i| i.forms[0].fields), Ok(1));
    let table = field("TableField", json!({"label": "外"}));
    let mut outer = table.clone();
    outer["children"] = json!([
        table,
        field("SerialNumberField", json!({"label": "号"})),
        field("TextField", json!({"label": "列"}))
    ]);
    let import = import_one(&form(json!([outer]))).expect("import");
    let FieldKind::SubTable(table) = &only_form(&import).fields[0].kind else { panic!("table") };
    assert_eq!(table.columns.len(), 1);
    assert_eq!(import.report.iter().filter(|l| l.outcome == Outcome::LeftOut).count(), 2);
}

/// Any JSON, with a taste for the names that the import looks for.
fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "props",
        "children",
        "componentName",
        "label",
        "dataSource",
        "validation",
        "value",
        "type",
        "text",
        "serialNumberRule",
        "ruleType",
        "content",
        "associationForm",
        "formUuid",
        "format",
        "maxLength",
        "complexValue",
        "formula",
        "options",
        "zh_CN",
        "en_US",
        "maxItems",
        "param",
        "fieldId",
        "mainFieldId",
        "precision",
        "behavior",
        "visibility",
        "digitCount",
        "dateFormat",
    ]);
    let words = prop::sample::select(vec![
        "TextField",
        "NumberField",
        "SelectField",
        "TableField",
        "SerialNumberField",
        "DateField",
        "AssociationFormField",
        "RateField",
        "EmployeeField",
        "AttachmentField",
        "FormContainer",
        "PageSection",
        "autoCount",
        "character",
        "date",
        "required",
        "formula",
        "custom",
        "合同金额",
        "FORM-AAAABBBBCCCCDDDDEEEE",
        "textField_abc123",
        "{\"zh_CN\":\"x\"}",
        "[]",
        "-1",
        "1e9",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..8).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(n, v)| (n.to_owned(), v)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn import_never_panics_and_never_makes_an_invalid_app(name in "(Text|Number|Select|Radio|Table|SerialNumber|Date|AssociationForm|Rate|Attachment|Employee|Textarea|CascadeDate|Image)Field", props in any_json(), children in any_json()) {
        let component = json!({"componentName": name, "props": props, "children": children});
        let wrapped = form(json!([component, field("TextField", json!({"label": "名称"}))]));
        if let Ok(import) = import_one(&wrapped) {
            let invalid: Vec<_> = import.tree.findings().into_iter().filter(|f| f.severity == Severity::Invalid).collect();
            prop_assert_eq!(invalid, vec![]);
            for (_, document) in import.tree.components() {
                let canonical = document.canonical();
                prop_assert!(!canonical.contains("FORM-AAAA") && !canonical.contains("textField_abc123"));
                let read = crate::application::Document::parse(&canonical).ok();
                prop_assert_eq!(read.as_ref(), Some(document));
            }
        }
    }

    #[test]
    fn import_never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = import(&[("x".into(), &bytes)]);
    }

    #[test]
    fn import_never_panics_on_mutated_definitions(at in 0.0..1.0_f64, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = form(json!([
            field("SelectField", json!({"label": {"zh_CN": "甲"}, "dataSource": [{"text": "a", "value": 1}]})),
            field("SerialNumberField", json!({"formula": {"expression": "SERIALNUMBER(\"{}\")"}})),
        ])).to_string().into_bytes();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let place = (at * bytes.len() as f64) as usize;
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        let _ = import(&[("x".into(), &bytes)]);
    }
}
