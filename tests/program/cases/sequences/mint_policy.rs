//! Mint policies: what the admin allows a mint.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client;
use till::events::{MintPolicyClosed, MintPolicyCreated, MintPolicyUpdated};
use till::{MintPolicy, Protocol, pda};
use till_tests::{Extension, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{COINS, anybody, mostly};
use super::protocol::next;

pub struct Policies;

impl Capability for Policies {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let protocol: Protocol = model.get(&pda::protocol().0);
        let admin = mostly(stage, protocol.admin, rng);
        let mint = stage.token(*COINS.choose(rng).expect("a coin")).mint;
        let mask = *[0, Extension::PermanentDelegate.bit(), rng.r#gen()].choose(rng).expect("a mask");
        let policy: Option<MintPolicy> = model.find(&pda::mint_policy(&mint).0);
        Some(match (policy, rng.r#gen()) {
            (Some(policy), true) => {
                let rent_payer = mostly(stage, policy.rent_payer, rng);
                client::close_mint_policy(admin, mint, rent_payer)
            }
            (Some(_), _) => client::update_mint_policy(admin, mint, mask),
            (None, _) => client::create_mint_policy(admin, anybody(stage, rng), mint, mask),
        })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<MintPolicyCreated>(event) {
            let MintPolicyCreated { mint_policy, mint, rent_payer, allowed_extensions, sequence } = event;
            next(model, sequence, |_| ());
            let (bump, none) = (pda::mint_policy(&mint).1, MintPolicy::zeroed());
            let policy = MintPolicy { mint, rent_payer, allowed_extensions, bump, ..none };
            model.open(mint_policy, &policy);
        } else if let Some(event) = told::<MintPolicyUpdated>(event) {
            next(model, event.sequence, |_| ());
            model.change::<MintPolicy>(&event.mint_policy, |policy| {
                policy.allowed_extensions = event.allowed_extensions;
            });
        } else if let Some(event) = told::<MintPolicyClosed>(event) {
            next(model, event.sequence, |_| ());
            model.close(&event.mint_policy);
        } else {
            return false;
        }
        true
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        model.all::<MintPolicy>().map(|(address, policy)| (address, policy.rent_payer)).collect()
    }
}
