//! Plays every mutation of every account, and compares what comes of it with the table.

use solana_instruction::error::InstructionError;
use solana_pubkey::Pubkey;
use till_tests::Cast;

use super::idl::{self, Idl};
use super::mutation::{Expected, Mutation};
use super::outcome::outcome;
use super::scene::Scene;
use super::spec::{Row, Spec};

/// Fails with everything in which the program and the table differ.
pub fn judge(name: &str, spec: Spec) {
    let idl = Idl::read();
    let accounts = &idl.instructions.get(name).expect("an instruction of the IDL").accounts;
    let specified: Vec<_> = spec.rows.iter().map(Row::path).take(accounts.len()).collect();
    let named: Vec<_> = accounts.iter().map(|account| account.name.clone()).collect();
    assert_eq!(specified, named, "the accounts that the table has, and those that the IDL has");

    for coin in spec.coins.iter().copied() {
        let scene = Scene::of(&spec, &idl, Cast { coin, ..Cast::OURS });
        assert_eq!(scene.instruction.accounts.len(), spec.rows.len(), "a row for each account");
        scene.stage.clone().must(scene.instruction.clone());

        let token_program = scene.stage.token(coin).program;
        let judge = Judge { scene, idl: &idl, accounts, spec: &spec, token_program };
        let mut complaints: Vec<_> = (0..spec.rows.len()).flat_map(|index| judge.complaints(index)).collect();
        complaints.extend(judge.complaints_of_pairs());
        assert!(complaints.is_empty(), "{name} with {coin:?}:\n  {}", complaints.join("\n  "));
    }
}

pub struct Judge<'a> {
    pub scene: Scene<'a>,
    idl: &'a Idl,
    accounts: &'a [idl::Account],
    pub spec: &'a Spec,
    token_program: Pubkey,
}

impl Judge<'_> {
    /// All that is wrong with one row.
    fn complaints(&self, index: usize) -> Vec<String> {
        let row = &self.spec.rows[index];
        let mutations = self.mutations(index);
        let wrong = mutations.iter().filter_map(|mutation| self.complaint(index, *mutation));

        let is_of = |said: Mutation| move |known: &Mutation| *known == said || known.group() == Some(said);
        let is_known = |said: &Mutation| mutations.iter().any(is_of(*said));
        let said = row.expected.iter().map(|(mutation, _)| *mutation);
        let stale = said.filter(|said| !matches!(said, Mutation::Same(_)) && !is_known(said));
        let stale = stale.map(|said| format!("there is no {said:?}"));

        let complaints = stale.chain(wrong).chain(self.complaints_of_duplicates(index));
        complaints.map(|said| format!("{}: {said}", row.path())).collect()
    }

    /// Those of the kind, those of the flags, and those of the casts.
    pub fn mutations(&self, index: usize) -> Vec<Mutation> {
        let meta = &self.scene.instruction.accounts[index];
        let mut mutations = self.spec.rows[index].kind.mutations().to_vec();
        mutations.extend(self.scene.casts(index));
        mutations.extend(meta.is_writable.then_some(Mutation::ReadOnly));
        mutations.extend(self.is_optional(index).then_some(Mutation::Missing));
        // one that is left out has no flags
        let is_left_out = self.is_optional(index) && meta.pubkey == till::ID;
        if let Some(account) = self.accounts.get(index).filter(|_| !is_left_out) {
            let signs = mutations.contains(&Mutation::Unsigned);
            let flags = (account.is_signer, account.is_signer, account.is_writable);
            assert_eq!(flags, (signs, meta.is_signer, meta.is_writable), "{}", account.name);
        }
        mutations
    }

    pub fn is_optional(&self, index: usize) -> bool {
        self.accounts.get(index).is_some_and(|account| account.is_optional)
    }

    /// What the table says.
    pub fn expected(&self, index: usize, mutation: Mutation) -> Option<Expected> {
        Some(self.spec.rows[index].expected(mutation)?.under(&self.token_program))
    }

    fn complaint(&self, index: usize, mutation: Mutation) -> Option<String> {
        let (stage, instruction) = self.scene.mutated(index, self.spec.rows[index].kind, mutation);
        let (found, told) = outcome(stage, instruction);
        match self.expected(index, mutation) {
            Some(expected) if expected == found => None,
            Some(expected) => Some(format!("{mutation:?} gives {told}, not {}", self.name(&expected))),
            None => Some(format!("{mutation:?} gives {told}, and the table says nothing")),
        }
    }

    fn name(&self, expected: &Expected) -> String {
        match expected {
            Expected::Refused(InstructionError::Custom(code)) => {
                self.idl.errors.get(code).cloned().unwrap_or(format!("Custom({code})"))
            }
            other => format!("{other:?}"),
        }
    }
}
