use anchor_lang::error::ErrorCode::*;
use solana_instruction::Instruction;
use solana_instruction::error::InstructionError::{
    IncorrectProgramId, InvalidAccountData, MissingAccount, PrivilegeEscalation,
};
use till::TillError::*;
use till::client::{self, FundArgs, NewPool, PoolKey, PositionKey, RewardKey, Staker};
use till::{Pool, Position, Tier};
use till_tests::{Cast, Coin, Stage};

use super::spec::{Kind::*, Mutation::*, *};

const COOLDOWN_SECONDS: u32 = 86_400;
/// What is staked and what a reward is funded with, in base units.
const AMOUNT: u64 = 1_000_000;

fn new_pool(stage: &mut Stage, cast: &Cast) -> (PoolKey, NewPool) {
    let [founder, authority, rent_payer] =
        ["founder", "authority", "backer"].map(|role| stage.side(cast, role));
    let tiers = vec![Tier { lock_seconds: 0, weight_bps: 10_000 }];
    let new = NewPool { authority, rent_payer, cooldown_seconds: COOLDOWN_SECONDS, tiers };
    (PoolKey::of(founder, cast.house.into(), stage.token(cast.coin), &new), new)
}

fn pool(stage: &mut Stage, cast: &Cast) -> PoolKey {
    let (key, new) = new_pool(stage, cast);
    if !stage.exists(&key.address()) {
        stage.must(client::create_pool(&key, new));
    }
    key
}

/// The mint of a pool's reward is another than that of its stakes.
fn reward_coin(cast: &Cast) -> Coin {
    match cast.coin {
        Coin::Spl => Coin::OtherSpl,
        Coin::OtherSpl => Coin::Spl,
        Coin::Token2022 => Coin::WithFee,
        Coin::WithFee => Coin::Token2022,
    }
}

/// The pool's first reward, in this mint.
fn reward(stage: &mut Stage, cast: &Cast, coin: Coin) -> RewardKey {
    let (pool, token) = (pool(stage, cast).address(), stage.token(coin));
    let (authority, backer) = (stage.side(cast, "authority"), stage.side(cast, "backer"));
    let state: Pool = stage.world.account(&pool).expect("the pool");
    if state.reward_count == 0 {
        stage.must(client::add_reward(pool, authority, backer, &token));
    }
    RewardKey { pool, index: 0, token }
}

fn position(stage: &mut Stage, cast: &Cast) -> PositionKey {
    let (pool, owner) = (pool(stage, cast).address(), stage.customer(cast, "payer"));
    (0..cast.part).fold(PositionKey::of(pool, owner), |position, _| position.next().expect("a salt"))
}

fn staking(stage: &mut Stage, cast: &Cast) -> Instruction {
    let (pool, position) = (pool(stage, cast), position(stage, cast));
    let rent_payer = stage.customer(cast, "sponsor");
    let token_account = stage.funded(cast.coin, &position.owner);
    let staker = Staker { token_account, rent_payer, tier: 0, amount: AMOUNT, max_sent: u64::MAX };
    client::stake(&pool, &position, &staker)
}

/// A position with something in it.
fn staked(stage: &mut Stage, cast: &Cast) -> PositionKey {
    let stake = staking(stage, cast);
    stage.must(stake);
    position(stage, cast)
}

/// A pool that shares out fees in the mint of its stakes, with somebody staked.
pub fn earning(stage: &mut Stage, cast: &Cast) -> PoolKey {
    reward(stage, cast, cast.coin);
    staked(stage, cast);
    pool(stage, cast)
}

/// A position of which everything is cooling down.
fn cooling(stage: &mut Stage, cast: &Cast) -> PositionKey {
    let key = staked(stage, cast);
    let position: Position = stage.world.account(&key.address).expect("the position");
    stage.must(client::request_unstake(key.owner, key.pool, key.address, position.amount));
    key
}

/// A position of which everything has cooled down.
fn cooled(stage: &mut Stage, cast: &Cast) -> PositionKey {
    let key = cooling(stage, cast);
    stage.world.set_time(stage.world.time() + i64::from(COOLDOWN_SECONDS));
    key
}

