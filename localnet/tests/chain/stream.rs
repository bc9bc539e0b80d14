//! The gRPC stream and its unary calls.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_localnet::{
    chain::{Chain, ChainConfig},
    grpc::{RingLimits, SessionLimits},
};
use tonic::Code;
use yellowstone_grpc_proto::prelude::{subscribe_update::UpdateOneof, *};

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_complete_before_it_is_closed_and_closed_before_it_is_confirmed() {
    let started = now();
    let chain = Chain::start(config(None)).await.unwrap();
    let mut stream = subscribe(&chain, everything(CommitmentLevel::Processed)).await;
    let rpc = rpc(&chain);
    let payer = funded(&rpc).await;
    let signature = transfer(&rpc, &payer, &Pubkey::new_unique(), 1_000_000).await;

    let mut updates = Vec::new();
    let slot = stream.collect_until(&mut updates, finalized(signature)).await;

    let of_slot: Vec<&UpdateOneof> = updates.iter().filter(|update| slot_of(update) == Some(slot)).collect();
    let place = |wanted: &dyn Fn(&UpdateOneof) -> bool| of_slot.iter().position(|update| wanted(update));
    let last_place =
        |wanted: &dyn Fn(&UpdateOneof) -> bool| of_slot.iter().rposition(|update| wanted(update));
    let transaction = last_place(&|update| matches!(update, UpdateOneof::Transaction(_))).unwrap();
    let account = last_place(&|update| matches!(update, UpdateOneof::Account(_))).unwrap();
    let meta = place(&|update| matches!(update, UpdateOneof::BlockMeta(_))).unwrap();
    let statuses: Vec<(usize, SlotStatus)> = of_slot
        .iter()
        .enumerate()
        .filter_map(|(place, update)| match update {
            UpdateOneof::Slot(slot) => Some((place, slot.status())),
            _ => None,
        })
        .collect();
    assert_eq!(
        statuses.iter().map(|(_, status)| *status).collect::<Vec<_>>(),
        [SlotStatus::SlotProcessed, SlotStatus::SlotConfirmed, SlotStatus::SlotFinalized]
    );
    assert!(transaction < meta && account < meta && meta < statuses[0].0);

    // A chain of parents, and counts that prove every slot complete.
    let mut counted: HashMap<u64, u64> = HashMap::new();
    let mut previous: Option<SubscribeUpdateBlockMeta> = None;
    for update in &updates {
        match update {
            UpdateOneof::Transaction(transaction) => {
                let count = counted.entry(transaction.slot).or_default();
                assert_eq!(transaction.transaction.as_ref().unwrap().index, *count);
                *count += 1;
            }
            UpdateOneof::BlockMeta(meta) => {
                if let Some(previous) = &previous {
                    assert_eq!(meta.parent_slot, previous.slot);
                    assert_eq!(meta.parent_blockhash, previous.blockhash);
                    assert_eq!(height(meta), height(previous) + 1);
                    assert_eq!(
                        meta.executed_transaction_count,
                        counted.get(&meta.slot).copied().unwrap_or_default()
                    );
                }
                previous = Some(meta.clone());
            }
            _ => {}
        }
    }
    let time = previous.unwrap().block_time.unwrap().timestamp;
    let ended = now();
    assert!((started - 1..=ended + 1).contains(&time), "block time {time}, not from {started} to {ended}");
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_carry_inner_instructions_and_token_balances() {
    let chain = Chain::start(config(None)).await.unwrap();
    let rpc = rpc(&chain);
    let payer = funded(&rpc).await;
    let request = SubscribeRequest {
        transactions: [(
            "mine".to_owned(),
            SubscribeRequestFilterTransactions {
                account_include: vec![payer.pubkey().to_string()],
                failed: Some(false),
                ..Default::default()
            },
        )]
        .into(),
        commitment: Some(CommitmentLevel::Confirmed as i32),
        ..Default::default()
    };
    let mut stream = subscribe(&chain, request).await;
    let mint = create_mint(&rpc, &payer).await;
    let (signature, account) = create_and_mint(&rpc, &payer, &mint, 25_000_000).await;

    let transaction = loop {
        if let UpdateOneof::Transaction(update) = stream.next().await
            && update.transaction.as_ref().unwrap().signature == signature.as_ref()
        {
            break update.transaction.unwrap();
        }
    };
    let meta = transaction.meta.unwrap();
    assert!(meta.err.is_none());
    assert!(meta.compute_units_consumed.unwrap() > 0);
    assert!(!meta.log_messages.is_empty());
    // Creating an associated token account calls the system and the token program.
    let inner = &meta.inner_instructions[0];
    assert_eq!(inner.index, 0);
    assert!(inner.instructions.len() >= 3, "{inner:?}");
    assert!(inner.instructions.iter().all(|inner| inner.stack_height == Some(2)));
    let keys = transaction.transaction.unwrap().message.unwrap().account_keys;
    let [balance] = &meta.post_token_balances[..] else { panic!("{:?}", meta.post_token_balances) };
    assert_eq!(keys[balance.account_index as usize], account.to_bytes());
    assert_eq!(balance.mint, mint.to_string());
    assert_eq!(balance.owner, payer.pubkey().to_string());
    assert_eq!(balance.ui_token_amount.as_ref().unwrap().amount, "25000000");
    assert_eq!(balance.ui_token_amount.as_ref().unwrap().decimals, 6);
    assert!(meta.pre_token_balances.is_empty());
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_transaction_is_streamed_and_its_fee_shows() {
    let chain = Chain::start(config(None)).await.unwrap();
    let mut stream = subscribe(&chain, everything(CommitmentLevel::Confirmed)).await;
    let rpc = rpc(&chain);
    let payer = funded(&rpc).await;
    let signature = send_unchecked(&rpc, &payer, &Pubkey::new_unique(), u64::MAX / 2).await;
    let (mut failed, mut paid) = (None, false);
    loop {
        match stream.next().await {
            UpdateOneof::Account(update) => {
                paid |= update.account.is_some_and(|account| {
                    account.pubkey == payer.pubkey().to_bytes() && account.lamports == AIRDROP - 5_000
                });
            }
            UpdateOneof::Transaction(update) => {
                let info = update.transaction.unwrap();
                if info.signature == signature.as_ref() {
                    failed = Some((update.slot, info.meta.unwrap().err.is_some()));
                }
            }
            UpdateOneof::Slot(update) if failed.is_some_and(|(slot, _)| slot == update.slot) => break,
            _ => {}
        }
    }
    assert!(failed.unwrap().1);
    assert!(paid, "the payer's account after the fee was not streamed");
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_released_before_its_commitment() {
    let chain = Chain::start(config(None)).await.unwrap();
    let mut confirmed = subscribe(&chain, everything(CommitmentLevel::Confirmed)).await;
    let mut finalized = subscribe(&chain, everything(CommitmentLevel::Finalized)).await;
    let rpc = rpc(&chain);
    let payer = funded(&rpc).await;
    let signature = transfer(&rpc, &payer, &Pubkey::new_unique(), 1_000_000).await;

    for (stream, status) in
        [(&mut confirmed, SlotStatus::SlotConfirmed), (&mut finalized, SlotStatus::SlotFinalized)]
    {
        let mut updates = Vec::new();
        let slot = stream
            .collect_until(&mut updates, |update| match update {
                UpdateOneof::Transaction(update) => (update.transaction.as_ref().unwrap().signature
                    == signature.as_ref())
                .then_some(update.slot),
                _ => None,
            })
            .await;
        // Only the own level of slots (filter_by_commitment), and data right before it.
        for update in &updates {
            if let UpdateOneof::Slot(slot) = update {
                assert_eq!(slot.status(), status);
            }
        }
        let mut rest = Vec::new();
        stream
            .collect_until(&mut rest, |update| match update {
                UpdateOneof::Slot(update) => Some(update.slot),
                _ => None,
            })
            .await;
        assert!(rest.iter().all(|update| slot_of(update) == Some(slot)));
    }
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_joins_live_without_gap_or_double() {
    let chain = Chain::start(config(None)).await.unwrap();
    let rpc = rpc(&chain);
    let payer = funded(&rpc).await;
    let mut sent = HashSet::new();
    for _ in 0..5 {
        sent.insert(transfer(&rpc, &payer, &Pubkey::new_unique(), 1_000_000).await);
    }
    let mut client = client(&chain).await;
    let first = client.subscribe_replay_info().await.unwrap().first_available.unwrap();

    let from_slot = first + 2;
    let request = SubscribeRequest { from_slot: Some(from_slot), ..everything(CommitmentLevel::Confirmed) };
    let mut stream = subscribe(&chain, request).await;
    for _ in 0..5 {
        sent.insert(transfer(&rpc, &payer, &Pubkey::new_unique(), 1_000_000).await);
    }
    let until = client.get_slot(Some(CommitmentLevel::Processed)).await.unwrap().slot + 3;
    let mut updates = Vec::new();
    stream
        .collect_until(&mut updates, |update| match update {
            UpdateOneof::Slot(update) if update.slot >= until => Some(()),
            _ => None,
        })
        .await;
    let mut seen = HashSet::new();
    let mut metas = Vec::new();
    let mut statuses = Vec::new();
    for update in &updates {
        match update {
            UpdateOneof::Transaction(update) => {
                let signature = update.transaction.as_ref().unwrap().signature.clone();
                assert!(seen.insert(signature), "a transaction came twice");
            }
            UpdateOneof::BlockMeta(meta) => metas.push(meta.slot),
            UpdateOneof::Slot(slot) => statuses.push(slot.slot),
            _ => {}
        }
    }
    assert_eq!(metas, (from_slot..=until).collect::<Vec<_>>());
    assert_eq!(statuses, metas);
    assert!(sent.iter().all(|signature| seen.contains(signature.as_ref())));
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_is_refused_with_what_is_left() {
    let ring = RingLimits { slots: 40, ..RingLimits::default() };
    let chain = Chain::start(ChainConfig { ring, slot_ms: 10, ..config(None) }).await.unwrap();
    let mut client = client(&chain).await;
    let first = || async {
        let mut client = crate::support::client(&chain).await;
        client.subscribe_replay_info().await.unwrap().first_available.unwrap()
    };
    let at_start = first().await;
    while first().await == at_start {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let request = SubscribeRequest { from_slot: Some(at_start), ..everything(CommitmentLevel::Confirmed) };
    let (_sink, mut stream) = client.subscribe_with_request(Some(request)).await.unwrap();
    let status = stream.next().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    assert!(status.message().contains(&format!("broadcast from {at_start} is not available")), "{status}");
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_change_pings_are_answered_and_the_server_pings() {
    let session = SessionLimits { ping_interval: Duration::from_millis(300), ..SessionLimits::default() };
    let chain = Chain::start(ChainConfig { session, ..config(None) }).await.unwrap();
    let mut client = client(&chain).await;
    assert_eq!(client.ping(7).await.unwrap().count, 7);

    let slots =
        SubscribeRequest { slots: [("s".to_owned(), Default::default())].into(), ..Default::default() };
    let (mut sink, mut stream) = client.subscribe_with_request(Some(slots)).await.unwrap();
    let mut next = async |wanted: fn(&UpdateOneof) -> bool| loop {
        let update = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap();
        if let Some(update) = update.update_oneof
            && wanted(&update)
        {
            return update;
        }
    };
    next(|update| matches!(update, UpdateOneof::Slot(_))).await;
    next(|update| matches!(update, UpdateOneof::Ping(_))).await;
    let ping = SubscribeRequest { ping: Some(SubscribeRequestPing { id: 42 }), ..Default::default() };
    sink.send(ping).await.unwrap();
    next(|update| matches!(update, UpdateOneof::Pong(pong) if pong.id == 42)).await;
    // A ping leaves the filter as it is, another request replaces it.
    next(|update| matches!(update, UpdateOneof::Slot(_))).await;
    let metas =
        SubscribeRequest { blocks_meta: [("m".to_owned(), Default::default())].into(), ..Default::default() };
    sink.send(metas).await.unwrap();
    next(|update| matches!(update, UpdateOneof::BlockMeta(_))).await;
    for _ in 0..3 {
        let update = next(|update| matches!(update, UpdateOneof::BlockMeta(_) | UpdateOneof::Slot(_))).await;
        assert!(matches!(update, UpdateOneof::BlockMeta(_)));
    }
    let blocks =
        SubscribeRequest { blocks: [("b".to_owned(), Default::default())].into(), ..Default::default() };
    sink.send(blocks).await.unwrap();
    let status = loop {
        match stream.next().await.unwrap() {
            Ok(_) => {}
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::InvalidArgument);
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_cut_off() {
    let session = SessionLimits { channel: 4, lag: 50, send_timeout: PATIENCE, ..SessionLimits::default() };
    let chain = Chain::start(ChainConfig { session, slot_ms: 10, ..config(None) }).await.unwrap();
    // A window of one small message fills the pipe at once.
    let mut client = yellowstone_grpc_client::GeyserGrpcClient::build_from_shared(chain.grpc_url())
        .unwrap()
        .initial_stream_window_size(1024)
        .connect()
        .await
        .unwrap();
    let (_sink, mut stream) =
        client.subscribe_with_request(Some(everything(CommitmentLevel::Processed))).await.unwrap();
    stream.next().await.unwrap().unwrap();
    // Another one sees how far behind that is; a server looks a few times a second.
    let mut other = crate::support::client(&chain).await;
    let behind = other.get_slot(None).await.unwrap().slot + 100;
    while other.get_slot(None).await.unwrap().slot < behind {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let started = Instant::now();
    let status = loop {
        assert!(started.elapsed() < PATIENCE, "it was not cut off");
        match stream.next().await.unwrap() {
            Ok(_) => {}
            Err(status) => break status,
        }
    };
    assert!(status.message().contains("lagged"), "{status}");
    chain.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unary_calls_agree_with_the_rpc() {
    // So slow that no blockhash gets too old meanwhile.
    let chain = Chain::start(ChainConfig { slot_ms: 400, ..config(None) }).await.unwrap();
    let rpc = rpc(&chain);
    let mut client = client(&chain).await;
    let confirmed = Some(CommitmentLevel::Confirmed);
    let lowest = client.get_block_height(confirmed).await.unwrap().block_height;
    let latest = client.get_latest_blockhash(confirmed).await.unwrap();
    let highest = client.get_block_height(confirmed).await.unwrap().block_height;
    assert!((lowest + 150..=highest + 150).contains(&latest.last_valid_block_height), "{latest:?}");
    assert!(rpc.is_blockhash_valid(&latest.blockhash.parse().unwrap(), COMMITMENT).await.unwrap());
    let valid = client.is_blockhash_valid(latest.blockhash.clone(), confirmed).await.unwrap();
    assert!(valid.valid && valid.slot >= latest.slot);
    let unknown =
        client.is_blockhash_valid("11111111111111111111111111111111".into(), confirmed).await.unwrap();
    assert!(!unknown.valid);
    let before = client.get_slot(confirmed).await.unwrap().slot;
    let rpc_slot = rpc.get_slot_with_commitment(COMMITMENT).await.unwrap();
    let after = client.get_slot(confirmed).await.unwrap().slot;
    assert!((before..=after).contains(&rpc_slot), "{rpc_slot}, not from {before} to {after}");
    assert!(client.get_version().await.unwrap().version.contains("till-localnet"));
    chain.stop().await.unwrap();
}
