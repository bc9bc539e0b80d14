use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::{build, Token, VaultKey};
use crate::{accounts, instruction, pda, Terms, ID};

/// Who pays into an escrow: the wallet, its token account, who pays the rent, and how much may leave
/// the token account at most, in base units: the amount, or more under a mint with a transfer fee.
#[derive(Clone, Copy, Debug)]
pub struct Payer {
    pub wallet: Pubkey,
    pub token_account: Pubkey,
    pub rent_payer: Pubkey,
    pub max_sent: u64,
}

impl Payer {
    /// A wallet that pays everything itself from its associated token account.
    pub fn wallet(wallet: Pubkey, token: &Token, max_sent: u64) -> Self {
        Self { wallet, token_account: token.account_of(&wallet), rent_payer: wallet, max_sent }
    }
}

fn escrow(payer: &Payer, vault: &VaultKey, payment: Pubkey) -> accounts::Escrow {
    accounts::Escrow {
        payer: payer.wallet,
        rent_payer: payer.rent_payer,
        protocol: pda::protocol().0,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token: payer.token_account,
        payment,
        token_program: vault.token.program,
        system_program: system_program::ID,
    }
}

/// `payment` is [`Terms::address`].
pub fn authorize(payer: &Payer, vault: &VaultKey, payment: Pubkey, terms: Terms) -> Instruction {
    let accounts = accounts::Authorize {
        escrow: escrow(payer, vault, payment),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Authorize { terms, max_sent: payer.max_sent })
}

/// `payout_token`: pay the merchant at once, to a token account of its payout wallet.
pub fn charge(
    payer: &Payer,
    vault: &VaultKey,
    payment: Pubkey,
    payout_token: Option<Pubkey>,
    terms: Terms,
) -> Instruction {
    let accounts = accounts::Charge {
        escrow: escrow(payer, vault, payment),
        merchant: vault.merchant,
        payout_token,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Charge { terms, max_sent: payer.max_sent })
}

/// What a capture is to do. Amounts are base units.
#[derive(Clone, Copy, Debug)]
pub struct CaptureArgs {
    pub amount: u64,
    /// Gives what is left to the payer; `payer_token` is needed then.
    pub is_final: bool,
    /// Pays the merchant at once, to a token account of its payout wallet.
    pub payout_token: Option<Pubkey>,
    /// A token account of the payer.
    pub payer_token: Option<Pubkey>,
}

/// `signer` is the merchant's authority or operator.
pub fn capture(signer: Pubkey, vault: &VaultKey, payment: Pubkey, args: CaptureArgs) -> Instruction {
    let accounts = accounts::Capture {
        signer,
        merchant: vault.merchant,
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token: args.payout_token,
        payer_token: args.payer_token,
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Capture { amount: args.amount, is_final: args.is_final })
}

fn give_back(vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> accounts::GiveBack {
    accounts::GiveBack {
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token,
        token_program: vault.token.program,
    }
}

/// `signer` is the merchant's authority or operator.
pub fn void(signer: Pubkey, vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> Instruction {
    let accounts = accounts::Void {
        signer,
        merchant: vault.merchant,
        escrow: give_back(vault, payment, payer_token),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Void {})
}

pub fn reclaim(vault: &VaultKey, payment: Pubkey, payer_token: Pubkey) -> Instruction {
    let accounts = accounts::Reclaim {
        escrow: give_back(vault, payment, payer_token),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Reclaim {})
}

/// A token account that pays a refund, and its owner, who signs.
#[derive(Clone, Copy, Debug)]
pub struct RefundSource {
    pub token_account: Pubkey,
    pub owner: Pubkey,
}

/// `signer` is the merchant's authority or operator. Without a `source` the merchant's balance in
/// the vault pays.
pub fn refund(
    signer: Pubkey,
    vault: &VaultKey,
    payment: Pubkey,
    payer_token: Pubkey,
    source: Option<RefundSource>,
    amount: u64,
) -> Instruction {
    let accounts = accounts::Refund {
        signer,
        merchant: vault.merchant,
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payer_token,
        source: source.map(|source| source.token_account),
        source_owner: source.map(|source| source.owner),
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Refund { amount })
}

pub fn close_payment(payment: Pubkey, vault: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::ClosePayment {
        payment,
        vault,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClosePayment {})
}
