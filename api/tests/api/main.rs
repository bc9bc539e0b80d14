//! The API over HTTP, on a real Postgres.

mod actions;
mod asking;
mod barion;
mod burns;
mod checkout;
mod donations;
mod idempotency;
mod identity;
mod links;
mod listing;
mod manners;
mod operating;
mod operations;
mod pages;
mod payments;
mod problems;
mod reading;
mod reports;
mod rules;
mod service;
mod settling;
mod staking;
mod support;
mod wallets;
mod webhooks;
