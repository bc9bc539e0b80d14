//! As many steps as fit into one transaction.

use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::payments::signing;

/// What our instructions may take of a packet's 1,232 bytes: the rest is for a price of priority, a memo, and what
/// wallets add.
const MOST_BYTES: usize = 1_000;
/// More steps than that, each with an account to create, could need more compute units than a simulation may use.
const MOST_STEPS: usize = 10;

/// Puts as many of `steps` into one list of instructions as fit, in their order, and says how many these are. A step
/// is done whole or not at all; one that needs an account created can name the same instruction as another.
pub fn pack(wallet: &Pubkey, steps: &[Vec<Instruction>]) -> (Vec<Instruction>, usize) {
    let mut packed: Vec<Instruction> = Vec::new();
    let mut count = 0;
    for step in steps.iter().take(MOST_STEPS) {
        let mut longer = packed.clone();
        for instruction in step {
            if !longer.contains(instruction) {
                longer.push(instruction.clone());
            }
        }
        // The first is always taken: a transaction that is too large says so in the simulation.
        if count > 0 && !fits(wallet, &longer) {
            break;
        }
        packed = longer;
        count += 1;
    }
    (packed, count)
}

fn fits(wallet: &Pubkey, instructions: &[Instruction]) -> bool {
    let message = signing::message(wallet, instructions, 0, Hash::default());
    let size = message.ok().and_then(|message| bincode::serialized_size(&signing::unsigned(message)).ok());
    size.is_some_and(|size| size <= MOST_BYTES as u64)
}

#[cfg(test)]
mod tests {
    use till::client::{self, RewardKey, Token};

    use super::*;

    #[test]
    fn claims_are_packed_as_far_as_they_fit() {
        let wallet = Pubkey::new_unique();
        let pool = Pubkey::new_unique();
        let claim = |_| {
            let token = Token { mint: Pubkey::new_unique(), program: anchor_spl::token::ID };
            let reward = RewardKey { pool, index: 0, token };
            vec![client::claim_reward(&reward, Pubkey::new_unique(), Pubkey::new_unique())]
        };
        let steps: Vec<_> = (0..20).map(claim).collect();
        let (packed, count) = pack(&wallet, &steps);
        assert!((3..=MOST_STEPS).contains(&count), "{count}");
        assert_eq!(packed.len(), count);
        assert!(fits(&wallet, &packed));
        assert!(count == MOST_STEPS || !fits(&wallet, &[packed, steps[count].clone()].concat()));
    }

    #[test]
    fn what_two_steps_need_is_done_once() {
        let wallet = Pubkey::new_unique();
        let instruction = |data: u8| Instruction {
            program_id: Pubkey::new_from_array([1; 32]),
            accounts: vec![],
            data: vec![data],
        };
        let steps = [vec![instruction(0), instruction(1)], vec![instruction(0), instruction(2)]];
        let (packed, count) = pack(&wallet, &steps);
        assert_eq!((packed, count), (vec![instruction(0), instruction(1), instruction(2)], 2));
    }
}
