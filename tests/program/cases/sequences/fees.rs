//! The protocol's fees on their way out of vaults, and transfer fees that are the protocol's.

use anchor_lang::Discriminator;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::accounts::Distribution;
use till::client::{self, VaultKey};
use till::events::{FeesHarvested, FeesSwept};
use till::{FeeShares, Pool, Protocol, Vault, instruction, pda};
use till_tests::{Cast, Coin, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{COINS, anybody, casts, mostly, random_cast};
use super::vault::next;

/// How many accounts `harvest_fees` has before those that have withheld something.
const HARVEST_ACCOUNTS: usize = 13;

pub struct Fees;

impl Capability for Fees {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        Some(if rng.gen_bool(0.3) { harvest(stage, model, rng) } else { sweep(stage, model, rng) })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<FeesSwept>(event) {
            let FeesSwept { vault_address, merchant, mint, shares, vault, .. } = event;
            let fees = model.get::<Vault>(&vault_address).fees;
            let vault = next(model, &vault_address, vault, |vault| vault.fees = 0);
            assert_eq!((vault.merchant, vault.mint), (merchant, mint));
            assert_eq!(shares.stakers + shares.burned + shares.treasury, fees, "all of it");
            divided(model, mint, shares);
        } else if let Some(event) = told::<FeesHarvested>(event) {
            divided(model, event.mint, event.shares);
        } else {
            return false;
        }
        true
    }
}

/// Each part is what it must be, and the treasury receives its own. What stakers earn and what is burned
/// have events of their own.
fn divided(model: &mut Model, mint: Pubkey, shares: FeeShares) {
    let protocol: Protocol = model.get(&pda::protocol().0);
    let amount = shares.stakers + shares.burned + shares.treasury;
    let burn_bps = if protocol.burn_mint == mint { protocol.burn_bps } else { 0 };
    let of = |stakers_bps| FeeShares::of(amount, stakers_bps, burn_bps).expect("no overflow");
    let pool: Option<Pool> = model.find(&protocol.pool);
    let earns = pool.is_some_and(|pool| pool.earner(&mint, amount).is_some());
    assert_eq!(shares, of(if earns { protocol.stakers_bps } else { 0 }));
    model.pays(protocol.treasury, mint, shares.treasury);
}

fn distribution(stage: &mut Stage, model: &Model, coin: Coin, rng: &mut StdRng) -> Distribution {
    let protocol: Protocol = model.get(&pda::protocol().0);
    let treasury = mostly(stage, protocol.treasury, rng);
    client::distribution(&protocol, &stage.token(coin), stage.token_account(coin, &treasury))
}

/// Mostly of a vault that has fees.
fn sweep(stage: &mut Stage, model: &Model, rng: &mut StdRng) -> Instruction {
    let fees = |vault: VaultKey| model.find(&vault.address()).map_or(0, |vault: Vault| vault.fees);
    let rich = casts().into_iter().filter(|cast| fees(stage.vault(cast)) > 0).choose(rng);
    let cast: Cast = rich.filter(|_| rng.gen_bool(0.9)).unwrap_or_else(|| random_cast(rng));
    let distribution = distribution(stage, model, cast.coin, rng);
    client::sweep_fees(&stage.vault(&cast), distribution)
}

/// Of vaults and of anybody.
fn harvest(stage: &mut Stage, model: &Model, rng: &mut StdRng) -> Instruction {
    let coin = if rng.gen_bool(0.9) { Coin::WithFee } else { COINS.into_iter().choose(rng).expect("a coin") };
    let (mint, somebody) = (stage.token(coin).mint, anybody(stage, rng));
    let vaults = model.all::<Vault>().filter(|(_, vault)| vault.mint == mint);
    let mut withheld_in = vaults.map(|(_, vault)| vault.vault_token).choose_multiple(rng, 3);
    withheld_in.push(stage.token_account(coin, &somebody));
    let distribution = distribution(stage, model, coin, rng);
    client::harvest_fees(anybody(stage, rng), distribution, &withheld_in)
}

/// The accounts of which an instruction takes what transfer fees have withheld.
pub fn harvested(instruction: &Instruction) -> Vec<Pubkey> {
    let accounts = instruction.accounts.get(HARVEST_ACCOUNTS..).filter(|_| harvests(instruction));
    accounts.unwrap_or_default().iter().map(|meta| meta.pubkey).collect()
}

/// The account that lives for one instruction, and who lends its rent.
pub fn lent(instruction: &Instruction) -> Option<(Pubkey, Pubkey)> {
    let account = |index: usize| instruction.accounts[index].pubkey;
    harvests(instruction).then(|| (account(1), account(0)))
}

fn harvests(instruction: &Instruction) -> bool {
    instruction.program_id == till::ID
        && instruction.data.starts_with(instruction::HarvestFees::DISCRIMINATOR)
}
