//! A node that answers JSON-RPC as a test wants: it can lag, prune, leave out, refuse, and fall silent.

mod chain;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};

pub use chain::{Block, Transaction};

/// What happens to a request instead of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    Status(u16),
    /// A JSON-RPC error with this code.
    Error(i64),
    /// Another answer than the right one.
    Answer(Value),
    /// No answer.
    Silence,
}

#[derive(Default)]
pub struct Chain {
    pub blocks: BTreeMap<u64, Block>,
    /// The highest slot at each commitment.
    pub confirmed: u64,
    pub finalized: u64,
    /// Blocks that are not listed, as of a node that has lost them.
    pub unlisted: BTreeSet<u64>,
    /// The oldest slot that the node still has.
    pub first_available: u64,
    /// Transactions that it lists at once, at most; 1,000 if nothing is said.
    pub page: Option<usize>,
    /// Whether it lists transactions with their place in the block.
    pub tells_places: bool,
    faults: BTreeMap<&'static str, VecDeque<Fault>>,
    pub requests: Vec<Request>,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub at: Instant,
    pub method: String,
    pub params: Value,
}

/// Listens until it is dropped.
pub struct Node {
    pub url: String,
    chain: Arc<Mutex<Chain>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Node {
    /// With `blocks`, all of them confirmed and none final.
    pub async fn start(blocks: impl IntoIterator<Item = Block>) -> Self {
        let chain = Arc::new(Mutex::new(Chain::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/", post(answer)).with_state(chain.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let node = Self { url, chain, task };
        for block in blocks {
            node.confirm(block);
        }
        node
    }

    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap()
    }

    pub fn confirm(&self, block: Block) {
        let mut chain = self.chain();
        chain.confirmed = block.slot;
        chain.blocks.insert(block.slot, block);
    }

    /// Lets the next `times` requests of `method` fail.
    pub fn fail(&self, method: &'static str, times: usize, fault: Fault) {
        let faults = std::iter::repeat_n(fault, times);
        self.chain().faults.entry(method).or_default().extend(faults);
    }

    pub fn asked(&self, method: &str) -> Vec<Request> {
        self.chain().requests.iter().filter(|request| request.method == method).cloned().collect()
    }
}

async fn answer(State(chain): State<Arc<Mutex<Chain>>>, Json(request): Json<Value>) -> Response {
    let method = request["method"].as_str().unwrap().to_owned();
    let params = request["params"].clone();
    let fault = {
        let mut chain = chain.lock().unwrap();
        let asked = Request { at: Instant::now(), method: method.clone(), params: params.clone() };
        chain.requests.push(asked);
        chain.faults.get_mut(method.as_str()).and_then(VecDeque::pop_front)
    };
    let body = match fault {
        Some(Fault::Status(status)) => return StatusCode::from_u16(status).unwrap().into_response(),
        Some(Fault::Silence) => {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
        Some(Fault::Error(code)) => Err(code),
        Some(Fault::Answer(answer)) => Ok(answer),
        None => chain.lock().unwrap().answer(&method, &params),
    };
    let id = &request["id"];
    Json(match body {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(code) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": "as scripted" } })
        }
    })
    .into_response()
}

impl Chain {
    fn tip(&self, config: &Value) -> u64 {
        if config["commitment"] == "confirmed" { self.confirmed } else { self.finalized }
    }

    fn answer(&self, method: &str, params: &Value) -> Result<Value, i64> {
        match method {
            "getSlot" => Ok(self.tip(&params[0]).into()),
            "getBlocksWithLimit" => {
                let (start, limit) = (params[0].as_u64().unwrap(), params[1].as_u64().unwrap() as usize);
                let slots = self.blocks.range(start..=self.tip(&params[2]).max(start)).map(|(slot, _)| *slot);
                let listed = |slot: &u64| *slot >= self.first_available && !self.unlisted.contains(slot);
                Ok(slots.filter(listed).take(limit).collect())
            }
            "getBlock" => {
                let slot = params[0].as_u64().unwrap();
                if slot < self.first_available {
                    return Err(-32001);
                }
                if slot > self.tip(&params[1]) {
                    return Err(-32004);
                }
                let block = self.blocks.get(&slot).ok_or(-32007)?;
                Ok(block.answer(params[1]["transactionDetails"].as_str().unwrap()))
            }
            "getSignaturesForAddress" => {
                assert_eq!(params[0], till::ID.to_string());
                if params[1]["minContextSlot"].as_u64().is_some_and(|slot| slot > self.tip(&params[1])) {
                    return Err(-32016);
                }
                Ok(self.signatures(&params[1]))
            }
            "getTransaction" => {
                let tip = self.tip(&params[1]);
                let found = self.blocks.values().filter(|block| block.slot <= tip).find_map(|block| {
                    let mut transactions = block.transactions.iter();
                    Some((block.slot, transactions.find(|one| params[0] == one.signature())?))
                });
                let Some((slot, transaction)) = found else { return Ok(Value::Null) };
                let mut answer = transaction.answer();
                answer["slot"] = slot.into();
                Ok(answer)
            }
            "getFirstAvailableBlock" => Ok(self.first_available.into()),
            _ => Err(-32601),
        }
    }

    /// Newest first. Nothing behind a signature that it does not know, as nodes do.
    fn signatures(&self, config: &Value) -> Value {
        let tip = self.tip(config);
        let mut listed = Vec::new();
        for block in self.blocks.range(self.first_available..=tip).map(|(_, block)| block).rev() {
            for (index, transaction) in block.transactions.iter().enumerate().rev() {
                if transaction.names_program {
                    listed.push(self.listed(block, transaction, index));
                }
            }
        }
        let position = listed.iter().position(|one| one["signature"] == config["before"]);
        let skipped = match position {
            _ if config["before"].is_null() => 0,
            Some(before) => before + 1,
            None => listed.len(),
        };
        let limit = (config["limit"].as_u64().unwrap() as usize).min(self.page.unwrap_or(1_000));
        listed.into_iter().skip(skipped).take(limit).collect()
    }

    fn listed(&self, block: &Block, transaction: &Transaction, index: usize) -> Value {
        let mut listed = json!({
            "signature": transaction.signature(),
            "slot": block.slot,
            "err": transaction.error,
            "confirmationStatus": if block.slot <= self.finalized { "finalized" } else { "confirmed" },
        });
        if self.tells_places {
            listed["transactionIndex"] = index.into();
            listed["blockTime"] = block.answer("none")["blockTime"].clone();
        }
        listed
    }
}
