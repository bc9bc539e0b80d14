//! A sponsor: a key of ours that pays the network for customers who hold no SOL.
//!
//! It signs nothing but transactions that this process has built from its own instructions, and simulated. It is the
//! payer of the fee, and of the rent of the payment's account, which comes back to nobody else. Token accounts it does
//! not pay for: whoever owns one can close it and keep the rent.
//!
//! Its signature holds for exactly these bytes. A wallet that adds instructions of its own breaks it, and must refuse
//! or ask for a transaction without a sponsor.

mod config;
mod sweep;

use std::collections::HashSet;

use anyhow::{Context, Result, anyhow, ensure};
use solana_keypair::{Keypair, read_keypair_file};
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use till_store::db;
use till_store::gateway::sponsorships::{self, Beneficiary, Budget, Expense, NewSponsorship};

use super::SIGNATURE_FEE;
use crate::gateway::Gateway;
use crate::limits;
use crate::problem::{self, Code, Problem};

pub use config::SponsorConfig;
pub use sweep::run;

/// A key that pays for customers.
pub struct Sponsor {
    keypair: Keypair,
    /// Those who are paid for; all of them, where the set is empty.
    merchants: HashSet<String>,
    mints: HashSet<Pubkey>,
    budget: Budget,
}

/// What is paid for: paying one payment.
#[derive(Clone, Debug)]
pub struct Sponsored {
    pub payment_id: String,
    /// The payment's on the chain, base58.
    pub account: String,
    pub merchant_id: String,
    /// The rent that the sponsor pays, in lamports.
    pub rent: u64,
}

impl Sponsored {
    /// What it can cost at most if this wallet pays, with a network fee of so many lamports.
    fn expense<'a>(&'a self, wallet: &'a str, fee: u64) -> Expense<'a> {
        Expense {
            payment_id: &self.payment_id,
            account: &self.account,
            to: Beneficiary { merchant_id: &self.merchant_id, wallet },
            lamports: in_row(self.rent.saturating_add(fee)),
            rent: in_row(self.rent),
        }
    }
}

/// What a sponsor is to sign for.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub sponsored: &'a Sponsored,
    /// The wallet that signs too.
    pub wallet: &'a Pubkey,
    /// Of the message's blockhash.
    pub last_valid_block_height: u64,
    /// What is offered for priority, in lamports.
    pub priority: u64,
}

impl Sponsor {
    /// The sponsor that is configured, if there is one.
    pub fn configured(config: &SponsorConfig) -> Result<Option<Self>> {
        let Some(path) = &config.sponsor_keypair else { return Ok(None) };
        let keypair = read_keypair_file(path)
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("the sponsor's keypair cannot be read from {}", path.display()))?;
        let merchants: HashSet<_> = config.sponsor_merchants.iter().cloned().collect();
        let mints: HashSet<_> = config.sponsor_mints.iter().copied().collect();
        ensure!(
            !merchants.is_empty() || !mints.is_empty(),
            "say whom the sponsor pays for: TILL_SPONSOR_MERCHANTS, TILL_SPONSOR_MINTS, or both"
        );
        let budget = Budget {
            per_wallet: config.sponsor_per_wallet.into(),
            per_merchant: config.sponsor_per_merchant.into(),
            total: config.sponsor_total.into(),
        };
        Ok(Some(Self { keypair, merchants, mints, budget }))
    }

    pub fn address(&self) -> Pubkey {
        self.keypair.pubkey()
    }

    fn pays_for(&self, merchant_id: &str, mint: &Pubkey) -> bool {
        (self.merchants.is_empty() || self.merchants.contains(merchant_id))
            && (self.mints.is_empty() || self.mints.contains(mint))
    }

    /// Signs a message of ours, and records that before anyone else has the signature. Refuses with
    /// `not_sponsored` when that is more than the budget, or than the caller's address may ask for.
    pub async fn sign(
        &self,
        gateway: &Gateway,
        order: Order<'_>,
        message: &VersionedMessage,
    ) -> problem::Result<Signature> {
        let Order { sponsored, wallet, last_valid_block_height, priority } = order;
        // It signs beside the customer, never for one.
        if *wallet == self.address() || message.header().num_required_signatures < 2 {
            return Err(not_sponsored());
        }
        // Whoever asks too often can still pay, only not at our expense.
        gateway.limits.require(limits::Budget::Sponsored).await.map_err(|_| not_sponsored())?;
        let signature = self.keypair.sign_message(&message.serialize());
        let fee = SIGNATURE_FEE * u64::from(message.header().num_required_signatures) + priority;
        let (wallet, signature_text) = (wallet.to_string(), signature.to_string());
        let new = NewSponsorship {
            signature: &signature_text,
            expense: sponsored.expense(&wallet, fee),
            last_valid_block_height: in_row(last_valid_block_height),
        };
        let mut db = db::begin(&gateway.pool).await?;
        let is_recorded = sponsorships::record(&mut db, new, self.budget).await?;
        db.commit().await?;
        if is_recorded { Ok(signature) } else { Err(not_sponsored()) }
    }
}

