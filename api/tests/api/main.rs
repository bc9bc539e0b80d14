//! The API over HTTP, on a real Postgres.

mod barion;
mod asking;
mod checkout;
mod idempotency;
mod identity;
mod listing;
mod operations;
mod payments;
mod problems;
mod reports;
mod rules;
mod service;
mod settling;
mod support;
mod webhooks;
