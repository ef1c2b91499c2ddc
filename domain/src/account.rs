//! Accounts: what a login name, a person's name and a password may be; preferences; back-off after
//! failures.

mod command;

use serde::{Deserialize, Serialize};

use crate::{
    codes,
    lang::{Lang, Text},
    problem::{FieldCheck, FieldResult, Kind, Problem, clean_text},
    time::Timestamp,
};

pub use command::{ChangePassword, SignIn, SignOut, SwitchOrganisation};

codes! {
    /// How the pages look, where a person chose by hand; without a choice the device decides.
    Theme {
        /// 浅色.
        Light = "light", "浅色", "Light";
        /// 深色.
        Dark = "dark", "深色", "Dark";
    }
}

/// What somebody types to get an account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// E-mail address or mobile number.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A checked [`AccountForm`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// E-mail address or mobile number, lower-cased.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The password, as typed.
    pub password: String,
}

impl AccountForm {
    /// Notes what is wrong with the fields `login`, `name` and `password`.
    pub fn check(&self, check: &mut FieldCheck) -> Option<NewAccount> {
        let login = check.take("login", login(&self.login));
        let name = check.take("name", person_name(&self.name));
        let password = check.take("password", password(&self.password, self.login.trim()));
        Some(NewAccount { login: login?, name: name?, password: password?.to_owned() })
    }
}

/// What a person types under “preferences”; an empty language or theme leaves it to the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreferencesForm {
    /// The person's name.
    pub name: String,
    /// `zh`, `en` or empty.
    pub language: String,
    /// `light`, `dark` or empty.
    pub theme: String,
}

/// How a person wants to be addressed and to see the pages (Source: ALL-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// The person's name.
    pub name: String,
    /// The language chosen by hand.
    pub language: Option<Lang>,
    /// The look chosen by hand.
    pub theme: Option<Theme>,
}

impl PreferencesForm {
    /// The checked preferences.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn check(&self) -> Result<Preferences, Problem> {
        let mut check = FieldCheck::new();
        let name = check.take("name", person_name(&self.name));
        let language = check.take("language", choice(&self.language, Lang::parse));
        let theme = check.take("theme", choice(&self.theme, Theme::parse));
        let preferences = name.zip(language).zip(theme);
        check.conclude(preferences.map(|((name, language), theme)| Preferences {
            name,
            language,
            theme,
        }))
    }
}

fn choice<T>(typed: &str, read: impl FnOnce(&str) -> Option<T>) -> FieldResult<Option<T>> {
    if typed.is_empty() {
        return Ok(None);
    }
    read(typed).map(Some).ok_or(Text::of("请从列表中选择", "Choose one of the list"))
}

/// Reads a person's name.
///
/// # Errors
/// The sentence for the field.
pub fn person_name(typed: &str) -> FieldResult<String> {
    one_line(typed, 60)
}

/// Signs that show as nothing, or turn the direction of the text around: no name can make the words
/// beside it read differently, be empty to the eye, or look like another.
const HIDDEN: [(char, char); 17] = [
    ('\u{00AD}', '\u{00AD}'),
    ('\u{034F}', '\u{034F}'),
    ('\u{061C}', '\u{061C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{200B}', '\u{200B}'),
    ('\u{200E}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF9}', '\u{FFFB}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E007F}'),
];

/// True where a text has hidden signs. Joiners, hidden as well, may stand between letters of the
/// scripts that are not written right without them: from Arabic over those of India to Burmese.
fn has_hidden(text: &str) -> bool {
    let joined = |c: Option<&char>| c.is_some_and(|c| ('\u{0600}'..='\u{109F}').contains(c));
    let signs: Vec<char> = text.chars().collect();
    signs.iter().enumerate().any(|(place, c)| {
        if matches!(c, '\u{200C}' | '\u{200D}') {
            let before = place.checked_sub(1).and_then(|place| signs.get(place));
            return !(joined(before) && joined(signs.get(place + 1)));
        }
        HIDDEN.iter().any(|(first, last)| (first..=last).contains(&c))
    })
}

/// A text of one line that may stay empty, without hidden signs.
///
/// # Errors
/// The sentence for the field.
pub fn optional_line(typed: &str, max: usize) -> FieldResult<String> {
    if typed.trim().is_empty() { Ok(String::new()) } else { one_line(typed, max) }
}

/// A required text of one line, without hidden signs.
///
/// # Errors
/// The sentence for the field.
pub fn one_line(typed: &str, max: usize) -> FieldResult<String> {
    let plain = clean_text(typed, max)?;
    if plain.is_empty() {
        return Err(Text::of("请填写此项", "Fill in this field"));
    }
    if plain.contains(['\n', '\t']) || has_hidden(&plain) {
        return Err(Text::of(
            "请写在一行内，不要含有不可见字符",
            "Keep it to one line, without invisible characters",
        ));
    }
    Ok(plain)
}

/// How long a session lasts without being used.
pub const SESSION_LIFETIME: i64 = 30 * Timestamp::DAY;
/// How long a session lasts however much it is used.
pub const SESSION_LONGEST: i64 = 90 * Timestamp::DAY;
/// How long an invitation can be used (Source: ORG-4).
pub const INVITATION_LIFETIME: i64 = 7 * Timestamp::DAY;

