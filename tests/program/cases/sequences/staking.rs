//! Staking: four pools by two founders, and two stakers with two positions in each.

use std::collections::HashMap;
use std::sync::OnceLock;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, FundArgs, NewPool, PoolKey, PositionKey, RewardKey, Staker};
use till::events::*;
use till::{Pool, Position, Tier};
use till_tests::{Cast, Coin, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{COINS, anybody, mostly};
use crate::staking::Replay;

/// A pool, whether it is there or not.
#[derive(Clone)]
struct Place {
    cast: Cast,
    key: PoolKey,
    new: NewPool,
    positions: Vec<PositionKey>,
}

pub struct Pools {
    places: &'static [Place],
}

impl Pools {
    pub fn invite(stage: &mut Stage) -> Self {
        static PLACES: OnceLock<Vec<Place>> = OnceLock::new();
        Self { places: PLACES.get_or_init(|| places(stage)) }
    }
}

/// One pool of each founder binds by a cooldown, the other by a lock.
fn places(stage: &mut Stage) -> Vec<Place> {
    let coins = [(0, 0, Coin::WithFee), (0, 1, Coin::Spl), (1, 0, Coin::Token2022), (1, 1, Coin::WithFee)];
    let casts = coins.map(|(side, house, coin)| Cast { side, house, coin, ..Cast::OURS });
    casts.iter().map(|cast| place(stage, cast)).collect()
}

fn place(stage: &mut Stage, cast: &Cast) -> Place {
    let [founder, authority, rent_payer] =
        ["founder", "authority", "backer"].map(|role| stage.side(cast, role));
    let (cooldown_seconds, locks) = if cast.house == 0 { (86_400, [0, 1_000]) } else { (0, [86_400; 2]) };
    let tiers = vec![
        Tier { lock_seconds: locks[0], weight_bps: 10_000 },
        Tier { lock_seconds: locks[1], weight_bps: 15_001 },
    ];
    let new = NewPool { authority, rent_payer, cooldown_seconds, tiers };
    let key = PoolKey::of(founder, cast.house.into(), stage.token(cast.coin), &new);
    let mut positions = Vec::new();
    for customer in 0..2 {
        let owner = stage.customer(&Cast { customer, ..*cast }, "payer");
        let first = PositionKey::of(key.address(), owner);
        positions.extend([first, first.next().expect("a second salt")]);
    }
    Place { cast: *cast, key, new, positions }
}

/// Half of the pools are there from the beginning, with a funded reward in the mint of their stakes, and
/// with a stake that can be asked back.
pub fn prepare(stage: &mut Stage) {
    for Place { cast, key, new, positions } in places(stage).into_iter().filter(|place| place.cast.house == 0)
    {
        let (authority, rent_payer) = (new.authority, new.rent_payer);
        stage.must(client::create_pool(&key, new));
        let reward = RewardKey { pool: key.address(), index: 0, token: key.token };
        stage.must(client::add_reward(reward.pool, authority, rent_payer, &reward.token));
        let (authority_token, max_sent) = (stage.token_account(cast.coin, &authority), u64::MAX);
        let args = FundArgs { amount: 1_000_000, seconds: 100_000, max_sent };
        stage.must(client::fund_reward(&reward, authority, authority_token, args));
        let token_account = stage.token_account(cast.coin, &positions[0].owner);
        let staker = Staker { token_account, rent_payer, tier: 0, amount: 1_000, max_sent };
        stage.must(client::stake(&key, &positions[0], &staker));
    }
}

impl Capability for Pools {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let on_its_way = self.places.iter().filter(|place| leaving(place, model).is_some()).choose(rng);
        let place = on_its_way.filter(|_| rng.gen_bool(0.6));
        let place = place.unwrap_or_else(|| self.places.choose(rng).expect("a place"));
        let pool = place.positions[0].pool;
        match model.find::<Pool>(&pool) {
            Some(state) => Turn { stage, model, rng, place, pool, state }.instruction(),
            None => {
                let rent_payer = mostly(stage, place.new.rent_payer, rng);
                Some(client::create_pool(&place.key, NewPool { rent_payer, ..place.new.clone() }))
            }
        }
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<PoolCreated>(event) {
            model.open(event.pool, &Replay::of(&event).pool);
        } else if let Some(event) = told::<PoolClosed>(event) {
            let mut pool: Pool = model.get(&event.pool_address);
            pool.close().expect("an empty pool");
            assert_eq!((pool.rent_payer, pool.balances()), (event.rent_payer, event.pool));
            let given = model.given.remove(&pool.stake_token).unwrap_or(0);
            model.pays(pool.authority, pool.stake_mint, given);
            model.close(&event.pool_address);
        } else if let Some(address) = pool_of(event) {
            pay(event, model);
            replay(event, model, address);
        } else {
            return false;
        }
        true
    }

    fn owed(&self, model: &Model) -> Vec<(Pubkey, u64)> {
        let of_pool = |pool: Pool| {
            let stakes = (pool.stake_token, pool.staked + pool.cooling);
            let rewards = pool.rewards().iter();
            let mut owed: Vec<_> =
                rewards.map(|it| (it.reward_token, it.unclaimed().expect("no overflow"))).collect();
            owed.push(stakes);
            owed
        };
        model.all::<Pool>().flat_map(|(_, pool)| of_pool(pool)).collect()
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        let of_pool = |(address, pool): (Pubkey, Pool)| {
            let rewards = pool.rewards().iter().filter(|reward| reward.reward_token != pool.stake_token);
            let mut rents: Vec<_> = rewards.map(|reward| (reward.reward_token, reward.rent_payer)).collect();
            rents.extend([address, pool.stake_token].map(|account| (account, pool.rent_payer)));
            rents
        };
        let positions = model.all::<Position>().map(|(address, position)| (address, position.rent_payer));
        model.all::<Pool>().flat_map(of_pool).chain(positions).collect()
    }

    fn moments(&self, model: &Model) -> Vec<i64> {
        model.all::<Position>().flat_map(|(_, it)| [it.unlock_at, it.available_at]).collect()
    }
}

