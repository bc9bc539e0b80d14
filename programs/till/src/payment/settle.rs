use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use super::split;
use crate::{
    events::{SettledParts, VaultBalances},
    Merchant, Payment, Settlement, Split, TillError, Vault, VaultTokens,
};

/// What `capture`, `release` and `resolve` share: escrowed money becoming the merchant's. The payees'
/// token accounts follow in the remaining accounts, in the order of the splits, and behind them what
/// the mint's transfer hook wants to see, if it has one.
#[derive(Accounts)]
pub struct Settle<'info> {
    /// The merchant.
    pub merchant: AccountLoader<'info, Merchant>,

    /// The payment.
    #[account(mut, has_one = vault)]
    pub payment: AccountLoader<'info, Payment>,

    /// The vault of the money.
    #[account(mut, has_one = merchant, has_one = mint @ TillError::WrongMint, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// The mint of the vault.
    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the merchant's payout wallet, to be paid at once; without it the vault's
    /// balance is credited.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payout_token: Option<UncheckedAccount<'info>>,

    /// A token account of the payer, for what is given back.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payer_token: Option<UncheckedAccount<'info>>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

/// What a settlement has done, for its event.
pub struct Settled {
    pub parts: SettledParts,
    pub vault: VaultBalances,
}

impl<'info> Settle<'info> {
    /// Moves the money that `settlement` divides, and counts it in the vault.
    pub fn settle(
        &self,
        payer: &Pubkey,
        settlement: &Settlement,
        splits: &[Split],
        others: &[AccountInfo<'info>],
    ) -> Result<Settled> {
        let payout_token = self.payout_token.as_ref();
        let (signer, vault) = {
            let mut vault = self.vault.load_mut()?;
            vault.settle(settlement, payout_token.is_some())?;
            (vault.signer(), vault.balances())
        };
        let (payees, extra) = split::payees(splits, others)?;
        let tokens = VaultTokens {
            token_program: &self.token_program,
            mint: &self.mint,
            vault: self.vault.as_ref(),
            vault_token: &self.vault_token,
            signer,
            extra,
        };
        let shares = tokens.pay_splits(settlement, splits, payees)?;
        if let Some(payout_token) = payout_token.filter(|_| settlement.net > 0) {
            tokens.pay(payout_token, &self.merchant.load()?.payout_wallet, settlement.net)?;
        }
        if settlement.returned > 0 {
            let payer_token = self.payer_token.as_ref().ok_or(TillError::PayerAccountMissing)?;
            tokens.pay(payer_token, payer, settlement.returned)?;
        }
        Ok(Settled { parts: SettledParts::new(settlement, shares, payout_token.map(Key::key)), vault })
    }
}
