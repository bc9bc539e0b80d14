use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::VaultBalances, pda, token, CaptureMode, NewEscrow, Payment, Protocol, Terms, TillError, Vault,
    VaultSigner, VaultTokens,
};

/// What `authorize` and `charge` share: a payer's money going into a new payment's escrow.
#[derive(Accounts)]
pub struct Escrow<'info> {
    /// Owns the tokens that pay, and gets back what is not captured.
    pub payer: Signer<'info>,

    /// Pays the rent of the payment account; the payer, or a sponsor.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The protocol's configuration. There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The vault of the money.
    #[account(mut, has_one = mint @ TillError::WrongMint, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// The mint of the vault.
    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the payer, which pays.
    /// CHECK: whose it is, is seen to by `token::require_owned`.
    #[account(mut)]
    pub payer_token: UncheckedAccount<'info>,

    /// The payment's account, created here.
    /// CHECK: it is made at the one address that the terms hash to.
    #[account(mut)]
    pub payment: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

/// A payment whose money has arrived, not yet counted by the vault nor written to its account.
pub struct Opened {
    pub payment: Payment,
    pub merchant: Pubkey,
}

impl<'info> Escrow<'info> {
    /// Checks the terms, creates the payment's account and takes the money.
    pub fn open(&self, terms: &Terms, max_sent: u64, mode: CaptureMode) -> Result<Opened> {
        let fee_bps = {
            let protocol = self.protocol.load()?;
            protocol.require_running()?;
            protocol.fee_bps
        };
        require!(terms.capture_mode == mode, TillError::WrongCaptureMode);
        require_keys_eq!(terms.mint, *self.mint.key, TillError::WrongMint);
        terms.require_payable(Clock::get()?.unix_timestamp, fee_bps)?;
        let (merchant, allowed_extensions) = {
            let mut vault = self.vault.load_mut()?;
            vault.payment_opened()?;
            (vault.merchant, vault.allowed_extensions)
        };
        token::require_accepted(&self.mint, allowed_extensions)?;

        let terms_hash = terms.hash()?;
        self.create_payment(&merchant, &terms_hash)?;
        self.take_money(terms.amount, max_sent)?;

        let payment = Payment::authorized(NewEscrow {
            terms,
            terms_hash,
            vault: self.vault.key(),
            payer: self.payer.key(),
            rent_payer: self.rent_payer.key(),
            fee_bps,
        });
        payment.invariant()?;
        Ok(Opened { payment, merchant })
    }

    fn create_payment(&self, merchant: &Pubkey, terms_hash: &[u8; 32]) -> Result<()> {
        require!(self.payment.data_is_empty(), TillError::AlreadyPaid);
        let seeds: &[&[u8]] = &[pda::PAYMENT, merchant.as_ref(), terms_hash, &[pda::SALTED_BUMP]];
        pda::create(&self.payment, seeds, Payment::SPACE, &self.rent_payer)
    }

    /// From an account of the payer itself: a delegate's money would go back to the delegate.
    fn take_money(&self, amount: u64, max_sent: u64) -> Result<()> {
        token::require_owned(&self.payer_token, self.token_program.key, self.mint.key, self.payer.key)?;
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: &self.payer_token,
            to: &self.vault_token,
            to_owner: self.vault.as_ref().key,
            authority: &self.payer,
            extra: &[],
        };
        transfer.send_net(amount, max_sent, &[]).map(drop)
    }

    /// The vault's tokens, to pay on from.
    pub fn tokens<'a>(
        &'a self,
        signer: VaultSigner,
        extra: &'a [AccountInfo<'info>],
    ) -> VaultTokens<'a, 'info> {
        VaultTokens {
            token_program: &self.token_program,
            mint: &self.mint,
            vault: self.vault.as_ref(),
            vault_token: &self.vault_token,
            signer,
            extra,
        }
    }
}

/// What `void` and `reclaim` share: a payment's escrow going back to its payer.
#[derive(Accounts)]
pub struct GiveBack<'info> {
    /// The payment.
    #[account(mut, has_one = vault)]
    pub payment: AccountLoader<'info, Payment>,

    /// The vault of the money.
    #[account(mut, has_one = mint @ TillError::WrongMint, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// The mint of the vault.
    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the payer.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payer_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> GiveBack<'info> {
    /// `extra`: see [`token::Transfer::extra`].
    pub fn give_back(
        &self,
        payer: &Pubkey,
        amount: u64,
        extra: &[AccountInfo<'info>],
    ) -> Result<VaultBalances> {
        let (signer, balances) = {
            let mut vault = self.vault.load_mut()?;
            vault.give_back(amount)?;
            (vault.signer(), vault.balances())
        };
        let tokens = VaultTokens {
            token_program: &self.token_program,
            mint: &self.mint,
            vault: self.vault.as_ref(),
            vault_token: &self.vault_token,
            signer,
            extra,
        };
        tokens.pay(&self.payer_token, payer, amount)?;
        Ok(balances)
    }
}
