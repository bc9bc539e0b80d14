//! The database against the chain: what is found, and what is no difference.

mod accounts;
mod background;
mod command;
mod differences;
mod everything;
mod movement;
pub mod program;
pub mod rebuild;
mod told;
