//! Cases for the SBF toolchain: each computes something from a seed and writes down what came out. On the chain the
//! entry point runs one case and returns the answer; on this machine a test calls the very same function. A difference
//! is a mistake in the toolchain (see `tests/differential.rs`).

pub mod arithmetic;
pub mod collections;
pub mod crypto;
pub mod dispatch;
pub mod layout;
pub mod random;
pub mod text;

use random::Random;

/// A case: its name for people, and what it does.
pub struct Case {
    pub name: &'static str,
    pub run: fn(&mut Random, &mut String),
    /// How many of the slowest case's runs take about the time of one of these: expensive cases run less often.
    pub cost: u32,
}

const fn case(name: &'static str, run: fn(&mut Random, &mut String)) -> Case {
    Case { name, run, cost: 1 }
}

/// The number of a case is its place here.
pub const CASES: &[Case] = &[
    case("integers of all widths", arithmetic::narrow),
    case("64 and 128 bits, floats, overflow", arithmetic::wide),
    case("matrix of 128-bit numbers", arithmetic::matrix),
    case("structs by value", layout::by_value),
    case("enums with boxes", layout::enums),
    case("copying and comparing bytes", layout::bytes),
    case("deep recursion with big frames", layout::recursion),
    case("sorting", collections::sorting),
    case("B-trees", collections::trees),
    case("hash maps, deques, heaps", collections::hashing),
    case("trait objects and closures", dispatch::dynamic),
    case("parsing and printing", text::parsing),
    Case { name: "SHA-256 and SHA-512", run: crypto::hashes, cost: 4 },
    Case { name: "curve25519 in software", run: crypto::curve, cost: 40 },
];

/// Programs return at most 1,024 bytes.
const ANSWER_BYTES: usize = 900;

/// What case number `case` says for this seed: a hash of all of it, and as much of its beginning as fits, to see where a
/// difference is.
pub fn answer(case: usize, seed: u64) -> String {
    let mut text = String::new();
    (CASES[case].run)(&mut Random::new(seed), &mut text);
    let hash = fnv1a(&text);
    let end = (0..=ANSWER_BYTES.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.truncate(end);
    format!("{hash:016x}{text}")
}

fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Ways to go wrong, which must end the transaction and say where.
pub const PANICS: &[(&str, fn(u64) -> u64)] = &[
    ("addition overflows", |seed| seed + opaque(u64::MAX)),
    ("multiplication overflows", |seed| (seed as i64 * opaque(i64::MIN + 1)) as u64),
    ("division by zero", |seed| seed / opaque(0)),
    ("index out of bounds", |seed| [1, 2, 3][opaque(3 + seed as usize % 7)]),
    ("unwrap of nothing", |_| opaque(None::<u64>).unwrap()),
    ("a cell borrowed twice", |seed| {
        let cell = std::cell::RefCell::new(seed);
        let first = cell.borrow_mut();
        let second = cell.borrow_mut();
        *first + *second
    }),
];

fn opaque<T>(value: T) -> T {
    std::hint::black_box(value)
}

#[cfg(not(feature = "no-entrypoint"))]
mod entry {
    use solana_account_info::AccountInfo;
    use solana_cpi::set_return_data;
    use solana_program_error::{ProgramError, ProgramResult};
    use solana_pubkey::Pubkey;

    solana_program_entrypoint::entrypoint!(process);

    /// The instruction: whether it is a case or a panic, its number, the seed.
    fn process(_program: &Pubkey, _accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
        let [kind, number, seed @ ..] = data else { return Err(ProgramError::InvalidInstructionData) };
        let seed = u64::from_le_bytes(seed.try_into().map_err(|_| ProgramError::InvalidInstructionData)?);
        match kind {
            0 => set_return_data(super::answer(usize::from(*number), seed).as_bytes()),
            _ => {
                super::opaque(super::PANICS[usize::from(*number)].1(seed));
            }
        }
        Ok(())
    }
}
