//! The one type for everything a person can be told when something does not go (Source: ALL-4).

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    identity::OrganisationId,
    lang::{Lang, Text},
};

/// What sort of refusal a [`Problem`] is; decides the HTTP status and the look of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What was typed does not do; the fields say where (422).
    Invalid,
    /// This person may not do this (403).
    Denied,
    /// Nobody is signed in (401).
    Unauthenticated,
    /// There is no such thing, or not for this person (404).
    Missing,
    /// The thing is in another state than the request supposes (409).
    Conflict,
    /// Too many attempts; later again (429).
    Throttled,
    /// Larger than allowed (413).
    TooLarge,
    /// The installation cannot do it just now (503).
    Unavailable,
}

/// A refusal: a stable code, the rule behind it, and sentences that say what holds and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, for programs and tests: `area.reason`, such as `project.amount_differs`.
    pub code: Cow<'static, str>,
    /// The id of the rule that refuses, such as `PRJ-3`; empty where no rule is involved.
    pub rule: Cow<'static, str>,
    /// What sort of refusal it is.
    pub kind: Kind,
    /// What holds, in plain words.
    pub text: Text,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub remedy: Text,
    /// Problems of single form fields, by the field's `name` attribute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// Under this number the log holds the internal cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How the same command can be sent again so that it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
}

/// A button under a refusal that sends the same command again, with all that was typed (Source: ALL-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// For this organisation, which is acted in from then on.
    pub organisation: Option<OrganisationId>,
    /// What the button says.
    pub label: Text,
}

/// What is wrong with one form field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field's `name` attribute, such as `amount` or `items.0.price`.
    pub name: String,
    /// The sentence that stands at the field.
    pub text: Text,
}

impl FieldProblem {
    /// The line of a summary over the form: which field, called `label` on the page, and what of it.
    pub fn line(&self, label: &str, lang: Lang) -> String {
        let text = self.text.get(lang);
        if label.is_empty() {
            return text.to_owned();
        }
        format!("{label}{}{text}", lang.t("：", ": "))
    }
}

