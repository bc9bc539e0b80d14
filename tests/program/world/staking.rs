//! A staking pool and its people: a founder who governs it, and stakers with positions.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, FundArgs, NewPool, PoolKey, PositionKey, RewardKey, Token};
use till::{Pool, Position, Tier};

use super::Actors;

/// What a staker, and the authority in each reward, owns at the beginning, in base units.
pub const STAKER_FUNDS: u64 = 1_000_000_000_000;
/// From asking a stake back to withdrawing it, in tests, in seconds: seven days.
pub const COOLDOWN: u32 = 7 * 86_400;
/// The tiers of a test's pool: none, thirty days, a year.
pub const TIERS: [Tier; 3] = [
    Tier { lock_seconds: 0, weight_bps: 10_000 },
    Tier { lock_seconds: 30 * 86_400, weight_bps: 15_000 },
    Tier { lock_seconds: 365 * 86_400, weight_bps: 30_000 },
];

/// A pool for the actors' mint, with one reward in a mint of its own.
pub struct Staking {
    pub actors: Actors,
    pub authority: Keypair,
    pub pool: PoolKey,
    pub reward: RewardKey,
}

/// A wallet with tokens, and its position.
pub struct Person {
    pub wallet: Keypair,
    pub stake_token: Pubkey,
    pub reward_token: Pubkey,
    pub position: PositionKey,
}

impl Staking {
    pub fn on_spl_token() -> Self {
        let mut actors = Actors::on_spl_token();
        let reward = actors.world.spl_token();
        Self::with(actors, reward)
    }

    pub fn on_token_2022() -> Self {
        let mut actors = Actors::on_token_2022();
        let reward = actors.world.token_2022(&[]);
        Self::with(actors, reward)
    }

    pub fn with(mut actors: Actors, reward: Token) -> Self {
        let authority = actors.world.wallet();
        let founder = authority.pubkey();
        let new = Self::new_pool(founder);
        let pool = PoolKey::of(founder, 0, actors.token, &new);
        actors.world.must(client::create_pool(&pool, new), &[&authority]);
        let reward = RewardKey { pool: pool.address(), index: 0, token: reward };
        let mut staking = Self { actors, authority, pool, reward };
        staking.add_reward(&reward.token);
        staking
    }

    pub fn new_pool(founder: Pubkey) -> NewPool {
        let tiers = TIERS.to_vec();
        NewPool { authority: founder, rent_payer: founder, cooldown_seconds: COOLDOWN, tiers }
    }

    /// Adds a reward and gives the authority tokens of it.
    #[track_caller]
    pub fn add_reward(&mut self, token: &Token) -> RewardKey {
        let index = self.pool().reward_count;
        let founder = self.authority.pubkey();
        self.by_authority(client::add_reward(self.pool.address(), founder, founder, token));
        self.actors.world.fund(token, &founder, STAKER_FUNDS);
        RewardKey { pool: self.pool.address(), index, token: *token }
    }

    pub fn person(&mut self) -> Person {
        let wallet = self.actors.world.wallet();
        self.person_of(wallet)
    }

    /// A first position of this wallet.
    pub fn person_of(&mut self, wallet: Keypair) -> Person {
        let key = wallet.pubkey();
        let (stake, reward, pool) = (self.pool.token, self.reward.token, self.pool.address());
        let stake_token = self.actors.world.fund(&stake, &key, STAKER_FUNDS);
        let reward_token = self.actors.world.token_account(&reward, &key);
        Person { wallet, stake_token, reward_token, position: PositionKey::of(pool, key) }
    }

    /// Somebody who has staked `amount` in a tier.
    #[track_caller]
    pub fn staker(&mut self, tier: u8, amount: u64) -> Person {
        let person = self.person();
        self.stakes(&person, tier, amount);
        person
    }

    pub fn stake(&self, person: &Person, tier: u8, amount: u64) -> solana_instruction::Instruction {
        let staker = client::Staker {
            token_account: person.stake_token,
            rent_payer: person.wallet.pubkey(),
            tier,
            amount,
            max_sent: u64::MAX,
        };
        client::stake(&self.pool, &person.position, &staker)
    }

    #[track_caller]
    pub fn stakes(&mut self, person: &Person, tier: u8, amount: u64) {
        let instruction = self.stake(person, tier, amount);
        self.actors.world.must(instruction, &[&person.wallet]);
    }

    pub fn fund(&self, reward: &RewardKey, amount: u64, seconds: u32) -> solana_instruction::Instruction {
        let authority = self.authority.pubkey();
        let args = FundArgs { amount, seconds, max_sent: u64::MAX };
        client::fund_reward(reward, authority, reward.token.account_of(&authority), args)
    }

    #[track_caller]
    pub fn funds(&mut self, reward: &RewardKey, amount: u64, seconds: u32) {
        self.by_authority(self.fund(reward, amount, seconds));
    }

    /// Claims the pool's first reward.
    pub fn claim(&self, person: &Person) -> solana_instruction::Instruction {
        client::claim_reward(&self.reward, person.position.address, person.reward_token)
    }

    #[track_caller]
    pub fn claims(&mut self, person: &Person) -> u64 {
        let before = self.actors.world.balance(&person.reward_token);
        let instruction = self.claim(person);
        self.actors.world.must(instruction, &[]);
        self.actors.world.balance(&person.reward_token) - before
    }

    pub fn request(&self, person: &Person, amount: u64) -> solana_instruction::Instruction {
        let owner = person.wallet.pubkey();
        client::request_unstake(owner, self.pool.address(), person.position.address, amount)
    }

    #[track_caller]
    pub fn requests(&mut self, person: &Person, amount: u64) {
        let instruction = self.request(person, amount);
        self.actors.world.must(instruction, &[&person.wallet]);
    }

    pub fn withdraw(&self, person: &Person) -> solana_instruction::Instruction {
        client::withdraw_stake(&self.pool, person.position.address, person.stake_token)
    }

    pub fn close_position(&self, person: &Person) -> solana_instruction::Instruction {
        let (position, wallet) = (person.position.address, person.wallet.pubkey());
        client::close_position(self.pool.address(), position, wallet, None)
    }

    #[track_caller]
    pub fn by_authority(&mut self, instruction: solana_instruction::Instruction) {
        let authority = self.authority.insecure_clone();
        self.actors.world.must(instruction, &[&authority]);
    }

    pub fn pool(&self) -> Pool {
        self.actors.world.account(&self.pool.address()).expect("the pool's account")
    }

    pub fn position(&self, person: &Person) -> Position {
        self.actors.world.account(&person.position.address).expect("the position's account")
    }

    pub fn now(&self) -> i64 {
        self.actors.world.svm.get_sysvar::<solana_clock::Clock>().unix_timestamp
    }

    pub fn wait(&mut self, seconds: i64) {
        let now = self.now();
        self.actors.world.set_time(now + seconds);
    }

    /// Every token account of the pool holds at least what it owes.
    #[track_caller]
    pub fn assert_solvent(&self) {
        let (pool, world) = (self.pool(), &self.actors.world);
        pool.invariant().expect("a consistent pool");
        let accounts = pool.rewards().iter().map(|reward| (reward.mint, reward.reward_token));
        for (mint, account) in accounts.chain([(pool.stake_mint, pool.stake_token)]) {
            let (held, owed) = (world.balance(&account), pool.owed(&mint).expect("no overflow"));
            assert!(held >= owed, "the pool holds {held} and owes {owed}");
        }
    }
}
