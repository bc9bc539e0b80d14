//! Payments do not wait for each other: of two merchants, or of two shards of one, no two instructions
//! write the same account.

use solana_instruction::AccountMeta;
use till_tests::{Cast, Stage};

use crate::constraints::{INSTRUCTIONS, Idl};

const OURS: Cast = Cast::OURS;
const OTHER_MERCHANT: Cast = Cast { side: 1, customer: 1, ..OURS };
const OTHER_SHARD: Cast = Cast { customer: 1, part: 1, ..OURS };

/// The accounts that a payment instruction writes for both casts, although it must.
fn written_for_both(other: Cast) -> Vec<String> {
    let idl = Idl::read();
    let of_payments = INSTRUCTIONS.iter().filter(|(_, capability, _)| *capability == "payment");
    let shared = of_payments.flat_map(|(name, _, spec)| {
        let mut stage = Stage::new();
        let [ours, others] = [OURS, other].map(|cast| (spec().build)(&mut stage, &cast).accounts);
        let is_shared = |meta: &AccountMeta| {
            meta.is_writable && others.iter().any(|other| other.is_writable && other.pubkey == meta.pubkey)
        };
        // optional accounts are written by choice, and so are those of the payees, which the terms name:
        // who leaves them out shares nothing
        let accounts = idl.instructions[*name].accounts.iter();
        let shared = accounts.zip(&ours).filter(|(account, meta)| !account.is_optional && is_shared(meta));
        shared.map(|(account, _)| format!("{name}: {}", account.name)).collect::<Vec<_>>()
    });
    shared.collect()
}

#[test]
fn two_merchants_payments_write_nothing_in_common() {
    assert_eq!(written_for_both(OTHER_MERCHANT), [""; 0]);
}

#[test]
fn two_shards_of_a_merchant_have_payments_that_write_nothing_in_common() {
    assert_eq!(written_for_both(OTHER_SHARD), [""; 0]);
}
