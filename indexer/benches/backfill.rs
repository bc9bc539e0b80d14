//! How fast a backfill writes: signatures into staging, and the program's transactions into rows, with `fsync=on`.
//! What a node takes to answer is left out.
//!
//! `cargo bench -p till-indexer --bench backfill -- [PAYMENTS]`

use std::time::{Duration, Instant};

use anchor_lang::{Event, event::EVENT_IX_TAG_LE};
use solana_pubkey::Pubkey;
use till::{CaptureMode, Terms, events::*};
use till_indexer::{
    core::{BlockMeta, InnerInstruction, ProgramTransaction},
    projection,
};
use till_store::{
    chain::{Batch, Changes, Checkpoint, StagedSignature, Writer},
    testing::TestDatabase,
};

const PAYMENTS: usize = 50_000;
const MERCHANTS: usize = 100;
/// As a backfill does it.
const BATCH: usize = 2_000;
const PAGE: usize = 1_000;
const START: i64 = 1_700_000_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let payments = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(PAYMENTS);
    let batch = std::env::var("BATCH").ok().and_then(|word| word.parse().ok()).unwrap_or(BATCH);
    let chain = chain(payments);
    println!("{} transactions of {payments} payments, {MERCHANTS} merchants, {batch} a batch", chain.len());
    let database = TestDatabase::create().await?;
    let mut writer = Writer::connect(&database.url.parse()?).await?;
    stage(&mut writer, &chain).await?;
    merge(&database, &mut writer, chain, batch).await
}

fn report(what: &str, rows: usize, took: Duration) {
    println!("{what}: {rows} rows in {took:.2?}, {:.0} rows/s", rows as f64 / took.as_secs_f64());
}

async fn stage(writer: &mut Writer, chain: &[ProgramTransaction]) -> anyhow::Result<()> {
    let staged: Vec<_> = chain
        .iter()
        .rev()
        .map(|transaction| StagedSignature {
            signature: transaction.signature,
            slot: transaction.slot as i64,
            index: Some(transaction.index as i64),
            block_time: Some(START),
            has_failed: false,
        })
        .collect();
    let started = Instant::now();
    for page in staged.chunks(PAGE) {
        writer.staging().append(page).await?;
    }
    report("staging", staged.len(), started.elapsed());
    Ok(())
}

async fn merge(
    database: &TestDatabase,
    writer: &mut Writer,
    chain: Vec<ProgramTransaction>,
    batch: usize,
) -> anyhow::Result<()> {
    let (mut projecting, mut committing) = (Duration::ZERO, Duration::ZERO);
    let mut after: Option<Checkpoint> = None;
    let started = Instant::now();
    for transactions in chain.chunks(batch) {
        let at = Instant::now();
        let mut changes = Changes::default();
        for slot in transactions.chunk_by(|a, b| a.slot == b.slot) {
            projection::transactions(slot[0].slot, START, slot, &mut changes)?;
        }
        let last = transactions.last().expect("chunks are not empty").slot;
        let checkpoint = projection::checkpoint(&header(last), last as i64)?;
        projecting += at.elapsed();
        let at = Instant::now();
        let batch = Batch { changes, ..Batch::new(after.take(), checkpoint) };
        writer.commit(&batch).await?;
        committing += at.elapsed();
        after = Some(batch.checkpoint);
    }
    let took = started.elapsed();
    let rows: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM chain.events) + (SELECT count(*) FROM chain.ledger)
              + (SELECT count(*) FROM chain.payments) + (SELECT count(*) FROM chain.vaults)
              + (SELECT count(*) FROM chain.merchants)",
    )
    .fetch_one(&database.pool)
    .await?;
    report("merge", rows as usize, took);
    println!("  of that projecting {projecting:.2?}, committing {committing:.2?}");
    Ok(())
}

