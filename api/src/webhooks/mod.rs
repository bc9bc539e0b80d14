//! Telling merchants: signed deliveries, retried until they are taken.

pub mod dispatcher;
mod guard;
mod schedule;
mod sender;
pub mod signature;

pub use guard::Guard;
