//! Every constraint of every account of every instruction, broken once.
//!
//! A spec says how an instruction is built that must succeed, and has a row for each of its accounts:
//! what kind of account it is, and what comes of it when another account stands in its place, or the
//! same one without a signature, with another owner, closed, … Which mutations there are follows from
//! the kind ([`kind::Kind`]); what each must give is stated by the kind or by the row, to the error code.
//!
//! `tests/program/README.md` says how to add an instruction.

mod burn;
mod combined;
mod donation;
mod fees;
mod idl;
mod judge;
mod kind;
mod merchant;
mod mint_policy;
mod mutation;
mod outcome;
mod payment;
mod protocol;
mod scene;
mod spec;
mod staking;
mod vault;
mod vesting;

pub use idl::Idl;

use std::collections::BTreeSet;

/// The instructions by capability: a test each, and the list that is compared with the IDL.
macro_rules! instructions {
    ($($capability:ident: $($instruction:ident),+;)+) => {
        /// Name, capability and spec of every instruction.
        pub const INSTRUCTIONS: &[(&str, &str, fn() -> spec::Spec)] = &[
            $($((stringify!($instruction), stringify!($capability), $capability::$instruction)),+),+
        ];

        mod every_account_of {
            $($(
                #[test]
                fn $instruction() {
                    super::judge::judge(stringify!($instruction), super::$capability::$instruction());
                }
            )+)+
        }
    };
}

instructions! {
    payment: authorize, charge, capture, release, dispute, resolve, void, reclaim, refund, close_payment;
    vault: open_vault, set_vault_accepting, sync_vault_policy, payout, close_vault;
    merchant: register_merchant, update_merchant, set_operator, propose_merchant_authority,
        accept_merchant_authority, close_merchant;
    donation: create_campaign, donate, withdraw_donations, refund_donation, close_donation, cancel_campaign,
        close_campaign;
    vesting: create_vesting, claim_vested, revoke_vesting, close_vesting;
    mint_policy: create_mint_policy, update_mint_policy, close_mint_policy;
    protocol: initialize_protocol, update_protocol, pause_protocol, unpause_protocol, propose_admin, accept_admin;
    staking: create_pool, add_reward, fund_reward, stake, claim_reward, request_unstake, withdraw_stake,
        close_position, propose_pool_authority, accept_pool_authority, retire_pool, remove_reward, close_pool;
    fees: sweep_fees, harvest_fees;
    burn: open_burn_record, burn, close_burn_record;
}

#[test]
fn every_instruction_of_the_idl_has_a_spec() {
    let specified: BTreeSet<_> = INSTRUCTIONS.iter().map(|(name, ..)| name.to_string()).collect();
    let named: BTreeSet<_> = Idl::read().instructions.into_keys().collect();
    let missing: Vec<_> = named.difference(&specified).collect();
    let unknown: Vec<_> = specified.difference(&named).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "without a spec: {missing:?}; unknown: {unknown:?}");
}
