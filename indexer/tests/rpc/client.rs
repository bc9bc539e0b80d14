use std::{num::NonZeroU32, time::Duration};

use serde_json::{Value, json};
use solana_commitment_config::CommitmentConfig;
use solana_signature::Signature;
use till_indexer::sources::rpc::{Client, Config, RpcError};

use crate::node::{Block, Fault, Node, Transaction};

const CONFIRMED: CommitmentConfig = CommitmentConfig::confirmed();

/// With a deadline that no test is meant to reach.
fn client(node: &Node) -> Client {
    until(node, Duration::from_secs(30))
}

/// For tests of what is told at the deadline.
fn impatient(node: &Node) -> Client {
    until(node, Duration::from_secs(3))
}

fn until(node: &Node, deadline: Duration) -> Client {
    let requests_per_second = NonZeroU32::new(1_000).unwrap();
    Client::new(Config { requests_per_second, deadline, ..Config::new(&node.url) })
}

async fn node() -> Node {
    Node::start([
        Block::new(5, 4, []),
        Block::new(7, 5, [Transaction::foreign(1), Transaction::ours(2), Transaction::foreign(3)]),
    ])
    .await
}

#[tokio::test]
async fn a_block_is_understood() {
    let node = node().await;
    let block = client(&node).block(7).await.unwrap();
    assert_eq!((block.meta.slot, block.meta.parent_slot), (7, 5));
    assert_eq!(block.meta.blockhash, Block::hash(7));
    assert_eq!(block.meta.parent_blockhash, Block::hash(5));
    assert_eq!((block.meta.time, block.meta.height, block.meta.executed_transactions), (1_007, 3, 3));
    let [ours] = block.transactions.as_slice() else { panic!("{:?}", block.transactions) };
    assert_eq!((ours.slot, ours.index, ours.signature), (7, 1, [2; 64]));
    assert_eq!(ours.keys, [[2; 32], till::ID.to_bytes()]);
    let inner = &ours.inner[0];
    assert_eq!((inner.outer, inner.position, inner.program), (0, 0, 1));
    assert_eq!((inner.accounts.as_slice(), inner.data.as_slice()), ([0].as_slice(), [1, 2, 3, 4].as_slice()));
}

#[tokio::test]
async fn a_header_is_that_of_the_block() {
    let node = node().await;
    let client = client(&node);
    assert_eq!(client.header(7).await.unwrap(), client.block(7).await.unwrap().meta);
}

#[tokio::test]
async fn the_program_is_found_behind_a_lookup_table() {
    let transaction = Transaction { by_lookup: true, ..Transaction::ours(1) };
    let node = Node::start([Block::new(1, 0, [transaction])]).await;
    let block = client(&node).block(1).await.unwrap();
    assert_eq!(block.transactions[0].keys.last(), Some(&till::ID.to_bytes()));
}

#[tokio::test]
async fn what_failed_and_what_votes_is_counted_and_not_the_programs() {
    let failed = Transaction { error: json!({ "SomethingNew": 1 }), ..Transaction::ours(1) };
    let vote = Transaction { is_vote: true, ..Transaction::ours(2) };
    let node = Node::start([Block::new(1, 0, [failed, vote])]).await;
    let block = client(&node).block(1).await.unwrap();
    assert_eq!((block.meta.executed_transactions, block.transactions.len()), (2, 0));
}

#[tokio::test]
async fn a_node_that_records_no_inner_instructions_is_of_no_use() {
    let bare = Transaction { inner: Value::Null, ..Transaction::ours(1) };
    let node = Node::start([Block::new(1, 0, [bare])]).await;
    let error = client(&node).block(1).await.unwrap_err();
    assert!(matches!(error, RpcError::Malformed(_)), "{error}");
}

#[tokio::test]
async fn a_parent_that_is_gone_is_not_a_blockhash() {
    let node = node().await;
    let mut answer = Block::new(7, 5, []).answer("full");
    answer["previousBlockhash"] = "11111111111111111111111111111111".into();
    node.fail("getBlock", 1, Fault::Answer(answer));
    let error = client(&node).block(7).await.unwrap_err();
    assert!(matches!(error, RpcError::Pruned(_)), "{error}");
}

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    let node = node().await;
    let client = client(&node);
    let mut without_time = Block::new(7, 5, []).answer("full");
    without_time["blockTime"] = Value::Null;
    for fault in [
        Fault::Status(503),
        Fault::Status(429),
        Fault::Error(-32004),
        Fault::Error(-32014),
        Fault::Error(-32005),
        Fault::Error(-32007),
        Fault::Answer(Value::Null),
        Fault::Answer(without_time),
    ] {
        node.fail("getBlock", 1, fault.clone());
        let block = client.block(7).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(block.transactions.len(), 1, "{fault:?}");
    }
    assert_eq!(node.asked("getBlock").len(), 16);
}

