//! What survives the end of the process, an orderly one and a kill.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use solana_client::nonblocking::rpc_client::RpcClient;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use surfpool_core::surfnet::noop_program::NOOP_PROGRAM_ELF;
use till_localnet::chain::Chain;
use yellowstone_grpc_proto::prelude::{subscribe_update::UpdateOneof, *};

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_continues_where_the_first_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(Some(dir.path()));
    let chain = Chain::start(config.clone()).await.unwrap();
    let first = rpc(&chain);
    let payer = funded(&first).await;
    let receiver = Pubkey::new_unique();
    let mint = create_mint(&first, &payer).await;
    create_and_mint(&first, &payer, &mint, 5).await;
    let program = Keypair::new().pubkey();
    chain.deploy(&program, NOOP_PROGRAM_ELF, &payer.pubkey()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(3 * SLOT_MS)).await;
    call(&first, &payer, &program).await;
    let signature = transfer(&first, &payer, &receiver, 2_000_000).await;
    let transaction_slot = slot_of_transaction(&first, &signature).await;
    let balance = first.get_balance_with_commitment(&payer.pubkey(), COMMITMENT).await.unwrap().value;
    let blockhash = first.get_latest_blockhash().await.unwrap();
    let mut geyser = client(&chain).await;
    let before = geyser.get_latest_blockhash(Some(CommitmentLevel::Processed)).await.unwrap();
    chain.stop().await.unwrap();
    for port in [config.rpc_port, config.ws_port, config.grpc_port] {
        std::net::TcpListener::bind(("127.0.0.1", port)).expect("a port is still in use");
    }

    let chain = Chain::start(config).await.unwrap();
    let second = rpc(&chain);
    assert!(
        second.is_blockhash_valid(&blockhash, COMMITMENT).await.unwrap(),
        "a signed transaction would be lost"
    );
    let mut geyser = client(&chain).await;
    let after = geyser.get_latest_blockhash(Some(CommitmentLevel::Processed)).await.unwrap();
    assert!(after.slot > before.slot, "slot {} after {}", after.slot, before.slot);
    assert!(after.last_valid_block_height > before.last_valid_block_height);
    assert_eq!(second.get_balance_with_commitment(&payer.pubkey(), COMMITMENT).await.unwrap().value, balance);
    assert_eq!(second.get_balance_with_commitment(&receiver, COMMITMENT).await.unwrap().value, 2_000_000);
    assert_eq!(slot_of_transaction(&second, &signature).await, transaction_slot);
    // Program, mint and token account still work.
    call(&second, &payer, &program).await;
    create_and_mint(&second, &payer, &mint, 7).await;
    require_wall_clock(&second).await;

    // What happened before can still be asked for, and runs into what happens now.
    let request =
        SubscribeRequest { from_slot: Some(transaction_slot), ..everything(CommitmentLevel::Confirmed) };
    let mut stream = subscribe(&chain, request).await;
    let mut updates = Vec::new();
    stream
        .collect_until(&mut updates, |update| match update {
            UpdateOneof::Slot(update) if update.slot > after.slot => Some(()),
            _ => None,
        })
        .await;
    let metas: Vec<&SubscribeUpdateBlockMeta> = updates
        .iter()
        .filter_map(|update| match update {
            UpdateOneof::BlockMeta(meta) => Some(meta),
            _ => None,
        })
        .collect();
    assert_eq!(metas[0].slot, transaction_slot);
    for pair in metas.windows(2) {
        assert_eq!(pair[1].parent_slot, pair[0].slot);
        assert_eq!(pair[1].parent_blockhash, pair[0].blockhash);
        assert_eq!(height(pair[1]), height(pair[0]) + 1);
    }
    let known = metas.iter().find(|meta| meta.slot == before.slot).expect("the last slot of before");
    assert_eq!(known.blockhash, before.blockhash);
    assert!(updates.iter().any(|update| matches!(update, UpdateOneof::Transaction(update)
        if update.transaction.as_ref().unwrap().signature == signature.as_ref())));
    chain.stop().await.unwrap();
}

