use anchor_lang::prelude::*;

/// A burn record's totals after the event. `sequence` numbers a record's burns from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurnTotals {
    pub burned_by_holders: u64,
    pub burned_from_fees: u64,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnRecordOpened {
    pub record: Pubkey,
    pub mint: Pubkey,
    pub decimals: u8,
    pub rent_payer: Pubkey,
}

/// A holder has burned tokens of its own.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burned {
    pub record: Pubkey,
    pub mint: Pubkey,
    pub owner: Pubkey,
    pub owner_token: Pubkey,
    pub amount: u64,
    pub totals: BurnTotals,
}

/// A part of the protocol's fees has been burned.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeesBurned {
    pub record: Pubkey,
    pub mint: Pubkey,
    pub amount: u64,
    pub totals: BurnTotals,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnRecordClosed {
    pub record: Pubkey,
    pub mint: Pubkey,
    pub rent_payer: Pubkey,
    pub totals: BurnTotals,
}
