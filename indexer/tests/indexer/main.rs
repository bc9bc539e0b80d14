//! The indexer against a real Postgres, fed by a script, and against a simulated one, fed by a seed. One
//! binary, because each links everything.

mod commit;
mod disputes;
mod faults;
mod merchants;
mod payment;
mod script;
mod simulation;
mod vaults;
mod world;
