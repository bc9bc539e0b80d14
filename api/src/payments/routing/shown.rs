//! The ways to pay as a customer is shown them.

use serde::{Deserialize, Serialize};
use till_store::Amount;
use till_store::domain::{Money, Price, Quote};
use utoipa::ToSchema;

use super::{Way, Ways};
use crate::wallet::SOL_DECIMALS;

impl Ways {
    /// What a customer is shown.
    pub fn shown(&self) -> Vec<WayToPay> {
        let cheapest = self.cheapest();
        self.ways.iter().enumerate().map(|(index, way)| self.show(way, cheapest == Some(index))).collect()
    }

    fn show(&self, way: &Way, cheapest: bool) -> WayToPay {
        let decimals = way.payment.decimals();
        let missing = way.cost(0, 0).missing(&way.held);
        let some = |amount: u64, decimals| (amount > 0).then(|| Money::new(Amount(amount), decimals));
        let option = way.payment.option();
        WayToPay {
            mint: way.payment.mint.clone(),
            symbol: way.payment.symbol.clone(),
            address: way.payment.address.clone(),
            amount: Money::new(way.payment.amount, decimals),
            sent: Money::new(Amount(way.gross), decimals),
            quote: option.and_then(|option| option.quote.clone()),
            quote_expires_at: option.and_then(|option| option.quote_expires_at),
            affordable: way.is_affordable(),
            missing: some(missing.tokens, decimals),
            missing_sol: some(missing.lamports, SOL_DECIMALS),
            network_fee: Money::new(Amount(way.own_fee()), SOL_DECIMALS),
            rent: Money::new(Amount(way.own_rent()), SOL_DECIMALS),
            total: way
                .total
                .zip(self.currency.clone())
                .map(|(amount, currency)| Price { amount: amount.normalize().to_string(), currency }),
            cheapest,
            sponsored: way.is_sponsored,
        }
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
    /// How much of the token is missing. Of SOL, which is wrapped while paying, with what it takes beside the amount.
    pub missing: Option<Money>,
    /// How much SOL is missing beside the token.
    pub missing_sol: Option<Money>,
    /// What the network takes at most, in SOL.
    pub network_fee: Money,
    /// What the accounts that are created hold, in SOL. That of the payment comes back when it is closed.
    pub rent: Money,
    /// What is sent, and the network's fee and rent as far as SOL has a rate, in the price's currency.
    pub total: Option<Price>,
    /// Whether it is the cheapest of those that the wallet can afford.
    pub cheapest: bool,
    /// Whether a sponsor pays the network, and the rent of the payment's account.
    pub sponsored: bool,
}
