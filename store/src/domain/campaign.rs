//! What has become of a campaign.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Amount;

/// What happens to the money of a campaign whose goal is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CampaignKind {
    /// Whatever is raised is the beneficiary's, at any time.
    KeepAll,
    /// From the deadline on all of it is the beneficiary's if the goal is reached, else the donors'.
    AllOrNothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Takes donations.
    Open,
    /// An all-or-nothing campaign that has reached its goal: the money is the beneficiary's.
    Succeeded,
    /// An all-or-nothing campaign that has not: donors take their money back.
    Missed,
    /// Called off by its creator. Donors of an all-or-nothing campaign take their money back.
    Cancelled,
    /// A campaign that keeps all, after its deadline.
    Ended,
    /// The account is gone: nothing can happen any more.
    Closed,
}

/// What the status of a campaign follows from.
#[derive(Clone, Copy, Debug)]
pub struct CampaignFacts {
    pub kind: CampaignKind,
    pub goal: Amount,
    pub raised: Amount,
    pub withdrawn: Amount,
    pub refunded: Amount,
    pub deadline: DateTime<Utc>,
    pub cancelled: bool,
    pub closed: bool,
}

impl CampaignFacts {
    /// The status at `now`, which is the chain's time. Money that has left an all-or-nothing campaign has decided
    /// its end, whatever the clock says, as in the program.
    pub fn status(&self, now: DateTime<Utc>) -> CampaignStatus {
        let decides = self.kind == CampaignKind::AllOrNothing;
        match () {
            () if self.closed => CampaignStatus::Closed,
            () if self.cancelled => CampaignStatus::Cancelled,
            () if decides && !self.withdrawn.is_zero() => CampaignStatus::Succeeded,
            () if decides && !self.refunded.is_zero() => CampaignStatus::Missed,
            () if now < self.deadline => CampaignStatus::Open,
            () if !decides => CampaignStatus::Ended,
            () if self.raised >= self.goal => CampaignStatus::Succeeded,
            () => CampaignStatus::Missed,
        }
    }

    /// Whether donors take their money back at `now`.
    pub fn is_refundable(&self, now: DateTime<Utc>) -> bool {
        self.kind == CampaignKind::AllOrNothing
            && matches!(self.status(now), CampaignStatus::Missed | CampaignStatus::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn facts(kind: CampaignKind) -> CampaignFacts {
        CampaignFacts {
            kind,
            goal: Amount(100),
            raised: Amount(99),
            withdrawn: Amount::ZERO,
            refunded: Amount::ZERO,
            deadline: DateTime::UNIX_EPOCH,
            cancelled: false,
            closed: false,
        }
    }

    #[test]
    fn the_goal_decides_at_the_deadline_and_not_before() {
        let before = DateTime::UNIX_EPOCH - TimeDelta::seconds(1);
        let missed = facts(CampaignKind::AllOrNothing);
        let reached = CampaignFacts { raised: Amount(100), ..missed };
        let kept = facts(CampaignKind::KeepAll);
        for campaign in [missed, reached, kept] {
            assert_eq!(campaign.status(before), CampaignStatus::Open);
        }
        assert_eq!(missed.status(DateTime::UNIX_EPOCH), CampaignStatus::Missed);
        assert_eq!(reached.status(DateTime::UNIX_EPOCH), CampaignStatus::Succeeded);
        assert_eq!(kept.status(DateTime::UNIX_EPOCH), CampaignStatus::Ended);
    }

    #[test]
    fn money_that_has_left_decides_although_the_clock_goes_back() {
        let before = DateTime::UNIX_EPOCH - TimeDelta::seconds(1);
        let campaign = facts(CampaignKind::AllOrNothing);
        let refunded = CampaignFacts { refunded: Amount(1), ..campaign };
        assert_eq!(refunded.status(before), CampaignStatus::Missed);
        let paid = CampaignFacts { raised: Amount(100), withdrawn: Amount(100), ..campaign };
        assert_eq!(paid.status(before), CampaignStatus::Succeeded);
        let kept = CampaignFacts { withdrawn: Amount(1), ..facts(CampaignKind::KeepAll) };
        assert_eq!(kept.status(before), CampaignStatus::Open);
    }

    #[test]
    fn only_an_all_or_nothing_campaign_gives_back() {
        let before = DateTime::UNIX_EPOCH - TimeDelta::seconds(1);
        for (kind, gives_back) in [(CampaignKind::AllOrNothing, true), (CampaignKind::KeepAll, false)] {
            let cancelled = CampaignFacts { cancelled: true, ..facts(kind) };
            assert_eq!(cancelled.status(before), CampaignStatus::Cancelled);
            assert_eq!(cancelled.is_refundable(before), gives_back);
            assert_eq!(CampaignFacts { closed: true, ..cancelled }.status(before), CampaignStatus::Closed);
        }
    }
}
