//! Moments, civil dates and how they are shown in an organisation's time zone (Source: ALL-3).

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::lang::{Lang, Text};
use crate::problem::FieldResult;

/// A moment: microseconds since 1970-01-01T00:00:00 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// One second in microseconds.
    pub const SECOND: i64 = 1_000_000;
    /// One minute in microseconds.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour in microseconds.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day of 24 hours in microseconds.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The moment `micros` later.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// RFC 3339 in UTC with seconds, as `<time datetime>` and exports want it.
    pub fn rfc3339(self) -> String {
        let at = civil_at(self.0, 0);
        format!("{}T{}:{:02}Z", Date(at.date()), clock(at), at.second())
    }
}

/// A time zone: its name and the offsets it has had, so that the browser needs no tz database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, such as `Asia/Shanghai`.
    pub name: String,
    /// `(from, offset)`: from that moment on the offset in seconds east of UTC holds; ascending.
    pub offsets: Vec<(Timestamp, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "Asia/Shanghai".into(), offsets: vec![(Timestamp(i64::MIN), 8 * 3600)] }
    }
}

/// Counted out here, as are days below: the library's arithmetic would bring all that it can say of
/// errors into the client.
fn civil_at(micros: i64, offset: i32) -> civil::DateTime {
    let local = micros.saturating_add(i64::from(offset) * Timestamp::SECOND);
    let (days, within) = (local.div_euclid(Timestamp::DAY), local.rem_euclid(Timestamp::DAY));
    let part = |unit: i64, of: i64| i8::try_from(within / unit % of).unwrap_or(0);
    let nanos = i32::try_from(within % Timestamp::SECOND * 1000).unwrap_or(0);
    let (hour, minute) = (part(Timestamp::HOUR, 24), part(Timestamp::MINUTE, 60));
    let time = civil::Time::new(hour, minute, part(Timestamp::SECOND, 60), nanos);
    civil::DateTime::from_parts(date_at(days).unwrap_or(EPOCH), time.unwrap_or_default())
}

const EPOCH: civil::Date = civil::date(1970, 1, 1);

/// Days before 1970-01-01 in a calendar whose years begin in March of the year 0, which ends them
/// with the leap day.
const FIRST: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;

/// The date that is `days` after 1970-01-01; none beyond the years -9999 to 9999.
fn date_at(days: i64) -> Option<civil::Date> {
    let days = days.checked_add(FIRST)?;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let day = day - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + 400 * era + i64::from(month <= 2);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    civil::Date::new(i16::try_from(year).ok()?, month, day).ok()
}

/// How many days a date is after 1970-01-01.
fn days_to(date: civil::Date) -> i64 {
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let march = if month > 2 { month - 3 } else { month + 9 };
    era * ERA + 365 * year + year / 4 - year / 100 + (153 * march + 2) / 5 + day - 1 - FIRST
}

