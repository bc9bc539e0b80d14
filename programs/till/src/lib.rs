//! Till: payments in escrow on Solana, for SPL Token and Token-2022.
//!
//! This file is the table of contents. One folder a capability; in it the state and one file an
//! instruction. `docs/ARCHITECTURE.md` says why things are as they are; the IDL carries the docs of
//! instructions, accounts and errors to explorers and clients.

pub mod errors;
pub mod events;
pub mod math;
pub mod merchant;
pub mod mint_policy;
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
pub use mint_policy::*;
pub use payment::*;
pub use protocol::*;

declare_id!("TiLmcj84AKEntLeY1t5y2qRYdEKZMpTVAqEGnVuN4YX");

#[program]
pub mod till {
    use super::*;

    // What is called most comes first: the program looks for an instruction in this order, and each that
    // it passes costs about 20 compute units.

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
    pub fn void<'info>(ctx: Context<'info, Void<'info>>) -> Result<()> {
        Void::handler(ctx)
    }

    /// Returns everything still in escrow to the payer once the authorization, or the time to resolve
    /// a dispute, has expired. Anyone may call it; the money can only go to the payer.
    pub fn reclaim<'info>(ctx: Context<'info, Reclaim<'info>>) -> Result<()> {
        Reclaim::handler(ctx)
    }

    /// Pays captured money back to the payer, from the merchant's balance or from a token account
    /// whose owner signs.
    pub fn refund<'info>(ctx: Context<'info, Refund<'info>>, amount: u64) -> Result<()> {
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

    // mint policy

    /// Allows a mint extensions of Token-2022 that not every mint may have, by the admin, who trusts the
    /// mint's issuer. Bit `n` of the mask is the extension type numbered `n`.
    pub fn create_mint_policy(ctx: Context<CreateMintPolicy>, allowed_extensions: u64) -> Result<()> {
        CreateMintPolicy::handler(ctx, allowed_extensions)
    }

    /// Replaces the mask of a mint's policy, by the admin.
    pub fn update_mint_policy(ctx: Context<UpdateMintPolicy>, allowed_extensions: u64) -> Result<()> {
        UpdateMintPolicy::handler(ctx, allowed_extensions)
    }

    /// Allows a mint nothing more than any other, by the admin; the rent goes back to who paid it.
    pub fn close_mint_policy(ctx: Context<CloseMintPolicy>) -> Result<()> {
        CloseMintPolicy::handler(ctx)
    }

    // merchant

    /// Registers a merchant: the wallet that governs it, the operator key, the wallet that is paid.
    pub fn register_merchant(ctx: Context<RegisterMerchant>, args: RegisterMerchantArgs) -> Result<()> {
        RegisterMerchant::handler(ctx, args)
    }

    /// Has money leave for another wallet from now on, by the merchant's authority.
    pub fn update_merchant(ctx: Context<UpdateMerchant>) -> Result<()> {
        UpdateMerchant::handler(ctx)
    }

    /// Gives another key the power to capture, void and refund, by the merchant's authority.
    pub fn set_operator(ctx: Context<SetOperator>, operator: Pubkey) -> Result<()> {
        SetOperator::handler(ctx, operator)
    }

    /// Offers the place of the merchant's authority to a wallet, by the authority. The zero address
    /// withdraws the offer.
    pub fn propose_merchant_authority(
        ctx: Context<ProposeMerchantAuthority>,
        new_authority: Pubkey,
    ) -> Result<()> {
        ProposeMerchantAuthority::handler(ctx, new_authority)
    }

    /// Takes the place of the merchant's authority, by the wallet that it was offered to.
    pub fn accept_merchant_authority(ctx: Context<AcceptMerchantAuthority>) -> Result<()> {
        AcceptMerchantAuthority::handler(ctx)
    }

    /// Closes a merchant without open vaults, by its authority; the rent goes back to who paid it.
    pub fn close_merchant(ctx: Context<CloseMerchant>) -> Result<()> {
        CloseMerchant::handler(ctx)
    }

    /// Opens a vault shard of a merchant for a mint.
    pub fn open_vault(ctx: Context<OpenVault>, shard: u16) -> Result<()> {
        OpenVault::handler(ctx, shard)
    }

    /// Has a vault take new payments or refuse them, by the merchant's authority or operator.
    pub fn set_vault_accepting(ctx: Context<SetVaultAccepting>, accepting: bool) -> Result<()> {
        SetVaultAccepting::handler(ctx, accepting)
    }

    /// Copies what the mint's policy allows into a vault. Anyone may call it.
    pub fn sync_vault_policy(ctx: Context<SyncVaultPolicy>) -> Result<()> {
        SyncVaultPolicy::handler(ctx)
    }

    /// Closes a vault that owes nothing and that no payment refers to, and its token account, by the
    /// merchant's authority; the rent goes back to who paid it.
    pub fn close_vault<'info>(ctx: Context<'info, CloseVault<'info>>) -> Result<()> {
        CloseVault::handler(ctx)
    }

    /// Sends a vault's whole merchant balance to the merchant's payout wallet. Anyone may call it.
    pub fn payout<'info>(ctx: Context<'info, Payout<'info>>) -> Result<()> {
        Payout::handler(ctx)
    }
}
