//! What can be done by a Blink, one file each.

mod escrow;
mod pay;

use super::answer::{Action, PostAnswer};
use super::asked::{Signed, Values};
use crate::gateway::Gateway;
use crate::problem::Result;
use crate::wallet::TransactionForWallet;

/// A thing to do, by the word in its path. What it is done to has an id: of a payment or a link, or the address of a
/// campaign, a pool or a mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blink {
    Pay,
    Release,
    Dispute,
}

impl Blink {
    pub const ALL: [Self; 3] = [Self::Pay, Self::Release, Self::Dispute];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|blink| blink.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pay => "pay",
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
            Self::Release => escrow::show_release(gateway, id).await,
            Self::Dispute => escrow::show_dispute(gateway, id).await,
        }
    }

    /// What `account` gets to sign.
    pub async fn take(
        self,
        gateway: &Gateway,
        id: &str,
        account: &str,
        values: &Values,
    ) -> Result<PostAnswer> {
        let handed_out = match self {
            Self::Pay => pay::take(gateway, id, account, values).await?,
            Self::Release => escrow::release(gateway, id, account).await?,
            Self::Dispute => escrow::dispute(gateway, id, account).await?,
        };
        self.answer(gateway, id, handed_out).await
    }

    /// A transaction under our name, and where to ask what has become of it.
    async fn answer(
        self,
        gateway: &Gateway,
        id: &str,
        handed_out: TransactionForWallet,
    ) -> Result<PostAnswer> {
        let identified = gateway.action_identity.on(gateway, handed_out).await;
        Ok(PostAnswer::transaction(identified, format!("{}/next", self.href(id))))
    }

    /// What has come of a transaction, and what can be done next.
    pub async fn next(self, gateway: &Gateway, id: &str, signed: &Signed) -> Result<Action> {
        match self {
            Self::Pay => pay::next(gateway, id, signed).await,
            Self::Release => escrow::released(gateway, id, signed).await,
            Self::Dispute => escrow::disputed(gateway, id, signed).await,
        }
    }
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
