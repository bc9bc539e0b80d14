use anchor_lang::prelude::*;
use anchor_spl::{token, token_2022};

use crate::{math, TillError};

/// Length of the token programs' multisig accounts, which own token accounts as wallets do.
const MULTISIG_LEN: usize = 355;

/// A merchant, at `["merchant", founder, index]`. Payments never write it.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Merchant {
    /// The wallet that registered the merchant; part of the address, without rights of its own.
    pub founder: Pubkey,
    /// Governs the merchant.
    pub authority: Pubkey,
    /// Whom the authority has offered its place to; the zero address when nobody.
    pub pending_authority: Pubkey,
    /// The key that may capture, void and refund for the merchant, usually held by a server.
    pub operator: Pubkey,
    /// The wallet that is paid: money leaves for a token account of this wallet, and no other.
    pub payout_wallet: Pubkey,
    /// Paid for this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// How often the addresses here have changed: orders the events of this merchant without a gap.
    pub sequence: u64,
    /// How many vaults are open.
    pub vaults: u32,
    /// Which of the founder's merchants this is; part of the address.
    pub index: u16,
    /// Bump of this account's address.
    pub bump: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 33],
}

impl Merchant {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Captures, voids, refunds and vault openings are for the authority and the operator.
    pub fn require_side(&self, signer: &Pubkey) -> Result<()> {
        require!(*signer == self.operator || *signer == self.authority, TillError::NotMerchant);
        Ok(())
    }

    /// From now on money leaves for another wallet, what is in the vaults already too.
    pub fn set_payout_wallet(&mut self, payout_wallet: Pubkey) -> Result<()> {
        self.payout_wallet = payout_wallet;
        self.changed()
    }

    pub fn set_operator(&mut self, operator: Pubkey) -> Result<()> {
        self.operator = operator;
        self.changed()
    }

    /// Offers the authority's place, in exchange for any earlier offer; to the zero address is to nobody.
    pub fn propose_authority(&mut self, new_authority: Pubkey) -> Result<()> {
        self.pending_authority = new_authority;
        self.changed()
    }

    /// The wallet that has the offer takes the authority's place.
    pub fn accept_authority(&mut self) -> Result<()> {
        self.authority = std::mem::take(&mut self.pending_authority);
        self.changed()
    }

    pub fn vault_opened(&mut self) -> Result<()> {
        self.vaults = self.vaults.checked_add(1).ok_or(TillError::Overflow)?;
        Ok(())
    }

    pub fn vault_closed(&mut self) -> Result<()> {
        self.vaults = self.vaults.checked_sub(1).ok_or(TillError::Overflow)?;
        Ok(())
    }

    /// The last transition.
    pub fn close(&mut self) -> Result<()> {
        require!(self.vaults == 0, TillError::MerchantHasVaults);
        self.changed()
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        let none = Pubkey::default();
        let wallets = [self.founder, self.authority, self.operator, self.payout_wallet];
        require!(!wallets.contains(&none), TillError::ZeroAddress);
        Ok(())
    }
}

/// Refuses to pay an address that is known to be no wallet, because money would be stranded there: an
/// account of this program, which signs for its own purposes only; a token account or a mint, which
/// can own token accounts but not spend from them; a program. An address without an account is fine, and
/// so is an account of another program, as shared wallets are.
pub fn require_wallet(address: &AccountInfo) -> Result<()> {
    let ours = *address.owner == crate::ID;
    let of_tokens = [token::ID, token_2022::ID].contains(address.owner);
    let no_wallet = ours || address.executable || (of_tokens && address.data_len() != MULTISIG_LEN);
    require!(!no_wallet, TillError::NotAWallet);
    Ok(())
}
