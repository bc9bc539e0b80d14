//! The columns that follow from an account, type by type.

use serde_json::{Value, json};
use till::{
    BurnRecord, Campaign, CampaignKind, CaptureMode, Donation, Merchant, MintPolicy, Payment, Pool, Position,
    Protocol, Vault, Vesting,
};

use super::{
    holdings::rewards,
    value::{address, bytes, optional, optional_time, time},
};

pub fn protocol(it: &Protocol) -> Value {
    json!({
        "admin": address(it.admin),
        "pending_admin": optional(it.pending_admin),
        "guardian": address(it.guardian),
        "treasury": address(it.treasury),
        "pool": optional(it.pool),
        "burn_mint": optional(it.burn_mint),
        "fee_bps": it.fee_bps,
        "stakers_bps": it.stakers_bps,
        "burn_bps": it.burn_bps,
        "paused": it.paused != 0,
        "sequence": it.sequence,
    })
}

pub fn mint_policy(it: &MintPolicy) -> Value {
    json!({
        "mint": address(it.mint),
        "rent_payer": address(it.rent_payer),
        "allowed_extensions": it.allowed_extensions,
    })
}

/// How many vaults are open is not a column: they are rows, each of which is compared.
pub fn merchant(it: &Merchant) -> Value {
    json!({
        "founder": address(it.founder),
        "index": it.index,
        "authority": address(it.authority),
        "pending_authority": optional(it.pending_authority),
        "operator": address(it.operator),
        "payout_wallet": address(it.payout_wallet),
        "rent_payer": address(it.rent_payer),
        "sequence": it.sequence,
    })
}

/// Likewise how many payments refer to it.
pub fn vault(it: &Vault) -> Value {
    json!({
        "merchant": address(it.merchant),
        "mint": address(it.mint),
        "vault_token": address(it.vault_token),
        "rent_payer": address(it.rent_payer),
        "shard": it.shard,
        "escrowed": it.escrowed,
        "balance": it.balance,
        "fees": it.fees,
        "allowed_extensions": it.allowed_extensions,
        "accepting": it.accepting != 0,
        "sequence": it.sequence,
    })
}

pub fn payment(it: &Payment) -> Value {
    let capture_mode = match it.capture_mode {
        mode if mode == CaptureMode::Manual as u8 => json!("manual"),
        mode if mode == CaptureMode::Immediate as u8 => json!("immediate"),
        unknown => json!(unknown),
    };
    json!({
        "vault": address(it.vault),
        "payer": address(it.payer),
        "rent_payer": address(it.rent_payer),
        "terms_hash": bytes(&it.terms_hash),
        "merchant_payment_id": bytes(&it.id),
        "amount": it.amount,
        "capturable": it.capturable,
        "captured": it.captured,
        "refunded": it.refunded,
        "fees": it.fees,
        "shared": it.shared,
        "splits": it.splits,
        "fee_bps": it.fee_bps,
        "capture_mode": capture_mode,
        "capture_from": optional_time(it.capture_from),
        "authorization_expiry": time(it.authorization_expiry),
        "refund_expiry": time(it.refund_expiry),
        "dispute_expiry": optional_time(it.dispute_expiry),
        "sequence": it.sequence,
        "closed": false,
    })
}

pub fn campaign(it: &Campaign) -> Value {
    let kind = match it.kind {
        kind if kind == CampaignKind::KeepAll as u8 => json!("keep_all"),
        kind if kind == CampaignKind::AllOrNothing as u8 => json!("all_or_nothing"),
        unknown => json!(unknown),
    };
    json!({
        "creator": address(it.creator),
        "beneficiary": address(it.beneficiary),
        "mint": address(it.mint),
        "campaign_token": address(it.campaign_token),
        "rent_payer": address(it.rent_payer),
        "campaign_id": it.id,
        "goal": it.goal,
        "deadline": time(it.deadline),
        "kind": kind,
        "salt": it.salt,
        "raised": it.raised,
        "withdrawn": it.withdrawn,
        "refunded": it.refunded,
        "receipts": it.receipts,
        "cancelled": it.is_cancelled(),
        "sequence": it.sequence,
        "closed": false,
    })
}

pub fn receipt(it: &Donation) -> Value {
    json!({
        "campaign": address(it.campaign),
        "donor": address(it.donor),
        "rent_payer": address(it.rent_payer),
        "salt": it.salt,
        "amount": it.amount,
        "sequence": it.sequence,
        "outcome": null,
    })
}

/// How far a reward is shared out, and what a position has earned of it, is told by no event.
pub fn pool(it: &Pool) -> Value {
    let tiers = usize::from(it.tier_count).min(it.lock_seconds.len());
    let rewards = rewards(it).zip(0u8..).map(|(reward, index)| {
        json!({
            "mint": address(reward.mint),
            "index": index,
            "reward_token": address(reward.reward_token),
            "rent_payer": address(reward.rent_payer),
            "funded": reward.funded,
            "claimed": reward.claimed,
        })
    });
    json!({
        "founder": address(it.founder),
        "index": it.index,
        "authority": address(it.authority),
        "pending_authority": optional(it.pending_authority),
        "rent_payer": address(it.rent_payer),
        "stake_mint": address(it.stake_mint),
        "stake_token": address(it.stake_token),
        "terms_hash": bytes(&it.terms_hash),
        "cooldown_seconds": it.cooldown_seconds,
        "lock_seconds": it.lock_seconds[..tiers],
        "weight_bps": it.weight_bps[..tiers],
        "staked": it.staked,
        "cooling": it.cooling,
        "weighted": it.weighted,
        "positions": it.positions,
        "retired": it.retired != 0,
        "sequence": it.sequence,
        "rewards": rewards.collect::<Vec<_>>(),
    })
}

pub fn position(it: &Position) -> Value {
    json!({
        "pool": address(it.pool),
        "owner": address(it.owner),
        "rent_payer": address(it.rent_payer),
        "tier": it.tier,
        "amount": it.amount,
        "weighted": it.weighted,
        "cooling": it.cooling,
        "unlock_at": time(it.unlock_at),
        "available_at": optional_time(it.available_at),
        "sequence": it.sequence,
    })
}

pub fn vesting(it: &Vesting) -> Value {
    json!({
        "grantor": address(it.grantor),
        "beneficiary": address(it.beneficiary),
        "mint": address(it.mint),
        "vesting_token": address(it.vesting_token),
        "rent_payer": address(it.rent_payer),
        "vesting_id": it.id,
        "total": it.total,
        "starts_at": time(it.start),
        "cliff_at": time(it.cliff),
        "ends_at": time(it.end),
        "revocable": it.revocable != 0,
        "salt": it.salt,
        "claimed": it.claimed,
        "returned": it.returned,
        "revoked_at": optional_time(it.revoked_at),
        "sequence": it.sequence,
        "closed": false,
    })
}

pub fn burn_record(it: &BurnRecord) -> Value {
    json!({
        "mint": address(it.mint),
        "rent_payer": address(it.rent_payer),
        "burned_by_holders": it.burned_by_holders,
        "burned_from_fees": it.burned_from_fees,
        "sequence": it.sequence,
    })
}
