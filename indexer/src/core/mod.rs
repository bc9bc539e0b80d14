//! The part that decides, without any I/O: time, network and database are outside of it.

pub mod gate;
mod held;
mod retrace;
pub mod update;

pub use gate::{Conflict, Gate, Limits, Root, Waiting};
pub use held::CompleteSlot;
pub use retrace::{BlockId, Retrace, Retraced};
pub use update::{AccountWrite, BlockMeta, InnerInstruction, ProgramTransaction, SlotState, Update};
