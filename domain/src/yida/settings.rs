//! Which settings of a field are carried over, which only concern its looks, and which are lost.

use serde_json::Value;

use super::{
    limits::{is_event, is_filled},
    options::is_other,
    report::Place,
    serial::OLD_NUMBERING,
    texts::{Foreign, text},
    walk::{HINTS, is_stock_title},
};
use crate::lang::Text;

/// Settings that the import reads, or reports in words of their own.
const READ: &[&str] = &[
    "behavior",
    "children",
    "complexValue",
    "defaultValue",
    "dataFillingRules",
    "dataFilterRules",
    "fieldId",
    "label",
    "placeholder",
    "required",
    "scanCode",
    "searchConfig",
    "supportDataFilling",
    "supportDataFilter",
    "title",
    "validation",
    "value",
    "valueType",
    "variable",
    "visibility",
];

/// Looks, the designer's notes, and what follows from another setting.
const LOOKS: &[&str] = &[
    "actionsColumnWidth",
    "addButtonPosition",
    "addressType",
    "aiRecognitionConfig",
    "autoFocus",
    "autoHeight",
    "autoUpload",
    "autoWidth",
    "buttonSize",
    "buttonType",
    "cardListType",
    "className",
    "closeOnSelect",
    "columns",
    "countryMode",
    "countryScope",
    "dataSourceColor",
    "defaultCollapseStatus",
    "deptRange",
    "detailPlaceholder",
    "enableCameraCompression",
    "enableCameraDate",
    "enableCameraLocation",
    "enableLocation",
    "expand",
    "fieldName",
    "filterLocal",
    "formularZoneCode",
    "fullWidth",
    "hasBorder",
    "hasClear",
    "hasLimitHint",
    "hasSelectAll",
    "isCustomStore",
    "isFreezeOperateColumn",
    "isShowDeptFullName",
    "isShowSearchBar",
    "itemDirection",
    "labelAlign",
    "labelColOffset",
    "labelColSpan",
    "labelTextAlign",
    "labelTipsIcon",
    "labelTipsTypes",
    "labelWidth",
    "layout",
    "listType",
    "method",
    "mobileFreezeColumnStartCounts",
    "mobileLayout",
    "mobileQuickSearchMode",
    "normalListType",
    "optionAutoWidth",
    "orderEnable",
    "pageSize",
    "pcFreezeColumnStartCounts",
    "preview",
    "renderLinkForView",
    "resetTime",
    "reusePrivilege",
    "roleRange",
    "saveCameraImageToLocal",
    "serialNumPreview",
    "serialNumReset",
    "shape",
    "showCountry",
    "showDeleteConfirm",
    "showEmpIdType",
    "showEmplId",
    "showEmptyRows",
    "showIndex",
    "showSearch",
    "showTableHead",
    "size",
    "startWithDepartmentId",
    "step",
    "style",
    "subLabel",
    "syncSerialConfig",
    "tableLayout",
    "theme",
    "useAliworkUrl",
    "useCustomColumnsWidth",
    "userRange",
    "withCredentials",
    "wrapperColOffset",
    "wrapperColSpan",
];

/// Kinds with choices, which some settings belong to only.
const CHOICES: &[&str] =
    &["Radio", "Checkbox", "Select", "MultiSelect", "CascadeSelect", "TreeSelect"];
const FILES: &[&str] = &["Attachment", "File", "Image", "Photo"];
const NUMBERS: &[&str] = &["Number", "Money", "Amount", "Currency"];
const DATES: &[&str] = &["Date", "CascadeDate", "DateRange"];
const TEXTS: &[&str] = &[
    "Text",
    "Input",
    "Textarea",
    "TextArea",
    "Phone",
    "Mobile",
    "Telephone",
    "Email",
    "Mail",
    "Url",
    "Link",
    "IdCard",
    "IDCard",
];
const PEOPLE: &[&str] = &["Employee", "User", "Member", "DepartmentSelect", "Department"];
const DIVIDER: &[&str] = &["Divider"];

