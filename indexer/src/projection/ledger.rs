//! Double entry: what an event moves, as lines that sum to zero.

use solana_pubkey::Pubkey;
use till::events::SettledParts;
use till_store::chain::{Account, EventKey, LedgerLine};

/// An amount into an account, or out of it (negative).
pub type Entry = (Account, i128);

pub fn into(account: Account, amount: u64) -> Entry {
    (account, amount.into())
}

pub fn out_of(account: Account, amount: u64) -> Entry {
    (account, -i128::from(amount))
}

/// The same amount out of one and into the other.
pub fn moved(from: Account, to: Account, amount: u64) -> Vec<Entry> {
    vec![out_of(from, amount), into(to, amount)]
}

/// Captured money of `from`: the protocol's fee, each payee's share, the merchant's net; and what went
/// back to the payer.
pub fn settled(from: Account, parts: &SettledParts) -> Vec<Entry> {
    use Account::*;
    let paid_to = if parts.payout_token.is_some() { External } else { Balance };
    let mut entries = vec![out_of(from, parts.amount), into(Fees, parts.fee)];
    entries.extend(parts.splits.iter().map(|share| into(External, *share)));
    entries.push(into(paid_to, parts.net));
    entries.extend(moved(from, External, parts.returned));
    entries
}

/// Entries of one owner, as lines of the event `key`. What moves nothing is left out. The mint is left to
/// who knows the owner's, where the event does not tell.
pub fn lines(key: &EventKey, owner: Pubkey, mint: Option<Pubkey>, entries: Vec<Entry>) -> Vec<LedgerLine> {
    let (owner, mint) = (owner.to_string(), mint.map(|mint| mint.to_string()));
    let moving = entries.into_iter().filter(|(_, amount)| *amount != 0);
    moving
        .zip(0..)
        .map(|((account, amount), line)| LedgerLine {
            key: key.clone(),
            line,
            owner: owner.clone(),
            account,
            mint: mint.clone(),
            amount,
        })
        .collect()
}
