//! Till: payments in escrow on Solana, for SPL Token and Token-2022.
//!
//! This file is the table of contents. One folder a capability; in it the state and one file an
//! instruction. `docs/ARCHITECTURE.md` says why things are as they are; the IDL carries the docs of
//! instructions, accounts and errors to explorers and clients.

pub mod burn;
pub mod donation;
pub mod errors;
pub mod events;
pub mod fees;
pub mod math;
pub mod merchant;
pub mod mint_policy;
pub mod payment;
pub mod pda;
pub mod protocol;
pub mod staking;
pub mod token;
pub mod vesting;

#[cfg(not(target_os = "solana"))]
pub mod client;
#[cfg(all(target_os = "solana", not(feature = "cpi")))]
mod entrypoint;
#[cfg(all(target_os = "solana", not(feature = "cpi")))]
mod security;

use anchor_lang::prelude::*;

pub use burn::*;
pub use donation::*;
pub use errors::TillError;
pub use fees::*;
pub use merchant::*;
pub use mint_policy::*;
pub use payment::*;
pub use protocol::*;
pub use staking::*;
pub use vesting::*;

declare_id!("TiLmcj84AKEntLeY1t5y2qRYdEKZMpTVAqEGnVuN4YX");

#[program]
pub mod till {
    use super::*;

    // What is called most comes first: the program looks for an instruction in this order, and each that
    // it passes costs about 20 compute units.

    // payment

    /// Puts the payer's money in escrow under the `terms` that the payment's address commits to. No more
    /// than `max_sent` base units leave the payer's account, whatever the mint's transfer fee is by then.
    pub fn authorize(ctx: Context<Authorize>, terms: Terms, max_sent: u64) -> Result<()> {
        Authorize::handler(ctx, terms, max_sent)
    }

