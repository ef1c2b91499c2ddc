//! Texts of a definition: labels in several languages, and no foreign ids in any of them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::{Map, Value};

use super::{i18n, settings::is_scripted};
use crate::lang::Text;

/// Ids that stand in the definitions, to be kept out of every text.
pub(super) type Foreign = BTreeSet<String>;

/// Placeholders that the other platform puts there itself.
const STOCK_PLACEHOLDERS: &[&str] = &[
    "请选择",
    "请输入",
    "请输入数字",
    "please select",
    "please enter",
    "please input",
    "please enter a number",
];

/// English by which the other platform calls its components themselves. Beside other Chinese it is
/// what stood there before somebody wrote the Chinese. Words that may well be meant, such as
/// "Date", are none of these.
const STOCK_ENGLISH: &[(&str, &str)] = &[
    ("TextField", "Text Field"),
    ("TextareaField", "Text Area"),
    ("NumberField", "Number Field"),
    ("RadioField", "Radio"),
    ("CheckboxField", "Checkbox"),
    ("SelectField", "Select"),
    ("MultiSelectField", "Multi-Select"),
    ("CascadeSelectField", "Cascade Select"),
    ("AddressField", "Address Select"),
    ("DepartmentSelectField", "Department Select Field"),
    ("EmployeeField", "Employee Field"),
    ("ImageField", "Upload image"),
    ("TableField", "Table Field"),
    ("AssociationFormField", "Associate Form"),
    ("Page", "title"),
    ("PageSection", "title"),
    ("Divider", "title"),
];

/// How the Chinese begins that the other platform puts in the place of the English.
const STOCK_CHINESE: &[&str] = &[
    "单行文本",
    "多行文本",
    "数值",
    "评分",
    "单选",
    "复选",
    "下拉单选",
    "下拉复选",
    "级联选择",
    "日期",
    "成员",
    "部门",
    "图片上传",
    "附件",
    "子表单",
    "关联表单",
    "流水号",
    "分组",
    "选项",
];

/// What of a text is not carried over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    /// What is beyond the most characters.
    pub cut: bool,
    /// Ids of the other platform.
    pub ids: bool,
    /// Other Chinese in the place of the English.
    pub english: bool,
}

impl Lost {
    /// What is lost of either of two texts.
    pub fn or(self, other: Self) -> Self {
        Self {
            cut: self.cut || other.cut,
            ids: self.ids || other.ids,
            english: self.english || other.english,
        }
    }
}

/// A label, hint or option: an i18n object, a plain string, or an i18n object in a string.
pub(super) fn text(value: Option<&Value>, foreign: &Foreign, max: usize) -> Text {
    read(value, foreign, max).0
}

/// What of a text gets lost when it is read.
pub(super) fn lost(value: Option<&Value>, foreign: &Foreign, max: usize) -> Lost {
    read(value, foreign, max).1
}

/// Reads a text, and what of it gets lost.
pub(super) fn read(value: Option<&Value>, foreign: &Foreign, max: usize) -> (Text, Lost) {
    let parsed = value.and_then(Value::as_str).and_then(object_in_string);
    let (zh, en) = match parsed.as_ref().or(value) {
        Some(Value::String(plain)) => (plain.as_str(), ""),
        // What a script computes is not a text; what stands there until it has run is.
        Some(value @ Value::Object(object)) if is_scripted(value, 3) => {
            let inner = object.get("value").filter(|inner| inner.is_object());
            return inner.map(|_| read(inner, foreign, max)).unwrap_or_default();
        }
        Some(Value::Object(object)) => spoken(object),
        Some(Value::Number(number)) => {
            return (Text::new(number.to_string(), ""), Lost::default());
        }
        _ => ("", ""),
    };
    let ((zh, of_zh), (en, of_en)) = (kept(zh, foreign, max), kept(en, foreign, max));
    // The English of these definitions is often the Chinese again, or just the component's name.
    if en == zh || is_component_name(&en) {
        return (Text::new(zh, ""), of_zh);
    }
    if !is_all_han(&en) {
        return (Text::new(zh, en), of_zh.or(of_en));
    }
    if zh.is_empty() {
        return (Text::new(en, ""), of_en);
    }
    let stock = is_stock_placeholder(&en) || STOCK_CHINESE.iter().any(|word| en.starts_with(word));
    (Text::new(zh, ""), Lost { english: !stock, ..of_zh })
}

