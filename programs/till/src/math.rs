//! Integer arithmetic of money. Amounts are base units of a mint; rates are basis points (bps).

use crate::TillError;

/// 100% in basis points.
pub const BPS: u64 = 10_000;

/// `amount × bps / 10 000`, rounded down: a fee never takes the fraction of a base unit from the
/// merchant.
pub fn bps_of(amount: u64, bps: u16) -> Result<u64, TillError> {
    let product = u128::from(amount) * u128::from(bps);
    u64::try_from(product / u128::from(BPS)).map_err(|_| TillError::Overflow)
}

pub fn add(a: u64, b: u64) -> Result<u64, TillError> {
    a.checked_add(b).ok_or(TillError::Overflow)
}

pub fn sub(a: u64, b: u64) -> Result<u64, TillError> {
    a.checked_sub(b).ok_or(TillError::Overflow)
}
