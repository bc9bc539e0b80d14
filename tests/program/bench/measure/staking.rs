use solana_signer::Signer;
use till::client::{self, PoolKey, RewardKey};
use till_tests::{COOLDOWN, Person, START, Staking};

use super::{Bench, SALTS};

const STAKE: u64 = 1_000_000;

impl Bench<'_> {
    /// Stakers in a pool with one reward: keys and salts of their own each.
    pub fn stakes(&mut self) {
        let people: Vec<Person> = (0..SALTS).map(|_| self.stage.person()).collect();
        for person in &people {
            let stake = self.stage.stake(person, 0, STAKE);
            self.run("stake, new position", stake, &[&person.wallet]);
        }
        self.stage.funds(&self.stage.reward.clone(), 1_000_000, 1_000);
        self.stage.wait(100);
        for person in &people {
            self.run("stake, on top", self.stage.stake(person, 0, STAKE), &[&person.wallet]);
        }
        self.stage.wait(900);
        for person in &people {
            self.run("claim reward", self.stage.claim(person), &[]);
        }
        for person in &people {
            self.run("request unstake", self.stage.request(person, 2 * STAKE), &[&person.wallet]);
        }
        self.stage.wait(i64::from(COOLDOWN));
        for person in &people {
            self.run("withdraw stake", self.stage.withdraw(person), &[]);
            self.run("close position", self.stage.close_position(person), &[]);
        }
        self.stage.actors.world.set_time(START);
    }

    /// What a pool's authority sends once, or now and then. These search for bumps.
    pub fn pools(&mut self) {
        let authority = self.stage.authority.insecure_clone();
        let key = authority.pubkey();
        for index in 1..=u16::from(SALTS) {
            let pool = PoolKey { index, ..self.stage.pool };
            let reward = RewardKey { pool: pool.address(), ..self.stage.reward };
            let create = client::create_pool(&pool, Staking::new_pool(key));
            self.run("create pool", create, &[&authority]);
            let add = client::add_reward(reward.pool, key, key, &reward.token);
            self.run("add reward", add, &[&authority]);
            self.run("fund reward", self.stage.fund(&reward, 1_000_000, 1_000), &[&authority]);
        }
    }
}