fn header(slot: u64) -> BlockMeta {
    BlockMeta {
        slot,
        blockhash: format!("hash-{slot}"),
        parent_slot: slot - 1,
        parent_blockhash: format!("hash-{}", slot - 1),
        height: slot,
        time: START,
        executed_transactions: 1,
    }
}

/// Merchants with a vault each, and payments that are authorized and captured, four transactions a slot.
fn chain(payments: usize) -> Vec<ProgramTransaction> {
    let mut emitted: Vec<Vec<Vec<u8>>> = (0..MERCHANTS).map(opening).collect();
    let mut vaults = vec![VaultBalances { escrowed: 0, balance: 0, fees: 0, sequence: 0 }; MERCHANTS];
    for payment in 0..payments {
        let merchant = payment % MERCHANTS;
        emitted.extend(paid(payment, merchant, &mut vaults[merchant]).map(|event| vec![event]));
    }
    emitted.into_iter().zip(0..).map(|(emitted, at)| transaction(at, emitted)).collect()
}

fn key(kind: u8, number: usize) -> Pubkey {
    let mut key = [kind; 32];
    key[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    Pubkey::new_from_array(key)
}

fn opening(merchant: usize) -> Vec<Vec<u8>> {
    let wallet = key(1, merchant);
    let registered = MerchantRegistered {
        merchant: key(2, merchant),
        founder: wallet,
        index: 0,
        authority: wallet,
        operator: wallet,
        payout_wallet: wallet,
        rent_payer: wallet,
    };
    let opened = VaultOpened {
        vault: key(3, merchant),
        merchant: key(2, merchant),
        mint: key(4, 0),
        vault_token: key(5, merchant),
        token_program: key(6, 0),
        decimals: 6,
        shard: 0,
        rent_payer: wallet,
        allowed_extensions: 0,
    };
    vec![registered.data(), opened.data()]
}

fn paid(payment: usize, merchant: usize, vault: &mut VaultBalances) -> [Vec<u8>; 2] {
    let terms = Terms {
        id: [7; 16],
        mint: key(4, 0),
        amount: 1_000,
        authorization_expiry: START + 1_000,
        refund_expiry: START + 2_000,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: 100,
        protection: None,
        splits: Vec::new(),
        salt: 0,
    };
    let about =
        || PaymentRef { payment: key(7, payment), merchant: key(2, merchant), vault: key(3, merchant) };
    vault.escrowed += 1_000;
    vault.sequence += 1;
    let authorized = PaymentAuthorized {
        about: about(),
        payer: key(8, payment),
        rent_payer: key(8, payment),
        terms,
        fee_bps: 100,
        payment: PaymentBalances { capturable: 1_000, captured: 0, refunded: 0, fees: 0, sequence: 1 },
        vault: *vault,
    };
    vault.escrowed -= 1_000;
    vault.balance += 990;
    vault.fees += 10;
    vault.sequence += 1;
    let captured = PaymentCaptured {
        about: about(),
        is_final: true,
        settled: SettledParts {
            amount: 1_000,
            fee: 10,
            splits: Vec::new(),
            net: 990,
            returned: 0,
            payout_token: None,
        },
        payment: PaymentBalances { capturable: 0, captured: 1_000, refunded: 0, fees: 10, sequence: 2 },
        vault: *vault,
    };
    [authorized.data(), captured.data()]
}

fn transaction(at: u64, emitted: Vec<Vec<u8>>) -> ProgramTransaction {
    let mut signature = [9; 64];
    signature[..8].copy_from_slice(&at.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    let inner = emitted.into_iter().zip(0..).map(|(data, position)| InnerInstruction {
        outer: 0,
        position,
        program: 0,
        accounts: vec![1],
        data: [EVENT_IX_TAG_LE, data.as_slice()].concat(),
    });
    ProgramTransaction {
        slot: 100 + at / 4,
        index: at % 4,
        signature,
        keys: vec![till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
        inner: inner.collect(),
    }
}
