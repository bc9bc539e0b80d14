//! What was played, and how often it went through.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use crate::constraints::Idl;

/// Instructions that are not played, each with the reason.
const NOT_PLAYED: [(&str, &str); 1] = [("initialize_protocol", "before the sequences begin, and once")];

/// So many sequences play everything.
const ENOUGH: u64 = 1_000;

/// Accepted and refused, by instruction.
#[derive(Default)]
pub struct Tally {
    sequences: u64,
    counts: BTreeMap<&'static str, [u64; 2]>,
}

impl Tally {
    pub fn count(&mut self, data: &[u8], is_accepted: bool) {
        let idl = idl();
        let mut named = idl.instructions.iter();
        let found = named.find(|(_, instruction)| data.starts_with(&instruction.discriminator));
        let name = found.expect("an instruction of the IDL").0;
        self.counts.entry(name).or_default()[usize::from(!is_accepted)] += 1;
    }

    pub fn add(&mut self, other: Self) {
        self.sequences += other.sequences;
        for (name, [accepted, refused]) in other.counts {
            let count = self.counts.entry(name).or_default();
            *count = [count[0] + accepted, count[1] + refused];
        }
    }

    /// Every instruction of the IDL went through, and was refused, but for those that are not played.
    pub fn require_everything_played(&self) {
        if self.sequences < ENOUGH {
            return;
        }
        for name in idl().instructions.keys() {
            let is_played =
                self.counts.get(name.as_str()).is_some_and(|count| count.iter().all(|count| *count > 0));
            let is_excepted = NOT_PLAYED.iter().any(|(not_played, _)| not_played == name);
            assert_ne!(is_played, is_excepted, "{name}");
        }
    }

    pub fn of_one_sequence() -> Self {
        Self { sequences: 1, ..Self::default() }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        for (name, [accepted, refused]) in &self.counts {
            writeln!(out, "{name:26} {accepted:8} accepted {refused:8} refused")?;
        }
        Ok(())
    }
}

fn idl() -> &'static Idl {
    static IDL: OnceLock<Idl> = OnceLock::new();
    IDL.get_or_init(Idl::read)
}
