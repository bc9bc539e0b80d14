//! Fees, and what a merchant's accounts cost.

use solana_signer::Signer;
use till::client;
use till_tests::{AMOUNT, Actors, Extension, World};

use super::*;

/// Everything leaves the vault that does so without the merchant: a balance, fees, a payment's rent.
fn empty(a: &mut Actors) {
    let invoice = a.captured(a.terms(1), AMOUNT);
    only_the_merchants_authority_is_left(a);
    a.world.set_time(invoice.terms.refund_expiry);
    let close = client::close_payment(invoice.address, a.vault.address(), a.payer.pubkey());
    let sweep = a.sweep();
    for instruction in [client::payout(&a.vault, a.payout_token), sweep, close] {
        a.world.must(instruction, &[]);
    }
}

#[test]
fn w11_fees_go_to_the_treasury() {
    for mut a in everyone() {
        let fees = a.earn_fees(1);
        everybody_falls_silent(&mut a);
        let sweep = a.sweep();
        a.world.must(sweep, &[]);
        let treasury_token = a.treasury_token(&a.token.clone());
        assert_eq!((a.world.balance(&treasury_token), a.vault_tokens()), (fees, AMOUNT - fees));
    }
}

/// One percent, on top of what the escrow got; the transfer to the treasury bears the fee again.
#[test]
fn w12_withheld_transfer_fees_go_to_the_treasury() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let mut a = Actors::with(world, token);
    a.give_withheld_fees_to_the_protocol(&token);
    a.authorized(a.terms(1));
    everybody_falls_silent(&mut a);
    let (treasury_token, lender) = (a.treasury_token(&token), a.world.wallet());
    let lamports = a.world.lamports(&lender.pubkey());
    let distribution = client::distribution(&a.protocol(), &token, treasury_token);
    let withheld_in = [a.vault.token_account()];
    let harvest = client::harvest_fees(lender.pubkey(), distribution, &withheld_in);
    a.world.must(harvest, &[&lender]);
    assert_eq!((a.world.balance(&treasury_token), a.world.withheld(&treasury_token)), (250_000, 2_526));
    assert_eq!((a.vault_tokens(), a.world.withheld(&withheld_in[0])), (AMOUNT, 0));
    assert_eq!(a.world.lamports(&lender.pubkey()), lamports);
}

/// The operator opened it, and gets the rent without a key.
#[test]
fn w13_the_rent_of_a_vault_goes_back_to_who_paid_it() {
    for mut a in everyone() {
        let (rent_payer, token) = (a.operator.pubkey(), a.token);
        let accounts = [a.vault.address(), a.vault.token_account()];
        let rent = accounts.map(|account| a.world.lamports(&account)).iter().sum::<u64>();
        let before = a.world.lamports(&rent_payer);
        empty(&mut a);
        a.world.fund(&token, &accounts[0], 77);
        let close = client::close_vault(a.authority.pubkey(), &a.vault, a.payout_token, rent_payer);
        a.by_authority(close);
        assert_eq!(a.world.lamports(&rent_payer), before + rent);
        assert_eq!(accounts.map(|account| a.world.lamports(&account)), [0, 0]);
        assert_eq!(a.world.balance(&a.payout_token), AMOUNT / 100 * 99 + 77);
    }
}

#[test]
fn w14_the_rent_of_a_merchant_goes_back_to_who_paid_it() {
    for mut a in everyone() {
        let (authority, operator) = (a.authority.pubkey(), a.operator.pubkey());
        let (before, rent) = (a.world.lamports(&authority), a.world.lamports(&a.vault.merchant));
        empty(&mut a);
        let close_vault = client::close_vault(authority, &a.vault, a.payout_token, operator);
        a.by_authority(close_vault);
        a.by_authority(client::close_merchant(authority, a.vault.merchant, authority));
        assert_eq!(a.world.lamports(&authority), before + rent);
        assert_eq!(a.world.lamports(&a.vault.merchant), 0);
    }
}
