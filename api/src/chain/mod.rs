//! The Solana node, behind the few questions that the gateway asks it.

mod accounts;
mod arrivals;
mod explorer;
mod refusal;
mod rpc;
mod snapshot;
mod transfers;

pub use accounts::{Holding, MintAccount, Purse};
pub use explorer::Explorer;
pub use refusal::Refusal;
pub use rpc::{Blockhash, Chain, ChainError, Landing, MOST_STATUSES, Simulation};
pub use snapshot::Snapshot;
pub use transfers::Mention;
