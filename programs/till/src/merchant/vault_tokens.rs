use anchor_lang::prelude::*;

use crate::{token, Settlement, Split, VaultSigner};

/// The tokens of a vault, and the right to move them.
pub struct VaultTokens<'a, 'info> {
    pub token_program: &'a AccountInfo<'info>,
    pub mint: &'a AccountInfo<'info>,
    pub vault: &'a AccountInfo<'info>,
    pub vault_token: &'a AccountInfo<'info>,
    pub signer: VaultSigner,
    /// See [`token::Transfer`].
    pub extra: &'a [AccountInfo<'info>],
}

impl<'info> VaultTokens<'_, 'info> {
    /// Sends `amount` to a token account of `wallet` and returns what arrived.
    pub fn pay(&self, to: &AccountInfo<'info>, wallet: &Pubkey, amount: u64) -> Result<u64> {
        let transfer = token::Transfer {
            token_program: self.token_program,
            mint: self.mint,
            from: self.vault_token,
            to,
            to_owner: wallet,
            authority: self.vault,
            extra: self.extra,
        };
        transfer.send(amount, &[&self.signer.seeds()])
    }

    /// Pays each payee its share to the token account at the same place, and returns the shares.
    pub fn pay_splits(
        &self,
        settlement: &Settlement,
        splits: &[Split],
        payees: &[AccountInfo<'info>],
    ) -> Result<Vec<u64>> {
        let earned = settlement.to_payees + settlement.net;
        let mut shares = Vec::with_capacity(splits.len());
        for (split, payee) in splits.iter().zip(payees) {
            let share = split.of(earned)?;
            if share > 0 {
                self.pay(payee, &split.wallet, share)?;
            }
            shares.push(share);
        }
        Ok(shares)
    }
}
