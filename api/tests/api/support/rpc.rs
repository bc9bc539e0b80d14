//! A Solana node that says what a test tells it to: the network is what tests cannot have cheaply.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::{Json, Router, extract::State, routing};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_transaction::versioned::VersionedTransaction;

use super::tripwire::Tripwire;

/// The hash of the first block of the node's chain, base58.
pub const GENESIS: &str = "4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZAMdL4VZHirAn";

/// What the node knows.
#[derive(Default)]
pub struct Node {
    /// Owner, lamports and data.
    pub accounts: HashMap<String, (Pubkey, u64, Vec<u8>)>,
    pub finalized_height: u64,
    /// By signature: the error, if it failed.
    pub landed: HashMap<String, Option<Value>>,
    /// Everything that was ever sent, as it came.
    pub sent: Vec<Vec<u8>>,
    /// By address: the transactions that mention it, newest first, as `getSignaturesForAddress` tells them.
    pub mentions: HashMap<String, Vec<Value>>,
    /// By signature: a transaction as `getTransaction` tells it.
    pub details: HashMap<String, Value>,
    /// What a simulation fails with.
    pub refuses: Option<Value>,
    /// Sent bytes are taken and the answer is lost.
    pub loses_answers: bool,
    /// What transactions lately paid for priority, slot by slot.
    pub priority_fees: Vec<u64>,
    /// The chain's time, in unix seconds; this machine's unless given.
    pub clock: Option<i64>,
    /// Nothing is answered at all.
    pub hangs: bool,
    /// Watches what is sent.
    pub tripwire: Option<Arc<Tripwire>>,
}

impl Node {
    /// The transactions that were sent, each once however often it came.
    pub fn transactions(&self) -> Vec<VersionedTransaction> {
        let mut seen = self.sent.clone();
        seen.sort();
        seen.dedup();
        seen.iter().map(|raw| bincode::deserialize(raw).expect("a transaction")).collect()
    }
}

/// The node on a port of its own.
#[derive(Clone)]
pub struct Rpc {
    node: Arc<Mutex<Node>>,
    pub url: String,
}

impl Rpc {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let rpc = Self { node: Arc::default(), url };
        let app = Router::new().route("/", routing::post(answer)).with_state(rpc.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        rpc
    }

    pub fn node(&self) -> MutexGuard<'_, Node> {
        self.node.lock().unwrap()
    }
}

async fn answer(State(rpc): State<Rpc>, Json(request): Json<Value>) -> Json<Value> {
    if rpc.node().hangs {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let params = &request["params"];
    let result = match request["method"].as_str().unwrap_or_default() {
        "getLatestBlockhash" => context(json!({
            "blockhash": Pubkey::new_from_array([7; 32]).to_string(), "lastValidBlockHeight": 150
        })),
        "getBlockHeight" => Ok(json!(rpc.node().finalized_height)),
        "getMinimumBalanceForRentExemption" => Ok(json!(2_000_000)),
        "getRecentPrioritizationFees" => {
            let fees = rpc.node().priority_fees.clone();
            Ok(fees.iter().map(|fee| json!({ "slot": 1, "prioritizationFee": fee })).collect())
        }
        "getEpochInfo" => Ok(json!({
            "absoluteSlot": 1, "blockHeight": 1, "epoch": 5, "slotIndex": 1, "slotsInEpoch": 10, "transactionCount": 1
        })),
        "getGenesisHash" => Ok(json!(GENESIS)),
        "getAccountInfo" => context(account(&rpc, &params[0])),
        "getMultipleAccounts" => {
            let addresses = params[0].as_array().cloned().unwrap_or_default();
            context(addresses.iter().map(|address| account(&rpc, address)).collect())
        }
        "simulateTransaction" => {
            context(json!({ "err": rpc.node().refuses, "logs": [], "unitsConsumed": 42_000 }))
        }
        "sendTransaction" => send_watched(&rpc, &params[0]),
        "getSignatureStatuses" => {
            let signatures = params[0].as_array().cloned().unwrap_or_default();
            context(signatures.iter().map(|signature| status(&rpc, signature)).collect())
        }
        "getSignaturesForAddress" => Ok(json!(
            rpc.node().mentions.get(params[0].as_str().unwrap_or_default()).cloned().unwrap_or_default()
        )),
        "getTransaction" => Ok(json!(rpc.node().details.get(params[0].as_str().unwrap_or_default()))),
        other => Err(format!("the test's node does not know {other}")),
    };
    let id = &request["id"];
    Json(match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(message) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32000, "message": message } })
        }
    })
}

