//! Reports: what is asked for, and how it is written as JSON and CSV.

pub mod csv;
pub mod place;
pub mod query;
pub mod rows;
