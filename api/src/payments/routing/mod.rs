//! Which way to pay a wallet has, what each costs, and which is the cheapest.

mod shown;
mod way;

use futures::future::join_all;
use rust_decimal::Decimal;
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::domain::GatewayPayment;
use till_store::gateway::options as option_rows;
use till_store::gateway::payments::KnownPayment;

use super::checkout::already_paid;
use super::terms::{OnChain, pubkey};
use crate::chain::Purse;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::rates::convert;
use crate::wallet::{Held, SIGNATURE_FEE, SOL_DECIMALS, Sponsored, sponsor};

pub use shown::WayToPay;
pub use way::Way;
use way::{Costs, Rents};

const SOL: &str = "SOL";
/// How exactly a total is told, in digits behind the point.
const TOTAL_SCALE: u32 = 6;

/// All ways of a payment, for one wallet.
pub struct Ways {
    ways: Vec<Way>,
    currency: Option<String>,
}

impl Ways {
    /// Looks what the wallet has and what each way costs, with a sponsor if that is wanted and there is one. A payment
    /// that has been paid in any way has none.
    pub async fn of(
        gateway: &Gateway,
        known: &KnownPayment,
        wallet: Pubkey,
        with_sponsor: bool,
    ) -> Result<Self> {
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
        let rents = Rents::now(gateway).await?;
        let costs = join_all(chains.iter().map(|(_, on_chain)| Costs::of(gateway, on_chain, &rents))).await;
        let sol = match &known.payment.price_currency {
            Some(currency) => gateway.rates.rate(SOL, currency).await.ok(),
            None => None,
        };
        let mut ways = Vec::with_capacity(chains.len());
        for (((payment, on_chain), holding), costs) in chains.into_iter().zip(tokens).zip(costs) {
            let Costs { without_account, price, fee, payees_rent } = costs?;
            let mut way = Way {
                gross: holding.gross(epoch, payment.amount.0)?,
                payment,
                on_chain,
                held: Held { lamports, tokens: holding.tokens },
                without_account,
                price,
                fee,
                payment_rent: rents.payment,
                payees_rent,
                is_sponsored: false,
                total: None,
                holding,
                epoch,
                rents,
            };
            way.is_sponsored = with_sponsor && would_be_sponsored(gateway, &way, &wallet).await?;
            let network = way.own_fee() + way.own_rent();
            let network = sol.as_ref().and_then(|rate| worth(network, rate.value.decimal()?, SOL_DECIMALS));
            way.total = total(&way.payment, way.gross, network.unwrap_or_default());
            ways.push(way);
        }
        Ok(Self { ways, currency: known.payment.price_currency.clone() })
    }

    /// The way that is named by its token, or the cheapest that the wallet can afford. If it can afford none, the
    /// preferred one, for what is missing.
    pub fn choose(self, token: Option<&str>) -> Result<Way> {
        let index = match token {
            Some(token) => self.ways.iter().position(|way| way.is_named(token)).ok_or_else(|| {
                Problem::new(Code::TokenNotAccepted, format!("this payment cannot be paid in {token}"))
            })?,
            None => self.cheapest().unwrap_or(0),
        };
        let way = self.ways.into_iter().nth(index);
        Ok(way.ok_or_else(|| anyhow::anyhow!("a payment without a way to pay it"))?)
    }

    fn cheapest(&self) -> Option<usize> {
        let costs: Vec<_> = self.ways.iter().map(|way| (way.is_affordable(), way.total)).collect();
        cheapest(&costs)
    }
}

async fn would_be_sponsored(gateway: &Gateway, way: &Way, wallet: &Pubkey) -> Result<bool> {
    let payment = &way.payment;
    let sponsored = Sponsored {
        payment_id: payment.id.clone(),
        account: way.payment.address.clone(),
        merchant_id: payment.merchant_id.clone(),
        rent: way.payment_rent,
    };
    // The sponsor signs, and so does the wallet.
    let fee = way.fee + SIGNATURE_FEE;
    sponsor::would_pay(gateway, &sponsored, &way.on_chain.vault.token.mint, wallet, fee).await
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
