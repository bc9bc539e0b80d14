//! A valid instance of an instruction, and how it is made wrong.

use anchor_spl::{associated_token, token, token_2022};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till_tests::{COINS, Cast, Coin, Stage};

use super::idl::Idl;
use super::spec::{Kind, Mutation, Spec};

/// The casts whose accounts stand in for ours.
fn others(ours: Cast) -> [(Mutation, Cast); 5] {
    let (other_mint, other_program) = match ours.coin {
        Coin::Spl | Coin::OtherSpl => (Coin::OtherSpl, Coin::Token2022),
        Coin::Token2022 => (Coin::WithFee, Coin::Spl),
        Coin::WithFee => (Coin::Token2022, Coin::Spl),
    };
    [
        (Mutation::Theirs, Cast { side: 1, customer: 1, ..ours }),
        (Mutation::OtherHouse, Cast { house: 1, ..ours }),
        (Mutation::OtherPart, Cast { part: 1, ..ours }),
        (Mutation::OtherMint, Cast { coin: other_mint, ..ours }),
        (Mutation::OtherTokenProgram, Cast { coin: other_program, ..ours }),
    ]
}

/// Addresses that are nobody's.
const NOWHERE: Pubkey = Pubkey::new_from_array([7; 32]);
const SECOND: Pubkey = Pubkey::new_from_array([8; 32]);

pub struct Scene<'a> {
    pub stage: Stage,
    pub instruction: Instruction,
    idl: &'a Idl,
    pub others: Vec<Other>,
}

/// The instance of another cast, and whether it would succeed too.
pub struct Other {
    pub mutation: Mutation,
    instruction: Instruction,
    is_valid: bool,
}

impl<'a> Scene<'a> {
    /// Ours is prepared last, so that its time is now.
    pub fn of(spec: &Spec, idl: &'a Idl, ours: Cast) -> Self {
        let mut stage = Stage::new();
        let others = others(ours).map(|(mutation, cast)| (mutation, (spec.build)(&mut stage, &cast)));
        let instruction = (spec.build)(&mut stage, &ours);
        let other = |(mutation, instruction): (Mutation, Instruction)| {
            let is_valid = stage.clone().play(instruction.clone()).is_ok();
            Other { mutation, instruction, is_valid }
        };
        let others = others.map(other).into();
        Self { stage, instruction, idl, others }
    }

    /// The instruction with these accounts of another cast. Nothing when one of them is the same as
    /// ours, or when it is only the other cast's own instance, and a valid one.
    pub fn with_others(&self, mutation: Mutation, indexes: &[usize]) -> Option<Instruction> {
        let other = self.others.iter().find(|other| other.mutation == mutation)?;
        let mut instruction = self.instruction.clone();
        for index in indexes {
            let theirs = other.instruction.accounts[*index].pubkey;
            if std::mem::replace(&mut instruction.accounts[*index].pubkey, theirs) == theirs {
                return None;
            }
        }
        let is_own = other.is_valid && instruction == other.instruction;
        (!is_own).then_some(instruction)
    }

    /// The mutations that put the account of another cast in the place of the one at `index`.
    pub fn casts(&self, index: usize) -> impl Iterator<Item = Mutation> {
        let casts = self.others.iter().map(|other| other.mutation);
        casts.filter(move |mutation| self.with_others(*mutation, &[index]).is_some())
    }

    /// A clone of the stage and of the instruction with the account at `index` made wrong.
    pub fn mutated(&self, index: usize, kind: Kind, mutation: Mutation) -> (Stage, Instruction) {
        let (mut stage, mut instruction) = (self.stage.clone(), self.instruction.clone());
        let meta = &mut instruction.accounts[index];
        let address = meta.pubkey;
        match mutation {
            Mutation::Unsigned => meta.is_signer = false,
            Mutation::ReadOnly => meta.is_writable = false,
            Mutation::Missing => (meta.pubkey, meta.is_signer, meta.is_writable) = (till::ID, false, false),
            Mutation::Elsewhere if kind == Kind::Program => meta.pubkey = other_program(&address),
            Mutation::Elsewhere => meta.pubkey = NOWHERE,
            Mutation::Signing => (meta.pubkey, meta.is_signer) = (NOWHERE, true),
            Mutation::Again => drop(stage.must(self.instruction.clone())),
            Mutation::Closed => stage.forget(&address),
            Mutation::Second => {
                meta.pubkey = SECOND;
                change(&mut stage, (address, SECOND), |_| ());
            }
            Mutation::WrongOwner => {
                change(&mut stage, (address, address), |account| account.owner = other_owner(&account.owner));
            }
            Mutation::WrongType => {
                let data = self.another_type(kind, address);
                change(&mut stage, (address, address), |account| account.data = data);
            }
            cast => instruction = self.with_others(cast, &[index]).expect("the mutation of a cast"),
        }
        (stage, instruction)
    }

    /// The bytes of an account with the type of another: of a token account where a mint is, a mint
    /// where a token account is, another discriminator where an account of the program is.
    fn another_type(&self, kind: Kind, address: Pubkey) -> Vec<u8> {
        let data = |address| self.stage.world.svm.get_account(&address).expect("an account").data;
        match kind {
            Kind::State => {
                let mut data = data(address);
                let mut types = self.idl.types.values();
                let other = types.find(|other| !data.starts_with(other)).expect("another type");
                data[..other.len()].copy_from_slice(other);
                data
            }
            Kind::Mint => {
                let coin = COINS.into_iter().find(|coin| self.stage.token(*coin).mint == address);
                let mut stage = self.stage.clone();
                let account = stage.funded(coin.expect("a mint of the stage"), &NOWHERE);
                stage.world.svm.get_account(&account).expect("an account").data
            }
            _ => data(self.stage.token(Coin::Spl).mint),
        }
    }
}

/// Writes the account at the first address to the second, changed.
fn change(stage: &mut Stage, (from, to): (Pubkey, Pubkey), change: impl FnOnce(&mut Account)) {
    let mut account = stage.world.svm.get_account(&from).expect("an account");
    change(&mut account);
    stage.world.svm.set_account(to, account).expect("the account can be set");
}

fn other_owner(owner: &Pubkey) -> Pubkey {
    match *owner {
        token::ID => token_2022::ID,
        token_2022::ID => token::ID,
        _ => associated_token::ID,
    }
}

/// A program that is none of those that instructions want at `address`.
fn other_program(address: &Pubkey) -> Pubkey {
    if *address == associated_token::ID { token::ID } else { associated_token::ID }
}