impl Problem {
    /// A refusal of `kind`, by `rule`, in both languages.
    pub const fn new(
        kind: Kind,
        code: &'static str,
        rule: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Self {
        Self::with(kind, code, rule, Text::of(zh, en))
    }

    /// Like [`Problem::new`], with a text that was made at run time.
    pub const fn with(kind: Kind, code: &'static str, rule: &'static str, text: Text) -> Self {
        Self {
            code: Cow::Borrowed(code),
            rule: Cow::Borrowed(rule),
            kind,
            text,
            remedy: Text::of("", ""),
            fields: Vec::new(),
            reference: None,
            again: None,
        }
    }

    /// Adds what the person can do about it.
    #[must_use]
    pub fn remedy(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.remedy = Text::new(zh, en);
        self
    }

    /// The problem as people read it.
    pub fn sentence(&self, lang: Lang) -> &str {
        self.text.get(lang)
    }

    /// What holds and what to do, in one run of text.
    pub fn told(&self, lang: Lang) -> String {
        let (sentence, remedy) = (self.sentence(lang), self.remedy.get(lang));
        let stopped = sentence.ends_with(['。', '.', '！', '？', '!', '?']);
        let stop = match lang {
            _ if remedy.is_empty() => "",
            Lang::Zh if stopped => "",
            Lang::Zh => "。",
            Lang::En if stopped => " ",
            Lang::En => ". ",
        };
        format!("{sentence}{stop}{remedy}")
    }

    /// The sentence at `field`, if it is among the causes.
    pub fn at(&self, field: &str) -> Option<&Text> {
        self.fields.iter().find(|problem| problem.name == field).map(|problem| &problem.text)
    }

    /// The HTTP status that carries it.
    pub fn status(&self) -> u16 {
        match self.kind {
            Kind::Invalid => 422,
            Kind::Denied => 403,
            Kind::Unauthenticated => 401,
            Kind::Missing => 404,
            Kind::Conflict => 409,
            Kind::Throttled => 429,
            Kind::TooLarge => 413,
            Kind::Unavailable => 503,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {}", self.code, self.rule, self.text.get(Lang::En))?;
        for field in &self.fields {
            write!(f, "; {}: {}", field.name, field.text.get(Lang::En))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Collects the problems of a form's fields, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct FieldCheck {
    problems: Vec<FieldProblem>,
}

impl FieldCheck {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a problem at `name`.
    pub fn fail(&mut self, name: impl Into<String>, text: Text) {
        self.problems.push(FieldProblem { name: name.into(), text });
    }

    /// Takes the value, or notes the problem at `name`.
    pub fn take<T>(&mut self, name: &str, value: Result<T, Text>) -> Option<T> {
        value.map_err(|text| self.fail(name, text)).ok()
    }

    /// The trimmed text of a required field of at most `max` characters, without control characters.
    pub fn text(&mut self, name: &str, value: &str, max: usize) -> Option<String> {
        let required = Text::of("请填写此项", "Fill in this field");
        match self.optional_text(name, value, max) {
            Some(text) if text.is_empty() => {
                self.fail(name, required);
                None
            }
            other => other,
        }
    }

    /// Like [`FieldCheck::text`], for a field that may stay empty.
    pub fn optional_text(&mut self, name: &str, value: &str, max: usize) -> Option<String> {
        self.take(name, clean_text(value, max))
    }

    /// `None` when nothing was noted, else the [`Problem`] that names every field.
    pub fn finish(self) -> Option<Problem> {
        (!self.problems.is_empty()).then(|| {
            let count = self.problems.len();
            let mut problem = Problem::with(
                Kind::Invalid,
                "form.invalid",
                "ALL-4",
                Text::new(
                    format!("有 {count} 处需要修改，您填写的内容都已保留"),
                    if count == 1 {
                        "One entry needs another look; everything you typed is kept".to_owned()
                    } else {
                        format!("{count} entries need another look; everything you typed is kept")
                    },
                ),
            );
            problem.fields = self.problems;
            problem
        })
    }

    /// The value built from checked fields, or the problem that names every field at fault.
    ///
    /// # Errors
    /// The [`Problem`] of [`FieldCheck::finish`]; a `None` without a noted problem counts as one.
    pub fn conclude<T>(self, value: Option<T>) -> Result<T, Problem> {
        match (self.finish(), value) {
            (None, Some(value)) => Ok(value),
            (Some(problem), _) => Err(problem),
            (None, None) => Err(Problem::new(
                Kind::Invalid,
                "form.incomplete",
                "ALL-4",
                "表单不完整",
                "The form is incomplete",
            )),
        }
    }
}

/// Trims, and refuses control characters (line breaks and tabs excepted) and over-long text.
///
/// # Errors
/// The sentence for the field.
pub fn clean_text(value: &str, max: usize) -> Result<String, Text> {
    let text = value.trim().replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Text::of("含有不可见的控制字符", "Contains invisible control characters"));
    }
    let length = text.chars().count();
    if length > max {
        return Err(Text::new(
            format!("最多 {max} 个字，现在有 {length} 个"),
            format!("At most {max} characters; this has {length}"),
        ));
    }
    Ok(text)
}

/// Lets parsers of single values be written as `Result<T, Text>`.
pub type FieldResult<T> = Result<T, Text>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all4_what_holds_and_what_to_do_are_two_sentences() {
        let problem =
            Problem::new(Kind::Conflict, "x.y", "", "项目已结项", "The project is closed");
        assert_eq!(problem.told(Lang::Zh), "项目已结项");
        let problem = problem.remedy("请重新立项", "File a new project");
        assert_eq!(problem.told(Lang::Zh), "项目已结项。请重新立项");
        assert_eq!(problem.told(Lang::En), "The project is closed. File a new project");
    }
}
