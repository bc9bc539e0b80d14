//! The indexer against a real Postgres, fed by a script or a node, and against a simulated one, fed by a
//! seed. One binary, because each links everything.

mod backfill;
mod burns;
mod campaigns;
mod chain;
mod commit;
mod disputes;
mod faults;
mod history;
mod merchants;
#[path = "../node/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod node;
mod payment;
mod pools;
mod protocol;
mod reversals;
mod runbooks;
mod script;
mod sequences;
mod simulation;
mod totals;
mod vaults;
mod vestings;
mod world;
