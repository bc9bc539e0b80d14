//! What wallets do with a campaign.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use serde::Deserialize;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, CampaignKey, Payer, ReceiptKey};
use till_store::domain::{CampaignKind, CampaignStatus};
use till_store::gateway::campaigns::{self, CampaignRecord, ReceiptRecord};
use utoipa::ToSchema;

use super::record;
use crate::gateway::Gateway;
use crate::payments::terms::pubkey;
use crate::problem::{Code, Problem, Result};
use crate::tokens::KnownToken;
use crate::wallet::{self, Signable, Spent, TransactionForWallet, receiving};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CampaignAction)]
pub enum Action {
    /// The wallet gives `amount`.
    Donate,
    /// A donor of a missed or cancelled all-or-nothing campaign takes everything back, with the receipt's rent.
    Refund,
    /// Anyone has what is the beneficiary's paid to the beneficiary.
    Withdraw,
    /// The creator calls the campaign off.
    Cancel,
    /// A donor of an all-or-nothing campaign that has succeeded gets the receipt's rent back.
    CloseReceipt,
    /// Anyone has the campaign's accounts closed, and their rent given back, when nothing can happen any more.
    Close,
}

/// The transaction by which the wallet `account` acts on a campaign; `amount` is for a donation, and needed there.
pub async fn act(
    gateway: &Gateway,
    address: &str,
    action: Action,
    account: &str,
    amount: Option<&str>,
) -> Result<TransactionForWallet> {
    let campaign = Acting::of(gateway, address, account).await?;
    match action {
        Action::Donate => campaign.donate(amount).await,
        Action::Refund => campaign.refund().await,
        Action::Withdraw => campaign.withdraw().await,
        Action::Cancel => campaign.cancel().await,
        Action::CloseReceipt => campaign.close_receipts().await,
        Action::Close => campaign.close().await,
    }
}

/// The transaction by which a wallet gives `amount`, in units of the token.
pub async fn donate(
    gateway: &Gateway,
    address: &str,
    account: &str,
    amount: &str,
) -> Result<TransactionForWallet> {
    act(gateway, address, Action::Donate, account, Some(amount)).await
}

/// The transaction by which a donor takes everything back.
pub async fn refund(gateway: &Gateway, address: &str, account: &str) -> Result<TransactionForWallet> {
    act(gateway, address, Action::Refund, account, None).await
}

/// How many receipts one transaction closes: so many fit into its bytes. A donor with more has made them without us.
const RECEIPTS_IN_ONE: usize = 4;

/// A campaign, and the wallet that signs.
struct Acting<'a> {
    gateway: &'a Gateway,
    wallet: Pubkey,
    key: CampaignKey,
    token: KnownToken,
    campaign: CampaignRecord,
    /// By the chain's time, as far as it is indexed.
    status: CampaignStatus,
}

impl<'a> Acting<'a> {
    async fn of(gateway: &'a Gateway, address: &str, account: &str) -> Result<Self> {
        let campaign = record(gateway, address).await?;
        let wallet = wallet::parse(account)?;
        let token = KnownToken::new(
            &campaign.mint,
            &campaign.token_program,
            campaign.symbol.clone(),
            campaign.decimals,
        )?;
        let key = CampaignKey { address: pubkey(address)?, token: token.token };
        let status = campaign.facts().status(campaign.now);
        Ok(Self { gateway, wallet, key, token, campaign, status })
    }

    async fn donate(self, amount: Option<&str>) -> Result<TransactionForWallet> {
        if self.status != CampaignStatus::Open {
            return Err(Problem::new(Code::CampaignNotOpen, self.why_not_open()));
        }
        let amount = self.token.read_needed(amount)?;
        let decides = self.campaign.kind == CampaignKind::AllOrNothing;
        let receipt = decides.then(|| ReceiptKey::of(&self.key.address, &self.wallet));
        let creates = if decides { &[till::Donation::SPACE][..] } else { &[] };
        let purpose = if decides { "the network fee and the receipt's account" } else { "the network fee" };
        let spending = self.token.spending(amount, creates, purpose);
        let Spent { gross, around } = spending.by(self.gateway, &self.wallet).await?;
        let donor = Payer::wallet(self.wallet, &self.token.token, gross);
        let donate = client::donate(&donor, &self.key, receipt, amount.0);
        let surcharge = self.token.surcharge(amount, gross);
        let words = format!("Give {} to {}{surcharge}", self.token.words(amount), self.name());
        self.hand_out(around.these([donate]), words).await
    }

    async fn refund(self) -> Result<TransactionForWallet> {
        if !self.campaign.facts().is_refundable(self.campaign.now) {
            return Err(Problem::new(Code::NothingToRefund, self.why_not_refundable()));
        }
        let receipts = self.open_receipts(Code::NothingToRefund).await?;
        let around = receiving(self.gateway, &self.token.token, &self.wallet).await?;
        let mut instructions = Vec::new();
        for receipt in &receipts {
            let (address, rent_payer) = (pubkey(&receipt.address)?, pubkey(&receipt.rent_payer)?);
            let to = self.token.token.account_of(&self.wallet);
            instructions.push(client::refund_donation(&self.key, address, rent_payer, to));
        }
        let sum = receipts.iter().map(|receipt| receipt.amount.0).fold(0, u64::saturating_add);
        let words = format!("Take {} back from {}", self.token.words(sum), self.name());
        self.hand_out(around.these(instructions), words).await
    }

