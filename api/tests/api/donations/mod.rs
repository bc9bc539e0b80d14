//! Campaigns: giving, getting back, and what merchants say of them.

mod giving;
mod profiles;
mod shown;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Response;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, SPL_TOKEN};

/// A campaign as the indexer has it.
#[derive(Clone, Debug)]
pub struct Campaign {
    pub address: Pubkey,
    pub creator: Pubkey,
    pub beneficiary: Pubkey,
    pub kind: &'static str,
    /// Of 1.000000, in base units.
    pub raised: i64,
    pub deadline: DateTime<Utc>,
    pub cancelled: bool,
}

impl Campaign {
    pub fn new(kind: &'static str) -> Self {
        Self {
            address: Pubkey::new_unique(),
            creator: Pubkey::new_unique(),
            beneficiary: Pubkey::new_unique(),
            kind,
            raised: 0,
            deadline: Utc::now() + TimeDelta::days(1),
            cancelled: false,
        }
    }

    /// One whose deadline has passed.
    pub fn over(kind: &'static str, raised: i64) -> Self {
        Self { raised, deadline: Utc::now() - TimeDelta::days(1), ..Self::new(kind) }
    }

    pub async fn index(self, api: &Api) -> Self {
        sqlx::query(
            "INSERT INTO chain.campaigns (address, creator, beneficiary, mint, campaign_token, token_program, decimals,
                 rent_payer, campaign_id, goal, deadline, kind, salt, raised, cancelled, slot)
             VALUES ($1, $2, $3, $4, 'token', $5, 6, $2, 1, 1000000, $6, $7, 0, $8, $9, 100)",
        )
        .bind(self.address.to_string())
        .bind(self.creator.to_string())
        .bind(self.beneficiary.to_string())
        .bind(api.mint.to_string())
        .bind(SPL_TOKEN.to_string())
        .bind(self.deadline)
        .bind(self.kind)
        .bind(self.raised)
        .bind(self.cancelled)
        .execute(&api.database.pool)
        .await
        .unwrap();
        self
    }

    /// A donor's open receipt.
    pub async fn receipt(&self, api: &Api, donor: &Pubkey, amount: i64) -> Pubkey {
        let address = Pubkey::new_unique();
        sqlx::query(
            "INSERT INTO chain.receipts (address, campaign, donor, rent_payer, salt, amount, sequence, slot)
             VALUES ($1, $2, $3, $3, 0, $4, 1, 100)",
        )
        .bind(address.to_string())
        .bind(self.address.to_string())
        .bind(donor.to_string())
        .bind(amount)
        .execute(&api.database.pool)
        .await
        .unwrap();
        address
    }

    pub async fn donation(&self, api: &Api, donor: &Pubkey, amount: i64, sequence: i64) {
        sqlx::query(
            "INSERT INTO chain.donations (signature, instruction, inner_index, campaign, sequence, donor, amount, sent,
                 donated_at, slot) VALUES ($1, 0, 0, $2, $3, $4, $5, $5, now(), 100)",
        )
        .bind(format!("signature{sequence}"))
        .bind(self.address.to_string())
        .bind(sequence)
        .bind(donor.to_string())
        .bind(amount)
        .execute(&api.database.pool)
        .await
        .unwrap();
    }

    pub async fn act(&self, api: &Api, action: &str, wallet: &Pubkey, amount: Option<&str>) -> Response {
        let path = format!("/v1/campaigns/{}/transactions", self.address);
        api.post(&path, json!({ "action": action, "account": wallet.to_string(), "amount": amount })).await
    }
}

/// A session of a wallet that the merchant has made an admin.
pub async fn admin(api: &Api, wallet: &Keypair) -> String {
    let address = wallet.pubkey().to_string();
    let made = api.put(&format!("/v1/members/{address}"), json!({ "role": "admin" })).await;
    assert_eq!(made.status(), 200);
    let challenge = api.post("/v1/auth/challenge", json!({ "wallet": address })).await;
    let challenge: Value = challenge.json().await.unwrap();
    let signature = wallet.sign_message(challenge["message"].as_str().unwrap().as_bytes()).to_string();
    let signed = json!({ "wallet": address, "nonce": challenge["nonce"], "signature": signature });
    let session: Value = api.post("/v1/auth/session", signed).await.json().await.unwrap();
    session["token"].as_str().unwrap().to_owned()
}

/// Takes the database back to where nothing was known of who consents to a profile.
pub async fn before_proofs(api: &Api) {
    let statements =
        "ALTER TABLE campaign_profiles DROP COLUMN wallet; ALTER TABLE pool_profiles DROP COLUMN wallet";
    sqlx::raw_sql(statements).execute(&api.database.pool).await.unwrap();
}

/// Finds what is proven.
pub async fn prove(api: &Api) {
    let migration = include_str!("../../../../migrations/0021_proven_profiles.sql");
    sqlx::raw_sql(migration).execute(&api.database.pool).await.unwrap();
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let mut api = Api::start().await;
    seen.expect(Code::CampaignNotFound, api.get("/v1/campaigns/nowhere").await).await;
    let donor = api.wallet(Some(5_000_000));
    let open = Campaign::new("all_or_nothing").index(&api).await;
    seen.expect(Code::NothingToRefund, open.act(&api, "refund", &donor, None).await).await;
    seen.expect(Code::NothingToWithdraw, open.act(&api, "withdraw", &donor, None).await).await;
    seen.expect(Code::NothingToClose, open.act(&api, "close_receipt", &donor, None).await).await;
    profiles::provoke(seen, &mut api).await;
}
