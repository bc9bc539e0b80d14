//! What an account is to an instruction, what follows from it, and the rule for all of its kind.

use anchor_lang::error::ErrorCode;
use solana_instruction::error::InstructionError;
use till::TillError;

use super::mutation::{Expected, Mutation};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A wallet that signs because of who it is.
    Signer,
    /// A wallet that signs because it pays rent: any will do.
    RentPayer,
    /// A wallet that something is sent to.
    Wallet,
    /// An account of one of the program's types, through `AccountLoader`, that names others or is named
    /// by them.
    State,
    /// An account that Anchor's `init` makes.
    Init,
    /// An account that `pda::create` makes.
    Created,
    /// An address that seeds give, whether something is there or not.
    Derived,
    /// An associated token account that the instruction makes.
    Associated,
    /// A token account that an account of the program names, and that pays.
    Held,
    /// A token account of a wallet that is named: any of its token accounts will do.
    Receiver,
    Mint,
    Program,
    EventAuthority,
    /// This program, which has to be there to be called by itself.
    Itself,
    /// An account of another program that is none of the above.
    Foreign,
    /// An account that the instruction does not look at.
    Unused,
}

use Kind::*;
use Mutation::*;

/// The system program's answer when there is an account already.
pub const ALREADY_IN_USE: InstructionError = InstructionError::Custom(0);

impl Kind {
    /// The mutations of the kind, beside those that follow from flags and casts.
    pub fn mutations(self) -> &'static [Mutation] {
        match self {
            Signer | RentPayer => &[Unsigned],
            Wallet | Derived | EventAuthority | Program | Itself | Unused => &[Elsewhere],
            State => &[WrongOwner, WrongType, Closed],
            Init | Created => &[Elsewhere, Again, Signing],
            Associated => &[Elsewhere, Signing],
            Held | Receiver => &[WrongOwner, WrongType, Closed, Second],
            Mint => &[WrongOwner, WrongType, Closed, Elsewhere],
            Foreign => &[WrongOwner, Closed, Elsewhere],
        }
    }

    /// What a mutation gives for every account of the kind, unless its row says otherwise.
    pub fn rule(self, mutation: Mutation) -> Option<Expected> {
        use ErrorCode::*;
        use InstructionError::*;
        use TillError::*;
        let expected = match (self, mutation, mutation.group()) {
            (_, Same(_), _) => return None,
            (Init, ReadOnly, _) => PrivilegeEscalation.into(),
            (_, ReadOnly, _) => ConstraintMut.into(),
            (_, Unsigned, _) => AccountNotSigner.into(),
            (RentPayer | Unused, _, Some(Swapped)) | (Unused, Missing, _) => Expected::Accepted,
            (State, _, Some(Swapped)) => ConstraintHasOne.into(),
            (State, WrongType, _) => AccountDiscriminatorMismatch.into(),
            (State, _, Some(Spoilt)) => AccountOwnedByWrongProgram.into(),
            (Init, Again, _) => ALREADY_IN_USE.into(),
            (Init, _, _) | (Derived, _, Some(Swapped)) => ConstraintSeeds.into(),
            (Created, Again, _) => AlreadyPaid.into(),
            (Created, Signing, _) => NewAccountSigns.into(),
            // the system program wants a signature that the program cannot give
            (Created, _, Some(Swapped)) => PrivilegeEscalation.into(),
            // what the associated token program makes instead is not there
            (Associated, _, _) => MissingAccount.into(),
            (Held, _, Some(Swapped)) => ConstraintHasOne.into(),
            // Token-2022 looks at owners first; under SPL Token the runtime lets nobody else write
            (Held, WrongOwner, _) => {
                Expected::by_token_program(ExternalAccountDataModified, IncorrectProgramId)
            }
            (Held, Closed, _) => Expected::by_token_program(InvalidAccountData, IncorrectProgramId),
            (Held, WrongType, _) => InvalidAccountData.into(),
            (Receiver, Theirs, _) => WrongTokenOwner.into(),
            (Receiver, Second, _) => Expected::Accepted,
            (Receiver, _, _) => NotATokenAccount.into(),
            (Mint, _, Some(Swapped)) => WrongMint.into(),
            // SPL Token knows a mint by the address that the token accounts name
            (Mint, WrongOwner, _) => Expected::by_token_program(Expected::Accepted, IncorrectProgramId),
            (Mint, WrongType, _) => InvalidAccountData.into(),
            (Mint, Closed, _) => WrongMint.into(),
            (Program, Elsewhere, _) => InvalidProgramId.into(),
            (Program, OtherTokenProgram, _) => NotATokenAccount.into(),
            (EventAuthority, _, Some(Swapped)) => ConstraintAddress.into(),
            (Itself, _, Some(Swapped)) => MissingAccount.into(),
            _ => return None,
        };
        Some(expected)
    }

    /// Whether an account of the one kind could be mistaken for one of the other.
    pub fn is_like(self, other: Self) -> bool {
        let class = |kind| match kind {
            Signer | RentPayer | Wallet => Some("wallet"),
            State | Init | Created => Some("state"),
            Associated | Held | Receiver => Some("token account"),
            _ => None,
        };
        class(self).is_some() && class(self) == class(other)
    }
}
