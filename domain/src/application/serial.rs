//! Serial numbers: fixed text, the date and a counter, such as `CON-202611-0001`.

use serde::{Deserialize, Serialize};

use crate::{codes, time::Date};

/// How a form numbers its records. The numbers are given by the server when a record is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialField {
    /// The parts in their order.
    #[serde(default)]
    pub parts: Vec<SerialPart>,
    /// When counting starts anew.
    #[serde(default, skip_serializing_if = "super::field::is_default")]
    pub reset: Reset,
}

/// One part of a serial number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case", deny_unknown_fields)]
pub enum SerialPart {
    /// Always the same.
    Fixed {
        /// The text.
        text: String,
    },
    /// The day on which the record was made.
    Date {
        /// What of the day is written.
        pattern: DatePattern,
    },
    /// The count of records.
    Counter {
        /// Filled with zeros to this many digits.
        digits: u8,
        /// The first number.
        start: u32,
    },
}

codes! {
    /// What of a day a serial number shows.
    #[derive(Default)]
    DatePattern {
        /// The year.
        Year = "yyyy", "年", "Year";
        /// Year and month.
        Month = "yyyyMM", "年月", "Year and month";
        /// Year, month and day.
        #[default]
        Day = "yyyyMMdd", "年月日", "Year, month and day";
        /// The year without its century.
        ShortYear = "yy", "两位年", "Year of two digits";
        /// Year without its century, and month.
        ShortMonth = "yyMM", "两位年、月", "Year of two digits and month";
        /// Year without its century, month and day.
        ShortDay = "yyMMdd", "两位年、月、日", "Year of two digits, month and day";
    }
}

impl DatePattern {
    fn of(self, date: Date) -> String {
        let day = date.compact();
        let short = matches!(self, Self::ShortYear | Self::ShortMonth | Self::ShortDay);
        let from = if short { 2 } else { 0 };
        day.get(from..from + self.code().len()).unwrap_or(&day).to_owned()
    }
}

codes! {
    /// When a serial number's counter starts anew.
    #[derive(Default)]
    Reset {
        /// It counts on for ever.
        #[default]
        Never = "never", "不重置", "Never";
        /// On the first of January.
        Yearly = "yearly", "每年", "Every year";
        /// On the first of each month.
        Monthly = "monthly", "每月", "Every month";
        /// Each day.
        Daily = "daily", "每日", "Every day";
    }
}

impl Default for SerialField {
    fn default() -> Self {
        Self {
            parts: vec![
                SerialPart::Date { pattern: DatePattern::Day },
                SerialPart::Counter { digits: 4, start: 1 },
            ],
            reset: Reset::Daily,
        }
    }
}

impl SerialField {
    /// The counter to take the next number from: one counter per form, field and period. Empty for
    /// a counter that never resets.
    pub fn period(&self, date: Date) -> String {
        match self.reset {
            Reset::Never => String::new(),
            Reset::Yearly => DatePattern::Year.of(date),
            Reset::Monthly => DatePattern::Month.of(date),
            Reset::Daily => DatePattern::Day.of(date),
        }
    }

    /// The number that the first record of a period gets.
    pub fn start(&self) -> u32 {
        self.parts
            .iter()
            .find_map(|part| match part {
                SerialPart::Counter { start, .. } => Some(*start),
                _ => None,
            })
            .unwrap_or(1)
    }

    /// The text for the record that is number `count` (from 0) of its period.
    pub fn format(&self, date: Date, count: u64) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                SerialPart::Fixed { text } => text.clone(),
                SerialPart::Date { pattern } => pattern.of(date),
                SerialPart::Counter { digits, start } => {
                    let width = usize::from(*digits).min(18);
                    format!("{:0width$}", count.saturating_add(u64::from(*start)))
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_have_their_parts_and_their_counter() {
        let date = Date::parse("2026-11-22").expect("date");
        let mut serial = SerialField {
            parts: vec![
                SerialPart::Fixed { text: "CON-".into() },
                SerialPart::Date { pattern: DatePattern::Month },
                SerialPart::Fixed { text: "-".into() },
                SerialPart::Counter { digits: 4, start: 1 },
            ],
            reset: Reset::Never,
        };
        assert_eq!(serial.format(date, 0), "CON-202611-0001");
        assert_eq!(serial.format(date, 99_999), "CON-202611-100000");
        let mut period = |reset: &Reset| {
            serial.reset = *reset;
            serial.period(date)
        };
        let periods: Vec<_> = Reset::ALL.iter().map(&mut period).collect();
        assert_eq!(periods, ["", "2026", "202611", "20261122"]);
        let short = [DatePattern::ShortYear, DatePattern::ShortMonth, DatePattern::ShortDay];
        assert_eq!(short.map(|pattern| pattern.of(date)), ["26", "2611", "261122"]);
    }
}
