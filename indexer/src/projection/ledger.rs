//! Double entry: what an event moves, as lines that sum to zero.

use till_store::chain::{Account, EventKey, LedgerLine};

use crate::decode::TillEvent;

/// The lines of an event. A refund that a token account outside of the vault paid moves nothing here.
pub fn lines(event: &TillEvent, key: &EventKey) -> Vec<LedgerLine> {
    use Account::*;
    let paid_to = |payout_token: &Option<_>| if payout_token.is_some() { External } else { Balance };
    let (vault, entries) = match event {
        TillEvent::PaymentAuthorized(event) => {
            let amount = event.terms.amount;
            (event.about.vault, vec![out_of(External, amount), into(Escrow, amount)])
        }
        TillEvent::PaymentCharged(event) => (
            event.about.vault,
            vec![
                out_of(External, event.terms.amount),
                into(Fees, event.fee),
                into(paid_to(&event.payout_token), event.net),
            ],
        ),
        TillEvent::PaymentCaptured(event) => (
            event.about.vault,
            vec![
                out_of(Escrow, event.amount),
                into(Fees, event.fee),
                into(paid_to(&event.payout_token), event.net),
                out_of(Escrow, event.returned),
                into(External, event.returned),
            ],
        ),
        TillEvent::PaymentVoided(event) => {
            (event.about.vault, vec![out_of(Escrow, event.amount), into(External, event.amount)])
        }
        TillEvent::PaymentReclaimed(event) => {
            (event.about.vault, vec![out_of(Escrow, event.amount), into(External, event.amount)])
        }
        TillEvent::PaymentRefunded(event) if event.source.is_none() => {
            (event.about.vault, vec![out_of(Balance, event.sent), into(External, event.sent)])
        }
        TillEvent::PaidOut(event) => {
            (event.vault_address, vec![out_of(Balance, event.amount), into(External, event.amount)])
        }
        TillEvent::PaymentRefunded(_)
        | TillEvent::PaymentClosed(_)
        | TillEvent::ProtocolInitialized(_)
        | TillEvent::MerchantRegistered(_)
        | TillEvent::VaultOpened(_) => return Vec::new(),
    };
    let vault = vault.to_string();
    entries
        .into_iter()
        .filter(|(_, amount)| *amount != 0)
        .zip(0..)
        .map(|((account, amount), line)| LedgerLine {
            key: key.clone(),
            line,
            vault: vault.clone(),
            account,
            amount,
        })
        .collect()
}

fn into(account: Account, amount: u64) -> (Account, i128) {
    (account, amount.into())
}

fn out_of(account: Account, amount: u64) -> (Account, i128) {
    (account, -i128::from(amount))
}
