use anchor_lang::prelude::*;

use crate::events::{PaymentBalances, PaymentRef};
use crate::{math, CaptureMode, Protection, Settlement, Split, Terms, TillError};

/// A payment, at `["payment", merchant, sha256(terms)]`.
///
/// What of `amount` is neither capturable nor captured went back to the payer from escrow.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Payment {
    /// The vault that holds the money; it names the merchant and the mint.
    pub vault: Pubkey,
    /// The wallet whose tokens paid, and the only one that money goes back to.
    pub payer: Pubkey,
    /// Who paid this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// What the address commits to; see [`Terms::hash`].
    pub terms_hash: [u8; 32],
    /// The merchant's id of the payment.
    pub id: [u8; 16],
    /// What was authorized, in base units.
    pub amount: u64,
    /// What is still in escrow.
    pub capturable: u64,
    /// What has been captured, fees included.
    pub captured: u64,
    /// What of the captured money has been refunded.
    pub refunded: u64,
    /// What of the captured money is the protocol's.
    pub fees: u64,
    /// What of the captured money went to payees, and so cannot be refunded from the merchant's balance.
    pub shared: u64,
    /// Unix seconds. Before it the merchant cannot capture by itself; 0 without protection.
    pub capture_from: i64,
    /// Unix seconds.
    pub authorization_expiry: i64,
    /// Unix seconds.
    pub refund_expiry: i64,
    /// Unix seconds until when the open dispute can be resolved; 0 when none is open.
    pub dispute_expiry: i64,
    /// How many transitions there have been.
    pub sequence: u32,
    /// The protocol's fee when the payer signed, in basis points.
    pub fee_bps: u16,
    /// See [`CaptureMode`].
    pub capture_mode: u8,
    /// How many splits the terms have.
    pub splits: u8,
}

/// Who pays into an escrow, and how.
pub struct NewEscrow<'a> {
    pub terms: &'a Terms,
    pub terms_hash: [u8; 32],
    pub vault: Pubkey,
    pub payer: Pubkey,
    pub rent_payer: Pubkey,
    pub fee_bps: u16,
}

impl Payment {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// The payment as the first transition leaves it: all of the money in escrow.
    pub fn authorized(new: NewEscrow) -> Self {
        let NewEscrow { terms, terms_hash, vault, payer, rent_payer, fee_bps } = new;
        Self {
            vault,
            payer,
            rent_payer,
            terms_hash,
            id: terms.id,
            amount: terms.amount,
            capturable: terms.amount,
            captured: 0,
            refunded: 0,
            fees: 0,
            shared: 0,
            capture_from: terms.protection.map_or(0, |protection| protection.capture_from),
            authorization_expiry: terms.authorization_expiry,
            refund_expiry: terms.refund_expiry,
            dispute_expiry: 0,
            sequence: 1,
            fee_bps,
            capture_mode: terms.capture_mode as u8,
            splits: terms.splits.len() as u8,
        }
    }

    /// Captures `amount` at `now` (unix seconds). A final capture gives the rest back.
    pub fn capture(&mut self, amount: u64, is_final: bool, splits: &[Split], now: i64) -> Result<Settlement> {
        require!(now < self.authorization_expiry, TillError::AuthorizationExpired);
        require!(self.dispute_expiry == 0, TillError::Disputed);
        require!(now >= self.capture_from, TillError::CaptureTooEarly);
        require!(amount > 0, TillError::AmountZero);
        // each share is rounded down, so that of many small captures a payee would get nothing
        require!(is_final || splits.is_empty(), TillError::SplitsCapturedOnce);
        let settlement = self.take(amount, is_final, splits)?;
        self.changed()?;
        Ok(settlement)
    }

    /// Captures everything as part of the first transition.
    pub fn charge(&mut self, splits: &[Split]) -> Result<Settlement> {
        let settlement = self.take(self.capturable, true, splits)?;
        self.invariant()?;
        Ok(settlement)
    }

    /// Captures everything, on the payer's word, which also ends a dispute.
    pub fn release(&mut self, splits: &[Split]) -> Result<Settlement> {
        let settlement = self.take(self.capturable, true, splits)?;
        self.dispute_expiry = 0;
        self.changed()?;
        Ok(settlement)
    }

    /// Stops captures until somebody ends the dispute, or its time runs out, which is returned.
    pub fn dispute(&mut self, protection: &Protection, now: i64) -> Result<i64> {
        require!(self.capturable > 0, TillError::NothingCapturable);
        require!(self.dispute_expiry == 0, TillError::Disputed);
        require!(now < self.authorization_expiry, TillError::AuthorizationExpired);
        self.dispute_expiry = now.saturating_add(protection.dispute_seconds.into());
        self.changed()?;
        Ok(self.dispute_expiry)
    }

