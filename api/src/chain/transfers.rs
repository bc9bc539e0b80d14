//! Transactions that mention an address, and what they brought to a wallet.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use solana_client::rpc_request::RpcRequest;
use solana_pubkey::Pubkey;
use till_store::Amount;

use super::{Chain, ChainError};

/// How many transactions are looked at of one address: it is one payment's, and strangers may mention it too.
const MOST: usize = 100;

/// A transaction that did not fail and mentions the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub signature: String,
    pub slot: i64,
    /// Unix seconds, by the chain's clock.
    pub block_time: i64,
    pub is_final: bool,
}

/// Tokens of one mint that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub mint: String,
    pub decimals: u8,
    pub amount: Amount,
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
        let params = json!([address.to_string(), { "limit": MOST, "commitment": "confirmed" }]);
        let rows: Vec<Row> = self.rpc.send(RpcRequest::GetSignaturesForAddress, params).await?;
        let succeeded = rows.into_iter().rev().filter(|row| row.err.is_none());
        // Without a time it cannot be said whether it came in time; a node knows it a moment later.
        Ok(succeeded
            .filter_map(|row| {
                Some(Mention {
                    signature: row.signature,
                    slot: row.slot,
                    block_time: row.block_time?,
                    is_final: row.confirmation_status.as_deref() == Some("finalized"),
                })
            })
            .collect())
    }

    /// What a transaction brought to the token accounts of `wallet`; nothing when the node does not have it.
    pub async fn arrivals(&self, signature: &str, wallet: &str) -> Result<Option<Vec<Arrival>>, ChainError> {
        let config = json!({
            "encoding": "jsonParsed", "commitment": "confirmed", "maxSupportedTransactionVersion": 0,
        });
        let found: Option<Found> =
            self.rpc.send(RpcRequest::GetTransaction, json!([signature, config])).await?;
        Ok(found.and_then(|found| found.meta).map(|meta| meta.arrivals(wallet)))
    }
}

#[derive(Deserialize)]
struct Found {
    meta: Option<Meta>,
}

/// The balances before and after: what counts is what arrived, whatever instructions brought it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    err: Option<serde_json::Value>,
    #[serde(default)]
    pre_token_balances: Vec<Balance>,
    #[serde(default)]
    post_token_balances: Vec<Balance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    mint: String,
    owner: Option<String>,
    ui_token_amount: TokenAmount,
}

#[derive(Deserialize)]
struct TokenAmount {
    amount: String,
    decimals: u8,
}

impl Meta {
    fn arrivals(&self, wallet: &str) -> Vec<Arrival> {
        if self.err.is_some() {
            return Vec::new();
        }
        let (before, after) =
            (sums(&self.pre_token_balances, wallet), sums(&self.post_token_balances, wallet));
        let brought = after.into_iter().filter_map(|(mint, (decimals, after))| {
            let before = before.get(mint).map_or(0, |(_, before)| *before);
            let amount = u64::try_from(after.checked_sub(before)?).ok().filter(|amount| *amount > 0)?;
            Some(Arrival { mint: mint.to_owned(), decimals, amount: Amount(amount) })
        });
        brought.collect()
    }
}

/// What a wallet holds of each mint, in all its token accounts together.
fn sums<'a>(balances: &'a [Balance], wallet: &str) -> BTreeMap<&'a str, (u8, u128)> {
    let mut sums = BTreeMap::new();
    for balance in balances.iter().filter(|balance| balance.owner.as_deref() == Some(wallet)) {
        let TokenAmount { amount, decimals } = &balance.ui_token_amount;
        let (_, sum) = sums.entry(balance.mint.as_str()).or_insert((*decimals, 0u128));
        *sum += amount.parse::<u64>().map_or(0, u128::from);
    }
    sums
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn balance(mint: &str, owner: &str, amount: &str) -> Value {
        json!({ "accountIndex": 1, "mint": mint, "owner": owner, "uiTokenAmount": { "amount": amount, "decimals": 6 } })
    }

    fn arrivals(before: Value, after: Value, err: Value) -> Vec<(String, u64)> {
        let meta = json!({ "err": err, "preTokenBalances": before, "postTokenBalances": after });
        let meta: Meta = serde_json::from_value(meta).unwrap();
        meta.arrivals("shop").into_iter().map(|arrival| (arrival.mint, arrival.amount.0)).collect()
    }

    #[test]
    fn what_counts_is_what_arrived_at_the_wallet() {
        let before =
            json!([balance("a", "shop", "10"), balance("a", "payer", "100"), balance("b", "shop", "5")]);
        let after = json!([
            // A second account of the shop, a fee on the way, and one token that left it.
            balance("a", "shop", "12"),
            balance("a", "shop", "30"),
            balance("a", "payer", "60"),
            balance("b", "shop", "4"),
            balance("c", "shop", "7"),
            balance("d", "stranger", "9"),
        ]);
        let expected = [("a".to_owned(), 32), ("c".to_owned(), 7)];
        assert_eq!(arrivals(before.clone(), after.clone(), Value::Null), expected);
        assert_eq!(arrivals(before.clone(), before.clone(), Value::Null), []);
        assert_eq!(arrivals(before, after, json!("AccountNotFound")), []);
    }

    #[test]
    fn moving_between_ones_own_accounts_brings_nothing() {
        let before = json!([balance("a", "shop", "10"), balance("a", "shop", "0")]);
        let after = json!([balance("a", "shop", "3"), balance("a", "shop", "7")]);
        assert_eq!(arrivals(before, after, Value::Null), []);
    }
}
