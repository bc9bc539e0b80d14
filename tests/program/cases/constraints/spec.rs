//! The words of the table.

use solana_instruction::Instruction;
use till_tests::{Cast, Coin, Stage};

pub use super::kind::Kind;
pub use super::mutation::{Expected, Mutation};

/// A line of the table: an account, what it is, and what is not the rule of its kind.
#[derive(Clone, Debug)]
pub struct Row {
    /// The composite that it is in, or nothing.
    pub composite: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    pub expected: Vec<(Mutation, Expected)>,
}

pub fn row(name: &'static str, kind: Kind, expected: impl IntoIterator<Item = (Mutation, Expected)>) -> Row {
    Row { composite: "", name, kind, expected: expected.into_iter().collect() }
}

impl Row {
    /// The name as the IDL has it: `escrow.payer`.
    pub fn path(&self) -> String {
        if self.composite.is_empty() { self.name.into() } else { format!("{}.{}", self.composite, self.name) }
    }

    /// What a mutation must give: what the row says of it or of its group, or the rule of the kind.
    pub fn expected(&self, mutation: Mutation) -> Option<Expected> {
        let said =
            |of| self.expected.iter().find(|(said, _)| *said == of).map(|(_, expected)| expected.clone());
        let of_group = || mutation.group().and_then(said);
        said(mutation).or_else(of_group).or_else(|| self.kind.rule(mutation))
    }
}

/// Builds an instance of an instruction for a cast, and first does on the stage what must have
/// happened for it to succeed.
pub type Build = fn(&mut Stage, &Cast) -> Instruction;

/// An instruction: how to build it, and a row for each of its accounts, in the order of the IDL, those
/// behind the accounts of the IDL last.
pub struct Spec {
    pub build: Build,
    pub rows: Vec<Row>,
    /// The mints that it is judged with: one of each token program.
    pub coins: Vec<Coin>,
    together: Vec<(&'static [Mutation], [&'static str; 2])>,
}

impl Spec {
    pub fn of(build: Build) -> Self {
        let coins = vec![Coin::Spl, Coin::Token2022];
        Self { build, rows: Vec::new(), coins, together: Vec::new() }
    }

    /// An instruction that only this mint knows.
    pub fn only(self, coin: Coin) -> Self {
        Self { coins: vec![coin], ..self }
    }

    pub fn row(
        mut self,
        name: &'static str,
        kind: Kind,
        expected: impl IntoIterator<Item = (Mutation, Expected)>,
    ) -> Self {
        self.rows.push(row(name, kind, expected));
        self
    }

    /// The accounts of a composite.
    pub fn group(mut self, composite: &'static str, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows.into_iter().map(|row| Row { composite, ..row }));
        self
    }

    /// Two accounts, by name, that may be of another cast if both are.
    pub fn together(
        mut self,
        casts: &'static [Mutation],
        accounts: [&'static str; 2],
        because: &'static str,
    ) -> Self {
        assert!(!because.is_empty(), "say why");
        self.together.push((casts, accounts));
        self
    }

    pub fn belong_together(&self, cast: Mutation, accounts: [&str; 2]) -> bool {
        self.together.iter().any(|(casts, pair)| casts.contains(&cast) && *pair == accounts)
    }

    /// The two accounts that `#[event_cpi]` adds.
    pub fn event(self) -> Self {
        self.row("event_authority", Kind::EventAuthority, []).row("program", Kind::Itself, [])
    }
}
