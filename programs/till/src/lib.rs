//! Till: payments in escrow on Solana, for SPL Token and Token-2022.
//!
//! This file is the table of contents, in the order in which a call is looked up: payments first, because
//! each entry before another costs the later one compute units. One folder a capability; in it the state and one file an
//! instruction. `docs/ARCHITECTURE.md` says why things are as they are; the IDL carries the docs of
//! instructions, accounts and errors to explorers and clients.

pub mod errors;
pub mod events;
pub mod math;
pub mod merchant;
pub mod payment;
pub mod pda;
pub mod protocol;
pub mod token;

#[cfg(not(target_os = "solana"))]
pub mod client;
#[cfg(all(target_os = "solana", not(feature = "cpi")))]
mod entrypoint;
#[cfg(all(target_os = "solana", not(feature = "cpi")))]
mod security;

use anchor_lang::prelude::*;

pub use errors::TillError;
pub use merchant::*;
pub use payment::*;
pub use protocol::*;

declare_id!("TiLmcj84AKEntLeY1t5y2qRYdEKZMpTVAqEGnVuN4YX");

#[program]
pub mod till {
    use super::*;

    // payment

    /// Puts the payer's money in escrow under the terms that the payment's address commits to. No more
    /// than `max_sent` base units leave the payer's account, whatever the mint's transfer fee is by then.
    pub fn authorize(ctx: Context<Authorize>, terms: Terms, max_sent: u64) -> Result<()> {
        Authorize::handler(ctx, terms, max_sent)
    }

    /// Authorizes and captures the full amount in one step, for terms of immediate capture.
    pub fn charge<'info>(ctx: Context<'info, Charge<'info>>, terms: Terms, max_sent: u64) -> Result<()> {
        Charge::handler(ctx, terms, max_sent)
    }

    /// Takes escrowed money for the merchant: part of it, or the last part (`is_final`), which
    /// returns the rest to the payer. The terms are needed when they have splits.
    pub fn capture<'info>(
        ctx: Context<'info, Capture<'info>>,
        amount: u64,
        is_final: bool,
        terms: Option<Terms>,
    ) -> Result<()> {
        Capture::handler(ctx, amount, is_final, terms)
    }

    /// Gives the merchant everything in escrow, on the payer's word. The terms are needed when they
    /// have splits.
    pub fn release<'info>(ctx: Context<'info, Release<'info>>, terms: Option<Terms>) -> Result<()> {
        Release::handler(ctx, terms)
    }

    /// Opens a dispute, by the payer: nothing can be captured until the payer releases, the merchant
    /// voids, the arbiter resolves, or the arbiter's time runs out and the payer reclaims.
    pub fn dispute(ctx: Context<Dispute>, terms: Terms) -> Result<()> {
        Dispute::handler(ctx, terms)
    }

    /// Ends a dispute, by the arbiter that the terms name: `amount` is captured, the rest goes back
    /// to the payer.
    pub fn resolve<'info>(ctx: Context<'info, Resolve<'info>>, amount: u64, terms: Terms) -> Result<()> {
        Resolve::handler(ctx, amount, terms)
    }

    /// Returns everything still in escrow to the payer, by the merchant's side, at any time.
    pub fn void(ctx: Context<Void>) -> Result<()> {
        Void::handler(ctx)
    }

    /// Returns everything still in escrow to the payer once the authorization, or the time to resolve
    /// a dispute, has expired. Anyone may call it; the money can only go to the payer.
    pub fn reclaim(ctx: Context<Reclaim>) -> Result<()> {
        Reclaim::handler(ctx)
    }

    /// Pays captured money back to the payer, from the merchant's balance or from a token account
    /// whose owner signs.
    pub fn refund(ctx: Context<Refund>, amount: u64) -> Result<()> {
        Refund::handler(ctx, amount)
    }

    /// Closes a payment that nothing can happen to any more; the rent goes back to who paid it.
    pub fn close_payment(ctx: Context<ClosePayment>) -> Result<()> {
        ClosePayment::handler(ctx)
    }

    // protocol

    /// Creates the protocol's configuration. Once, by the program's upgrade authority.
    pub fn initialize_protocol(ctx: Context<InitializeProtocol>, args: InitializeProtocolArgs) -> Result<()> {
        InitializeProtocol::handler(ctx, args)
    }

    // merchant

    /// Registers a merchant: the wallet that governs it, the operator key, the wallet that is paid.
    pub fn register_merchant(ctx: Context<RegisterMerchant>, args: RegisterMerchantArgs) -> Result<()> {
        RegisterMerchant::handler(ctx, args)
    }

    /// Opens a vault shard of a merchant for a mint.
    pub fn open_vault(ctx: Context<OpenVault>, shard: u16) -> Result<()> {
        OpenVault::handler(ctx, shard)
    }

    /// Sends a vault's whole merchant balance to the merchant's payout wallet. Anyone may call it.
    pub fn payout(ctx: Context<Payout>) -> Result<()> {
        Payout::handler(ctx)
    }

    // donation

    // fees

    // staking

    // burn

    // vesting
}
