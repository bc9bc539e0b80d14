//! One way to pay, for one wallet: what it takes, and whether the wallet has it.

use std::collections::HashSet;

use rust_decimal::Decimal;
use solana_pubkey::Pubkey;
use till_store::domain::GatewayPayment;

use super::super::checkout::amount_in_words;
use super::super::terms::OnChain;
use super::super::{pay, signing};
use crate::chain::Holding;
use crate::gateway::Gateway;
use crate::problem::Result;
use crate::wallet::{self, Cost, Held, SIGNATURE_FEE, TOKEN_ACCOUNT, is_sol};

/// What the SOL is for that a customer must have.
const PURPOSE: &str = "the network fee and the payment's account";

/// One way to pay, for one wallet.
pub struct Way {
    /// The payment with this way's token, amount and address.
    pub payment: GatewayPayment,
    pub on_chain: OnChain,
    /// What must leave the wallet for the whole amount to arrive, in base units.
    pub gross: u64,
    pub held: Held,
    /// Payees for whom a token account must be created.
    pub without_account: Vec<Pubkey>,
    /// The price of a compute unit, in millionths of a lamport.
    pub price: u64,
    /// What the network takes at most, in lamports.
    pub fee: u64,
    /// What the payment's account holds, in lamports.
    pub payment_rent: u64,
    /// What the token accounts hold that are created for payees, in lamports.
    pub payees_rent: u64,
    /// Whether a sponsor pays the fee and the rent of the payment's account.
    pub is_sponsored: bool,
    /// What everything costs in the price's currency, if there is one.
    pub(super) total: Option<Decimal>,
    pub(super) holding: Holding,
    pub(super) epoch: Option<u64>,
    pub(super) rents: Rents,
}

impl Way {
    /// What must leave the wallet for `net` base units to arrive.
    pub fn gross_of(&self, net: u64) -> Result<u64> {
        Ok(self.holding.gross(self.epoch, net)?)
    }

    /// What the network takes from the wallet at most, in lamports.
    pub fn own_fee(&self) -> u64 {
        if self.is_sponsored { 0 } else { self.fee }
    }

    /// What the accounts hold that the wallet creates, in lamports.
    pub fn own_rent(&self) -> u64 {
        if self.is_sponsored { self.payees_rent } else { self.payment_rent + self.payees_rent }
    }

    /// What the wallet must have to pay, and beside that to give so many base units and lamports.
    pub fn cost(&self, tokens: u64, lamports: u64) -> Cost {
        Cost {
            is_sol: is_sol(&self.on_chain.vault.token),
            tokens: self.gross.saturating_add(tokens),
            lamports: (self.own_fee() + self.own_rent()).saturating_add(lamports),
            token_account_rent: self.rents.token_account,
            wallet_rent: self.rents.wallet,
        }
    }

    pub fn is_affordable(&self) -> bool {
        self.cost(0, 0).missing(&self.held) == wallet::Missing::default()
    }

    /// Refuses when the wallet does not have what this costs.
    pub fn require(&self, cost: &Cost) -> Result<()> {
        cost.require(&self.held, |amount| amount_in_words(&self.payment, amount), PURPOSE)
    }

    pub(super) fn is_named(&self, token: &str) -> bool {
        self.payment.mint == token || self.payment.symbol.as_deref() == Some(token)
    }
}

/// What accounts hold to stay, in lamports.
#[derive(Clone, Copy, Debug)]
pub struct Rents {
    pub payment: u64,
    pub token_account: u64,
    pub wallet: u64,
}

impl Rents {
    pub async fn now(gateway: &Gateway) -> Result<Self> {
        Ok(Self {
            payment: gateway.chain.rent(till::Payment::SPACE).await?,
            token_account: gateway.chain.rent(TOKEN_ACCOUNT).await?,
            wallet: gateway.chain.rent(0).await?,
        })
    }
}

/// What a way costs beside the token.
pub struct Costs {
    pub without_account: Vec<Pubkey>,
    pub price: u64,
    pub fee: u64,
    pub payees_rent: u64,
}

impl Costs {
    pub async fn of(gateway: &Gateway, on_chain: &OnChain, rents: &Rents) -> Result<Self> {
        let vault = &on_chain.vault;
        let payees: HashSet<Pubkey> = pay::payees(on_chain).into_iter().collect();
        let payees: Vec<Pubkey> = payees.into_iter().collect();
        let accounts: Vec<Pubkey> = payees.iter().map(|payee| vault.token.account_of(payee)).collect();
        let exist = gateway.chain.are_token_accounts(&accounts).await?;
        let without = payees.into_iter().zip(exist).filter(|(_, exists)| !exists);
        let without_account: Vec<Pubkey> = without.map(|(payee, _)| payee).collect();
        let written = [vault.address(), vault.token_account()];
        let price = wallet::priority_price(gateway, &written).await;
        let payees_rent = rents.token_account * without_account.len() as u64;
        let fee = SIGNATURE_FEE + wallet::priority_lamports(price, signing::SIMULATED_UNITS);
        Ok(Self { without_account, price, fee, payees_rent })
    }
}