/// A position that has been asked back, or of which nothing is left but its account.
fn leaving(place: &Place, model: &Model) -> Option<PositionKey> {
    let is_leaving = |position: Position| position.cooling > 0 || position.is_empty();
    place.positions.iter().find(|key| model.find(&key.address).is_some_and(is_leaving)).copied()
}

/// Which pool an event is about.
fn pool_of(event: &[u8]) -> Option<Pubkey> {
    let of_pool = [
        told::<RewardAdded>(event).map(|event| event.pool_address),
        told::<RewardFunded>(event).map(|event| event.pool_address),
        told::<RewardEarned>(event).map(|event| event.pool_address),
        told::<RewardRemoved>(event).map(|event| event.pool_address),
        told::<PoolAuthorityProposed>(event).map(|event| event.pool_address),
        told::<PoolAuthorityAccepted>(event).map(|event| event.pool_address),
        told::<PoolRetired>(event).map(|event| event.pool_address),
        told::<Staked>(event).map(|event| event.about.pool),
        told::<RewardClaimed>(event).map(|event| event.about.pool),
        told::<UnstakeRequested>(event).map(|event| event.about.pool),
        told::<StakeWithdrawn>(event).map(|event| event.about.pool),
        told::<PositionClosed>(event).map(|event| event.about.pool),
    ];
    of_pool.into_iter().flatten().next()
}

/// Who receives what, by the state before the event.
fn pay(event: &[u8], model: &mut Model) {
    if let Some(event) = told::<RewardClaimed>(event) {
        model.pays(event.about.owner, event.mint, event.amount);
    } else if let Some(event) = told::<StakeWithdrawn>(event) {
        let pool: Pool = model.get(&event.about.pool);
        model.pays(event.about.owner, pool.stake_mint, event.amount);
    } else if let Some(event) = told::<RewardRemoved>(event) {
        let pool: Pool = model.get(&event.pool_address);
        let reward = pool.rewards()[usize::from(event.index)];
        let is_closed = reward.reward_token != pool.stake_token;
        let given = if is_closed { model.given.remove(&reward.reward_token) } else { None };
        let unclaimed = reward.unclaimed().expect("no overflow");
        model.pays(pool.authority, event.mint, unclaimed + given.unwrap_or(0));
    }
}

/// The next state of the pool and of its positions, as somebody rebuilds it who knows only the events.
fn replay(event: &[u8], model: &mut Model, address: Pubkey) {
    let of_pool = model.all::<Position>().filter(|(_, position)| position.pool == address);
    let before: HashMap<_, _> = of_pool.collect();
    let known: Vec<_> = before.keys().copied().collect();
    let mut replay = Replay { pool: model.get(&address), positions: before };
    replay.hear(event);
    model.change(&address, |pool: &mut Pool| *pool = replay.pool);
    for position in known.iter().filter(|position| !replay.positions.contains_key(position)) {
        model.close(position);
    }
    for (address, after) in replay.positions {
        if known.contains(&address) {
            model.change(&address, |position: &mut Position| *position = after);
        } else {
            model.open(address, &after);
        }
    }
}

struct Turn<'a> {
    stage: &'a mut Stage,
    model: &'a Model,
    rng: &'a mut StdRng,
    place: &'a Place,
    pool: Pubkey,
    state: Pool,
}