/// Reads a login name: an e-mail address or a mobile number, lower-cased.
///
/// # Errors
/// The sentence for the field.
pub fn login(typed: &str) -> FieldResult<String> {
    let plain = clean_text(typed, 120)?.to_lowercase();
    let mail = plain.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !plain.contains(char::is_whitespace)
    });
    let phone =
        plain.len() >= 8 && plain.bytes().all(|b| b.is_ascii_digit() || b == b'+' || b == b'-');
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
    .remedy(
        "请检查后重试；忘记密码请联系平台运营人员",
        "Check both and try again; the platform operators can reset a forgotten password",
    )
}

/// The refusal of a sign-in that is sent again: a session is never handed out twice (Source: ALL-5).
pub fn signed_in_already() -> Problem {
    Problem::new(
        Kind::Conflict,
        "account.signed_in_already",
        "ALL-5",
        "这次登录已经完成，但浏览器没有收到回应",
        "This sign-in went through, but the browser did not get the answer",
    )
    .remedy("请再按一次登录", "Press sign in once more")
}

/// The refusal of the demo's accounts, whose password everybody knows, where no demo was asked for.
pub fn demo_closed() -> Problem {
    Problem::new(
        Kind::Denied,
        "account.demo_closed",
        "ORG-4",
        "这是演示账号，这里没有开启演示，不能登录",
        "This account belongs to the demo, which is not open here",
    )
    .remedy(
        "请用 fenfa serve --demo 启动演示，或使用自己的账号登录",
        "Start the program with “fenfa serve --demo”, or sign in with an account of your own",
    )
}

/// The refusal of a new account whose login name somebody has already.
pub fn login_taken() -> Problem {
    let mut check = FieldCheck::new();
    check.fail("login", Text::of("这个账号已经注册", "This account exists already"));
    let mut problem = Problem::new(
        Kind::Conflict,
        "account.login_taken",
        "ORG-4",
        "这个账号已经注册，您填写的内容都已保留",
        "This account exists already; everything you typed is kept",
    )
    .remedy("如果是您的账号，请先登录再继续", "If it is yours, sign in first and go on from there");
    problem.fields = check.finish().map(|found| found.fields).unwrap_or_default();
    problem
}

/// The refusal of a password change whose current password is wrong.
pub fn wrong_password() -> Problem {
    let mut check = FieldCheck::new();
    check.fail("current", Text::of("当前密码不正确", "The current password is not right"));
    let mut problem = Problem::new(
        Kind::Invalid,
        "account.wrong_password",
        "ORG-4",
        "当前密码不正确，密码没有改动",
        "The current password is not right; nothing was changed",
    );
    problem.fields = check.finish().map(|found| found.fields).unwrap_or_default();
    problem
}

/// The refusal of setting up an installation that has accounts already.
pub fn already_set_up() -> Problem {
    Problem::new(
        Kind::Conflict,
        "account.already_set_up",
        "ORG-3",
        "平台已经初始化，第一位运营人员已存在",
        "This installation is set up already; its first operator exists",
    )
    .remedy(
        "用已有的账号继续；还没有账号的话，请运营人员邀请您",
        "Go on with the account you have; without one, ask an operator to invite you",
    )
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
    fn names_are_one_line_without_hidden_marks() {
        assert_eq!(person_name("  李 娜 "), Ok("李 娜".into()));
        assert_eq!(person_name("<b>O'Brien</b>"), Ok("<b>O'Brien</b>".into()));
        for typed in ["", "  ", "a\nb", "a\u{202E}b", "a\u{0}b", &"长".repeat(61)] {
            assert!(person_name(typed).is_err(), "{typed:?}");
        }
        for c in ['\u{200B}', '\u{2060}', '\u{FEFF}', '\u{AD}', '\u{3164}', '\u{2800}', '\u{E0041}']
        {
            assert!(person_name(&c.to_string()).is_err(), "{c:?} alone shows as nothing");
            assert!(person_name(&format!("李{c}娜")).is_err(), "{c:?} makes another name of it");
        }
        assert_eq!(optional_line("  ", 60), Ok(String::new()));
        assert!(optional_line("\u{200B}", 60).is_err());
    }

    #[test]
    fn joiners_stay_where_a_script_needs_them() {
        for typed in ["علی\u{200C}رضا", "क्\u{200D}ष", "ශ්\u{200D}රී"] {
            assert!(person_name(typed).is_ok(), "{typed:?}");
        }
        for typed in ["\u{200D}", "a\u{200D}b", "علی\u{200C}", "علی\u{200C}\u{200C}رضا"] {
            assert!(person_name(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn all3_preferences_left_empty_are_left_to_the_device() {
        let typed = |language: &str, theme: &str| PreferencesForm {
            name: "李娜".into(),
            language: language.into(),
            theme: theme.into(),
        };
        let chosen = typed("en", "dark").check().expect("both exist");
        assert_eq!((chosen.language, chosen.theme), (Some(Lang::En), Some(Theme::Dark)));
        let automatic = typed("", "").check().expect("both may be empty");
        assert_eq!((automatic.language, automatic.theme), (None, None));
        let problem = typed("fr", "pink").check().expect_err("neither exists");
        assert!(problem.at("language").is_some() && problem.at("theme").is_some());
    }

    #[test]
    fn weak_passwords_are_refused() {
        for typed in ["short", "aaaaaaaaaaaa", "li.na@example.cn"] {
            assert!(password(typed, "Li.Na@example.cn").is_err(), "{typed}");
        }
        assert!(password("春天的第一个早晨下雨了", "x").is_ok());
    }
}
