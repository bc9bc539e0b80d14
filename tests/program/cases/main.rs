//! The compiled program in a real SVM.

mod addresses;
mod authorize;
mod burn;
mod capture;
mod charge;
mod close;
mod errors;
mod fees;
mod refund;
mod sequences;
mod setup;
mod staking;
mod token_2022;
mod ways_out;
