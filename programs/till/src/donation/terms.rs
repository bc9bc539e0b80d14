use anchor_lang::prelude::*;

use crate::TillError;

/// The longest a campaign may run: one year, in seconds.
pub const MAX_CAMPAIGN_SECONDS: i64 = 365 * 86_400;

/// What happens to the money of a campaign whose goal is missed.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignKind {
    /// Whatever is raised is the beneficiary's, at any time.
    KeepAll,
    /// From the deadline on all of it is the beneficiary's if the goal is reached, else the donors'.
    AllOrNothing,
}

/// What donors rely on. The campaign's address is derived from all of it, together with creator, mint
/// and salt: whoever signs a donation to an address knows what it is for.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct CampaignTerms {
    /// Tells the creator's campaigns of otherwise equal terms apart.
    pub id: u64,
    /// The wallet that is paid.
    pub beneficiary: Pubkey,
    /// What the campaign hopes to raise, in base units of the mint.
    pub goal: u64,
    /// Unix seconds. Donations are taken before it, and a goal is reached or missed from it on.
    pub deadline: i64,
    /// Whether the goal decides.
    pub kind: CampaignKind,
}

impl CampaignTerms {
    /// What must hold for a campaign to be created at `now` (unix seconds).
    pub fn require_open(&self, now: i64) -> Result<()> {
        require_keys_neq!(self.beneficiary, Pubkey::default(), TillError::ZeroAddress);
        require!(self.goal > 0, TillError::GoalZero);
        let runs = self.deadline.saturating_sub(now);
        require!(0 < runs && runs <= MAX_CAMPAIGN_SECONDS, TillError::DeadlineOutOfBounds);
        Ok(())
    }
}