    /// Ends a dispute: `amount`, which may be nothing, is captured, and the rest is the payer's.
    pub fn resolve(&mut self, amount: u64, splits: &[Split], now: i64) -> Result<Settlement> {
        require!(self.dispute_expiry != 0, TillError::NotDisputed);
        require!(now < self.dispute_expiry, TillError::DisputeExpired);
        let settlement = self.take(amount, true, splits)?;
        self.dispute_expiry = 0;
        self.changed()?;
        Ok(settlement)
    }

    fn take(&mut self, amount: u64, is_final: bool, splits: &[Split]) -> Result<Settlement> {
        require!(self.capturable > 0, TillError::NothingCapturable);
        require!(amount <= self.capturable, TillError::AmountAboveCapturable);
        // of the sum so far: many small captures pay the same fee as one large one
        let captured = math::add(self.captured, amount)?;
        let fees = math::bps_of(captured, self.fee_bps)?;
        let fee = math::sub(fees, self.fees)?;
        let earned = math::sub(amount, fee)?;
        let mut to_payees = 0;
        for split in splits {
            to_payees = math::add(to_payees, split.of(earned)?)?;
        }
        let rest = self.capturable - amount;
        let returned = if is_final { rest } else { 0 };
        self.capturable = rest - returned;
        self.captured = captured;
        self.fees = fees;
        self.shared = math::add(self.shared, to_payees)?;
        Ok(Settlement { amount, fee, to_payees, net: math::sub(earned, to_payees)?, returned })
    }

    /// Empties the escrow in favour of the payer, on the merchant's word.
    pub fn void(&mut self) -> Result<u64> {
        self.give_back()
    }

    /// Empties the escrow in favour of the payer once the authorization has expired; under dispute once
    /// the time to resolve it has run out, which may be earlier or later.
    pub fn reclaim(&mut self, now: i64) -> Result<u64> {
        if self.dispute_expiry == 0 {
            require!(now >= self.authorization_expiry, TillError::AuthorizationNotExpired);
        } else {
            require!(now >= self.dispute_expiry, TillError::Disputed);
        }
        self.give_back()
    }

    fn give_back(&mut self) -> Result<u64> {
        require!(self.capturable > 0, TillError::NothingCapturable);
        let amount = std::mem::take(&mut self.capturable);
        self.dispute_expiry = 0;
        self.changed()?;
        Ok(amount)
    }

    /// Counts `amount` of the captured money as refunded at `now` (unix seconds). From the merchant's
    /// balance no more than the merchant has got of it, or who has the operator's key and makes himself
    /// a payee could empty the vault.
    pub fn refund(&mut self, amount: u64, from_balance: bool, now: i64) -> Result<()> {
        require!(now < self.refund_expiry, TillError::RefundExpired);
        require!(amount > 0, TillError::AmountZero);
        require!(amount <= self.refundable(), TillError::AmountAboveRefundable);
        let of_merchant = self.refundable().saturating_sub(self.shared);
        require!(!from_balance || amount <= of_merchant, TillError::SharedWithPayees);
        self.refunded = math::add(self.refunded, amount)?;
        self.changed()
    }

    /// The last transition, when nothing else can happen any more. Never before the authorization has
    /// expired, so that an address cannot be paid a second time.
    pub fn close(&mut self, now: i64) -> Result<()> {
        let settled = self.refundable() == 0 || now >= self.refund_expiry;
        let finished = now >= self.authorization_expiry && self.capturable == 0 && settled;
        require!(finished, TillError::NotClosable);
        self.changed()
    }

    /// What can still be refunded, in base units.
    pub fn refundable(&self) -> u64 {
        self.captured.saturating_sub(self.refunded)
    }

    pub fn balances(&self) -> PaymentBalances {
        let Self { capturable, captured, refunded, fees, sequence, .. } = *self;
        PaymentBalances { capturable, captured, refunded, fees, sequence }
    }

    pub fn about(&self, payment: Pubkey, merchant: Pubkey) -> PaymentRef {
        PaymentRef { payment, merchant, vault: self.vault }
    }

    /// The splits of this payment, by the terms that its address commits to. Without splits nobody
    /// needs to bring the terms.
    pub fn splits_of<'a>(&self, terms: Option<&'a Terms>) -> Result<&'a [Split]> {
        match (self.splits, terms) {
            (0, _) => Ok(&[]),
            (_, None) => err!(TillError::SplitsIncomplete),
            (_, Some(terms)) => {
                self.require_terms(terms)?;
                Ok(&terms.splits)
            }
        }
    }

    pub fn require_terms(&self, terms: &Terms) -> Result<()> {
        require!(terms.hash()? == self.terms_hash, TillError::WrongTerms);
        Ok(())
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = self.sequence.checked_add(1).ok_or(TillError::Overflow)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        let known_mode = self.capture_mode <= CaptureMode::Immediate as u8;
        let disputable = self.dispute_expiry == 0 || self.capturable > 0;
        let within = math::add(self.capturable, self.captured)? <= self.amount;
        let consistent =
            within && self.refunded <= self.captured && math::add(self.fees, self.shared)? <= self.captured;
        require!(consistent && known_mode && disputable, TillError::InvariantViolated);
        Ok(())
    }
}
