//! What must hold of the database, at each commit and when it is over.

use std::collections::BTreeSet;

use till_indexer::projection;
use till_store::chain::{Batch, Changes, Touched};

use super::{BOUNDS, EVENTS_A_TRANSACTION, chain::Chain, database::State};

type Check = Result<(), String>;

fn require(holds: bool, what: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(what()) }
}

/// Whether `batch` may be committed to `state`.
pub fn batch(state: &State, batch: &Batch, chain: &Chain) -> Check {
    follows(state, batch)?;
    is_right_to_undo(state, batch, chain)?;
    is_of_the_chain(batch, chain)?;
    is_final(state, batch, chain)?;
    accounts(batch, chain)?;
    let most = BOUNDS.pending + (BOUNDS.gate.messages + BOUNDS.take) * EVENTS_A_TRANSACTION;
    let events = batch.changes.events.len();
    require(events <= most, || format!("{events} events were kept in memory, and {most} are the bound"))
}

fn follows(state: &State, batch: &Batch) -> Check {
    let follows = match (&state.checkpoint, &batch.after) {
        (Some(found), Some(after)) => found.same_block(after),
        (None, None) => true,
        _ => false,
    };
    require(follows, || {
        format!("follows {:?}, and the database stands at {:?}", batch.after, state.checkpoint)
    })?;
    let known = state.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.finalized_slot);
    require(batch.checkpoint.finalized_slot >= known, || format!("{known} was final already"))
}

/// Only a final block undoes committed ones, and exactly what they changed is taken back.
fn is_right_to_undo(state: &State, batch: &Batch, chain: &Chain) -> Check {
    let Some(reversal) = &batch.reversal else { return Ok(()) };
    let ancestor = reversal.ancestor.slot;
    require(state.blocks.contains(&reversal.ancestor), || format!("{ancestor} is no committed block"))?;
    let undone: Vec<_> = state.blocks.iter().filter(|block| block.slot > ancestor).collect();
    let is_final = |hash: &str| chain.block(hash).is_some_and(|block| block.is_final);
    require(!undone.iter().any(|block| is_final(&block.blockhash)), || "a final block is undone".to_owned())?;
    let instead = batch.blocks.first().ok_or("nothing stands in place of what is undone")?;
    require(is_final(&instead.blockhash), || format!("{} undoes blocks and is not final", instead.slot))?;
    let events: Vec<_> = state.events.iter().filter(|event| event.slot > ancestor).collect();
    require(reversal.undone.events.iter().eq(events), || "undone are other events than these".to_owned())?;
    let touched = Touched::by(&reversal.undone).payments;
    let left = state.steps.iter().filter(|step| step.slot <= ancestor && touched.contains(&step.address));
    require(reversal.rederived.steps.iter().eq(left), || "payments are not what is left of them".to_owned())
}

/// Confirmed blocks, each on the one before it, with all of their events and no others.
fn is_of_the_chain(batch: &Batch, chain: &Chain) -> Check {
    let mut last = match (&batch.reversal, &batch.after) {
        (Some(reversal), _) => Some(reversal.ancestor.blockhash.clone()),
        (None, after) => after.as_ref().map(|after| after.blockhash.clone()),
    };
    let mut expected = Changes::default();
    for committed in &batch.blocks {
        let (slot, hash) = (committed.slot, &committed.blockhash);
        let block = chain.block(hash).ok_or_else(|| format!("block {hash} never was"))?;
        require(chain.was_confirmed(block.meta.slot), || format!("block {hash} was never confirmed"))?;
        let follows = last.as_ref().is_none_or(|last| *last == block.meta.parent_blockhash);
        require(follows && block.meta.slot == slot.cast_unsigned(), || format!("{hash} is not on {last:?}"))?;
        projection::project(&block.whole, 0, &mut expected).map_err(|error| error.to_string())?;
        last = Some(hash.clone());
    }
    require(last.as_deref() == Some(&*batch.checkpoint.blockhash), || {
        "the checkpoint is elsewhere".to_owned()
    })?;
    require(batch.changes == expected, || format!("not the events of these blocks: {:?}", batch.blocks))
}

fn is_final(state: &State, batch: &Batch, chain: &Chain) -> Check {
    let finalized = batch.checkpoint.finalized_slot;
    let ancestor = batch.reversal.as_ref().map_or(i64::MAX, |reversal| reversal.ancestor.slot);
    let kept = state.blocks.iter().filter(|block| block.slot <= ancestor);
    let mut called_final = kept.chain(&batch.blocks).filter(|block| block.slot <= finalized);
    let wrong = called_final.find(|block| !chain.block(&block.blockhash).is_some_and(|block| block.is_final));
    require(wrong.is_none(), || format!("{wrong:?} is called final"))
}

/// Each account once, as some block of that slot left it: which one, a source does not say.
fn accounts(batch: &Batch, chain: &Chain) -> Check {
    let mut addresses = BTreeSet::new();
    for row in &batch.accounts {
        require(addresses.insert(&row.address), || format!("account {} comes twice", row.address))?;
        let is_written = chain.writes(row.slot.cast_unsigned()).any(|write| {
            bs58::encode(write.address).into_string() == row.address
                && write.write_version.cast_signed() == row.write_version
                && write.data == row.data
        });
        let is_committed = batch.blocks.iter().any(|block| block.slot == row.slot);
        require(is_written && is_committed, || format!("account {row:?} was never written"))?;
    }
    Ok(())
}

/// Whether the database is what the chain says, from where it began to where it stands.
pub fn equals_the_chain(state: &State, chain: &Chain) -> Check {
    let first = state.blocks.first().ok_or("nothing is committed")?.slot.cast_unsigned();
    let last = state.checkpoint.as_ref().ok_or("nothing is committed")?.slot.cast_unsigned();
    let is_indexed = |slot: u64| slot >= first && slot <= last;
    let blocks: Vec<_> = chain.confirmed_blocks(false).filter(|block| is_indexed(block.meta.slot)).collect();
    let hashes = blocks.iter().map(|block| &block.meta.blockhash);
    require(state.blocks.iter().map(|block| &block.blockhash).eq(hashes), || "other blocks".to_owned())?;
    let events = blocks.iter().flat_map(|block| &block.events);
    require(state.events.iter().eq(events), || "other events".to_owned())?;
    let keys: BTreeSet<_> = state.events.iter().map(|event| &event.key).collect();
    require(keys.len() == state.events.len(), || "an event is there twice".to_owned())?;
    let slots: BTreeSet<u64> = blocks.iter().map(|block| block.meta.slot).collect();
    let mut accounts = state.accounts.values();
    require(accounts.all(|row| slots.contains(&row.slot.cast_unsigned())), || {
        "an account of a block that the chain undid".to_owned()
    })
}
