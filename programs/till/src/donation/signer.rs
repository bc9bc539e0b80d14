use anchor_lang::prelude::*;

use crate::{pda, Campaign};

/// The seeds of a campaign, kept apart from the account so that it can be borrowed by the transfer.
pub struct CampaignSigner {
    creator: Pubkey,
    beneficiary: Pubkey,
    mint: Pubkey,
    id: [u8; 8],
    goal: [u8; 8],
    deadline: [u8; 8],
    kind: [u8; 1],
    salt: [u8; 1],
}

impl CampaignSigner {
    pub fn of(campaign: &Campaign) -> Self {
        Self {
            creator: campaign.creator,
            beneficiary: campaign.beneficiary,
            mint: campaign.mint,
            id: campaign.id.to_le_bytes(),
            goal: campaign.goal.to_le_bytes(),
            deadline: campaign.deadline.to_le_bytes(),
            kind: [campaign.kind],
            salt: [campaign.salt],
        }
    }

    pub fn seeds(&self) -> [&[u8]; 10] {
        [
            pda::CAMPAIGN,
            self.creator.as_ref(),
            self.beneficiary.as_ref(),
            self.mint.as_ref(),
            &self.id,
            &self.goal,
            &self.deadline,
            &self.kind,
            &self.salt,
            &[pda::SALTED_BUMP],
        ]
    }
}
