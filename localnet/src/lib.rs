//! The local net: everything Till needs around it, in one process and on 127.0.0.1 only.
//!
//! - [`chain`]: an embedded Solana chain (JSON-RPC and WebSocket) that survives a restart of the process;
//! - [`grpc`]: a Yellowstone Geyser gRPC server over that chain, shaped like a production endpoint;
//! - [`postgres`]: a private Postgres cluster;
//! - [`ports`]: the check that all of it can listen before any of it starts;
//! - [`net`]: all of it together, with indexer and API; [`demo`]: a first payment over it.

pub mod bootstrap;
pub mod chain;
pub mod demo;
pub mod description;
pub mod gateway;
pub mod grpc;
pub mod guide;
mod jsonrpc;
pub mod keys;
pub mod net;
pub mod ports;
pub mod postgres;
pub mod receiver;
pub mod rpc;
pub mod settings;
pub mod showcase;
pub mod tokens;
pub mod wallet;
