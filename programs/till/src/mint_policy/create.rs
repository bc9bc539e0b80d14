use anchor_lang::prelude::*;
use anchor_spl::token_interface::Mint;

use crate::{
    events::{emit, MintPolicyCreated},
    pda, MintPolicy, Protocol, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct CreateMintPolicy<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration, which numbers the change.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,

    /// The mint that the policy is about, of either token program.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// The policy's account, created here.
    #[account(
        init,
        payer = rent_payer,
        space = MintPolicy::SPACE,
        seeds = [pda::MINT_POLICY, mint.key().as_ref()],
        bump
    )]
    pub mint_policy: AccountLoader<'info, MintPolicy>,

    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl CreateMintPolicy<'_> {
    pub fn handler(ctx: Context<Self>, allowed_extensions: u64) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.changed()?;
        let (mint, rent_payer) = (ctx.accounts.mint.key(), ctx.accounts.rent_payer.key());
        let bump = ctx.bumps.mint_policy;
        let policy = MintPolicy { mint, rent_payer, allowed_extensions, bump, _reserved: [0; 31] };
        policy.invariant()?;
        *ctx.accounts.mint_policy.load_init()? = policy;
        emit(
            &ctx.accounts.event_authority,
            &MintPolicyCreated {
                mint_policy: ctx.accounts.mint_policy.key(),
                mint,
                rent_payer,
                allowed_extensions,
                sequence: protocol.sequence,
            },
        )
    }
}
