//! Who plays: two merchants with two vaults in each of three mints, two customers, and all the wallets
//! around them. Prepared once.

use std::sync::OnceLock;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_pubkey::Pubkey;
use till_tests::{Cast, Coin, Stage};

use super::{burn, staking};

pub const COINS: [Coin; 3] = [Coin::Spl, Coin::Token2022, Coin::WithFee];

/// The roles of each side and of each customer, and the customers' among them.
const ROLES: [&str; 12] = [
    "admin",
    "guardian",
    "treasury",
    "founder",
    "backer",
    "authority",
    "operator",
    "payout wallet",
    "payee",
    "arbiter",
    "payer",
    "sponsor",
];

/// A stage with everything that the sequences begin with.
pub fn stage() -> Stage {
    static PREPARED: OnceLock<Stage> = OnceLock::new();
    PREPARED.get_or_init(prepare).clone()
}

fn prepare() -> Stage {
    let mut stage = Stage::new();
    for cast in casts() {
        stage.vault(&cast);
        for role in ROLES {
            let wallet = stage.side(&cast, role);
            stage.funded(cast.coin, &wallet);
        }
    }
    let stranger = stage.wallet("stranger");
    for coin in COINS {
        stage.funded(coin, &stranger);
    }
    staking::prepare(&mut stage);
    burn::prepare(&mut stage);
    stage
}

/// Every combination of mint, merchant and vault.
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

pub fn anybody(stage: &mut Stage, rng: &mut StdRng) -> Pubkey {
    let role = ROLES.choose(rng).expect("a role");
    stage.wallet(&format!("{role} {}", rng.gen_range(0..2)))
}

/// Mostly this wallet, sometimes another.
pub fn mostly(stage: &mut Stage, wallet: Pubkey, rng: &mut StdRng) -> Pubkey {
    if rng.gen_bool(0.05) { anybody(stage, rng) } else { wallet }
}

/// The name that a wallet's address is made of.
pub fn name(wallet: &Pubkey) -> String {
    let name = std::str::from_utf8(wallet.as_ref()).ok().map(|name| name.trim_end_matches('\0'));
    name.map_or(wallet.to_string(), str::to_string)
}
