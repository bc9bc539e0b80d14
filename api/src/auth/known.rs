//! Which credential of the request that is being answered has turned out to be good: whoever counts requests before
//! anybody has checked them learns it afterwards.

use std::cell::Cell;

tokio::task_local! {
    static KNOWN: Cell<Option<[u8; 32]>>;
}

/// Notes that the secret with this hash stands for somebody.
pub fn note(hash: &[u8; 32]) {
    // Outside of a request that is watched nobody asks.
    let _ = KNOWN.try_with(|known| known.set(Some(*hash)));
}

/// What `answering` returns, and the hash of the secret that was good; nothing if none was.
pub async fn watch<T>(answering: impl Future<Output = T>) -> (T, Option<[u8; 32]>) {
    let watched = async { (answering.await, KNOWN.with(Cell::get)) };
    KNOWN.scope(Cell::new(None), watched).await
}
