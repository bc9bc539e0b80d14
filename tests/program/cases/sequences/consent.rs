//! Nobody loses what he has not signed for, and nobody receives what the events do not tell.

use std::collections::BTreeMap;

use solana_pubkey::Pubkey;

use super::books::Played;
use super::snapshot::Snapshot;

pub fn require(played: &Played, wallets: impl Iterator<Item = Pubkey>, before: &Snapshot, after: &Snapshot) {
    let metas = &played.instruction.accounts;
    let signs = |wallet: &Pubkey| metas.iter().any(|meta| meta.is_signer && meta.pubkey == *wallet);

    for wallet in wallets {
        let is_left = after.wallets[&wallet] >= before.wallets[&wallet];
        assert!(is_left || signs(&wallet), "{wallet} loses lamports, and has not signed");
    }
    for (account, held) in &before.tokens {
        let left = after.tokens.get(account).map_or(0, |held| held.amount);
        let is_own = left >= held.amount || signs(&held.owner) || is_ours(played, &held.owner);
        assert!(is_own, "{account} loses tokens, and its owner has not signed");
    }

    let mut told = BTreeMap::<_, i128>::new();
    for (wallet, mint, amount) in &played.model.received {
        *told.entry((*wallet, *mint)).or_default() += i128::from(*amount);
    }
    let mut received = sums(after);
    sums(before).into_iter().for_each(|(key, sum)| *received.entry(key).or_default() -= sum);
    for ((wallet, mint), amount) in received.into_iter().filter(|((wallet, _), _)| !is_ours(played, wallet)) {
        let told = told.remove(&(wallet, mint)).unwrap_or(0);
        let is_right = amount == told || (amount < told && signs(&wallet));
        assert!(is_right, "{wallet} receives {amount} of {mint}, and the events tell {told}");
    }
    assert!(told.values().all(|amount| *amount == 0), "the events tell more than is received: {told:?}");
}

fn is_ours(played: &Played, owner: &Pubkey) -> bool {
    played.model.accounts.contains_key(owner)
}

/// What each wallet has of each mint, with what transfer fees withheld on the way.
fn sums(snapshot: &Snapshot) -> BTreeMap<(Pubkey, Pubkey), i128> {
    let mut sums = BTreeMap::<_, i128>::new();
    for held in snapshot.tokens.values() {
        *sums.entry((held.owner, held.mint)).or_default() += i128::from(held.amount + held.withheld);
    }
    sums
}
