//! What is asked of a node over JSON-RPC, against one that misbehaves.

#[path = "../node/mod.rs"]
mod node;

mod blocks;
mod client;
mod stream;
