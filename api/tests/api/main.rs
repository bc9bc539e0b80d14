//! The API over HTTP, on a real Postgres.

mod asking;
mod checkout;
mod idempotency;
mod listing;
mod operations;
mod payments;
mod problems;
mod service;
mod settling;
mod support;
mod webhooks;
