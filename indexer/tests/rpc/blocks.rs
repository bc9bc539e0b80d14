use std::{num::NonZeroU32, ops::RangeInclusive, sync::Arc, time::Duration};

use till_indexer::{
    core::{SlotState, Update},
    sources::{
        Blocks, SourceError, Subscription,
        rpc::{Client, Config, RpcBlocks},
    },
};

use crate::node::{Block, Fault, Node, Transaction};

/// With a deadline that no test is meant to reach.
pub fn client(node: &Node) -> Arc<Client> {
    until(node, Duration::from_secs(30))
}

/// For tests of what is told at the deadline.
pub fn impatient(node: &Node) -> Arc<Client> {
    until(node, Duration::from_secs(3))
}

fn until(node: &Node, deadline: Duration) -> Arc<Client> {
    let requests_per_second = NonZeroU32::new(1_000).unwrap();
    Arc::new(Client::new(Config { requests_per_second, deadline, ..Config::new(&node.url) }))
}

/// Everything until it ends, and why it ended if that was an error.
async fn all(mut subscription: Subscription) -> (Vec<Update>, Option<SourceError>) {
    let mut updates = Vec::new();
    while let Some(update) = subscription.updates.recv().await {
        match update {
            Ok(update) => updates.push(update),
            Err(error) => return (updates, Some(error)),
        }
    }
    (updates, None)
}

/// The slots that are told to be confirmed.
fn confirmed(updates: &[Update]) -> Vec<u64> {
    let confirmed = |update: &Update| match update {
        Update::Slot { slot, state: SlotState::Confirmed, .. } => Some(*slot),
        _ => None,
    };
    updates.iter().filter_map(confirmed).collect()
}

async fn fetch(node: &Node, slots: RangeInclusive<u64>) -> (Vec<u64>, Option<String>) {
    fetch_by(client(node), slots).await
}

async fn fetch_by(client: Arc<Client>, slots: RangeInclusive<u64>) -> (Vec<u64>, Option<String>) {
    let (updates, error) = all(RpcBlocks::new(client).fetch(slots)).await;
    (confirmed(&updates), error.map(|error| error.to_string()))
}

/// 10, 11, 13, 14, and from there on every second.
async fn node() -> Node {
    let even = (8..=20).map(|half| Block::new(2 * half, 2 * half - 2, []));
    let odd = [Block::new(10, 9, []), Block::new(11, 10, []), Block::new(13, 11, []), Block::new(14, 13, [])];
    Node::start(odd.into_iter().chain(even)).await
}

#[tokio::test]
async fn a_block_comes_as_a_stream_would_tell_it() {
    let transactions = [Transaction::foreign(1), Transaction::ours(2)];
    let node = Node::start([Block::new(5, 3, transactions)]).await;
    let (updates, error) = all(RpcBlocks::new(client(&node)).fetch(5..=5)).await;
    assert!(error.is_none(), "{error:?}");
    let [foreign, ours, whole, meta, slot] = updates.as_slice() else { panic!("{updates:?}") };
    assert_eq!(*foreign, Update::Executed { slot: 5, index: 0, is_ours: false });
    assert_eq!(*ours, Update::Executed { slot: 5, index: 1, is_ours: true });
    assert!(matches!(whole, Update::Transaction(whole) if whole.index == 1 && whole.signature == [2; 64]));
    assert!(matches!(meta, Update::BlockMeta(meta) if meta.executed_transactions == 2));
    assert_eq!(*slot, Update::Slot { slot: 5, parent: Some(3), state: SlotState::Confirmed });
}

#[tokio::test]
async fn skipped_slots_are_left_out() {
    let node = node().await;
    assert_eq!(fetch(&node, 10..=13).await, (vec![10, 11, 13], None));
    assert_eq!(fetch(&node, 12..=12).await, (vec![], None));
    assert_eq!(fetch(&node, 12..=15).await, (vec![13, 14], None));
}

#[tokio::test]
async fn blocks_come_in_order_however_their_answers_do() {
    let node = Node::start((1..=300).map(|slot| Block::new(slot, slot - 1, []))).await;
    node.fail("getBlock", 3, Fault::Status(503));
    assert_eq!(fetch(&node, 1..=300).await, ((1..=300).collect(), None));
}

#[tokio::test]
async fn a_block_that_the_node_has_lost_is_not_a_skipped_slot() {
    let node = node().await;
    node.chain().unlisted.insert(11);
    let (slots, error) = fetch(&node, 10..=14).await;
    assert_eq!(slots, [10]);
    assert!(error.unwrap().contains("slot 13 stands behind slot 11"));
    // At the beginning and at the end of what was asked for, too.
    assert!(fetch(&node, 11..=14).await.1.is_some());
    assert!(fetch(&node, 11..=11).await.1.is_some());
    assert!(fetch(&node, 10..=12).await.1.is_some());
}

#[tokio::test]
async fn history_that_the_node_has_thrown_away_is_an_error() {
    let node = node().await;
    node.chain().first_available = 13;
    let (slots, error) = fetch(&node, 10..=14).await;
    assert_eq!(slots, Vec::<u64>::new());
    assert!(error.is_some());
}

#[tokio::test]
async fn a_node_that_lags_is_not_an_answer() {
    let node = node().await;
    let (slots, error) = fetch_by(impatient(&node), 38..=41).await;
    assert_eq!(slots, [38, 40]);
    assert!(error.unwrap().contains("behind"));
}

#[tokio::test]
async fn a_node_that_catches_up_is_waited_for() {
    let node = node().await;
    let blocks = RpcBlocks::new(client(&node));
    let fetching = all(blocks.fetch(40..=41));
    let catching_up = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        node.confirm(Block::new(42, 40, []));
    };
    let ((updates, error), ()) = tokio::join!(fetching, catching_up);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(confirmed(&updates), [40]);
}

#[tokio::test]
async fn an_error_is_not_an_empty_block() {
    let node = node().await;
    node.fail("getBlock", 100, Fault::Error(-32007));
    let (slots, error) = fetch_by(impatient(&node), 10..=14).await;
    assert_eq!(slots, Vec::<u64>::new());
    assert!(error.unwrap().contains("-32007"));
}

#[tokio::test]
async fn a_node_that_changes_sides_on_the_way_is_told() {
    let node = node().await;
    let mut other = Block::new(13, 11, []).answer("full");
    other["previousBlockhash"] = Block::hash(99).into();
    node.fail("getBlock", 1, Fault::Answer(Block::new(11, 10, []).answer("full")));
    node.fail("getBlock", 1, Fault::Answer(other));
    let (slots, error) = fetch(&node, 11..=13).await;
    assert_eq!(slots, [11]);
    assert!(error.is_some());
}