/// A label without the English that the other platform gives this component itself.
pub(super) fn without_stock(component: &str, label: Text) -> Text {
    let word = without_number(&label.en);
    let stock = STOCK_ENGLISH.iter().any(|(name, stock)| *name == component && *stock == word);
    if stock && !label.zh.is_empty() { Text::new(label.zh, "") } else { label }
}

/// Whether an option's English is what the other platform calls new options: 电话 is no "Option 2".
pub(super) fn is_stock_option(label: &Text) -> bool {
    without_number(&label.en) == "Option" && !label.zh.is_empty() && !label.zh.contains("选项")
}

fn without_number(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end()
}

/// What an object says in the two languages; in any other where it says nothing in them.
fn spoken(object: &Map<String, Value>) -> (&str, &str) {
    let said = |name: &str| {
        object.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    };
    let pick = |names: &[&str]| names.iter().find_map(|name| said(name)).unwrap_or_default();
    let zh =
        pick(&["zh_CN", "zh-CN", "zh", "cn", "zh_TW", "zh-TW", "zh_HK", "zh-HK", "value", "text"]);
    let en = pick(&["en_US", "en-US", "en", "en_GB", "pureEn_US"]);
    let other = || object.keys().filter(|name| i18n::is_language(name)).find_map(|name| said(name));
    if zh.is_empty() && en.is_empty() { (other().unwrap_or_default(), "") } else { (zh, en) }
}

/// A placeholder; those that the other platform puts there itself are left out.
pub(super) fn placeholder(value: Option<&Value>, foreign: &Foreign) -> Text {
    let text = text(value, foreign, 200);
    match (is_stock_placeholder(&text.zh), is_stock_placeholder(&text.en)) {
        (true, _) => Text::default(),
        (false, true) => Text { en: Cow::Borrowed(""), ..text },
        (false, false) => text,
    }
}

fn is_stock_placeholder(text: &str) -> bool {
    STOCK_PLACEHOLDERS.contains(&text.trim().to_lowercase().as_str())
}

fn object_in_string(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with('{') || text.len() > 20_000 {
        return None;
    }
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

/// Whether a text is Chinese, without a letter of another language.
fn is_all_han(text: &str) -> bool {
    let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    text.contains(han) && !text.contains(|c: char| c.is_alphabetic() && !han(c))
}

/// English that stands beside several different Chinese texts, and so translates none of them.
pub(super) fn shared_english<'a>(texts: impl Iterator<Item = &'a Text>) -> BTreeSet<String> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for text in texts.filter(|text| !text.en.is_empty()) {
        if *seen.entry(&text.en).or_insert(&text.zh) != text.zh {
            shared.insert(text.en.to_string());
        }
    }
    shared
}

