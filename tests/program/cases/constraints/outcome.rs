//! What comes of an instruction, in the words of the table.

use litesvm::types::TransactionMetadata;
use solana_instruction::Instruction;
use solana_instruction::error::InstructionError;
use solana_transaction::TransactionError;
use till_tests::Stage;

use super::mutation::Expected;

/// What comes of it, and how it is told. When it is refused, nothing must have changed.
pub fn outcome(mut stage: Stage, instruction: Instruction) -> (Expected, String) {
    let before = stage.clone();
    let Err(failed) = stage.play(instruction) else { return (Expected::Accepted, "Accepted".into()) };
    assert!(are_equal(&before, &stage), "refused, and yet an account has changed");
    let TransactionError::InstructionError(_, error) = failed.err else {
        panic!("refused by the runtime: {:?}", failed.err)
    };
    let error = if has_no_address(&failed.meta) { InstructionError::PrivilegeEscalation } else { error };
    let logs = failed.meta.logs.iter();
    let code = logs.filter_map(|line| line.split("Error Code: ").nth(1)?.split('.').next()).next_back();
    let told = code.map_or(format!("{error:?}"), str::to_string);
    (Expected::Refused(error), told)
}

/// Whether the program was refused a signature because its seeds give no address at all. Seeds that are
/// wrong do so half of the time; else they give another address, which is refused as well.
pub fn has_no_address(meta: &TransactionMetadata) -> bool {
    meta.logs.iter().any(|line| line.contains("Could not create program address with signer seeds"))
}

/// Whether every account is the same, but for the bystander's, who pays the network's fee.
fn are_equal(one: &Stage, other: &Stage) -> bool {
    let [one_accounts, other_accounts] = [one, other].map(|stage| &stage.world.svm.accounts_db().inner);
    let bystander = one.bystander();
    let mut accounts = one_accounts.iter().filter(|(address, _)| **address != bystander);
    one_accounts.len() == other_accounts.len()
        && accounts.all(|(address, account)| other_accounts.get(address) == Some(account))
}
