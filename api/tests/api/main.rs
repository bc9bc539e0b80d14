//! The API over HTTP, on a real Postgres.

mod asking;
mod barion;
mod checkout;
mod idempotency;
mod identity;
mod listing;
mod manners;
mod operating;
mod operations;
mod pages;
mod payments;
mod problems;
mod reports;
mod rules;
mod service;
mod settling;
mod support;
mod webhooks;
