//! Campaigns, donations, and receipts for them.

use solana_pubkey::Pubkey;
use till::CampaignKind;
use till::events::*;
use till_store::Amount;
use till_store::chain::{
    self,
    Account::{Donations, External},
    CampaignOpening, CampaignState, Donation, LedgerLine, ReceiptOutcome, State,
};

use super::{Place, ProjectionError, effect::Effect, ledger, signed, time};

pub fn created(event: &CampaignCreated) -> Result<Effect, ProjectionError> {
    let terms = &event.terms;
    let opening = CampaignOpening {
        creator: event.creator.to_string(),
        beneficiary: terms.beneficiary.to_string(),
        mint: event.mint.to_string(),
        campaign_token: event.campaign_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        rent_payer: event.rent_payer.to_string(),
        campaign_id: terms.id,
        goal: Amount(terms.goal),
        deadline: time("campaign deadline", terms.deadline)?,
        kind: kind(terms.kind),
        salt: event.salt.into(),
    };
    let created = CampaignState::Created(Box::new(opening));
    Ok(effect(event.campaign_address, vec![created, balances(&event.campaign)?]))
}

pub fn donated(event: &Donated, at: &Place) -> Result<Effect, ProjectionError> {
    let Donated { campaign_address, donor, amount, sent, receipt, campaign } = event;
    let mut effect = effect(*campaign_address, vec![balances(campaign)?]);
    let donation = Donation {
        sequence: sequence(campaign)?,
        donor: donor.to_string(),
        receipt: receipt.map(|receipt| receipt.donation.to_string()),
        amount: Amount(*amount),
        sent: Amount(*sent),
        donated_at: at.time,
    };
    effect.states.push((campaign_address.to_string(), State::Donation(donation)));
    if let Some(receipt) = receipt {
        effect.states.push(self::receipt(*campaign_address, receipt, None)?);
    }
    effect.ledger = lines(*campaign_address, ledger::moved(External, Donations, *amount), at);
    Ok(effect)
}

pub fn withdrawn(event: &DonationsWithdrawn, at: &Place) -> Result<Effect, ProjectionError> {
    let DonationsWithdrawn { campaign_address, amount, campaign, .. } = event;
    Ok(Effect {
        ledger: lines(*campaign_address, ledger::moved(Donations, External, *amount), at),
        ..effect(*campaign_address, vec![balances(campaign)?])
    })
}

pub fn refunded(event: &DonationRefunded, at: &Place) -> Result<Effect, ProjectionError> {
    let DonationRefunded { campaign_address, amount, receipt, campaign, .. } = event;
    let mut effect = effect(*campaign_address, vec![balances(campaign)?]);
    effect.states.push(self::receipt(*campaign_address, receipt, Some(ReceiptOutcome::Refunded))?);
    effect.ledger = lines(*campaign_address, ledger::moved(Donations, External, *amount), at);
    Ok(effect)
}

pub fn settled(event: &DonationClosed) -> Result<Effect, ProjectionError> {
    let DonationClosed { campaign_address, receipt, campaign } = event;
    let mut effect = effect(*campaign_address, vec![balances(campaign)?]);
    effect.states.push(self::receipt(*campaign_address, receipt, Some(ReceiptOutcome::Settled))?);
    Ok(effect)
}

pub fn cancelled(event: &CampaignCancelled) -> Result<Effect, ProjectionError> {
    Ok(effect(event.campaign_address, vec![balances(&event.campaign)?, CampaignState::Cancelled]))
}

pub fn closed(event: &CampaignClosed) -> Result<Effect, ProjectionError> {
    Ok(effect(event.campaign_address, vec![balances(&event.campaign)?, CampaignState::Closed]))
}

fn effect(campaign: Pubkey, states: Vec<CampaignState>) -> Effect {
    let states = states.into_iter().map(|state| (campaign.to_string(), State::Campaign(state)));
    Effect::on(campaign, states.collect())
}

fn balances(after: &CampaignBalances) -> Result<CampaignState, ProjectionError> {
    Ok(CampaignState::Balances(chain::CampaignBalances {
        raised: Amount(after.raised),
        withdrawn: Amount(after.withdrawn),
        refunded: Amount(after.refunded),
        receipts: signed("receipts of a campaign", after.receipts)?,
        sequence: sequence(after)?,
    }))
}

fn sequence(after: &CampaignBalances) -> Result<i64, ProjectionError> {
    signed("campaign sequence", after.sequence)
}

fn receipt(
    campaign: Pubkey,
    after: &Receipt,
    outcome: Option<ReceiptOutcome>,
) -> Result<(String, State), ProjectionError> {
    let receipt = chain::Receipt {
        campaign: campaign.to_string(),
        donor: after.donor.to_string(),
        rent_payer: after.rent_payer.to_string(),
        salt: after.salt.into(),
        amount: Amount(after.amount),
        sequence: signed("receipt sequence", after.sequence)?,
        outcome,
    };
    Ok((after.donation.to_string(), State::Receipt(receipt)))
}

fn lines(campaign: Pubkey, entries: Vec<ledger::Entry>, at: &Place) -> Vec<LedgerLine> {
    ledger::lines(&at.key, campaign, None, entries)
}

/// The word that the database uses for it.
const fn kind(kind: CampaignKind) -> &'static str {
    match kind {
        CampaignKind::KeepAll => "keep_all",
        CampaignKind::AllOrNothing => "all_or_nothing",
    }
}
