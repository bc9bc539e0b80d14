//! The events of a transaction, as an indexer reads them.

use anchor_lang::Event;
use anchor_lang::event::EVENT_IX_TAG_LE;
use litesvm::types::TransactionMetadata;

/// The one event of this type in a transaction.
#[track_caller]
pub fn event<E: Event>(sent: &TransactionMetadata) -> E {
    let inner = sent.inner_instructions.iter().flatten().map(|inner| &inner.instruction.data);
    let of_this_type = |data: &Vec<u8>| {
        let body = data.strip_prefix(EVENT_IX_TAG_LE)?.strip_prefix(E::DISCRIMINATOR)?;
        Some(E::try_from_slice(body).expect("an event"))
    };
    let mut found: Vec<E> = inner.filter_map(of_this_type).collect();
    assert_eq!(found.len(), 1, "one event of this type");
    found.remove(0)
}
