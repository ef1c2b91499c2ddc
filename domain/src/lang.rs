//! The two languages of the product and texts that exist in both (Source: ALL-3).

use std::{borrow::Cow, fmt::Display};

use serde::{Deserialize, Serialize};

/// A language a person can choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Chinese, the language of the seed's terms.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Picks one of two texts written side by side, so that nothing can stay untranslated.
    pub fn t<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The BCP 47 tag for `<html lang>`.
    pub fn tag(self) -> &'static str {
        self.t("zh-CN", "en")
    }

    /// Reads `zh` or `en`, whatever region follows.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', ';']).next()?.trim();
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that the product speaks, by weight.
    pub fn accept(header: &str) -> Option<Self> {
        let mut wanted: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|part| {
                let weight =
                    part.split_once(";q=").and_then(|(_, q)| q.trim().parse().ok()).unwrap_or(1.0);
                Self::parse(part.trim()).map(|lang| (weight, lang))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map(|(_, lang)| *lang)
    }

    /// The code stored with an account: `zh` or `en`.
    pub fn code(self) -> &'static str {
        self.t("zh", "en")
    }
}

/// A text in Chinese and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub zh: Cow<'static, str>,
    /// English.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub en: Cow<'static, str>,
}

impl Text {
    /// Two texts known when the program is written.
    pub const fn of(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// Two texts made at run time, such as sentences with parameters.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: Cow::Owned(zh.into()), en: Cow::Owned(en.into()) }
    }

    /// The text in `lang`, or in the other language where this one is empty.
    pub fn get(&self, lang: Lang) -> &str {
        let (wanted, other) = match lang {
            Lang::Zh => (&self.zh, &self.en),
            Lang::En => (&self.en, &self.zh),
        };
        if wanted.trim().is_empty() { other } else { wanted }
    }

    /// True when neither language has anything to say.
    pub fn is_empty(&self) -> bool {
        self.zh.trim().is_empty() && self.en.trim().is_empty()
    }
}

/// A number with its noun in English: `1 order`, `2 orders`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all3_one_thing_is_not_counted_as_many() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "order")),
            ["0 orders", "1 order", "2 orders"]
        );
    }

    #[test]
    fn all3_browser_language_is_chosen_by_weight() {
        assert_eq!(Lang::accept("fr, en;q=0.5, zh-CN;q=0.8"), Some(Lang::Zh));
        assert_eq!(Lang::accept("en-GB,en;q=0.9"), Some(Lang::En));
        assert_eq!(Lang::accept("fr"), None);
    }

    #[test]
    fn all3_a_missing_translation_falls_back_to_the_other_language() {
        assert_eq!(Text::of("合同", "").get(Lang::En), "合同");
        assert_eq!(Text::of("合同", "Contract").get(Lang::En), "Contract");
    }
}
