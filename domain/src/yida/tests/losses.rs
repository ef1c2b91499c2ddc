//! What other definitions hold: carried over, or reported at the field (Source: ORD-4, ALL-4).

use super::*;

/// What is said of the field, all lines joined.
fn said(name: &str, props: Value) -> String {
    let (_, report) = imported(name, props);
    assert!(report.iter().all(|line| line.field.is_some() && !line.text.en.is_empty()));
    report.iter().map(|line| line.text.zh.as_ref()).collect::<Vec<_>>().join("\n")
}

fn said_of_form(value: &Value) -> String {
    let import = import_one(value).expect("import");
    let lines = import.report.iter().filter(|line| line.label.is_empty());
    lines.map(|line| line.text.zh.as_ref()).collect::<Vec<_>>().join("\n")
}

fn script(code: &str) -> Value {
    json!({"type": "JSExpression", "value": code})
}

#[test]
fn something_else_to_be_typed_in_is_carried_over() {
    let options = json!([{"text": "甲", "value": "a"}, {"text": "其他", "value": "o"}]);
    let choices = |props: Value| {
        let (kind, report) = imported("RadioField", props);
        (kind.choices().cloned().expect("choices"), report)
    };
    for setting in ["otherOption", "allowOther", "hasOther", "showOtherOption", "isOther"] {
        let (choices, report) = choices(json!({"dataSource": options, setting: true}));
        assert!(choices.other && report.is_empty(), "{setting} {report:?}");
        assert_eq!(choices.options.len(), 2);
    }
    assert!(!choices(json!({"dataSource": options})).0.other);
    assert!(!choices(json!({"dataSource": options, "otherOption": false})).0.other);
    for marked in [
        json!({"text": "其他", "value": "其他", "isOther": true}),
        json!({"text": "其它", "value": "__other__"}),
        json!({"text": "其他", "value": "其他", "allowInput": true}),
    ] {
        let (choices, report) = choices(json!({"dataSource": [{"text": "甲"}, marked]}));
        assert!(choices.other && report.is_empty(), "{report:?}");
        assert_eq!(choices.options.len(), 1);
    }
    let renamed = json!({"dataSource": [{"text": "甲"}, {"text": "自填", "isOther": true}]});
    assert!(said("CheckboxField", renamed).contains("自填"));
    let (kind, _) = imported("SelectField", json!({"mode": "tag", "dataSource": options}));
    assert!(kind.choices().expect("choices").other);
}

