//! Vaults: opened, paid out, held up and closed.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, VaultKey};
use till::events::*;
use till::{Merchant, Vault, pda};
use till_tests::{Cast, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{anybody, casts, mostly, random_cast};

pub struct Vaults;

impl Capability for Vaults {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        if rng.gen_bool(0.4) {
            return Some(payout(stage, model, rng));
        }
        let cast = Cast { part: rng.gen_range(0..3), ..random_cast(rng) };
        let first = stage.vault(&Cast { part: 0, ..cast });
        let (key, merchant) = (VaultKey { shard: cast.part.into(), ..first }, model.find(&first.merchant));
        let merchant: Merchant = merchant?;
        let side = [merchant.operator, merchant.authority].into_iter().choose(rng).expect("somebody");
        let side = mostly(stage, side, rng);
        let Some(vault) = model.find::<Vault>(&key.address()) else {
            return Some(client::open_vault(side, anybody(stage, rng), &key));
        };
        Some(match rng.gen_range(0..5) {
            0 => client::set_vault_accepting(side, &key, rng.gen_bool(0.8)),
            1 => client::sync_vault_policy(&key),
            _ => {
                let authority = mostly(stage, merchant.authority, rng);
                let wallet = mostly(stage, merchant.payout_wallet, rng);
                let (payout_token, rent_payer) =
                    (stage.token_account(cast.coin, &wallet), mostly(stage, vault.rent_payer, rng));
                client::close_vault(authority, &key, payout_token, rent_payer)
            }
        })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<VaultOpened>(event) {
            let VaultOpened { vault, merchant, mint, vault_token, shard, .. } = event;
            let VaultOpened { rent_payer, allowed_extensions, .. } = event;
            let (bump, none) = (pda::vault(&merchant, &mint, shard).1, Vault::zeroed());
            let settings = Vault { rent_payer, allowed_extensions, accepting: 1, ..none };
            model.open(vault, &Vault { merchant, mint, vault_token, shard, bump, ..settings });
            model.change::<Merchant>(&merchant, |merchant| merchant.vaults += 1);
        } else if let Some(event) = told::<VaultAcceptingSet>(event) {
            let accepting = event.accepting.into();
            next(model, &event.vault_address, event.vault, |vault| vault.accepting = accepting);
        } else if let Some(event) = told::<VaultPolicySynced>(event) {
            let allowed = event.allowed_extensions;
            next(model, &event.vault_address, event.vault, |vault| vault.allowed_extensions = allowed);
        } else if let Some(event) = told::<VaultClosed>(event) {
            let vault = next(model, &event.vault_address, event.vault, |_| ());
            assert_eq!((vault.owed().expect("no overflow"), vault.payments), (0, 0), "owed to anybody");
            let merchant = model.change::<Merchant>(&event.merchant, |merchant| merchant.vaults -= 1);
            let given = model.given.remove(&vault.vault_token).unwrap_or(0);
            model.pays(merchant.payout_wallet, vault.mint, given);
            model.close(&event.vault_address);
        } else if let Some(event) = told::<PaidOut>(event) {
            let vault = next(model, &event.vault_address, event.vault, |vault| {
                assert_eq!(event.amount, vault.balance, "all of it");
                vault.balance = 0;
            });
            let merchant: Merchant = model.get(&event.merchant);
            model.pays(merchant.payout_wallet, vault.mint, event.amount);
        } else {
            return false;
        }
        true
    }

    fn owed(&self, model: &Model) -> Vec<(Pubkey, u64)> {
        let owed = |vault: Vault| (vault.vault_token, vault.owed().expect("no overflow"));
        model.all::<Vault>().map(|(_, vault)| owed(vault)).collect()
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        let both =
            |(address, vault): (Pubkey, Vault)| [address, vault.vault_token].map(|it| (it, vault.rent_payer));
        model.all::<Vault>().flat_map(both).collect()
    }
}

/// Mostly of a vault that has something to pay out.
fn payout(stage: &mut Stage, model: &Model, rng: &mut StdRng) -> Instruction {
    let has_balance = |stage: &mut Stage, cast: &Cast| {
        model.find(&stage.vault(cast).address()).is_some_and(|vault: Vault| vault.balance > 0)
    };
    let rich = casts().into_iter().filter(|cast| has_balance(stage, cast)).choose(rng);
    let cast = rich.filter(|_| rng.gen_bool(0.9)).unwrap_or_else(|| random_cast(rng));
    let vault = stage.vault(&cast);
    let merchant: Merchant = model.get(&vault.merchant);
    let wallet = mostly(stage, merchant.payout_wallet, rng);
    client::payout(&vault, stage.token_account(cast.coin, &wallet))
}

/// A vault's next state, which must be what the event says.
pub fn next(
    model: &mut Model,
    address: &Pubkey,
    after: VaultBalances,
    change: impl FnOnce(&mut Vault),
) -> Vault {
    let vault = model.change(address, |vault: &mut Vault| {
        vault.sequence += 1;
        change(vault);
    });
    assert_eq!(vault.balances(), after, "the sums of {address} after the event");
    vault
}
