//! The indexer against a real Postgres, fed by a script: one binary, because each links everything.

mod burns;
mod campaigns;
mod chain;
mod commit;
mod disputes;
mod faults;
mod merchants;
mod payment;
mod pools;
mod protocol;
mod script;
mod sequences;
mod totals;
mod vaults;
mod vestings;
mod world;