fn funding(stage: &mut Stage, cast: &Cast) -> Instruction {
    let (coin, authority) = (reward_coin(cast), stage.side(cast, "authority"));
    let (reward, authority_token) = (reward(stage, cast, coin), stage.funded(coin, &authority));
    let args = FundArgs { amount: AMOUNT, seconds: 1_000, max_sent: u64::MAX };
    client::fund_reward(&reward, authority, authority_token, args)
}

fn withdrawal(stage: &mut Stage, cast: &Cast) -> Instruction {
    let (key, pool) = (cooled(stage, cast), pool(stage, cast));
    client::withdraw_stake(&pool, key.address, stage.funded(cast.coin, &key.owner))
}

/// What another pool gives that is named with our mint.
fn of_mint() -> [(Mutation, Expected); 2] {
    [OtherMint, OtherTokenProgram].map(|mutation| mutation.gives(WrongMint))
}

fn of_authority_and_mint() -> Vec<(Mutation, Expected)> {
    [vec![Theirs.gives(NotPoolAuthority)], of_mint().into()].concat()
}

pub fn create_pool() -> Spec {
    Spec::of(|stage, cast| {
        let (key, new) = new_pool(stage, cast);
        client::create_pool(&key, new)
    })
    .row("founder", Signer, [Swapped.gives(ConstraintSeeds)])
    .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
    .row("protocol", State, [])
    .row(
        "stake_mint",
        Mint,
        [
            Swapped.gives(ConstraintSeeds),
            Elsewhere.gives(AccountNotInitialized),
            Closed.gives(AccountNotInitialized),
            WrongOwner.gives(IncorrectProgramId),
        ],
    )
    .row("pool", Init, [])
    .row("stake_token", Associated, [])
    .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
}

pub fn add_reward() -> Spec {
    Spec::of(|stage, cast| {
        let (pool, token) = (pool(stage, cast).address(), stage.token(reward_coin(cast)));
        client::add_reward(pool, stage.side(cast, "authority"), stage.side(cast, "backer"), &token)
    })
    .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
    .row("rent_payer", RentPayer, [])
    .row("pool", State, [Swapped.gives(MissingAccount), Theirs.gives(NotPoolAuthority)])
    .row(
        "mint",
        Mint,
        [
            Swapped.gives(MissingAccount),
            Elsewhere.gives(AccountNotInitialized),
            Closed.gives(AccountNotInitialized),
            WrongOwner.gives(IncorrectProgramId),
        ],
    )
    .row("reward_token", Associated, [])
    .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
}

pub fn fund_reward() -> Spec {
    Spec::of(funding)
        .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
        .row("protocol", State, [])
        .row("pool", State, of_authority_and_mint())
        .row("mint", Mint, [Closed.gives(InvalidAccountData), Elsewhere.gives(InvalidAccountData)])
        .row("reward_token", Held, [Spoilt.gives(NotATokenAccount)])
        .row("authority_token", Receiver, [])
        .row("token_program", Program, [])
        .event()
}

pub fn stake() -> Spec {
    Spec::of(staking)
        .row("owner", Signer, [Swapped.gives(PrivilegeEscalation)])
        .row("rent_payer", RentPayer, [])
        .row("protocol", State, [])
        .row("pool", State, of_mint())
        .row("stake_mint", Mint, [Closed.gives(InvalidAccountData)])
        .row("stake_token", Held, [Spoilt.gives(NotATokenAccount)])
        .row("owner_token", Receiver, [])
        .row(
            "position",
            Created,
            [
                Again.accepted("it is added to"),
                Same("protocol").gives(AccountDiscriminatorMismatch),
                Same("pool").gives(AccountDiscriminatorMismatch),
            ],
        )
        .row("token_program", Program, [])
        .row("system_program", Program, [])
        .event()
}

