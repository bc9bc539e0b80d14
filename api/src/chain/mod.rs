//! The Solana node, behind the few questions that the gateway asks it.

mod accounts;
mod arrivals;
mod refusal;
mod rpc;
mod transfers;

pub use accounts::{Holding, Purse};
pub use refusal::Refusal;
pub use rpc::{Blockhash, Chain, ChainError, Landing, Simulation};
pub use transfers::Mention;
