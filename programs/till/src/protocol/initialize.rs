use anchor_lang::prelude::*;

use crate::{
    events::{emit, ProtocolInitialized},
    pda,
    program::Till,
    Protocol, TillError,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct InitializeProtocolArgs {
    /// May change the protocol's configuration.
    pub admin: Pubkey,
    /// May pause new payments.
    pub guardian: Pubkey,
    /// The wallet that the treasury's part of the fees goes to.
    pub treasury: Pubkey,
    /// Fee on captured money, in basis points.
    pub fee_bps: u16,
}

#[event_cpi]
#[derive(Accounts)]
pub struct InitializeProtocol<'info> {
    /// The program's upgrade authority: nobody else can get there first. Pays the rent.
    #[account(mut)]
    pub upgrade_authority: Signer<'info>,

    /// The protocol's configuration, created here.
    #[account(init, payer = upgrade_authority, space = Protocol::SPACE, seeds = [pda::PROTOCOL], bump)]
    pub protocol: AccountLoader<'info, Protocol>,

    /// This program, which names its program data account.
    #[account(constraint = till.programdata_address()? == Some(program_data.key()) @ TillError::NotUpgradeAuthority)]
    pub till: Program<'info, Till>,

    /// The loader's account that names the upgrade authority.
    #[account(constraint = program_data.upgrade_authority_address == Some(upgrade_authority.key()) @ TillError::NotUpgradeAuthority)]
    pub program_data: Account<'info, ProgramData>,

    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl InitializeProtocol<'_> {
    pub fn handler(ctx: Context<Self>, args: InitializeProtocolArgs) -> Result<()> {
        let InitializeProtocolArgs { admin, guardian, treasury, fee_bps } = args;
        let protocol = Protocol {
            admin,
            pending_admin: Pubkey::default(),
            guardian,
            treasury,
            pool: Pubkey::default(),
            burn_mint: Pubkey::default(),
            sequence: 0,
            fee_bps,
            stakers_bps: 0,
            burn_bps: 0,
            paused: 0,
            bump: ctx.bumps.protocol,
            _reserved: [0; 56],
        };
        protocol.invariant()?;
        *ctx.accounts.protocol.load_init()? = protocol;
        emit(&ctx.accounts.event_authority, &ProtocolInitialized { admin, guardian, treasury, fee_bps })
    }
}
