//! A Yellowstone Geyser gRPC endpoint.
//!
//! Two subscriptions in one make completeness provable. The whole transactions of the program alone
//! would leave open whether one is missing; so the *status* of every transaction of the chain is
//! subscribed to as well, under one filter that takes all and one that takes the program's. Counting
//! the first against the block header shows that nothing is missing; the second says which of them
//! must be here whole. The price is about 150 bytes for each transaction of the chain, votes included
//! (the header counts them): under 1 MB/s on mainnet, next to nothing on a local net.
//!
//! The program's accounts come as well, as they are after each write. Rows are made of events; accounts
//! are what they are compared with.
//!
//! Compressed, that is a small part of it on the wire, for some of a core: it can be switched off where
//! the endpoint is near.
//!
//! The commitment is `processed`: transactions arrive while their slot is still voted on, and when the
//! slot is confirmed they are here already. What `confirmed` would sort out, the gate does.

mod convert;

use std::{collections::HashMap, time::Duration};

use futures::{FutureExt, SinkExt, StreamExt, future::BoxFuture};
use tokio::sync::mpsc;
use yellowstone_grpc_client::{ClientTlsConfig, GeyserGrpcClient};
use yellowstone_grpc_proto::prelude::{
    CommitmentLevel, SubscribeRequest, SubscribeRequestFilterAccounts, SubscribeRequestFilterBlocksMeta,
    SubscribeRequestFilterSlots, SubscribeRequestFilterTransactions, SubscribeRequestPing,
    subscribe_update::UpdateOneof,
};
use yellowstone_grpc_proto::tonic::codec::CompressionEncoding;

use super::{Source, SourceError, Subscription, host};

/// The filter that takes the program's transactions, and the one that takes all.
const OURS: &str = "till";
const ALL: &str = "all";

/// Updates between the stream and the gate. The bound is what memory is bounded by: behind it the
/// connection's own windows fill, and then the server notices.
const BUFFER: usize = 8_192;

/// A block with all its accounts is never asked for; a transaction is at most a few kilobytes, its
/// logs included.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How to reach the endpoint.
pub struct Yellowstone {
    url: String,
    name: String,
    x_token: Option<String>,
    is_compressed: bool,
}

impl Yellowstone {
    /// At `url`, with TLS if that begins with `https`; with the endpoint's token, if it wants one.
    pub fn new(url: impl Into<String>, x_token: Option<String>) -> Self {
        let url = url.into();
        Self { name: host(&url), url, x_token, is_compressed: true }
    }

    /// Whether the endpoint may compress (zstd) what it tells. One that cannot does not.
    pub fn compressed(self, is_compressed: bool) -> Self {
        Self { is_compressed, ..self }
    }
}

impl Source for Yellowstone {
    fn name(&self) -> &str {
        &self.name
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        self.begin(from_slot).boxed()
    }
}

impl Yellowstone {
    async fn begin(&self, from_slot: Option<u64>) -> Result<Subscription, SourceError> {
        let mut client = self.connect().await?;
        let (mut requests, mut stream) = client
            .subscribe_with_request(Some(request(from_slot)))
            .await
            .map_err(|error| SourceError::Stream(error.to_string()))?;
        let (sender, updates) = mpsc::channel(BUFFER);
        let task = tokio::spawn(async move {
            let mut pings = 0;
            while let Some(message) = stream.next().await {
                let update = match message {
                    Err(status) => Err(SourceError::Stream(status.to_string())),
                    Ok(update) => match update.update_oneof {
                        // A server that hears nothing back takes the client for dead.
                        Some(UpdateOneof::Ping(_)) => {
                            pings += 1;
                            match requests.send(ping(pings)).await {
                                Ok(()) => continue,
                                Err(error) => Err(SourceError::Stream(error.to_string())),
                            }
                        }
                        Some(other) => match convert::update(other, &update.filters).transpose() {
                            Some(update) => update,
                            None => continue,
                        },
                        None => continue,
                    },
                };
                let is_over = update.is_err();
                if sender.send(update).await.is_err() || is_over {
                    return;
                }
            }
        });
        Ok(Subscription::new(updates, task))
    }

    async fn connect(&self) -> Result<GeyserGrpcClient, SourceError> {
        let failed = |error: &dyn std::fmt::Display| SourceError::Connect(error.to_string());
        let mut builder = GeyserGrpcClient::build_from_shared(self.url.clone())
            .and_then(|builder| builder.x_token(self.x_token.clone()))
            .map_err(|error| failed(&error))?
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_while_idle(true)
            .max_decoding_message_size(MAX_MESSAGE);
        if self.is_compressed {
            builder = builder.accept_compressed(CompressionEncoding::Zstd);
        }
        if self.url.starts_with("https://") {
            builder = builder
                .tls_config(ClientTlsConfig::new().with_enabled_roots())
                .map_err(|error| failed(&error))?;
        }
        builder.connect().await.map_err(|error| failed(&error))
    }
}

fn request(from_slot: Option<u64>) -> SubscribeRequest {
    // Failed transactions of the program change nothing; in the count they are.
    let ours = SubscribeRequestFilterTransactions {
        vote: Some(false),
        failed: Some(false),
        account_include: vec![till::ID.to_string()],
        ..Default::default()
    };
    let all = SubscribeRequestFilterTransactions::default();
    let accounts = SubscribeRequestFilterAccounts { owner: vec![till::ID.to_string()], ..Default::default() };
    SubscribeRequest {
        accounts: HashMap::from([(OURS.to_owned(), accounts)]),
        slots: HashMap::from([(ALL.to_owned(), SubscribeRequestFilterSlots::default())]),
        transactions: HashMap::from([(OURS.to_owned(), ours.clone())]),
        transactions_status: HashMap::from([(ALL.to_owned(), all), (OURS.to_owned(), ours)]),
        blocks_meta: HashMap::from([(ALL.to_owned(), SubscribeRequestFilterBlocksMeta::default())]),
        commitment: Some(CommitmentLevel::Processed as i32),
        from_slot,
        ..Default::default()
    }
}

fn ping(id: i32) -> SubscribeRequest {
    SubscribeRequest { ping: Some(SubscribeRequestPing { id }), ..Default::default() }
}

#[cfg(test)]
mod tests;