fn context(value: Value) -> Result<Value, String> {
    Ok(json!({ "context": { "slot": 100 }, "value": value }))
}

fn account(rpc: &Rpc, address: &Value) -> Value {
    let node = rpc.node();
    let address = address.as_str().unwrap_or_default();
    let clock = (address == CLOCK).then(|| (Pubkey::default(), 1, clock(node.clock)));
    let Some((owner, lamports, data)) = clock.as_ref().or_else(|| node.accounts.get(address)) else {
        return Value::Null;
    };
    json!({
        "owner": owner.to_string(), "lamports": lamports, "data": [STANDARD.encode(data), "base64"],
        "executable": false, "rentEpoch": 0, "space": data.len(),
    })
}

/// Whoever is dead by then gets an answer all the same: nobody reads it.
fn send_watched(rpc: &Rpc, encoded: &Value) -> Result<Value, String> {
    let Some(tripwire) = rpc.node().tripwire.clone() else { return send(rpc, encoded) };
    let step = tripwire.before("sendTransaction").ok_or("the sender is dead")?;
    let sent = send(rpc, encoded);
    tripwire.after(&step);
    sent
}

fn send(rpc: &Rpc, encoded: &Value) -> Result<Value, String> {
    let raw = STANDARD.decode(encoded.as_str().unwrap_or_default()).map_err(|error| error.to_string())?;
    let transaction: VersionedTransaction = bincode::deserialize(&raw).map_err(|error| error.to_string())?;
    let mut node = rpc.node();
    node.sent.push(raw);
    if node.loses_answers {
        return Err("the answer was lost".to_owned());
    }
    Ok(json!(transaction.signatures[0].to_string()))
}

fn status(rpc: &Rpc, signature: &Value) -> Value {
    let node = rpc.node();
    let Some(error) = node.landed.get(signature.as_str().unwrap_or_default()) else { return Value::Null };
    let status = match error {
        Some(error) => json!({ "Err": error }),
        None => json!({ "Ok": null }),
    };
    json!({ "slot": 90, "confirmations": 1, "err": error, "status": status, "confirmationStatus": "confirmed" })
}

/// The sysvar that tells the time.
const CLOCK: &str = "SysvarC1ock11111111111111111111111111111111";

/// Slot, the epoch's begin, epoch, the epoch of the next schedule, and the time.
fn clock(time: Option<i64>) -> Vec<u8> {
    let time = time.unwrap_or_else(|| chrono::Utc::now().timestamp());
    [100, 0, 5, 6, time].map(i64::to_le_bytes).concat()
}

/// The data of an SPL token account.
pub fn token_account(mint: &Pubkey, owner: &Pubkey, amount: u64) -> Vec<u8> {
    let mut data = vec![0; 165];
    data[..32].copy_from_slice(mint.as_ref());
    data[32..64].copy_from_slice(owner.as_ref());
    data[64..72].copy_from_slice(&amount.to_le_bytes());
    // Initialized.
    data[108] = 1;
    data
}

/// The data of a Token-2022 mint that takes `bps` of every transfer.
pub fn mint_with_fee(decimals: u8, bps: u16) -> Vec<u8> {
    let mut data = vec![0; 165];
    (data[44], data[45]) = (decimals, 1);
    // A mint, with one extension: type 1, 108 bytes.
    data.extend([1, 1, 0, 108, 0]);
    data.extend([0; 32 + 32 + 8]);
    for epoch in [0u64, 0] {
        data.extend(epoch.to_le_bytes());
        data.extend(u64::MAX.to_le_bytes());
        data.extend(bps.to_le_bytes());
    }
    data
}
