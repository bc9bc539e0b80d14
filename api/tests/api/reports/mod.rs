//! Reports, over histories that the chain's writer has written.

mod csv;
mod history;
mod queries;
mod sums;
mod transfers;
