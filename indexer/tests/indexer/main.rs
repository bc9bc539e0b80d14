//! The indexer against a real Postgres, fed by a script: one binary, because each links everything.

mod commit;
mod disputes;
mod faults;
mod merchants;
mod payment;
mod script;
mod vaults;
mod world;
