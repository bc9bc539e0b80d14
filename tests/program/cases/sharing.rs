//! Payments do not wait for each other: of two merchants, or of two shards of one, no two instructions
//! write the same account.

use solana_pubkey::Pubkey;
use till_tests::{Cast, Stage};

use crate::constraints::{INSTRUCTIONS, Idl};

const OURS: Cast = Cast::OURS;
const OTHER_MERCHANT: Cast = Cast { side: 1, customer: 1, ..OURS };
const OTHER_SHARD: Cast = Cast { customer: 1, part: 1, ..OURS };

/// The names of the accounts that every payment instruction writes for both casts.
fn written_for_both(other: Cast) -> Vec<(&'static str, String)> {
    let idl = Idl::read();
    let of_payments = INSTRUCTIONS.iter().filter(|(_, capability, _)| *capability == "payment");
    let shared = of_payments.flat_map(|(name, _, spec)| {
        let mut stage = Stage::new();
        let build = spec().build;
        let mut written = |cast: &Cast| -> Vec<(usize, Pubkey)> {
            let metas = build(&mut stage, cast).accounts.into_iter().enumerate();
            metas.filter(|(_, meta)| meta.is_writable).map(|(index, meta)| (index, meta.pubkey)).collect()
        };
        let (ours, others) = (written(&OURS), written(&other));
        let is_shared = move |account: &Pubkey| others.iter().any(|(_, other)| other == account);
        let accounts = &idl.instructions[*name].accounts;
        let shared = ours.into_iter().filter(move |(_, account)| is_shared(account));
        // an optional account is written by choice: who leaves it out shares nothing
        let required =
            shared.filter(|(index, _)| accounts.get(*index).is_none_or(|account| !account.is_optional));
        required.map(|(index, _)| (*name, accounts.get(index).map_or(index.to_string(), |a| a.name.clone())))
    });
    shared.collect()
}

#[test]
fn two_merchants_payments_write_nothing_in_common() {
    assert_eq!(written_for_both(OTHER_MERCHANT), []);
}

#[test]
fn two_shards_of_a_merchant_have_payments_that_write_nothing_in_common() {
    assert_eq!(written_for_both(OTHER_SHARD), []);
}
