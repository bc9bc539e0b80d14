//! The database against the chain: every account of the program with its row, every token account with
//! what it owes, and the ledger with both.
//!
//! - [`verdict`]: the rule by which an account and its row are the same or not, while both move;
//! - `account`: an account as its row has to have it;
//! - `compare`: accounts as a node has them, looked at until it is known;
//! - `money`: token accounts;
//! - `streamed`: accounts as the database itself was told them;
//! - [`background`]: all of it again and again, at a pace.

mod account;
pub mod background;
mod compare;
mod difference;
mod money;
mod streamed;
pub mod verdict;

use till_store::chain::audit::{Auditor, Table};

pub use account::{Expected, Fields, Holding};
pub use compare::Comparison;
pub use difference::{Difference, Sides};

use crate::{
    decode::DecodeError,
    sources::rpc::{Client, RpcError},
};

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// How many accounts, rows and token accounts were compared.
    pub compared: usize,
    pub differences: Vec<Difference>,
    /// What moved at every look, so that nothing is known of it: table and key.
    pub unsettled: Vec<(Table, String)>,
}

/// Why an audit could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("node: {0}")]
    Node(#[from] RpcError),
    #[error("account {address}: {error}")]
    Decode { address: String, error: DecodeError },
    #[error("the database does not come to slot {slot}: is its indexer running?")]
    Behind { slot: u64 },
}

/// Compares everything, once.
pub async fn audit(client: &Client, auditor: &mut Auditor) -> Result<Findings, AuditError> {
    let mut comparison = Comparison::new(client, auditor);
    for table in Table::ALL {
        comparison.whole(table).await?;
    }
    let mut findings = comparison.findings;
    let snapshot = auditor.snapshot().await?;
    if let Some(mut snapshot) = snapshot {
        findings.differences.extend(snapshot.imbalances().await?.into_iter().map(Difference::from));
    }
    Ok(findings)
}
