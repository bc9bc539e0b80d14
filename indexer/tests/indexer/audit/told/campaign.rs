//! A campaign, and the receipt for a donation.

use anchor_lang::Event;
use till::{Campaign, CampaignKind, CampaignTerms, Donation, events::*};

use super::{
    super::accounts::{self, zeroed},
    SOMEBODY, Told, address,
};
use crate::world::{MINT, START};

pub fn campaign() -> Told {
    let (campaign, token, receipt) = (address(82), address(83), address(84));
    let terms = CampaignTerms {
        id: u64::MAX,
        beneficiary: SOMEBODY,
        goal: u64::MAX,
        deadline: START + 1_000,
        kind: CampaignKind::AllOrNothing,
    };
    let empty = CampaignBalances { raised: 0, withdrawn: 0, refunded: 0, receipts: 0, sequence: 0 };
    let created = CampaignCreated {
        campaign_address: campaign,
        creator: SOMEBODY,
        rent_payer: SOMEBODY,
        mint: MINT,
        campaign_token: token,
        token_program: SOMEBODY,
        decimals: 6,
        terms,
        salt: 7,
        campaign: empty,
    };
    let given = Receipt {
        donation: receipt,
        donor: SOMEBODY,
        rent_payer: SOMEBODY,
        salt: 8,
        amount: 55,
        sequence: 1,
    };
    let donated = Donated {
        campaign_address: campaign,
        donor: SOMEBODY,
        amount: 55,
        sent: 55,
        receipt: Some(given),
        campaign: CampaignBalances { raised: 55, receipts: 1, sequence: 1, ..empty },
    };
    let account = Campaign {
        creator: SOMEBODY,
        beneficiary: SOMEBODY,
        mint: MINT,
        campaign_token: token,
        rent_payer: SOMEBODY,
        id: u64::MAX,
        goal: u64::MAX,
        raised: 55,
        receipts: 1,
        deadline: START + 1_000,
        sequence: 1,
        kind: CampaignKind::AllOrNothing as u8,
        salt: 7,
        ..zeroed()
    };
    let donation = Donation {
        campaign,
        donor: SOMEBODY,
        rent_payer: SOMEBODY,
        amount: 55,
        sequence: 1,
        salt: 8,
        ..zeroed()
    };
    let accounts = vec![
        (campaign, accounts::of(&account)),
        (receipt, accounts::of(&donation)),
        (token, accounts::token(MINT, campaign, 55)),
    ];
    (vec![created.data(), donated.data()], accounts)
}