#[test]
fn each_setting_without_a_counterpart_is_reported_at_its_field() {
    let options = json!([{"text": "甲", "value": "a", "image": "x.png"}]);
    for (name, props, words) in [
        ("TextField", json!({"neverHeardOf": {"a": 1}, "alsoNew": "x"}), "alsoNew、neverHeardOf"),
        ("TextField", json!({"behavior": script("state.b")}), "由脚本计算的设置未导入：behavior"),
        (
            "TextField",
            json!({"value": {"type": "variable", "variable": "state.x", "value": ""}}),
            "value",
        ),
        ("TextField", json!({"onChange": {"type": "actionRef", "name": "f"}}), "动作"),
        ("TextField", json!({"validation": [{"type": "minLength", "param": 3}]}), "minLength"),
        ("TextField", json!({"validation": {"type": "JSFunction", "value": "f"}}), "validation"),
        ("TextField", json!({"submittable": "NEVER"}), "数据提交方式"),
        ("TextField", json!({"htmlType": "password"}), "密码"),
        ("TextField", json!({"innerAfter": "元", "count": 3}), "count、innerAfter"),
        ("TextField", json!({"maxLength": 2, "value": "三个字"}), "默认值过长"),
        (
            "TextField",
            json!({"validation": [{"type": "required", "message": "必填哦"}]}),
            "提示文字",
        ),
        ("DateField", json!({"type": "beforeToday"}), "type"),
        ("NumberField", json!({"innerAfter": "长".repeat(30)}), "已截断"),
        ("NumberField", json!({"validation": [{"type": "maxLength", "param": 12}]}), "maxLength"),
        ("SliderField", json!({"max": 10}), "max"),
        ("EditorField", json!({"defaultValue": "<b>好</b>"}), "默认值未导入"),
        ("AssociationFormField", json!({"dataFillingRules": [{"source": "a"}]}), "填充"),
        (
            "EmployeeField",
            json!({"valueType": "formula", "formula": "MANAGER(USER())"}),
            "默认值公式未导入：MANAGER(USER())",
        ),
        ("TextField", json!({"visibility": ["PC"]}), "电脑和手机"),
        ("TextField", json!({"tips": {"type": "i18n", "key": "not.there"}}), "词条缺失"),
        (
            "TextField",
            json!({"tips": "见 FORM-66D473275377454DB51AC8577788E536UB4R"}),
            "编号已去除",
        ),
        ("TextField", json!({"tips": "长".repeat(2_000)}), "已截断"),
        ("NumberField", json!({"precision": 2, "innerBefore": "¥"}), "前的文字"),
        ("NumberField", json!({"precision": 0, "value": "1.5"}), "默认值未导入"),
        ("NumberField", json!({"validation": [{"type": "maxLength", "param": 3}]}), "maxLength"),
        ("CascadeDateField", json!({"value": [1, 2]}), "默认值未导入"),
        (
            "EmployeeField",
            json!({"value": [{"key": "0249"}], "valueType": "custom"}),
            "默认值未导入",
        ),
        (
            "DateField",
            json!({"valueType": "variable", "variable": {"type": "lastMonth"}}),
            "默认值未导入",
        ),
        ("DateField", json!({"disabledDate": {"type": "before"}}), "可选日期"),
        ("SelectField", json!({"dataSource": options, "isUseDataSourceColor": true}), "选项颜色"),
        ("SelectField", json!({"dataSource": options}), "选项的其他设置未导入：image"),
        ("SelectField", json!({"dataSource": script("state.list")}), "dataSource"),
        ("SelectField", json!({"defaultDataSource": {"url": "https://example.com"}}), "远程搜索"),
        ("AssociationFormField", json!({"supportAdd": true}), "新建记录"),
        ("AssociationFormField", json!({"dataFilterRules": {"rules": [1]}}), "筛选"),
        ("AssociationFormField", json!({"dataFillingRules": {"tableRules": [1]}}), "填充"),
        ("AssociationFormField", json!({"associationForm": {"linkageFields": [1]}}), "联动"),
        ("TableField", json!({"showDelAction": false}), "限制"),
        ("TableField", json!({"addButtonBehavior": "HIDDEN"}), "限制"),
        ("TableField", json!({"addButtonText": {"zh_CN": "加一行费用"}}), "addButtonText"),
        ("TableField", json!({"value": [{"a": 1}]}), "默认值未导入"),
        ("AttachmentField", json!({"onlineEdit": true}), "在线编辑"),
        (
            "SerialNumberField",
            json!({"serialNumberRule": [{"ruleType": "autoCount", "digitCount": 40}]}),
            "超出范围",
        ),
        (
            "SerialNumberField",
            json!({"serialNumberRule": [{"ruleType": "character", "content": "长".repeat(50)}]}),
            "缩短",
        ),
        (
            "SerialNumberField",
            json!({"serialNumberRule": [{"ruleType": "character", "content": "A\nB"}]}),
            "缩短",
        ),
        (
            "TextField",
            json!({"validation": [{"type": "maxLength", "param": 90_000}]}),
            "已减为 5000",
        ),
        (
            "SelectField",
            json!({"dataSource": options, "defaultDataSource": {"complexType": "formula", "formula": "f()"}}),
            "选项的公式未导入",
        ),
        (
            "TextField",
            json!({"complexValue": {"complexType": "linkage", "linkage": {"formUuid": "x"}}}),
            "数据联动未导入",
        ),
        ("TextField", json!({"maxLength": "#{numberField_a1b2c3d4}"}), "最大长度无法识别"),
        ("TextareaField", json!({"maxLength": 90_000}), "已减为 50000"),
        ("NumberField", json!({"precision": 12}), "小数位数已减为 9"),
        (
            "NumberField",
            json!({"validation": [{"type": "minValue", "param": "#{numberField_a1b2c3d4}"}]}),
            "最小值无法识别，未导入",
        ),
        ("NumberField", json!({"max": "0.12345678901"}), "最大值无法识别，未导入"),
        (
            "NumberField",
            json!({"validation": [{"type": "maxValue"}], "max": 1e300}),
            "最大值无法识别",
        ),
        ("RateField", json!({"count": 500}), "评分的级数已减为 100"),
        ("ImageField", json!({"limit": 99}), "文件个数的上限已减为 50"),
        ("TableField", json!({"maxItems": 9_000}), "行数的上限已减为 500"),
        (
            "SelectField",
            json!({"dataSource": [{"text": "甲"}, {"text": "停用的", "disable": true}]}),
            "停用的选项已隐藏（可在设计器中恢复）：停用的",
        ),
    ] {
        let said = said(name, props);
        assert!(said.contains(words), "{name}: {words} is not in {said:?}");
    }
}

