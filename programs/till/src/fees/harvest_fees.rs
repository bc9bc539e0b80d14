use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_2022_extensions::{self, WithdrawWithheldTokensFromMint};

use super::distribution::*;
use crate::{
    events::{emit, FeesHarvested},
    pda, token, TillError,
};

/// The transfer fees of a Token-2022 mint that names the protocol as who may withdraw them. The token
/// accounts that have withheld some are the remaining accounts: any of the mint, vaults' too.
#[event_cpi]
#[derive(Accounts)]
pub struct HarvestFees<'info> {
    /// Lends the rent of `protocol_token` and gets it back.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's associated token account for the mint, which lives for this instruction.
    /// CHECK: the associated token program derives and creates it, unless somebody has already.
    #[account(mut)]
    pub protocol_token: UncheckedAccount<'info>,

    pub distribution: Distribution<'info>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl<'info> HarvestFees<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let Distribution { protocol, mint, treasury_token, token_program, .. } = &accounts.distribution;
        let (treasury, bump) = {
            let protocol = protocol.load()?;
            (protocol.treasury, protocol.bump)
        };
        let authority = token::withdraw_authority(mint)?;
        require!(authority == Some(protocol.key()), TillError::NotFeeAuthority);
        let signer: &[&[&[u8]]] = &[&[pda::PROTOCOL, &[bump]]];

        token::harvest(token_program, mint, ctx.remaining_accounts.to_vec())?;
        accounts.create_protocol_token()?;
        accounts.withdraw(signer)?;
        let amount = token::balance(&accounts.protocol_token)?;
        require!(amount > 0, TillError::NothingToSweep);
        let source = FeeSource {
            token_account: &accounts.protocol_token,
            authority: protocol.as_ref(),
            signer,
            amount,
            extra: &[],
        };
        let shares = accounts.distribution.distribute(&source, &accounts.event_authority)?;
        let close = token::Close {
            token_program,
            mint,
            account: &accounts.protocol_token,
            to: treasury_token,
            to_owner: &treasury,
            rent_payer: &accounts.rent_payer,
            authority: protocol.as_ref(),
            extra: &[],
        };
        close.close(signer)?;
        emit(
            &accounts.event_authority,
            &FeesHarvested { mint: mint.key(), shares, treasury_token: treasury_token.key() },
        )
    }

    fn create_protocol_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.protocol_token.to_account_info(),
            authority: self.distribution.protocol.to_account_info(),
            mint: self.distribution.mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.distribution.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }

    fn withdraw(&self, signer: &[&[&[u8]]]) -> Result<()> {
        let Distribution { protocol, mint, token_program, .. } = &self.distribution;
        let accounts = WithdrawWithheldTokensFromMint {
            token_program_id: token_program.to_account_info(),
            mint: mint.to_account_info(),
            destination: self.protocol_token.to_account_info(),
            authority: protocol.to_account_info(),
        };
        let context = CpiContext::new_with_signer(token_program.key(), accounts, signer);
        token_2022_extensions::withdraw_withheld_tokens_from_mint(context)
    }
}
