//! Amounts of money as minor units with their currency.

use serde::{Deserialize, Serialize};

use crate::{lang::Text, number, problem::FieldResult};

/// A currency with two decimal places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Renminbi.
    #[default]
    #[serde(rename = "CNY")]
    Cny,
    /// US dollar.
    #[serde(rename = "USD")]
    Usd,
    /// Hong Kong dollar.
    #[serde(rename = "HKD")]
    Hkd,
    /// Euro.
    #[serde(rename = "EUR")]
    Eur,
}

impl Currency {
    /// All of them, the default first.
    pub const ALL: [Self; 4] = [Self::Cny, Self::Usd, Self::Hkd, Self::Eur];

    /// ISO 4217.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cny => "CNY",
            Self::Usd => "USD",
            Self::Hkd => "HKD",
            Self::Eur => "EUR",
        }
    }

    /// Reads an ISO 4217 code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// What people write before or behind an amount of it.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Cny => &["¥", "CNY", "RMB", "人民币", "元"],
            Self::Usd => &["US$", "$", "USD", "美元"],
            Self::Hkd => &["HK$", "$", "HKD", "港元", "港币"],
            Self::Eur => &["€", "EUR", "欧元"],
        }
    }

    /// The sign in front of the amount.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Cny => "¥",
            Self::Usd => "US$",
            Self::Hkd => "HK$",
            Self::Eur => "€",
        }
    }
}

/// An amount in minor units (1/100) of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths of the currency's unit.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Reads what a person types (see [`number`]), with at most two decimals and the currency's own
    /// names around it. Amounts are positive and below ten billion.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(typed: &str, currency: Currency) -> FieldResult<Self> {
        let wrong = || {
            Text::of(
                "请填写金额，如 128000.00（最多两位小数）",
                "Enter an amount such as 128000.00, with at most two decimals",
            )
        };
        let digits = number::read(typed, 2, currency.names())
            .map_err(|unread| number::sentence(typed, &unread, wrong()))?;
        // More digits than fit are too much as well.
        let minor = format!("{}{:0<2}", digits.whole, digits.fraction).parse().unwrap_or(i64::MAX);
        if minor == 0 || digits.negative {
            return Err(Text::of("金额须大于 0", "The amount must be above 0"));
        }
        if minor >= 1_000_000_000_000 {
            return Err(Text::of("金额须小于 100 亿", "The amount must be below ten billion"));
        }
        Ok(Self { minor, currency })
    }

    /// As a person types it into a form: `128000.00`.
    pub fn plain(self) -> String {
        format!("{}.{:02}", self.minor / 100, self.minor % 100)
    }
}

impl std::fmt::Display for Money {
    /// As screens show it: `¥128,000.00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = number::grouped(&(self.minor / 100).abs().to_string());
        let minus = if self.minor < 0 { "-" } else { "" };
        write!(f, "{minus}{}{whole}.{:02}", self.currency.sign(), (self.minor % 100).abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them_and_shown_with_their_currency() {
        for (typed, shown) in [
            ("128000", "¥128,000.00"),
            ("¥128,000.5", "¥128,000.50"),
            ("１２３．４５", "¥123.45"),
            ("0.01", "¥0.01"),
            ("12.8 万元", "¥128,000.00"),
        ] {
            let money = Money::parse(typed, Currency::Cny).expect(typed);
            assert_eq!(money.to_string(), shown);
        }
        for typed in ["", "0", "-5", "1.234", "1e5", "十万", "99999999999", "100亿", "$5", "€5"]
        {
            assert!(Money::parse(typed, Currency::Cny).is_err(), "{typed}");
        }
        let refused = Money::parse("128,50", Currency::Eur).unwrap_err();
        assert_eq!(refused.en, "“128,50” could be 128.50 or 12,850; write one of these");
    }
}