#[test]
fn what_the_other_platform_always_writes_is_no_loss() {
    for (name, props) in [
        (
            "TextField",
            json!({"events": {"ignored": true}, "onChange": {"ignored": true}, "linkage": "", "__gridSpan": 1}),
        ),
        (
            "NumberField",
            json!({"step": 1, "value": "", "complexValue": {"complexType": "custom", "value": "", "formula": ""}}),
        ),
        (
            "AssociationFormField",
            json!({"isShowSearchBar": true, "orderEnable": false, "supportAdd": false, "notFoundContent": {"zh_CN": "无数据"}}),
        ),
        ("DateField", json!({"disabledDate": {"type": "none"}, "resetTime": false})),
        ("TextareaField", json!({"labelTipsTypes": "none", "rows": 4, "htmlType": "textarea"})),
        ("NumberField", json!({"validation": [{"type": "maxLength", "param": "25"}]})),
        ("EmployeeField", json!({"valueType": "formula", "formula": "USER()"})),
        ("RadioField", json!({"dataSource": [{"text": "甲", "status": "active"}]})),
    ] {
        assert_eq!(said(name, props), "", "{name}");
    }
}

#[test]
fn what_never_shows_stays_hidden_and_conditions_are_reported() {
    let text = |label: &str| field("TextField", json!({"label": label}));
    let mut off = text("甲");
    off["condition"] = json!(false);
    let mut asked = text("丁");
    asked["condition"] = script("state.show");
    let import = import_one(&form(json!([
        off,
        {"componentName": "PageSection", "props": {"title": "内部", "behavior": "HIDDEN"}, "children": [text("乙")]},
        {"componentName": "PageSection", "condition": script("x"), "children": [text("丙")]},
        asked,
    ])))
    .expect("import");
    let shown: Vec<_> =
        only_form(&import).fields.iter().map(|f| (f.label.zh.as_ref(), f.access)).collect();
    assert_eq!(
        shown,
        [
            ("甲", Access::Hidden),
            ("乙", Access::Hidden),
            ("丙", Access::Normal),
            ("丁", Access::Normal)
        ]
    );
    let lines: Vec<_> =
        import.report.iter().map(|l| (l.label.zh.as_ref(), l.text.zh.contains("条件"))).collect();
    assert_eq!(lines, [("", true), ("丁", true)]);
}

#[test]
fn read_only_stays_only_what_fills_itself() {
    let formula = |formula: &str| json!({"complexType": "formula", "formula": formula});
    let read_only = |name: &str, label: &str, mut props: Value| {
        props["label"] = json!(label);
        props["behavior"] = json!("READONLY");
        field(name, props)
    };
    let import = import_one(&form(json!([
        read_only(
            "SerialNumberField",
            "编号",
            json!({"serialNumberRule": [{"ruleType": "autoCount"}]})
        ),
        read_only("EmployeeField", "创建人", json!({"complexValue": formula("USER()")})),
        read_only("DateField", "创建时间", json!({"complexValue": formula("TODAY()")})),
        read_only("TextField", "国家", json!({"value": "中国"})),
        read_only("TextField", "客户名称", json!({})),
        read_only("NumberField", "合计", json!({"complexValue": formula("SUM(1)")})),
        read_only("TableField", "明细", json!({})),
    ])))
    .expect("import");
    let fields = &only_form(&import).fields;
    let shut = fields.iter().filter(|f| f.access == Access::ReadOnly).map(|f| &*f.label.zh);
    assert_eq!(shut.collect::<Vec<_>>(), ["编号", "创建人", "创建时间", "国家"]);
    let told = import.report.iter().filter(|line| line.text.zh.starts_with("只读已取消"));
    assert_eq!(told.map(|l| &*l.label.zh).collect::<Vec<_>>(), ["客户名称", "合计", "明细"]);
}

#[test]
fn cascades_become_lists_of_their_paths() {
    let (kind, report) = imported(
        "CascadeSelectField",
        json!({"dataSource": [
            {"label": "浙江", "value": "1", "children": [{"label": "杭州", "value": "2"}, {"label": "宁波", "value": "3"}]},
            {"label": "上海", "value": "4"},
        ]}),
    );
    let labels: Vec<_> =
        kind.choices().expect("choices").options.iter().map(|o| o.label.zh.to_string()).collect();
    assert_eq!(labels, ["浙江 / 杭州", "浙江 / 宁波", "上海"]);
    assert_eq!((report.len(), report[0].outcome), (1, Outcome::Replaced));
}

