//! The compiled program in a real SVM.

mod addresses;
mod arithmetic;
mod authorize;
mod capture;
mod charge;
mod close;
mod close_vault;
mod disputes;
mod entrypoint;
mod errors;
mod extensions;
mod merchant;
mod mint_policy;
mod protocol;
mod pyusd;
mod refund;
mod sequences;
mod setup;
mod splits;
mod token_2022;
mod transfer_hook;
mod vaults;
mod ways_out;
