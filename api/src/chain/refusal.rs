//! Why the chain refused a transaction, with the program's errors by name.

use std::sync::LazyLock;

use serde::Deserialize;
use solana_client::rpc_response::TransactionError;
use solana_instruction::error::InstructionError;

/// What the chain said, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `program_error: AmountAboveCapturable`, or the name that Solana gives the error.
    pub code: String,
    pub detail: String,
}

/// An error of the program, as its IDL names it.
#[derive(Deserialize)]
struct ProgramError {
    code: u32,
    name: String,
    msg: String,
}

static PROGRAM_ERRORS: LazyLock<Vec<ProgramError>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Idl {
        errors: Vec<ProgramError>,
    }
    serde_json::from_str::<Idl>(till::client::IDL).expect("the IDL of this build can be read").errors
});

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
        match PROGRAM_ERRORS.iter().find(|error| error.code == number) {
            Some(error) => Self { code: format!("program_error: {}", error.name), detail: error.msg.clone() },
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
    use till::TillError;

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
    fn errors_are_told_by_the_number_that_the_program_gives_them() {
        for error in [TillError::Paused, TillError::Disputed, TillError::CaptureTooEarly] {
            let refusal = refused(InstructionError::Custom(error.into()));
            assert_eq!(refusal.code, format!("program_error: {}", error.name()));
            assert_eq!(refusal.detail, error.to_string());
        }
    }

    #[test]
    fn other_errors_keep_solanas_name() {
        assert_eq!(Refusal::of(&TransactionError::BlockhashNotFound).code, "BlockhashNotFound");
        assert_eq!(Refusal::of(&TransactionError::DuplicateInstruction(3)).code, "DuplicateInstruction");
        assert_eq!(refused(InstructionError::MissingRequiredSignature).code, "MissingRequiredSignature");
    }
}