#[test]
fn texts_beside_the_pages_are_found() {
    let mut whole = form(json!([
        field(
            "TextField",
            json!({"label": {"type": "i18n", "key": "name"}, "tips": script("this.i18n('tip')")})
        ),
        field(
            "SelectField",
            json!({"label": "选", "dataSource": [{"text": {"type": "i18n", "key": "one"}, "value": 1}]})
        ),
    ]));
    whole["content"]["i18nData"] = json!([
        {"key": "name", "zh_CN": "名称", "en_US": "Name"}, {"key": "tip", "zh_CN": "写全称"},
        {"key": "one", "zh_CN": "一"}, {"key": "for a script", "zh_CN": "别的"},
    ]);
    let import = import_one(&whole).expect("import");
    let [name, choice] = only_form(&import).fields.as_slice() else { panic!("two") };
    assert_eq!((name.label.en.as_ref(), name.hint.zh.as_ref()), ("Name", "写全称"));
    assert_eq!(choice.kind.choices().expect("choices").options[0].label.zh, "一");
    let lines: Vec<_> = import.report.iter().map(|line| line.text.zh.as_ref()).collect();
    assert_eq!(lines, ["有 1 个多语言词条没有被字段使用，未导入"]);
}

#[test]
fn what_the_form_itself_loses_is_reported() {
    let text = || field("TextField", json!({"label": "甲"}));
    let with = |change: fn(&mut Value)| {
        let mut whole = form(json!([text()]));
        change(&mut whole["content"]);
        said_of_form(&whole)
    };
    assert_eq!(said_of_form(&form(json!([text()]))), "");
    assert!(with(|c| c["formulas"] = json!([{"a": "b"}])).contains("formulas"));
    assert!(with(|c| c["schemaType"] = json!("superprocess")).contains("审批流程"));
    assert!(with(|c| c["pages"][0]["connectComponent"] = json!([1])).contains("连接器"));
    assert!(
        with(|c| {
            let root = &mut c["pages"][0]["componentsTree"][0]["children"][0];
            root["props"]["submitText"] = json!({"zh_CN": "送出"});
            root["props"]["onSubmit"] = json!({"type": "actionRef"});
        })
        .starts_with("页面和布局上的动作（脚本）未导入\n按钮上的文字未导入")
    );
    let two = json!({"componentName": "ColumnsLayout", "children": [
        {"componentName": "Column", "children": [text()]}, {"componentName": "Column", "children": [text()]},
    ]});
    assert!(said_of_form(&form(json!([two]))).contains("分栏"));
    let other =
        field("TextField", json!({"label": {"type": "i18n", "zh_CN": "甲", "ja_JP": "かぶ"}}));
    assert!(said_of_form(&form(json!([other]))).contains("其他语言"));
    let chart = json!({"componentName": "ColumnChart", "props": {"title": "销量"}});
    let import = import_one(&form(json!([text(), chart]))).expect("import");
    assert_eq!(import.report[0].label.zh, "销量");
}

#[test]
fn several_forms_and_pages_in_a_file_are_all_taken() {
    let one = |id: &str, label: &str| {
        let mut whole = form(json!([field("TextField", json!({"label": label}))]));
        whole["content"]["pages"][0]["id"] = json!(id);
        whole
    };
    let (first, second) = (one("FORM-AAAAAAAAAAAAAAAA", "甲"), one("FORM-BBBBBBBBBBBBBBBB", "乙"));
    for both in [
        json!([first, second]),
        json!({"data": [first, second]}),
        json!({"data": null, "result": {"forms": [first, second.to_string()]}}),
    ] {
        let import = import_one(&both).expect("import");
        let files: Vec<_> = import.forms.iter().map(|f| f.file.as_str()).collect();
        assert_eq!(files, ["form.json #1", "form.json #2"]);
    }
    let nodes = json!([{"componentName": "Page", "children": [field("TextField", json!({"label": "甲"}))]}, field("TextField", json!({"label": "乙"}))]);
    assert_eq!(import_one(&nodes).map(|i| (i.forms.len(), i.forms[0].fields)), Ok((1, 2)));
    let mut pages = first.clone();
    let page = second["content"]["pages"][0].clone();
    pages["content"]["pages"].as_array_mut().expect("pages").push(page);
    let import = import_one(&pages).expect("import");
    assert_eq!((import.forms[0].fields, import.report.len()), (2, 1));
}

#[test]
fn files_saved_by_windows_editors_are_read() {
    let text = form(json!([field("TextField", json!({"label": "名称"}))])).to_string();
    let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
    };
    for bytes in [wide([0xff, 0xfe], u16::to_le_bytes), wide([0xfe, 0xff], u16::to_be_bytes)] {
        let import = import(&[("a.json".into(), &bytes)]).expect("import");
        assert_eq!(only_form(&import).fields[0].label.zh, "名称");
    }
}

