use anchor_lang::prelude::*;

use crate::{
    events::{emit, MerchantRegistered},
    pda, require_wallet, Merchant,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct RegisterMerchantArgs {
    /// Which of the founder's merchants this is, from 0.
    pub index: u16,
    /// Governs the merchant; usually the founder.
    pub authority: Pubkey,
    /// May capture, void and refund.
    pub operator: Pubkey,
    /// The wallet that is paid.
    pub payout_wallet: Pubkey,
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RegisterMerchantArgs)]
pub struct RegisterMerchant<'info> {
    /// Signs so that nobody takes an address that belongs to another wallet.
    pub founder: Signer<'info>,

    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The merchant's account, created here.
    #[account(
        init,
        payer = rent_payer,
        space = Merchant::SPACE,
        seeds = [pda::MERCHANT, founder.key().as_ref(), &args.index.to_le_bytes()],
        bump
    )]
    pub merchant: AccountLoader<'info, Merchant>,

    /// The wallet that is paid.
    /// CHECK: the arguments name it; see [`require_wallet`].
    #[account(address = args.payout_wallet)]
    pub payout_wallet: UncheckedAccount<'info>,

    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl RegisterMerchant<'_> {
    pub fn handler(ctx: Context<Self>, args: RegisterMerchantArgs) -> Result<()> {
        let RegisterMerchantArgs { index, authority, operator, payout_wallet } = args;
        let (founder, rent_payer) = (ctx.accounts.founder.key(), ctx.accounts.rent_payer.key());
        let merchant = Merchant {
            founder,
            authority,
            pending_authority: Pubkey::default(),
            operator,
            payout_wallet,
            rent_payer,
            sequence: 0,
            vaults: 0,
            index,
            bump: ctx.bumps.merchant,
            _reserved: [0; 33],
        };
        merchant.invariant()?;
        require_wallet(&ctx.accounts.payout_wallet)?;
        *ctx.accounts.merchant.load_init()? = merchant;
        emit(
            &ctx.accounts.event_authority,
            &MerchantRegistered {
                merchant: ctx.accounts.merchant.key(),
                founder,
                index,
                authority,
                operator,
                payout_wallet,
                rent_payer,
            },
        )
    }
}
