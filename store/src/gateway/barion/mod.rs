//! What shops that speak Barion's API have asked for, in its words. Its amounts are in the payment's currency; the
//! money itself is in `payments` and `transactions`.

pub mod callbacks;
pub mod payments;
pub mod shops;
pub mod transactions;
