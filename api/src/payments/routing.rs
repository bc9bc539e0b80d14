//! Which way to pay a wallet has, what each costs, and which is the cheapest.

use std::collections::HashSet;

use futures::future::join_all;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::domain::{GatewayPayment, Money, Price, Quote};
use till_store::gateway::options as option_rows;
use till_store::gateway::payments::KnownPayment;
use utoipa::ToSchema;

use super::checkout::{already_paid, amount_in_words};
use super::terms::{OnChain, pubkey};
use super::{pay, priority, signing};
use crate::chain::{Holding, Purse};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::rates::convert;

/// What the network takes for one signature, in lamports.
const SIGNATURE_FEE: u64 = 5_000;
/// The space of a token account without extensions, in bytes.
const TOKEN_ACCOUNT: usize = 165;
const SOL: &str = "SOL";
const SOL_DECIMALS: u8 = 9;
/// How exactly a total is told, in digits behind the point.
const TOTAL_SCALE: u32 = 6;

/// One way to pay, for one wallet.
pub struct Way {
    /// The payment with this way's token, amount and address.
    pub payment: GatewayPayment,
    pub on_chain: OnChain,
    /// What must leave the wallet for the whole amount to arrive, in base units.
    pub gross: u64,
    /// What the wallet holds; nothing when it has no account for the token.
    pub held: Option<u64>,
    /// Payees for whom a token account must be created.
    pub without_account: Vec<Pubkey>,
    /// The price of a compute unit, in millionths of a lamport.
    pub priority: u64,
    /// In lamports: what the network takes, and what accounts that are created hold.
    pub fee: u64,
    pub rent: u64,
    /// What everything costs in the price's currency, if there is one.
    total: Option<Decimal>,
    /// The transfer fee of the mint, for what else is sent.
    holding: Holding,
    epoch: Option<u64>,
}

impl Way {
    /// What must leave the wallet for `net` base units to arrive.
    pub fn gross_of(&self, net: u64) -> Result<u64> {
        Ok(self.holding.gross(self.epoch, net)?)
    }

    /// How many base units are missing for `needed`.
    fn missing(&self, needed: u64) -> u64 {
        needed.saturating_sub(self.held.unwrap_or(0))
    }

    /// Refuses when the wallet holds less than `needed` base units.
    pub fn require_tokens(&self, needed: u64) -> Result<()> {
        let missing = self.missing(needed);
        if missing == 0 {
            return Ok(());
        }
        let missing = amount_in_words(&self.payment, missing);
        let detail = match self.held {
            Some(_) => format!("you need {missing} more"),
            None => format!("this wallet has no account for this token: you need {missing}"),
        };
        Err(Problem::new(Code::InsufficientFunds, detail))
    }

    fn is_named(&self, token: &str) -> bool {
        self.payment.mint == token || self.payment.symbol.as_deref() == Some(token)
    }
}

/// All ways of a payment, for one wallet.
pub struct Ways {
    pub lamports: u64,
    ways: Vec<Way>,
    currency: Option<String>,
}

impl Ways {
    /// Looks what the wallet has and what each way costs. A payment that has been paid in any way has none.
    pub async fn of(gateway: &Gateway, known: &KnownPayment, wallet: Pubkey) -> Result<Self> {
        let chains = on_chain(known)?;
        let tokens: Vec<_> = chains.iter().map(|(_, on_chain)| on_chain.vault.token).collect();
        let addresses = option_rows::addresses(&gateway.pool, &known.payment.id).await?;
        let addresses =
            addresses.iter().map(|address| pubkey(address)).collect::<anyhow::Result<Vec<_>>>()?;
        let purse = gateway.chain.purse(&wallet, &tokens, &addresses).await?;
        if purse.is_paid {
            return Err(already_paid());
        }
        let Purse { lamports, tokens, .. } = purse;
        let has_fee = tokens.iter().any(|holding| holding.mint_fee.is_some());
        let epoch = if has_fee { Some(gateway.chain.epoch().await?) } else { None };
        let costs = join_all(chains.iter().map(|(_, on_chain)| Costs::of(gateway, on_chain))).await;
        let sol = match &known.payment.price_currency {
            Some(currency) => gateway.rates.rate(SOL, currency).await.ok(),
            None => None,
        };
        let mut ways = Vec::with_capacity(chains.len());
        for (((payment, on_chain), holding), costs) in chains.into_iter().zip(tokens).zip(costs) {
            let Costs { without_account, priority, fee, rent } = costs?;
            let gross = holding.gross(epoch, payment.amount.0)?;
            let network =
                sol.as_ref().and_then(|rate| worth(fee + rent, rate.value.decimal()?, SOL_DECIMALS));
            let total = total(&payment, gross, network.unwrap_or_default());
            let held = holding.tokens;
            ways.push(Way {
                payment,
                on_chain,
                gross,
                held,
                without_account,
                priority,
                fee,
                rent,
                total,
                holding,
                epoch,
            });
        }
        Ok(Self { lamports, ways, currency: known.payment.price_currency.clone() })
    }