/// Whether there is a sponsor that would pay this, and a network fee of so many lamports, for the wallet that pays the
/// payment in this mint.
pub async fn would_pay(
    gateway: &Gateway,
    sponsored: &Sponsored,
    mint: &Pubkey,
    wallet: &Pubkey,
    fee: u64,
) -> problem::Result<bool> {
    // As the customer it would have signed for the purchase too.
    let is_another =
        |sponsor: &&Sponsor| sponsor.address() != *wallet && sponsor.pays_for(&sponsored.merchant_id, mint);
    let sponsor = gateway.sponsor.as_ref().filter(is_another);
    let Some(sponsor) = sponsor else { return Ok(false) };
    let wallet = wallet.to_string();
    Ok(sponsorships::has_room(&gateway.pool, sponsored.expense(&wallet, fee), sponsor.budget).await?)
}

pub fn not_sponsored() -> Problem {
    Problem::new(
        Code::NotSponsored,
        "nobody pays the network for this; ask without `sponsor`, and pay it yourself",
    )
}

fn in_row(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sponsor(merchants: &[&str], mints: &[Pubkey]) -> Sponsor {
        Sponsor {
            keypair: Keypair::new(),
            merchants: merchants.iter().map(|id| (*id).to_owned()).collect(),
            mints: mints.iter().copied().collect(),
            budget: Budget { per_wallet: 1, per_merchant: 1, total: 1 },
        }
    }

    #[test]
    fn both_lists_must_allow_where_both_are_given() {
        let (mint, other) = (Pubkey::new_unique(), Pubkey::new_unique());
        let both = sponsor(&["mer_1"], &[mint]);
        assert!(both.pays_for("mer_1", &mint));
        assert!(!both.pays_for("mer_2", &mint) && !both.pays_for("mer_1", &other));
        assert!(sponsor(&["mer_1"], &[]).pays_for("mer_1", &other));
        assert!(sponsor(&[], &[mint]).pays_for("mer_2", &mint));
    }

    #[test]
    fn a_sponsor_for_everybody_is_not_configured_by_accident() {
        let path = std::env::temp_dir().join(format!("till-sponsor-{}.json", Pubkey::new_unique()));
        solana_keypair::write_keypair_file(&Keypair::new(), &path).unwrap();
        let config = |mints| SponsorConfig {
            sponsor_keypair: Some(path.clone()),
            sponsor_merchants: Vec::new(),
            sponsor_mints: mints,
            sponsor_per_wallet: 1,
            sponsor_per_merchant: 1,
            sponsor_total: 1,
        };
        assert!(Sponsor::configured(&config(Vec::new())).is_err());
        assert!(Sponsor::configured(&config(vec![Pubkey::new_unique()])).unwrap().is_some());
        std::fs::remove_file(path).unwrap();
    }
}
