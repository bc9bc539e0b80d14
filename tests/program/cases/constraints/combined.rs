//! Accounts that are wrong only together: one in two places, and two of other people at once.

use super::judge::Judge;
use super::mutation::{Expected, Mutation};
use super::outcome::outcome;

impl Judge<'_> {
    /// Every other account in the place of this one is refused: as the row says of it; when it says
    /// nothing, as a stranger's account would be if it could be mistaken for this one, or in any way.
    pub fn complaints_of_duplicates(&self, index: usize) -> Vec<String> {
        let (rows, accounts) = (&self.spec.rows, &self.scene.instruction.accounts);
        let known = self.known(index);
        let is_other = |other: &usize| accounts[*other].pubkey != accounts[index].pubkey;
        // the program's own address says that an optional account is missing
        let is_missing = |other: &usize| self.is_optional(index) && accounts[*other].pubkey == till::ID;
        let complaint = |other: usize| {
            let mutation = Mutation::Same(rows[other].name);
            let mut instruction = self.scene.instruction.clone();
            instruction.accounts[index].pubkey = accounts[other].pubkey;
            let (found, told) = outcome(self.scene.stage.clone(), instruction);
            let is_right = match self.expected(index, mutation) {
                Some(expected) => expected == found,
                None if rows[index].kind.is_like(rows[other].kind) => known.contains(&found),
                None => found != Expected::Accepted || known.contains(&found),
            };
            (!is_right).then(|| format!("{mutation:?} gives {told}"))
        };
        let others = (0..rows.len()).filter(|other| is_other(other) && !is_missing(other));
        others.filter_map(complaint).collect()
    }

    /// What the row says of accounts that have nothing to do with the right one.
    fn known(&self, index: usize) -> Vec<Expected> {
        let said = |mutation: Mutation| {
            let expected = self.expected(index, mutation)?;
            let is_spoilt = mutation.group() == Some(Mutation::Spoilt) && expected != Expected::Accepted;
            (is_spoilt || mutation.is_of_strangers()).then_some(expected)
        };
        self.mutations(index).into_iter().filter_map(said).collect()
    }

    /// Two accounts of another cast are refused, unless the spec says that they belong together or
    /// either would be accepted alone.
    pub fn complaints_of_pairs(&self) -> Vec<String> {
        let rows = &self.spec.rows;
        let pairs = (0..rows.len()).flat_map(|second| (0..second).map(move |first| [first, second]));
        let casts = self.scene.others.iter().map(|other| other.mutation);
        let all = pairs.flat_map(|pair| casts.clone().map(move |mutation| (pair, mutation)));
        all.filter_map(|(pair, mutation)| self.complaint_of_pair(pair, mutation)).collect()
    }

    fn complaint_of_pair(&self, pair: [usize; 2], mutation: Mutation) -> Option<String> {
        let names = pair.map(|index| self.spec.rows[index].name);
        let belong_together = self.spec.belong_together(mutation, names);
        let is_known = |index: &usize| self.expected(*index, mutation) == Some(Expected::Accepted);
        let instruction = self.scene.with_others(mutation, &pair);
        let Some(instruction) = instruction.filter(|_| !pair.iter().all(is_known)) else {
            return belong_together.then(|| format!("{names:?}: there is no {mutation:?}"));
        };
        let (found, told) = outcome(self.scene.stage.clone(), instruction);
        let is_right = (found == Expected::Accepted) == belong_together;
        (!is_right).then(|| format!("{names:?} together: {mutation:?} gives {told}"))
    }
}
