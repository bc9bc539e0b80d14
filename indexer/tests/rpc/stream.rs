use std::time::Duration;

use till_indexer::{
    core::{SlotState, Update},
    sources::{Source, SourceError, Subscription, rpc::RpcStream},
};

use crate::{
    blocks::{client, impatient},
    node::{Block, Fault, Node},
};

/// The next confirmed or finalized slot.
async fn next(stream: &mut Subscription) -> Result<(u64, SlotState), SourceError> {
    loop {
        let update = tokio::time::timeout(Duration::from_secs(60), stream.updates.recv()).await;
        let update = update.expect("nothing is told").expect("the stream ended")?;
        if let Update::Slot { slot, state, .. } = update {
            return Ok((slot, state));
        }
    }
}

#[tokio::test]
async fn a_stream_begins_where_it_is_asked_to_and_goes_on() {
    let node = Node::start((1..=5).map(|slot| Block::new(slot, slot - 1, []))).await;
    node.chain().finalized = 2;
    let mut stream = RpcStream::new(client(&node), None).subscribe(Some(4)).await.unwrap();
    assert_eq!(next(&mut stream).await.unwrap(), (4, SlotState::Confirmed));
    assert_eq!(next(&mut stream).await.unwrap(), (5, SlotState::Confirmed));
    assert_eq!(next(&mut stream).await.unwrap(), (2, SlotState::Finalized));
    node.confirm(Block::new(8, 5, []));
    node.chain().finalized = 5;
    assert_eq!(next(&mut stream).await.unwrap(), (8, SlotState::Confirmed));
    assert_eq!(next(&mut stream).await.unwrap(), (5, SlotState::Finalized));
}

#[tokio::test]
async fn a_stream_without_a_beginning_begins_in_the_present() {
    let node = Node::start((1..=5).map(|slot| Block::new(slot, slot - 1, []))).await;
    let mut stream = RpcStream::new(client(&node), None).subscribe(None).await.unwrap();
    assert_eq!(next(&mut stream).await.unwrap(), (5, SlotState::Confirmed));
}

#[tokio::test]
async fn blocks_that_were_final_before_they_were_told_are_told_to_be_final() {
    let node = Node::start((1..=300).map(|slot| Block::new(slot, slot - 1, []))).await;
    node.chain().finalized = 290;
    let mut stream = RpcStream::new(client(&node), None).subscribe(Some(1)).await.unwrap();
    let mut told = Vec::new();
    while told.last() != Some(&(290, SlotState::Finalized)) {
        told.push(next(&mut stream).await.unwrap());
    }
    let finalized: Vec<u64> =
        told.iter().filter(|(_, state)| *state == SlotState::Finalized).map(|(slot, _)| *slot).collect();
    assert_eq!(finalized, [256, 290], "on the way, too, and never ahead of what was told");
}

#[tokio::test]
async fn a_node_behind_the_beginning_says_nothing_until_it_has_caught_up() {
    let node = Node::start([Block::new(1, 0, [])]).await;
    let mut stream = RpcStream::new(client(&node), None).subscribe(Some(3)).await.unwrap();
    let silence = tokio::time::timeout(Duration::from_millis(600), stream.updates.recv()).await;
    assert!(silence.is_err(), "{silence:?}");
    node.confirm(Block::new(4, 1, []));
    assert_eq!(next(&mut stream).await.unwrap().0, 4);
}

#[tokio::test]
async fn a_beginning_that_the_node_does_not_have_any_more_is_refused() {
    let node = Node::start((1..=5).map(|slot| Block::new(slot, slot - 1, []))).await;
    node.chain().first_available = 3;
    let mut stream = RpcStream::new(client(&node), None).subscribe(Some(2)).await.unwrap();
    let error = next(&mut stream).await.unwrap_err();
    assert!(error.to_string().contains("slot 3 stands behind slot 2"), "{error}");
}

#[tokio::test]
async fn a_websocket_that_does_not_work_only_makes_the_stream_later() {
    let node = Node::start([Block::new(1, 0, [])]).await;
    // A server that knows neither TLS nor WebSockets.
    let ws_url = node.url.replace("http", "wss");
    let mut stream = RpcStream::new(client(&node), Some(ws_url)).subscribe(None).await.unwrap();
    assert_eq!(next(&mut stream).await.unwrap(), (1, SlotState::Confirmed));
    node.confirm(Block::new(2, 1, []));
    while next(&mut stream).await.unwrap() != (2, SlotState::Confirmed) {}
}

#[tokio::test]
async fn a_node_that_is_gone_cannot_be_subscribed_to() {
    let node = Node::start([]).await;
    node.fail("getSlot", 100, Fault::Status(503));
    let stream = RpcStream::new(impatient(&node), None);
    let Err(error) = stream.subscribe(None).await else { panic!("it began") };
    assert!(matches!(error, SourceError::Connect(_)), "{error}");
}
