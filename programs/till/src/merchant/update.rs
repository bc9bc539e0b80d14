use anchor_lang::prelude::*;

use crate::{
    events::{emit, MerchantUpdated},
    require_wallet, Merchant, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateMerchant<'info> {
    /// The merchant's authority.
    pub authority: Signer<'info>,

    /// The merchant.
    #[account(mut, has_one = authority @ TillError::NotMerchantAuthority)]
    pub merchant: AccountLoader<'info, Merchant>,

    /// The wallet that is paid from now on.
    /// CHECK: see [`require_wallet`]. It does not sign: the wallets of treasuries rarely can.
    pub payout_wallet: UncheckedAccount<'info>,
}

impl UpdateMerchant<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let merchant = &mut *ctx.accounts.merchant.load_mut()?;
        merchant.set_payout_wallet(ctx.accounts.payout_wallet.key())?;
        require_wallet(&ctx.accounts.payout_wallet)?;
        emit(
            &ctx.accounts.event_authority,
            &MerchantUpdated {
                merchant: ctx.accounts.merchant.key(),
                payout_wallet: merchant.payout_wallet,
                sequence: merchant.sequence,
            },
        )
    }
}
