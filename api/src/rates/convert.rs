//! From a price to base units of a token. Pure, and exact: nothing is lost on the way to the one rounding.

use num_bigint::BigUint;
use rust_decimal::Decimal;
use till_store::Amount;

use super::Ratio;

/// One whole, in basis points.
const BPS: u64 = 10_000;

/// The base units of a token of which one unit is worth `rate`, and which has `decimals`, that pay `price` and
/// `spread_bps` of it more.
///
/// Rounded up to the next base unit, in the merchant's favour: what arrives is never worth less than the price. None
/// where there is no such amount: the rate or the price is not above zero, or it is more than any token's supply.
pub fn base_units(price: Decimal, rate: Ratio, spread_bps: u16, decimals: u8) -> Option<Amount> {
    let Ratio { numerator, denominator } = rate;
    let wanted = digits(price)?
        * digits(denominator)?
        * ten_to(numerator.scale() + u32::from(decimals))
        * (BPS + u64::from(spread_bps));
    let of_one = digits(numerator)? * ten_to(price.scale() + denominator.scale()) * BPS;
    let rounded_up = (wanted + &of_one - 1u8) / of_one;
    u64::try_from(rounded_up).ok().map(Amount)
}

/// What so many base units are worth at this rate, rounded to `scale` digits.
pub fn worth(amount: Amount, rate: Decimal, decimals: u8, scale: u32) -> Option<Decimal> {
    let units = Decimal::try_from_i128_with_scale(amount.0.into(), decimals.into()).ok()?;
    Some(units.checked_mul(rate)?.round_dp(scale))
}

fn digits(number: Decimal) -> Option<BigUint> {
    u128::try_from(number.mantissa()).ok().filter(|digits| *digits > 0).map(BigUint::from)
}

fn ten_to(power: u32) -> BigUint {
    BigUint::from(10u8).pow(power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_is_rounded_up_to_the_base_unit() {
        for (price, rate, spread, decimals, expected) in [
            ("25.00", "1", 0, 6, 25_000_000),
            ("25.00", "1", 50, 6, 25_125_000),
            ("19.90", "1.08", 0, 6, 18_425_926),
            ("1", "3", 0, 0, 1),
            ("10000", "400", 0, 2, 2_500),
            ("0.000001", "150", 0, 9, 7),
        ] {
            let amount = base_units(decimal(price), decimal(rate).into(), spread, decimals);
            assert_eq!(amount, Some(Amount(expected)), "{price} at {rate}");
        }
    }

    #[test]
    fn a_rate_that_was_divided_costs_no_base_unit_more() {
        let a_euro_in_dollars = decimal("1.2");
        let rate = Ratio { numerator: 1.into(), denominator: a_euro_in_dollars };
        assert_eq!(base_units(decimal("25.00"), rate, 0, 6), Some(Amount(30_000_000)));
    }

    #[test]
    fn what_cannot_be_paid_is_no_amount() {
        for (price, rate) in
            [("0", "1"), ("-1", "1"), ("1", "0"), ("1", "-1"), ("18446744073709.551616", "1")]
        {
            assert_eq!(base_units(decimal(price), decimal(rate).into(), 0, 6), None, "{price} at {rate}");
        }
        assert_eq!(
            base_units(decimal("18446744073709.551615"), decimal("1").into(), 0, 6),
            Some(Amount(u64::MAX))
        );
    }

    proptest! {
        /// Compared as integers: amount / 10^decimals * rate / under against price * (1 + spread).
        #[test]
        fn never_less_than_the_price_and_never_a_base_unit_more(
            price in 1i64..1_000_000_000_000, price_scale in 0u32..6,
            rate in 1i64..1_000_000_000_000, rate_scale in 0u32..12, under in 1i64..1_000_000,
            spread in 0u16..=1_000, decimals in 0u8..=9,
        ) {
            let (price, rate) = (Decimal::new(price, price_scale), Decimal::new(rate, rate_scale));
            let ratio = Ratio { numerator: rate, denominator: under.into() };
            let Some(Amount(amount)) = base_units(price, ratio, spread, decimals) else { return Ok(()) };
            let paid = |amount: u64| {
                BigUint::from(amount) * digits(rate).unwrap() * ten_to(price_scale) * BPS
            };
            let asked = digits(price).unwrap()
                * BigUint::from(under.unsigned_abs())
                * ten_to(rate_scale + u32::from(decimals)) * (BPS + u64::from(spread));
            prop_assert!(paid(amount) >= asked, "less than the price");
            prop_assert!(paid(amount - 1) < asked, "a base unit would be enough");
        }

        #[test]
        fn a_higher_price_never_costs_less(price in 1i64..1_000_000_000, more in 0i64..1_000, rate in 1i64..1_000_000_000) {
            let amount = |price| base_units(Decimal::new(price, 2), Decimal::new(rate, 4).into(), 0, 6);
            prop_assert!(amount(price + more) >= amount(price));
        }
    }
}