impl Turn<'_> {
    fn instruction(&mut self) -> Option<Instruction> {
        match self.rng.gen_range(0..20) {
            0 => {
                let (authority, backer) = (self.authority(), anybody(self.stage, self.rng));
                let coin = *COINS.choose(self.rng).expect("a coin");
                Some(client::add_reward(self.pool, authority, backer, &self.stage.token(coin)))
            }
            1 | 2 => self.fund(),
            3 | 4 if self.state.pending_authority == Pubkey::default() || self.rng.gen_bool(0.2) => {
                let heir = anybody(self.stage, self.rng);
                Some(client::propose_pool_authority(self.pool, self.authority(), heir))
            }
            3 | 4 => {
                let heir = mostly(self.stage, self.state.pending_authority, self.rng);
                Some(client::accept_pool_authority(self.pool, heir))
            }
            5 if self.rng.gen_bool(0.3) => Some(client::retire_pool(self.pool, self.authority())),
            5..=8 if self.state.positions == 0 || self.rng.gen_bool(0.1) => self.wind_up(),
            _ => self.of_a_position(),
        }
    }

    fn authority(&mut self) -> Pubkey {
        mostly(self.stage, self.state.authority, self.rng)
    }

    /// One of the pool's rewards, and in which mint it is.
    fn reward(&mut self) -> Option<(RewardKey, Coin)> {
        let index = self.rng.gen_range(0..self.state.reward_count.max(1));
        let mint = self.state.rewards().get(usize::from(index))?.mint;
        let coin = COINS.into_iter().find(|coin| self.stage.token(*coin).mint == mint)?;
        Some((RewardKey { pool: self.pool, index, token: self.stage.token(coin) }, coin))
    }

    fn fund(&mut self) -> Option<Instruction> {
        let (reward, coin) = self.reward()?;
        let authority = self.authority();
        let (amount, seconds) = (self.rng.gen_range(0..1_000_000), self.rng.gen_range(0..200_000));
        let args = FundArgs { amount, seconds, max_sent: self.max_sent(amount) };
        Some(client::fund_reward(&reward, authority, self.stage.token_account(coin, &authority), args))
    }

    /// Mostly enough.
    fn max_sent(&mut self, amount: u64) -> u64 {
        if self.rng.gen_bool(0.9) { u64::MAX } else { amount }
    }

    /// Away with a reward, or with the pool.
    fn wind_up(&mut self) -> Option<Instruction> {
        let authority = self.authority();
        if let Some((reward, coin)) = self.reward() {
            let rent_payer = self.state.rewards()[usize::from(reward.index)].rent_payer;
            let rent_payer = mostly(self.stage, rent_payer, self.rng);
            let authority_token = self.stage.token_account(coin, &authority);
            return Some(client::remove_reward(&reward, authority, authority_token, rent_payer));
        }
        let rent_payer = mostly(self.stage, self.state.rent_payer, self.rng);
        let authority_token = self.stage.token_account(self.place.cast.coin, &authority);
        Some(client::close_pool(&self.place.key, authority, authority_token, rent_payer))
    }

    fn of_a_position(&mut self) -> Option<Instruction> {
        let leaving = leaving(self.place, self.model).filter(|_| self.rng.gen_bool(0.8));
        let key = leaving.unwrap_or_else(|| *self.place.positions.choose(self.rng).expect("a position"));
        let Some(position) = self.model.find::<Position>(&key.address) else {
            return Some(self.stake(&key));
        };
        let is_waiting = position.available_at.max(position.unlock_at) > self.stage.world.time();
        Some(match self.rng.gen_range(0..10) {
            0 => self.stake(&key),
            1 | 2 => self.claim(&key)?,
            // nobody else's times are so far away
            3..=6 if is_waiting => return self.wait(&position),
            _ if position.is_empty() => {
                let rent_payer = mostly(self.stage, position.rent_payer, self.rng);
                let owner = mostly(self.stage, key.owner, self.rng);
                let owner = self.rng.gen_bool(0.7).then_some(owner);
                client::close_position(self.pool, key.address, rent_payer, owner)
            }
            _ if position.cooling > 0 && self.rng.gen_bool(0.8) => {
                let owner = mostly(self.stage, key.owner, self.rng);
                let owner_token = self.stage.token_account(self.place.cast.coin, &owner);
                client::withdraw_stake(&self.place.key, key.address, owner_token)
            }
            _ => {
                let part = self.rng.gen_range(0..=position.amount + 1);
                let amount = if self.rng.gen_bool(0.7) { position.amount } else { part };
                let signer = mostly(self.stage, key.owner, self.rng);
                client::request_unstake(signer, self.pool, key.address, amount)
            }
        })
    }

    fn stake(&mut self, key: &PositionKey) -> Instruction {
        let from = mostly(self.stage, key.owner, self.rng);
        let amount = self.rng.gen_range(0..1_000_000);
        let staker = Staker {
            token_account: self.stage.token_account(self.place.cast.coin, &from),
            rent_payer: anybody(self.stage, self.rng),
            tier: self.rng.gen_range(0..2),
            amount,
            max_sent: self.max_sent(amount),
        };
        client::stake(&self.place.key, key, &staker)
    }

    fn claim(&mut self, key: &PositionKey) -> Option<Instruction> {
        let (reward, coin) = self.reward()?;
        let owner = mostly(self.stage, key.owner, self.rng);
        Some(client::claim_reward(&reward, key.address, self.stage.token_account(coin, &owner)))
    }

    /// Until just about when the position can go on.
    fn wait(&mut self, position: &Position) -> Option<Instruction> {
        let moment = if position.cooling > 0 { position.available_at } else { position.unlock_at };
        let moment = moment + self.rng.gen_range(-1..=1);
        self.stage.world.set_time(moment.max(self.stage.world.time()));
        None
    }
}
