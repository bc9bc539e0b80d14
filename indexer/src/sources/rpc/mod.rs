//! A node's JSON-RPC: for who has no gRPC endpoint, for what a stream left out, and for history.
//!
//! `answer` understands what a node says, `client` asks for it.

mod answer;
mod client;
mod error;

pub use client::{Client, Config, Listed};
pub use error::RpcError;
