//! The compiled program in a real SVM.

mod addresses;
mod arithmetic;
mod authorize;
mod capture;
mod charge;
mod close;
mod disputes;
mod entrypoint;
mod errors;
mod refund;
mod sequences;
mod setup;
mod splits;
mod token_2022;
mod ways_out;
