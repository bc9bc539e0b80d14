//! From signatures to transactions, each in its place in its block.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};
use solana_signature::Signature;
use till_store::chain::StagedSignature;

use super::BackfillError;
use crate::{core::ProgramTransaction, sources::rpc::Client};

/// Slots that are asked about at a time, and transactions of each. How many requests there are in a
/// second is up to the client.
const CONCURRENCY: usize = 32;

/// The program's transactions of a slot, in the order of the block.
pub struct SlotTransactions {
    pub slot: u64,
    /// The chain's clock in that slot, in unix seconds.
    pub time: i64,
    pub transactions: Vec<ProgramTransaction>,
}

/// The transactions behind `signatures`, which are whole slots in the order of the chain.
pub async fn slots(
    client: &Client,
    signatures: Vec<StagedSignature>,
) -> Result<Vec<SlotTransactions>, BackfillError> {
    let slots: Vec<_> =
        signatures.chunk_by(|a, b| a.slot == b.slot).map(|staged| slot(client, staged)).collect();
    stream::iter(slots).buffered(CONCURRENCY).try_collect().await
}

async fn slot(client: &Client, staged: &[StagedSignature]) -> Result<SlotTransactions, BackfillError> {
    let slot = staged[0].slot.cast_unsigned();
    let (time, indices) = match told(staged) {
        Some(told) => told,
        None => looked_up(client, slot, staged).await?,
    };
    let asked: Vec<_> =
        staged.iter().zip(indices).map(|(staged, index)| transaction(client, staged, index)).collect();
    let fetched: Vec<_> = stream::iter(asked).buffered(CONCURRENCY).try_collect().await?;
    // The list may have them in another order: older nodes sort a slot by signature.
    let mut placed = BTreeMap::new();
    for transaction in fetched {
        let signature = transaction.signature;
        if placed.insert(transaction.index, transaction).is_some() {
            return Err(contradiction(signature, "another one stands at its place"));
        }
    }
    Ok(SlotTransactions { slot, time, transactions: placed.into_values().collect() })
}

/// Time and places, if the list told them all.
fn told(staged: &[StagedSignature]) -> Option<(i64, Vec<u64>)> {
    let indices: Option<_> = staged.iter().map(|staged| staged.index.map(i64::cast_unsigned)).collect();
    Some((staged[0].block_time?, indices?))
}

/// Time and places as the block itself has them.
async fn looked_up(
    client: &Client,
    slot: u64,
    staged: &[StagedSignature],
) -> Result<(i64, Vec<u64>), BackfillError> {
    let (header, signatures) = client.signatures_of_block(slot).await?;
    let index = |staged: &StagedSignature| {
        let index = signatures.iter().position(|signature| *signature == staged.signature);
        index
            .map(|index| index as u64)
            .ok_or_else(|| contradiction(staged.signature, "it is not in the block that it is said to be in"))
    };
    Ok((header.time, staged.iter().map(index).collect::<Result<_, _>>()?))
}

async fn transaction(
    client: &Client,
    staged: &StagedSignature,
    index: u64,
) -> Result<ProgramTransaction, BackfillError> {
    let transaction = client.transaction(&Signature::from(staged.signature), index).await?;
    if transaction.slot != staged.slot.cast_unsigned() {
        return Err(contradiction(staged.signature, "it is in another slot than the list said"));
    }
    Ok(transaction)
}

fn contradiction(signature: [u8; 64], what: &'static str) -> BackfillError {
    BackfillError::Contradiction { signature: Signature::from(signature).to_string(), what }
}
