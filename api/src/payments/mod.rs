//! The domain: what a payment may be, how it is paid, and what a merchant may do with it.

pub mod checkout;
pub mod create;
pub mod operation;
pub mod request;
mod rules;
pub mod settle;
pub mod signing;
pub mod terms;
pub mod worker;
