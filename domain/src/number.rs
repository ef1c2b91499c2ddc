//! Numbers as people type and paste them, read strictly: what could be read in two ways is read in none,
//! and the readings are offered (Source: ALL-6).

use crate::lang::Text;

/// The digits of a number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// Whether it is below zero.
    pub negative: bool,
    /// Before the point.
    pub whole: String,
    /// Behind the point; empty where there is none.
    pub fraction: String,
}

/// Why what was typed is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no number.
    Other,
    /// It is a number, but not written so that it has one meaning; these are what it could mean.
    Readings(Vec<String>),
}

/// The longest text that is taken for a number, in bytes.
const LONGEST: usize = 200;
/// The most digits that a reading is offered for.
const MOST_DIGITS: usize = 24;

/// Reads digits in groups of exactly three with one kind of separator, or in none; behind a point at most
/// `decimals` of them; `万` and `亿` as what they stand for. `around` may stand before or behind: signs and
/// names of a unit.
///
/// # Errors
/// What it could mean, where that is not one thing.
pub fn read(typed: &str, decimals: usize, around: &[&str]) -> Result<Digits, Unread> {
    if typed.len() > LONGEST {
        return Err(Unread::Other);
    }
    let plain: String = typed.chars().filter_map(narrow).collect();
    let (negative, unsigned) = sign(plain.trim());
    let (body, zeros) = scaled(bare(unsigned, around));
    // The sign may stand behind that of a currency: `¥ -5`.
    let (negative, body) = match sign(body) {
        (true, _) if negative => return Err(Unread::Other),
        (below, body) => (negative || below, body),
    };
    let (whole, fraction) = split(body).ok_or_else(|| unread(body, zeros, decimals))?;
    let digits = shifted(negative, &whole, fraction, zeros);
    if digits.fraction.len() > decimals {
        return Err(unread(body, zeros, decimals));
    }
    Ok(digits)
}

/// The sentence for a field; `wrong` where it is no number at all.
pub fn sentence(typed: &str, unread: &Unread, wrong: Text) -> Text {
    let Unread::Readings(readings) = unread else { return wrong };
    let typed = typed.trim();
    match readings.as_slice() {
        [one] => Text::new(
            format!("“{typed}”是 {one} 吗？如果是，请这样写"),
            format!("Is “{typed}” {one}? Then write it like that"),
        ),
        _ => Text::new(
            format!("“{typed}”可以读成 {}，请写成其中一种", readings.join(" 或 ")),
            format!("“{typed}” could be {}; write one of these", readings.join(" or ")),
        ),
    }
}

/// Whole digits in groups of three.
pub fn grouped(whole: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A character in its narrow form; none for what nobody sees.
fn narrow(c: char) -> Option<char> {
    match c {
        // Marks of direction, joiners and the like come along with what is pasted.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        '．' | '。' => Some('.'),
        '，' => Some(','),
        '－' | '−' | '﹣' | '‐' | '‑' => Some('-'),
        '＋' => Some('+'),
        '\u{2019}' | '＇' => Some('\''),
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Some(' ')
        }
        '￥' => Some('¥'),
        '＄' => Some('$'),
        '萬' => Some('万'),
        '億' => Some('亿'),
        _ => Some(c),
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

/// Without one unit before it, and one behind it.
fn bare<'t>(text: &'t str, around: &[&str]) -> &'t str {
    let is = |found: &str, unit: &str| found.eq_ignore_ascii_case(unit);
    let before =
        around.iter().find(|unit| text.get(..unit.len()).is_some_and(|start| is(start, unit)));
    let text = before.map_or(text, |unit| text[unit.len()..].trim_start());
    let end = |unit: &str| text.len().checked_sub(unit.len());
    let behind = around
        .iter()
        .find(|unit| end(unit).and_then(|at| text.get(at..)).is_some_and(|tail| is(tail, unit)));
    behind.and_then(|unit| end(unit)).map_or(text, |at| text[..at].trim_end())
}

/// Without 万 or 亿 behind it, and how many zeros that stands for.
fn scaled(text: &str) -> (&str, usize) {
    for (unit, zeros) in [('万', 4), ('亿', 8)] {
        if let Some(rest) = text.strip_suffix(unit) {
            return (rest.trim_end(), zeros);
        }
    }
    (text, 0)
}

/// The digits before and behind the point, where the separators are as they should be.
fn split(body: &str) -> Option<(String, &str)> {
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(fraction) || whole.is_empty() {
        return None;
    }
    if are_digits(whole) {
        return Some((whole.to_owned(), fraction));
    }
    let separator = whole.chars().find(|c| is_separator(*c))?;
    let mut groups = whole.split(separator);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let good = are_digits(first)
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3 && are_digits(group));
    good.then(|| (whole.replace(separator, ""), fraction))
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | ' ' | '\'')
}

fn shifted(negative: bool, whole: &str, fraction: &str, zeros: usize) -> Digits {
    let (moved, rest) = fraction.split_at(fraction.len().min(zeros));
    let whole = format!("{whole}{moved:0<zeros$}");
    Digits { negative, whole, fraction: rest.to_owned() }
}

