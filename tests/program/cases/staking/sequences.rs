//! Random sequences of all staking instructions on the compiled program, right ones and wrong ones, with
//! the books checked after each step, and everything rebuilt from the events.
//!
//! `TILL_SEQUENCES` sets how many, `TILL_SEED` replays one; a failure prints its seed.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, RewardKey, Token};
use till::events::PoolCreated;
use till::{Position, Terms};
use till_tests::{Person, Staking, event};

use super::replay::Replay;

const STEPS: usize = 40;
const DAY: i64 = 86_400;

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
    let replay = PrintSeed(seed);
    let mut run = Run::new(StdRng::seed_from_u64(seed));
    for _ in 0..STEPS {
        run.step();
        run.check();
    }
    run.everybody_leaves();
    std::mem::forget(replay);
}

/// Prints the seed when a check panics.
struct PrintSeed(u64);

impl Drop for PrintSeed {
    fn drop(&mut self) {
        eprintln!("replay with TILL_SEED={}", self.0);
    }
}

struct Run {
    s: Staking,
    rewards: [RewardKey; 2],
    people: [Person; 3],
    replay: Replay,
    payments: u8,
    rng: StdRng,
}

impl Run {
    /// A pool of its own for the run, whose events are seen from the first: with a reward in a mint of its
    /// own, and one in the mint of the stakes that half of the protocol's fees are for.
    fn new(mut rng: StdRng) -> Self {
        let mut s = if rng.r#gen() { Staking::on_spl_token() } else { Staking::on_token_2022() };
        let (authority, key) = (s.authority.insecure_clone(), s.authority.pubkey());
        s.pool.index = 1;
        let create = client::create_pool(&s.pool, Staking::new_pool(key));
        let created = s.actors.world.must(create, &[&authority]);
        let mut replay = Replay::of(&event::<PoolCreated>(&created));
        let pool = s.pool.address();
        let tokens = [s.reward.token, s.pool.token];
        let rewards = [0, 1].map(|index| RewardKey { pool, index, token: tokens[usize::from(index)] });
        for token in &tokens {
            s.actors.world.fund(token, &key, till_tests::STAKER_FUNDS);
            let added = s.actors.world.must(client::add_reward(pool, key, key, token), &[&authority]);
            replay.see(&added);
        }
        s.reward = rewards[0];
        s.actors.configure(|protocol| (protocol.pool, protocol.stakers_bps) = (pool, 5_000));
        let people = [s.person(), s.person(), s.person()];
        Self { s, rewards, people, replay, payments: 0, rng }
    }

    /// One instruction, which may well be refused.
    fn step(&mut self) {
        if self.rng.gen_bool(0.4) {
            let longest = *[1, 60, DAY, 40 * DAY].choose(&mut self.rng).expect("a time");
            self.s.wait(self.rng.gen_range(0..=longest));
        }
        let instruction = self.instruction();
        let people = self.people.iter().map(|person| &person.wallet);
        let keys: Vec<Keypair> = people
            .chain([&self.s.authority])
            .filter(|key| signs(&instruction, &key.pubkey()))
            .map(Keypair::insecure_clone)
            .collect();
        let sent = self.s.actors.world.send(&[instruction], &keys.iter().collect::<Vec<_>>());
        if let Ok(sent) = sent {
            self.replay.see(&sent);
        }
    }

    fn instruction(&mut self) -> Instruction {
        if self.rng.gen_bool(0.1) {
            return self.sweep();
        }
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
        let account = reward.token.account_of(&person.wallet.pubkey());
        match rng.gen_range(0..12) {
            0..=2 => s.stake(person, rng.gen_range(0..2), amount),
            3 | 4 => s.fund(reward, amount, rng.gen_range(1..200_000)),
            5..=7 => client::claim_reward(reward, person.position.address, account),
            8 | 9 => s.request(person, amount),
            10 => s.withdraw(person),
            _ => s.close_position(person),
        }
    }

    /// Fees of a new payment, on their way to the pool.
    fn sweep(&mut self) -> Instruction {
        let now = self.s.now();
        self.payments += 1;
        let a = &mut self.s.actors;
        let terms =
            Terms { authorization_expiry: now + 60, refund_expiry: now + 60, ..a.terms(self.payments) };
        a.captured(terms, self.rng.gen_range(1..1_000_000));
        a.sweep()
    }

    fn positions(&self) -> Vec<(Pubkey, Position)> {
        let account = |person: &Person| {
            let address = person.position.address;
            Some((address, self.s.actors.world.account(&address)?))
        };
        self.people.iter().filter_map(account).collect()
    }

    fn check(&self) {
        self.s.assert_solvent();
        let (pool, positions) = (self.s.pool(), self.positions());
        let sum = |of: fn(&Position) -> u64| positions.iter().map(|(_, position)| of(position)).sum::<u64>();
        assert_eq!(pool.positions, positions.len() as u64);
        assert_eq!(pool.staked, sum(|position| position.amount));
        assert_eq!(pool.weighted, sum(|position| position.weighted));
        assert_eq!(pool.cooling, sum(|position| position.cooling));
        assert_eq!(self.replay.pool, pool, "the events tell all of the pool");
        assert_eq!(self.replay.positions, positions.into_iter().collect(), "and all of its positions");
        for reward in &self.rewards {
            self.check_supply(&reward.token);
        }
    }

    /// No token is made or lost.
    fn check_supply(&self, token: &Token) {
        let (s, a) = (&self.s, &self.s.actors);
        let wallets = [
            s.authority.pubkey(),
            s.pool.address(),
            a.payer.pubkey(),
            a.vault.address(),
            a.protocol().treasury,
        ];
        let people = self.people.iter().map(|person| person.wallet.pubkey());
        let held = people.chain(wallets).map(|wallet| a.world.balance(&token.account_of(&wallet)));
        assert_eq!(held.sum::<u64>(), a.world.supply(token));
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
        s.wait(40 * DAY);
        if position.cooling > 0 {
            let withdraw = s.withdraw(person);
            s.actors.world.must(withdraw, &[]);
        }
        if position.amount > 0 {
            s.requests(person, position.amount);
            s.wait(40 * DAY);
            let withdraw = s.withdraw(person);
            s.actors.world.must(withdraw, &[]);
        }
        let owner = person.wallet.pubkey();
        let close = client::close_position(s.pool.address(), address, owner, Some(owner));
        s.actors.world.must(close, &[&person.wallet]);
    }
}

fn signs(instruction: &Instruction, key: &Pubkey) -> bool {
    instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == *key)
}