#[tokio::test]
async fn what_will_not_pass_is_told_apart_and_not_asked_again() {
    let node = node().await;
    let client = client(&node);
    let ask = async |fault: Fault| {
        node.chain().requests.clear();
        node.fail("getBlock", 1, fault);
        let error = client.block(7).await.unwrap_err();
        assert_eq!(node.asked("getBlock").len(), 1, "{error}");
        error
    };
    assert!(matches!(ask(Fault::Error(-32001)).await, RpcError::Pruned(_)));
    assert!(matches!(ask(Fault::Error(-32015)).await, RpcError::Refused(_)));
    assert!(matches!(ask(Fault::Status(401)).await, RpcError::Refused(_)));
    assert!(matches!(ask(Fault::Answer(json!({ "blockhash": 1 }))).await, RpcError::Malformed(_)));
}

#[tokio::test]
async fn what_does_not_pass_before_the_deadline_is_an_error() {
    let node = node().await;
    let client = impatient(&node);
    let error = client.block(6).await.unwrap_err();
    assert!(matches!(error, RpcError::Missing(_)), "{error}");
    node.fail("getBlock", 1, Fault::Silence);
    let error = client.block(7).await.unwrap_err();
    assert!(matches!(error, RpcError::Transient(_)), "{error}");
}

#[tokio::test]
async fn a_node_that_lags_does_not_say_which_slots_were_skipped() {
    let node = node().await;
    let client = client(&node);
    assert_eq!(client.blocks(4, 9).await.unwrap(), [5, 7]);
    assert_eq!(client.blocks(6, 1).await.unwrap(), [7]);
    let error = impatient(&node).blocks(8, 1).await.unwrap_err();
    assert!(matches!(error, RpcError::Lagging(_)), "{error}");
}

#[tokio::test]
async fn questions_are_no_faster_than_allowed() {
    let node = node().await;
    let pace = NonZeroU32::new(20).unwrap();
    let client = Client::new(Config { requests_per_second: pace, ..Config::new(&node.url) });
    futures::future::join_all((0..11).map(|_| client.slot(CONFIRMED))).await;
    let asked = node.asked("getSlot");
    let took = asked[10].at - asked[0].at;
    assert!(took >= Duration::from_millis(450), "11 requests took {took:?}");
}

#[tokio::test]
async fn final_history_is_listed_newest_first_and_page_by_page() {
    let failed = Transaction { error: json!("AccountInUse"), ..Transaction::ours(3) };
    let node = Node::start([
        Block::new(5, 4, [Transaction::ours(1), Transaction::foreign(9)]),
        Block::new(6, 5, [Transaction::ours(2), failed, Transaction::ours(4)]),
        Block::new(7, 6, [Transaction::ours(5)]),
    ])
    .await;
    node.chain().finalized = 6;
    let client = client(&node);
    let page = async |before: Option<u8>| {
        let before = before.map(|mark| Signature::from([mark; 64]));
        let page = client.signatures(before, 3, 6).await.unwrap();
        page.iter().map(|one| (one.signature[0], one.slot, one.has_failed)).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, [(4, 6, false), (3, 6, true), (2, 6, false)]);
    assert_eq!(page(Some(2)).await, [(1, 5, false)]);
    assert_eq!(page(Some(8)).await, [], "a signature that the node does not know");
    assert_eq!(node.asked("getSignaturesForAddress")[0].params[1]["commitment"], "finalized");
    let lagging = impatient(&node).signatures(None, 3, 7).await.unwrap_err();
    assert!(matches!(lagging, RpcError::Lagging(_)), "{lagging}");
}

#[tokio::test]
async fn a_block_tells_the_places_of_its_transactions() {
    let node = node().await;
    let client = client(&node);
    let (header, signatures) = client.signatures_of_block(7).await.unwrap();
    assert_eq!(header, client.header(7).await.unwrap());
    assert_eq!(signatures, [[1; 64], [2; 64], [3; 64]]);
}

#[tokio::test]
async fn a_transaction_is_that_of_its_block() {
    let node = node().await;
    let client = client(&node);
    let block = client.block(7).await.unwrap();
    let found = client.transaction(&Signature::from([2; 64]), 1).await.unwrap();
    assert_eq!(found, block.transactions[0]);
    let foreign = client.transaction(&Signature::from([1; 64]), 0).await.unwrap_err();
    assert!(matches!(foreign, RpcError::Malformed(_)), "{foreign}");
    let unknown = impatient(&node).transaction(&Signature::from([8; 64]), 0).await.unwrap_err();
    assert!(matches!(unknown, RpcError::Missing(_)), "{unknown}");
}

#[tokio::test]
async fn no_token_gets_into_names_and_errors() {
    let url = "http://me:secret@127.0.0.1:1/secret?api-key=secret".to_owned();
    let client = Client::new(Config { deadline: Duration::from_millis(300), ..Config::new(url) });
    assert_eq!(client.name(), "127.0.0.1:1");
    let error = client.slot(CONFIRMED).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}
