//! What has become of a transaction that was handed out. Nothing is called done that the index has not seen.

use std::time::Duration;

use solana_signature::Signature;
use till_store::domain::TransactionKind;
use till_store::gateway::landed::{self, Operation, Told};
use tokio::time::{Instant, sleep};

use crate::chain::Landing;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// How long a client waits at most: its node may be ahead of ours, and ours ahead of the index.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked.
const EVERY: Duration = Duration::from_millis(250);

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
    let wait = Wait::new(signature)?;
    loop {
        let done = landed::operations(&gateway.pool, payment_id, signature).await?;
        if let Some(operation) = done.into_iter().find(|operation| is_meant(operation.kind)) {
            return Ok(operation);
        }
        wait.again(gateway).await?;
    }
}

/// The events named `kind` of the transaction `signature` about the account `subject`, at least one.
///
/// # Errors
/// As of [`operation`].
pub async fn events(gateway: &Gateway, subject: &str, signature: &str, kind: &str) -> Result<Vec<Told>> {
    let wait = Wait::new(signature)?;
    loop {
        let mut told = landed::events(&gateway.pool, subject, signature).await?;
        told.retain(|event| event.kind == kind);
        if !told.is_empty() {
            return Ok(told);
        }
        wait.again(gateway).await?;
    }
}

/// The patience that there is with one transaction.
struct Wait {
    signature: Signature,
    until: Instant,
}

impl Wait {
    fn new(signature: &str) -> Result<Self> {
        let invalid = || {
            Problem::of_field(Code::ValidationFailed, "signature", "the base58 signature of a transaction")
        };
        let signature = signature.parse().map_err(|_| invalid())?;
        Ok(Self { signature, until: Instant::now() + PATIENCE })
    }

    /// Until it is time to look again, if that can still bring something.
    async fn again(&self, gateway: &Gateway) -> Result<()> {
        let landing = gateway.chain.landing(&self.signature).await?;
        if let Landing::Failed(refusal) = landing {
            let detail = format!("the transaction has failed: {} ({})", refusal.detail, refusal.code);
            return Err(Problem::new(Code::TransactionFailed, detail));
        }
        if Instant::now() < self.until && !gateway.shutdown.is_cancelled() {
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
