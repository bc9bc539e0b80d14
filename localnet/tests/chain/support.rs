//! Clients, requests and transactions for the tests.

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anchor_spl::{
    associated_token::{get_associated_token_address_with_program_id, spl_associated_token_account},
    token_2022::{self, spl_token_2022},
};
use futures::StreamExt;
use solana_client::{
    nonblocking::rpc_client::RpcClient,
    rpc_config::{RpcSendTransactionConfig, RpcTransactionConfig},
    rpc_request::RpcRequest,
};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_system_interface::instruction as system;
use solana_transaction::Transaction;
use till_localnet::chain::{Chain, ChainConfig};
use till_localnet::ports;
use yellowstone_grpc_client::{GeyserGrpcClient, GeyserStream, SubscribeRequestSink};
use yellowstone_grpc_proto::prelude::{subscribe_update::UpdateOneof, *};

/// Quick enough for a test to see finality within seconds.
pub const SLOT_MS: u64 = 50;
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const AIRDROP: u64 = 10_000_000_000;
pub const COMMITMENT: CommitmentConfig = CommitmentConfig::confirmed();

pub fn config(state_dir: Option<&Path>) -> ChainConfig {
    let [rpc_port, ws_port, grpc_port] = ports::free();
    ChainConfig {
        rpc_port,
        ws_port,
        grpc_port,
        slot_ms: SLOT_MS,
        state_dir: state_dir.map(Into::into),
        ..ChainConfig::default()
    }
}

pub fn rpc(chain: &Chain) -> RpcClient {
    RpcClient::new_with_commitment(chain.rpc_url(), COMMITMENT)
}

pub async fn client(chain: &Chain) -> GeyserGrpcClient {
    GeyserGrpcClient::build_from_shared(chain.grpc_url()).unwrap().connect().await.unwrap()
}

/// A subscription with patience, and with pings left out.
pub struct Updates {
    stream: GeyserStream,
    _sink: SubscribeRequestSink,
}

pub async fn subscribe(chain: &Chain, request: SubscribeRequest) -> Updates {
    let (_sink, stream) = client(chain).await.subscribe_with_request(Some(request)).await.unwrap();
    Updates { stream, _sink }
}

impl Updates {
    pub async fn next(&mut self) -> UpdateOneof {
        loop {
            let update = tokio::time::timeout(PATIENCE, self.stream.next())
                .await
                .expect("the stream is silent")
                .expect("the stream ended")
                .expect("the stream failed");
            match update.update_oneof {
                Some(UpdateOneof::Ping(_)) | None => {}
                Some(update) => return update,
            }
        }
    }

    /// Takes updates until `done` finds what it looks for, and returns that.
    pub async fn collect_until<T>(
        &mut self,
        updates: &mut Vec<UpdateOneof>,
        mut done: impl FnMut(&UpdateOneof) -> Option<T>,
    ) -> T {
        loop {
            let update = self.next().await;
            let found = done(&update);
            updates.push(update);
            if let Some(found) = found {
                return found;
            }
        }
    }
}

/// Accounts, transactions, block metas and slots; of the slots only the own commitment's unless that is processed.
pub fn everything(commitment: CommitmentLevel) -> SubscribeRequest {
    let slots = SubscribeRequestFilterSlots {
        filter_by_commitment: Some(commitment != CommitmentLevel::Processed),
        interslot_updates: None,
    };
    SubscribeRequest {
        accounts: [("accounts".to_owned(), Default::default())].into(),
        transactions: [("transactions".to_owned(), Default::default())].into(),
        blocks_meta: [("metas".to_owned(), Default::default())].into(),
        slots: [("slots".to_owned(), slots)].into(),
        commitment: Some(commitment as i32),
        ..Default::default()
    }
}

pub fn slot_of(update: &UpdateOneof) -> Option<u64> {
    match update {
        UpdateOneof::Account(update) => Some(update.slot),
        UpdateOneof::Slot(update) => Some(update.slot),
        UpdateOneof::Transaction(update) => Some(update.slot),
        UpdateOneof::BlockMeta(update) => Some(update.slot),
        _ => None,
    }
}

/// Finds the finalized status of the slot of `signature`.
pub fn finalized(signature: Signature) -> impl FnMut(&UpdateOneof) -> Option<u64> {
    let mut slot = None;
    move |update| match update {
        UpdateOneof::Transaction(update)
            if update.transaction.as_ref().unwrap().signature == signature.as_ref() =>
        {
            slot = Some(update.slot);
            None
        }
        UpdateOneof::Slot(update) if update.status() == SlotStatus::SlotFinalized => {
            slot.filter(|slot| *slot == update.slot)
        }
        _ => None,
    }
}

pub fn height(meta: &SubscribeUpdateBlockMeta) -> u64 {
    meta.block_height.as_ref().unwrap().block_height
}

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

pub async fn funded(rpc: &RpcClient) -> Keypair {
    let payer = Keypair::new();
    let signature = rpc.request_airdrop(&payer.pubkey(), AIRDROP).await.unwrap();
    confirm(rpc, &signature).await;
    payer
}

