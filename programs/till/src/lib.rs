//! Till: payments in escrow on Solana, for SPL Token and Token-2022.
//!
//! This file is the table of contents. One folder a capability; in it the state and one file an
//! instruction. `docs/ARCHITECTURE.md` says why things are as they are; the IDL carries the docs of
//! instructions, accounts and errors to explorers and clients.

pub mod burn;
pub mod errors;
pub mod events;
pub mod fees;
pub mod math;
pub mod merchant;
pub mod payment;
pub mod pda;
pub mod protocol;
pub mod staking;
pub mod token;

#[cfg(not(target_os = "solana"))]
pub mod client;

use anchor_lang::prelude::*;

pub use burn::*;
pub use errors::TillError;
pub use fees::*;
pub use merchant::*;
pub use payment::*;
pub use protocol::*;
pub use staking::*;

declare_id!("TiLmcj84AKEntLeY1t5y2qRYdEKZMpTVAqEGnVuN4YX");

#[program]
pub mod till {
    use super::*;

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

    /// Sends a vault's fees to where the protocol says: treasury, stakers, and out of existence. Anyone
    /// may call it.
    pub fn sweep_fees(ctx: Context<SweepFees>) -> Result<()> {
        SweepFees::handler(ctx)
    }

    /// Withdraws the transfer fees of a mint that has them withheld for the protocol, out of the token
    /// accounts named behind the others, and divides them as swept ones. Anyone may call it.
    pub fn harvest_fees<'info>(ctx: Context<'info, HarvestFees<'info>>) -> Result<()> {
        HarvestFees::handler(ctx)
    }

    // staking

    /// Creates a staking pool for a mint. Its tiers and its cooldown never change.
    pub fn create_pool(ctx: Context<CreatePool>, args: CreatePoolArgs) -> Result<()> {
        CreatePool::handler(ctx, args)
    }

    /// Adds a mint that the pool pays rewards in, by the pool's authority.
    pub fn add_reward(ctx: Context<AddReward>) -> Result<()> {
        AddReward::handler(ctx)
    }

    /// Gives the pool `amount` base units of a reward, to be distributed evenly over `seconds` from now
    /// on together with what the running plan has left. By the pool's authority.
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
    /// By the owner; by anyone, for the whole, when the pool is retired.
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

    /// Gives a pool up, by its authority, for good: nothing new comes in, what is planned goes on, and
    /// anyone may ask stakes back for their owners as soon as they are not locked.
    pub fn retire_pool(ctx: Context<RetirePool>) -> Result<()> {
        RetirePool::handler(ctx)
    }

    /// Removes a reward from a pool without positions; what nobody has claimed goes to the authority.
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
}
