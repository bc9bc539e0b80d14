//! Merchants and their vaults: payouts.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client;
use till::events::{MerchantRegistered, PaidOut, VaultBalances, VaultOpened};
use till::{Merchant, Vault, pda};
use till_tests::{Cast, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{casts, mostly, random_cast};

pub struct Merchants;

impl Capability for Merchants {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let has_balance = |stage: &mut Stage, cast: &Cast| {
            model.find(&stage.vault(cast).address()).is_some_and(|vault: Vault| vault.balance > 0)
        };
        let rich = casts().into_iter().filter(|cast| has_balance(stage, cast)).choose(rng);
        let cast = rich.filter(|_| rng.gen_bool(0.8)).unwrap_or_else(|| random_cast(rng));
        let wallet = mostly(stage, &cast, "payout wallet", rng);
        let payout_token = stage.funded(cast.coin, &wallet);
        Some(client::payout(&stage.vault(&cast), payout_token))
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<MerchantRegistered>(event) {
            let MerchantRegistered { merchant, founder, index, authority, operator, payout_wallet, .. } =
                event;
            let (bump, none) = (pda::merchant(&founder, index).1, Merchant::zeroed());
            let state = Merchant { founder, authority, operator, payout_wallet, index, bump, ..none };
            model.open(merchant, &state);
        } else if let Some(event) = told::<VaultOpened>(event) {
            let VaultOpened { vault, merchant, mint, vault_token, shard, .. } = event;
            let (bump, none) = (pda::vault(&merchant, &mint, shard).1, Vault::zeroed());
            model.open(vault, &Vault { merchant, mint, vault_token, shard, bump, ..none });
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
