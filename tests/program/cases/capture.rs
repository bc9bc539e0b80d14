use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, CaptureArgs, Receivers};
use till_tests::{Actors, Invoice};

fn args(amount: u64) -> CaptureArgs {
    CaptureArgs { amount, ..Default::default() }
}

fn by(a: &Actors, signer: Pubkey, invoice: &Invoice, args: CaptureArgs) -> solana_instruction::Instruction {
    client::capture(signer, &a.vault, invoice.address, args)
}

#[track_caller]
fn refused(a: &mut Actors, invoice: &Invoice, args: CaptureArgs, error: TillError) {
    let operator = a.operator.insecure_clone();
    let instruction = by(a, operator.pubkey(), invoice, args);
    a.world.refused(instruction, &[&operator], error);
}

#[test]
fn into_the_balance_moves_no_token() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let invoice = a.captured(a.terms(1), 25_000_000);
        let (payment, vault) = (a.payment(&invoice), a.vault());
        assert_eq!((payment.capturable, payment.captured, payment.fees), (0, 25_000_000, 250_000));
        assert_eq!((vault.escrowed, vault.balance, vault.fees), (0, 24_750_000, 250_000));
        assert_eq!(a.vault_tokens(), 25_000_000);
    }
}

#[test]
fn partial_repeated_final() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.authorized(a.terms(1));
        let operator = a.operator.pubkey();
        a.by_operator(by(&a, operator, &invoice, args(10_000_001)));
        let payout = CaptureArgs { to: Receivers::payout(a.payout_token), ..args(5_000_000) };
        a.by_operator(by(&a, operator, &invoice, payout));
        let last = CaptureArgs { is_final: true, to: Receivers::payer(a.payer_token), ..args(4_000_000) };
        a.by_operator(by(&a, operator, &invoice, last));

        let (payment, vault) = (a.payment(&invoice), a.vault());
        assert_eq!((payment.capturable, payment.captured), (0, 19_000_001));
        assert_eq!(payment.sequence, 4);
        // 1% of each part, rounded down: 100 000 + 50 000 + 40 000
        assert_eq!((payment.fees, vault.fees), (190_000, 190_000));
        assert_eq!(vault.balance, 10_000_001 - 100_000 + 4_000_000 - 40_000);
        assert_eq!(a.world.balance(&a.payout_token), 4_950_000);
        assert_eq!(a.world.balance(&a.payer_token), before - 19_000_001);
        assert_eq!(a.vault_tokens(), vault.owed().unwrap());
    }
}

#[test]
fn many_small_captures_pay_the_fee_of_one_large_one() {
    let mut a = Actors::on_spl_token();
    let terms = a.terms(1);
    let invoice = a.authorized(till::Terms { amount: 250, ..terms });
    let operator = a.operator.pubkey();
    for amount in [99, 99, 1, 51] {
        let payout = CaptureArgs { to: Receivers::payout(a.payout_token), ..args(amount) };
        a.by_operator(by(&a, operator, &invoice, payout));
    }
    // 1% of 250, rounded down; each part alone would have paid nothing
    assert_eq!((a.payment(&invoice).fees, a.vault().fees), (2, 2));
    assert_eq!(a.world.balance(&a.payout_token), 248);
}

#[test]
fn the_authority_captures_too_and_nobody_else() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let authority = a.authority.insecure_clone();
    let instruction = by(&a, authority.pubkey(), &invoice, args(1));
    a.world.must(instruction, &[&authority]);

    let stranger = a.world.wallet();
    for signer in [stranger, a.payer.insecure_clone(), a.payout_wallet.insecure_clone()] {
        let instruction = by(&a, signer.pubkey(), &invoice, args(1));
        a.world.refused(instruction, &[&signer], TillError::NotMerchant);
    }
}

#[test]
fn another_merchant_cannot_capture() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let (other, thief) = a.register_another_merchant_of_its_own();
    let mut instruction = by(&a, thief.pubkey(), &invoice, args(1));
    instruction.accounts[1].pubkey = other;
    a.world.refused_with(instruction, &[&thief], anchor_lang::error::ErrorCode::ConstraintHasOne);
}

#[test]
fn amounts_are_bounded() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    refused(&mut a, &invoice, args(0), TillError::AmountZero);
    refused(&mut a, &invoice, args(25_000_001), TillError::AmountAboveCapturable);
    refused(&mut a, &invoice, args(u64::MAX), TillError::AmountAboveCapturable);
    let operator = a.operator.pubkey();
    a.by_operator(by(&a, operator, &invoice, args(25_000_000)));
    refused(&mut a, &invoice, args(1), TillError::NothingCapturable);
}

#[test]
fn the_money_goes_to_the_merchant_and_the_rest_to_the_payer() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let stranger = a.world.wallet().pubkey();
    let foreign = a.world.token_account(&a.token.clone(), &stranger);
    let payout = CaptureArgs { to: Receivers::payout(foreign), ..args(5) };
    refused(&mut a, &invoice, payout, TillError::WrongTokenOwner);
    let rest = CaptureArgs { is_final: true, to: Receivers::payer(foreign), ..args(5) };
    refused(&mut a, &invoice, rest, TillError::WrongTokenOwner);
    let missing = CaptureArgs { is_final: true, ..args(5) };
    refused(&mut a, &invoice, missing, TillError::PayerAccountMissing);
    let not_a_token = CaptureArgs { to: Receivers::payout(stranger), ..args(5) };
    refused(&mut a, &invoice, not_a_token, TillError::NotATokenAccount);
}

#[test]
fn a_token_account_of_another_mint_is_not_paid() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let other = a.world.spl_token();
    let wallet = a.payout_wallet.pubkey();
    let foreign = a.world.token_account(&other, &wallet);
    let payout = CaptureArgs { to: Receivers::payout(foreign), ..args(5) };
    refused(&mut a, &invoice, payout, TillError::NotATokenAccount);
}

#[test]
fn until_one_second_before_expiry() {
    for (seconds_before, accepted) in [(1, true), (0, false), (-1, false)] {
        let mut a = Actors::on_spl_token();
        let invoice = a.authorized(a.terms(1));
        a.world.set_time(invoice.terms.authorization_expiry - seconds_before);
        let operator = a.operator.insecure_clone();
        let instruction = by(&a, operator.pubkey(), &invoice, args(1));
        match accepted {
            true => drop(a.world.must(instruction, &[&operator])),
            false => a.world.refused(instruction, &[&operator], TillError::AuthorizationExpired),
        }
    }
}

#[test]
fn a_payout_moves_the_whole_balance_and_anyone_may_call_it() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        a.captured(a.terms(1), 25_000_000);
        a.captured(a.terms(2), 1_000_000);
        let instruction = client::payout(&a.vault, a.payout_token);
        a.world.must(instruction.clone(), &[]);
        assert_eq!(a.world.balance(&a.payout_token), 24_750_000 + 990_000);
        assert_eq!((a.vault().balance, a.vault().fees, a.vault().escrowed), (0, 260_000, 24_000_000));
        a.world.refused(instruction, &[], TillError::NothingToPayOut);
        a.assert_solvent();
    }
}

#[test]
fn a_payout_goes_to_the_payout_wallet_only() {
    let mut a = Actors::on_spl_token();
    a.captured(a.terms(1), 25_000_000);
    let instruction = client::payout(&a.vault, a.payer_token);
    a.world.refused(instruction, &[], TillError::WrongTokenOwner);
}
