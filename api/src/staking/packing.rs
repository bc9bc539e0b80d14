//! As many steps as fit into one transaction.

use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::payments::signing;
use crate::wallet::Around;

/// What our instructions may take of a packet's 1,232 bytes: the rest is for a price of priority, a memo, and what
/// wallets add.
const MOST_BYTES: usize = 1_000;
/// More steps than that, each with an account to create, could need more compute units than a simulation may use.
const MOST_STEPS: usize = 10;

/// What is done whole or not at all.
#[derive(Clone, Debug)]
pub struct Step {
    /// What tokens come into needs. Steps that share it have it once.
    pub around: Around,
    pub instructions: Vec<Instruction>,
}

/// Puts as many of `steps` into one list of instructions as fit, in their order, and says how many these are.
pub fn pack(wallet: &Pubkey, steps: &[Step]) -> (Vec<Instruction>, usize) {
    let most = steps.len().min(MOST_STEPS);
    let fitting = (1..=most).rev().map(|count| (joined(&steps[..count]), count));
    let mut fitting = fitting.filter(|(instructions, count)| *count == 1 || fits(wallet, instructions));
    fitting.next().unwrap_or_default()
}

fn joined(steps: &[Step]) -> Vec<Instruction> {
    let [mut before, mut after] = [Vec::new(), Vec::new()];
    for step in steps {
        for (all, these) in [(&mut before, &step.around.before), (&mut after, &step.around.after)] {
            let new: Vec<_> =
                these.iter().filter(|instruction| !all.contains(*instruction)).cloned().collect();
            all.extend(new);
        }
    }
    let instructions = steps.iter().flat_map(|step| step.instructions.iter().cloned());
    Around { before, after }.these(instructions)
}

fn fits(wallet: &Pubkey, instructions: &[Instruction]) -> bool {
    let message = signing::compiled(wallet, &signing::with_limit(instructions, 0), Hash::default());
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
            let claim = client::claim_reward(&reward, Pubkey::new_unique(), Pubkey::new_unique());
            Step { around: Around::default(), instructions: vec![claim] }
        };
        let steps: Vec<_> = (0..20).map(claim).collect();
        let (packed, count) = pack(&wallet, &steps);
        assert!((3..=MOST_STEPS).contains(&count), "{count}");
        assert_eq!(packed.len(), count);
        assert!(fits(&wallet, &packed));
        assert!(count == MOST_STEPS || !fits(&wallet, &joined(&steps[..=count])));
        assert_eq!(pack(&wallet, &[]), (vec![], 0));
    }

    #[test]
    fn what_two_steps_need_is_done_once_around_both() {
        let instruction = |data: u8| Instruction {
            program_id: Pubkey::new_from_array([1; 32]),
            accounts: vec![],
            data: vec![data],
        };
        let around = Around { before: vec![instruction(0)], after: vec![instruction(9)] };
        let step = |data| Step { around: around.clone(), instructions: vec![instruction(data)] };
        let (packed, count) = pack(&Pubkey::new_unique(), &[step(1), step(2)]);
        let data: Vec<u8> = packed.iter().map(|instruction| instruction.data[0]).collect();
        assert_eq!((data, count), (vec![0, 1, 2, 9], 2));
    }
}
