//! Telling merchants: signed deliveries, retried until they are taken.

mod circuit;
pub mod dispatcher;
pub mod example;
mod finisher;
mod guard;
mod lanes;
pub mod pausing;
pub mod provision;
mod schedule;
pub mod seal;
pub mod sender;
pub mod signature;
mod targets;

pub use guard::Guard;
