//! What happened, as self-CPI instruction data: complete enough to rebuild every account from
//! events alone. Amounts are base units, times unix seconds. What is paid out or given back is told as
//! it left the vault: a mint with a transfer fee delivers less.

use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed;
use anchor_lang::Event;

use crate::Terms;

/// Room for the largest event, so that its bytes are written once and never moved.
const LARGEST: usize = 512;
const AUTHORITY_SEED: &[u8] = b"__event_authority";

/// What `emit_cpi!` does, byte for byte, with the data written once instead of collected byte by byte.
pub fn emit<E: Event>(authority: &AccountInfo, event: &E) -> Result<()> {
    let mut data = Vec::with_capacity(LARGEST);
    data.extend_from_slice(EVENT_IX_TAG_LE);
    data.extend_from_slice(E::DISCRIMINATOR);
    event.serialize(&mut data)?;
    let accounts = vec![AccountMeta::new_readonly(*authority.key, true)];
    let instruction = Instruction { program_id: crate::ID, accounts, data };
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, &[crate::EVENT_AUTHORITY_AND_BUMP.1]];
    invoke_signed(&instruction, std::slice::from_ref(authority), &[seeds]).map_err(Into::into)
}

/// A vault's balances after the event. `sequence` numbers a vault's changes without a gap.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultBalances {
    pub escrowed: u64,
    pub balance: u64,
    pub fees: u64,
    pub sequence: u64,
}

/// A payment's amounts after the event. `sequence` numbers a payment's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentBalances {
    pub capturable: u64,
    pub captured: u64,
    pub refunded: u64,
    pub fees: u64,
    pub sequence: u32,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolInitialized {
    pub admin: Pubkey,
    pub guardian: Pubkey,
    pub treasury: Pubkey,
    pub fee_bps: u16,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantRegistered {
    pub merchant: Pubkey,
    pub founder: Pubkey,
    pub index: u16,
    pub authority: Pubkey,
    pub operator: Pubkey,
    pub payout_wallet: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultOpened {
    pub vault: Pubkey,
    pub merchant: Pubkey,
    pub mint: Pubkey,
    pub vault_token: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub shard: u16,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOut {
    pub merchant: Pubkey,
    pub vault_address: Pubkey,
    pub payout_token: Pubkey,
    /// What left the vault.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub vault: VaultBalances,
}

/// Which payment an event is about.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentRef {
    pub payment: Pubkey,
    pub merchant: Pubkey,
    pub vault: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentAuthorized {
    pub about: PaymentRef,
    pub payer: Pubkey,
    pub rent_payer: Pubkey,
    pub terms: Terms,
    /// The protocol's fee that this payment keeps, in basis points.
    pub fee_bps: u16,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCharged {
    pub about: PaymentRef,
    pub payer: Pubkey,
    pub rent_payer: Pubkey,
    pub terms: Terms,
    pub fee_bps: u16,
    pub fee: u64,
    pub net: u64,
    /// The token account that was paid, or nothing when the vault's balance was credited.
    pub payout_token: Option<Pubkey>,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCaptured {
    pub about: PaymentRef,
    /// The whole amount captured: fee and net.
    pub amount: u64,
    pub fee: u64,
    pub net: u64,
    /// The rest that a final capture gave back to the payer.
    pub returned: u64,
    pub is_final: bool,
    /// The token account that was paid, or nothing when the vault's balance was credited.
    pub payout_token: Option<Pubkey>,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentVoided {
    pub about: PaymentRef,
    pub amount: u64,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReclaimed {
    pub about: PaymentRef,
    pub amount: u64,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRefunded {
    pub about: PaymentRef,
    /// What the payer received.
    pub amount: u64,
    /// What was sent for it: more than `amount` when the mint charges a transfer fee.
    pub sent: u64,
    /// The token account that paid, or nothing when it was the merchant's balance in the vault.
    pub source: Option<Pubkey>,
    pub payer_token: Pubkey,
    pub payment: PaymentBalances,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentClosed {
    pub about: PaymentRef,
    pub rent_payer: Pubkey,
    pub payment: PaymentBalances,
}
