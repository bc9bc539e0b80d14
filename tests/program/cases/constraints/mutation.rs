//! How an account is made wrong, and what must come of it.

use anchor_lang::error::ErrorCode;
use anchor_spl::token;
use solana_instruction::error::InstructionError;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::error::TokenError;
use till::TillError;

/// How an account of an instruction is made wrong. All else stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// It does not sign.
    Unsigned,
    /// It is not writable.
    ReadOnly,
    /// An optional account is left out.
    Missing,
    /// The account of other people: another merchant's, another payer's. It signs where ours would.
    Theirs,
    /// Of the same people, but of another merchant, campaign, pool of theirs.
    OtherHouse,
    /// Of the same merchant, campaign, pool, but of another vault, payment, position.
    OtherPart,
    /// The same in another mint.
    OtherMint,
    /// The same under the other token program.
    OtherTokenProgram,
    /// Another token account, with as much in it, of the same owner and mint.
    Second,
    /// An address that is nobody's; for a program another program.
    Elsewhere,
    /// All of these, which put another account in its place.
    Swapped,
    /// The same address and bytes, owned by another program: a token account or a mint by the other
    /// token program.
    WrongOwner,
    /// The same address and owner, the bytes of another type.
    WrongType,
    /// Nothing is at its address any more.
    Closed,
    /// All of these, which leave it its address.
    Spoilt,
    /// The instruction a second time: what it creates is there already.
    Again,
    /// An address elsewhere that signs, and so can be made an account without the program.
    Signing,
    /// Another account of the instruction.
    Same(&'static str),
}

use Mutation::*;

impl Mutation {
    pub fn gives(self, error: impl Into<Expected>) -> (Self, Expected) {
        (self, error.into())
    }

    /// It succeeds, and that is right.
    pub fn accepted(self, because: &'static str) -> (Self, Expected) {
        assert!(!because.is_empty(), "say why");
        (self, Expected::Accepted)
    }

    /// The word for all mutations like this one.
    pub fn group(self) -> Option<Self> {
        match self {
            Theirs | OtherHouse | OtherPart | OtherMint | OtherTokenProgram | Second | Elsewhere => {
                Some(Swapped)
            }
            WrongOwner | WrongType | Closed => Some(Spoilt),
            _ => None,
        }
    }

    fn swaps(self) -> bool {
        self.group() == Some(Swapped)
    }

    /// Whether it tells what comes of an account that has nothing to do with the right one.
    pub fn is_of_strangers(self) -> bool {
        (self.swaps() && self != Second) || matches!(self, Again | Signing)
    }
}

/// What must come of a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    Accepted,
    Refused(InstructionError),
    /// Under SPL Token, and under Token-2022.
    ByTokenProgram(Box<Expected>, Box<Expected>),
}

impl Expected {
    pub fn by_token_program(spl_token: impl Into<Self>, token_2022: impl Into<Self>) -> Self {
        Self::ByTokenProgram(Box::new(spl_token.into()), Box::new(token_2022.into()))
    }

    /// What is expected under this token program.
    pub fn under(self, token_program: &Pubkey) -> Self {
        match self {
            Self::ByTokenProgram(spl_token, _) if *token_program == token::ID => *spl_token,
            Self::ByTokenProgram(_, token_2022) => *token_2022,
            either => either,
        }
    }
}

impl From<TillError> for Expected {
    fn from(error: TillError) -> Self {
        Self::Refused(InstructionError::Custom(error.into()))
    }
}

impl From<ErrorCode> for Expected {
    fn from(error: ErrorCode) -> Self {
        Self::Refused(InstructionError::Custom(error.into()))
    }
}

impl From<TokenError> for Expected {
    fn from(error: TokenError) -> Self {
        Self::Refused(InstructionError::Custom(error as u32))
    }
}

impl From<InstructionError> for Expected {
    fn from(error: InstructionError) -> Self {
        Self::Refused(error)
    }
}
