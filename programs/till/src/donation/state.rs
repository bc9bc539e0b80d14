use anchor_lang::prelude::*;

use crate::{events::CampaignBalances, math, CampaignKind, CampaignSigner, Donation, TillError};

/// A campaign, at `["campaign", creator, beneficiary, mint, id, goal, deadline, kind, salt]`.
///
/// It owns one token account, which always holds at least what is owed: what was raised, less what was
/// withdrawn and refunded. Anything beyond, which anyone may send, is the beneficiary's at the end.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Campaign {
    /// May cancel the campaign, and nothing else.
    pub creator: Pubkey,
    /// The wallet that is paid: money leaves for a token account of this wallet, or back to donors.
    pub beneficiary: Pubkey,
    pub mint: Pubkey,
    /// The campaign's associated token account, stored so that it need not be derived again.
    pub campaign_token: Pubkey,
    /// Who paid the rent of this account and the token account, and gets it back.
    pub rent_payer: Pubkey,
    /// Tells the creator's campaigns of otherwise equal terms apart.
    pub id: u64,
    /// What the campaign hopes to raise, in base units.
    pub goal: u64,
    /// What was donated, in base units. Never falls.
    pub raised: u64,
    /// What of it the beneficiary was paid.
    pub withdrawn: u64,
    /// What of it went back to donors.
    pub refunded: u64,
    /// How many receipts are open.
    pub receipts: u64,
    /// Unix seconds.
    pub deadline: i64,
    /// How many transitions there have been: orders the events of this campaign without a gap.
    pub sequence: u64,
    /// See [`CampaignKind`].
    pub kind: u8,
    /// 1 when the creator has called it off.
    pub cancelled: u8,
    /// Part of the address; see [`crate::pda::SALTED_BUMP`].
    pub salt: u8,
    pub _reserved: [u8; 5],
}

impl Campaign {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Counts `amount` as donated at `now` (unix seconds), in the donor's receipt too.
    pub fn donate(&mut self, amount: u64, receipt: Option<&mut Donation>, now: i64) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        self.require_open(now)?;
        match receipt {
            Some(receipt) => {
                require!(!self.keeps_all(), TillError::ReceiptNotNeeded);
                if receipt.is_blank() {
                    self.receipts = math::add(self.receipts, 1)?;
                }
                receipt.add(amount)?;
            }
            None => require!(self.keeps_all(), TillError::ReceiptNeeded),
        }
        self.raised = math::add(self.raised, amount)?;
        self.changed()
    }

    /// Pays everything that is the beneficiary's at `now` (unix seconds); returns how much.
    pub fn withdraw(&mut self, now: i64) -> Result<u64> {
        require!(self.keeps_all() || self.has_succeeded(now), TillError::CampaignNotSuccessful);
        let amount = self.owed()?;
        require!(amount > 0, TillError::NothingToWithdraw);
        self.withdrawn = math::add(self.withdrawn, amount)?;
        self.changed()?;
        Ok(amount)
    }

    /// Gives a donor everything back at `now` (unix seconds); returns how much.
    pub fn refund(&mut self, receipt: &mut Donation, now: i64) -> Result<u64> {
        require!(self.has_failed(now), TillError::CampaignNotFailed);
        let amount = receipt.empty()?;
        self.refunded = math::add(self.refunded, amount)?;
        self.receipts = math::sub(self.receipts, 1)?;
        self.changed()?;
        Ok(amount)
    }

    /// Lets go of a receipt whose money is the beneficiary's at `now` (unix seconds).
    pub fn settle(&mut self, receipt: &mut Donation, now: i64) -> Result<()> {
        require!(self.has_succeeded(now), TillError::CampaignNotSuccessful);
        receipt.settle()?;
        self.receipts = math::sub(self.receipts, 1)?;
        self.changed()
    }

    /// No further donations; all-or-nothing donors get theirs back.
    pub fn cancel(&mut self, now: i64) -> Result<()> {
        self.require_open(now)?;
        self.cancelled = 1;
        self.changed()
    }

    /// The last transition, when nothing else can happen any more. Never before the deadline, so that
    /// an address cannot be a campaign a second time.
    pub fn close(&mut self, now: i64) -> Result<()> {
        let finished = now >= self.deadline && self.receipts == 0 && self.owed()? == 0;
        require!(finished, TillError::CampaignNotClosable);
        self.changed()
    }

    fn require_open(&self, now: i64) -> Result<()> {
        require!(!self.is_cancelled(), TillError::CampaignCancelled);
        require!(now < self.deadline && !self.is_decided(), TillError::CampaignEnded);
        Ok(())
    }

    /// Whether money has left an all-or-nothing campaign: its end stays what it was, even if the clock
    /// goes back across the deadline, because money that went both ways could never leave.
    fn is_decided(&self) -> bool {
        !self.keeps_all() && (self.withdrawn > 0 || self.refunded > 0)
    }

    /// Whether an all-or-nothing campaign has reached its goal for good.
    fn has_succeeded(&self, now: i64) -> bool {
        !self.keeps_all() && !self.is_cancelled() && now >= self.deadline && self.raised >= self.goal
    }

    /// Whether the money of an all-or-nothing campaign is the donors' for good.
    fn has_failed(&self, now: i64) -> bool {
        let missed = now >= self.deadline && self.raised < self.goal;
        !self.keeps_all() && (self.is_cancelled() || missed)
    }

    pub fn keeps_all(&self) -> bool {
        self.kind == CampaignKind::KeepAll as u8
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled != 0
    }

    /// What the campaign's token account must hold at least.
    pub fn owed(&self) -> Result<u64> {
        Ok(math::sub(math::sub(self.raised, self.withdrawn)?, self.refunded)?)
    }

    pub fn balances(&self) -> CampaignBalances {
        let Self { raised, withdrawn, refunded, receipts, sequence, .. } = *self;
        CampaignBalances { raised, withdrawn, refunded, receipts, sequence }
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        let known_kind = self.kind <= CampaignKind::AllOrNothing as u8;
        let one_way = self.withdrawn == 0 || self.refunded == 0;
        let no_receipts = !self.keeps_all() || (self.receipts == 0 && self.refunded == 0);
        require!(known_kind && one_way && no_receipts, TillError::InvariantViolated);
        self.owed().map(drop)
    }

    /// What the campaign signs transfers with.
    pub fn signer(&self) -> CampaignSigner {
        CampaignSigner::of(self)
    }
}
