//! A real chain on free ports, looked at through public clients only: JSON-RPC and Yellowstone gRPC.

mod restart;
mod rpc;
mod stream;
mod support;