/// `14:05`. Written out here: the library's formatter would be a tenth of the client.
fn clock(at: civil::DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

impl Zone {
    /// Seconds east of UTC at a moment.
    pub fn offset(&self, at: Timestamp) -> i32 {
        self.offsets
            .iter()
            .take_while(|(from, _)| *from <= at)
            .last()
            .or(self.offsets.first())
            .map_or(0, |(_, offset)| *offset)
    }

    /// The civil date and time of a moment here.
    pub fn civil(&self, at: Timestamp) -> civil::DateTime {
        civil_at(at.0, self.offset(at))
    }

    /// The civil date of a moment here.
    pub fn date(&self, at: Timestamp) -> Date {
        Date(self.civil(at).date())
    }

    /// The first moment of a civil date here.
    pub fn start_of(&self, date: Date) -> Timestamp {
        self.end_of(date.plus_days(-1)).plus(1)
    }

    /// The last moment of a civil date here (its midnight less one microsecond).
    pub fn end_of(&self, date: Date) -> Timestamp {
        let local = (days_to(date.0) + 1) * Timestamp::DAY - 1;
        let guess = Timestamp(local - i64::from(self.offset(Timestamp(local))) * Timestamp::SECOND);
        Timestamp(local - i64::from(self.offset(guess)) * Timestamp::SECOND)
    }

    /// Exact: `2026-11-22 14:05`.
    pub fn exact(&self, at: Timestamp) -> String {
        let at = self.civil(at);
        format!("{} {}", Date(at.date()), clock(at))
    }

    /// Exact with seconds: `2026-11-22 14:05:09`.
    pub fn exact_seconds(&self, at: Timestamp) -> String {
        let at = self.civil(at);
        format!("{} {}:{:02}", Date(at.date()), clock(at), at.second())
    }
}

/// Relative to now: `3 分钟前`, `in 2 hours`; beyond a month the caller shows the date instead.
pub fn relative(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    let seconds = (at.0 - now.0) / Timestamp::SECOND;
    let past = seconds <= 0;
    let seconds = seconds.abs();
    let (count, zh, en) = match seconds {
        0..=59 => {
            return lang
                .t(
                    if past { "刚刚" } else { "马上" },
                    if past { "just now" } else { "in a moment" },
                )
                .to_owned();
        }
        60..=3_599 => (seconds / 60, "分钟", "minute"),
        3_600..=86_399 => (seconds / 3_600, "小时", "hour"),
        86_400..=2_591_999 => (seconds / 86_400, "天", "day"),
        2_592_000..=31_535_999 => (seconds / 2_592_000, "个月", "month"),
        _ => (seconds / 31_536_000, "年", "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match (lang, past) {
        (Lang::Zh, true) => format!("{count} {zh}前"),
        (Lang::Zh, false) => format!("{count} {zh}后"),
        (Lang::En, true) => format!("{count} {en}{plural} ago"),
        (Lang::En, false) => format!("in {count} {en}{plural}"),
    }
}

/// A civil date without a time zone, such as a due date or a date in a form. On the wire and in the
/// database `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(pub civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`, also with `/` or `.` between, as people type them.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(typed: &str) -> FieldResult<Self> {
        let wrong = || Text::of("请填写日期，如 2026-11-22", "Enter a date such as 2026-11-22");
        let plain = typed.trim().replace(['/', '.'], "-");
        let mut parts = plain.splitn(3, '-').map(str::parse::<i16>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        if !(1900..=2200).contains(&year) {
            return Err(wrong());
        }
        let (month, day) =
            (i8::try_from(month).map_err(|_| wrong())?, i8::try_from(day).map_err(|_| wrong())?);
        civil::Date::new(year, month, day).map(Self).map_err(|_| wrong())
    }

    /// `days` later (or earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(days_to(self.0).checked_add(days).and_then(date_at).unwrap_or(self.0))
    }

    /// `YYYYMMDD`, as in human-readable numbers.
    pub fn compact(self) -> String {
        format!("{:04}{:02}{:02}", self.0.year(), self.0.month(), self.0.day())
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), civil::Weekday::Saturday | civil::Weekday::Sunday)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|problem| problem.en.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all3_times_are_shown_in_the_organisations_zone() {
        let zone = Zone::default();
        let at = Timestamp(1_795_356_300_000_000); // 2026-11-22T14:05:00Z
        assert_eq!(at.rfc3339(), "2026-11-22T14:05:00Z");
        assert_eq!(zone.exact(at), "2026-11-22 22:05");
        assert_eq!(zone.date(at).compact(), "20261122");
        assert_eq!(zone.end_of(zone.date(at)).rfc3339(), "2026-11-22T15:59:59Z");
        assert_eq!(zone.start_of(zone.date(at)).rfc3339(), "2026-11-21T16:00:00Z");
    }

    #[test]
    fn all3_a_day_of_23_hours_begins_at_its_own_midnight() {
        // Los Angeles on 2026-03-08: from 02:00 on, one hour later.
        let change = Timestamp(1_772_964_000_000_000);
        let offsets = vec![(Timestamp(i64::MIN), -8 * 3600), (change, -7 * 3600)];
        let zone = Zone { name: "America/Los_Angeles".into(), offsets };
        let day = Date::parse("2026-03-08").expect("a date");
        assert_eq!(zone.start_of(day).rfc3339(), "2026-03-08T08:00:00Z");
        assert_eq!(zone.start_of(day.plus_days(1)).rfc3339(), "2026-03-09T07:00:00Z");
        assert_eq!(zone.date(change), day);
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        let mut date = civil::Date::MIN;
        let first = days_to(date);
        for days in first..=days_to(civil::Date::MAX) {
            assert_eq!((days_to(date), date_at(days)), (days, Some(date)));
            date = date.tomorrow().unwrap_or(date);
        }
        assert_eq!(date_at(first - 1), None);
        assert_eq!(date_at(days_to(civil::Date::MAX) + 1), None);
        let before = civil_at(-1, 0);
        assert_eq!(before, civil::date(1969, 12, 31).at(23, 59, 59, 999_999_000));
    }

    #[test]
    fn relative_times_read_naturally() {
        let now = Timestamp(10 * Timestamp::DAY);
        assert_eq!(relative(now.plus(-3 * Timestamp::MINUTE), now, Lang::Zh), "3 分钟前");
        assert_eq!(relative(now.plus(Timestamp::HOUR), now, Lang::En), "in 1 hour");
        assert_eq!(relative(now.plus(2 * Timestamp::DAY), now, Lang::En), "in 2 days");
    }

    #[test]
    fn dates_are_read_as_typed_and_nonsense_is_refused() {
        assert_eq!(Date::parse("2026/2/3").map(|d| d.to_string()), Ok("2026-02-03".into()));
        for typed in ["", "2026-02-30", "26-1-1", "tomorrow", "2026-13-01"] {
            assert!(Date::parse(typed).is_err(), "{typed}");
        }
    }
}
