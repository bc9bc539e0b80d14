//! Pool and positions, rebuilt from events alone.

use std::collections::HashMap;

use anchor_lang::Event;
use anchor_lang::event::EVENT_IX_TAG_LE;
use litesvm::types::TransactionMetadata;
use solana_pubkey::Pubkey;
use till::events::*;
use till::{NewPosition, NewReward, Pool, Position, pda};

/// What somebody knows of a pool who has seen nothing but its events.
pub struct Replay {
    pub pool: Pool,
    pub positions: HashMap<Pubkey, Position>,
}

impl Replay {
    pub fn of(created: &PoolCreated) -> Self {
        let mut pool: Pool = bytemuck::Zeroable::zeroed();
        pool.founder = created.founder;
        pool.authority = created.authority;
        pool.rent_payer = created.rent_payer;
        pool.stake_mint = created.stake_mint;
        pool.stake_token = created.stake_token;
        pool.index = created.index;
        pool.set_terms(&created.tiers, created.cooldown_seconds).unwrap();
        pool.bump = pda::pool(&created.founder, created.index, &pool.terms_hash).1;
        Self { pool, positions: HashMap::new() }
    }

    /// Everything that a transaction tells.
    pub fn see(&mut self, sent: &TransactionMetadata) {
        let inner = sent.inner_instructions.iter().flatten().map(|inner| &inner.instruction.data);
        inner.filter_map(|data| data.strip_prefix(EVENT_IX_TAG_LE)).for_each(|event| self.hear(event));
    }

    /// One event.
    pub fn hear(&mut self, data: &[u8]) {
        self.of_the_pool(data);
        self.of_a_position(data);
    }

    fn of_the_pool(&mut self, data: &[u8]) {
        let pool = &mut self.pool;
        let told = if let Some(e) = read::<RewardAdded>(data) {
            let new = NewReward { mint: e.mint, reward_token: e.reward_token, rent_payer: e.rent_payer };
            assert_eq!(pool.add_reward(new, e.at).unwrap(), e.index);
            e.pool
        } else if let Some(e) = read::<RewardFunded>(data) {
            pool.fund(e.index, e.amount, e.seconds, e.at).unwrap();
            assert_eq!(pool.rewards[usize::from(e.index)].balances(), e.reward);
            e.pool
        } else if let Some(e) = read::<RewardEarned>(data) {
            pool.earn(e.index, e.amount, e.at).unwrap();
            assert_eq!(pool.rewards[usize::from(e.index)].balances(), e.reward);
            e.pool
        } else if let Some(e) = read::<RewardRemoved>(data) {
            assert_eq!(pool.remove_reward(e.index).unwrap().balances(), e.reward);
            e.pool
        } else if let Some(e) = read::<PoolAuthorityProposed>(data) {
            pool.propose_authority(e.pending_authority).unwrap();
            e.pool
        } else if let Some(e) = read::<PoolAuthorityAccepted>(data) {
            pool.accept_authority().unwrap();
            assert_eq!(pool.authority, e.authority);
            e.pool
        } else if let Some(e) = read::<PoolRetired>(data) {
            pool.retire().unwrap();
            e.pool
        } else {
            return;
        };
        assert_eq!(pool.balances(), told);
    }

    fn of_a_position(&mut self, data: &[u8]) {
        let Self { pool, positions } = self;
        let (about, position, told, of_pool) = if let Some(e) = read::<Staked>(data) {
            let PositionRef { position: address, pool: of, owner } = e.about;
            let new = NewPosition { pool: of, owner, rent_payer: e.rent_payer, tier: e.tier };
            let position = positions.entry(address).or_insert_with(|| pool.open_position(new).unwrap());
            pool.stake(position, e.amount, e.at).unwrap();
            (e.about, position, e.position, e.pool)
        } else if let Some(e) = read::<RewardClaimed>(data) {
            let position = positions.get_mut(&e.about.position).unwrap();
            assert_eq!(pool.claim(position, e.index, e.at).unwrap(), e.amount);
            assert_eq!(pool.rewards[usize::from(e.index)].balances(), e.reward);
            (e.about, position, e.position, e.pool)
        } else if let Some(e) = read::<UnstakeRequested>(data) {
            let position = positions.get_mut(&e.about.position).unwrap();
            pool.request_unstake(position, e.amount, e.at).unwrap();
            (e.about, position, e.position, e.pool)
        } else if let Some(e) = read::<StakeWithdrawn>(data) {
            let position = positions.get_mut(&e.about.position).unwrap();
            assert_eq!(pool.withdraw(position, i64::MAX).unwrap(), e.amount);
            (e.about, position, e.position, e.pool)
        } else if let Some(e) = read::<PositionClosed>(data) {
            let position = positions.get_mut(&e.about.position).unwrap();
            assert_eq!((position.rent_payer, position.owed()), (e.rent_payer, e.given_up));
            pool.close_position(position).unwrap();
            (e.about, position, e.position, e.pool)
        } else {
            return;
        };
        assert_eq!((position.pool, position.owner), (about.pool, about.owner));
        assert_eq!((position.balances(), pool.balances()), (told, of_pool));
        if read::<PositionClosed>(data).is_some() {
            positions.remove(&about.position);
        }
    }
}

fn read<E: Event>(data: &[u8]) -> Option<E> {
    Some(E::try_from_slice(data.strip_prefix(E::DISCRIMINATOR)?).expect("an event"))
}
