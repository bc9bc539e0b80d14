//! The domain: what a payment may be, how it is paid, and what a merchant may do with it.

mod accepted;
pub mod amend;
mod building;
pub mod cancel;
pub mod checkout;
pub mod create;
mod donation;
pub mod evidence;
pub mod give_back;
pub mod listing;
pub mod operation;
mod options;
mod pay;
pub mod payout;
mod pricing;
mod reader;
pub mod request;
mod requote;
pub mod routing;
mod rules;
pub mod settle;
pub mod shown;
pub mod signing;
pub mod statement;
pub mod stream;
pub mod terms;
pub mod transfers;
mod turns;
pub mod unsigned;
pub mod worker;

pub use reader::Reader;
pub use stream::Streams;
pub use turns::Turns;
