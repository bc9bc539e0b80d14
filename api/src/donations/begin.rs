//! Creating a campaign.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till::client::{self, CampaignKey};
use till::{CampaignTerms, MAX_CAMPAIGN_SECONDS};
use till_store::domain::CampaignKind;
use utoipa::ToSchema;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::tokens::KnownToken;
use crate::wallet::{self, Signable, TransactionForWallet};

/// A campaign that a wallet wants to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignRequest {
    /// The wallet that signs, pays the rent and may call the campaign off, base58.
    pub creator: String,
    /// The wallet that is paid, base58; the creator, unless given.
    pub beneficiary: Option<String>,
    /// A symbol or a mint's address.
    #[schema(example = "USDC")]
    pub token: String,
    pub kind: CampaignKind,
    /// In units of the token.
    #[schema(example = "1000.00")]
    pub goal: String,
    /// In the future, at most a year ahead.
    pub deadline: DateTime<Utc>,
    /// Tells the creator's campaigns of otherwise equal terms apart; one at random, unless given.
    pub id: Option<u32>,
}

/// The transaction that creates a campaign, and where it will be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCampaignTransaction {
    /// Of the campaign: known before it is created.
    pub address: String,
    #[serde(flatten)]
    pub handed_out: TransactionForWallet,
}

/// The transaction by which a wallet creates a campaign.
pub async fn begin(gateway: &Gateway, request: &CampaignRequest) -> Result<NewCampaignTransaction> {
    let creator = wallet::parse(&request.creator)?;
    let beneficiary = request.beneficiary.as_deref().map(wallet::parse).transpose()?.unwrap_or(creator);
    let token = KnownToken::named(gateway, &request.token).await?;
    let goal = token.read(&request.goal).map_err(|problem| of_field("goal", problem))?;
    let runs = request.deadline.timestamp() - Utc::now().timestamp();
    if !(1..=MAX_CAMPAIGN_SECONDS).contains(&runs) {
        let detail = "in the future, at most a year ahead";
        return Err(Problem::of_field(Code::ValidationFailed, "deadline", detail));
    }
    let terms = CampaignTerms {
        id: u64::from(request.id.unwrap_or_else(rand::random)),
        beneficiary,
        goal: goal.0,
        deadline: request.deadline.timestamp(),
        kind: match request.kind {
            CampaignKind::KeepAll => till::CampaignKind::KeepAll,
            CampaignKind::AllOrNothing => till::CampaignKind::AllOrNothing,
        },
    };
    let address = CampaignKey::of(&creator, token.token, &terms).address.to_string();
    let deadline = request.deadline.format("%Y-%m-%d %H:%M UTC");
    let words =
        format!("Create a campaign for {} until {deadline}, paid to {beneficiary}", token.words(goal));
    let instruction = client::create_campaign(creator, creator, &token.token, terms);
    let signable = Signable::new(creator, vec![instruction], words);
    let handed_out = signable.hand_out(gateway, wallet::refused).await?;
    Ok(NewCampaignTransaction { address, handed_out })
}

fn of_field(field: &str, problem: Problem) -> Problem {
    Problem::of_field(problem.code, field, problem.detail)
}
