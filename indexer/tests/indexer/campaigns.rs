//! Campaigns: who gave what, and what becomes of receipts.

use anchor_lang::Event;
use serde_json::json;
use solana_pubkey::Pubkey;
use till::{CampaignKind, CampaignTerms, events::*};

use crate::{
    chain::{Chain, fields, row, rows},
    payment::require_balanced,
    world::{MINT, START},
};

const CAMPAIGN: Pubkey = Pubkey::new_from_array([31; 32]);
const DONORS: [Pubkey; 2] = [Pubkey::new_from_array([32; 32]), Pubkey::new_from_array([33; 32])];

/// An all-or-nothing campaign, as the program keeps it.
struct Campaign {
    sums: CampaignBalances,
    receipts: [Receipt; 2],
}

impl Campaign {
    fn create() -> (Self, Vec<u8>) {
        let receipt = |donor: Pubkey| Receipt {
            donation: Pubkey::new_from_array(donor.to_bytes().map(|byte| byte + 10)),
            donor,
            rent_payer: donor,
            salt: 255,
            amount: 0,
            sequence: 0,
        };
        let sums = CampaignBalances { raised: 0, withdrawn: 0, refunded: 0, receipts: 0, sequence: 1 };
        let created = CampaignCreated {
            campaign_address: CAMPAIGN,
            creator: DONORS[0],
            rent_payer: DONORS[0],
            mint: MINT,
            campaign_token: CAMPAIGN,
            token_program: MINT,
            decimals: 6,
            terms: CampaignTerms {
                id: u64::MAX,
                beneficiary: DONORS[1],
                goal: u64::MAX,
                deadline: START + 1_000,
                kind: CampaignKind::AllOrNothing,
            },
            salt: 254,
            campaign: sums,
        };
        (Self { sums, receipts: DONORS.map(receipt) }, created.data())
    }

    fn donate(&mut self, donor: usize, amount: u64) -> Vec<u8> {
        let receipt = &mut self.receipts[donor];
        self.sums.receipts += u64::from(receipt.sequence == 0);
        receipt.amount += amount;
        receipt.sequence += 1;
        self.sums.raised += amount;
        self.sums.sequence += 1;
        let (campaign_address, donor) = (CAMPAIGN, DONORS[donor]);
        let (receipt, campaign) = (Some(*receipt), self.sums);
        Donated { campaign_address, donor, amount, sent: amount + 1, receipt, campaign }.data()
    }

    fn cancel(&mut self) -> Vec<u8> {
        self.sums.sequence += 1;
        CampaignCancelled { campaign_address: CAMPAIGN, campaign: self.sums }.data()
    }

    fn refund(&mut self, donor: usize) -> Vec<u8> {
        let receipt = &mut self.receipts[donor];
        let amount = std::mem::take(&mut receipt.amount);
        receipt.sequence += 1;
        self.sums.refunded += amount;
        self.sums.receipts -= 1;
        self.sums.sequence += 1;
        DonationRefunded {
            campaign_address: CAMPAIGN,
            donor_token: DONORS[donor],
            amount,
            received: amount,
            receipt: *receipt,
            campaign: self.sums,
        }
        .data()
    }

    fn close(&mut self) -> Vec<u8> {
        self.sums.sequence += 1;
        CampaignClosed { campaign_address: CAMPAIGN, rent_payer: DONORS[0], campaign: self.sums }.data()
    }
}

#[tokio::test]
async fn a_campaign_lists_what_was_given_and_what_went_back() {
    let mut chain = Chain::begin().await;
    let (mut campaign, created) = Campaign::create();
    // All of it in one commit: each row is written once, as the last event leaves it.
    let emitted = vec![
        created,
        campaign.donate(0, 100),
        campaign.donate(1, 7),
        campaign.donate(0, 50),
        campaign.cancel(),
    ];
    chain.commit(emitted).await;
    let pool = chain.pool();
    let sums = row(pool, "campaigns").await;
    let names =
        ["campaign_id", "goal", "kind", "raised", "refunded", "receipts", "cancelled", "closed", "sequence"];
    assert_eq!(
        fields(&sums, &names),
        [
            json!(u64::MAX),
            json!(u64::MAX),
            json!("all_or_nothing"),
            json!(157),
            json!(0),
            json!(2),
            json!(true),
            json!(false),
            json!(5)
        ]
    );
    let donations: Vec<(i64, String, i64, i64)> = sqlx::query_as(
        "SELECT sequence, donor, amount::bigint, sent::bigint FROM chain.donations WHERE campaign = $1 ORDER BY 1",
    )
    .bind(CAMPAIGN.to_string())
    .fetch_all(pool)
    .await
    .unwrap();
    let [first, second] = DONORS.map(|donor| donor.to_string());
    assert_eq!(donations, [(2, first.clone(), 100, 101), (3, second, 7, 8), (4, first, 50, 51)]);
    require_balanced(pool).await;

    let refunded = chain.commit(vec![campaign.refund(0)]).await;
    let before = rows(chain.pool()).await;
    chain.commit(vec![campaign.refund(1), campaign.close()]).await;
    let receipts: Vec<(i64, Option<String>)> =
        sqlx::query_as("SELECT sequence, outcome FROM chain.receipts ORDER BY donor")
            .fetch_all(chain.pool())
            .await
            .unwrap();
    let back = Some("refunded".to_owned());
    assert_eq!(receipts, [(3, back.clone()), (2, back)]);
    let sums = row(chain.pool(), "campaigns").await;
    assert_eq!(fields(&sums, &["refunded", "receipts", "closed"]), [json!(157), json!(0), json!(true)]);
    require_balanced(chain.pool()).await;

    chain.undo_to(&refunded).await;
    assert_eq!(rows(chain.pool()).await, before);
}
