//! What an import could not carry over.

use std::collections::BTreeMap;

use super::texts::{Foreign, Lost, clean, scrub};
use crate::{
    application::{FieldPath, Key},
    codes,
    lang::Text,
};

codes! {
    /// What became of something that could not be carried over as it was.
    Outcome {
        /// It became something near to it.
        Replaced = "replaced", "已替换", "Replaced";
        /// The field is there; something about it is not.
        Partly = "partly", "部分导入", "In part";
        /// It is not there.
        LeftOut = "left_out", "未导入", "Left out";
    }
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// The form; none where it was not imported.
    pub form: Option<Key>,
    /// The form's title.
    pub form_title: Text,
    /// The field, where it concerns one that was imported.
    pub field: Option<FieldPath>,
    /// What people call the field; empty where it concerns the form.
    pub label: Text,
    /// What became of it.
    pub outcome: Outcome,
    /// In words.
    pub text: Text,
}

/// However strange the input, the report stays readable.
const LIMIT: usize = 5_000;

/// Collects the lines, bounded; what is beyond the limit is counted.
#[derive(Default)]
pub(super) struct Report {
    lines: Vec<ReportLine>,
    beyond: usize,
}

impl Report {
    pub fn lines(mut self) -> Vec<ReportLine> {
        if let Some(last) = self.lines.last().filter(|_| self.beyond > 0) {
            let beyond = self.beyond;
            self.lines.push(ReportLine {
                field: None,
                label: Text::default(),
                outcome: Outcome::LeftOut,
                text: Text::new(
                    format!("此处和之后还有 {beyond} 项没有列出，请分次导入以查看"),
                    format!("{beyond} more here and after are not listed; import fewer at once to see them"),
                ),
                ..last.clone()
            });
        }
        self.lines
    }

    /// Keeps only so many lines: what was said of a form that was refused after all is not said.
    pub fn keep(&mut self, count: usize) {
        self.lines.truncate(count);
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn add(&mut self, line: ReportLine) {
        if self.lines.len() < LIMIT {
            self.lines.push(line);
        } else {
            self.beyond += 1;
        }
    }
}

/// What stood in a file beside forms and is none itself.
pub(super) fn left_out(form_title: Text, why: &Text, foreign: &Foreign) -> ReportLine {
    ReportLine {
        form: None,
        form_title,
        field: None,
        label: Text::default(),
        outcome: Outcome::LeftOut,
        text: Text::new(scrub(&why.zh, foreign), scrub(&why.en, foreign)),
    }
}

/// Where in the definition the walk is; lines are written in its name.
pub(super) struct Place<'a> {
    pub report: &'a mut Report,
    pub foreign: &'a Foreign,
    /// What people call the form's fields, by their ids on the other platform.
    pub labels: BTreeMap<String, Text>,
    pub form: Key,
    pub form_title: Text,
    pub table: Option<Key>,
    pub field: Option<Key>,
    pub label: Text,
}

impl Place<'_> {
    pub fn note(&mut self, outcome: Outcome, zh: impl AsRef<str>, en: impl AsRef<str>) {
        let field = match (&self.table, &self.field) {
            (Some(table), Some(key)) => Some(FieldPath::column(table.clone(), key.clone())),
            (None, Some(key)) | (Some(key), None) => Some(FieldPath::field(key.clone())),
            (None, None) => None,
        };
        self.report.add(ReportLine {
            form: Some(self.form.clone()),
            form_title: self.form_title.clone(),
            field,
            label: self.label.clone(),
            outcome,
            text: Text::new(self.line(zh.as_ref()), self.line(en.as_ref())),
        });
    }

    fn line(&self, text: &str) -> String {
        scrub(text, self.foreign).chars().take(1_000).collect()
    }

    /// A name or a word of the definition, fit to stand in a line. Ids go before it is cut, or one
    /// that was cut through would no longer be known as one.
    pub fn word(&self, text: &str, max: usize) -> String {
        clean(text, self.foreign, max)
    }

    pub fn partly(&mut self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        self.note(Outcome::Partly, zh, en);
    }

    /// Says what gets lost of a text.
    pub fn lost(&mut self, lost: Lost, (zh, en): (&str, &str)) {
        if lost.cut {
            self.partly(format!("{zh}过长，已截断"), format!("Too long and cut: {en}"));
        }
        if lost.ids {
            let taken_out = format!("Ids of Yida were taken out of {en}");
            self.partly(format!("{zh}中的宜搭编号已去除"), taken_out);
        }
        if lost.english {
            let chinese = format!("The English of {en} was other Chinese; it was left out");
            self.partly(format!("{zh}的英文也是中文，未导入"), chinese);
        }
    }

    pub fn left_out(&mut self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        self.note(Outcome::LeftOut, zh, en);
    }
}