    async fn withdraw(self) -> Result<TransactionForWallet> {
        let campaign = &self.campaign;
        let keeps_all = campaign.kind == CampaignKind::KeepAll;
        if !keeps_all && self.status != CampaignStatus::Succeeded {
            let detail =
                "the money is the beneficiary's only once the goal is reached and the deadline has passed";
            return Err(Problem::new(Code::NothingToWithdraw, detail));
        }
        let owed = campaign.raised.0.saturating_sub(campaign.withdrawn.0).saturating_sub(campaign.refunded.0);
        if owed == 0 {
            return Err(Problem::new(
                Code::NothingToWithdraw,
                "the campaign holds nothing for the beneficiary",
            ));
        }
        let beneficiary = pubkey(&campaign.beneficiary)?;
        let to = self.token.token.account_of(&beneficiary);
        let instructions = vec![self.account_for(&beneficiary), client::withdraw_donations(&self.key, to)];
        let words = format!("Pay {} from {} to {beneficiary}", self.token.words(owed), self.name());
        self.hand_out(instructions, words).await
    }

    async fn cancel(self) -> Result<TransactionForWallet> {
        if self.campaign.creator != self.wallet.to_string() {
            let detail = "it takes the signature of the campaign's creator";
            return Err(Problem::new(Code::SignerNotAllowed, detail));
        }
        if self.status != CampaignStatus::Open {
            return Err(Problem::new(Code::CampaignNotOpen, self.why_not_open()));
        }
        let cancel = client::cancel_campaign(self.wallet, self.key.address);
        let end = match self.campaign.kind {
            CampaignKind::AllOrNothing => "donors can take everything back",
            CampaignKind::KeepAll => "what was given stays the beneficiary's",
        };
        let words = format!("Call off {}: it takes no more donations, and {end}", self.name());
        self.hand_out(vec![cancel], words).await
    }

    async fn close_receipts(self) -> Result<TransactionForWallet> {
        if self.status != CampaignStatus::Succeeded {
            let detail = "a receipt is closed once the campaign has succeeded";
            return Err(Problem::new(Code::NothingToClose, detail));
        }
        let receipts = self.open_receipts(Code::NothingToClose).await?;
        let mut instructions = Vec::new();
        for receipt in &receipts {
            let (address, rent_payer) = (pubkey(&receipt.address)?, pubkey(&receipt.rent_payer)?);
            instructions.push(client::close_donation(self.key.address, address, rent_payer));
        }
        let words = format!("Close your receipt of {}, and get its rent back", self.name());
        self.hand_out(instructions, words).await
    }

    async fn close(self) -> Result<TransactionForWallet> {
        let to = self.token.token.account_of(&pubkey(&self.campaign.beneficiary)?);
        let close = client::close_campaign(&self.key, to, pubkey(&self.campaign.rent_payer)?);
        let words = format!("Close the accounts of {}", self.name());
        self.hand_out(vec![close], words).await
    }

    /// The wallet's open receipts; a problem of this code without any.
    async fn open_receipts(&self, without: Code) -> Result<Vec<ReceiptRecord>> {
        let (address, donor) = (&self.campaign.address, self.wallet.to_string());
        let mut receipts = campaigns::receipts(&self.gateway.pool, address, &donor).await?;
        let had_any = !receipts.is_empty();
        receipts.retain(|receipt| receipt.outcome.is_none());
        receipts.truncate(RECEIPTS_IN_ONE);
        if !receipts.is_empty() {
            return Ok(receipts);
        }
        let detail = if had_any {
            "this wallet has had it back already"
        } else {
            "this wallet has given nothing to it"
        };
        Err(Problem::new(without, detail))
    }

    fn why_not_open(&self) -> &'static str {
        match self.status {
            CampaignStatus::Open => "the campaign is open",
            CampaignStatus::Cancelled => "the campaign was called off by its creator",
            CampaignStatus::Closed => "the campaign is closed",
            CampaignStatus::Succeeded | CampaignStatus::Missed | CampaignStatus::Ended => {
                "the campaign's deadline has passed"
            }
        }
    }

    fn why_not_refundable(&self) -> String {
        match (self.campaign.kind, self.status) {
            (CampaignKind::KeepAll, _) => {
                "this campaign keeps what it is given, whatever it raises".to_owned()
            }
            (_, CampaignStatus::Open) => {
                let deadline = self.campaign.deadline.format("%Y-%m-%d %H:%M UTC");
                format!("the campaign runs until {deadline}; donations go back if it misses its goal by then")
            }
            _ => "the campaign has reached its goal: donations are the beneficiary's".to_owned(),
        }
    }

    /// What people know the campaign by.
    fn name(&self) -> String {
        self.campaign.title.clone().unwrap_or_else(|| format!("the campaign {}", self.campaign.address))
    }

    /// A wallet can close its token account at any time, so it is created again when it is needed.
    fn account_for(&self, wallet: &Pubkey) -> Instruction {
        let token = &self.token.token;
        create_associated_token_account_idempotent(&self.wallet, wallet, &token.mint, &token.program)
    }

    async fn hand_out(self, instructions: Vec<Instruction>, words: String) -> Result<TransactionForWallet> {
        let seen_in = Some(self.campaign.slot.unsigned_abs());
        let signable = Signable { seen_in, ..Signable::new(self.wallet, instructions, words) };
        signable.hand_out(self.gateway, wallet::refused).await
    }
}