#[test]
fn strange_forms_are_taken_as_far_as_they_go() {
    // Two fields with one id, labels missing, fields where nobody looks for them.
    let twice = json!({"fieldId": "textField_kx12ab9c", "label": "同"});
    let import = import_one(&form(json!([
        field("TextField", twice.clone()),
        field("NumberField", twice),
        {"componentName": "TextField"},
        {"componentName": "TableField", "props": {"label": "表"}, "children": [
            {"componentName": "ColumnsLayout", "children": [field("TextField", json!({"label": "列"}))]},
            field("JsxField", json!({"label": "怪"})),
            field("TableField", json!({"label": "内表"})),
        ]},
        {"componentName": "Div", "props": {"children": [field("TextField", json!({"label": "里"}))]}},
    ])))
    .expect("import");
    let labels: Vec<_> = only_form(&import).fields.iter().map(|f| f.label.zh.as_ref()).collect();
    assert_eq!(labels, ["同", "同", "单行文本", "表", "里"]);
    let lost: Vec<_> = import.report.iter().map(|l| (l.label.zh.as_ref(), l.outcome)).collect();
    assert_eq!(lost, [("", Outcome::Partly), ("怪", Outcome::LeftOut), ("内表", Outcome::LeftOut)]);
}

#[test]
fn hundreds_of_forms_become_one_app_whose_associations_lead_to_each_other() {
    let files: Vec<(String, Vec<u8>)> = (0..300)
        .map(|i| {
            let mut fields: Vec<Value> = (0..40)
                .map(|n| field("TextField", json!({"label": format!("字段 {n}"), "fieldId": format!("textField_f{i:03}n{n:02}x")})))
                .collect();
            let next = (i + 1) % 300;
            fields.push(field("AssociationFormField", json!({"label": "关联", "associationForm": {
                "formUuid": format!("FORM-AAAABBBBCCCC{next:08}"), "mainFieldId": format!("textField_f{next:03}n00x"),
            }})));
            let mut whole = form(json!(fields));
            whole["content"]["pages"][0]["id"] = json!(format!("FORM-AAAABBBBCCCC{i:08}"));
            (format!("form-{i}.json"), whole.to_string().into_bytes())
        })
        .collect();
    let import = import_all(&files).expect("import");
    assert_eq!(
        (import.forms.len(), import.tree.unresolved_slots().len(), import.report.len()),
        (300, 0, 0)
    );
    assert_eq!(import.tree.releasable(), Ok(()));
}

#[test]
fn all4_each_loss_is_told_once() {
    let formula = json!({"valueType": "formula", "formula": "MANAGER(USER())"});
    assert_eq!(said("EmployeeField", formula).lines().count(), 1);
    let (kind, _) = imported("EmployeeField", json!({"valueType": "formula", "formula": "USER()"}));
    assert!(matches!(kind, FieldKind::Member(member) if member.default_self));
}

#[test]
fn defaults_are_read_wherever_they_stand() {
    let complex = |value: Value| json!({"valueType": "custom", "complexValue": {"complexType": "custom", "value": value}});
    let (kind, report) = imported("TextField", complex(json!({"zh_CN": "默认"})));
    assert!(matches!(kind, FieldKind::Text(text) if text.default == "默认"));
    assert_eq!(report, []);
    let (kind, _) = imported("NumberField", complex(json!("12")));
    assert!(matches!(kind, FieldKind::Number(number) if number.default.is_some()));
    let (kind, _) = imported("DateField", complex(json!(1_764_000_000_000_i64)));
    assert!(matches!(kind, FieldKind::Date(date) if date.default != DateDefault::Empty));
    let (kind, report) = imported("EditorField", json!({"defaultValue": "说明"}));
    assert!(matches!(kind, FieldKind::MultilineText(text) if text.default == "说明"));
    assert_eq!(report.len(), 1);
    let (kind, report) = imported("TextField", json!({"htmlType": "textarea"}));
    assert_eq!((kind.code(), report.len()), ("multiline_text", 0));
}

#[test]
fn hints_are_joined_and_unshown_titles_are_not_shown() {
    let import = import_one(&form(json!([
        field("TextField", json!({"label": "甲", "tips": "写全称", "labelTipsText": {"zh_CN": "不含括号", "en_US": "No brackets"}})),
        field("Divider", json!({"title": "标题", "description": "说明", "type": "solid", "showTitle": true,
            "colorType": "theme", "backgroundColor": "#0089ff", "titleColor": "#171a1d", "secondaryColor": "#cce5ff"})),
        field("Divider", json!({"title": "标题", "showTitle": false})),
        {"componentName": "PageSection", "props": {"title": "客户", "tooltip": "写给客户的"},
            "children": [field("TextField", json!({"label": "乙"}))]},
        {"componentName": "PageSection", "props": {"title": "暗", "showHeader": false},
            "children": [field("TextField", json!({"label": "丙"}))]},
        {"componentName": "CardContainer", "props": {"title": "卡片", "collapsible": true, "cardStyle": "default"},
            "children": [field("TextField", json!({"label": "丁"}))]},
    ])))
    .expect("import");
    let shown: Vec<_> = only_form(&import)
        .fields
        .iter()
        .map(|f| (f.kind.code(), f.label.zh.as_ref(), f.hint.zh.as_ref(), f.hint.en.as_ref()))
        .collect();
    assert_eq!(
        shown,
        [
            ("text", "甲", "写全称 不含括号", "写全称 No brackets"),
            ("divider", "标题", "说明", ""),
            ("divider", "", "", ""),
            ("divider", "客户", "写给客户的", ""),
            ("text", "乙", "", ""),
            ("text", "丙", "", ""),
            ("divider", "卡片", "", ""),
            ("text", "丁", "", ""),
        ]
    );
    assert_eq!(import.report, []);
}