/// `TextField`, `CascadeDateField`: names, not words.
fn is_component_name(text: &str) -> bool {
    text.strip_suffix("Field").is_some_and(|stem| {
        stem.starts_with(|c: char| c.is_ascii_uppercase())
            && stem.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Control characters out, foreign ids out, at most `max` characters, trimmed.
pub(super) fn clean(text: &str, foreign: &Foreign, max: usize) -> String {
    kept(text, foreign, max).0
}

/// What is kept of a text, trimmed, and what gets lost.
fn kept(text: &str, foreign: &Foreign, max: usize) -> (String, Lost) {
    let (start, is_all) = beginning(text.trim(), max);
    let visible = visible(&start, true);
    let whole = scrub(&visible, foreign);
    let cleaned: String = whole.trim().chars().take(max).collect();
    let cut = !is_all || cleaned.len() < whole.trim().len();
    (cleaned.trim_end().to_owned(), Lost { cut, ids: whole != visible, english: false })
}

/// Like [`clean`], in one line, where spaces count.
pub(super) fn cleared(text: &str, foreign: &Foreign, max: usize) -> String {
    scrub(&visible(&beginning(text, max).0, false), foreign).chars().take(max).collect()
}

/// The part of a text that can matter, and whether that is all. Ids never reach beyond what is kept
/// by much; the rest of a huge text need not be looked at.
fn beginning(text: &str, max: usize) -> (String, bool) {
    let mut start: String = text.chars().take(max.saturating_mul(2).saturating_add(200)).collect();
    let is_all = start.len() == text.len();
    if !is_all {
        // An id that was cut through would no longer be known as one.
        start.truncate(start.trim_end_matches(is_id_char).len());
    }
    (start, is_all)
}

fn visible(text: &str, lines: bool) -> String {
    let shown = |c: &char| (!c.is_control() || lines && *c == '\n') && !is_direction_mark(*c);
    text.replace("\r\n", "\n").chars().filter(shown).collect()
}

/// Marks that turn the direction of text can make a label read as something else.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Replaces what is or looks like a foreign id.
pub(super) fn scrub(text: &str, foreign: &Foreign) -> String {
    replace_words(text, |word| (foreign.contains(word) || looks_foreign(word)).then_some("…"))
}

/// Replaces words that could be ids by what is given for them.
pub(super) fn replace_words<'a>(text: &str, other: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !is_id_char(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(word);
        out.push_str(other(token).unwrap_or(token));
        let gap = after.find(is_id_char).unwrap_or(after.len());
        let (between, after) = after.split_at(gap);
        out.push_str(between);
        rest = after;
    }
    out
}

fn is_id_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// How ids begin, and how many letters and digits follow at least.
const SHAPES: &[(&str, usize)] = &[
    ("FORM-", 12),
    ("APP_", 10),
    ("FINST-", 10),
    ("PROC-", 10),
    ("REPORT-", 16),
    ("ding", 16),
    ("node_", 8),
    ("Field_", 6),
    ("formContainer_", 6),
    ("LCC-", 4),
];

/// Whether a word has the shape of an id, in whatever case a person or a formula wrote it.
fn looks_foreign(token: &str) -> bool {
    SHAPES.iter().any(|(prefix, least)| has_shape(token, prefix, *least))
        || is_component_id(token)
        || is_token(token)
        || holds_uuid(token)
}

fn has_shape(token: &str, prefix: &str, least: usize) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || prefix == "PROC-" && c == '-';
    let (lower, start) = (token.to_ascii_lowercase(), prefix.to_ascii_lowercase());
    lower.match_indices(&start).any(|(at, _)| {
        let (before, rest) = token.split_at(at + prefix.len());
        let run: String = rest.chars().take_while(|c| fits(*c)).collect();
        let sure = match prefix {
            "ding" => is_ding(&lower[..at], &run),
            "REPORT-" => is_of_one_case(&run) && numbers_in(&run) > 2,
            // Without a digit it may be a word, as in `platform-administration`.
            _ => {
                run.contains(|c: char| c.is_ascii_digit())
                    || before.ends_with(prefix) && is_of_one_case(&run)
            }
        };
        sure && run.len() >= least
    })
}

/// What follows `ding`: hexadecimal in an organisation's id, any letters and digits in an app's
/// key. Words such as `buildingmanagement2026` and `dingdanguanli2026` are neither.
fn is_ding(before: &str, run: &str) -> bool {
    let after = run.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    let long_hex = run.len() - after.len() >= 16 && numbers_in(run) > 0;
    let begins = !before.ends_with(|c: char| c.is_ascii_alphabetic());
    long_hex || begins && is_of_one_case(run) && (numbers_in(run) > 1 || is_unspeakable(run))
}

/// How many groups of digits stand in a text; people write one or two.
fn numbers_in(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).count()
}

/// Whether so many consonants follow each other that it is no word of any language.
fn is_unspeakable(text: &str) -> bool {
    let spoken = |c: char| !c.is_ascii_alphabetic() || "aeiouyAEIOUY".contains(c);
    text.split(spoken).any(|consonants| consonants.len() > 4)
}

