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

/// How `wallet` pays, with at most `gross` leaving its account, and `rent_payer` paying the rent of the payment's. The
/// wallet creates the token accounts of the payees in `without_account`.
pub fn instructions(
    on_chain: &OnChain,
    wallet: Pubkey,
    rent_payer: Pubkey,
    gross: u64,
    without_account: &[Pubkey],
) -> Vec<Instruction> {
    let OnChain { terms, address, vault } = on_chain;
    let token = &vault.token;
    let payer = Payer { rent_payer, ..Payer::wallet(wallet, token, gross) };
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

#[cfg(test)]
mod tests {
    use solana_compute_budget_interface::ComputeBudgetInstruction;
    use till::client::{CampaignKey, ReceiptKey, Token, VaultKey};
    use till::{Split, Terms};

    use super::*;
    use crate::payments::signing;

    /// What fits into one packet of the network, in bytes.
    const MAX_TRANSACTION: usize = 1232;

    /// The bytes of the transaction that charges with so many payees, none of whom has an account, and of one with a
    /// donation that gives a receipt.
    fn size(payees: usize, gives: bool) -> usize {
        let token = Token { mint: Pubkey::new_unique(), program: anchor_spl::token_2022::ID };
        let splits = (0..payees).map(|_| Split { wallet: Pubkey::new_unique(), bps: 1 }).collect();
        let terms = Terms {
            id: [1; 16],
            mint: token.mint,
            amount: 1,
            authorization_expiry: 1,
            refund_expiry: 1,
            capture_mode: CaptureMode::Immediate,
            max_fee_bps: 1,
            protection: None,
            splits,
            salt: 0,
        };
        let merchant = Pubkey::new_unique();
        let (terms, address) = terms.salted(&merchant).unwrap();
        let on_chain = OnChain { terms, address, vault: VaultKey { merchant, token, shard: 0 } };
        let wallet = Pubkey::new_unique();
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_price(1)];
        all.extend(instructions(&on_chain, wallet, wallet, 1, &self::payees(&on_chain)));
        if gives {
            let campaign = CampaignKey { address: Pubkey::new_unique(), token };
            let donor = Payer::wallet(wallet, &token, 1);
            let receipt = ReceiptKey::of(&campaign.address, &wallet);
            all.push(client::donate(&donor, &campaign, Some(receipt), 1));
        }
        let message = signing::message(&wallet, &all, 400_000, Default::default()).unwrap();
        bincode::serialize(&signing::unsigned(message)).unwrap().len()
    }

    #[test]
    fn whatever_can_be_asked_for_fits_into_a_transaction() {
        assert!(size(4, false) <= MAX_TRANSACTION, "{}", size(4, false));
        assert!(size(3, true) <= MAX_TRANSACTION, "{}", size(3, true));
        assert!(size(4, true) > MAX_TRANSACTION, "{}: four payees need not be refused", size(4, true));
    }
}
