//! What the outside sees: the same types in an answer of the API and in a webhook's body.

mod event;
mod money;
mod payment;
mod status;
mod transaction;

pub use event::{Event, EventData};
pub use money::{Money, MoneyError};
pub use payment::{ChainPayment, GatewayPayment, Payment, Progress};
pub use status::{Finality, Outcome, PaymentStatus};
pub use transaction::{Transaction, TransactionError, TransactionKind, TransactionRecord, TransactionStatus};
