//! Accounts: what a login name, a person's name and a password may be; back-off after failures.

use crate::{
    lang::Text,
    problem::{FieldResult, Kind, Problem, clean_text},
    time::Timestamp,
};

/// How long a session lasts without being used.
pub const SESSION_LIFETIME: i64 = 30 * Timestamp::DAY;
/// How long an invitation can be used (Source: ORG-4).
pub const INVITATION_LIFETIME: i64 = 7 * Timestamp::DAY;

/// Reads a login name: an e-mail address or a mobile number, lower-cased.
///
/// # Errors
/// The sentence for the field.
pub fn login(typed: &str) -> FieldResult<String> {
    let plain = clean_text(typed, 120)?.to_lowercase();
    let mail = plain.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !plain.contains(char::is_whitespace)
    });
    let phone = plain.len() >= 8 && plain.bytes().all(|b| b.is_ascii_digit() || b == b'+' || b == b'-');
    if mail || phone {
        Ok(plain)
    } else {
        Err(Text::of("请填写邮箱或手机号", "Enter an e-mail address or a mobile number"))
    }
}

/// Checks a new password: 10 to 200 characters, not the login name, not one character repeated.
///
/// # Errors
/// The sentence for the field.
pub fn password<'a>(typed: &'a str, login: &str) -> FieldResult<&'a str> {
    let length = typed.chars().count();
    if !(10..=200).contains(&length) {
        return Err(Text::of("密码须为 10 至 200 个字符", "A password has 10 to 200 characters"));
    }
    let mut characters = typed.chars();
    let first = characters.next();
    if characters.all(|c| Some(c) == first) || typed.eq_ignore_ascii_case(login) {
        return Err(Text::of("密码太容易被猜到", "This password is too easy to guess"));
    }
    Ok(typed)
}

/// Until when sign-in stays closed after `failures` failures in a row: from the fifth on, doubling
/// from 30 seconds up to an hour.
pub fn blocked_until(failures: i64, now: Timestamp) -> Option<Timestamp> {
    let over = failures - 5;
    (over >= 0).then(|| {
        let seconds = 30_i64 << over.min(7);
        now.plus(seconds.min(3600) * Timestamp::SECOND)
    })
}

/// The refusal while sign-in is closed.
pub fn blocked(until: Timestamp, now: Timestamp) -> Problem {
    let minutes = ((until.0 - now.0) / Timestamp::MINUTE + 1).max(1);
    Problem::with(
        Kind::Throttled,
        "account.blocked",
        "ORG-4",
        Text::new(
            format!("尝试次数过多，请在约 {minutes} 分钟后再试"),
            format!("Too many attempts; try again in about {minutes} min"),
        ),
    )
}

/// The refusal of a wrong login or password, which does not say which of the two.
pub fn wrong_credentials() -> Problem {
    Problem::new(
        Kind::Invalid,
        "account.wrong_credentials",
        "ORG-4",
        "账号或密码不正确",
        "The account or the password is not right",
    )
    .remedy("请检查后重试；忘记密码请联系组织的平台管理员", "Check both and try again; a platform admin of your organisation can help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_mail_addresses_or_phone_numbers() {
        assert_eq!(login(" Li.Na@Example.CN "), Ok("li.na@example.cn".into()));
        assert_eq!(login("13800138000"), Ok("13800138000".into()));
        for typed in ["", "li", "@example.cn", "a b@example.cn", "a@b@c.cn"] {
            assert!(login(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn sign_in_backs_off_by_doubling() {
        let now = Timestamp(0);
        assert_eq!(blocked_until(4, now), None);
        assert_eq!(blocked_until(5, now), Some(Timestamp(30 * Timestamp::SECOND)));
        assert_eq!(blocked_until(6, now), Some(Timestamp(60 * Timestamp::SECOND)));
        assert_eq!(blocked_until(99, now), Some(Timestamp(Timestamp::HOUR)));
    }

    #[test]
    fn weak_passwords_are_refused() {
        for typed in ["short", "aaaaaaaaaaaa", "li.na@example.cn"] {
            assert!(password(typed, "Li.Na@example.cn").is_err(), "{typed}");
        }
        assert!(password("春天的第一个早晨下雨了", "x").is_ok());
    }
}
