//! A node's JSON-RPC: for who has no gRPC endpoint, for what a stream left out, and for history.
//!
//! `answer` understands what a node says, and `client` asks for it. `walk` goes along the chain block by
//! block; [`RpcBlocks`] and [`RpcStream`] hand on what it finds, for a gap and for good.

mod answer;
mod blocks;
mod client;
mod error;
mod stream;
mod wake;
mod walk;

pub use blocks::RpcBlocks;
pub use client::{Client, Config, Listed};
pub use error::RpcError;
pub use stream::RpcStream;