/// `6C0D1D5C-9B3B-4A47-B6A4-21D3C1B0F7E2`, by itself or behind something.
fn holds_uuid(token: &str) -> bool {
    token.as_bytes().windows(36).any(|window| {
        let fits = |(at, byte): (usize, &u8)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        window.iter().enumerate().all(fits)
    })
}

fn is_of_one_case(text: &str) -> bool {
    !text.contains(|c: char| c.is_ascii_lowercase())
        || !text.contains(|c: char| c.is_ascii_uppercase())
}

/// `tabsLayout_kx12ab9c`: the name of a component and a number written in base 36.
fn is_component_id(token: &str) -> bool {
    token.split_once('_').is_some_and(|(name, number)| {
        let usual = name.starts_with(|c: char| c.is_ascii_lowercase());
        let capitals = name.len() >= 4 && !name.contains(|c: char| c.is_ascii_lowercase());
        (usual || capitals)
            && name.bytes().all(|b| b.is_ascii_alphabetic())
            && (7..=14).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_alphanumeric())
            && number.bytes().any(|b| b.is_ascii_digit())
            && number.bytes().any(|b| b.is_ascii_alphabetic())
            && is_of_one_case(number)
            && usual != number.contains(|c: char| c.is_ascii_uppercase())
    })
}

