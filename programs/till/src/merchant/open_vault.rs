use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{Mint, TokenInterface};

use crate::{
    events::{emit, VaultOpened},
    pda, token, Merchant, MintPolicy, Vault,
};

#[event_cpi]
#[derive(Accounts)]
#[instruction(shard: u16)]
pub struct OpenVault<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The merchant, which counts its vaults.
    #[account(mut)]
    pub merchant: AccountLoader<'info, Merchant>,

    /// The mint of what the vault will hold.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// The policy of the mint, or nothing at its address.
    /// CHECK: the address is the one that the mint's policy has, if it has one.
    #[account(seeds = [pda::MINT_POLICY, mint.key().as_ref()], bump)]
    pub mint_policy: UncheckedAccount<'info>,

    /// The vault's account, created here.
    #[account(
        init,
        payer = rent_payer,
        space = Vault::SPACE,
        seeds = [pda::VAULT, merchant.key().as_ref(), mint.key().as_ref(), &shard.to_le_bytes()],
        bump
    )]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account, created here unless somebody has already.
    /// CHECK: the associated token program derives it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl OpenVault<'_> {
    pub fn handler(ctx: Context<Self>, shard: u16) -> Result<()> {
        let accounts = &ctx.accounts;
        {
            let mut merchant = accounts.merchant.load_mut()?;
            merchant.require_side(accounts.signer.key)?;
            merchant.vault_opened()?;
        }
        let allowed_extensions = MintPolicy::mask_at(&accounts.mint_policy)?;
        token::require_accepted(accounts.mint.as_ref().as_ref(), allowed_extensions)?;

        accounts.create_vault_token()?;
        let (merchant, mint, vault_token) =
            (accounts.merchant.key(), accounts.mint.key(), accounts.vault_token.key());
        *accounts.vault.load_init()? = Vault {
            merchant,
            mint,
            vault_token,
            rent_payer: accounts.rent_payer.key(),
            escrowed: 0,
            balance: 0,
            fees: 0,
            sequence: 0,
            allowed_extensions,
            payments: 0,
            shard,
            bump: ctx.bumps.vault,
            accepting: 1,
            _reserved: [0; 32],
        };
        emit(
            &ctx.accounts.event_authority,
            &VaultOpened {
                vault: accounts.vault.key(),
                merchant,
                mint,
                vault_token,
                token_program: accounts.token_program.key(),
                decimals: accounts.mint.decimals,
                shard,
                rent_payer: accounts.rent_payer.key(),
                allowed_extensions,
            },
        )
    }
}

impl<'info> OpenVault<'info> {
    fn create_vault_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.vault_token.to_account_info(),
            authority: self.vault.to_account_info(),
            mint: self.mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }
}