/// Settings that are read, or only looks, at these kinds; elsewhere nobody here knows them.
const ONLY: &[(&str, &[&[&str]])] = &[
    ("accept", &[FILES]),
    ("addonAfter", &[NUMBERS]),
    ("allowHalf", &[&["Rate"]]),
    ("associationForm", &[&["AssociationForm"]]),
    ("backgroundColor", &[DIVIDER]),
    ("colorType", &[DIVIDER]),
    ("count", &[&["Rate"]]),
    ("dataSource", &[CHOICES, PEOPLE, &["AssociationForm"]]),
    ("defaultDataSource", &[CHOICES]),
    ("disabledDate", &[DATES]),
    ("format", &[DATES, &["Time"]]),
    ("innerAfter", &[NUMBERS]),
    ("limit", &[FILES]),
    ("max", &[NUMBERS]),
    ("maxFileSize", &[FILES]),
    ("maxItems", &[&["Table"]]),
    ("maxLength", &[TEXTS]),
    ("min", &[NUMBERS]),
    ("minItems", &[&["Table"]]),
    ("mode", &[CHOICES, PEOPLE, &["CountrySelect"]]),
    ("multiple", &[FILES, CHOICES, PEOPLE, &["AssociationForm"]]),
    ("newIcon", &[DIVIDER]),
    ("options", &[CHOICES]),
    ("precision", &[NUMBERS]),
    ("rows", &[TEXTS, &["Editor", "RichText"]]),
    ("secondaryColor", &[DIVIDER]),
    ("serialNumberRule", &[&["SerialNumber"]]),
    ("showTitle", &[DIVIDER]),
    ("thousandsSeparators", &[NUMBERS]),
    ("titleColor", &[DIVIDER]),
    ("type", &[FILES, DIVIDER, CHOICES, &["DigitalSignature"]]),
    ("unit", &[NUMBERS]),
    ("validationType", &[TEXTS]),
];

/// What components that arrange others are set to, and what of it is read or only looks.
const LAYOUT: &[&str] = &[
    "afterFormDataInit",
    "afterSubmit",
    "aiFormConfig",
    "backgroundColorCustom",
    "beforeSubmit",
    "cardStyle",
    "collapsible",
    "columnGap",
    "contentBgColor",
    "contentBgColorMobile",
    "contentMargin",
    "contentMarginMobile",
    "contentPadding",
    "contentPaddingMobile",
    "display",
    "divider",
    "fieldSpacing",
    "formLabel",
    "formLabelVisible",
    "headerStyle",
    "labelAlignMobile",
    "labelAlignPc",
    "labelWeightMobile",
    "labelWeightPc",
    "labelWidthMobile",
    "labelWidthPc",
    "mobileRowGap",
    "mobileStyle",
    "newIcon",
    "onProcessActionValidate",
    "pageStyle",
    "pcStyle",
    "rowGap",
    "sectionHeaderBgColor",
    "sectionHeaderStyle",
    "sectionHeaderTitleColor",
    "sectionStyle",
    "showBorder",
    "showBorderMobile",
    "showHeadDivider",
    "showHeader",
    "showTitle",
    "sizePc",
    "stageText",
    "submitAndNewText",
    "submitText",
    "templateVersion",
    "titleBg",
    "titleColor",
    "titleDesc",
    "withMargin",
    "withMarginMobile",
    "withPadding",
    "withPaddingMobile",
];

/// Words on buttons, and what the other platform writes there itself.
const WORDING: &[&str] = &[
    "addButtonText",
    "buttonText",
    "copyButtonText",
    "delButtonText",
    "indexName",
    "moveDown",
    "moveUp",
    "notFoundContent",
];
const STOCK_WORDING: &[&str] = &[
    "新增一项",
    "上传文件",
    "点击上传",
    "上传",
    "图片上传",
    "复制",
    "删除",
    "项目",
    "序号",
    "下移",
    "上移",
    "无数据",
    "暂无数据",
];

/// When a setting loses nothing.
enum Usual {
    /// While it is off or empty.
    Off,
    /// While it is on.
    On,
    /// While it is one of these words, or empty.
    Word(&'static [&'static str]),
}

use Usual::{Off, On, Word};

const CAMERA: (&str, &str) =
    ("拍照、水印或识别设置未导入", "Camera, watermark or recognition settings were left out");
const LINKAGE: (&str, &str) = ("数据联动未导入", "Linkage with other data was left out");
const FILTER: (&str, &str) =
    ("数据筛选规则未导入", "Rules that filter the records to choose from were left out");
const DELETING: (&str, &str) = (
    "子表单的行可以删除，原来的限制未导入",
    "Rows of the sub-table can be deleted; the restriction was left out",
);
const SHEETS: (&str, &str) = (
    "子表单的批量导入和导出未导入",
    "Importing and exporting the rows of the sub-table was left out",
);

