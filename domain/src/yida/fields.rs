//! From the other platform's components to field kinds.

use serde_json::Value;

use super::{
    limits::is_filled,
    options::{choices, paths},
    report::{Outcome, Place},
    serial::serial,
    settings::is_scripted,
    texts::{Foreign, clean, text},
};
use crate::{
    application::{
        Association, AssociationTarget, DateDefault, DateField, DateRangeField, FieldKind, Files,
        MemberField, MultilineField, NumberField, TextField, TextFormat,
    },
    decimal::Decimal,
    file::MEGABYTES,
    lang::{Lang, Text},
    time::{Timestamp, Zone},
    when::When,
};

/// The kind that a component becomes; `None` where there is nothing near to it. Sub-tables are
/// the walk's business.
pub(super) fn kind(
    name: &str,
    props: &Value,
    label: &Text,
    foreign: &Foreign,
    place: &mut Place<'_>,
) -> Option<FieldKind> {
    Some(match name {
        "Text" | "Input" if is_word(props, "htmlType", "textarea") => {
            multiline(props, foreign, place)
        }
        "Text" | "Input" => text_kind(props, TextFormat::Any, foreign, place),
        "Phone" | "Mobile" | "Telephone" => text_kind(props, TextFormat::Phone, foreign, place),
        "Email" | "Mail" => text_kind(props, TextFormat::Email, foreign, place),
        "Url" | "Link" => text_kind(props, TextFormat::Url, foreign, place),
        "IdCard" | "IDCard" => text_kind(props, TextFormat::IdCard, foreign, place),
        "Textarea" | "TextArea" => multiline(props, foreign, place),
        "Number" => FieldKind::Number(number(props, foreign, place)),
        "Money" | "Amount" | "Currency" => {
            let kind =
                NumberField { decimals: 2, thousands: true, ..number(props, foreign, place) };
            FieldKind::Number(kind)
        }
        "Rate" => rate(props, place),
        "Slider" | "Progress" => {
            replaced(place, "数值（0 到 100）", "a number from 0 to 100");
            FieldKind::Number(NumberField {
                min: Some(Decimal::whole(0)),
                max: Some(Decimal::whole(100)),
                ..NumberField::default()
            })
        }
        "Radio" => FieldKind::Radio(choices(props, true, foreign, place)),
        "Checkbox" => FieldKind::Checkbox(choices(props, false, foreign, place)),
        "Select" if is_word(props, "mode", "multiple") => {
            FieldKind::MultiSelect(choices(props, false, foreign, place))
        }
        "Select" => FieldKind::Select(choices(props, true, foreign, place)),
        "MultiSelect" => FieldKind::MultiSelect(choices(props, false, foreign, place)),
        "CascadeSelect" => cascade(props, foreign, place),
        "Date" => FieldKind::Date(date(props, place)),
        "CascadeDate" | "DateRange" => {
            let with_time = with_time(props, place);
            FieldKind::DateRange(DateRangeField { with_time, ..DateRangeField::default() })
        }
        "Employee" | "User" | "Member" => FieldKind::Member(member(props)),
        "Attachment" | "File" => FieldKind::Attachment(files(props, place)),
        "Image" | "Photo" => FieldKind::Image(files(props, place)),
        "DigitalSignature" | "Signature" => {
            replaced(place, "图片（上传签名照片）", "an image (a picture of the signature)");
            FieldKind::Image(Files { max_count: 1, ..Files::default() })
        }
        "AssociationForm" => FieldKind::Association(association(props, label, foreign)),
        "SerialNumber" => FieldKind::SerialNumber(serial(props, foreign, place)),
        "Editor" | "RichText" => {
            replaced(place, "多行文本（不含格式）", "multi-line text without formatting");
            FieldKind::MultilineText(MultilineField {
                max_length: 10_000,
                rows: 6,
                default: unformatted(props, foreign),
            })
        }
        "DepartmentSelect" | "Department" | "Address" | "Location" | "CitySelect"
        | "CountrySelect" | "Time" | "TreeSelect" | "OrgSelect" | "RoleSelect" | "Formula"
        | "Barcode" | "Color" | "Relate" | "Reference" | "Switch" => plain_text(place),
        "Divider" => FieldKind::Divider,
        _ => return None,
    })
}

fn replaced(place: &mut Place<'_>, zh: &str, en: &str) {
    place.note(
        Outcome::Replaced,
        format!("没有相同的字段类型，已改为{zh}"),
        format!("There is no such kind of field; it became {en}"),
    );
}

