//! What the outside sees: the same types in an answer of the API and in a webhook's body.

mod campaign;
mod chain_payment;
mod endpoint_paused;
mod event;
mod event_type;
mod evidence;
mod money;
mod option;
mod payment;
mod request;
mod standing;
mod status;
mod transaction;
mod transfer;

pub use campaign::{CampaignFacts, CampaignKind, CampaignStatus};
pub(crate) use chain_payment::chain_payment_columns;
pub use chain_payment::{ChainPayment, ChainSplit};
pub use endpoint_paused::EndpointPaused;
pub use event::{Event, EventData, TransferData};
pub use event_type::{EVENT_TYPES, is_event_type};
pub use evidence::{Evidence, EvidenceFile, SignedText};
pub use money::{Money, MoneyError};
pub(crate) use option::options_column;
pub use option::{OptionRecord, PaymentOption, Quote};
pub(crate) use payment::gateway_payment_columns;
pub use payment::{GatewayPayment, Payment, PaymentShare, Price, Progress};
pub use request::{Customer, Decision, Donation, Item, Outcome as RuleOutcome, Reason, Share};
pub use standing::{Available, Hindrance, Standing, VaultStanding};
pub use status::{Facts, Finality, Outcome, PaymentStatus};
pub use transaction::{Transaction, TransactionError, TransactionKind, TransactionRecord, TransactionStatus};
pub use transfer::{Received, Transfer, TransferRecord};
