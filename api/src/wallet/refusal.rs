//! What the chain says against a transaction, in words for who was to sign it.

use till::TillError;

use crate::chain::Refusal;
use crate::problem::{Code, Problem};

/// The errors of the program that somebody who signs in a wallet can meet. The others say themselves what is wrong, to
/// people who know the program.
const WORDS: &[(TillError, &str)] = &[
    (TillError::Paused, "new payments are paused at the moment; nothing was taken, try again later"),
    (TillError::FeeAboveTerms, "the fee is higher now than this payment allows; ask for a new one"),
    (TillError::AmountZero, "the amount must be greater than zero"),
    (TillError::NothingCapturable, "nothing of this payment is in escrow any more"),
    (TillError::AuthorizationExpired, "this payment was not made in time; ask the merchant for a new one"),
    (
        TillError::AuthorizationNotExpired,
        "the merchant can still take this payment, so it cannot be taken back yet",
    ),
    (TillError::RefundExpired, "the time for refunds is over"),
    (
        TillError::NotClosable,
        "something can still happen with this payment, so its account cannot be closed yet",
    ),
    (TillError::ExpiryOutOfBounds, "it is too late for this payment; ask the merchant for a new one"),
    (TillError::MintExtensionRefused, "this token can do things that are not accepted here"),
    (TillError::TransferHookActive, "this token calls a program of its issuer, which is not accepted here"),
    (TillError::AmountNotReceived, "this token does not arrive whole; try again, or pay in another one"),
    (TillError::TransferFeeTooHigh, "the token's transfer fee has just changed; try again"),
    (TillError::VaultNotAccepting, "the merchant takes no new payments in this token at the moment"),
    (TillError::NotPayer, "only the wallet that paid can do this"),
    (TillError::NotArbiter, "only the arbiter of this payment can do this"),
    (TillError::NotDisputable, "this payment has no arbiter, so it cannot be disputed"),
    (TillError::Disputed, "this payment is disputed; the arbiter decides first"),
    (TillError::NotDisputed, "this payment is not disputed"),
    (TillError::DisputeExpired, "the time to decide is over; the money can be given back to the payer"),
    (TillError::AlreadyPaid, "this payment has been paid already"),
    (TillError::SameAccount, "tokens cannot be sent from an account to itself"),
    (TillError::GoalZero, "the goal must be greater than zero"),
    (TillError::DeadlineOutOfBounds, "the deadline must be in the future, at most one year from now"),
    (TillError::CampaignEnded, "this campaign has ended and takes no donations any more"),
    (TillError::CampaignCancelled, "this campaign was cancelled and takes no donations any more"),
    (TillError::WrongReceipt, "this wallet has no donation in this campaign"),
    (
        TillError::CampaignNotSuccessful,
        "the beneficiary is paid when the goal is reached and the campaign is over",
    ),
    (TillError::CampaignNotFailed, "donations go back only when a campaign misses its goal or is cancelled"),
    (TillError::NothingToWithdraw, "the campaign holds nothing for its beneficiary"),
    (TillError::NotCreator, "only the wallet that created this campaign can do this"),
    (TillError::CampaignNotClosable, "the campaign still runs, owes money or has open receipts"),
    (TillError::PoolOutOfBounds, "the tiers or the cooldown of the pool are outside the limits"),
    (TillError::PoolRetired, "this pool takes no new stakes; what is in it can leave"),
    (TillError::PoolInUse, "somebody still has a stake or a reward in this pool"),
    (TillError::NotPoolAuthority, "only the wallet that governs this pool can do this"),
    (TillError::NoSuchTier, "this pool has no such lock time"),
    (TillError::NoSuchReward, "this pool has no such reward"),
    (TillError::PlanThinned, "a reward that has been promised cannot be made smaller or end earlier"),
    (TillError::PlanOutOfBounds, "the reward's plan is too short or too long"),
    (TillError::WrongPosition, "this wallet has no such stake in this pool"),
    (
        TillError::WrongTier,
        "this stake has another lock time; stake under another one, or wait until it is over",
    ),
    (TillError::NotStaker, "only the wallet that staked can do this"),
    (TillError::AmountAboveStaked, "that is more than what is staked"),
    (TillError::StakeLocked, "the stake is still locked"),
    (TillError::WithdrawFirst, "what has cooled down already must be withdrawn first"),
    (TillError::NothingCooling, "nothing of the stake is cooling down; unstake first"),
    (TillError::StillCooling, "the stake is still cooling down"),
    (TillError::NothingToClaim, "there is no reward to claim yet"),
    (TillError::PositionNotEmpty, "there is still a stake in this position; unstake and withdraw it first"),
    (TillError::RewardsOwed, "there are rewards to claim first"),
];

/// Errors below those of the program's own, of the token programs and the system program, which both call 1 that there
/// is too little.
const TOO_LITTLE: &str = "program_error: 1";
const FROZEN: &str = "program_error: 17";

/// What the node says against a transaction for which there are no better words. The name that the program or Solana
/// gives it stands behind in parentheses.
pub fn refused(refusal: Refusal) -> Problem {
    match refusal.code.as_str() {
        _ if is_about_sol(&refusal) => {
            Problem::new(Code::InsufficientSol, "you need more SOL for the network fee and the rent")
        }
        TOO_LITTLE => {
            Problem::new(Code::InsufficientFunds, "the wallet holds too little of the token or of SOL")
        }
        FROZEN => {
            let detail = "a token account is frozen: ask the token's issuer (AccountFrozen)";
            Problem::new(Code::SimulationFailed, detail)
        }
        code => {
            let words = words(code).unwrap_or(&refusal.detail);
            Problem::new(Code::SimulationFailed, format!("{words} ({})", name(code)))
        }
    }
}

/// Whether who pays the network has too little SOL, or none.
pub fn is_about_sol(refusal: &Refusal) -> bool {
    ["InsufficientFundsForFee", "InsufficientFundsForRent", "AccountNotFound"]
        .contains(&refusal.code.as_str())
}

fn words(code: &str) -> Option<&'static str> {
    let name = name(code);
    WORDS.iter().find(|(error, _)| error.name() == name).map(|(_, words)| *words)
}

fn name(code: &str) -> &str {
    code.strip_prefix("program_error: ").unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn said(code: &str) -> Problem {
        refused(Refusal { code: code.to_owned(), detail: "as the chain says it".to_owned() })
    }

    #[test]
    fn what_a_customer_can_meet_is_said_in_words_and_by_name() {
        let problem = said("program_error: StakeLocked");
        assert_eq!(problem.code, Code::SimulationFailed);
        assert_eq!(problem.detail, "the stake is still locked (StakeLocked)");
        assert_eq!(said("program_error: NotGrantor").detail, "as the chain says it (NotGrantor)");
        assert_eq!(said("InvalidAccountData").detail, "as the chain says it (InvalidAccountData)");
    }

    #[test]
    fn too_little_is_no_riddle() {
        assert_eq!(said("AccountNotFound").code, Code::InsufficientSol);
        assert_eq!(said("program_error: 1").code, Code::InsufficientFunds);
        assert!(said("program_error: 17").detail.contains("frozen"));
    }

    #[test]
    fn every_error_has_words_once() {
        let names: HashSet<_> = WORDS.iter().map(|(error, _)| error.name()).collect();
        assert_eq!(names.len(), WORDS.len());
    }
}
