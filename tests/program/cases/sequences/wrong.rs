//! How a right instruction becomes a wrong one.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Changes something about the accounts; `seen` are accounts of other instructions. Whoever takes the
/// place of a signer signs.
pub fn make_wrong(instruction: &mut Instruction, seen: &[Pubkey], rng: &mut StdRng) {
    let accounts = &mut instruction.accounts;
    let [one, other] = std::array::from_fn(|_| rng.gen_range(0..accounts.len()));
    let foreign = |rng: &mut StdRng| *seen.choose(rng).unwrap_or(&till::ID);
    match rng.gen_range(0..7) {
        0 => accounts[one].is_signer = false,
        1 => accounts.iter_mut().for_each(|meta| meta.is_signer = false),
        2 => accounts[one].is_writable = false,
        3 => accounts[one].pubkey = accounts[other].pubkey,
        4 => accounts[one].pubkey = foreign(rng),
        5 => [one, other].map(|index| accounts[index].pubkey = foreign(rng)).into_iter().collect(),
        _ => {
            let (first, second) = (accounts[one].pubkey, accounts[other].pubkey);
            (accounts[one].pubkey, accounts[other].pubkey) = (second, first);
        }
    }
}
