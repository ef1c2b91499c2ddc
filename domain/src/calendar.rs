//! Working days: a review is due by the end of the next one (Source: PRJ-3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    application::Digest,
    lang::Text,
    problem::{FieldCheck, FieldResult, Problem},
    time::{Date, Timestamp, Zone},
};

/// Which days do not count as working days, and which weekend days do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkingCalendar {
    /// Public holidays.
    pub holidays: BTreeSet<Date>,
    /// Weekend days that are worked (调休).
    pub worked: BTreeSet<Date>,
}

impl WorkingCalendar {
    /// What tells this calendar from every other, for forms that say what they start from.
    pub fn mark(&self) -> String {
        let form = CalendarForm::of(self);
        Digest::of(format!("{}\n\n{}", form.holidays, form.worked).as_bytes()).to_string()
    }

    /// True on a day that counts.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.worked.contains(&date) || !(date.is_weekend() || self.holidays.contains(&date))
    }

    /// The end of the next working day after the day of `submitted`, in the reviewers' zone.
    pub fn review_due(&self, submitted: Timestamp, zone: &Zone) -> Timestamp {
        let mut date = zone.date(submitted).plus_days(1);
        // A year of holidays in a row is a mistake in the list, not a reason to hang.
        for _ in 0..366 {
            if self.is_working_day(date) {
                break;
            }
            date = date.plus_days(1);
        }
        zone.end_of(date)
    }
}

/// The form in which operators change the calendar, as typed: dates by line, comma or space.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CalendarForm {
    /// Public holidays.
    pub holidays: String,
    /// Weekend days that are worked.
    pub worked: String,
}

impl CalendarForm {
    /// The form that would give `calendar`.
    pub fn of(calendar: &WorkingCalendar) -> Self {
        let lines = |dates: &BTreeSet<Date>| {
            dates.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        Self { holidays: lines(&calendar.holidays), worked: lines(&calendar.worked) }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// The fields at fault: what is no date, worked days that are no weekend, days in both lists.
    pub fn check(&self) -> Result<WorkingCalendar, Problem> {
        let mut check = FieldCheck::new();
        let holidays = check.take("holidays", dates(&self.holidays));
        let worked = check.take(
            "worked",
            dates(&self.worked).and_then(|days| weekends(&days, holidays.as_ref())),
        );
        check.conclude(
            holidays.zip(worked).map(|(holidays, worked)| WorkingCalendar { holidays, worked }),
        )
    }
}

fn dates(typed: &str) -> FieldResult<BTreeSet<Date>> {
    let words = typed
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、'))
        .filter(|word| !word.is_empty());
    let mut dates = BTreeSet::new();
    for word in words {
        let date = Date::parse(word).map_err(|_| {
            let word: String = word.chars().take(30).collect();
            Text::new(
                format!("「{word}」不是日期，请写成 2026-10-01"),
                format!("“{word}” is not a date; write 2026-10-01"),
            )
        })?;
        dates.insert(date);
        if dates.len() > 1000 {
            return Err(Text::of("最多 1000 天", "At most 1000 days"));
        }
    }
    Ok(dates)
}

fn weekends(
    days: &BTreeSet<Date>,
    holidays: Option<&BTreeSet<Date>>,
) -> FieldResult<BTreeSet<Date>> {
    if let Some(day) = days.iter().find(|day| !day.is_weekend()) {
        return Err(Text::new(
            format!("{day} 不是周末，本来就是工作日"),
            format!("{day} is not on a weekend; it is a working day anyway"),
        ));
    }
    if let Some(day) =
        days.iter().find(|day| holidays.is_some_and(|holidays| holidays.contains(day)))
    {
        return Err(Text::new(
            format!("{day} 同时在节假日中"),
            format!("{day} is among the holidays too"),
        ));
    }
    Ok(days.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(submitted: &str, calendar: &WorkingCalendar) -> String {
        let zone = Zone::default();
        let noon = zone.end_of(Date::parse(submitted).expect("date")).plus(-12 * Timestamp::HOUR);
        zone.date(calendar.review_due(noon, &zone)).to_string()
    }

    #[test]
    fn prj3_weekends_and_holidays_do_not_count() {
        let mut calendar = WorkingCalendar::default();
        assert_eq!(due("2026-11-23", &calendar), "2026-11-24"); // Monday → Tuesday
        assert_eq!(due("2026-11-20", &calendar), "2026-11-23"); // Friday → Monday
        calendar.holidays.insert(Date::parse("2026-11-23").expect("date"));
        assert_eq!(due("2026-11-20", &calendar), "2026-11-24");
        calendar.worked.insert(Date::parse("2026-11-21").expect("date"));
        assert_eq!(due("2026-11-20", &calendar), "2026-11-21");
    }

    #[test]
    fn prj3_the_calendar_form_reads_dates_and_refuses_contradictions() {
        let form = CalendarForm {
            holidays: "2026-10-01，2026/10/2\n2026-10-01".into(),
            worked: "2026-10-10".into(),
        };
        let calendar = form.check().expect("dates");
        assert_eq!((calendar.holidays.len(), calendar.worked.len()), (2, 1));
        assert_eq!(CalendarForm::of(&calendar).check().expect("again"), calendar);
        let read = |holidays: &str, worked: &str| {
            CalendarForm { holidays: holidays.into(), worked: worked.into() }.check()
        };
        assert!(read("tomorrow", "").expect_err("no date").at("holidays").is_some());
        assert!(read("", "2026-10-01").expect_err("a Thursday").at("worked").is_some());
        assert!(read("2026-10-10", "2026-10-10").expect_err("both").at("worked").is_some());
    }
}