/// Settings that are lost unless they are as usual, with what is said of them.
const LOST: &[(&str, Usual, (&str, &str))] = &[
    (
        "htmlType",
        Word(&["input", "text", "textarea"]),
        (
            "输入框的类型（如密码）未导入，内容可见",
            "The type of the input, such as password, was left out; what is typed can be seen",
        ),
    ),
    ("linkage", Off, LINKAGE),
    ("dataSourceLinkage", Off, LINKAGE),
    ("formula", Off, ("公式未导入", "A formula was left out")),
    (
        "orderConfig",
        Off,
        ("关联数据的排序未导入", "The order of the records to choose from was left out"),
    ),
    ("validateFilter", Off, FILTER),
    (
        "supportAdd",
        Off,
        ("选择时新建记录的功能未导入", "Adding a record while choosing one was left out"),
    ),
    (
        "dataSourceType",
        Word(&["custom"]),
        ("选项的外部数据源未导入", "The external source of the options was left out"),
    ),
    ("isUseDataSourceColor", Off, ("选项颜色未导入", "The colours of the options were left out")),
    (
        "userRangeType",
        Word(&["ALL"]),
        ("可选成员范围未导入", "The restriction of who can be chosen was left out"),
    ),
    (
        "deptRangeType",
        Word(&["ALL"]),
        ("可选部门范围未导入", "The restriction of departments was left out"),
    ),
    ("onlyCameraUpload", Off, CAMERA),
    ("enableCameraWatermark", Off, CAMERA),
    ("aiRecognitionSwitch", Off, CAMERA),
    ("onlineEdit", Off, ("附件在线编辑未导入", "Editing files online was left out")),
    ("innerBefore", Off, ("输入框前的文字未导入", "The text before the input was left out")),
    ("addonBefore", Off, ("输入框前的文字未导入", "The text before the input was left out")),
    ("showGrade", Off, ("评分的等级文字未导入", "The words for the grades were left out")),
    (
        "submittable",
        Word(&["ALWAYS", "DEFAULT"]),
        (
            "数据提交方式的设置未导入，内容总会保存",
            "When its value is sent was left out; it is always saved",
        ),
    ),
    ("dataEntryMode", Off, ("数据录入模式未导入", "The data entry mode was left out")),
    ("actions", Off, ("子表单的自定义操作未导入", "Custom actions of the sub-table were left out")),
    (
        "enableSummary",
        Off,
        ("子表单的合计行未导入", "The summary row of the sub-table was left out"),
    ),
    (
        "addButtonBehavior",
        Word(&["NORMAL"]),
        (
            "子表单可以添加行，原来的限制未导入",
            "Rows can be added to the sub-table; the restriction was left out",
        ),
    ),
    ("showDelAction", On, DELETING),
    ("showActions", On, DELETING),
    ("enableImport", Off, SHEETS),
    ("enableExport", Off, SHEETS),
    (
        "enableBatchDelete",
        Off,
        ("子表单的批量删除未导入", "Deleting many rows of the sub-table was left out"),
    ),
    ("showCopyAction", Off, ("子表单的复制行未导入", "Copying rows of the sub-table was left out")),
    ("showSortable", Off, ("子表单的行排序未导入", "Moving rows of the sub-table was left out")),
    (
        "filterEmptyRowData",
        Off,
        ("子表单的空行过滤未导入", "Dropping empty rows of the sub-table was left out"),
    ),
];

/// Reports the settings that are lost, and by their names those that nobody here knows.
pub(super) fn report(name: &str, props: &Value, place: &mut Place<'_>) {
    let Some(settings) = props.as_object() else { return };
    let mut told: Vec<&str> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    let mut scripted: Vec<&str> = Vec::new();
    for (setting, value) in settings {
        let setting = setting.as_str();
        if is_event(setting) || setting.starts_with("__") {
            continue;
        }
        // A numbering's is read; a default's is told of where the default is.
        let formula = setting == "formula"
            && (name == "SerialNumber" || super::fields::default_formula(props).is_some());
        if is_scripted(value, 0) && !formula {
            scripted.push(setting);
            continue;
        }
        if setting == "complexValue" && is_linked(value) && !told.contains(&LINKAGE.0) {
            told.push(LINKAGE.0);
            place.partly(LINKAGE.0, LINKAGE.1);
        }
        if let Some((_, usual, (zh, en))) = LOST.iter().find(|(known, ..)| *known == setting) {
            if is_lost(usual, value) && !formula && !told.contains(zh) {
                told.push(zh);
                place.partly(zh, en);
            }
        } else if WORDING.contains(&setting) {
            let words = text(Some(value), &Foreign::new(), 100);
            if !words.zh.is_empty() && !STOCK_WORDING.contains(&words.zh.as_ref()) {
                unknown.push(setting);
            }
        } else if is_filled(value) && !is_known(name, setting) {
            unknown.push(setting);
        }
    }
    list(
        &scripted,
        "由脚本计算的设置未导入：",
        "Settings that a script computes were left out: ",
        place,
    );
    list(
        &unknown,
        "没有对应项的设置未导入：",
        "Settings without a counterpart were left out: ",
        place,
    );
}

