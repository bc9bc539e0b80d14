//! Random sequences of all staking instructions on the compiled program, right ones and wrong ones, with
//! the books checked after each step.
//!
//! `TILL_SEQUENCES` sets how many, `TILL_SEED` replays one; a failure prints its seed.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_instruction::Instruction;
use solana_signer::Signer;
use till::client::{self, RewardKey};
use till::{Pool, Position};
use till_tests::{Person, STAKER_FUNDS, Staking};

const STEPS: usize = 40;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn the_books_of_a_pool_balance_after_every_step() {
    if let Some(seed) = setting("TILL_SEED") {
        return run(seed);
    }
    for seed in 0..setting("TILL_SEQUENCES").unwrap_or(30) {
        run(seed);
    }
}

fn run(seed: u64) {
    let replay = Replay(seed);
    let mut rng = StdRng::seed_from_u64(seed);
    let mut s = if rng.r#gen() { Staking::on_spl_token() } else { Staking::on_token_2022() };
    // a reward in a mint of its own, and one in the mint of the stakes
    let same = s.add_reward(&s.pool.token.clone());
    let people = [s.person(), s.person(), s.person()];
    let mut run = Run { rewards: [s.reward, same], s, people, rng };
    for _ in 0..STEPS {
        run.step();
        run.check();
    }
    run.everybody_leaves();
    std::mem::forget(replay);
}

/// Prints the seed when a check panics.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        eprintln!("replay with TILL_SEED={}", self.0);
    }
}

struct Run {
    s: Staking,
    rewards: [RewardKey; 2],
    people: [Person; 3],
    rng: StdRng,
}

impl Run {
    /// One instruction, which may well be refused.
    fn step(&mut self) {
        if self.rng.gen_bool(0.4) {
            let seconds = *[1, 60, 86_400, 40 * 86_400].choose(&mut self.rng).expect("a time");
            self.s.wait(self.rng.gen_range(0..=seconds));
        }
        let instruction = self.instruction();
        let keys = self.people.iter().map(|person| &person.wallet).chain([&self.s.authority]);
        let signs = |key| instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == key);
        let keys: Vec<_> = keys.filter(|key| signs(key.pubkey())).map(|key| key.insecure_clone()).collect();
        let _refused_or_not = self.s.actors.world.send(&[instruction], &keys.iter().collect::<Vec<_>>());
    }

    fn instruction(&mut self) -> Instruction {
        let (s, rng) = (&self.s, &mut self.rng);
        let person = self.people.choose(rng).expect("somebody");
        let reward = self.rewards.choose(rng).expect("a reward");
        let position: Option<Position> = s.actors.world.account(&person.position.address);
        let staked = position.map_or(0, |position| position.amount);
        let amount = match rng.gen_range(0..4) {
            0 => staked,
            1 => 1,
            _ => rng.gen_range(0..=1_000_000_000),
        };
        match rng.gen_range(0..12) {
            0..=2 => s.stake(person, rng.gen_range(0..2), amount),
            3 | 4 => s.fund(reward, amount, rng.gen_range(1..200_000)),
            5..=7 => client::claim_reward(reward, person.position.address, self.account(person, reward)),
            8 | 9 => s.request(person, amount),
            10 => s.withdraw(person),
            _ => s.close_position(person),
        }
    }

    fn account(&self, person: &Person, reward: &RewardKey) -> solana_pubkey::Pubkey {
        reward.token.account_of(&person.wallet.pubkey())
    }

    fn positions(&self) -> Vec<Position> {
        let account = |person: &Person| self.s.actors.world.account(&person.position.address);
        self.people.iter().filter_map(account).collect()
    }

    fn check(&self) {
        let (pool, positions): (Pool, _) = (self.s.pool(), self.positions());
        self.s.assert_solvent();
        let sum = |of: fn(&Position) -> u64| positions.iter().map(of).sum::<u64>();
        assert_eq!(pool.positions, positions.len() as u64);
        assert_eq!(pool.staked, sum(|position| position.amount));
        assert_eq!(pool.weighted, sum(|position| position.weighted));
        assert_eq!(pool.cooling, sum(|position| position.cooling));
        for reward in &self.rewards {
            let keys =
                self.people.iter().map(|person| person.wallet.pubkey()).chain([self.s.authority.pubkey()]);
            let accounts = keys.map(|key| reward.token.account_of(&key)).chain([reward.token_account()]);
            let held: u64 = accounts.map(|account| self.s.actors.world.balance(&account)).sum();
            let made = STAKER_FUNDS * if reward.token == self.s.pool.token { 4 } else { 1 };
            assert_eq!(held, made, "no token is made or lost");
        }
    }

    /// From wherever the sequence has led, everything comes back.
    fn everybody_leaves(&mut self) {
        self.s.actors.pause();
        for index in 0..self.people.len() {
            self.leaves(index);
        }
        let pool = self.s.pool();
        assert_eq!((pool.positions, pool.staked, pool.cooling, pool.weighted), (0, 0, 0, 0));
        self.s.assert_solvent();
    }

    fn leaves(&mut self, index: usize) {
        let (s, person) = (&mut self.s, &self.people[index]);
        let address = person.position.address;
        let Some(position) = s.actors.world.account::<Position>(&address) else { return };
        s.wait(40 * 86_400);
        if position.cooling > 0 {
            let withdraw = s.withdraw(person);
            s.actors.world.must(withdraw, &[]);
        }
        if position.amount > 0 {
            s.requests(person, position.amount);
            s.wait(40 * 86_400);
            let withdraw = s.withdraw(person);
            s.actors.world.must(withdraw, &[]);
        }
        let owner = person.wallet.pubkey();
        let close = client::close_position(s.pool.address(), address, owner, Some(owner));
        s.actors.world.must(close, &[&person.wallet]);
    }
}