pub fn claim_reward() -> Spec {
    Spec::of(|stage, cast| {
        let (coin, fund, key) = (reward_coin(cast), funding(stage, cast), staked(stage, cast));
        stage.must(fund);
        stage.world.set_time(stage.world.time() + 100);
        let reward = reward(stage, cast, coin);
        client::claim_reward(&reward, key.address, stage.funded(coin, &key.owner))
    })
    .row("pool", State, [])
    .row("position", State, [])
    .row("mint", Mint, [])
    .row("reward_token", Held, [])
    .row("owner_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

pub fn request_unstake() -> Spec {
    Spec::of(|stage, cast| {
        let key = staked(stage, cast);
        client::request_unstake(key.owner, key.pool, key.address, AMOUNT / 2)
    })
    .row("signer", Signer, [Swapped.gives(NotStaker)])
    .row("pool", State, [])
    .row("position", State, [])
    .event()
}

pub fn withdraw_stake() -> Spec {
    Spec::of(withdrawal)
        .row("pool", State, of_mint())
        .row("position", State, [])
        .row("stake_mint", Mint, [])
        .row("stake_token", Held, [])
        .row("owner_token", Receiver, [])
        .row("token_program", Program, [])
        .event()
}

/// With a reward that is owed, so that the owner has to sign.
pub fn close_position() -> Spec {
    Spec::of(|stage, cast| {
        let (fund, key) = (funding(stage, cast), staked(stage, cast));
        stage.must(fund);
        stage.world.set_time(stage.world.time() + 100);
        stage.must(client::request_unstake(key.owner, key.pool, key.address, AMOUNT));
        stage.world.set_time(stage.world.time() + i64::from(COOLDOWN_SECONDS));
        let (pool, owner_token) = (pool(stage, cast), stage.funded(cast.coin, &key.owner));
        stage.must(client::withdraw_stake(&pool, key.address, owner_token));
        client::close_position(key.pool, key.address, stage.customer(cast, "sponsor"), Some(key.owner))
    })
    .row("pool", State, [])
    .row("position", State, [])
    .row("owner", Signer, [Swapped.gives(RewardsOwed), Missing.gives(RewardsOwed)])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
}

pub fn propose_pool_authority() -> Spec {
    Spec::of(|stage, cast| {
        let (pool, heir) = (pool(stage, cast).address(), stage.side(cast, "heir"));
        client::propose_pool_authority(pool, stage.side(cast, "authority"), heir)
    })
    .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
    .row("pool", State, [Theirs.gives(NotPoolAuthority)])
    .event()
    .together(&[Theirs], ["authority", "pool"], "the heir is anybody whom the authority names")
}

pub fn accept_pool_authority() -> Spec {
    Spec::of(|stage, cast| {
        let (pool, heir) = (pool(stage, cast).address(), stage.side(cast, "heir"));
        let authority = stage.side(cast, "authority");
        let state: Pool = stage.world.account(&pool).expect("the pool");
        stage.must(client::propose_pool_authority(pool, authority, heir));
        assert_eq!(state.authority, authority);
        client::accept_pool_authority(pool, heir)
    })
    .row("pending_authority", Signer, [Swapped.gives(NotPendingPoolAuthority)])
    .row("pool", State, [Theirs.gives(NotPendingPoolAuthority)])
    .event()
}

pub fn retire_pool() -> Spec {
    Spec::of(|stage, cast| client::retire_pool(pool(stage, cast).address(), stage.side(cast, "authority")))
        .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
        .row("pool", State, [Theirs.gives(NotPoolAuthority)])
        .event()
}

/// Of something that nobody has been staked for, so that there is something to give back.
pub fn remove_reward() -> Spec {
    Spec::of(|stage, cast| {
        let (coin, fund) = (reward_coin(cast), funding(stage, cast));
        stage.must(fund);
        let (authority, backer) = (stage.side(cast, "authority"), stage.side(cast, "backer"));
        let (reward, authority_token) = (reward(stage, cast, coin), stage.funded(coin, &authority));
        client::remove_reward(&reward, authority, authority_token, backer)
    })
    .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
    .row("pool", State, of_authority_and_mint())
    .row("mint", Mint, [])
    .row("reward_token", Held, [Closed.gives(NotATokenAccount)])
    .row("authority_token", Receiver, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("token_program", Program, [])
    .event()
}

/// Strangers have sent something to the pool, so that there is something to give away.
pub fn close_pool() -> Spec {
    Spec::of(|stage, cast| {
        let pool = pool(stage, cast);
        stage.world.fund(&pool.token, &pool.address(), 1_000);
        let (authority, backer) = (stage.side(cast, "authority"), stage.side(cast, "backer"));
        client::close_pool(&pool, authority, stage.funded(cast.coin, &authority), backer)
    })
    .row("authority", Signer, [Swapped.gives(NotPoolAuthority)])
    .row("pool", State, of_authority_and_mint())
    .row("stake_mint", Mint, [])
    .row("stake_token", Held, [Closed.gives(NotATokenAccount)])
    .row("authority_token", Receiver, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("token_program", Program, [])
    .event()
}
