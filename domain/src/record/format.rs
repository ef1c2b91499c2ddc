//! What texts must look like: e-mail addresses, telephone numbers and the like.

use crate::{application::TextFormat, lang::Text, problem::FieldResult};

/// Checks a text that is not empty.
pub(super) fn check(format: TextFormat, text: &str) -> FieldResult<()> {
    let (fits, sentence) = match format {
        TextFormat::Any => return Ok(()),
        TextFormat::Email => (
            is_email(text),
            Text::of(
                "请填写邮箱地址，如 name@example.com",
                "Enter an e-mail address such as name@example.com",
            ),
        ),
        TextFormat::Phone => (
            is_phone(text),
            Text::of("请填写电话号码，如 13800138000", "Enter a phone number such as 13800138000"),
        ),
        TextFormat::Url => (
            is_url(text),
            Text::of(
                "请填写以 http:// 或 https:// 开头的网址",
                "Enter a web address that begins with http:// or https://",
            ),
        ),
        TextFormat::IdCard => (
            is_id_card(text),
            Text::of(
                "身份证号不正确，请核对 18 位号码",
                "Not a valid identity card number; check its 18 characters",
            ),
        ),
        TextFormat::Postcode => {
            (is_postcode(text), Text::of("请填写 6 位邮政编码", "Enter a postcode of 6 digits"))
        }
    };
    if fits { Ok(()) } else { Err(sentence) }
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '"');
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(plain)
        && host.contains('.')
        && host.split('.').all(label)
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (5..=20).contains(&digits)
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'))
}

fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://"].iter().any(|scheme| {
        lower.strip_prefix(scheme).is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            !host.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c == '"' || c == '<')
        })
    })
}

fn is_postcode(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// 17 digits with a date of birth and a check character (GB 11643).
fn is_id_card(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = text.to_ascii_uppercase().into_bytes();
    let (Some(digits), Some(check)) = (bytes.get(..17), bytes.get(17)) else { return false };
    if bytes.len() != 18 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let birth = text.get(6..14).is_some_and(|day| {
        let date = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
        crate::time::Date::parse(&date).is_ok()
    });
    birth && CHECKS.get(sum as usize % 11) == Some(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_good_from_bad() {
        for (format, good, bad) in [
            (
                TextFormat::Email,
                vec!["a@b.cn", "zhang.san+x@mail.example.com"],
                vec!["a", "a@b", "@b.cn", "a b@c.cn", "a@-b.cn", "a@b..cn"],
            ),
            (
                TextFormat::Phone,
                vec!["13800138000", "+86 571-8502 2088", "(0571) 85022088"],
                vec!["1234", "phone", "138001380001380013800", "12345+"],
            ),
            (
                TextFormat::Url,
                vec!["https://example.com/x?y", "HTTP://例子.cn"],
                vec!["example.com", "javascript:alert(1)", "https://", "https://a b"],
            ),
            (
                TextFormat::IdCard,
                vec!["11010519491231002X", "11010519491231002x"],
                vec!["110105194912310021", "11010519491331002X", "1", "一一0105194912310"],
            ),
            (TextFormat::Postcode, vec!["310000"], vec!["31000", "31000a"]),
        ] {
            for text in good {
                assert!(check(format, text).is_ok(), "{text}");
            }
            for text in bad {
                assert!(check(format, text).is_err(), "{text}");
            }
        }
    }
}
