use anchor_lang::prelude::*;

use crate::{
    events::{emit, ProtocolUpdated},
    Protocol, TillError,
};

/// What is absent stays as it is. The limits are those of [`Protocol::invariant`].
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, Default)]
pub struct UpdateProtocolArgs {
    /// May pause what takes money in.
    pub guardian: Option<Pubkey>,
    /// The wallet that the treasury's part of the fees goes to.
    pub treasury: Option<Pubkey>,
    /// The staking pool that the stakers' part of the fees goes to; the zero address for none.
    pub pool: Option<Pubkey>,
    /// The only mint in which the burn part of the fees is burned; the zero address for none.
    pub burn_mint: Option<Pubkey>,
    /// Fee on captured money, in basis points. A payment keeps the fee it was opened under.
    pub fee_bps: Option<u16>,
    /// The stakers' part of the fees, in basis points.
    pub stakers_bps: Option<u16>,
    /// The part of the fees that is burned, in basis points.
    pub burn_bps: Option<u16>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateProtocol<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// The protocol's configuration.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,
}

impl UpdateProtocol<'_> {
    pub fn handler(ctx: Context<Self>, args: UpdateProtocolArgs) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.update(args)?;
        emit(
            &ctx.accounts.event_authority,
            &ProtocolUpdated {
                guardian: protocol.guardian,
                treasury: protocol.treasury,
                pool: protocol.pool,
                burn_mint: protocol.burn_mint,
                fee_bps: protocol.fee_bps,
                stakers_bps: protocol.stakers_bps,
                burn_bps: protocol.burn_bps,
                sequence: protocol.sequence,
            },
        )
    }
}
