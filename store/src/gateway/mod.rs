//! What the gateway knows: merchants and their keys, payments, the operations they ordered, and what
//! they must be told. The API writes it.

pub mod audit;
pub mod backlog;
pub mod barion;
pub mod burns;
pub mod campaigns;
pub mod clients;
pub mod deliveries;
pub mod delivery_log;
pub mod endpoint_health;
pub mod endpoints;
pub mod events;
pub mod evidence;
pub mod give_backs;
pub mod idempotency;
pub mod keys;
pub mod landed;
pub mod links;
pub mod listing;
pub mod members;
pub mod merchants;
pub mod notices;
pub mod operations;
pub mod options;
pub mod payments;
pub mod payouts;
pub mod pools;
pub mod profiles;
pub mod readiness;
pub mod reports;
pub mod rules;
pub mod sessions;
pub mod sponsorships;
pub mod stores;
pub mod tokens;
pub mod transfers;
