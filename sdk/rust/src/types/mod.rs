//! The bodies of requests and answers, under their names in the OpenAPI document. Fields that are not here are ignored.

mod event;
mod link;
mod money;
mod payment;
mod request;
mod transaction;

pub use event::{EndpointPaused, Event, EventData, EventPage};
pub use link::{LinkChange, LinkPage, LinkRequest, PaymentLink};
pub use money::Money;
pub use payment::{Available, CaptureMode, Finality, Payment, PaymentPage, PaymentStatus, Transfer};
pub use request::{Customer, Item, PaymentRequest, Share, WalletRequest};
pub use transaction::{
    Transaction, TransactionError, TransactionForWallet, TransactionKind, TransactionStatus,
};
