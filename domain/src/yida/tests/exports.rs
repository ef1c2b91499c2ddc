//! Files as tools export them: many definitions in one, with their ids and names around them.

use super::*;

/// A definition without an id or a label of its own, as most real ones are.
fn bare(components: Value) -> Value {
    json!({"success": true, "content": {"schemaType": "superform", "pages": [{"componentsTree": [
        {"componentName": "Page", "props": {"titleName": {"zh_CN": "标题名称", "en_US": "title"}}, "children": [
            {"componentName": "FormContainer", "props": {}, "children": components}
        ]}
    ]}]}})
}

fn text_field(label: &str, id: &str) -> Value {
    field("TextField", json!({"label": label, "fieldId": id}))
}

fn link_to(form: &str, shown: &str) -> Value {
    field(
        "AssociationFormField",
        json!({"label": "选择客户", "associationForm": {"formUuid": form, "mainFieldId": shown}}),
    )
}

const CUSTOMER: &str = "FORM-AA11BB22CC33DD44EE55FF66AA77BB8800CC";
const VISIT: &str = "FORM-BB22CC33DD44EE55FF66AA77BB8800CC11DD";

fn customer() -> Value {
    bare(json!([text_field("客户名称", "textField_c1a2b3c4")]))
}

fn visit() -> Value {
    bare(json!([text_field("小结", "textField_v1a2b3c4"), link_to(CUSTOMER, "textField_c1a2b3c4")]))
}

fn titles(import: &Import) -> Vec<&str> {
    import.forms.iter().map(|form| form.title.zh.as_ref()).collect()
}

/// How many associations lead nowhere.
fn slots(import: &Import) -> usize {
    import.tree.unresolved_slots().len()
}

/// Where the only association leads: the title of a form, or nothing.
fn leads_to(import: &Import) -> Option<&str> {
    let fields = import.forms.iter().filter_map(|form| import.tree.form(form.key.as_str()));
    fields.flat_map(|form| &form.fields).find_map(|field| match &field.kind {
        FieldKind::Association(link) => match &link.target {
            AssociationTarget::Form(key) => Some(import.tree.form(key.as_str())?.title.zh.as_ref()),
            AssociationTarget::Slot(_) => None,
        },
        _ => None,
    })
}

#[test]
fn ord4_ids_and_names_around_a_definition_are_its_own() {
    let forms = json!([
        {"formUuid": VISIT, "name": "拜访", "schema": visit()},
        {"formUuid": CUSTOMER, "formName": {"zh_CN": "客户信息"}, "schema": customer()},
    ]);
    let keyed = json!({VISIT: visit(), CUSTOMER: customer()});
    for (export, named) in [
        (json!({"version": "1.0", "name": "应用", "forms": forms}), true),
        (json!({"exported": {"all": forms}}), true),
        (json!({"forms": forms.to_string()}), true),
        (keyed, false),
    ] {
        let import = import_one(&export).expect("import");
        assert_eq!(import.forms.len(), 2, "{export}");
        assert!(slots(&import) == 0 && leads_to(&import).is_some(), "{export}");
        if named {
            assert_eq!(titles(&import), ["拜访", "客户信息"]);
            assert_eq!(leads_to(&import), Some("客户信息"));
        }
    }
    let alone = json!({"formUuid": CUSTOMER, "name": "客户信息", "schema": customer()});
    assert_eq!(titles(&import_one(&alone).expect("import")), ["客户信息"]);
    let mut beside = customer();
    beside["content"]["formLabel"] = json!({"zh_CN": "客户", "en_US": "Customer"});
    let import = import_one(&beside).expect("import");
    assert_eq!((titles(&import), import.report.len()), (vec!["客户"], 0));
    let one = json!({"name": "应用", "forms": [customer()]});
    assert_eq!(titles(&import_one(&one).expect("import")), ["form"]);
}

#[test]
fn ord4_an_id_that_is_not_stated_follows_from_what_is_there() {
    let file = |name: &str, value: &Value| (name.to_owned(), value.to_string().into_bytes());
    let counted = |form: &str| {
        let formula = format!("SERIALNUMBER(\"ding0\", \"APP_X\", \"{form}\", \"f\", \"{{}}\")");
        let number = json!({"label": "编号", "fieldId": "serialNumberField_c1a2b3c5", "formula": {"expression": formula}});
        bare(json!([
            text_field("客户名称", "textField_c1a2b3c4"),
            field("SerialNumberField", number)
        ]))
    };
    for customer in [
        file("客户.json", &counted(CUSTOMER)),
        file(&format!("{CUSTOMER}.json"), &customer()),
        file("客户.json", &customer()),
    ] {
        let import = import_all(&[file("拜访.json", &visit()), customer]).expect("import");
        assert!(leads_to(&import).is_some() && slots(&import) == 0);
    }
    // The numbering of a copy may still name its original.
    let original = json!({"formUuid": CUSTOMER, "name": "原表", "schema": customer()});
    let files = [
        file("拜访.json", &visit()),
        file("副本.json", &counted(CUSTOMER)),
        file("原表.json", &original),
    ];
    assert_eq!(leads_to(&import_all(&files).expect("import")), Some("原表"));
    // A copy has the same fields; then nobody can tell which is meant.
    let mut copy = customer();
    copy["content"]["pages"][0]["componentsTree"][0]["css"] = json!("x");
    let files = [file("拜访.json", &visit()), file("甲.json", &customer()), file("乙.json", &copy)];
    assert_eq!(import_all(&files).map(|import| slots(&import)), Ok(1));
}

