//! Transactions that mention an address, and what they brought to a wallet.

use serde::Deserialize;
use serde_json::json;
use solana_client::rpc_request::RpcRequest;
use solana_pubkey::Pubkey;

use super::arrivals::{Arrival, Found};
use super::{Chain, ChainError};

/// How many transactions that did not fail are looked at of one address, the newest: it is one payment's, and strangers
/// may mention it too.
const MOST: usize = 100;
/// How many a node tells at once, and how often it is asked at most: those that failed cost strangers next to nothing.
const PAGE: usize = 1_000;
const PAGES: usize = 5;

/// A transaction that did not fail and mentions the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub signature: String,
    pub slot: i64,
    /// Unix seconds, by the chain's clock.
    pub block_time: i64,
    pub is_final: bool,
}

impl Chain {
    /// The transactions that mention `address`, oldest first.
    pub async fn mentions(&self, address: &Pubkey) -> Result<Vec<Mention>, ChainError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Row {
            signature: String,
            slot: i64,
            err: Option<serde_json::Value>,
            block_time: Option<i64>,
            confirmation_status: Option<String>,
        }
        let mut mentions = Vec::new();
        let mut before = None;
        for _ in 0..PAGES {
            let config = json!({ "limit": PAGE, "commitment": "confirmed", "before": before });
            let params = json!([address.to_string(), config]);
            let rows: Vec<Row> = self.rpc.send(RpcRequest::GetSignaturesForAddress, params).await?;
            let is_last = rows.len() < PAGE;
            before = rows.last().map(|row| row.signature.clone());
            // Without a time it cannot be said whether it came in time; a node knows it a moment later.
            mentions.extend(rows.into_iter().filter(|row| row.err.is_none()).filter_map(|row| {
                Some(Mention {
                    signature: row.signature,
                    slot: row.slot,
                    block_time: row.block_time?,
                    is_final: row.confirmation_status.as_deref() == Some("finalized"),
                })
            }));
            if is_last || mentions.len() >= MOST {
                break;
            }
        }
        mentions.truncate(MOST);
        mentions.reverse();
        Ok(mentions)
    }

    /// What the transfers of a transaction that name `reference` brought to the token accounts of `wallet`; nothing
    /// when the node does not have it.
    pub async fn arrivals(
        &self,
        signature: &str,
        wallet: &str,
        reference: &Pubkey,
    ) -> Result<Option<Vec<Arrival>>, ChainError> {
        let config = json!({
            "encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0,
        });
        let found: Option<Found> =
            self.rpc.send(RpcRequest::GetTransaction, json!([signature, config])).await?;
        Ok(found.map(|found| found.arrivals(wallet, &reference.to_string())))
    }
}
