//! Who plays: two merchants with two vaults in each of three mints, two customers, and all the wallets
//! around them. Prepared once.

use std::sync::OnceLock;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_pubkey::Pubkey;
use till_tests::{Cast, Coin, Stage};

pub const COINS: [Coin; 3] = [Coin::Spl, Coin::Token2022, Coin::WithFee];
const SIDE_ROLES: [&str; 6] = ["founder", "authority", "operator", "payout wallet", "payee", "arbiter"];
const CUSTOMER_ROLES: [&str; 2] = ["payer", "sponsor"];

/// A stage with everything that the sequences begin with.
pub fn stage() -> Stage {
    static PREPARED: OnceLock<Stage> = OnceLock::new();
    PREPARED.get_or_init(prepare).clone()
}

fn prepare() -> Stage {
    let mut stage = Stage::new();
    for cast in casts() {
        stage.vault(&cast);
        let roles = SIDE_ROLES.map(|role| stage.side(&cast, role));
        let customers = CUSTOMER_ROLES.map(|role| stage.customer(&cast, role));
        for wallet in roles.into_iter().chain(customers) {
            stage.funded(cast.coin, &wallet);
        }
    }
    let stranger = stage.wallet("stranger");
    for coin in COINS {
        stage.funded(coin, &stranger);
    }
    stage
}

/// Every combination, the customers numbered as the merchants are.
pub fn casts() -> Vec<Cast> {
    let coins = COINS.into_iter();
    let sides = coins.flat_map(|coin| [0, 1].map(|side| (coin, side)));
    let parts = sides.flat_map(|(coin, side)| [0, 1].map(|part| (coin, side, part)));
    parts.map(|(coin, side, part)| Cast { side, customer: side, house: 0, part, coin }).collect()
}

pub fn random_cast(rng: &mut StdRng) -> Cast {
    let [side, customer, part] = std::array::from_fn(|_| rng.gen_range(0..2));
    Cast { side, customer, house: 0, part, coin: *COINS.choose(rng).expect("a coin") }
}

/// Any of the wallets of a cast.
pub fn anybody(stage: &mut Stage, cast: &Cast, rng: &mut StdRng) -> Pubkey {
    let is_side = rng.gen_bool(0.7);
    let roles: &[&str] = if is_side { &SIDE_ROLES } else { &CUSTOMER_ROLES };
    let role = roles.choose(rng).expect("a role");
    if is_side { stage.side(cast, role) } else { stage.customer(cast, role) }
}

/// Mostly the wallet of this role, sometimes anybody.
pub fn mostly(stage: &mut Stage, cast: &Cast, role: &str, rng: &mut StdRng) -> Pubkey {
    if rng.gen_bool(0.05) {
        return anybody(stage, cast, rng);
    }
    if SIDE_ROLES.contains(&role) { stage.side(cast, role) } else { stage.customer(cast, role) }
}
