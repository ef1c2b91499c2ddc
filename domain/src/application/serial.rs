//! Serial numbers: fixed text, the date and a counter, such as `CON-202611-0001`.

use serde::{Deserialize, Serialize};

use crate::time::Date;

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

/// What of a day a serial number shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatePattern {
    /// The year.
    #[serde(rename = "yyyy")]
    Year,
    /// Year and month.
    #[serde(rename = "yyyyMM")]
    Month,
    /// Year, month and day.
    #[default]
    #[serde(rename = "yyyyMMdd")]
    Day,
}

impl DatePattern {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Year, Self::Month, Self::Day];

    /// The pattern as it is written: `yyyyMM`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Year => "yyyy",
            Self::Month => "yyyyMM",
            Self::Day => "yyyyMMdd",
        }
    }

    /// Reads [`DatePattern::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pattern| pattern.code() == code)
    }

    fn of(self, date: Date) -> String {
        let day = date.compact();
        let length = self.code().len();
        day.get(..length).unwrap_or(&day).to_owned()
    }
}

/// When a serial number's counter starts anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// It counts on for ever.
    #[default]
    Never,
    /// On the first of January.
    Yearly,
    /// On the first of each month.
    Monthly,
    /// Each day.
    Daily,
}

impl Reset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Never, Self::Yearly, Self::Monthly, Self::Daily];

    /// The code for forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Yearly => "yearly",
            Self::Monthly => "monthly",
            Self::Daily => "daily",
        }
    }

    /// Reads [`Reset::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reset| reset.code() == code)
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
        let periods = Reset::ALL.map(|reset| {
            serial.reset = reset;
            serial.period(date)
        });
        assert_eq!(periods, ["", "2026", "202611", "20261122"]);
    }
}
