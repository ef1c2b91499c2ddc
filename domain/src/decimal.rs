//! Exact decimal numbers for form fields: what is typed is what is stored.

use std::{
    cmp::Ordering,
    fmt::{self, Write as _},
};

use serde::{Deserialize, Serialize};

use crate::{lang::Text, number, problem::FieldResult};

/// An exact decimal number with at most 15 digits before and 9 behind the point. In JSON it is a
/// string such as `"128000.5"`, because JSON numbers are binary and would round it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// The digits without the point; never ends in zero while `scale` is above zero.
    mantissa: i128,
    /// How many of the digits stand behind the point.
    scale: u8,
}

impl Decimal {
    /// The most digits behind the point.
    pub const MAX_DECIMALS: u8 = 9;
    /// The most digits before the point.
    pub const MAX_WHOLE: usize = 15;

    /// Reads what a person types (see [`number`]).
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(typed: &str) -> FieldResult<Self> {
        let wrong = || Text::of("请填写数字，如 1280.5", "Enter a number such as 1280.5");
        // Zeros at the end count for nothing, however many there are.
        let digits = number::read(typed, usize::MAX, &[])
            .map_err(|unread| number::sentence(typed, &unread, wrong()))?;
        let (whole, fraction) = (&*digits.whole, &*digits.fraction);
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() > Self::MAX_WHOLE || fraction.len() > usize::from(Self::MAX_DECIMALS) {
            return Err(Text::of(
                "数字太长：整数最多 15 位，小数最多 9 位",
                "The number is too long: at most 15 digits before and 9 behind the point",
            ));
        }
        let joined = format!("0{whole}{fraction}");
        let magnitude: i128 = joined.parse().map_err(|_| wrong())?;
        let scale = u8::try_from(fraction.len()).map_err(|_| wrong())?;
        Ok(Self { mantissa: if digits.negative { -magnitude } else { magnitude }, scale })
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { mantissa: i128::from(number), scale: 0 }
    }

    /// How many digits stand behind the point.
    pub fn decimals(self) -> u8 {
        self.scale
    }

    /// As people read it: at least `decimals` digits behind the point, grouped by thousands when
    /// asked for.
    pub fn shown(self, decimals: u8, thousands: bool) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("-", d));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = if thousands { number::grouped(whole) } else { whole.to_owned() };
        let mut out = format!("{sign}{whole}");
        let width = usize::from(decimals.min(Self::MAX_DECIMALS));
        if !fraction.is_empty() || width > 0 {
            out.push('.');
            let _ = write!(out, "{fraction:0<width$}");
        }
        out
    }

    /// Digits that sort as text the way the numbers sort, in every collation.
    pub fn sort_key(self) -> String {
        let scaled = self.scaled();
        if scaled < 0 {
            format!("0{:024}", 10_i128.pow(24) + scaled)
        } else {
            format!("1{scaled:024}")
        }
    }

    fn scaled(self) -> i128 {
        // 15 + 9 digits at most, far below the 38 that fit.
        self.mantissa * 10_i128.pow(u32::from(Self::MAX_DECIMALS.saturating_sub(self.scale)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>1$}", self.mantissa.unsigned_abs(), usize::from(self.scale) + 1);
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.scale));
        let minus = if self.mantissa < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{minus}{whole}{point}{fraction}")
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.scaled().cmp(&other.scaled())
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for Decimal {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|problem| problem.en.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_typed_and_kept_exactly() {
        for (typed, plain, shown) in [
            ("0.10", "0.1", "0.10"),
            ("１２，３４５．６", "12345.6", "12,345.60"),
            ("-0", "0", "0.00"),
            ("-1234.567", "-1234.567", "-1,234.567"),
            ("007", "7", "7.00"),
            ("100", "100", "100.00"),
            ("1.2万", "12000", "12,000.00"),
        ] {
            let number = Decimal::parse(typed).expect(typed);
            assert_eq!(number.to_string(), plain);
            assert_eq!(number.shown(2, true), shown);
        }
        for typed in ["", "-", ".", ".5", "1e5", "1.2.3", "abc", "1234567890123456", "--1", "0x1"] {
            assert!(Decimal::parse(typed).is_err(), "{typed}");
        }
        let refused = Decimal::parse("12,5").unwrap_err();
        assert_eq!(refused.zh, "“12,5”可以读成 12.5 或 125，请写成其中一种");
    }

    proptest! {
        #[test]
        fn sort_keys_sort_like_numbers(a in -1_000_000_000_000_i64..1_000_000_000_000, b in -9_999_999_i64..9_999_999, s in 0_u8..9) {
            let (a, b) = (Decimal::whole(a), Decimal::parse(&Decimal { mantissa: i128::from(b), scale: s }.to_string()).expect("number"));
            prop_assert_eq!(a.cmp(&b), a.sort_key().cmp(&b.sort_key()));
            prop_assert_eq!(Decimal::parse(&b.to_string()), Ok(b));
        }
    }
}
