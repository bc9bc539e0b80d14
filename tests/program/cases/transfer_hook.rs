//! A transfer hook that is switched on while money is in escrow: nothing more comes in, everything gets
//! out with the accounts that the hook asks for.

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::{Pubkey, pubkey};
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers, RefundSource};
use till::{CaptureMode, Terms, TillError};
use till_tests::{Actors, Extension, World};

/// A program that is content with whatever it is called with.
const HOOK: Pubkey = pubkey!("ComputeBudget111111111111111111111111111111");

fn with_hookable_mint() -> Actors {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferHook]);
    Actors::allowing(world, token, Extension::TransferHook.bit())
}

fn for_the_hook(mut instruction: Instruction) -> Instruction {
    instruction.accounts.push(AccountMeta::new_readonly(HOOK, false));
    instruction
}

#[test]
fn a_hook_of_no_program_is_as_good_as_none() {
    let mut a = with_hookable_mint();
    let invoice = a.captured(a.terms(1), 10_000_000);
    a.world.must(client::payout(&a.vault, a.payout_token), &[]);
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, invoice.address, a.payer_token), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 9_900_000);
    assert_eq!(a.vault_tokens(), a.vault().fees);
}

#[test]
fn a_hook_that_is_switched_on_stops_new_payments() {
    let mut a = with_hookable_mint();
    let (token, payer, by) = (a.token, a.payer.insecure_clone(), a.payer());
    a.world.set_hook(&token, Some(HOOK));
    let invoice = a.invoice(a.terms(1));
    let authorize = client::authorize(&by, &a.vault, invoice.address, invoice.terms);
    a.world.refused(for_the_hook(authorize.clone()), &[&payer], TillError::TransferHookActive);
    let at_once = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(1) });
    let charge = client::charge(&by, &a.vault, at_once.address, &Receivers::default(), at_once.terms);
    a.world.refused(for_the_hook(charge), &[&payer], TillError::TransferHookActive);
    a.world.set_hook(&token, None);
    a.world.must(authorize, &[&payer]);
}

#[test]
fn every_way_out_hands_on_what_the_hook_asks_for() {
    let mut a = with_hookable_mint();
    let (voided, reclaimed) = (a.authorized(a.terms(1)), a.authorized(a.terms(2)));
    let (captured, refunded) = (a.authorized(a.terms(3)), a.captured(a.terms(4), 20_000_000));
    let (token, operator, wallet) = (a.token, a.operator.insecure_clone(), a.payout_wallet.insecure_clone());
    a.world.fund(&token, &wallet.pubkey(), 1_000_000);
    a.world.set_hook(&token, Some(HOOK));
    a.world.set_time(reclaimed.terms.authorization_expiry - 1);

    let (key, vault, payer_token, payout_token) = (operator.pubkey(), a.vault, a.payer_token, a.payout_token);
    let args = CaptureArgs {
        amount: 5_000_000,
        is_final: true,
        to: Receivers::payout_and_payer(payout_token, payer_token),
        terms: None,
    };
    let source = RefundSource { token_account: payout_token, owner: wallet.pubkey() };
    let ways_out = [
        client::void(key, &vault, voided.address, payer_token),
        client::capture(key, &vault, captured.address, args),
        client::refund(key, &vault, refunded.address, payer_token, None, 1_000_000),
        client::refund(key, &vault, refunded.address, payer_token, Some(source), 1_000_000),
        client::payout(&vault, payout_token),
        client::reclaim(&vault, reclaimed.address, payer_token),
    ];
    for (step, instruction) in ways_out.into_iter().enumerate() {
        if step == 5 {
            a.world.set_time(reclaimed.terms.authorization_expiry);
        }
        let signers = [&operator, &wallet];
        let signers: Vec<_> = signers
            .into_iter()
            .filter(|key| instruction.accounts.iter().any(|m| m.is_signer && m.pubkey == key.pubkey()))
            .collect();
        assert!(
            a.world.send(std::slice::from_ref(&instruction), &signers).is_err(),
            "the hook is called for"
        );
        a.world.must(for_the_hook(instruction), &signers);
    }
}

/// Tokens that a stranger has sent to the vault have to leave it before it can be closed.
#[test]
fn a_vault_is_closed_under_an_active_hook() {
    let mut a = with_hookable_mint();
    let (token, vault) = (a.token, a.vault.address());
    a.world.fund(&token, &vault, 1_000);
    a.world.set_hook(&token, Some(HOOK));
    let close = client::close_vault(a.authority.pubkey(), &a.vault, a.payout_token, a.operator.pubkey());
    a.by_authority(for_the_hook(close));
    assert_eq!(a.world.balance(&a.payout_token), 1_000);
}