/// Steps of choices become one list of the ways through them.
fn cascade(props: &Value, foreign: &Foreign, place: &mut Place<'_>) -> FieldKind {
    let Some((props, lost)) = paths(props, foreign) else { return plain_text(place) };
    replaced(place, "下拉选择（选项为完整路径）", "a list of the whole paths");
    place.lost(lost, ("选项的文字", "an option"));
    let multiple = props.get("multiple") == Some(&Value::Bool(true));
    let choices = choices(&props, !multiple, foreign, place);
    if multiple { FieldKind::MultiSelect(choices) } else { FieldKind::Select(choices) }
}

fn plain_text(place: &mut Place<'_>) -> FieldKind {
    replaced(place, "单行文本", "text");
    FieldKind::Text(TextField { max_length: 500, ..TextField::default() })
}

/// A whole number in a property, as JSON number or as text.
pub(super) fn whole(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A number from 1 to `most`; `usual` where none is stated. What is more is said to be less now.
pub(super) fn at_most(
    most: u32,
    stated: Option<u64>,
    usual: u32,
    (zh, en): (&str, &str),
    place: &mut Place<'_>,
) -> u32 {
    let Some(stated) = stated.filter(|n| *n > 0) else { return usual };
    u32::try_from(stated).ok().filter(|n| *n <= most).unwrap_or_else(|| {
        place.partly(format!("{zh}已减为 {most}"), format!("{en} was reduced to {most}"));
        most
    })
}

/// The most characters of a text, by its rule or its setting.
fn max_length(props: &Value, most: u32, usual: u32, place: &mut Place<'_>) -> u32 {
    let stated = rule(props, &["maxLength"]).or_else(|| props.get("maxLength"));
    let length = whole(stated).filter(|n| *n > 0);
    if length.is_none() && stated.is_some_and(is_stated) {
        place.partly(
            format!("最大长度无法识别，已改为 {usual}"),
            format!("The maximum length could not be read; it is {usual}"),
        );
    }
    at_most(most, length, usual, ("最大长度", "The maximum length"), place)
}

/// Whether a rule says something that is not told of elsewhere, as what a script computes is.
fn is_stated(value: &Value) -> bool {
    is_filled(value) && !is_scripted(value, 0)
}

/// The parameter of a validation such as `{"type": "maxLength", "param": 20}`.
pub(super) fn rule<'a>(props: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let rules = props.get("validation")?.as_array()?;
    let found = rules.iter().take(50).find(|rule| {
        rule.get("type").and_then(Value::as_str).is_some_and(|kind| names.contains(&kind))
    })?;
    found.get("param").or_else(|| found.get("value"))
}

fn is_word(props: &Value, name: &str, word: &str) -> bool {
    props.get(name).and_then(Value::as_str) == Some(word)
}

/// The default as it is stated, in the newer place or in an older one.
pub(super) fn stated_default(props: &Value) -> Option<&Value> {
    let custom = props.get("complexValue").and_then(|complex| complex.get("value"));
    [props.get("value"), custom, props.get("defaultValue")]
        .into_iter()
        .flatten()
        .find(|value| is_filled(value))
}

fn default_text(props: &Value, foreign: &Foreign, max: u32) -> String {
    text(stated_default(props), foreign, max as usize).get(Lang::Zh).to_owned()
}

/// The default of a formatted text, where it has no format.
fn unformatted(props: &Value, foreign: &Foreign) -> String {
    let default = default_text(props, foreign, 10_000);
    if default.contains('<') { String::new() } else { default }
}

fn text_kind(
    props: &Value,
    usual: TextFormat,
    foreign: &Foreign,
    place: &mut Place<'_>,
) -> FieldKind {
    let max_length = max_length(props, TextField::LIMIT, 200, place);
    let format = text_format(props, place).unwrap_or(usual);
    let default = default_text(props, foreign, max_length).replace('\n', " ");
    FieldKind::Text(TextField { max_length, format, default })
}

fn text_format(props: &Value, place: &mut Place<'_>) -> Option<TextFormat> {
    let stated = props.get("validationType").and_then(Value::as_str).unwrap_or_default();
    let rules = props.get("validation").and_then(Value::as_array);
    let kinds = rules
        .into_iter()
        .flatten()
        .take(50)
        .filter_map(|rule| rule.get("type").and_then(Value::as_str));
    if let Some(format) = std::iter::once(stated).chain(kinds).find_map(known_format) {
        return Some(format);
    }
    if !matches!(stated, "" | "text" | "none" | "any") {
        let stated = place.word(stated, 40);
        place.partly(
            format!("校验格式“{stated}”未导入"),
            format!("The format “{stated}” is not checked"),
        );
    }
    None
}

pub(super) fn known_format(name: &str) -> Option<TextFormat> {
    Some(match name.to_ascii_lowercase().as_str() {
        "mobile" | "phone" | "tel" | "telephone" | "cellphone" => TextFormat::Phone,
        "email" | "mail" => TextFormat::Email,
        "url" | "link" => TextFormat::Url,
        "chineseid" | "idcard" | "id_card" | "idnumber" => TextFormat::IdCard,
        "postcode" | "zipcode" | "zip" => TextFormat::Postcode,
        _ => return None,
    })
}

