//! What is read out of accounts that others own: token accounts and mints.

use anchor_spl::token_2022::spl_token_2022::extension::{
    BaseStateWithExtensions, StateWithExtensions, transfer_fee::TransferFeeConfig,
};
use anchor_spl::token_2022::spl_token_2022::state::{Account, Mint};
use anchor_spl::{token, token_2022};
use solana_pubkey::Pubkey;

/// What a wallet can pay with.
#[derive(Clone, Debug)]
pub struct Purse {
    pub lamports: u64,
    pub tokens: Vec<Holding>,
    /// Whether an account of the payment exists already, which the indexer may not have seen yet.
    pub is_paid: bool,
}

/// What a wallet has of one token.
#[derive(Clone, Debug)]
pub struct Holding {
    /// What its associated token account holds in base units; nothing when there is no such account.
    pub tokens: Option<u64>,
    /// The transfer fee of the mint, if it has one.
    pub mint_fee: Option<MintFee>,
}

impl Holding {
    /// What must leave the wallet for exactly `net` base units to arrive; `epoch` is the present one, where the mint
    /// has a fee.
    pub fn gross(&self, epoch: Option<u64>, net: u64) -> anyhow::Result<u64> {
        let Some((fee, epoch)) = self.mint_fee.as_ref().zip(epoch) else { return Ok(net) };
        fee.gross(epoch, net).ok_or_else(|| anyhow::anyhow!("the transfer fee of {net} cannot be computed"))
    }
}

/// A Token-2022 mint's fee on every transfer.
#[derive(Clone, Debug)]
pub struct MintFee(TransferFeeConfig);

impl MintFee {
    /// What must leave the payer for exactly `net` base units to arrive in this epoch.
    pub fn gross(&self, epoch: u64, net: u64) -> Option<u64> {
        till::token::gross_under(&self.0, epoch, net).ok()
    }
}

/// A mint of one of the two token programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MintAccount {
    pub program: Pubkey,
    pub decimals: u8,
    /// In base units.
    pub supply: u64,
}

impl MintAccount {
    /// What an account with this owner and data says of itself, if it is a mint.
    pub fn read(owner: &Pubkey, data: &[u8]) -> Option<Self> {
        if !is_mint(owner, data) {
            return None;
        }
        let state = StateWithExtensions::<Mint>::unpack(data).ok()?;
        Some(Self { program: *owner, decimals: state.base.decimals, supply: state.base.supply })
    }
}

/// Whether an account is a mint of one of the two token programs.
pub fn is_mint(owner: &Pubkey, data: &[u8]) -> bool {
    [token::ID, token_2022::ID].contains(owner) && StateWithExtensions::<Mint>::unpack(data).is_ok()
}

pub fn token_amount(data: &[u8]) -> Option<u64> {
    StateWithExtensions::<Account>::unpack(data).ok().map(|state| state.base.amount)
}

pub fn mint_fee(data: &[u8]) -> Option<MintFee> {
    let state = StateWithExtensions::<Mint>::unpack(data).ok()?;
    state.get_extension::<TransferFeeConfig>().ok().copied().map(MintFee)
}
