//! JSON-RPC tells the same chain as the gRPC stream: read with the indexer's own sources.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc};

use anchor_spl::{
    associated_token::{get_associated_token_address_with_program_id, spl_associated_token_account},
    token_2022,
};
use solana_client::{nonblocking::rpc_client::RpcClient, rpc_config::RpcSendTransactionConfig};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::AccountMeta;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_system_interface::instruction as system;
use solana_transaction::Transaction;
use till_indexer::{
    core::{BlockMeta, ProgramTransaction, SlotState, Update},
    sources::{
        Blocks, Source, Subscription,
        rpc::{Client, Config, RpcBlocks, RpcStream},
        yellowstone::Yellowstone,
    },
};
use till_localnet::chain::Chain;

use crate::support::*;

/// All of a block, in an order of its own.
#[derive(Debug, Default, PartialEq)]
struct Told {
    meta: Option<BlockMeta>,
    executed: BTreeMap<u64, bool>,
    transactions: BTreeMap<u64, ProgramTransaction>,
}

type Blockchain = BTreeMap<u64, Told>;

/// What a source tells, until it ends or has told that `until` is final.
async fn told(mut subscription: Subscription, until: Option<u64>) -> Blockchain {
    let mut chain = Blockchain::new();
    while let Some(update) = tokio::time::timeout(PATIENCE, subscription.updates.recv()).await.unwrap() {
        match update.unwrap() {
            Update::BlockMeta(meta) => {
                let slot = meta.slot;
                chain.entry(slot).or_default().meta = Some(meta);
            }
            Update::Executed { slot, index, is_ours } => {
                chain.entry(slot).or_default().executed.insert(index, is_ours);
            }
            Update::Transaction(transaction) => {
                let block = chain.entry(transaction.slot).or_default();
                block.transactions.insert(transaction.index, *transaction);
            }
            Update::Slot { slot, state: SlotState::Finalized, .. }
                if until.is_some_and(|end| slot >= end) =>
            {
                break;
            }
            Update::Slot { .. } | Update::Account(_) => {}
        }
    }
    chain
}

fn client(chain: &Chain) -> Arc<Client> {
    Arc::new(Client::new(Config {
        requests_per_second: NonZeroU32::new(1_000).unwrap(),
        ..Config::new(chain.rpc_url())
    }))
}

/// Transactions that name the program: one that calls other programs, one that fails, and one that no block can hold.
async fn act(rpc: &RpcClient, payer: &Keypair) {
    let mint = create_mint(rpc, payer).await;
    let owner = payer.pubkey();
    let mut create = spl_associated_token_account::instruction::create_associated_token_account_idempotent(
        &owner,
        &owner,
        &mint,
        &token_2022::ID,
    );
    create.accounts.push(AccountMeta::new_readonly(till::ID, false));
    send(rpc, payer, &[], &[create]).await;
    let created = get_associated_token_address_with_program_id(&owner, &mint, &token_2022::ID);
    assert!(rpc.get_account(&created).await.is_ok());

    send_unchecked(rpc, payer, &till::ID, 2 * AIRDROP).await;
    let expired = Transaction::new_signed_with_payer(
        &[system::transfer(&owner, &till::ID, 1_000_000)],
        Some(&owner),
        &[payer],
        Default::default(),
    );
    let config = RpcSendTransactionConfig { skip_preflight: true, ..Default::default() };
    // The embedded chain answers with the failure of a transaction that no validator would have taken.
    let _ = rpc.send_transaction_with_config(&expired, config).await;
    transfer(rpc, payer, &Pubkey::new_unique(), 1_000_000).await;
}

/// Compares everything from `first` to the last slot with a transaction; returns the program's transactions.
async fn compare(chain: &Chain, first: u64) -> Vec<ProgramTransaction> {
    let rpc = rpc(chain);
    let marker = transfer(&rpc, &funded(&rpc).await, &Pubkey::new_unique(), 1_000_000).await;
    let last = slot_of_transaction(&rpc, &marker).await;
    let yellowstone = Yellowstone::new(chain.grpc_url(), None);
    let mut streamed = told(yellowstone.subscribe(Some(first)).await.unwrap(), Some(last)).await;
    streamed.retain(|slot, _| *slot <= last);
    assert!(streamed.len() > 5, "too little to compare: {streamed:?}");
    let slots = first..=last;
    let fetched = told(RpcBlocks::new(client(chain)).fetch(slots.clone()), None).await;
    assert!(streamed == fetched, "streamed {streamed:#?}\nfetched {fetched:#?}");

    let source = RpcStream::new(client(chain), Some(chain.ws_url()));
    let mut followed = told(source.subscribe(Some(first)).await.unwrap(), Some(last)).await;
    followed.retain(|slot, _| *slot <= last);
    assert!(streamed == followed, "streamed {streamed:#?}\nfollowed {followed:#?}");

    let finalized = rpc.get_slot_with_commitment(CommitmentConfig::finalized()).await.unwrap();
    client(chain).header(finalized).await.expect("the final slot has a block");
    streamed.into_values().flat_map(|block| block.transactions.into_values()).collect()
}

/// The history of the program is what was streamed, in the same order.
async fn compare_history(chain: &Chain, streamed: &[ProgramTransaction]) {
    let client = client(chain);
    let mut listed = client.signatures(None, None, 1_000, CommitmentConfig::finalized()).await.unwrap();
    listed.reverse();
    listed.retain(|listed| !listed.has_failed);
    let signatures: Vec<_> = listed.iter().map(|listed| listed.signature).collect();
    assert_eq!(signatures, streamed.iter().map(|transaction| transaction.signature).collect::<Vec<_>>());
    for transaction in streamed {
        let signature = Signature::from(transaction.signature);
        assert_eq!(client.transaction(&signature, transaction.index).await.unwrap(), *transaction);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rpc_and_the_stream_tell_the_same_chain_through_a_restart_and_a_jump_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(Some(dir.path()));
    let chain = Chain::start(config.clone()).await.unwrap();
    let first = chain.first_slot();
    let before = rpc(&chain);
    let payer = funded(&before).await;
    act(&before, &payer).await;
    let streamed = compare(&chain, first).await;
    assert_eq!(streamed.len(), 1);
    assert!(!streamed[0].inner.is_empty(), "{streamed:?}");
    compare_history(&chain, &streamed).await;
    let oldest = streamed[0].clone();
    let header = client(&chain).header(oldest.slot).await.unwrap();

    travel(&before, now() + 3_600).await;
    act(&before, &payer).await;
    let streamed = compare(&chain, first).await;
    assert_eq!(streamed.len(), 2);
    compare_history(&chain, &streamed).await;
    chain.stop().await.unwrap();

    let chain = Chain::start(config).await.unwrap();
    act(&rpc(&chain), &payer).await;
    // The stream has forgotten what was before the jump. History has not.
    let mut streamed = compare(&chain, chain.first_slot()).await;
    assert_eq!(streamed.len(), 2);
    streamed.insert(0, oldest);
    compare_history(&chain, &streamed).await;
    assert_eq!(client(&chain).header(header.slot).await.unwrap(), header);
    chain.stop().await.unwrap();
}