/// Whether a default comes from somewhere else than a value or a formula.
fn is_linked(complex: &Value) -> bool {
    let known = |name: &str| matches!(name, "complexType" | "value" | "formula");
    complex
        .as_object()
        .is_some_and(|complex| complex.iter().any(|(name, value)| !known(name) && is_filled(value)))
}

fn is_known(name: &str, setting: &str) -> bool {
    if let Some((_, kinds)) = ONLY.iter().find(|(known, _)| *known == setting) {
        return kinds.iter().any(|kinds| kinds.contains(&name));
    }
    READ.contains(&setting)
        || HINTS.contains(&setting)
        || is_other(setting)
        || LOOKS.contains(&setting)
        || (name == "SerialNumber" && OLD_NUMBERING.contains(&setting))
}

/// The settings of a component that arranges others which are lost, or which a script computes.
/// A page's title is lost where the form is called otherwise.
pub(super) fn of_layout<'a>(props: &'a Value, form_title: &Text) -> Vec<&'a str> {
    let Some(settings) = props.as_object() else { return Vec::new() };
    let shown = props.get("showTitle") != Some(&Value::Bool(false));
    let is_lost = |setting: &str, value: &Value| match setting {
        "behavior" => false,
        _ if is_event(setting) || setting.starts_with("__") => false,
        _ if is_scripted(value, 0) => true,
        "titleName" => {
            let title = text(Some(value), &Foreign::new(), 100);
            shown && !title.is_empty() && !is_stock_title(&title) && title.zh != form_title.zh
        }
        "defaultCollapsed" => is_filled(value),
        _ => {
            let known = LAYOUT.contains(&setting)
                || READ.contains(&setting)
                || HINTS.contains(&setting)
                || LOOKS.contains(&setting);
            !known && is_filled(value)
        }
    };
    settings
        .iter()
        .filter(|(name, value)| is_lost(name, value))
        .map(|(name, _)| name.as_str())
        .collect()
}

fn is_lost(usual: &Usual, value: &Value) -> bool {
    match usual {
        Off => is_filled(value),
        On => *value == Value::Bool(false),
        Word(words) => value
            .as_str()
            .map_or_else(|| is_filled(value), |word| !word.is_empty() && !words.contains(&word)),
    }
}

/// Whether a script, not the definition, says what the value is.
pub(super) fn is_scripted(value: &Value, depth: u8) -> bool {
    match value {
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
            matches!(
                kind,
                "JSExpression" | "JSFunction" | "JSSlot" | "JSBlock" | "variable" | "lambda"
            ) && object.contains_key("value")
                || depth < 3 && object.values().any(|inner| is_scripted(inner, depth + 1))
        }
        Value::Array(items) => depth < 3 && items.iter().any(|item| is_scripted(item, depth + 1)),
        _ => false,
    }
}

/// One line with the names of settings.
pub(super) fn list(names: &[&str], zh: &str, en: &str, place: &mut Place<'_>) {
    const SHOWN: usize = 12;
    if names.is_empty() {
        return;
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| place.word(name, 40)).collect();
    let more = names.len().saturating_sub(SHOWN);
    let (and_zh, and_en) = if more == 0 {
        (String::new(), String::new())
    } else {
        (format!(" 等 {} 项", names.len()), format!(" and {more} more"))
    };
    let (joined_zh, joined_en) = (shown.join("、"), shown.join(", "));
    place.partly(format!("{zh}{joined_zh}{and_zh}"), format!("{en}{joined_en}{and_en}"));
}
