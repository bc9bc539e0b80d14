//! Amounts as people read and write them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Amount;

/// An amount of a payment's token, exact in both forms. Both are text, because a JSON number loses
/// precision beyond 2^53.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// In units of the token, with a point.
    #[schema(example = "25.00")]
    pub value: String,
    /// In the smallest units of the token.
    #[schema(example = "25000000")]
    pub base_units: String,
}

/// The text is not an amount of a token with so many decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("an amount is digits, and a point with digits after it where wanted, such as 25.00")]
    Malformed,
    #[error("this token has {0} decimals, and the amount has more")]
    TooPrecise(u8),
    #[error("the amount is larger than any token's supply")]
    TooLarge,
}

/// Fewest digits after the point, where the token has as many: money reads as 25.00, not as 25.
const SHORTEST_FRACTION: usize = 2;

impl Money {
    pub fn new(amount: Amount, decimals: u8) -> Self {
        Self { value: format(amount, decimals), base_units: amount.to_string() }
    }

    /// Reads an amount as a person writes it. Nothing is rounded: what has more digits than the token
    /// is refused.
    pub fn parse(text: &str, decimals: u8) -> Result<Amount, MoneyError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(MoneyError::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > decimals as usize {
            return Err(MoneyError::TooPrecise(decimals));
        }
        let width = decimals as usize;
        format!("{whole}{fraction:0<width$}").parse().map(Amount).map_err(|_| MoneyError::TooLarge)
    }
}

fn format(amount: Amount, decimals: u8) -> String {
    let decimals = decimals as usize;
    if decimals == 0 {
        return amount.to_string();
    }
    let digits = format!("{:0>width$}", amount.0, width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let significant = fraction.trim_end_matches('0').len();
    let shown = significant.max(SHORTEST_FRACTION.min(decimals));
    format!("{whole}.{}", &fraction[..shown])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_same_amounts() {
        for (text, decimals, base_units) in [
            ("25.00", 6, 25_000_000),
            ("0.00", 6, 0),
            ("0.000001", 6, 1),
            ("1.05", 6, 1_050_000),
            ("1.005", 9, 1_005_000_000),
            ("7", 0, 7),
            ("0.5", 1, 5),
            ("18446744073709.551615", 6, u64::MAX),
        ] {
            assert_eq!(Money::new(Amount(base_units), decimals).value, text);
            assert_eq!(Money::parse(text, decimals), Ok(Amount(base_units)), "{text}");
        }
    }

    #[test]
    fn accepts_what_people_write_and_nothing_else() {
        assert_eq!(Money::parse("25", 6), Ok(Amount(25_000_000)));
        assert_eq!(Money::parse("25.0000000000", 6), Ok(Amount(25_000_000)));
        for malformed in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1.2.3", "٣"] {
            assert_eq!(Money::parse(malformed, 6), Err(MoneyError::Malformed), "{malformed}");
        }
        assert_eq!(Money::parse("0.0000001", 6), Err(MoneyError::TooPrecise(6)));
        assert_eq!(Money::parse("1.5", 0), Err(MoneyError::TooPrecise(0)));
        assert_eq!(Money::parse("18446744073709.551616", 6), Err(MoneyError::TooLarge));
    }
}
