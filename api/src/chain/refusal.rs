//! Why the chain refused a transaction, with the program's errors by name.

use solana_client::rpc_response::TransactionError;
use solana_instruction::error::InstructionError;
use till::TillError;

/// What the chain said, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `program_error: AmountAboveCapturable`, or the name that Solana gives the error.
    pub code: String,
    pub detail: String,
}

macro_rules! till_errors {
    ($($name:ident),+ $(,)?) => {
        const TILL_ERRORS: &[TillError] = &[$(TillError::$name),+];

        /// Exhaustive, so that an error which is added to the program is named here too.
        fn name(error: TillError) -> &'static str {
            match error { $(TillError::$name => stringify!($name)),+ }
        }
    };
}

till_errors!(
    Paused,
    NotUpgradeAuthority,
    FeeTooHigh,
    FeeAboveTerms,
    NotMerchant,
    ZeroAddress,
    AmountZero,
    AmountAboveCapturable,
    AmountAboveRefundable,
    BalanceTooSmall,
    NothingCapturable,
    NothingToPayOut,
    AuthorizationExpired,
    AuthorizationNotExpired,
    RefundExpired,
    NotClosable,
    ExpiryOutOfBounds,
    WrongCaptureMode,
    WrongMint,
    WrongPaymentAddress,
    WrongTokenOwner,
    NotATokenAccount,
    SourceIncomplete,
    PayerAccountMissing,
    MintExtensionRefused,
    AmountNotReceived,
    WrongRentPayer,
    Overflow,
    TransferFeeTooHigh,
    InvariantViolated,
);

impl Refusal {
    pub fn of(error: &TransactionError) -> Self {
        match error {
            TransactionError::InstructionError(_, InstructionError::Custom(number)) => Self::custom(*number),
            TransactionError::InstructionError(index, inner) => {
                Self { code: variant(inner), detail: format!("instruction {index}: {inner}") }
            }
            other => Self { code: variant(other), detail: other.to_string() },
        }
    }

    fn custom(number: u32) -> Self {
        match TILL_ERRORS.iter().find(|error| u32::from(**error) == number) {
            Some(error) => {
                Self { code: format!("program_error: {}", name(*error)), detail: error.to_string() }
            }
            None => Self {
                code: format!("program_error: {number}"),
                detail: format!("a program refused with its error {number}"),
            },
        }
    }
}

/// `BlockhashNotFound` of `BlockhashNotFound`, `DuplicateInstruction` of `DuplicateInstruction(2)`.
fn variant(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error: InstructionError) -> Refusal {
        Refusal::of(&TransactionError::InstructionError(1, error))
    }

    #[test]
    fn the_programs_errors_have_names() {
        let refusal = refused(InstructionError::Custom(6007));
        assert_eq!(refusal.code, "program_error: AmountAboveCapturable");
        assert_eq!(refusal.detail, "The amount is more than what can still be captured");
        assert_eq!(refused(InstructionError::Custom(1)).code, "program_error: 1");
    }

    #[test]
    fn every_error_of_the_program_is_listed_once_and_in_order() {
        for (index, error) in TILL_ERRORS.iter().enumerate() {
            assert_eq!(u32::from(*error), 6000 + index as u32, "{}", name(*error));
        }
    }

    #[test]
    fn other_errors_keep_solanas_name() {
        assert_eq!(Refusal::of(&TransactionError::BlockhashNotFound).code, "BlockhashNotFound");
        assert_eq!(Refusal::of(&TransactionError::DuplicateInstruction(3)).code, "DuplicateInstruction");
        assert_eq!(refused(InstructionError::MissingRequiredSignature).code, "MissingRequiredSignature");
    }
}
