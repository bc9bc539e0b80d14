//! Nobody loses what he has not signed for, and nobody receives what the events do not tell.

use std::collections::{BTreeMap, BTreeSet};

use solana_pubkey::Pubkey;

use super::books::Played;
use super::fees;
use super::people::name;
use super::snapshot::{Snapshot, written};

/// `wallets` are all that can sign; what the program's own accounts hold is checked elsewhere.
pub fn require(played: &Played, wallets: &BTreeMap<Pubkey, u64>, before: &Snapshot, after: &Snapshot) {
    let metas = &played.instruction.accounts;
    let signs = |wallet: &Pubkey| metas.iter().any(|meta| meta.is_signer && meta.pubkey == *wallet);
    let is_bound = |wallet: &Pubkey| wallets.contains_key(wallet) && !signs(wallet);

    // what transfer fees withheld was never the owner's, and anybody may harvest it
    let harvested = fees::harvested(played.instruction);
    let mut received = BTreeMap::<_, i128>::new();
    for address in written(played.instruction).collect::<BTreeSet<_>>() {
        let is_less = after.lamports(&address) < before.lamports(&address);
        assert!(!is_less || !is_bound(&address), "{} loses lamports, and has not signed", name(&address));

        let [had, has] = [before, after].map(|snapshot| snapshot.held(&address));
        let is_less = has.map_or(0, |held| held.amount) < had.map_or(0, |held| held.amount);
        let is_bound = had.is_some_and(|held| is_bound(&held.owner));
        assert!(!is_less || !is_bound, "{address} loses tokens, and its owner has not signed");

        for (held, sign) in [(had, -1), (has, 1)].into_iter().filter_map(|(held, sign)| Some((held?, sign))) {
            let is_harvested = sign < 0 && harvested.contains(&address);
            let all = i128::from(held.amount + if is_harvested { 0 } else { held.withheld });
            *received.entry((held.owner, held.mint)).or_default() += sign * all;
        }
    }

    let mut told = BTreeMap::<_, i128>::new();
    for (wallet, mint, amount) in played.model.received.iter().filter(|(_, _, amount)| *amount > 0) {
        *told.entry((*wallet, *mint)).or_default() += i128::from(*amount);
    }
    for ((wallet, mint), amount) in received.into_iter().filter(|((owner, _), _)| wallets.contains_key(owner))
    {
        let told = told.remove(&(wallet, mint)).unwrap_or(0);
        let is_right = amount == told || (amount < told && signs(&wallet));
        assert!(is_right, "{} receives {amount} of {mint}, and the events tell {told}", name(&wallet));
    }
    assert!(told.is_empty(), "the events tell of more than is received: {told:?}");
}
