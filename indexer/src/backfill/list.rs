//! The signatures of the program's transactions, from the newest to the oldest.

use solana_signature::Signature;
use till_store::chain::{Backfill, StagedSignature, Staging};

use super::BackfillError;
use crate::{
    progress::Progress,
    sources::rpc::{Client, Listed},
};

/// As many as nodes list at once.
const PAGE: usize = 1_000;

/// Where the list goes on: right behind `before` stands `known`, the last that has been listed. The
/// next page must begin with it. A node that does not know `before` answers with nothing, as it does
/// behind the last transaction there is; this tells the one from the other.
struct Cursor {
    before: [u8; 64],
    known: [u8; 64],
}

/// Stages every signature of the round, from where the list stands on.
pub async fn list(client: &Client, staging: &mut Staging<'_>, round: &Backfill) -> Result<(), BackfillError> {
    let (from_slot, anchor) = (round.from_slot.cast_unsigned(), round.anchor.slot.cast_unsigned());
    let mut progress = Progress::new("listing transactions, slots", anchor - from_slot.min(anchor));
    let mut last = anchor;
    let mut cursor = match staging.oldest(2).await?.as_slice() {
        [before, known] => {
            last = known.slot.cast_unsigned();
            Some(Cursor { before: before.signature, known: known.signature })
        }
        _ => {
            staging.clear().await?;
            None
        }
    };
    loop {
        let before = cursor.as_ref().map(|cursor| cursor.before.into());
        let page = client.signatures(before, PAGE, anchor).await?;
        let new = continued(&page, cursor.as_ref())?;
        let staged = within(new, from_slot, anchor, &mut last)?;
        if !staged.is_empty() {
            staging.append(&staged).await?;
        }
        progress.set(anchor - last.max(from_slot));
        if new.last().is_some_and(|oldest| oldest.slot < from_slot) {
            break;
        }
        match page.as_slice() {
            [.., before, known] if !new.is_empty() => {
                cursor = Some(Cursor { before: before.signature, known: known.signature });
            }
            // There is no older one.
            _ => {
                let first = client.first_available_block().await?;
                if first > from_slot {
                    return Err(BackfillError::Pruned { first, from_slot });
                }
                break;
            }
        }
    }
    Ok(staging.set_listed().await?)
}

/// What a page adds to the list.
fn continued<'a>(page: &'a [Listed], cursor: Option<&Cursor>) -> Result<&'a [Listed], BackfillError> {
    let Some(Cursor { known, .. }) = cursor else { return Ok(page) };
    match page.split_first() {
        Some((first, new)) if first.signature == *known => Ok(new),
        _ => Err(BackfillError::Torn(Signature::from(*known).to_string())),
    }
}

/// Those of a page that belong to the round. `last` is the slot that the list has come to.
fn within(
    page: &[Listed],
    from_slot: u64,
    anchor: u64,
    last: &mut u64,
) -> Result<Vec<StagedSignature>, BackfillError> {
    let mut staged = Vec::with_capacity(page.len());
    for listed in page.iter().filter(|listed| listed.slot <= anchor) {
        if listed.slot > *last {
            return Err(BackfillError::Unordered { slot: listed.slot, before: *last });
        }
        *last = listed.slot;
        if listed.slot < from_slot {
            break;
        }
        staged.push(StagedSignature {
            signature: listed.signature,
            slot: listed.slot.cast_signed(),
            index: listed.index.map(u64::cast_signed),
            block_time: listed.block_time,
            has_failed: listed.has_failed,
        });
    }
    Ok(staged)
}
