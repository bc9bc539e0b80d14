//! A merchant brings itself in: whoever governs its account on the chain.

use serde_json::json;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_store::db;
use till_store::gateway::members;
use till_store::gateway::merchants::{self, Merchant};

use crate::auth::role::Role;
use crate::auth::{self, Actor};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};

/// A merchant after its sign-up.
pub struct SignedUp {
    pub merchant: Merchant,
    pub is_new: bool,
    /// Whether we are its operator.
    pub operated: bool,
}

/// Brings in the merchant whose account is at `address` for the wallet that governs it, which becomes its owner. One
/// that is known already and has no owner, because an administrator brought it in, gets one, whoever its keys have made a
/// member; one that has an owner is told to its members alone.
pub async fn sign_up(gateway: &Gateway, wallet: &str, address: &Pubkey, name: &str) -> Result<SignedUp> {
    let account = gateway.chain.merchant(address).await?.ok_or_else(|| {
        Problem::new(Code::MerchantNotFound, format!("there is no merchant's account at {address}"))
    })?;
    if account.authority.to_string() != wallet {
        let detail = format!("{} governs this merchant; sign in with it", account.authority);
        return Err(Problem::new(Code::NotTheAuthority, detail));
    }
    let operated = account.operator == gateway.operator.pubkey();

    let mut db = db::begin(&gateway.pool).await?;
    let (merchant, is_new) = merchants::find_or_create(&mut *db, &address.to_string(), name).await?;
    let members = members::lock(&mut db, &merchant.id).await?;
    if !members.iter().any(|member| member.role == Role::Owner.as_str()) {
        members::put(&mut *db, &merchant.id, wallet, Role::Owner.as_str()).await?;
        let actor = Actor::Member(wallet.to_owned());
        let details = json!({ "address": merchant.address, "operated": operated });
        auth::note(&mut db, &merchant.id, &actor, "merchant.sign_up", &merchant.id, details).await?;
    } else if !members.iter().any(|member| member.wallet == wallet) {
        let detail = "this merchant has members, and the wallet is none of them; ask one of its owners";
        return Err(Problem::new(Code::MerchantTaken, detail));
    }
    auth::commit(gateway, db).await?;
    Ok(SignedUp { merchant, is_new, operated })
}