#[test]
fn a_title_falls_back_to_the_page_and_then_to_the_file() {
    let mut titled = customer();
    assert_eq!(titles(&import_one(&titled).expect("import")), ["form"]);
    let page = &mut titled["content"]["pages"][0]["componentsTree"][0]["props"];
    page["titleName"] = json!({"type": "i18n", "zh_CN": "客户登记", "en_US": "title"});
    page["titleDesc"] = json!({"type": "i18n", "zh_CN": "每位客户填一次"});
    let import = import_one(&titled).expect("import");
    let form = only_form(&import);
    assert_eq!((form.title.zh.as_ref(), form.title.en.as_ref()), ("客户登记", ""));
    assert_eq!(
        (form.description.zh.as_ref(), import.report.as_slice()),
        ("每位客户填一次", &[][..])
    );
}

#[test]
fn all4_what_is_no_form_is_left_out_beside_forms_and_refused_alone() {
    let display = json!({"content": {"pages": [{"componentsTree": [
        {"componentName": "Page", "children": [field("TextField", json!({"label": "搜索"}))]}
    ]}]}});
    let report = json!({"formType": "report", "name": "月报", "schema": customer()});
    let empty = bare(json!([]));
    let failed =
        json!({"success": false, "formUuid": VISIT, "formName": "无权限", "errorMsg": "[no"});
    let form = json!({"formUuid": CUSTOMER, "name": "客户信息", "schema": customer()});
    let named = |name: &str, schema: &Value| json!({"name": name, "schema": schema});
    let export =
        json!({"forms": [form, named("看板", &display), report, named("空表", &empty), failed]});
    let import = import_one(&export).expect("import");
    assert_eq!(titles(&import), ["客户信息"]);
    let left: Vec<_> = import
        .report
        .iter()
        .map(|line| (line.form_title.zh.as_ref(), line.outcome, line.form.is_none()))
        .collect();
    let out = Outcome::LeftOut;
    assert_eq!(
        left,
        [("看板", out, true), ("月报", out, true), ("空表", out, true), ("无权限", out, true)]
    );
    let code = |value: &Value| import_one(value).expect_err("refused").code.into_owned();
    assert_eq!(code(&display), "yida.page");
    assert_eq!(code(&report), "yida.page");
    assert_eq!(code(&json!({"forms": [failed]})), "yida.failed_answer");
    assert_eq!(code(&json!({"forms": [display, report]})), "yida.refused");
}

#[test]
fn all4_a_list_of_fields_is_refused_with_the_call_to_use() {
    let list = json!({"success": true, "result": [
        {"componentName": "FormContainer", "fieldId": "formContainer_x1y2z3a4", "label": "{\"zh_CN\":\"\"}"},
        {"componentName": "TextField", "fieldId": "textField_a1b2c3d4", "label": "{\"zh_CN\":\"姓名\"}",
            "parentId": "formContainer_x1y2z3a4"},
    ]});
    let refused = import_one(&list).expect_err("refused");
    assert_eq!(refused.code, "yida.field_list");
    assert!(refused.remedy.zh.contains("getFormSchema"), "{:?}", refused.remedy);
}

#[test]
fn a_wrapper_that_is_no_json_hides_nothing_beside_it() {
    let broken = json!({"content": "{broken", "schema": customer()["content"]});
    assert_eq!(import_one(&broken).map(|import| import.forms.len()), Ok(1));
    let only = import_one(&json!({"content": "{\"pages\": ["})).expect_err("refused");
    assert_eq!(only.code, "yida.cut_off");
}

#[test]
fn all4_forms_given_twice_are_found_by_id_and_by_content() {
    let form = |id: &str, label: &str| json!({"formUuid": id, "schema": bare(json!([text_field(label, "textField_c1a2b3c4")]))});
    let twice = |one: Value, other: Value| import_one(&json!([one, other]));
    assert!(twice(form(CUSTOMER, "甲"), form(VISIT, "甲")).is_ok(), "a copy is another form");
    for (one, other) in [
        (form(CUSTOMER, "甲"), form(CUSTOMER, "乙")),
        (customer(), customer()),
        (form(CUSTOMER, "客户名称"), customer()),
        (customer(), form(CUSTOMER, "客户名称")),
    ] {
        assert_eq!(twice(one, other).expect_err("refused").code, "yida.duplicate");
    }
    let many: Vec<Value> =
        (0..FILE_LIMIT).map(|n| bare(json!([text_field(&format!("字段{n}"), "")]))).collect();
    assert_eq!(import_one(&json!(many)).map(|import| import.forms.len()), Ok(FILE_LIMIT));
}

#[test]
fn ord4_no_id_survives_in_the_report_or_in_the_name_of_a_file() {
    let sum = field(
        "NumberField",
        json!({"label": "合计", "fieldId": "numberField_s1a2b3c4", "complexValue": {"complexType": "formula",
            "formula": "SUM(#{numberField_mmuuvjq8}) + #{textField_gone1234} + PROC-6C0D1D5C-9B3B-4A47-B6A4"}}),
    );
    let amount = field("NumberField", json!({"label": "金额", "fieldId": "numberField_mmuuvjq8"}));
    let value = json!({"formUuid": CUSTOMER, "name": "客户", "schema": bare(json!([amount, sum]))});
    let name = format!("{CUSTOMER}.json");
    let import = import_all(&[(name, value.to_string().into_bytes())]).expect("import");
    assert_eq!(import.forms[0].file, "….json");
    let [line] = import.report.as_slice() else { panic!("{:?}", import.report) };
    assert!(line.text.zh.ends_with("：SUM(金额) + … + …"), "{}", line.text.zh);
    assert!(line.text.en.ends_with(": SUM(金额) + … + …"), "{}", line.text.en);
}
