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

/// `to.payer_token` is not used: a charge gives nothing back.
pub fn charge(payer: &Payer, vault: &VaultKey, payment: Pubkey, to: &Receivers, terms: Terms) -> Instruction {
    let accounts = accounts::Charge {
        escrow: escrow(payer, vault, payment),
        merchant: vault.merchant,
        payout_token: to.payout_token,
        event_authority: pda::event_authority(),
        program: ID,
    };
    with_payees(build(accounts, instruction::Charge { terms, max_sent: payer.max_sent }), &to.payees)
}

/// Where the money of a settlement goes.
#[derive(Clone, Debug, Default)]
pub struct Receivers {
    /// Pays the merchant at once, to a token account of its payout wallet.
    pub payout_token: Option<Pubkey>,
    /// A token account of the payer, for what is given back.
    pub payer_token: Option<Pubkey>,
    /// Token accounts of the payees, in the order of the splits.
    pub payees: Vec<Pubkey>,
}

impl Receivers {
    /// The merchant is paid at once, to this token account.
    pub fn payout(payout_token: Pubkey) -> Self {
        Self { payout_token: Some(payout_token), ..Self::default() }
    }

    /// What is given back goes to this token account of the payer.
    pub fn payer(payer_token: Pubkey) -> Self {
        Self { payer_token: Some(payer_token), ..Self::default() }
    }

    pub fn payout_and_payer(payout_token: Pubkey, payer_token: Pubkey) -> Self {
        Self { payer_token: Some(payer_token), ..Self::payout(payout_token) }
    }
}

/// What a capture is to do. Amounts are base units.
#[derive(Clone, Debug, Default)]
pub struct CaptureArgs {
    pub amount: u64,
    /// Gives what is left to the payer, whose token account is needed then.
    pub is_final: bool,
    pub to: Receivers,
    /// Needed when they have splits.
    pub terms: Option<Terms>,
}

fn settle(vault: &VaultKey, payment: Pubkey, to: &Receivers) -> accounts::Settle {
    accounts::Settle {
        merchant: vault.merchant,
        payment,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token: to.payout_token,
        payer_token: to.payer_token,
        token_program: vault.token.program,
    }
}

fn with_payees(mut instruction: Instruction, payees: &[Pubkey]) -> Instruction {
    instruction.accounts.extend(payees.iter().map(|payee| AccountMeta::new(*payee, false)));
    instruction
}

/// `signer` is the merchant's authority or operator.
pub fn capture(signer: Pubkey, vault: &VaultKey, payment: Pubkey, args: CaptureArgs) -> Instruction {
    let accounts = accounts::Capture {
        signer,
        settle: settle(vault, payment, &args.to),
        event_authority: pda::event_authority(),
        program: ID,
    };
    let CaptureArgs { amount, is_final, to, terms } = args;
    with_payees(build(accounts, instruction::Capture { amount, is_final, terms }), &to.payees)
}

/// `terms` are needed when they have splits.
pub fn release(
    payer: Pubkey,
    vault: &VaultKey,
    payment: Pubkey,
    to: &Receivers,
    terms: Option<Terms>,
) -> Instruction {
    let accounts = accounts::Release {
        payer,
        settle: settle(vault, payment, to),
        event_authority: pda::event_authority(),
        program: ID,
    };
    with_payees(build(accounts, instruction::Release { terms }), &to.payees)
}

pub fn dispute(payer: Pubkey, vault: &VaultKey, payment: Pubkey, terms: Terms) -> Instruction {
    let accounts = accounts::Dispute {
        payer,
        payment,
        vault: vault.address(),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Dispute { terms })
}

/// `arbiter` is the one that the terms name; `amount` is what the merchant is given of the escrow.
pub fn resolve(
    arbiter: Pubkey,
    vault: &VaultKey,
    payment: Pubkey,
    amount: u64,
    to: &Receivers,
    terms: Terms,
) -> Instruction {
    let accounts = accounts::Resolve {
        arbiter,
        settle: settle(vault, payment, to),
        event_authority: pda::event_authority(),
        program: ID,
    };
    with_payees(build(accounts, instruction::Resolve { amount, terms }), &to.payees)
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
