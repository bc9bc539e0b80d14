//! What a customer gives to a campaign while paying: `donate` beside `authorize` or `charge`, in one transaction.

use chrono::Utc;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till::client::{self, CampaignKey, Payer, ReceiptKey, Token};
use till_store::Amount;
use till_store::domain::{Donation, Money};
use till_store::gateway::campaigns;

use super::accepted::{Accepted, Field};
use super::terms::pubkey;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// Whether the campaign that is offered takes donations in one of the accepted tokens.
pub async fn acceptable(
    db: &mut PgConnection,
    donation: &Donation,
    tokens: &[(String, Accepted)],
) -> Result<Field<()>> {
    let refused = |detail: &str| Ok(Err((Code::CampaignNotOpen, detail.to_owned())));
    let Some(campaign) = campaigns::find(db, &donation.campaign).await? else {
        return refused("there is no such campaign, as far as it has been indexed");
    };
    if !campaign.is_open(Utc::now()) {
        return refused("the campaign takes no donations any more");
    }
    if !tokens.iter().any(|(_, token)| token.mint.to_string() == campaign.mint) {
        return refused("the campaign takes none of the accepted tokens");
    }
    Ok(Ok(()))
}

/// A donation that goes with a payment.
#[derive(Clone, Debug)]
pub struct Gift {
    campaign: CampaignKey,
    gives_receipts: bool,
    pub amount: Amount,
}

impl Gift {
    /// What `text` units of the payment's token are for the campaign that the merchant offers.
    pub async fn read(
        gateway: &Gateway,
        offered: Option<&Donation>,
        text: &str,
        token: &Token,
        decimals: u8,
    ) -> Result<Self> {
        let not_open = |detail: &str| Problem::new(Code::CampaignNotOpen, detail);
        let offered = offered.ok_or_else(|| not_open("no donation is offered with this payment"))?;
        let campaign = campaigns::find(&gateway.pool, &offered.campaign).await?;
        let campaign = campaign.filter(|campaign| campaign.is_open(Utc::now()));
        let campaign = campaign.ok_or_else(|| not_open("the campaign takes no donations any more"))?;
        if campaign.mint != token.mint.to_string() || campaign.token_program != token.program.to_string() {
            return Err(not_open("the campaign takes another token than the one that is paid in"));
        }
        let amount = Money::parse(text, decimals)
            .map_err(|error| Problem::new(Code::AmountInvalid, error.to_string()))?;
        if amount.is_zero() {
            return Err(Problem::new(Code::AmountInvalid, "it must be greater than zero"));
        }
        let campaign_key = CampaignKey { address: pubkey(&offered.campaign)?, token: *token };
        Ok(Self { campaign: campaign_key, gives_receipts: campaign.gives_receipts, amount })
    }

    /// The instruction by which `wallet` gives, with at most `gross` leaving its account.
    pub fn instruction(&self, wallet: Pubkey, gross: u64) -> Instruction {
        let donor = Payer::wallet(wallet, &self.campaign.token, gross);
        let receipt = self.gives_receipts.then(|| ReceiptKey::of(&self.campaign.address, &wallet));
        client::donate(&donor, &self.campaign, receipt, self.amount.0)
    }

    /// How much space an account that it may create takes, in bytes.
    pub fn receipt_space(&self) -> Option<usize> {
        self.gives_receipts.then_some(till::Donation::SPACE)
    }
}