fn multiline(props: &Value, foreign: &Foreign, place: &mut Place<'_>) -> FieldKind {
    let max_length = max_length(props, MultilineField::LIMIT, 2_000, place);
    let rows = whole(props.get("rows")).filter(|n| *n > 0).map_or(4, |n| n.clamp(2, 20));
    let rows = u8::try_from(rows).unwrap_or(4);
    if text_format(props, place).is_some() {
        place.partly("多行文本不校验格式", "Multi-line text has no format check");
    }
    let default = default_text(props, foreign, max_length);
    FieldKind::MultilineText(MultilineField { max_length, rows, default })
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => decimal_in(&number.to_string()),
        Value::String(text) => decimal_in(text),
        _ => None,
    }
}

/// A number as people write it, or with a power of ten as in `1e6`.
fn decimal_in(text: &str) -> Option<Decimal> {
    let written_out = |number: f64| Decimal::parse(&number.to_string()).ok();
    let power = || text.trim().parse().ok().filter(|_| text.contains(['e', 'E']));
    Decimal::parse(text).ok().or_else(|| power().and_then(written_out))
}

/// Where the words behind a number stand.
pub(super) const UNITS: &[&str] = &["innerAfter", "unit", "addonAfter"];
/// The most characters of them.
pub(super) const UNIT: usize = 20;

fn number(props: &Value, foreign: &Foreign, place: &mut Place<'_>) -> NumberField {
    let most = u32::from(Decimal::MAX_DECIMALS);
    let precision = whole(props.get("precision"));
    let decimals = at_most(most, precision, 0, ("小数位数", "The number of decimals"), place);
    let decimals = u8::try_from(decimals).unwrap_or(0);
    let min = bound(props, ["minValue", "min"], ("最小值", "The least value"), place);
    let max = bound(props, ["maxValue", "max"], ("最大值", "The greatest value"), place);
    let (min, max) = match (min, max) {
        (Some(min), Some(max)) if min > max => {
            place.partly(
                "最小值大于最大值，均未导入",
                "The least was above the most; both were left out",
            );
            (None, None)
        }
        bounds => bounds,
    };
    let unit = UNITS
        .iter()
        .map(|name| text(props.get(*name), foreign, UNIT))
        .find(|unit| !unit.is_empty())
        .unwrap_or_default();
    let fits = |default: &Decimal| {
        default.decimals() <= decimals
            && min.is_none_or(|min| *default >= min)
            && max.is_none_or(|max| *default <= max)
    };
    let default = stated_default(props).and_then(decimal).filter(fits);
    let thousands = props.get("thousandsSeparators") == Some(&Value::Bool(true));
    NumberField { unit, decimals, min, max, thousands, default }
}

/// A bound of a number, by its rule or its setting.
fn bound(
    props: &Value,
    [rule_name, name]: [&str; 2],
    (zh, en): (&str, &str),
    place: &mut Place<'_>,
) -> Option<Decimal> {
    let stated = rule(props, &[rule_name, name]).or_else(|| props.get(name))?;
    let read = decimal(stated);
    if read.is_none() && is_stated(stated) {
        place.partly(
            format!("{zh}无法识别，未导入"),
            format!("{en} could not be read and was left out"),
        );
    }
    read
}

fn rate(props: &Value, place: &mut Place<'_>) -> FieldKind {
    let count = at_most(100, whole(props.get("count")), 5, ("评分的级数", "The scale"), place);
    replaced(place, &format!("数值（0 到 {count}）"), &format!("a number from 0 to {count}"));
    let half = props.get("allowHalf") == Some(&Value::Bool(true));
    FieldKind::Number(NumberField {
        decimals: u8::from(half),
        min: Some(Decimal::whole(0)),
        max: Some(Decimal::whole(i64::from(count))),
        default: stated_default(props).and_then(decimal).filter(|value| {
            *value > Decimal::whole(0)
                && *value <= Decimal::whole(i64::from(count))
                && value.decimals() <= u8::from(half)
        }),
        ..NumberField::default()
    })
}

fn with_time(props: &Value, place: &mut Place<'_>) -> bool {
    let format = props.get("format").and_then(Value::as_str).unwrap_or("YYYY-MM-DD");
    let with_time = format.contains("HH") || format.contains("hh");
    if !with_time && !format.to_ascii_uppercase().contains("DD") {
        place.note(
            Outcome::Replaced,
            "只到年或月的日期已改为完整日期",
            "A date of year or month only became a full date",
        );
    } else if format.contains("ss") {
        place.partly("时间精确到分钟，不含秒", "Times go to the minute, without seconds");
    }
    with_time
}

