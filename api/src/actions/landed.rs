//! What has become of a transaction that was handed out. Nothing is called done that the index has not seen.

use std::time::Duration;

use solana_signature::Signature;
use till_store::Amount;
use till_store::domain::TransactionKind;
use till_store::gateway::landed::{self, Operation, Told};
use tokio::time::{Instant, sleep};

use super::asked::Signed;
use crate::chain::Landing;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet;

/// How long a client waits at most: its node may be ahead of ours, and ours ahead of the index.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked in the index, and every how many times the node is asked too.
const EVERY: Duration = Duration::from_millis(250);
const LOOKS_OF_NODE: u32 = 8;

/// What the transaction `signature` did to a payment, as soon as the index has it; `is_meant` says which of what it did.
///
/// # Errors
/// It has failed; or nothing of the kind is seen, which says whether the chain has the transaction.
pub async fn operation(
    gateway: &Gateway,
    payment_id: &str,
    signature: &str,
    is_meant: fn(TransactionKind) -> bool,
) -> Result<Operation> {
    let mut wait = Wait::new(signature)?;
    loop {
        let done = landed::operations(&gateway.pool, payment_id, signature).await?;
        if let Some(operation) = done.into_iter().find(|operation| is_meant(operation.kind)) {
            return Ok(operation);
        }
        wait.again(gateway).await?;
    }
}

/// What is looked for in a transaction.
#[derive(Clone, Copy)]
pub struct Looked<'a> {
    /// The campaign, pool or burn record that it is about.
    pub subject: &'a str,
    /// The event, as the program names it.
    pub event: &'static str,
    /// Where the event says whose it is: a pointer into it (RFC 6901).
    pub wallet: &'static str,
    pub signed: &'a Signed,
}

/// The events that are looked for, at least one.
///
/// # Errors
/// As of [`operation`]; or they are another wallet's.
pub async fn events(gateway: &Gateway, looked: Looked<'_>) -> Result<Vec<Told>> {
    let wallet = wallet::parse(&looked.signed.account)?.to_string();
    let mut wait = Wait::new(&looked.signed.signature)?;
    loop {
        let mut told = landed::events(&gateway.pool, looked.subject, &looked.signed.signature).await?;
        told.retain(|event| event.kind == looked.event);
        if !told.is_empty() {
            told.retain(|event| event.data.pointer(looked.wallet).is_some_and(|of| *of == wallet.as_str()));
            return if told.is_empty() { Err(not_of_wallet()) } else { Ok(told) };
        }
        wait.again(gateway).await?;
    }
}

/// What stands at `pointer` (RFC 6901) in these events, in sum.
pub fn sum(events: &[Told], pointer: &str) -> Result<Amount> {
    let read = |event: &Told| event.data.pointer(pointer)?.as_str()?.parse::<u64>().ok();
    let amounts: Option<Vec<u64>> = events.iter().map(read).collect();
    let sum = amounts.and_then(|amounts| amounts.into_iter().try_fold(0u64, u64::checked_add));
    let missing = || anyhow::anyhow!("events of the program without an amount at {pointer}");
    Ok(Amount(sum.ok_or_else(missing)?))
}

fn not_of_wallet() -> Problem {
    Problem::new(Code::SignerNotAllowed, "another wallet has done this")
}

/// The patience that there is with one transaction.
struct Wait {
    signature: Signature,
    until: Instant,
    looks: u32,
}

impl Wait {
    fn new(signature: &str) -> Result<Self> {
        let invalid = || {
            Problem::of_field(Code::ValidationFailed, "signature", "the base58 signature of a transaction")
        };
        let signature = signature.parse().map_err(|_| invalid())?;
        Ok(Self { signature, until: Instant::now() + PATIENCE, looks: 0 })
    }

    /// Until it is time to look again, if that can still bring something.
    async fn again(&mut self, gateway: &Gateway) -> Result<()> {
        let is_last = Instant::now() >= self.until || gateway.shutdown.is_cancelled();
        let asks_node = is_last || self.looks.is_multiple_of(LOOKS_OF_NODE);
        self.looks += 1;
        if !asks_node {
            sleep(EVERY).await;
            return Ok(());
        }
        let landing = gateway.chain.landing(&self.signature).await?;
        if let Landing::Failed(refusal) = landing {
            let detail = format!("the transaction has failed: {} ({})", refusal.detail, refusal.code);
            return Err(Problem::new(Code::TransactionFailed, detail));
        }
        if !is_last {
            sleep(EVERY).await;
            return Ok(());
        }
        let detail = match landing {
            Landing::Succeeded => {
                "the transaction has landed, and nothing of this action is seen in it; try again"
            }
            _ => "the transaction has not been seen on the chain; try again in a moment",
        };
        Err(Problem::new(Code::TransactionNotSeen, detail))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_of_several_events_are_added_and_none_is_made_up() {
        let told = |amount: &str| Told { kind: "Donated".to_owned(), data: json!({ "amount": amount }) };
        assert_eq!(sum(&[told("5"), told("18446744073709551610")], "/amount").unwrap(), Amount(u64::MAX));
        assert!(sum(&[told("5"), told("18446744073709551615")], "/amount").is_err());
        assert!(sum(&[told("5")], "/received").is_err());
    }
}
