//! From what the indexer is told to what it is made of.

use std::{str::FromStr, sync::Arc};

use anyhow::Context;
use sqlx::postgres::PgConnectOptions;

use crate::{
    config::{Config, GrpcEndpoint, RpcEndpoint},
    sources::{
        Blocks, Source,
        failover::Failover,
        rpc::{self, Client, RpcBlocks, RpcStream},
        yellowstone::Yellowstone,
    },
};

/// What an indexer is made of.
pub struct Parts<D> {
    pub source: Arc<dyn Source>,
    /// Fills what the source leaves out. Without it only the source itself can, by telling it again.
    pub blocks: Option<Arc<dyn Blocks>>,
    pub database: D,
}

impl Parts<PgConnectOptions> {
    /// Of a configuration and the client of its `rpc`, if it has one.
    pub fn of(config: &Config, client: Option<&Arc<Client>>) -> anyhow::Result<Self> {
        let database =
            PgConnectOptions::from_str(&config.database_url).context("the database's URL is malformed")?;
        let blocks = client.map(|client| Arc::new(RpcBlocks::new(client.clone())) as Arc<dyn Blocks>);
        Ok(Self { source: source(config, client)?, blocks, database })
    }
}

/// The client of a node.
pub fn client(endpoint: &RpcEndpoint) -> Arc<Client> {
    let requests_per_second = endpoint.requests_per_second;
    Arc::new(Client::new(rpc::Config { requests_per_second, ..rpc::Config::new(endpoint.url.as_str()) }))
}

fn source(config: &Config, client: Option<&Arc<Client>>) -> anyhow::Result<Arc<dyn Source>> {
    let mut sources: Vec<Arc<dyn Source>> = config.grpc.iter().map(yellowstone).collect();
    if let (Some(endpoint), Some(client)) = (&config.rpc, client)
        && (sources.is_empty() || endpoint.is_last_resort)
    {
        sources.push(Arc::new(RpcStream::new(client.clone(), endpoint.ws_url.clone())));
    }
    match sources.len() {
        0 => anyhow::bail!("there is no source: give a gRPC endpoint, or a node's RPC"),
        1 => Ok(sources.remove(0)),
        _ => Ok(Arc::new(Failover::new(sources))),
    }
}

fn yellowstone(endpoint: &GrpcEndpoint) -> Arc<dyn Source> {
    let GrpcEndpoint { url, x_token, is_compressed } = endpoint.clone();
    Arc::new(Yellowstone::new(url, x_token).compressed(is_compressed))
}