/// The formula of a default value.
pub(super) fn default_formula(props: &Value) -> Option<&str> {
    let in_complex = || {
        let complex = props.get("complexValue")?;
        let custom = complex.get("complexType").and_then(Value::as_str) == Some("custom");
        complex.get("formula").filter(|_| !custom)?.as_str()
    };
    let beside =
        || props.get("formula").filter(|_| is_word(props, "valueType", "formula"))?.as_str();
    let filled = |formula: &&str| !formula.trim().is_empty();
    in_complex().filter(filled).or_else(|| beside().filter(filled))
}

fn variable(props: &Value) -> Option<&str> {
    let wanted = props.get("valueType").and_then(Value::as_str) == Some("variable");
    props.get("variable").filter(|_| wanted)?.get("type")?.as_str()
}

/// Whether a default formula is one that is carried over as a default of the field's kind.
pub(super) fn is_known_default(name: &str, formula: &str) -> bool {
    let formula: String = formula.chars().filter(|c| !c.is_whitespace()).take(200).collect();
    let formula = formula.to_uppercase();
    let formula = formula.as_str();
    match name {
        "Employee" => matches!(formula, "USER()" | "LOGINUSER()" | "CURRENTUSER()"),
        "Date" => {
            let inner = formula.strip_prefix("DATE(").or(formula.strip_prefix("TIMESTAMP("));
            let inner = inner.and_then(|inner| inner.strip_suffix(')')).unwrap_or(formula);
            matches!(inner, "TODAY()" | "NOW()" | "SYSTIME()")
        }
        _ => false,
    }
}

fn date(props: &Value, place: &mut Place<'_>) -> DateField {
    let with_time = with_time(props, place);
    let formula = default_formula(props).is_some_and(|formula| is_known_default("Date", formula));
    let today =
        formula || matches!(variable(props), Some("today" | "now" | "date" | "currentDate"));
    let fixed = || {
        let millis = stated_default(props)
            .and_then(|value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()))?;
        let moment = Timestamp(millis.checked_mul(1_000)?);
        let when = When::at(moment, &Zone::default()).with_time(with_time);
        // Read back, so that years beyond what people can type never get into a document.
        When::parse(&when.to_string(), with_time).ok()
    };
    let default = if today {
        DateDefault::Today
    } else {
        fixed().map_or(DateDefault::Empty, DateDefault::Fixed)
    };
    DateField { with_time, default }
}

fn member(props: &Value) -> MemberField {
    let formula =
        default_formula(props).is_some_and(|formula| is_known_default("Employee", formula));
    MemberField {
        multiple: props.get("multiple") == Some(&Value::Bool(true)),
        default_self: formula || variable(props) == Some("user"),
    }
}

fn files(props: &Value, place: &mut Place<'_>) -> Files {
    let usual = Files::default();
    let megabytes = whole(props.get("maxFileSize")).filter(|size| *size > 0);
    let max_bytes = megabytes.map_or(usual.max_bytes, |size| size.saturating_mul(1024 * 1024));
    if max_bytes > Files::BYTES_LIMIT {
        place.partly(
            format!("单个文件大小已限为 {MEGABYTES} MB"),
            format!("Each file is limited to {MEGABYTES} MB"),
        );
    }
    let single = props.get("multiple") == Some(&Value::Bool(false));
    let stated = if single { Some(1) } else { whole(props.get("limit")) };
    let files = ("文件个数的上限", "The number of files");
    let max_count = at_most(Files::COUNT_LIMIT, stated, usual.max_count, files, place);
    let accept = props.get("accept").and_then(Value::as_str).unwrap_or_default().trim();
    if !matches!(accept, "" | "*" | "*/*" | "image/*") {
        place.partly("可上传的文件类型不再限制", "The types of file are no longer restricted");
    }
    Files { max_count, max_bytes: max_bytes.min(Files::BYTES_LIMIT) }
}

/// An association, at first to a slot that is named as well as the definition allows.
fn association(props: &Value, label: &Text, foreign: &Foreign) -> Association {
    let form = props.get("associationForm");
    let title = text(form.and_then(|form| form.get("formTitle")), foreign, 100);
    let name = if title.is_empty() { named_after(label, foreign) } else { title };
    Association {
        target: AssociationTarget::Slot(name),
        display: Vec::new(),
        multiple: props.get("multiple") == Some(&Value::Bool(true)),
    }
}

/// 关联客户 needs a form of 客户.
fn named_after(label: &Text, foreign: &Foreign) -> Text {
    let zh = label.zh.trim_start_matches("关联").trim_start_matches("选择").trim();
    let zh = if zh.is_empty() { "未命名表单" } else { zh };
    Text::new(clean(zh, foreign, 100), clean(&label.en, foreign, 100))
}
