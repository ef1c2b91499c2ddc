//! Working days: a review is due by the end of the next one (Source: PRJ-3).

use std::collections::BTreeSet;

use crate::time::{Date, Timestamp, Zone};

/// Which days do not count as working days, and which weekend days do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    /// Public holidays.
    pub holidays: BTreeSet<Date>,
    /// Weekend days that are worked (调休).
    pub worked: BTreeSet<Date>,
}

impl WorkingCalendar {
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
}
