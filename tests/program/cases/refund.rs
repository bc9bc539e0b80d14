use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, RefundSource};
use till_tests::{Actors, Invoice};

fn from_balance(a: &Actors, invoice: &Invoice, amount: u64) -> solana_instruction::Instruction {
    client::refund(a.operator.pubkey(), &a.vault, invoice.address, a.payer_token, None, amount)
}

#[track_caller]
fn refused(a: &mut Actors, invoice: &Invoice, amount: u64, error: TillError) {
    let (instruction, operator) = (from_balance(a, invoice, amount), a.operator.insecure_clone());
    a.world.refused(instruction, &[&operator], error);
}

#[test]
fn partial_and_repeated_from_the_balance() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.captured(a.terms(1), 25_000_000);
        a.captured(a.terms(2), 25_000_000);
        a.by_operator(from_balance(&a, &invoice, 5_000_000));
        a.by_operator(from_balance(&a, &invoice, 20_000_000));
        let (payment, vault) = (a.payment(&invoice), a.vault());
        assert_eq!((payment.captured, payment.refunded), (25_000_000, 25_000_000));
        assert_eq!(vault.balance, 2 * 24_750_000 - 25_000_000);
        assert_eq!(a.world.balance(&a.payer_token), before - 25_000_000);
        refused(&mut a, &invoice, 1, TillError::AmountAboveRefundable);
        a.assert_solvent();
    }
}

#[test]
fn from_a_token_account_whose_owner_signs() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.captured(a.terms(1), 25_000_000);
        a.world.must(client::payout(&a.vault, a.payout_token), &[]);
        let (operator, wallet) = (a.operator.insecure_clone(), a.payout_wallet.insecure_clone());
        let source = Some(RefundSource { token_account: a.payout_token, owner: wallet.pubkey() });
        let instruction =
            client::refund(operator.pubkey(), &a.vault, invoice.address, a.payer_token, source, 5_000_000);
        a.world.must(instruction, &[&operator, &wallet]);
        assert_eq!(a.world.balance(&a.payout_token), 19_750_000);
        assert_eq!(a.world.balance(&a.payer_token), before - 20_000_000);
        assert_eq!(a.vault().balance, 0);
    }
}

#[test]
fn a_source_needs_its_owners_signature() {
    let mut a = Actors::on_spl_token();
    let invoice = a.captured(a.terms(1), 25_000_000);
    let operator = a.operator.insecure_clone();
    let refund =
        |source| client::refund(operator.pubkey(), &a.vault, invoice.address, a.payer_token, source, 1);
    let owner = Pubkey::new_unique();
    let source = Some(RefundSource { token_account: a.payout_token, owner });
    let mut without_owner = refund(source);
    without_owner.accounts.iter_mut().find(|meta| meta.pubkey == owner).unwrap().pubkey = till::ID;
    without_owner
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == till::ID)
        .for_each(|meta| meta.is_signer = false);
    let by_operator = refund(Some(RefundSource { token_account: a.payout_token, owner: operator.pubkey() }));
    a.world.refused(without_owner, &[&operator], TillError::SourceIncomplete);
    a.world.refused(by_operator, &[&operator], TillError::WrongTokenOwner);
}

/// Neither with the payer's signature, nor by a delegate to whom the payer has entrusted an account.
#[test]
fn a_refund_with_the_payers_own_tokens_does_not_count() {
    let mut a = Actors::on_spl_token();
    let invoice = a.captured(a.terms(1), 25_000_000);
    let (operator, payer, token) = (a.operator.insecure_clone(), a.payer.insecure_clone(), a.token);
    let refund = |a: &Actors, owner, to| {
        let source = Some(RefundSource { token_account: a.payer_token, owner });
        client::refund(operator.pubkey(), &a.vault, invoice.address, to, source, 1)
    };
    let by_payer = refund(&a, payer.pubkey(), a.payer_token);
    a.world.refused(by_payer, &[&operator, &payer], TillError::SourceIsPayers);

    let elsewhere = a.world.second_token_account(&token, &payer.pubkey());
    a.world.approve(&token, &a.payer_token, &payer, &operator.pubkey(), 1_000);
    let by_delegate = refund(&a, operator.pubkey(), elsewhere);
    a.world.refused(by_delegate, &[&operator], TillError::WrongTokenOwner);
}

#[test]
fn the_balance_of_the_merchant_is_the_limit_not_the_vault() {
    let mut a = Actors::on_spl_token();
    let invoice = a.captured(a.terms(1), 25_000_000);
    a.authorized(a.terms(2));
    // 24.75 of the balance, although the vault holds 50: the fee and the other escrow are not for refunds
    refused(&mut a, &invoice, 25_000_000, TillError::BalanceTooSmall);
    a.by_operator(from_balance(&a, &invoice, 24_750_000));
    a.assert_solvent();
}

#[test]
fn amounts_and_people_are_bounded() {
    let mut a = Actors::on_spl_token();
    let invoice = a.captured(a.terms(1), 10_000_000);
    refused(&mut a, &invoice, 0, TillError::AmountZero);
    refused(&mut a, &invoice, 10_000_001, TillError::AmountAboveRefundable);
    let payer = a.payer.insecure_clone();
    let instruction = client::refund(payer.pubkey(), &a.vault, invoice.address, a.payer_token, None, 1);
    a.world.refused(instruction, &[&payer], TillError::NotMerchant);
    let operator = a.operator.insecure_clone();
    let instruction = client::refund(operator.pubkey(), &a.vault, invoice.address, a.payout_token, None, 1);
    a.world.refused(instruction, &[&operator], TillError::WrongTokenOwner);
}

#[test]
fn until_one_second_before_expiry() {
    for (seconds_before, accepted) in [(1, true), (0, false), (-1, false)] {
        let mut a = Actors::on_spl_token();
        let invoice = a.captured(a.terms(1), 10_000_000);
        a.world.set_time(invoice.terms.refund_expiry - seconds_before);
        match accepted {
            true => a.by_operator(from_balance(&a, &invoice, 1)),
            false => refused(&mut a, &invoice, 1, TillError::RefundExpired),
        }
    }
}