#[test]
fn all4_settings_of_layout_are_reported_by_component() {
    let text = || field("TextField", json!({"label": "甲"}));
    let with = |name: &str, props: Value| {
        let node = json!({"componentName": name, "props": props, "children": [text()]});
        said_of_form(&form(json!([node])))
    };
    assert_eq!(
        with(
            "PageSection",
            json!({"title": "客户", "showBorder": true, "pcStyle": {"value": "origin"}})
        ),
        ""
    );
    assert_eq!(
        with("PageSection", json!({"title": "客户", "lazyLoad": true, "foldRule": "x"})),
        "布局组件 PageSection 的设置未导入：foldRule、lazyLoad"
    );
    assert!(
        with("CardContainer", json!({"title": "客户", "defaultCollapsed": true}))
            .contains("defaultCollapsed")
    );
    assert!(with("PageSection", json!({"title": script("state.x")})).contains("：title"));
    assert!(with("PageSection", json!({"behavior": "READONLY"})).contains("只读"));
    assert!(with("PageSection", json!({"visibility": ["PC"]})).contains("电脑和手机"));
    let mut whole = form(json!([text()]));
    let page = &mut whole["content"]["pages"][0]["componentsTree"][0];
    page["props"] = json!({"titleName": {"zh_CN": "欢迎填写"}, "watermark": "内部"});
    assert_eq!(said_of_form(&whole), "布局组件 Page 的设置未导入：titleName、watermark");
    let page = &mut whole["content"]["pages"][0]["componentsTree"][0];
    page["props"]["showTitle"] = json!(false);
    assert_eq!(said_of_form(&whole), "布局组件 Page 的设置未导入：watermark");
}

#[test]
fn a_plain_form_loses_nothing() {
    let mut whole = form(json!([field(
        "NumberField",
        json!({"label": "金额", "validation": [{"type": "maxLength", "param": "25"}]})
    ),]));
    let content = &mut whole["content"];
    content["utils"] =
        json!([{"name": "legaoBuiltin", "type": "npm"}, {"name": "yidaPlugin", "type": "npm"}]);
    let greeting = "/**\n * 面板\n */\n// 加载后\nexport function didMount() {\n  console.log(`「页面 JS」：当前页面地址 ${location.href}`);\n  // 更多\n}";
    content["actions"] = json!({"module": {"source": greeting}, "list": [{"id": "didMount"}]});
    content["pages"][0]["componentsTree"][0]["lifeCycles"] =
        json!({"componentDidMount": {"id": "didMount", "name": "didMount", "type": "actionRef"}});
    assert_eq!(import_one(&whole).map(|import| import.report), Ok(Vec::new()));
    let more = format!("{greeting}\nexport function f() {{ alert(1) }}");
    whole["content"]["actions"]["module"]["source"] = json!(more);
    assert_eq!(said_of_form(&whole), "页面脚本未导入（didMount）\n页面生命周期动作未导入");
}

#[test]
fn a_form_with_an_approval_says_so_once() {
    for change in [
        |c: &mut Value| c["processCode"] = json!("TPROC--EF6YJDXRN2K4"),
        |c: &mut Value| c["pages"][0]["formType"] = json!("process"),
        |c: &mut Value| c["schemaType"] = json!("superprocess"),
    ] {
        let mut whole = form(json!([field("TextField", json!({"label": "甲"}))]));
        change(&mut whole["content"]);
        assert_eq!(said_of_form(&whole), "审批流程未导入，表单本身已导入");
    }
}

