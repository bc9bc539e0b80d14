//! Till's database: every SQL statement of the system, the types that rows and answers are made of,
//! and the migrations.
//!
//! - `chain` is what the chain says. The indexer alone writes it, and it can be rebuilt.
//! - `gateway` is what merchants ask for and are told. The API writes it; `outbox` is the one place
//!   where the indexer does, in the transaction that commits what it saw.
//! - `domain` is what both show to the outside: one `Payment` for an answer and for a webhook.

pub mod amount;
pub mod chain;
pub mod db;
pub mod domain;
pub mod gateway;
pub mod ids;
pub mod outbox;
#[cfg(feature = "testing")]
pub mod testing;
pub mod view;

pub use amount::Amount;
pub use ids::PaymentId;
