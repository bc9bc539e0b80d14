//! The arithmetic of a payment's life against exact rational arithmetic, on the state that the program
//! uses, without the chain around it.

use proptest::prelude::*;
use solana_pubkey::Pubkey;
use till::{CaptureMode, MAX_FEE_BPS, MAX_SPLITS, NewEscrow, Payment, Split, Terms, math};

/// A payment of `amount` under a fee of `fee_bps`, just authorized at time 0.
fn payment(amount: u64, fee_bps: u16, splits: &[Split]) -> Payment {
    let terms = Terms {
        id: [1; 16],
        mint: Pubkey::new_from_array([2; 32]),
        amount,
        authorization_expiry: 100,
        refund_expiry: 200,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: fee_bps,
        protection: None,
        splits: splits.to_vec(),
        salt: 0,
    };
    let terms_hash = terms.hash().expect("valid terms");
    let somebody = Pubkey::new_from_array([3; 32]);
    Payment::authorized(NewEscrow {
        terms: &terms,
        terms_hash,
        vault: somebody,
        payer: somebody,
        rent_payer: somebody,
        fee_bps,
    })
}

fn splits() -> impl Strategy<Value = Vec<Split>> {
    let split = (1u16..=2_500).prop_map(|bps| Split { wallet: Pubkey::new_from_array([4; 32]), bps });
    prop::collection::vec(split, 0..=MAX_SPLITS)
}

/// `amount × bps / 10 000`, exactly, rounded down.
fn exact(amount: u64, bps: u16) -> u128 {
    u128::from(amount) * u128::from(bps) / 10_000
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn a_rate_is_exact_and_rounded_down(amount: u64, bps in 0u16..=10_000) {
        prop_assert_eq!(u128::from(math::bps_of(amount, bps).unwrap()), exact(amount, bps));
    }

    /// However a payment is captured, in whatever parts: the fee is that of the sum, each part is divided
    /// without a remainder, and what is neither captured nor in escrow went back.
    #[test]
    fn captures_divide_without_a_remainder(
        amount in 1u64..,
        fee_bps in 0..=MAX_FEE_BPS,
        splits in splits(),
        parts in prop::collection::vec((1u64.., any::<bool>()), 1..12),
    ) {
        let mut payment = payment(amount, fee_bps, &splits);
        let mut returned = 0;
        for (part, is_final) in parts {
            if payment.capturable == 0 {
                break;
            }
            let part = (part % payment.capturable).max(1);
            let before = payment.fees;
            let is_final = is_final || !splits.is_empty();
            let settlement = payment.capture(part, is_final, &splits, 0).unwrap();
            prop_assert_eq!(settlement.amount, part);
            prop_assert_eq!(settlement.fee + settlement.to_payees + settlement.net, part);
            prop_assert_eq!(settlement.fee, payment.fees - before);
            prop_assert_eq!(u128::from(payment.fees), exact(payment.captured, fee_bps));
            prop_assert_eq!(settlement.to_payees, payment.shared);
            let shares: u128 = splits.iter().map(|split| exact(part - settlement.fee, split.bps)).sum();
            prop_assert_eq!(u128::from(settlement.to_payees), shares);
            returned += settlement.returned;
            prop_assert_eq!(payment.capturable + payment.captured + returned, amount);
        }
    }

    /// Refunds in any parts never exceed what was captured.
    #[test]
    fn refunds_stay_within_what_was_captured(
        amount in 1u64..,
        refunds in prop::collection::vec(any::<u64>(), 1..8),
    ) {
        let mut payment = payment(amount, 100, &[]);
        payment.capture(amount, true, &[], 0).unwrap();
        let mut left = amount;
        for refund in refunds {
            let allowed = refund > 0 && refund <= left;
            prop_assert_eq!(payment.refund(refund, true, 0).is_ok(), allowed);
            left -= if allowed { refund } else { 0 };
            prop_assert_eq!(payment.refundable(), left);
        }
    }
}