    /// The way that is named by its token, or the cheapest that the wallet can afford. If it can afford none, the
    /// preferred one, for what is missing.
    pub fn choose(self, token: Option<&str>) -> Result<(Way, u64)> {
        let lamports = self.lamports;
        let index = match token {
            Some(token) => self.ways.iter().position(|way| way.is_named(token)).ok_or_else(|| {
                Problem::new(Code::TokenNotAccepted, format!("this payment cannot be paid in {token}"))
            })?,
            None => self.cheapest().unwrap_or(0),
        };
        let way = self.ways.into_iter().nth(index);
        Ok((way.ok_or_else(|| anyhow::anyhow!("a payment without a way to pay it"))?, lamports))
    }

    fn cheapest(&self) -> Option<usize> {
        let costs: Vec<_> = self.ways.iter().map(|way| (self.is_affordable(way), way.total)).collect();
        cheapest(&costs)
    }

    fn is_affordable(&self, way: &Way) -> bool {
        way.missing(way.gross) == 0 && self.lamports >= way.fee + way.rent
    }

    /// What a customer is shown.
    pub fn shown(&self) -> Vec<WayToPay> {
        let cheapest = self.cheapest();
        let show = |(index, way): (usize, &Way)| {
            let decimals = way.payment.decimals();
            let missing = Some(way.missing(way.gross)).filter(|missing| *missing > 0);
            let missing_sol = Some((way.fee + way.rent).saturating_sub(self.lamports)).filter(|sol| *sol > 0);
            let option = way.payment.option();
            WayToPay {
                mint: way.payment.mint.clone(),
                symbol: way.payment.symbol.clone(),
                address: way.payment.address.clone(),
                amount: Money::new(way.payment.amount, decimals),
                sent: Money::new(Amount(way.gross), decimals),
                quote: option.and_then(|option| option.quote.clone()),
                quote_expires_at: option.and_then(|option| option.quote_expires_at),
                affordable: self.is_affordable(way),
                missing: missing.map(|missing| Money::new(Amount(missing), decimals)),
                missing_sol: missing_sol.map(|missing| Money::new(Amount(missing), SOL_DECIMALS)),
                network_fee: Money::new(Amount(way.fee), SOL_DECIMALS),
                rent: Money::new(Amount(way.rent), SOL_DECIMALS),
                total: way
                    .total
                    .zip(self.currency.clone())
                    .map(|(amount, currency)| Price { amount: amount.normalize().to_string(), currency }),
                cheapest: cheapest == Some(index),
            }
        };
        self.ways.iter().enumerate().map(show).collect()
    }
}