    /// Authorizes and captures the full amount in one step, for `terms` of immediate capture. For
    /// `max_sent` see `authorize`.
    pub fn charge<'info>(ctx: Context<'info, Charge<'info>>, terms: Terms, max_sent: u64) -> Result<()> {
        Charge::handler(ctx, terms, max_sent)
    }

    /// Takes `amount` base units of escrowed money for the merchant; if `is_final`, what is left goes
    /// back to the payer. The `terms` are needed when they have splits.
    pub fn capture<'info>(
        ctx: Context<'info, Capture<'info>>,
        amount: u64,
        is_final: bool,
        terms: Option<Terms>,
    ) -> Result<()> {
        Capture::handler(ctx, amount, is_final, terms)
    }

    /// Gives the merchant everything in escrow, on the payer's word. The `terms` are needed when they
    /// have splits.
    pub fn release<'info>(ctx: Context<'info, Release<'info>>, terms: Option<Terms>) -> Result<()> {
        Release::handler(ctx, terms)
    }

    /// Opens a dispute, by the payer, who brings the `terms`: nothing can be captured until the payer releases, the merchant
    /// voids, the arbiter resolves, or the arbiter's time runs out and the payer reclaims.
    pub fn dispute(ctx: Context<Dispute>, terms: Terms) -> Result<()> {
        Dispute::handler(ctx, terms)
    }

    /// Ends a dispute, by the arbiter that the `terms` name: `amount` base units are captured, the rest
    /// goes back to the payer.
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

    /// Pays `amount` base units of captured money back to the payer, from the merchant's balance or from a token account
    /// whose owner signs.
    pub fn refund<'info>(ctx: Context<'info, Refund<'info>>, amount: u64) -> Result<()> {
        Refund::handler(ctx, amount)
    }

    /// Closes a payment that nothing can happen to any more; the rent goes back to who paid it.
    pub fn close_payment(ctx: Context<ClosePayment>) -> Result<()> {
        ClosePayment::handler(ctx)
    }

    /// Sends a vault's whole merchant balance to the merchant's payout wallet. Anyone may call it.
    pub fn payout<'info>(ctx: Context<'info, Payout<'info>>) -> Result<()> {
        Payout::handler(ctx)
    }

    // donation

    /// Opens a campaign that collects donations for a beneficiary until a deadline, at an address that
    /// its `terms` and a `salt` make. The protocol takes no fee on donations.
    pub fn create_campaign(ctx: Context<CreateCampaign>, terms: CampaignTerms, salt: u8) -> Result<()> {
        CreateCampaign::handler(ctx, terms, salt)
    }

    /// Gives exactly `amount` base units to a campaign before its deadline; no more than `max_sent` leave
    /// the donor's account. All-or-nothing campaigns give a receipt: `salt` is that of a new one.
    pub fn donate(ctx: Context<Donate>, amount: u64, max_sent: u64, salt: u8) -> Result<()> {
        Donate::handler(ctx, amount, max_sent, salt)
    }

    /// Pays the beneficiary: at any time what a keep-all campaign holds, from the deadline on what an
    /// all-or-nothing campaign has raised if that is its goal. Anyone may call it.
    pub fn withdraw_donations(ctx: Context<WithdrawDonations>) -> Result<()> {
        WithdrawDonations::handler(ctx)
    }

    /// Gives a donor of an all-or-nothing campaign everything back, if it is cancelled or has missed its
    /// goal, and closes the receipt. Anyone may call it; the money can only go to the donor.
    pub fn refund_donation(ctx: Context<RefundDonation>) -> Result<()> {
        RefundDonation::handler(ctx)
    }

    /// Closes a receipt of a campaign that has reached its goal; the rent goes back to who paid it.
    pub fn close_donation(ctx: Context<CloseDonation>) -> Result<()> {
        CloseDonation::handler(ctx)
    }

    /// Ends a campaign before its deadline, by its creator: an all-or-nothing campaign is refunded,
    /// what a keep-all campaign has raised stays the beneficiary's.
    pub fn cancel_campaign(ctx: Context<CancelCampaign>) -> Result<()> {
        CancelCampaign::handler(ctx)
    }

    /// Closes a campaign whose deadline has passed, that owes nothing and has no receipt open; the rent
    /// goes back to who paid it.
    pub fn close_campaign(ctx: Context<CloseCampaign>) -> Result<()> {
        CloseCampaign::handler(ctx)
    }

    // fees

    /// Sends a vault's fees to where the protocol says: treasury, stakers, and out of existence. Anyone
    /// may call it.
    pub fn sweep_fees<'info>(ctx: Context<'info, SweepFees<'info>>) -> Result<()> {
        SweepFees::handler(ctx)
    }

    /// Withdraws the transfer fees of a mint that has them withheld for the protocol, out of the token
    /// accounts named behind the others, and divides them as swept ones. Anyone may call it.
    pub fn harvest_fees<'info>(ctx: Context<'info, HarvestFees<'info>>) -> Result<()> {
        HarvestFees::handler(ctx)
    }

    // staking

    /// Creates a staking pool for a mint. Its tiers and its cooldown never change: its address commits to
    /// them.
    pub fn create_pool(ctx: Context<CreatePool>, args: CreatePoolArgs) -> Result<()> {
        CreatePool::handler(ctx, args)
    }

    /// Adds a mint that the pool pays rewards in, by the pool's authority.
    pub fn add_reward(ctx: Context<AddReward>) -> Result<()> {
        AddReward::handler(ctx)
    }

    /// Gives the pool `amount` base units of a reward, to be distributed evenly over `seconds` from now
    /// on together with what the running plan has left; no second gets less than before, and the end is
    /// not earlier. By the pool's authority.
    pub fn fund_reward(
        ctx: Context<FundReward>,
        index: u8,
        amount: u64,
        seconds: u32,
        max_sent: u64,
    ) -> Result<()> {
        FundReward::handler(ctx, index, amount, seconds, max_sent)
    }

    /// Stakes `amount` base units in a tier of the pool: in a new position, or on top of one, which is
    /// then locked from now on as a new one would be. `salt` belongs to a new position's address.
    pub fn stake(ctx: Context<Stake>, tier: u8, amount: u64, max_sent: u64, salt: u8) -> Result<()> {
        Stake::handler(ctx, tier, amount, max_sent, salt)
    }

    /// Sends a position's owner what it has earned of one reward. Anyone may call it.
    pub fn claim_reward(ctx: Context<ClaimReward>, index: u8) -> Result<()> {
        ClaimReward::handler(ctx, index)
    }

    /// Asks `amount` base units of a stake back once it is not locked: they stop earning and cool down.
    /// By the owner; by anyone, for the whole, when the pool is retired and has given out everything.
    pub fn request_unstake(ctx: Context<RequestUnstake>, amount: u64) -> Result<()> {
        RequestUnstake::handler(ctx, amount)
    }

    /// Sends a position's owner what has cooled down. Anyone may call it.
    pub fn withdraw_stake(ctx: Context<WithdrawStake>) -> Result<()> {
        WithdrawStake::handler(ctx)
    }

    /// Closes an empty position; the rent goes back to who paid it. Anyone may call it, unless rewards
    /// are still owed, which only the owner can give up.
    pub fn close_position(ctx: Context<ClosePosition>) -> Result<()> {
        ClosePosition::handler(ctx)
    }

    /// Offers the place of the pool's authority to another wallet, which has to accept; the zero address
    /// takes an offer back.
    pub fn propose_pool_authority(ctx: Context<ProposePoolAuthority>, new_authority: Pubkey) -> Result<()> {
        ProposePoolAuthority::handler(ctx, new_authority)
    }

    /// Takes the place of a pool's authority, which the signer has been offered.
    pub fn accept_pool_authority(ctx: Context<AcceptPoolAuthority>) -> Result<()> {
        AcceptPoolAuthority::handler(ctx)
    }

    /// Gives a pool up, by its authority, for good: nothing new comes in, what is planned goes on. After
    /// that anyone may ask stakes back for their owners as soon as they are not locked.
    pub fn retire_pool(ctx: Context<RetirePool>) -> Result<()> {
        RetirePool::handler(ctx)
    }

    /// Removes a reward from a pool without positions; what nobody has claimed goes to the authority at
    /// once, whichever mint it is in.
    pub fn remove_reward(ctx: Context<RemoveReward>, index: u8) -> Result<()> {
        RemoveReward::handler(ctx, index)
    }

    /// Closes a pool without positions and rewards; the rent goes back to who paid it.
    pub fn close_pool(ctx: Context<ClosePool>) -> Result<()> {
        ClosePool::handler(ctx)
    }

    // burn

    /// Opens the record of what is burned of a mint. Anyone may call it.
    pub fn open_burn_record(ctx: Context<OpenBurnRecord>) -> Result<()> {
        OpenBurnRecord::handler(ctx)
    }

    /// Burns `amount` base units of the signer's own tokens, and counts them.
    pub fn burn(ctx: Context<Burn>, amount: u64) -> Result<()> {
        Burn::handler(ctx, amount)
    }

    /// Closes the record of a mint that does not exist any more; the rent goes back to who paid it.
    pub fn close_burn_record(ctx: Context<CloseBurnRecord>) -> Result<()> {
        CloseBurnRecord::handler(ctx)
    }

    // vesting

    /// Puts tokens aside that become a beneficiary's over time, at an address that a `salt` makes. No more
    /// than `max_sent` base units leave the grantor's account, whatever the mint's transfer fee is by then.
    pub fn create_vesting(
        ctx: Context<CreateVesting>,
        terms: VestingTerms,
        max_sent: u64,
        salt: u8,
    ) -> Result<()> {
        CreateVesting::handler(ctx, terms, max_sent, salt)
    }

    /// Pays the beneficiary everything that has vested and is not claimed yet. Anyone may call it.
    pub fn claim_vested(ctx: Context<ClaimVested>) -> Result<()> {
        ClaimVested::handler(ctx)
    }

    /// Gives the grantor back what has not vested yet, once, if the vesting is revocable. What has
    /// vested stays claimable for ever.
    pub fn revoke_vesting(ctx: Context<RevokeVesting>) -> Result<()> {
        RevokeVesting::handler(ctx)
    }

    /// Closes a vesting whose beneficiary has claimed everything; the rent goes back to who paid it.
    pub fn close_vesting(ctx: Context<CloseVesting>) -> Result<()> {
        CloseVesting::handler(ctx)
    }

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

    /// Offers the admin's place to the wallet `new_admin`, by the admin. The zero address withdraws the offer.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Takes the admin's place, by the wallet that it was offered to.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    // mint policy

    /// Allows a mint extensions of Token-2022 that not every mint may have, by the admin, who trusts the
    /// mint's issuer. Bit `n` of `allowed_extensions` is the extension type numbered `n`.
    pub fn create_mint_policy(ctx: Context<CreateMintPolicy>, allowed_extensions: u64) -> Result<()> {
        CreateMintPolicy::handler(ctx, allowed_extensions)
    }

    /// Replaces `allowed_extensions` of a mint's policy, by the admin.
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

    /// Gives another key, the `operator`, the power to capture, void and refund, by the merchant's authority.
    pub fn set_operator(ctx: Context<SetOperator>, operator: Pubkey) -> Result<()> {
        SetOperator::handler(ctx, operator)
    }

    /// Offers the place of the merchant's authority to the wallet `new_authority`, by the authority. The zero address
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

    /// Opens the vault numbered `shard` of a merchant for a mint.
    pub fn open_vault(ctx: Context<OpenVault>, shard: u16) -> Result<()> {
        OpenVault::handler(ctx, shard)
    }

    /// Has a vault take new payments if `accepting`, or refuse them, by the merchant's authority or operator.
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
}
