use anchor_lang::prelude::*;

use crate::{events::VaultBalances, math, pda, TillError};

/// One shard of a merchant's money in one mint, at `["vault", merchant, mint, shard]`.
///
/// The vault owns one token account, which always holds at least what the three balances here sum
/// up to. Anything beyond, which anyone may send, is the payout wallet's when the vault closes.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Vault {
    /// Whose vault it is.
    pub merchant: Pubkey,
    /// What the vault holds.
    pub mint: Pubkey,
    /// The vault's associated token account, stored so that it need not be derived again.
    pub vault_token: Pubkey,
    /// Paid for the rent of this account and of the token account, and gets both back.
    pub rent_payer: Pubkey,
    /// Money of payments that are not captured yet, in base units.
    pub escrowed: u64,
    /// Captured money of the merchant that is not paid out yet, in base units.
    pub balance: u64,
    /// Fees of the protocol that are not swept yet, in base units.
    pub fees: u64,
    /// How often the balances, or what the vault takes, have changed: orders the events of this vault
    /// without a gap.
    pub sequence: u64,
    /// The mask of the mint's policy when it was last copied; see [`crate::MintPolicy`].
    pub allowed_extensions: u64,
    /// How many payment accounts refer to this vault.
    pub payments: u32,
    /// Which of the merchant's vaults for this mint it is; part of the address.
    pub shard: u16,
    /// Bump of this account's address.
    pub bump: u8,
    /// 1 while new payments are taken, which is the merchant's choice. Ways out are never blocked.
    pub accepting: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 32],
}

impl Vault {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// A payment account that refers to this vault is about to be made.
    pub fn payment_opened(&mut self) -> Result<()> {
        require!(self.accepting != 0, TillError::VaultNotAccepting);
        self.payments = self.payments.checked_add(1).ok_or(TillError::Overflow)?;
        Ok(())
    }

    /// A payment account that referred to this vault is no more.
    pub fn payment_closed(&mut self) -> Result<()> {
        self.payments = self.payments.checked_sub(1).ok_or(TillError::Overflow)?;
        Ok(())
    }

    pub fn set_accepting(&mut self, accepting: bool) -> Result<()> {
        self.accepting = accepting.into();
        self.changed()
    }

    /// Copies the mask of the mint's policy.
    pub fn allow(&mut self, extensions: u64) -> Result<()> {
        require!(extensions != self.allowed_extensions, TillError::PolicyUnchanged);
        self.allowed_extensions = extensions;
        self.changed()
    }

    /// The last transition, when nothing is owed to anybody and no payment can owe anything again.
    pub fn close(&mut self) -> Result<()> {
        require!(self.payments == 0 && self.owed()? == 0, TillError::VaultInUse);
        self.changed()
    }

    /// Money of a payment has come in.
    pub fn hold(&mut self, amount: u64) -> Result<()> {
        self.escrowed = math::add(self.escrowed, amount)?;
        self.changed()
    }

    /// Money of a payment goes back to its payer.
    pub fn give_back(&mut self, amount: u64) -> Result<()> {
        self.escrowed = math::sub(self.escrowed, amount)?;
        self.changed()
    }

    /// A capture: the fee stays, owed to the protocol; `net` is paid out at once or credited.
    pub fn settle(&mut self, settlement: &Settlement, paid_out: bool) -> Result<()> {
        let left = math::sub(self.escrowed, settlement.amount)?;
        self.escrowed = math::sub(left, settlement.returned)?;
        self.earn(settlement, paid_out)
    }

    /// Counts captured money that is not, or no longer, in escrow.
    pub fn earn(&mut self, settlement: &Settlement, paid_out: bool) -> Result<()> {
        self.fees = math::add(self.fees, settlement.fee)?;
        if !paid_out {
            self.balance = math::add(self.balance, settlement.net)?;
        }
        self.changed()
    }

    /// Money of the merchant leaves, to the payout wallet or as a refund.
    pub fn pay(&mut self, amount: u64) -> Result<()> {
        require!(amount <= self.balance, TillError::BalanceTooSmall);
        self.balance -= amount;
        self.changed()
    }

    /// All fees leave, to be divided; returns how much.
    pub fn sweep(&mut self) -> Result<u64> {
        require!(self.fees > 0, TillError::NothingToSweep);
        let amount = std::mem::take(&mut self.fees);
        self.changed()?;
        Ok(amount)
    }

    pub fn balances(&self) -> VaultBalances {
        let Self { escrowed, balance, fees, sequence, .. } = *self;
        VaultBalances { escrowed, balance, fees, sequence }
    }

    /// What the vault's token account must hold at least.
    pub fn owed(&self) -> Result<u64> {
        Ok(math::add(math::add(self.escrowed, self.balance)?, self.fees)?)
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.owed().map(drop)
    }

    /// What the vault signs transfers with.
    pub fn signer(&self) -> VaultSigner {
        VaultSigner {
            merchant: self.merchant,
            mint: self.mint,
            shard: self.shard.to_le_bytes(),
            bump: [self.bump],
        }
    }
}

/// How a captured amount divides, in base units: `amount` is fee, payees' part and net.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    pub amount: u64,
    /// Owed to the protocol.
    pub fee: u64,
    /// The payees', by the splits of the terms.
    pub to_payees: u64,
    /// The merchant's.
    pub net: u64,
    /// Back to the payer, beside the amount, by a final capture of less than everything.
    pub returned: u64,
}

/// The seeds of a vault, kept apart from the account so that it can be borrowed by the transfer.
pub struct VaultSigner {
    merchant: Pubkey,
    mint: Pubkey,
    shard: [u8; 2],
    bump: [u8; 1],
}

impl VaultSigner {
    pub fn seeds(&self) -> [&[u8]; 5] {
        [pda::VAULT, self.merchant.as_ref(), self.mint.as_ref(), &self.shard, &self.bump]
    }
}
