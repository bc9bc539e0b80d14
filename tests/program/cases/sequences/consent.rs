//! Nobody loses what he has not signed for, and nobody receives what the events do not tell.

use std::collections::BTreeMap;

use solana_pubkey::Pubkey;

use super::books::Played;
use super::fees;
use super::people::name;
use super::snapshot::Snapshot;

/// `wallets` are all that can sign; what the program's own accounts hold is checked elsewhere.
pub fn require(played: &Played, wallets: &BTreeMap<Pubkey, u64>, before: &Snapshot, after: &Snapshot) {
    let metas = &played.instruction.accounts;
    let signs = |wallet: &Pubkey| metas.iter().any(|meta| meta.is_signer && meta.pubkey == *wallet);

    for wallet in wallets.keys().filter(|wallet| !signs(wallet)) {
        let (had, has) = (before.wallets[wallet], after.wallets[wallet]);
        assert!(has >= had, "{} loses lamports, and has not signed", name(wallet));
    }
    for (account, held) in &before.tokens {
        let is_free = wallets.contains_key(&held.owner) && !signs(&held.owner);
        let is_less = after.tokens_at(account) < held.amount;
        assert!(!(is_free && is_less), "{} loses tokens, and has not signed", name(&held.owner));
    }

    let mut told = BTreeMap::<_, i128>::new();
    for (wallet, mint, amount) in &played.model.received {
        *told.entry((*wallet, *mint)).or_default() += i128::from(*amount);
    }
    let harvested = fees::harvested(played.instruction);
    let mut received = sums(after, &[]);
    sums(before, &harvested).into_iter().for_each(|(key, sum)| *received.entry(key).or_default() -= sum);
    for ((wallet, mint), amount) in received.into_iter().filter(|((owner, _), _)| wallets.contains_key(owner))
    {
        let told = told.remove(&(wallet, mint)).unwrap_or(0);
        let is_right = amount == told || (amount < told && signs(&wallet));
        assert!(is_right, "{} receives {amount} of {mint}, and the events tell {told}", name(&wallet));
    }
    assert!(told.values().all(|amount| *amount == 0), "the events tell more than is received: {told:?}");
}

/// What each owner has of each mint, with what transfer fees withheld on the way: that was never the
/// owner's, and anybody may harvest it.
fn sums(snapshot: &Snapshot, harvested: &[Pubkey]) -> BTreeMap<(Pubkey, Pubkey), i128> {
    let mut sums = BTreeMap::<_, i128>::new();
    for (account, held) in &snapshot.tokens {
        let withheld = if harvested.contains(account) { 0 } else { held.withheld };
        *sums.entry((held.owner, held.mint)).or_default() += i128::from(held.amount + withheld);
    }
    sums
}
