//! Whether an account and its row say the same, while both move.
//!
//! An account is seen as of a slot, and its row as of a checkpoint at that slot or behind it. So a row may
//! know what happened after the account was seen, and differ for that reason alone. Nothing is a
//! difference before it is proven that it cannot be this.

use super::account::Fields;

/// An account and its row, looked at one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The slot that the account is as of.
    pub slot: i64,
    /// What its row has to say; nothing where no account is.
    pub account: Option<Fields>,
    /// The slot that the row is as of: everything up to it is committed.
    pub indexed: i64,
    pub row: Option<Row>,
}

/// A row that says that its account is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The slot of its last change.
    pub slot: i64,
    /// Only those that the account tells.
    pub fields: Fields,
}

/// What a look tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Differs,
    /// One of them may have moved in between: only another look tells.
    Open,
}

impl Look {
    fn agrees(&self) -> bool {
        self.account.as_ref() == self.row.as_ref().map(|row| &row.fields)
    }

    /// What to make of this look, after the one `before` it at the same account.
    ///
    /// They differ if they do not agree, and one of these holds:
    /// - both are as of the same slot;
    /// - the row has not changed since the slot that the account is as of;
    /// - the account is there and what it was at the look before, when the row did not agree with it
    ///   either, and that row was read between the two.
    ///
    /// Accounts number their changes, so one that looks the same twice has not moved in between.
    pub fn verdict(&self, before: Option<&Self>) -> Verdict {
        if self.indexed < self.slot {
            return Verdict::Open;
        }
        if self.agrees() {
            return Verdict::Same;
        }
        let is_of_one_slot = self.indexed == self.slot;
        let has_row_rested = self.row.as_ref().is_some_and(|row| row.slot <= self.slot);
        let has_account_rested = before.is_some_and(|before| {
            let is_between = before.slot <= before.indexed && before.indexed <= self.slot;
            let is_there = self.account.is_some() && before.account == self.account;
            is_between && is_there && !before.agrees()
        });
        if is_of_one_slot || has_row_rested || has_account_rested { Verdict::Differs } else { Verdict::Open }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(sequence: u64) -> Fields {
        Fields::from_iter([("sequence".to_owned(), json!(sequence))])
    }

    /// The account with `account` changes at `slot`, the row with `row` (of them, the last at a slot) at `indexed`.
    fn look(slot: i64, account: Option<u64>, indexed: i64, row: Option<(u64, i64)>) -> Look {
        let row = row.map(|(sequence, slot)| Row { slot, fields: fields(sequence) });
        Look { slot, account: account.map(fields), indexed, row }
    }

    #[test]
    fn what_agrees_is_the_same() {
        assert_eq!(look(10, Some(3), 12, Some((3, 12))).verdict(None), Verdict::Same);
        assert_eq!(look(10, None, 12, None).verdict(None), Verdict::Same);
    }

    #[test]
    fn a_database_that_has_not_come_so_far_says_nothing() {
        assert_eq!(look(10, Some(3), 9, Some((3, 9))).verdict(None), Verdict::Open);
        assert_eq!(look(10, Some(3), 9, Some((2, 9))).verdict(None), Verdict::Open);
    }

    #[test]
    fn a_row_that_has_moved_on_is_looked_at_again() {
        assert_eq!(look(10, Some(3), 12, Some((4, 11))).verdict(None), Verdict::Open);
        assert_eq!(look(10, None, 12, Some((1, 11))).verdict(None), Verdict::Open, "opened since");
        assert_eq!(look(10, Some(3), 12, None).verdict(None), Verdict::Open, "closed since");
    }

    #[test]
    fn a_row_that_has_not_changed_since_is_wrong() {
        assert_eq!(look(10, Some(3), 12, Some((4, 10))).verdict(None), Verdict::Differs);
        assert_eq!(look(10, None, 12, Some((4, 7))).verdict(None), Verdict::Differs);
    }

    #[test]
    fn what_differs_in_the_same_slot_is_wrong() {
        assert_eq!(look(10, Some(3), 10, None).verdict(None), Verdict::Differs);
        assert_eq!(look(10, None, 10, Some((1, 10))).verdict(None), Verdict::Differs);
    }

    #[test]
    fn an_account_that_rests_proves_that_its_row_is_wrong() {
        let before = look(10, Some(3), 12, None);
        assert_eq!(look(12, Some(3), 14, None).verdict(Some(&before)), Verdict::Differs);
        assert_eq!(look(11, Some(3), 14, None).verdict(Some(&before)), Verdict::Open, "seen before the row");
        assert_eq!(look(12, Some(4), 14, None).verdict(Some(&before)), Verdict::Open, "it has moved");
        assert_eq!(look(12, Some(3), 14, Some((3, 13))).verdict(Some(&before)), Verdict::Same);
        let none = look(10, None, 12, Some((1, 11)));
        assert_eq!(look(12, None, 14, Some((1, 13))).verdict(Some(&none)), Verdict::Open, "it came and went");
        let agreed = look(10, Some(3), 12, Some((3, 9)));
        assert_eq!(look(12, Some(3), 14, None).verdict(Some(&agreed)), Verdict::Open, "closed since");
    }
}
