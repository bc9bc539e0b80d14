//! What a capability adds to the sequences.

use anchor_lang::Event;
use rand::rngs::StdRng;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till_tests::Stage;

use super::model::Model;
use super::{burn, donation, fees, merchant, mint_policy, payment, protocol, staking, vault, vesting};

pub trait Capability {
    /// A random instruction: one of its own, with numbers and people that may be wrong. Nothing when it
    /// has changed the stage itself.
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction>;

    /// Takes in an event, and asserts that its amounts are what they must be; says whether it is one of
    /// its own.
    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        let _ = (event, model);
        false
    }

    /// Token accounts of the program, and how much each must hold for others, in base units.
    fn owed(&self, model: &Model) -> Vec<(Pubkey, u64)> {
        let _ = model;
        Vec::new()
    }

    /// Accounts of the program, and who gets the rent of each back.
    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        let _ = model;
        Vec::new()
    }

    /// Times (unix seconds) at which something begins or ends.
    fn moments(&self, model: &Model) -> Vec<i64> {
        let _ = model;
        Vec::new()
    }
}

/// A capability, and how often it is its turn.
pub type Turn = (u32, Box<dyn Capability>);

pub fn all(stage: &mut Stage, rng: &mut StdRng) -> Vec<Turn> {
    vec![
        (40, Box::new(payment::Payments::invite(stage, rng))),
        (8, Box::new(vault::Vaults)),
        (16, Box::new(donation::Campaigns::plan(stage, rng))),
        (10, Box::new(vesting::Vestings::plan(stage, rng))),
        (8, Box::new(merchant::Merchants)),
        (3, Box::new(protocol::Governance)),
        (4, Box::new(mint_policy::Policies)),
        (50, Box::new(staking::Pools::invite(stage))),
        (5, Box::new(fees::Fees)),
        (2, Box::new(burn::Burns)),
    ]
}

/// The event, if it is one of this type.
pub fn told<E: Event>(event: &[u8]) -> Option<E> {
    let body = event.strip_prefix(E::DISCRIMINATOR)?;
    Some(E::try_from_slice(body).expect("an event that reads to its last byte"))
}
