//! Questions to a node, no faster than it allows, and again when it does not answer.

use std::{num::NonZeroU32, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use solana_client::{nonblocking::rpc_client::RpcClient, rpc_request::RpcRequest};
use solana_commitment_config::CommitmentConfig;
use solana_signature::Signature;
use tokio::{
    sync::Mutex,
    time::{Instant, Interval, MissedTickBehavior},
};

use super::{
    answer::{self, HIGHEST_VERSION},
    error::RpcError,
};
use crate::{
    core::{BlockMeta, CompleteSlot, ProgramTransaction},
    retry::Backoff,
    sources::host,
};

/// The first wait before asking again, and the longest.
const RETRY_FIRST: Duration = Duration::from_millis(200);
const RETRY_LONGEST: Duration = Duration::from_secs(5);

/// How to reach a node, and how much of it to ask.
#[derive(Clone, Debug)]
pub struct Config {
    pub url: String,
    /// Evenly spread: providers count in windows that are shorter than a second.
    pub requests_per_second: NonZeroU32,
    /// How long a question may take, with all its attempts.
    pub deadline: Duration,
}

impl Config {
    pub fn new(url: impl Into<String>) -> Self {
        const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("20 is not zero");
        Self { url: url.into(), requests_per_second: REQUESTS_PER_SECOND, deadline: Duration::from_secs(30) }
    }
}

/// A transaction of the program, as a list of them tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub signature: [u8; 64],
    pub slot: u64,
    pub has_failed: bool,
    /// Place in its block; older nodes do not tell.
    pub index: Option<u64>,
    /// The chain's clock in its slot, in unix seconds, if the node has kept it.
    pub block_time: Option<i64>,
}

/// A node. Questions end with an error when the node refuses, when it says what makes no sense, and
/// when the deadline is over; everything else is asked again until then.
pub struct Client {
    rpc: RpcClient,
    name: String,
    pace: Mutex<Interval>,
    deadline: Duration,
}

