//! Serial-number rules of the other platform.

use serde_json::{Value, json};

use super::{
    fields::whole,
    limits::is_filled,
    report::Place,
    texts::{Foreign, cleared},
};
use crate::application::{DatePattern, Reset, SerialField, SerialPart};

/// The most parts that a number may have.
const PARTS: usize = 10;
/// The most characters of a fixed text; ten of them are as much as a number may have.
const FIXED: usize = 20;

/// Where a numbering stands that is no list of parts.
pub(super) const OLD_NUMBERING: &[&str] =
    &["prefix", "suffix", "digit", "startValue", "resetPeriod"];

/// Reads the rule of a serial number: from `serialNumberRule`, from the formula that calls for it,
/// or from the settings that there were before.
pub(super) fn serial(props: &Value, foreign: &Foreign, place: &mut Place<'_>) -> SerialField {
    let rules = rules_in(props.get("serialNumberRule"))
        .or_else(|| rules_in_formula(props.get("formula")))
        .or_else(|| rules_beside(props));
    let Some(rules) = rules.filter(|rules| !rules.is_empty()) else {
        place.partly(
            "没有找到编号规则，已使用默认规则（日期和四位计数）",
            "No numbering rule was found; the default (date and four digits) stands in",
        );
        return SerialField::default();
    };
    let mut serial = SerialField { parts: Vec::new(), reset: Reset::Never };
    if rules.len() > PARTS {
        place.partly(
            format!("编号规则太长，只导入了前 {PARTS} 段"),
            format!("The numbering is too long; its first {PARTS} parts were taken over"),
        );
    }
    for rule in rules.iter().take(PARTS) {
        add_part(rule, &mut serial, foreign, place);
    }
    if !serial.parts.iter().any(|part| matches!(part, SerialPart::Counter { .. })) {
        place.partly(
            "编号规则没有计数，已加上四位计数",
            "The rule has no counter; one of four digits was added",
        );
        serial.parts.push(SerialPart::Counter { digits: 4, start: 1 });
    }
    serial
}

/// The list of rules: an array, a JSON text of one, or an object whose `value` is one.
fn rules_in(value: Option<&Value>) -> Option<Vec<Value>> {
    match value? {
        Value::Array(rules) => Some(rules.clone()),
        Value::Object(object) => rules_in(object.get("value")),
        Value::String(text) if text.len() < 100_000 => {
            let inner: Value = serde_json::from_str(text).ok()?;
            // Escaped once more; each round is shorter, so this ends.
            rules_in(Some(&inner))
        }
        _ => None,
    }
}

/// `SERIALNUMBER("corp", "app", "form", "field", "{…escaped JSON…}")`.
fn rules_in_formula(formula: Option<&Value>) -> Option<Vec<Value>> {
    let expression = match formula? {
        Value::String(text) => text.as_str(),
        Value::Object(object) => object.get("expression")?.as_str()?,
        _ => return None,
    };
    let literal = expression.find("\"{").or_else(|| expression.find("\"["))?;
    let mut strings =
        serde_json::Deserializer::from_str(expression.get(literal..)?).into_iter::<String>();
    let text = strings.next()?.ok()?;
    rules_in(Some(&Value::String(text)))
}

/// What older numberings state in settings of the field.
fn rules_beside(props: &Value) -> Option<Vec<Value>> {
    let stated = |name: &str| props.get(name).filter(|value| is_filled(value));
    let counter = json!({"ruleType": "autoCount", "digitCount": stated("digit"),
        "initialValue": stated("startValue"), "resetPeriod": stated("resetPeriod")});
    let fixed = |name: &str| Some(json!({"ruleType": "character", "content": stated(name)?}));
    let any = OLD_NUMBERING.iter().any(|name| stated(name).is_some());
    let rules = [fixed("prefix"), Some(counter), fixed("suffix")];
    any.then(|| rules.into_iter().flatten().collect())
}

fn add_part(rule: &Value, serial: &mut SerialField, foreign: &Foreign, place: &mut Place<'_>) {
    let property = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default();
    match property("ruleType") {
        "character" => {
            let content = property("content");
            let text = cleared(content, foreign, FIXED);
            if text != content {
                place.partly(
                    "编号中的固定文字已缩短或去除了宜搭编号",
                    "A fixed text in the number was cut or lost an id of Yida",
                );
            }
            if !text.is_empty() {
                serial.parts.push(SerialPart::Fixed { text });
            }
        }
        "date" => {
            let pattern = date_pattern(property("dateFormat"), place);
            serial.parts.push(SerialPart::Date { pattern });
        }
        "autoCount" if serial.parts.iter().any(|p| matches!(p, SerialPart::Counter { .. })) => {
            place.partly("第二个计数未导入", "A second counter was left out");
        }
        "autoCount" => {
            let number = |name: &str| whole(rule.get(name));
            let fixed = rule.get("isFixed").and_then(Value::as_bool).unwrap_or(true);
            let stated = number("digitCount").unwrap_or(4);
            let digits = stated.clamp(1, 12);
            let initial = number("initialValue").unwrap_or(1);
            if digits != stated || u32::try_from(initial).is_err() {
                place.partly(
                    "计数的位数或起始值超出范围，已调整",
                    "The digits or the start of the counter were out of range and were changed",
                );
            }
            let digits = if fixed { u8::try_from(digits).unwrap_or(4) } else { 1 };
            let start = u32::try_from(initial).unwrap_or(1);
            serial.parts.push(SerialPart::Counter { digits, start });
            serial.reset = reset(property("resetPeriod"), place);
        }
        _ => place.partly(
            "编号规则中引用其他字段的部分未导入",
            "A part of the numbering that takes another field's value was left out",
        ),
    }
}

fn date_pattern(format: &str, place: &mut Place<'_>) -> DatePattern {
    DatePattern::parse(format).unwrap_or_else(|| {
        let nearest = DatePattern::Day;
        place.partly(
            format!("编号中的日期格式已改为 {}", nearest.code()),
            format!("The date in the number is written as {}", nearest.code()),
        );
        nearest
    })
}

fn reset(period: &str, place: &mut Place<'_>) -> Reset {
    match period {
        "" | "noClean" | "none" | "never" => Reset::Never,
        "day" | "daily" | "d" | "dayClean" => Reset::Daily,
        "month" | "monthly" | "m" | "monthClean" => Reset::Monthly,
        "year" | "yearly" | "y" | "yearClean" => Reset::Yearly,
        _ => {
            place.partly(
                "计数的重置周期不受支持，已改为不重置",
                "The counter's reset is not known; it counts on for ever",
            );
            Reset::Never
        }
    }
}
