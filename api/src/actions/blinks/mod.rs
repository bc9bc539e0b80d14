//! What can be done by a Blink, one file each.

mod burn;
mod donate;
mod escrow;
mod link;
mod pay;
mod stake;

use till_store::domain::Money;

use super::answer::{Action, PostAnswer};
use super::asked::{Signed, Values};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::wallet::TransactionForWallet;

/// A thing to do, by the word in its path. What it is done to has an id: of a payment or a link, or the address of a
/// campaign, a pool or a mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blink {
    Pay,
    Link,
    Donate,
    Refund,
    Stake,
    Unstake,
    Withdraw,
    Claim,
    Burn,
    Release,
    Dispute,
}

impl Blink {
    const ALL: [Self; 11] = [
        Self::Pay,
        Self::Link,
        Self::Donate,
        Self::Refund,
        Self::Stake,
        Self::Unstake,
        Self::Withdraw,
        Self::Claim,
        Self::Burn,
        Self::Release,
        Self::Dispute,
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|blink| blink.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Link => "link",
            Self::Donate => "donate",
            Self::Refund => "refund",
            Self::Stake => "stake",
            Self::Unstake => "unstake",
            Self::Withdraw => "withdraw",
            Self::Claim => "claim",
            Self::Burn => "burn",
            Self::Release => "release",
            Self::Dispute => "dispute",
        }
    }

    /// Where it is done to what has this id.
    fn href(self, id: &str) -> String {
        format!("/actions/{}/{id}", self.name())
    }

    /// What a client shows.
    pub async fn show(self, gateway: &Gateway, id: &str) -> Result<Action> {
        match self {
            Self::Pay => pay::show(gateway, id).await,
            Self::Link => link::show(gateway, id).await,
            Self::Donate => donate::show(gateway, id).await,
            Self::Refund => donate::show_refund(gateway, id).await,
            Self::Stake => stake::show(gateway, id).await,
            Self::Unstake => stake::show_unstake(gateway, id).await,
            Self::Withdraw => stake::show_withdraw(gateway, id).await,
            Self::Claim => stake::show_claim(gateway, id).await,
            Self::Burn => burn::show(gateway, id).await,
            Self::Release => escrow::show_release(gateway, id).await,
            Self::Dispute => escrow::show_dispute(gateway, id).await,
        }
    }

    /// What `account` gets for pressing a button.
    pub async fn take(
        self,
        gateway: &Gateway,
        id: &str,
        account: &str,
        values: &Values,
    ) -> Result<PostAnswer> {
        if self == Self::Link {
            return link::take(gateway, id, values).await;
        }
        let handed_out = self.transaction(gateway, id, account, values).await?;
        let identified = gateway.action_identity.on(gateway, handed_out).await;
        Ok(PostAnswer::transaction(identified, format!("{}/next", self.href(id))))
    }

    async fn transaction(
        self,
        gateway: &Gateway,
        id: &str,
        account: &str,
        values: &Values,
    ) -> Result<TransactionForWallet> {
        match self {
            Self::Pay => pay::take(gateway, id, account, values).await,
            Self::Link => Err(self.without_transaction()),
            Self::Donate => donate::donate(gateway, id, account, values).await,
            Self::Refund => donate::refund(gateway, id, account).await,
            Self::Stake => stake::stake(gateway, id, account, values).await,
            Self::Unstake => stake::unstake(gateway, id, account, values).await,
            Self::Withdraw => stake::withdraw(gateway, id, account).await,
            Self::Claim => stake::claim(gateway, id, account).await,
            Self::Burn => burn::take(gateway, id, account, values).await,
            Self::Release => escrow::release(gateway, id, account).await,
            Self::Dispute => escrow::dispute(gateway, id, account).await,
        }
    }

    /// What has come of a transaction, and what can be done next.
    pub async fn next(self, gateway: &Gateway, id: &str, signed: &Signed) -> Result<Action> {
        match self {
            Self::Pay => pay::next(gateway, id, signed).await,
            Self::Link => Err(self.without_transaction()),
            Self::Donate => donate::donated(gateway, id, signed).await,
            Self::Refund => donate::refunded(gateway, id, signed).await,
            Self::Stake => stake::staked(gateway, id, signed).await,
            Self::Unstake => stake::unstaked(gateway, id, signed).await,
            Self::Withdraw => stake::withdrawn(gateway, id, signed).await,
            Self::Claim => stake::claimed(gateway, id, signed).await,
            Self::Burn => burn::next(gateway, id, signed).await,
            Self::Release => escrow::released(gateway, id, signed).await,
            Self::Dispute => escrow::disputed(gateway, id, signed).await,
        }
    }

    fn without_transaction(self) -> Problem {
        let detail = format!("the action {} has no transaction; it leads to one that has", self.name());
        Problem::new(Code::RouteNotFound, detail)
    }
}

/// A token's name, if it has one here.
fn symbol(symbol: Option<&str>) -> &str {
    symbol.unwrap_or("tokens")
}

/// An amount with its token's name, such as `25.00 USDC`.
fn words(amount: &Money, of: Option<&str>) -> String {
    format!("{} {}", amount.value, symbol(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        for blink in Blink::ALL {
            assert_eq!(Blink::named(blink.name()), Some(blink));
        }
        assert_eq!(Blink::named("steal"), None);
    }
}
