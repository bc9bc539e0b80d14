//! From a currency to a token: what a part of the price is of the amount that is paid.

use rust_decimal::Decimal;
use till_store::Amount;

/// The most that a price may be, and the most decimals it may have: what is computed with it then fits.
pub const MAX_TOTAL: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);
pub const MAX_DECIMALS: u32 = 8;

/// What of `amount`, the whole price, is to be paid for `part` of it, rounded down to base units. The whole is the
/// whole, so steps of [`between`] add up to it. Nothing if a number is out of bounds.
pub fn of(amount: Amount, price: Decimal, part: Decimal) -> Option<Amount> {
    let (price, part) = (units(price)?, units(part)?);
    if price == 0 || part > price {
        return None;
    }
    let share = u128::from(amount.0).checked_mul(part)? / price;
    u64::try_from(share).ok().map(Amount)
}

/// What is to be paid for `part`, when `before` of the price have been paid for already.
pub fn between(amount: Amount, price: Decimal, before: Decimal, part: Decimal) -> Option<Amount> {
    of(amount, price, before.checked_add(part)?)?.checked_sub(of(amount, price, before)?)
}

/// In units of 10⁻⁸.
fn units(value: Decimal) -> Option<u128> {
    let mut scaled = value;
    scaled.rescale(MAX_DECIMALS);
    if scaled != value || value.is_sign_negative() || value > MAX_TOTAL {
        return None;
    }
    u128::try_from(scaled.mantissa()).ok()
}

/// The share of `part` in the price, in basis points; nothing if they are not whole.
pub fn basis_points(price: Decimal, part: Decimal) -> Option<u16> {
    let (price, part) = (units(price)?, units(part)?);
    let scaled = part.checked_mul(10_000)?;
    if price == 0 || scaled % price != 0 {
        return None;
    }
    u16::try_from(scaled / price).ok().filter(|bps| *bps <= 10_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_most_is_ten_thousand_million() {
        assert_eq!(MAX_TOTAL, decimal("10000000000"));
    }

    #[test]
    fn in_the_currency_of_the_token_a_part_is_itself() {
        let amount = Amount(25_000_000);
        assert_eq!(of(amount, decimal("25.00"), decimal("10.5")), Some(Amount(10_500_000)));
        assert_eq!(of(amount, decimal("25.00"), decimal("25")), Some(amount));
        assert_eq!(of(amount, decimal("25.00"), decimal("0")), Some(Amount(0)));
    }

    #[test]
    fn what_is_out_of_bounds_has_no_share() {
        for (price, part) in
            [("25", "25.01"), ("0", "0"), ("10000000000.1", "1"), ("1", "0.123456789"), ("1", "-1")]
        {
            assert_eq!(of(Amount(100), decimal(price), decimal(part)), None, "{price} {part}");
        }
    }

    #[test]
    fn shares_are_whole_basis_points_or_none() {
        for (price, part, expected) in [
            ("100", "2.5", Some(250)),
            ("19.90", "19.90", Some(10_000)),
            ("30", "10", None),
            ("100", "0.001", None),
            ("100", "101", None),
        ] {
            assert_eq!(basis_points(decimal(price), decimal(part)), expected, "{part} of {price}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(
            amount in any::<u64>(),
            parts in prop::collection::vec(0u64..10_000_000_000, 1..8),
        ) {
            let parts: Vec<Decimal> = parts.into_iter().map(|part| Decimal::new(part as i64, 4)).collect();
            let price: Decimal = parts.iter().sum();
            prop_assume!(!price.is_zero());
            let (mut before, mut sum) = (Decimal::ZERO, 0u64);
            for part in parts {
                sum += between(Amount(amount), price, before, part).unwrap().0;
                before += part;
            }
            prop_assert_eq!(sum, amount);
        }
    }
}
