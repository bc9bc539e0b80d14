//! Giving to a campaign, and taking a donation back when it has failed.

use till_store::Amount;
use till_store::domain::{CampaignKind, CampaignStatus, Money};

use super::{Blink, symbol, words};
use crate::actions::answer::{Action, Icon, LinkedAction, Parameter};
use crate::actions::asked::{Signed, Values};
use crate::actions::landed::{self, Looked};
use crate::donations::{self, Campaign};
use crate::gateway::Gateway;
use crate::problem::Result;
use crate::wallet::TransactionForWallet;

/// How many amounts are offered as buttons of their own.
const MOST_SUGGESTED: usize = 4;

pub async fn show(gateway: &Gateway, address: &str) -> Result<Action> {
    let campaign = donations::find(gateway, address).await?;
    let action = action(gateway, &campaign, description(&campaign), "Donate");
    Ok(match campaign.status {
        CampaignStatus::Open => action.with(buttons(&campaign)),
        CampaignStatus::Missed | CampaignStatus::Cancelled if gives_back(&campaign) => {
            action.with(vec![LinkedAction::transaction(Blink::Refund.href(address), "Take donation back")])
        }
        status => action.closed("Donations closed", ended(status)),
    })
}

pub async fn show_refund(gateway: &Gateway, address: &str) -> Result<Action> {
    let campaign = donations::find(gateway, address).await?;
    let label = "Take donation back";
    let action = action(gateway, &campaign, description(&campaign), label);
    Ok(match campaign.status {
        _ if !gives_back(&campaign) => action.closed(label, "this campaign keeps whatever it raises"),
        CampaignStatus::Missed | CampaignStatus::Cancelled => {
            action.with(vec![LinkedAction::transaction(Blink::Refund.href(address), label)])
        }
        CampaignStatus::Open => action.closed(label, "the campaign still runs"),
        status => action.closed(label, ended(status)),
    })
}

fn action(gateway: &Gateway, campaign: &Campaign, description: String, label: &str) -> Action {
    let title = campaign.title.as_deref().unwrap_or("Donation campaign");
    Action::new(&gateway.public_url, Icon::Donate, title, description, label)
}

fn gives_back(campaign: &Campaign) -> bool {
    campaign.kind == CampaignKind::AllOrNothing
}

fn ended(status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Open => "the campaign still runs",
        CampaignStatus::Succeeded => "the campaign has reached its goal and is over",
        CampaignStatus::Missed => "the campaign has missed its goal",
        CampaignStatus::Cancelled => "the campaign was called off",
        CampaignStatus::Ended => "the campaign is over",
        CampaignStatus::Closed => "the campaign is closed",
    }
}

fn buttons(campaign: &Campaign) -> Vec<LinkedAction> {
    let (href, unit) = (Blink::Donate.href(&campaign.address), symbol(campaign.symbol.as_deref()));
    let suggested = campaign.suggested_amounts.iter().take(MOST_SUGGESTED).map(|amount| {
        let label = format!("Donate {amount} {unit}");
        LinkedAction::transaction(format!("{href}?amount={amount}"), label)
    });
    let label = format!("Amount in {unit}");
    let free = Parameter::amount("amount", label, campaign.decimals, Amount(1), None);
    suggested.chain([LinkedAction::transaction(href.clone(), "Donate").asking(free)]).collect()
}

fn description(campaign: &Campaign) -> String {
    let symbol = campaign.symbol.as_deref();
    let mut sentences: Vec<String> = campaign.description.iter().cloned().collect();
    sentences.push(format!(
        "{} of {} raised; until {}.",
        words(&campaign.raised, symbol),
        words(&campaign.goal, symbol),
        campaign.deadline.format("%-d %B %Y, %H:%M UTC")
    ));
    sentences.push(if gives_back(campaign) {
        "If the goal is missed, you take your donation back.".to_owned()
    } else {
        format!("Whatever is raised goes to {}.", campaign.beneficiary)
    });
    sentences.join(" ")
}

pub async fn donate(
    gateway: &Gateway,
    address: &str,
    account: &str,
    values: &Values,
) -> Result<TransactionForWallet> {
    donations::donate(gateway, address, account, values.amount()?).await
}

pub async fn refund(gateway: &Gateway, address: &str, account: &str) -> Result<TransactionForWallet> {
    donations::refund(gateway, address, account).await
}

pub async fn donated(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    donations::find(gateway, address).await?;
    let looked = Looked { subject: address, event: "Donated", wallet: "/donor", signed };
    let amount = landed::sum(&landed::events(gateway, looked).await?, "/amount")?;
    let campaign = donations::find(gateway, address).await?;
    let amount = words(&Money::new(amount, campaign.decimals), campaign.symbol.as_deref());
    let description =
        format!("{amount} donated. {} Transaction {}.", description(&campaign), signed.signature);
    Ok(action(gateway, &campaign, description, "Donated").completed())
}

pub async fn refunded(gateway: &Gateway, address: &str, signed: &Signed) -> Result<Action> {
    donations::find(gateway, address).await?;
    let looked = Looked { subject: address, event: "DonationRefunded", wallet: "/receipt/donor", signed };
    let amount = landed::sum(&landed::events(gateway, looked).await?, "/received")?;
    let campaign = donations::find(gateway, address).await?;
    let amount = words(&Money::new(amount, campaign.decimals), campaign.symbol.as_deref());
    let description = format!("{amount} are back in your wallet. Transaction {}.", signed.signature);
    Ok(action(gateway, &campaign, description, "Taken back").completed())
}