/// One way to pay, as one wallet sees it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WayToPay {
    pub mint: String,
    /// The token's name, if it has one here.
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    /// Where the payment would be on the chain.
    pub address: String,
    /// What arrives.
    pub amount: Money,
    /// What leaves the wallet: more than the amount under a mint with a transfer fee.
    pub sent: Money,
    /// Where the amount comes from, if it was converted.
    pub quote: Option<Quote>,
    pub quote_expires_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Whether the wallet holds enough of the token and of SOL.
    pub affordable: bool,
    /// How much of the token is missing.
    pub missing: Option<Money>,
    /// How much SOL is missing.
    pub missing_sol: Option<Money>,
    /// What the network takes at most, in SOL.
    pub network_fee: Money,
    /// What the accounts that are created hold, in SOL. That of the payment comes back when it is closed.
    pub rent: Money,
    /// What is sent, and the network's fee and rent as far as SOL has a rate, in the price's currency.
    pub total: Option<Price>,
    /// Whether it is the cheapest of those that the wallet can afford.
    pub cheapest: bool,
}

/// The payment once for each of its options, each with that one's columns.
fn on_chain(known: &KnownPayment) -> anyhow::Result<Vec<(GatewayPayment, OnChain)>> {
    let payment = &known.payment;
    let payments = match payment.options.as_slice() {
        [] => vec![payment.clone()],
        options => options.iter().map(|option| payment.paid_by(option)).collect(),
    };
    let with_terms = |payment: GatewayPayment| {
        let known = KnownPayment { payment, ..known.clone() };
        OnChain::of(&known).map(|on_chain| (known.payment, on_chain))
    };
    payments.into_iter().map(with_terms).collect()
}

/// What a way costs beside the token.
struct Costs {
    without_account: Vec<Pubkey>,
    priority: u64,
    fee: u64,
    rent: u64,
}

impl Costs {
    async fn of(gateway: &Gateway, on_chain: &OnChain) -> Result<Self> {
        let vault = &on_chain.vault;
        let payees: HashSet<Pubkey> = pay::payees(on_chain).into_iter().collect();
        let payees: Vec<Pubkey> = payees.into_iter().collect();
        let accounts: Vec<Pubkey> = payees.iter().map(|payee| vault.token.account_of(payee)).collect();
        let exist = gateway.chain.exist(&accounts).await?;
        let without = payees.into_iter().zip(exist).filter(|(_, exists)| !exists);
        let without_account: Vec<Pubkey> = without.map(|(payee, _)| payee).collect();
        let written = [vault.address(), vault.token_account()];
        let priority = priority::price(gateway, &written).await;
        let mut rent = gateway.chain.rent(till::Payment::SPACE).await?;
        if !without_account.is_empty() {
            rent += gateway.chain.rent(TOKEN_ACCOUNT).await? * without_account.len() as u64;
        }
        let fee = SIGNATURE_FEE + priority::lamports(priority, signing::SIMULATED_UNITS);
        Ok(Self { without_account, priority, fee, rent })
    }
}

fn worth(amount: u64, rate: Decimal, decimals: u8) -> Option<Decimal> {
    convert::worth(Amount(amount), rate, decimals, TOTAL_SCALE)
}

/// What `gross` is worth at the rate that the payment's option was quoted at, and what comes on top.
fn total(payment: &GatewayPayment, gross: u64, network: Decimal) -> Option<Decimal> {
    let quote = payment.option()?.quote.as_ref()?;
    worth(gross, quote.rate.parse().ok()?, payment.decimals())?.checked_add(network)
}

/// The cheapest of what can be afforded: of equal ones, and where nothing has a price, the first.
fn cheapest(ways: &[(bool, Option<Decimal>)]) -> Option<usize> {
    let affordable = ways.iter().enumerate().filter(|(_, (affordable, _))| *affordable);
    let cost = |total: Option<Decimal>| total.unwrap_or(Decimal::MAX);
    affordable.min_by_key(|(_, (_, total))| cost(*total)).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_is_one_that_can_be_afforded() {
        let at = |total: i64| Some(Decimal::from(total));
        assert_eq!(cheapest(&[(true, at(3)), (false, at(1)), (true, at(2))]), Some(2));
        assert_eq!(cheapest(&[(true, at(2)), (true, at(2))]), Some(0), "the preferred one");
        assert_eq!(cheapest(&[(true, None), (true, at(5))]), Some(1), "what has a price");
        assert_eq!(cheapest(&[(false, at(1))]), None);
        assert_eq!(cheapest(&[]), None);
    }
}
