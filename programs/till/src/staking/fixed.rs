use anchor_lang::prelude::*;

/// Base units with 64 binary digits behind the point. Two words, because an account's bytes are aligned
/// for a u64 and not for a u128.
#[zero_copy]
#[repr(C)]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// What is behind the point, in units of 2^-64.
    pub fraction: u64,
    /// Whole base units.
    pub whole: u64,
}

impl Fixed {
    /// The number of units of 2^-64.
    pub fn bits(self) -> u128 {
        u128::from(self.whole) << 64 | u128::from(self.fraction)
    }

    pub fn from_bits(bits: u128) -> Self {
        Self { fraction: bits as u64, whole: (bits >> 64) as u64 }
    }

    /// `amount / parts`, rounded down to 2^-64; `parts` is not zero.
    pub fn quotient(amount: u64, parts: u64) -> Self {
        Self::from_bits((u128::from(amount) << 64) / u128::from(parts))
    }
}