impl Client {
    pub fn new(config: Config) -> Self {
        let mut pace = tokio::time::interval(Duration::from_secs(1) / config.requests_per_second.get());
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            name: host(&config.url),
            rpc: RpcClient::new_with_timeout(config.url, config.deadline),
            pace: Mutex::new(pace),
            deadline: config.deadline,
        }
    }

    /// The node's host; without path and query, which may hold a token.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The highest slot at `commitment`.
    pub async fn slot(&self, commitment: CommitmentConfig) -> Result<u64, RpcError> {
        self.ask(RpcRequest::GetSlot, json!([commitment]), Ok).await
    }

    /// The first slots at or after `from` that the node has a confirmed block for, in order: at least one,
    /// and `limit` unless the chain ends before. A node that has not come so far is asked again. What is
    /// left out was skipped only if the parents of the blocks say so, because a node may have lost some.
    pub async fn blocks(&self, from: u64, limit: u64) -> Result<Vec<u64>, RpcError> {
        let params = json!([from, limit, CommitmentConfig::confirmed()]);
        self.ask(RpcRequest::GetBlocksWithLimit, params, |slots: Vec<u64>| match slots.is_empty() {
            true => Err(RpcError::Lagging(format!("nothing at or after slot {from}"))),
            false if !slots.is_sorted_by(|one, other| one < other) || slots[0] < from => {
                Err(RpcError::Malformed(format!("blocks at or after slot {from} out of order")))
            }
            false => Ok(slots),
        })
        .await
    }

    /// The confirmed block of `slot`, with the program's transactions.
    pub async fn block(&self, slot: u64) -> Result<CompleteSlot, RpcError> {
        let understand = |block: answer::Block| block.complete(slot);
        self.ask(RpcRequest::GetBlock, block_params(slot, "full"), understand).await
    }

    /// The header of the confirmed block of `slot`. How many transactions it executed is counted from
    /// their signatures, which the node sends along.
    pub async fn header(&self, slot: u64) -> Result<BlockMeta, RpcError> {
        let understand = |block: answer::Block| block.header(slot);
        self.ask(RpcRequest::GetBlock, block_params(slot, "signatures"), understand).await
    }

    /// The header of the block of `slot`, and the signatures of its transactions in their order.
    pub async fn signatures_of_block(&self, slot: u64) -> Result<(BlockMeta, Vec<[u8; 64]>), RpcError> {
        let understand = |block: answer::Block| block.signatures(slot);
        self.ask(RpcRequest::GetBlock, block_params(slot, "signatures"), understand).await
    }

    /// Final transactions that name the program, newest first, of those older than `before`. Failed ones
    /// are among them. The node gives at most 1,000 at a time; one that has not come to `slot` is asked
    /// again. A node that does not know `before` says that there are none.
    pub async fn signatures(
        &self,
        before: Option<Signature>,
        limit: usize,
        slot: u64,
    ) -> Result<Vec<Listed>, RpcError> {
        let config = json!({
            "before": before.map(|signature| signature.to_string()),
            "limit": limit,
            "commitment": "finalized",
            "minContextSlot": slot,
        });
        let params = json!([till::ID.to_string(), config]);
        let understand =
            |listed: Vec<answer::Listed>| listed.into_iter().map(answer::Listed::understood).collect();
        self.ask(RpcRequest::GetSignaturesForAddress, params, understand).await
    }

    /// The first block that the node still has, with all behind it.
    pub async fn first_available_block(&self) -> Result<u64, RpcError> {
        self.ask(RpcRequest::GetFirstAvailableBlock, json!([]), Ok).await
    }

    /// A transaction of the program that succeeded and is confirmed. `index`, its place in the block, is
    /// taken over as it is: not every node tells it.
    pub async fn transaction(
        &self,
        signature: &Signature,
        index: u64,
    ) -> Result<ProgramTransaction, RpcError> {
        let config = json!({
            "encoding": "base64",
            "commitment": "confirmed",
            "maxSupportedTransactionVersion": HIGHEST_VERSION,
        });
        let params = json!([signature.to_string(), config]);
        let understand = |found: answer::Transaction| found.of_program(signature, index);
        self.ask(RpcRequest::GetTransaction, params, understand).await
    }

    async fn ask<A: DeserializeOwned, T>(
        &self,
        request: RpcRequest,
        params: Value,
        understand: impl Fn(A) -> Result<T, RpcError>,
    ) -> Result<T, RpcError> {
        let deadline = Instant::now() + self.deadline;
        let mut backoff = Backoff::new(RETRY_FIRST, RETRY_LONGEST);
        let mut last = RpcError::Transient(format!("no answer to {request} within {:?}", self.deadline));
        loop {
            let Ok(answer) = tokio::time::timeout_at(deadline, self.attempt(request, params.clone())).await
            else {
                return Err(last);
            };
            last = match answer.and_then(&understand) {
                Ok(answer) => return Ok(answer),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error),
            };
            let wait = backoff.next_wait();
            tracing::debug!(node = self.name, %request, error = %last, ?wait, "asking again");
            if Instant::now() + wait >= deadline {
                return Err(last);
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt<T: DeserializeOwned>(&self, request: RpcRequest, params: Value) -> Result<T, RpcError> {
        self.pace.lock().await.tick().await;
        // A node that does not know a block or transaction may say so with `null` instead of an error.
        match self.rpc.send(request, params.clone()).await? {
            Some(answer) => Ok(answer),
            None => Err(RpcError::Missing(format!("{request} of {}", params[0]))),
        }
    }
}

fn block_params(slot: u64, details: &str) -> Value {
    let config = json!({
        "encoding": "base64",
        "transactionDetails": details,
        "rewards": false,
        "commitment": "confirmed",
        "maxSupportedTransactionVersion": HIGHEST_VERSION,
    });
    json!([slot, config])
}
