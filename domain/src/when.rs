//! A civil date, with or without a time of day, as date fields hold it.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::{
    lang::Text,
    problem::FieldResult,
    time::{Date, Timestamp, Zone},
};

/// What a date field holds: a day, or a day with hours and minutes. In JSON and in HTML forms
/// `2026-11-22` or `2026-11-22T14:05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct When {
    /// The day.
    pub date: Date,
    /// Minutes since midnight, where the time of day counts.
    pub minute: Option<u16>,
}

impl When {
    /// A day.
    pub fn day(date: Date) -> Self {
        Self { date, minute: None }
    }

    /// A moment as the clocks of `zone` show it.
    pub fn at(moment: Timestamp, zone: &Zone) -> Self {
        let civil = zone.civil(moment);
        let minute = i32::from(civil.hour()) * 60 + i32::from(civil.minute());
        Self { date: Date(civil.date()), minute: u16::try_from(minute).ok() }
    }

    /// Reads a day, or with `with_time` a day and a time, as browsers send them and people type
    /// them. A day without a time is midnight; a time that is not asked for is left out.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(typed: &str, with_time: bool) -> FieldResult<Self> {
        let typed = typed.trim();
        let (day, time) = match typed.split_once(['T', ' ']) {
            Some((day, time)) => (day, Some(time.trim())),
            None => (typed, None),
        };
        let date = Date::parse(day)?;
        let minute = match time {
            Some(time) => Some(parse_time(time)?),
            None => None,
        };
        Ok(Self { date, minute: with_time.then(|| minute.unwrap_or(0)) })
    }

    /// The same with or without its time of day.
    #[must_use]
    pub fn with_time(self, with_time: bool) -> Self {
        Self { date: self.date, minute: with_time.then(|| self.minute.unwrap_or(0)) }
    }

    /// As people read it: `2026-11-22` or `2026-11-22 14:05`.
    pub fn shown(self) -> String {
        self.to_string().replace('T', " ")
    }

    /// Digits that sort as text the way the moments sort.
    pub fn sort_key(self) -> String {
        format!("{}{:04}", self.date.compact(), self.minute.unwrap_or(0))
    }
}

fn parse_time(text: &str) -> FieldResult<u16> {
    let wrong = || Text::of("请填写时间，如 14:05", "Enter a time such as 14:05");
    let mut parts = text.splitn(3, [':', '：']).map(|part| part.trim().parse::<u16>());
    match (parts.next(), parts.next()) {
        (Some(Ok(hour @ 0..=23)), Some(Ok(minute @ 0..=59))) => Ok(hour * 60 + minute),
        _ => Err(wrong()),
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date.fmt(f)?;
        match self.minute {
            Some(minute) => write!(f, "T{:02}:{:02}", minute / 60, minute % 60),
            None => Ok(()),
        }
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

impl TryFrom<String> for When {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text, text.contains('T')).map_err(|problem| problem.en.into_owned())
    }
}

impl From<civil::Date> for When {
    fn from(date: civil::Date) -> Self {
        Self::day(Date(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_read_back() {
        for (typed, with_time, plain) in [
            ("2026-11-22", false, "2026-11-22"),
            ("2026/11/22 9:05", true, "2026-11-22T09:05"),
            ("2026-11-22T14:05:30", true, "2026-11-22T14:05"),
            ("2026-11-22T14:05", false, "2026-11-22"),
            ("2026-11-22", true, "2026-11-22T00:00"),
        ] {
            let when = When::parse(typed, with_time).expect(typed);
            assert_eq!(when.to_string(), plain);
            assert_eq!(When::try_from(plain.to_owned()), Ok(when));
        }
        for typed in ["", "2026-11-22T25:00", "2026-11-22T1", "2026-11-31", "T10:00"] {
            assert!(When::parse(typed, true).is_err(), "{typed}");
        }
    }
}
