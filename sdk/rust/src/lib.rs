//! The client of Till, a payment gateway on Solana: its HTTP API, its webhooks, and its program on the chain.

mod error;
mod events;
mod links;
mod pages;
mod payments;
mod retry;
mod till;
pub mod types;
pub mod webhooks;

/// The program on the chain: builders of its instructions in `client`, its addresses in `pda`, and the terms that a
/// payment's address commits to.
pub use ::till as program;
pub use error::{Error, FieldError, Problem, Result};
pub use events::{EventFilter, Events};
pub use links::Links;
pub use payments::{Operation, PaymentFilter, Payments};
pub use retry::Patience;
pub use till::Till;
