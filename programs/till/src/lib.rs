//! Till: payments in escrow on Solana, for SPL Token and Token-2022.
//!
//! This file is the table of contents. One folder a capability; in it the state and one file an
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

use anchor_lang::prelude::*;

pub use errors::TillError;
pub use merchant::*;
pub use payment::*;
pub use protocol::*;

declare_id!("TiLmcj84AKEntLeY1t5y2qRYdEKZMpTVAqEGnVuN4YX");

#[program]
pub mod till {
    use super::*;

    // protocol

    /// Creates the protocol's configuration. Once, by the program's upgrade authority.
    pub fn initialize_protocol(ctx: Context<InitializeProtocol>, args: InitializeProtocolArgs) -> Result<()> {
        InitializeProtocol::handler(ctx, args)
    }

    /// Changes the protocol's configuration within its hard limits, by the admin. The fee concerns
    /// payments that are opened later.
    pub fn update_protocol(ctx: Context<UpdateProtocol>, args: UpdateProtocolArgs) -> Result<()> {
        UpdateProtocol::handler(ctx, args)
    }

    /// Stops everything that takes money in, by the guardian or the admin. Every way out stays open.
    pub fn pause_protocol(ctx: Context<PauseProtocol>) -> Result<()> {
        PauseProtocol::handler(ctx)
    }

    /// Lets money in again, by the admin alone.
    pub fn unpause_protocol(ctx: Context<UnpauseProtocol>) -> Result<()> {
        UnpauseProtocol::handler(ctx)
    }

    /// Offers the admin's place to a wallet, by the admin. The zero address withdraws the offer.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Takes the admin's place, by the wallet that it was offered to.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
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

    // payment

    /// Puts the payer's money in escrow under the terms that the payment's address commits to. No more
    /// than `max_sent` base units leave the payer's account, whatever the mint's transfer fee is by then.
    pub fn authorize(ctx: Context<Authorize>, terms: Terms, max_sent: u64) -> Result<()> {
        Authorize::handler(ctx, terms, max_sent)
    }

    /// Authorizes and captures the full amount in one step, for terms of immediate capture.
    pub fn charge(ctx: Context<Charge>, terms: Terms, max_sent: u64) -> Result<()> {
        Charge::handler(ctx, terms, max_sent)
    }

    /// Takes escrowed money for the merchant: part of it, or the last part (`is_final`), which
    /// returns the rest to the payer.
    pub fn capture(ctx: Context<Capture>, amount: u64, is_final: bool) -> Result<()> {
        Capture::handler(ctx, amount, is_final)
    }

    /// Returns everything still in escrow to the payer, by the merchant's side, at any time.
    pub fn void(ctx: Context<Void>) -> Result<()> {
        Void::handler(ctx)
    }

    /// Returns everything still in escrow to the payer once the authorization has expired. Anyone
    /// may call it; the money can only go to the payer.
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

    // donation

    // fees

    // staking

    // burn

    // vesting
}
