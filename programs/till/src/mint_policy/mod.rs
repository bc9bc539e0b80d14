//! Which extensions of Token-2022 a mint may have beyond those that every mint may have.

mod close;
mod create;
mod state;
mod update;

pub use close::*;
pub use create::*;
pub use state::*;
pub use update::*;