/// Tests of expiries travel in time: the chain stays there, keeps what the travel closed, and its stream stays whole.
#[tokio::test(flavor = "multi_thread")]
async fn time_travel_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(Some(dir.path()));
    let chain = Chain::start(config.clone()).await.unwrap();
    let first = rpc(&chain);
    let payer = funded(&first).await;
    let receiver = Pubkey::new_unique();
    let mut stream = subscribe(&chain, everything(CommitmentLevel::Confirmed)).await;
    transfer(&first, &payer, &receiver, 1_000_000).await;
    let day = 24 * 60 * 60;
    let (then, travelled) = (now() + day, Instant::now());
    travel(&first, then).await;
    transfer(&first, &payer, &receiver, 1_000_000).await;
    require_travelled(&first, then, travelled).await;
    let until = client(&chain).await.get_slot(None).await.unwrap().slot + 3;
    let mut updates = Vec::new();
    stream
        .collect_until(&mut updates, |update| match update {
            UpdateOneof::Slot(update) if update.slot >= until => Some(()),
            _ => None,
        })
        .await;
    let metas: Vec<_> = updates
        .iter()
        .filter_map(|update| match update {
            UpdateOneof::BlockMeta(meta) => Some(meta),
            _ => None,
        })
        .collect();
    for pair in metas.windows(2) {
        assert_eq!(pair[1].parent_slot, pair[0].slot);
        assert_eq!(height(pair[1]), height(pair[0]) + 1);
    }
    chain.stop().await.unwrap();

    let chain = Chain::start(config).await.unwrap();
    let second = rpc(&chain);
    assert!(client(&chain).await.get_slot(None).await.unwrap().slot > until);
    require_travelled(&second, then, travelled).await;
    assert_eq!(second.get_balance_with_commitment(&receiver, COMMITMENT).await.unwrap().value, 2_000_000);
    transfer(&second, &payer, &receiver, 1_000_000).await;
    chain.stop().await.unwrap();
}

/// The chain's clock reads the wall clock's time; it is behind while its last slot is late.
async fn require_wall_clock(rpc: &RpcClient) {
    let started = Instant::now();
    loop {
        let before = now();
        let seconds = clock(rpc).await;
        let after = now();
        if (before - 2..=after + 1).contains(&seconds) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "the clock reads {seconds}, it is {before} to {after}");
        tokio::time::sleep(Duration::from_millis(SLOT_MS)).await;
    }
}

/// The chain's clock was set to `then` at or after `travelled`, and has run no faster than ours since.
async fn require_travelled(rpc: &RpcClient, then: i64, travelled: Instant) {
    let seconds = clock(rpc).await;
    let latest = then + travelled.elapsed().as_secs() as i64 + 2;
    assert!((then - 1..=latest).contains(&seconds), "the clock reads {seconds}, not {then} to {latest}");
}

/// A process that is killed keeps what was confirmed. The process is this test, run again.
#[test]
fn a_killed_chain_loses_nothing_that_was_confirmed() {
    const CHILD: &str = "TILL_TEST_CHAIN_CHILD";
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = PathBuf::from(dir);
        runtime().block_on(async {
            let chain = Chain::start(config(Some(&dir.join("chain")))).await.unwrap();
            let rpc = rpc(&chain);
            let payer = funded(&rpc).await;
            let receiver = Pubkey::new_unique();
            transfer(&rpc, &payer, &receiver, 3_000_000).await;
            let slot = client(&chain).await.get_slot(None).await.unwrap().slot;
            let temporary = dir.join("ready.part");
            std::fs::write(&temporary, format!("{receiver} {slot}")).unwrap();
            std::fs::rename(temporary, dir.join("ready")).unwrap();
            loop {
                transfer(&rpc, &payer, &Pubkey::new_unique(), 1_000_000).await;
            }
        });
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "restart::a_killed_chain_loses_nothing_that_was_confirmed", "--nocapture"])
        .env(CHILD, dir.path())
        .spawn()
        .unwrap();
    let ready = wait_for(&dir.path().join("ready"));
    let (receiver, slot) = ready.split_once(' ').unwrap();
    std::thread::sleep(Duration::from_millis(700));
    child.kill().unwrap();
    child.wait().unwrap();

    runtime().block_on(async {
        let chain = Chain::start(config(Some(&dir.path().join("chain")))).await.unwrap();
        let balance = rpc(&chain)
            .get_balance_with_commitment(&receiver.parse().unwrap(), COMMITMENT)
            .await
            .unwrap()
            .value;
        assert_eq!(balance, 3_000_000);
        let now = client(&chain).await.get_slot(None).await.unwrap().slot;
        assert!(now > slot.parse::<u64>().unwrap(), "slot {now} after {slot}");
        chain.stop().await.unwrap();
    });
}

fn wait_for(path: &Path) -> String {
    let started = Instant::now();
    while !path.exists() {
        assert!(started.elapsed() < PATIENCE, "the chain of the other process does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::read_to_string(path).unwrap()
}
