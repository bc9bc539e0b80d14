//! What is paid so that a transaction is not left behind.

use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::gateway::Gateway;

/// Of the last slots, so many in a hundred took less.
const PERCENTILE: usize = 75;
const MICRO: u64 = 1_000_000;

/// What a compute unit lately cost whoever wrote one of these accounts, in millionths of a lamport, and no more than
/// is configured. Nothing if the node does not say: a payment without priority is better than none.
pub async fn price(gateway: &Gateway, accounts: &[Pubkey]) -> u64 {
    match gateway.chain.priority_fees(accounts).await {
        Ok(fees) => usual(fees).min(gateway.max_priority_fee),
        Err(error) => {
            tracing::debug!(%error, "the node does not tell priority fees");
            0
        }
    }
}

fn usual(mut fees: Vec<u64>) -> u64 {
    fees.sort_unstable();
    fees.get(fees.len() * PERCENTILE / 100).copied().unwrap_or(0)
}

/// What so many units cost at this price, in lamports, rounded up as the network does.
pub fn lamports(price: u64, units: u32) -> u64 {
    let micro = u128::from(price) * u128::from(units);
    u64::try_from(micro.div_ceil(MICRO.into())).unwrap_or(u64::MAX)
}

/// The instruction that offers this price, unless it is nothing.
pub fn instruction(price: u64) -> Option<Instruction> {
    (price > 0).then(|| ComputeBudgetInstruction::set_compute_unit_price(price))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_price_is_more_than_three_of_four_paid() {
        assert_eq!(usual(vec![]), 0);
        assert_eq!(usual(vec![7]), 7);
        assert_eq!(usual((1..=100).rev().collect()), 76);
        assert_eq!(usual(vec![0; 150]), 0);
    }

    #[test]
    fn a_price_costs_whole_lamports() {
        assert_eq!(lamports(0, 400_000), 0);
        assert_eq!(lamports(1, 1), 1);
        assert_eq!(lamports(100_000, 400_000), 40_000);
    }
}