async fn confirm(rpc: &RpcClient, signature: &Signature) {
    let started = std::time::Instant::now();
    while !rpc.confirm_transaction_with_commitment(signature, COMMITMENT).await.unwrap().value {
        assert!(started.elapsed() < PATIENCE, "{signature} is not confirmed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn send(
    rpc: &RpcClient,
    payer: &Keypair,
    others: &[&Keypair],
    instructions: &[Instruction],
) -> Signature {
    let blockhash = rpc.get_latest_blockhash().await.unwrap();
    let signers: Vec<&Keypair> = std::iter::once(payer).chain(others.iter().copied()).collect();
    let transaction =
        Transaction::new_signed_with_payer(instructions, Some(&payer.pubkey()), &signers, blockhash);
    let signature = rpc.send_transaction(&transaction).await.unwrap();
    confirm(rpc, &signature).await;
    signature
}

pub async fn transfer(rpc: &RpcClient, payer: &Keypair, to: &Pubkey, lamports: u64) -> Signature {
    send(rpc, payer, &[], &[system::transfer(&payer.pubkey(), to, lamports)]).await
}

/// Sends a transfer without asking first whether it can succeed.
pub async fn send_unchecked(rpc: &RpcClient, payer: &Keypair, to: &Pubkey, lamports: u64) -> Signature {
    let blockhash = rpc.get_latest_blockhash().await.unwrap();
    let transaction = Transaction::new_signed_with_payer(
        &[system::transfer(&payer.pubkey(), to, lamports)],
        Some(&payer.pubkey()),
        &[payer],
        blockhash,
    );
    let config = RpcSendTransactionConfig { skip_preflight: true, ..Default::default() };
    // The embedded chain answers with the failure of a transaction that it did execute.
    let _ = rpc.send_transaction_with_config(&transaction, config).await;
    transaction.signatures[0]
}

pub async fn call(rpc: &RpcClient, payer: &Keypair, program: &Pubkey) -> Signature {
    // Data of its own makes every call another transaction.
    let data = Pubkey::new_unique().to_bytes();
    send(rpc, payer, &[], &[Instruction::new_with_bytes(*program, &data, vec![])]).await
}

pub async fn create_mint(rpc: &RpcClient, payer: &Keypair) -> Pubkey {
    const LEN: usize = 82;
    let mint = Keypair::new();
    let rent = rpc.get_minimum_balance_for_rent_exemption(LEN).await.unwrap();
    let create = system::create_account(&payer.pubkey(), &mint.pubkey(), rent, LEN as u64, &token_2022::ID);
    let initialize = spl_token_2022::instruction::initialize_mint2(
        &token_2022::ID,
        &mint.pubkey(),
        &payer.pubkey(),
        None,
        6,
    )
    .unwrap();
    send(rpc, payer, &[&mint], &[create, initialize]).await;
    mint.pubkey()
}

/// Mints to the payer's associated token account, which is created when it is not there.
pub async fn create_and_mint(
    rpc: &RpcClient,
    payer: &Keypair,
    mint: &Pubkey,
    amount: u64,
) -> (Signature, Pubkey) {
    let owner = payer.pubkey();
    let account = get_associated_token_address_with_program_id(&owner, mint, &token_2022::ID);
    let create = spl_associated_token_account::instruction::create_associated_token_account_idempotent(
        &owner,
        &owner,
        mint,
        &token_2022::ID,
    );
    let mint_to =
        spl_token_2022::instruction::mint_to(&token_2022::ID, mint, &account, &owner, &[], amount).unwrap();
    (send(rpc, payer, &[], &[create, mint_to]).await, account)
}

pub async fn slot_of_transaction(rpc: &RpcClient, signature: &Signature) -> u64 {
    let config = RpcTransactionConfig { commitment: Some(COMMITMENT), ..Default::default() };
    rpc.get_transaction_with_config(signature, config).await.unwrap().slot
}

/// Moves the chain's clock forward to `time`, in unix seconds.
pub async fn travel(rpc: &RpcClient, time: i64) {
    let request = RpcRequest::Custom { method: "surfnet_timeTravel" };
    let to = serde_json::json!([{ "absoluteTimestamp": time * 1_000 }]);
    let Err(error) = rpc.send::<serde_json::Value>(request, to).await else { return };
    // The chain answers that it has not moved when that takes it two seconds, and moves all the same. Asked again, it
    // could move twice, the second time back to the slot that the first had brought it to.
    let started = std::time::Instant::now();
    while clock(rpc).await < time {
        assert!(started.elapsed() < PATIENCE, "the clock has not moved: {error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What programs read as the time, in unix seconds.
pub async fn clock(rpc: &RpcClient) -> i64 {
    const UNIX_TIMESTAMP: usize = 32;
    let sysvar = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");
    let data = rpc.get_account_data(&sysvar).await.unwrap();
    i64::from_le_bytes(data[UNIX_TIMESTAMP..UNIX_TIMESTAMP + 8].try_into().unwrap())
}
