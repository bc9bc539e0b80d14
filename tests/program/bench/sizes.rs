//! What accounts and the program itself weigh, and what that costs in rent.

use till::{
    BurnRecord, Campaign, Donation, Merchant, MintPolicy, Payment, Pool, Position, Protocol, Vault, Vesting,
};
use till_tests::{World, program_elf};

/// An account of the program: its name, bytes, and rent in lamports, which comes back when it closes.
pub struct Size {
    pub name: &'static str,
    pub bytes: usize,
    pub rent: u64,
}

pub fn accounts() -> Vec<Size> {
    let world = World::bare();
    let kinds = [
        ("protocol", Protocol::SPACE),
        ("merchant", Merchant::SPACE),
        ("vault (and its token account)", Vault::SPACE),
        ("payment", Payment::SPACE),
        ("mint policy", MintPolicy::SPACE),
        ("pool (and its token accounts)", Pool::SPACE),
        ("position", Position::SPACE),
        ("burn record", BurnRecord::SPACE),
        ("campaign (and its token account)", Campaign::SPACE),
        ("receipt of a donation", Donation::SPACE),
        ("vesting (and its token account)", Vesting::SPACE),
    ];
    kinds
        .into_iter()
        .map(|(name, bytes)| Size { name, bytes, rent: world.svm.minimum_balance_for_rent_exemption(bytes) })
        .collect()
}

/// Bytes of the compiled program.
pub fn program() -> usize {
    program_elf().len()
}
