use anchor_lang::prelude::*;

use super::Tier;

/// Keeps a hash of a pool's terms from ever being a hash of anything else, or of terms of another shape.
const DOMAIN: &[u8] = b"till:pool:1";

/// What a pool's address commits to: the mint that is staked, the tiers, and the cooldown in seconds. So
/// a pool that lives again at its address has the terms that it had.
pub fn pool_terms_hash(stake_mint: &Pubkey, tiers: &[Tier], cooldown_seconds: u32) -> Result<[u8; 32]> {
    let mut bytes = Vec::new();
    (stake_mint, cooldown_seconds, tiers).serialize(&mut bytes)?;
    Ok(solana_sha256_hasher::hashv(&[DOMAIN, &bytes]).to_bytes())
}
