use anchor_lang::prelude::*;

use super::split::{self, Split, MAX_SPLITS};
use crate::{pda, TillError};

/// The longest an authorization may hold the payer's money: 90 days, in seconds.
pub const MAX_AUTHORIZATION_SECONDS: i64 = 90 * 86_400;
/// How long an arbiter may be given to resolve a dispute: between an hour and 30 days, in seconds.
pub const DISPUTE_SECONDS: std::ops::RangeInclusive<u32> = 3_600..=30 * 86_400;
/// The longest a payment may stay refundable, and its rent bound, after that: two years, in seconds.
pub const MAX_REFUND_SECONDS: i64 = 2 * 365 * 86_400;

/// Keeps a hash of terms from ever being a hash of anything else, or of terms of another shape.
const DOMAIN: &[u8] = b"till:terms:2";

/// When captured money becomes the merchant's.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureMode {
    /// In two steps: `authorize`, then one `capture` or several.
    Manual,
    /// In one step: `charge`.
    Immediate,
}

/// A dispute can be opened: the merchant waits, and somebody else decides.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Unix seconds. Before it only the payer's release gives the merchant the money.
    pub capture_from: i64,
    /// Resolves a dispute.
    pub arbiter: Pubkey,
    /// How long the arbiter has from the dispute on, in seconds. After it the money is the payer's.
    pub dispute_seconds: u32,
}

impl Protection {
    fn require_valid(&self, terms: &Terms) -> Result<()> {
        let in_time = (0..terms.authorization_expiry).contains(&self.capture_from);
        require!(in_time && DISPUTE_SECONDS.contains(&self.dispute_seconds), TillError::ExpiryOutOfBounds);
        require!(self.arbiter != Pubkey::default(), TillError::ZeroAddress);
        require!(terms.capture_mode == CaptureMode::Manual, TillError::WrongCaptureMode);
        Ok(())
    }
}

/// What payer and merchant agree on. The payment's address is derived from a hash of it, so an
/// invoice has one address, known before anyone pays. The payer is not part of it: whoever holds
/// the link can pay.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The merchant's id of the payment.
    pub id: [u8; 16],
    /// What is paid in.
    pub mint: Pubkey,
    /// What the merchant asks for, in base units of the mint; exactly this reaches the escrow.
    pub amount: u64,
    /// Unix seconds. Before it the merchant may capture; from it on the payer may reclaim what is not
    /// under dispute.
    pub authorization_expiry: i64,
    /// Unix seconds. Before it the merchant may refund; from it on the payment may be closed.
    pub refund_expiry: i64,
    /// In two steps or in one.
    pub capture_mode: CaptureMode,
    /// The highest protocol fee, in basis points, under which these terms may be paid.
    pub max_fee_bps: u16,
    /// The payer may dispute, if there is something here.
    pub protection: Option<Protection>,
    /// Who shares in what the merchant earns; see [`Split`].
    pub splits: Vec<Split>,
    /// Chosen so that the address exists at bump 255; see [`crate::pda::SALTED_BUMP`].
    pub salt: u8,
}

impl Terms {
    /// The longest borsh encoding of valid terms, in bytes.
    pub const MAX_LEN: usize =
        16 + 32 + 8 + 8 + 8 + 1 + 2 + (1 + 8 + 32 + 4) + (4 + MAX_SPLITS * Split::LEN) + 1;

    /// What is longer than any valid terms has no hash, and so no address.
    pub fn hash(&self) -> Result<[u8; 32]> {
        let mut bytes = [0u8; Self::MAX_LEN];
        let mut rest = bytes.as_mut_slice();
        self.serialize(&mut rest).map_err(|_| TillError::SplitsInvalid)?;
        let length = Self::MAX_LEN - rest.len();
        Ok(solana_sha256_hasher::hashv(&[DOMAIN, &bytes[..length]]).to_bytes())
    }

    /// The payment's address under this merchant, if the salt fits.
    pub fn address(&self, merchant: &Pubkey) -> Option<Pubkey> {
        pda::payment(merchant, &self.hash().ok()?)
    }

    /// The same terms with the first salt that gives an address, and that address. Every second
    /// salt does, so that a merchant for whom none of the 256 did has never been seen.
    pub fn salted(mut self, merchant: &Pubkey) -> Option<(Self, Pubkey)> {
        (0..=u8::MAX).find_map(|salt| {
            self.salt = salt;
            self.address(merchant).map(|address| (self.clone(), address))
        })
    }

    /// What must hold for the terms to be paid at `now` (unix seconds) under a fee of `fee_bps`.
    pub fn require_payable(&self, now: i64, fee_bps: u16) -> Result<()> {
        require!(self.amount > 0, TillError::AmountZero);
        require!(now < self.authorization_expiry, TillError::AuthorizationExpired);
        let held = self.authorization_expiry.saturating_sub(now);
        let refundable = self.refund_expiry.saturating_sub(self.authorization_expiry);
        require!(held <= MAX_AUTHORIZATION_SECONDS, TillError::ExpiryOutOfBounds);
        require!((0..=MAX_REFUND_SECONDS).contains(&refundable), TillError::ExpiryOutOfBounds);
        require!(fee_bps <= self.max_fee_bps, TillError::FeeAboveTerms);
        if let Some(protection) = &self.protection {
            protection.require_valid(self)?;
        }
        split::require_valid(&self.splits)
    }
}