#[test]
fn all3_english_that_translates_nothing_makes_no_labels_and_keys() {
    let option = |zh: &str, en: &str| json!({"text": {"type": "i18n", "zh_CN": zh, "en_US": en}});
    let choices = |options: Value| {
        let (kind, report) = imported("SelectField", json!({"dataSource": options}));
        (kind.choices().cloned().expect("choices").options, report)
    };
    let (stock, report) = choices(json!([option("电话", "Option"), option("邮件", "Option")]));
    assert!(stock.iter().all(|o| o.label.en.is_empty() && !o.key.as_str().starts_with("option")));
    assert_eq!(report, []);
    let (numbered, report) = choices(json!([option("方案一", "Option 1"), option("乙", "Plan B")]));
    let english: Vec<_> = numbered.iter().map(|option| option.label.en.as_ref()).collect();
    assert_eq!((english.as_slice(), report.len()), (&["", "Plan B"][..], 1));
    let (shared, report) =
        choices(json!([option("电话", "Call"), option("来电", "Call"), option("信", "Mail")]));
    let english: Vec<_> = shared.iter().map(|option| option.label.en.as_ref()).collect();
    assert_eq!((english.as_slice(), report.len()), (&["", "", "Mail"][..], 1));
    let label =
        |zh: &str, en: &str| field("TextField", json!({"label": {"zh_CN": zh, "en_US": en}}));
    let import = import_one(&form(json!([
        label("甲", "Name"),
        label("乙", "Name"),
        label("丙", "Text Field")
    ])))
    .expect("import");
    assert!(only_form(&import).fields.iter().all(|field| field.label.en.is_empty()));
    assert_eq!(import.report.len(), 1);
}

#[test]
fn all3_true_english_stays_and_what_is_none_is_reported() {
    let labelled = |component: &str, zh: &str, en: &str| {
        field(component, json!({"label": {"type": "i18n", "zh_CN": zh, "en_US": en}}))
    };
    let group = json!({"componentName": "PageSection", "props": {"title": {"zh_CN": "集团", "en_US": "Group"}},
        "children": [labelled("TextField", "电话", "Phone 电话"), labelled("TextField", "客户", "客户名称")]});
    let import = import_one(&form(json!([
        labelled("DateField", "时间", "Date"),
        labelled("TextField", "职务", "Title"),
        labelled("NumberField", "费率", "Rate"),
        labelled("NumberField", "数量", "Number Field"),
        group,
    ])))
    .expect("import");
    let english: Vec<_> = only_form(&import).fields.iter().map(|f| &*f.label.en).collect();
    assert_eq!(english, ["Date", "Title", "Rate", "", "Group", "Phone 电话", ""]);
    let told: Vec<_> = import.report.iter().map(|l| (&*l.label.zh, &*l.text.zh)).collect();
    assert_eq!(told, [("客户", "文字的英文也是中文，未导入")]);

    let section = |zh: &str| {
        json!({"componentName": "PageSection", "props": {"title": {"zh_CN": zh, "en_US": "Group"}},
            "children": [labelled("TextField", zh, "")]})
    };
    let import = import_one(&form(json!([section("基本信息"), section("付款")]))).expect("import");
    assert!(only_form(&import).fields.iter().all(|field| field.label.en.is_empty()));
    assert_eq!(import.report.len(), 1);
}

#[test]
fn texts_that_are_cut_or_lose_an_id_are_reported_wherever_they_stand() {
    const ID: &str = "见 emp_own_4711";
    let text = || field("TextField", json!({"label": "甲", "uuid": "emp_own_4711"}));
    let long = |most: usize| "长".repeat(most + 1);
    let page = |change: &dyn Fn(&mut Value)| {
        let mut whole = form(json!([text()]));
        change(&mut whole["content"]["pages"][0]["componentsTree"][0]);
        said_of_form(&whole)
    };
    let described = |text: &str| {
        page(&|page| page["props"] = json!({"titleDesc": {"type": "i18n", "zh_CN": text}}))
    };
    assert!(!described(&long(1_999)).contains("说明"));
    assert!(described(&long(2_000)).contains("说明过长，已截断"));
    assert!(described(ID).contains("说明中的宜搭编号已去除"));
    let titled = |text: &str| page(&|page| page["children"][0]["props"]["formLabel"] = json!(text));
    assert!(titled(&long(100)).contains("标题过长，已截断"));
    assert!(titled(ID).contains("标题中的宜搭编号已去除"));

    let grouped = |props: Value| {
        let group = json!({"componentName": "PageSection", "props": props, "children": [text()]});
        let import = import_one(&form(json!([group]))).expect("import");
        let told = import.report.iter().map(|line| line.text.zh.to_string());
        told.collect::<Vec<_>>().join("\n")
    };
    assert!(grouped(json!({"title": long(200)})).contains("分组的文字过长，已截断"));
    assert!(grouped(json!({"title": "组", "tips": ID})).contains("分组的文字中的宜搭编号已去除"));

    let option = |text: &str| json!({"uuid": "emp_own_4711", "dataSource": [{"text": text}]});
    let step = |text: &str| json!({"uuid": "emp_own_4711", "dataSource": [{"text": text, "children": [{"text": "下"}]}]});
    for (name, props, words) in [
        ("RadioField", option(&long(200)), "选项的文字过长，已截断"),
        ("RadioField", option(ID), "选项的文字中的宜搭编号已去除"),
        ("CascadeSelectField", step(ID), "选项的文字中的宜搭编号已去除"),
        ("CascadeSelectField", step(&long(198)), "选项的文字过长，已截断"),
        ("TextField", json!({"uuid": "emp_own_4711", "tips": ID}), "文字中的宜搭编号已去除"),
        (
            "TextField",
            json!({"tips": long(600), "description": long(700).replace('长', "短")}),
            "文字过长",
        ),
        ("TextField", json!({"uuid": "emp_own_4711", "value": ID}), "默认值中的宜搭编号已去除"),
        ("TextField", json!({"value": {"zh_CN": "无", "en_US": "None"}}), "默认值的英文未导入"),
        (
            "AssociationFormField",
            json!({"associationForm": {"formTitle": long(100)}}),
            "文字过长，已截断",
        ),
    ] {
        let said = said(name, props);
        assert!(said.contains(words), "{name}: {words} is not in {said:?}");
    }
}