/// A secret such as an app's `systemToken`, or an id without a name before it.
fn is_token(token: &str) -> bool {
    token.len() >= 32
        && token.bytes().all(|b| b.is_ascii_alphanumeric())
        && (token.bytes().all(|b| b.is_ascii_hexdigit())
            || token.bytes().any(|b| b.is_ascii_digit()) && is_of_one_case(token))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Text {
        super::text(Some(&value), &Foreign::from(["sid_abc123xyz".to_owned()]), 50)
    }

    #[test]
    fn labels_are_read_in_all_their_shapes() {
        let i18n = |zh: &str, en: &str| json!({"type": "i18n", "zh_CN": zh, "en_US": en});
        assert_eq!(read(i18n("合同编号", "SerialNumberField")), Text::new("合同编号", ""));
        assert_eq!(read(i18n("阶段", "Stage")), Text::new("阶段", "Stage"));
        assert_eq!(read(i18n("阶段", "阶段")), Text::new("阶段", ""));
        assert_eq!(read(i18n("", "阶段")), Text::new("阶段", ""));
        assert_eq!(read(json!("金额")), Text::new("金额", ""));
        assert_eq!(
            read(json!(r#"{"zh_CN":"金额","en_US":"Amount"}"#)),
            Text::new("金额", "Amount")
        );
        assert_eq!(read(json!(null)), Text::default());
        assert_eq!(read(json!([1])), Text::default());
        assert_eq!(read(json!({"zh_CN": "", "ja_JP": "名前"})), Text::new("名前", ""));
        assert_eq!(read(json!({"zh_CN": " ", "zh_HK": "名稱"})), Text::new("名稱", ""));
        assert_eq!(
            read(json!({"zh_CN": "阶段", "en_US": "", "pureEn_US": "Stage"})),
            Text::new("阶段", "Stage")
        );
        let bound =
            json!({"type": "variable", "variable": "state.x", "value": i18n("阶段", "Stage")});
        assert_eq!(read(bound), Text::new("阶段", "Stage"));
        assert_eq!(read(json!({"type": "JSExpression", "value": "state.x"})), Text::default());
    }

    #[test]
    fn all3_english_that_nobody_wrote_is_left_out_and_no_other() {
        let read = |component: &str, zh: &str, en: &str| {
            without_stock(component, read(json!({"type": "i18n", "zh_CN": zh, "en_US": en})))
        };
        for (component, zh, en) in [
            ("TextField", "客户名称", "Text Field"),
            ("TextField", "客户名称", "TextField"),
            ("TextareaField", "备注", "Text Area"),
            ("RadioField", "性别", "Radio"),
            ("SelectField", "等级", "Select"),
            ("MultiSelectField", "标签", "Multi-Select"),
            ("ImageField", "现场照片", "Upload image"),
            ("TableField", "明细", "Table Field"),
            ("AssociationFormField", "关联客户", "Associate Form"),
            ("EmployeeField", "负责人", "Employee Field"),
            ("Page", "客户登记", "title"),
        ] {
            assert_eq!(read(component, zh, en), Text::new(zh, ""), "{en}");
        }
        for (component, zh, en) in [
            ("PageSection", "集团", "Group"),
            ("TextField", "集团", "Group"),
            ("NumberField", "费率", "Rate"),
            ("CountrySelectField", "国别", "Country"),
            ("DateField", "时间", "Date"),
            ("TextField", "职务", "Title"),
            ("CascadeDateField", "合同期限", "Date Range"),
            ("TextField", "收音机", "Radio"),
            ("TextField", "电话", "Phone 电话"),
            ("TextField", "价格", "Price（元）"),
        ] {
            assert_eq!(read(component, zh, en), Text::new(zh, en));
        }
        let english = |zh: &str, en: &str| {
            lost(Some(&json!({"zh_CN": zh, "en_US": en})), &Foreign::new(), 50).english
        };
        assert!(english("客户", "客户名称"));
        assert!(!english("电话", "选项一") && !english("请选择客户", "请选择"));
        assert!(!english("客户名称", "单行文本") && !english("客户", "客户"));
        assert!(is_stock_option(&Text::of("电话", "Option 1")));
        assert!(!is_stock_option(&Text::of("选项一", "Option 1")));
        let texts = [Text::of("甲", "Same"), Text::of("乙", "Same"), Text::of("丙", "Own")];
        assert_eq!(shared_english(texts.iter()), ["Same".to_owned()].into());
        let stated = json!({"zh_CN": "写全称", "en_US": "Please enter"});
        assert_eq!(placeholder(Some(&stated), &Foreign::new()), Text::new("写全称", ""));
    }

    #[test]
    fn ord4_no_foreign_id_survives_in_a_text() {
        for text in [
            "FORM-66D473275377454DB51AC8577788E536UB4R",
            "APP_MRNQXYA404IHD2P6JHSD",
            "ding9a0954b4f9d9d40ef5bf40eda33b7ba0",
            "textField_rvid2vb2q",
            "node_ocmn89rvid1",
            "sid_abc123xyz",
            "tabsLayout_kx12ab9c",
            "LCC-6QA1-TPUXXOONWRWL53K9B2YN3",
            "NUMBERFIELD_MMUUVJQ8",
            "form-66d473275377454db51ac8577788e536ub4r",
            "PROC-6C0D1D5C-9B3B-4A47-B6A4-21D3C1B0F7E2",
            "TPROC--EF6YJDXRN2K4",
            "6c0d1d5c-9b3b-4a47-b6a4-21d3c1b0f7e2",
            "INST_6C0D1D5C-9B3B-4A47-B6A4-21D3C1B0F7E2",
            "REPORT-M3D66HD1RX2QW5K0B8J3R4X2ABMN2CT5P9Y7L",
            "report-0W966TC1A2B3C4D5",
            "dingx7k2m9p4q8r1t5v3",
            "dingoadebvlzmbnzfzpq",
            "09866181UTZVVD4R3DC955FNKIM52HVPU5WWK7",
        ] {
            let read = read(json!(format!("见{text}。")));
            assert_eq!(read.zh, "见…。", "{text}");
        }
        for text in [
            "Field_x and wedding",
            "platform-administration",
            "SN_2026ABC",
            "form-filling",
            "REPORT-20260101000001",
            "report-administration-2026",
            "REPORT-2026Q1-FINAL",
            "dingtalkworkbench2026",
            "buildingmanagementsystem2026",
            "dingdanguanlixitong20260101",
            "13800138000",
        ] {
            assert_eq!(read(json!(text)).zh, text);
        }
    }

    #[test]
    fn strange_texts_are_tamed() {
        assert_eq!(read(json!("a\u{0}b\u{202e}c\u{7}")).zh, "abc");
        assert_eq!(read(json!("长".repeat(10_000))).zh.chars().count(), 50);
    }
}
