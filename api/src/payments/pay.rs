//! The instructions by which a wallet pays.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::CaptureMode;
use till::client::{self, Payer, Receivers};

use super::terms::OnChain;

/// The wallets that are paid in the moment of payment: of what is charged at once, those of its splits.
pub fn payees(on_chain: &OnChain) -> Vec<Pubkey> {
    match on_chain.terms.capture_mode {
        CaptureMode::Immediate => on_chain.terms.splits.iter().map(|split| split.wallet).collect(),
        CaptureMode::Manual => Vec::new(),
    }
}

/// How `wallet` pays, with at most `gross` leaving its account. It creates the token accounts of the payees in
/// `without_account`.
pub fn instructions(
    on_chain: &OnChain,
    wallet: Pubkey,
    gross: u64,
    without_account: &[Pubkey],
) -> Vec<Instruction> {
    let OnChain { terms, address, vault } = on_chain;
    let token = &vault.token;
    let payer = Payer::wallet(wallet, token, gross);
    let mut instructions: Vec<Instruction> = without_account
        .iter()
        .map(|payee| create_associated_token_account_idempotent(&wallet, payee, &token.mint, &token.program))
        .collect();
    instructions.push(match terms.capture_mode {
        CaptureMode::Manual => client::authorize(&payer, vault, *address, terms.clone()),
        CaptureMode::Immediate => {
            let accounts = payees(on_chain).iter().map(|payee| token.account_of(payee)).collect();
            let to = Receivers { payees: accounts, ..Receivers::default() };
            client::charge(&payer, vault, *address, &to, terms.clone())
        }
    });
    instructions
}
