//! Definitions as other organisations have them, with every component: written here, so that they
//! are there wherever the tests run. Nothing is lost without a line.

use super::*;

/// The ids that a component has on the other platform.
fn component(name: &str, id: &str, mut props: Value, children: Value) -> Value {
    let stem = name[..1].to_lowercase() + &name[1..];
    props["fieldId"] = json!(format!("{stem}_{id}"));
    props["__category__"] = json!("form");
    json!({"componentName": name, "id": format!("node_oc{id}"), "props": props, "children": children,
        "condition": true, "hidden": false, "title": "", "isLocked": false, "conditionGroup": ""})
}

fn i18n(zh: &str, en: &str) -> Value {
    json!({"type": "i18n", "zh_CN": zh, "en_US": en})
}

/// What the designer writes at each field beside what people set.
fn props(label: &str, own: Value) -> Value {
    let mut all = json!({
        "label": i18n(label, ""), "behavior": "NORMAL", "visibility": ["PC", "MOBILE"], "size": "medium",
        "labelAlign": "top", "labelColSpan": 4, "labelColOffset": 0, "wrapperColSpan": 0, "wrapperColOffset": 0,
        "__gridSpan": 1, "submittable": "DEFAULT", "placeholder": i18n("请输入", "Please enter"),
        "tips": i18n("", ""), "labelTipsTypes": "none", "labelTipsText": i18n("", ""), "validation": [],
        "valueType": "custom", "value": "", "complexValue": {"complexType": "custom", "formula": "", "value": ""},
        "onChange": {"ignored": true},
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut all, own) {
        all.extend(own);
    }
    all
}

fn option(zh: &str, en: &str) -> Value {
    json!({"text": i18n(zh, en), "value": zh, "sid": "serial_kx12ab9c", "disable": false, "defaultChecked": false})
}

const CUSTOMER: &str = "FORM-QX766OA1A1B2C3D4E5F6A7B8C9D0E1F2G3H4";
const ORDER: &str = "FORM-RT866BC1Z9Y8X7W6V5U4T3S2R1Q0P9N8M7L6";

fn whole(id: &str, title: Value, components: Value) -> Value {
    json!({"success": true, "content": {"schemaType": "superform", "schemaVersion": "5.0", "pages": [{
        "id": id, "formUuid": id, "utils": [], "componentsMap": [{"package": "@ali/vc-deep-yida", "version": "1.5.169"}],
        "componentsTree": [{"componentName": "Page", "id": "node_ockx12ab9c", "props": {"titleName": i18n("页面标题", "title"),
            "titleDesc": i18n("", ""), "showTitle": true, "className": "page_kx12ab9c"}, "children": [
            {"componentName": "RootHeader"},
            {"componentName": "RootContent", "children": [
                {"componentName": "FormContainer", "id": "node_ockx12ab9d", "props": {"formLabel": title, "columns": 1,
                    "fieldId": "formContainer_kx12ab9e", "submitText": i18n("提交", "Submit"), "labelAlign": "top",
                    "beforeSubmit": false}, "children": components},
            ]},
            {"componentName": "RootFooter", "children": [{"componentName": "FooterYida"}]},
        ]}],
    }], "config": "{\"connectComponent\":[]}"}})
}

fn customer() -> Value {
    let kinds = json!([
        option("企业", "Company"),
        option("个人", "Person"),
        option("电话 Phone", "Phone 电话")
    ]);
    let regions = json!([{"label": "浙江", "value": "33", "children": [{"label": "杭州", "value": "3301"}, {"label": "宁波", "value": "3302"}]}]);
    let formula =
        |formula: &str| json!({"complexType": "formula", "formula": formula, "value": ""});
    whole(
        CUSTOMER,
        i18n("客户档案", "Customers"),
        json!([
            component(
                "TextField",
                "kx10aaa1",
                props(
                    "客户名称",
                    json!({"validation": [{"type": "required"}], "maxLength": 50,
                "hasClear": true, "isCustomStore": true, "scanCode": {"enabled": false, "type": "all", "editable": true}})
                ),
                json!([])
            ),
            component(
                "RadioField",
                "kx10aaa2",
                props(
                    "客户类型",
                    json!({"dataSource": kinds, "dataSourceType": "custom",
                "itemDirection": "hoz", "value": "企业"})
                ),
                json!([])
            ),
            component(
                "CascadeSelectField",
                "kx10aaa3",
                props("地区", json!({"dataSource": regions, "mode": "single", "expand": "click"})),
                json!([])
            ),
            component(
                "PageSection",
                "kx10aaa4",
                json!({"title": i18n("联系方式", "Contact"), "showHeader": true}),
                json!([
                    {"componentName": "ColumnsLayout", "props": {"layout": "6:6", "columnGap": "20"}, "children": [
                        {"componentName": "Column", "children": [component("TextField", "kx10aaa5", props("手机", json!({"validationType": "mobile"})), json!([]))]},
                        {"componentName": "Column", "children": [component("TextField", "kx10aaa6", props("邮箱", json!({"validation": [{"type": "email"}]})), json!([]))]},
                    ]},
                    component("AddressField", "kx10aaa7", props("地址", json!({"addressType": "ADDRESS", "countryMode": "default"})), json!([])),
                    component("LocationField", "kx10aaa8", props("定位", json!({})), json!([])),
                ])
            ),
            component(
                "EmployeeField",
                "kx10aaa9",
                props(
                    "创建人",
                    json!({"behavior": "READONLY", "multiple": false,
                "valueType": "formula", "complexValue": formula("USER()")})
                ),
                json!([])
            ),
            component(
                "DateField",
                "kx10aab1",
                props(
                    "创建时间",
                    json!({"behavior": "READONLY", "format": "YYYY-MM-DD HH:mm",
                "complexValue": formula("SYSTIME()")})
                ),
                json!([])
            ),
            component(
                "DepartmentSelectField",
                "kx10aab2",
                props("所属部门", json!({"mode": "single", "deptRangeType": "ALL"})),
                json!([])
            ),
            component(
                "TextField",
                "kx10aab3",
                props(
                    "欠款说明",
                    json!({"behavior": "READONLY", "valueType": "formula",
                "complexValue": formula("CONCATENATE(#{textField_kx10aaa1}, '欠款')")})
                ),
                json!([])
            ),
        ]),
    )
}

fn order() -> Value {
    let rule = json!({"type": "custom", "value": [
        {"ruleType": "character", "content": "No. "},
        {"ruleType": "date", "dateFormat": "yyyyMMdd", "timeZone": "+8"},
        {"ruleType": "autoCount", "isFixed": true, "digitCount": "4", "initialValue": 1, "resetPeriod": "day"},
    ]});
    let argument = Value::String(rule.to_string()).to_string();
    let numbering = format!(
        "SERIALNUMBER(\"ding9a0954b4f9d9d40ef5bf40eda33b7ba0\", \"APP_MRNQXYA404IHD2P6JHSD\", \"{ORDER}\", \"serialNumberField_ky10bbb1\", {argument})"
    );
    whole(
        ORDER,
        json!(i18n("订单", "Orders").to_string()),
        json!([
            component(
                "SerialNumberField",
                "ky10bbb1",
                props(
                    "订单号",
                    json!({"behavior": "READONLY", "formula": {"expression": numbering}})
                ),
                json!([])
            ),
            component(
                "AssociationFormField",
                "ky10bbb2",
                props(
                    "客户",
                    json!({"associationForm": {"formUuid": CUSTOMER, "appType": "APP_MRNQXYA404IHD2P6JHSD",
                "formTitle": "客户档案", "mainFieldId": "textField_kx10aaa1", "mainFieldLabel": i18n("客户名称", ""), "tableShowType": "custom",
                "customTableFields": ["radioField_kx10aaa2"]}, "supportDataFilling": true,
                "dataFillingRules": {"mainRules": [{"source": "textField_kx10aaa5", "target": "textField_ky10bbb9"}], "tableRules": []}})
                ),
                json!([])
            ),
            component(
                "TextField",
                "ky10bbb9",
                props("客户手机", json!({"behavior": "READONLY"})),
                json!([])
            ),
            component(
                "TableField",
                "ky10bbb3",
                props(
                    "明细",
                    json!({"maxItems": 50, "minItems": 1, "showIndex": true, "tableLayout": "fixed",
                "addButtonText": i18n("新增一项", "Add"), "actions": []})
                ),
                json!([
                    component("TextField", "ky10bbb4", props("品名", json!({})), json!([])),
                    component(
                        "NumberField",
                        "ky10bbb5",
                        props(
                            "单价",
                            json!({"precision": 2, "innerAfter": i18n("元", ""), "step": 1,
                    "validation": [{"type": "minValue", "param": "0"}]})
                        ),
                        json!([])
                    ),
                    component(
                        "NumberField",
                        "ky10bbb6",
                        props(
                            "小计",
                            json!({"behavior": "READONLY", "valueType": "formula",
                    "complexValue": {"complexType": "formula", "formula": "#{numberField_ky10bbb5}*2"}})
                        ),
                        json!([])
                    ),
                ])
            ),
            component(
                "CheckboxField",
                "ky10bbb7",
                props(
                    "附加服务",
                    json!({"dataSource": [option("安装", "Option 1"), option("培训", "Option 2")]})
                ),
                json!([])
            ),
            component(
                "MultiSelectField",
                "ky10bbb8",
                props(
                    "标签",
                    json!({"mode": "multiple", "dataSource": [option("急", ""), {"text": i18n("旧标签", ""), "value": "x", "disable": true}]})
                ),
                json!([])
            ),
            component(
                "CascadeDateField",
                "ky10bbc1",
                props("交付期", json!({"format": "YYYY-MM-DD"})),
                json!([])
            ),
            component(
                "RateField",
                "ky10bbc2",
                props("满意度", json!({"count": 5, "allowHalf": false, "showGrade": false})),
                json!([])
            ),
            component(
                "EditorField",
                "ky10bbc3",
                props("说明", json!({"value": "<p>好</p>"})),
                json!([])
            ),
            component("DigitalSignatureField", "ky10bbc4", props("签字", json!({})), json!([])),
            component(
                "ImageField",
                "ky10bbc5",
                props(
                    "照片",
                    json!({"limit": 9, "listType": "image", "accept": "image/*", "multiple": true, "maxFileSize": 10})
                ),
                json!([])
            ),
            component(
                "AttachmentField",
                "ky10bbc6",
                props(
                    "附件",
                    json!({"limit": 9, "listType": "text", "multiple": true, "maxFileSize": 10})
                ),
                json!([])
            ),
            component(
                "Divider",
                "ky10bbc7",
                json!({"title": i18n("其他", "title"), "showTitle": true}),
                json!([])
            ),
            component(
                "TextareaField",
                "ky10bbc8",
                props(
                    "备注",
                    json!({"rows": 4, "autoHeight": false, "validation": [{"type": "maxLength", "param": "500"}]})
                ),
                json!([])
            ),
            component(
                "CountrySelectField",
                "ky10bbc9",
                props("国别", json!({"label": i18n("国别", "Country"), "mode": "single"})),
                json!([])
            ),
            component("CitySelectField", "ky10bbd1", props("城市", json!({})), json!([])),
            component("SliderField", "ky10bbd2", props("进度", json!({})), json!([])),
            component(
                "JSXComponent",
                "ky10bbd3",
                json!({"render": {"type": "JSFunction", "value": "function(){}"}}),
                json!([])
            ),
        ]),
    )
}

/// Both, as two files.
pub(super) fn files() -> Vec<(String, Value)> {
    vec![("客户.json".to_owned(), customer()), ("订单.json".to_owned(), order())]
}

#[test]
fn all4_every_component_is_carried_over_or_reported() {
    let files = files().into_iter().map(|(name, value)| (name, value.to_string().into_bytes()));
    let import = import_all(&files.collect::<Vec<_>>()).expect("import");
    let invalid = import.tree.findings().into_iter().filter(|f| f.severity == Severity::Invalid);
    assert_eq!(invalid.count(), 0);
    let told: Vec<_> = import.report.iter().map(|l| (&*l.label.zh, &*l.text.zh)).collect();
    let unlocked = "只读已取消：原由公式、填充规则或脚本填写，现由人填写";
    let text = "没有相同的字段类型，已改为单行文本";
    let expected = [
        ("", "分栏和标签页改为从上到下排列"),
        ("地区", "没有相同的字段类型，已改为下拉选择（选项为完整路径）"),
        ("地址", text),
        ("定位", text),
        ("所属部门", text),
        ("欠款说明", unlocked),
        ("欠款说明", "默认值公式未导入：CONCATENATE(客户名称, '欠款')"),
        ("", "组件 JSXComponent 不是字段，未导入"),
        ("客户", "数据填充规则未导入"),
        ("客户手机", unlocked),
        ("小计", unlocked),
        ("小计", "默认值公式未导入：单价*2"),
        ("附加服务", "选项的英文是宜搭自带的“Option”，未导入"),
        ("标签", "停用的选项已隐藏（可在设计器中恢复）：旧标签"),
        ("满意度", "没有相同的字段类型，已改为数值（0 到 5）"),
        ("说明", "没有相同的字段类型，已改为多行文本（不含格式）"),
        ("说明", "默认值未导入"),
        ("签字", "没有相同的字段类型，已改为图片（上传签名照片）"),
        ("国别", text),
        ("城市", text),
        ("进度", "没有相同的字段类型，已改为数值（0 到 100）"),
    ];
    assert_eq!(told, expected);

    let [customer, order] = import.forms.as_slice() else { panic!("two forms") };
    assert_eq!((customer.title.en.as_ref(), customer.fields), ("Customers", 11));
    assert_eq!((order.title.en.as_ref(), order.fields), ("Orders", 16));
    let form = |key: &Key| import.tree.form(key.as_str()).expect("form");
    let shut = |key: &Key| -> Vec<&str> {
        let fields = form(key).fields.iter().filter(|f| f.access == Access::ReadOnly);
        fields.map(|field| &*field.label.zh).collect()
    };
    assert_eq!(shut(&customer.key), ["创建人", "创建时间"]);
    assert_eq!(shut(&order.key), ["订单号"]);
    let FieldKind::Association(link) = &form(&order.key).fields[1].kind else { panic!("link") };
    assert_eq!(link.target, AssociationTarget::Form(customer.key.clone()));
    assert_eq!(link.display.len(), 2);
}

#[test]
fn both_are_read_however_they_are_packed() {
    let (customer, order) = (customer(), order());
    let stringly = json!({"success": true, "content": customer["content"].to_string()});
    for packed in [
        json!([customer, order]),
        json!([customer, order]).to_string().into(),
        json!({"result": [stringly, order.to_string()]}),
        json!({CUSTOMER: customer["content"], ORDER: order["content"]}),
        json!({"forms": [{"formUuid": CUSTOMER, "schema": stringly}, {"formUuid": ORDER, "schema": order}]}),
    ] {
        let import = import_one(&packed).expect("import");
        assert_eq!(import.forms.iter().map(|form| form.fields).collect::<Vec<_>>(), [11, 16]);
        assert_eq!(import.tree.unresolved_slots(), []);
    }
}