#[test]
fn records_are_shown_by_the_fields_that_were_chosen_for_it() {
    let shown = |kind: Option<&str>| {
        let mut target = json!({"formUuid": "FORM-AAAABBBBCCCCDDDDEEEE", "mainFieldId": "textField_a1b2c3d4",
            "customTableFields": ["textField_a1b2c3d5"]});
        if let Some(kind) = kind {
            target["tableShowType"] = json!(kind);
        }
        let import = import_one(&form(json!([
            field("TextField", json!({"label": "甲", "fieldId": "textField_a1b2c3d4"})),
            field("TextField", json!({"label": "乙", "fieldId": "textField_a1b2c3d5"})),
            field("AssociationFormField", json!({"label": "上级", "associationForm": target})),
        ])))
        .expect("import");
        let FieldKind::Association(link) = &only_form(&import).fields[2].kind else {
            panic!("link")
        };
        link.display.len()
    };
    assert_eq!((shown(Some("all")), shown(Some("custom")), shown(None)), (1, 2, 2));
}

#[test]
fn bounds_may_be_written_with_powers_of_ten() {
    let rules =
        json!([{"type": "minValue", "param": "-1.5e3"}, {"type": "maxValue", "param": "1e6"}]);
    let (kind, report) = imported("NumberField", json!({"validation": rules}));
    let FieldKind::Number(number) = kind else { panic!("number") };
    let bounds = [number.min, number.max].map(|bound| bound.map(|n| n.to_string()));
    assert_eq!(bounds, [Some("-1500".to_owned()), Some("1000000".to_owned())]);
    assert_eq!(report, []);
}

#[test]
fn spaces_count_in_serial_numbers() {
    let parts = json!([
        {"ruleType": "character", "content": "No. "}, {"ruleType": "date", "dateFormat": "yyyy"},
        {"ruleType": "character", "content": " "}, {"ruleType": "autoCount", "digitCount": 3},
    ]);
    let (kind, report) = imported("SerialNumberField", json!({"serialNumberRule": parts}));
    let FieldKind::SerialNumber(serial) = kind else { panic!("serial") };
    let day = crate::time::Date::parse("2026-03-05").expect("date");
    assert_eq!(serial.format(day, 0), "No. 2026 001");
    assert_eq!(report, []);
}

#[test]
fn older_numberings_stand_in_settings_of_the_field() {
    let old =
        json!({"prefix": "SN ", "suffix": "", "digit": 6, "startValue": 7, "resetPeriod": "never"});
    let (kind, report) = imported("SerialNumberField", old);
    let FieldKind::SerialNumber(serial) = kind else { panic!("serial") };
    let day = crate::time::Date::parse("2026-03-05").expect("date");
    assert_eq!((serial.format(day, 0), report), ("SN 000007".to_owned(), Vec::new()));
}

#[test]
fn numbers_keep_years_of_two_digits() {
    let parts = json!([{"ruleType": "date", "dateFormat": "yyMM"}, {"ruleType": "autoCount", "digitCount": 3}]);
    let (kind, report) = imported("SerialNumberField", json!({"serialNumberRule": parts}));
    let FieldKind::SerialNumber(serial) = kind else { panic!("serial") };
    assert_eq!(serial.parts[0], SerialPart::Date { pattern: DatePattern::ShortMonth });
    assert_eq!(report, []);
}