/// What digits between separators could mean: the last separator a point, or none of them.
fn unread(body: &str, zeros: usize, decimals: usize) -> Unread {
    let is_between = |c: char| c == '.' || is_separator(c);
    let separators: Vec<char> = body.chars().filter(|c| is_between(*c)).collect();
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    let only = separators.len() + digits.len() == body.chars().count();
    // Each stands alone between digits.
    let alone = body.split(is_between).all(|part| !part.is_empty());
    let Some(last) = separators.last().copied().filter(|_| only && alone) else {
        return Unread::Other;
    };
    if digits.len() > MOST_DIGITS {
        return Unread::Other;
    }
    let one_kind = separators.iter().all(|c| *c == last);
    let mut readings = Vec::new();
    let behind = body.rsplit(last).next().map_or(0, str::len);
    let mut offer = |whole: &str, fraction: &str| {
        let read = shifted(false, whole, fraction, zeros);
        if read.fraction.len() <= decimals {
            readings.push(shown(&read));
        }
    };
    if separators.iter().filter(|c| **c == last).count() == 1 {
        let (whole, fraction) = digits.split_at(digits.len() - behind);
        offer(whole, fraction);
    }
    if one_kind {
        offer(&digits, "");
    }
    if readings.is_empty() { Unread::Other } else { Unread::Readings(readings) }
}

/// As it is to be written.
fn shown(digits: &Digits) -> String {
    let whole = digits.whole.trim_start_matches('0');
    let whole = grouped(if whole.is_empty() { "0" } else { whole });
    if digits.fraction.is_empty() { whole } else { format!("{whole}.{}", digits.fraction) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_as(typed: &str) -> Result<String, Unread> {
        let around = ["¥", "CNY", "元"];
        read(typed, 2, &around).map(|digits| {
            let minus = if digits.negative { "-" } else { "" };
            format!("{minus}{}", shown(&digits))
        })
    }

    #[test]
    fn all6_numbers_are_read_as_people_write_them() {
        for (typed, number) in [
            ("128000", "128,000"),
            ("128,000.5", "128,000.5"),
            ("1 234 567.89", "1,234,567.89"),
            ("1\u{a0}234", "1,234"),
            ("1'234", "1,234"),
            ("１２，３４５．６", "12,345.6"),
            ("\u{202d}128,000\u{202c}", "128,000"),
            ("¥ 128,000.00", "128,000.00"),
            ("￥128", "128"),
            ("128 元", "128"),
            ("cny 128", "128"),
            ("12.8万", "128,000"),
            ("12.8 万元", "128,000"),
            ("0.5亿", "50,000,000"),
            ("1.234567万", "12,345.67"),
            ("-5", "-5"),
            ("¥-5", "-5"),
            ("−1,000", "-1,000"),
            ("007", "7"),
            ("128。5", "128.5"),
        ] {
            assert_eq!(read_as(typed).as_deref(), Ok(number), "{typed}");
        }
    }

    #[test]
    fn all6_what_has_two_meanings_is_read_in_none_and_both_are_offered() {
        for (typed, readings) in [
            ("128,50", &["128.50", "12,850"][..]),
            ("12,5", &["12.5", "125"]),
            ("1,2345", &["12,345"]),
            ("1.234", &["1,234"]),
            ("1.234,56", &["1,234.56"]),
            ("1 234,5", &["1,234.5"]),
            ("1,23,456", &["123,456"]),
            ("1.234.567", &["1,234,567"]),
            ("12 8000", &["128,000"]),
            ("0,123", &["123"]),
            ("1,5万", &["15,000", "150,000"]),
        ] {
            let readings = readings.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(read_as(typed), Err(Unread::Readings(readings)), "{typed}");
        }
        let told = sentence("128,50", &read_as("128,50").unwrap_err(), Text::of("", ""));
        assert_eq!(told.zh, "“128,50”可以读成 128.50 或 12,850，请写成其中一种");
        assert_eq!(told.en, "“128,50” could be 128.50 or 12,850; write one of these");
    }

    #[test]
    fn all6_other_texts_are_no_numbers() {
        for typed in [
            "",
            "-",
            ".",
            ".5",
            "1e5",
            "abc",
            "十万",
            "--1",
            "-¥-1",
            "0x1",
            "1,",
            ",1",
            "1..2",
            "$5",
            "1-2",
            "万",
            "1万2",
            "1,\u{661}",
            "１２ab",
        ] {
            assert_eq!(read_as(typed), Err(Unread::Other), "{typed}");
        }
        assert_eq!(read_as(&"1".repeat(201)), Err(Unread::Other));
    }

    proptest! {
        #[test]
        fn all6_what_is_shown_is_read_again(whole in "[1-9][0-9]{0,14}", fraction in "[0-9]{0,2}") {
            let digits = Digits { negative: false, whole, fraction };
            let read = read(&shown(&digits), 2, &[]).unwrap();
            prop_assert_eq!(read, digits);
        }

        #[test]
        fn all6_every_reading_offered_is_read(typed in "[0-9., ']{1,12}") {
            if let Err(Unread::Readings(readings)) = read(&typed, 2, &[]) {
                for reading in readings {
                    prop_assert!(read(&reading, 2, &[]).is_ok(), "{} of {}", reading, typed);
                }
            }
        }

        #[test]
        fn all6_nothing_typed_is_a_crash(typed in ".*") {
            let _ = read(&typed, 9, &["¥", "元"]);
        }
    }
}
