//! The part that decides, without any I/O: time, network and database are outside of it.

pub mod gate;
mod held;
pub mod update;

pub use gate::{CompleteSlot, Conflict, Gate, Limits, Root, Waiting};
pub use update::{BlockMeta, InnerInstruction, ProgramTransaction, SlotState, Update};
