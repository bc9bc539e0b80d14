//! Solana Actions, as Blinks show them: what people do with money from a chat, a post or a wallet, without a page of
//! ours. After version 2.4 of the specification, <https://github.com/solana-developers/solana-actions>.
//!
//! Each [`Blink`] shows itself, hands out a transaction, and looks afterwards at what has become of it.

mod answer;
mod asked;
mod blinks;
mod blockchain;
mod headers;
mod identity;
mod landed;
mod mac;
mod message;
mod rules;
mod statement;

pub use answer::{Action, ActionError, PostAnswer};
pub use asked::{Ask, MessageSigned, Signed, Values};
pub use blinks::Blink;
pub use blockchain::Blockchain;
pub use headers::layer;
pub use identity::Identity;
pub use mac::StateKey;
pub use rules::{ActionsJson, actions_json};
pub use statement::{ask as ask_for_statement, keep as keep_statement};
