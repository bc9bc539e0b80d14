//! The compiled program in a real SVM.

mod addresses;
mod authorize;
mod capture;
mod charge;
mod close;
mod errors;
mod protocol;
mod refund;
mod sequences;
mod setup;
mod token_2022;
mod ways_out;
