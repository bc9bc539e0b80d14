//! The program's door. What `entrypoint!` does, but the program's own events, which reach it as calls of
//! itself, go out again at once, and accounts are read into a list that never grows.
//!
//! Anchor's door is switched off by the feature `no-entrypoint`, which is on by default for this.

use std::mem::size_of;

use anchor_lang::event::EVENT_IX_TAG;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::entrypoint::{
    custom_heap_default, custom_panic_default, deserialize_into, MAX_PERMITTED_DATA_INCREASE, NON_DUP_MARKER,
    SUCCESS,
};

custom_heap_default!();
custom_panic_default!();

/// # Safety
///
/// Called by the runtime only, with its serialization of the instruction.
#[no_mangle]
pub unsafe extern "C" fn entrypoint(input: *mut u8) -> u64 {
    if is_own_event(input) {
        return SUCCESS;
    }
    let count = *input.cast::<u64>() as usize;
    let mut accounts: Vec<AccountInfo> = Vec::with_capacity(count);
    let (program_id, count, data) = deserialize_into(input, accounts.spare_capacity_mut());
    accounts.set_len(count);
    // nothing is freed at the end of a program: the list may live as long as its input
    let accounts: &'static [AccountInfo] = accounts.leak();
    match crate::entry(program_id, accounts, data) {
        Ok(()) => SUCCESS,
        Err(error) => error.into(),
    }
}

/// How the runtime serializes an account at the beginning of an instruction.
#[repr(C)]
struct FirstAccount {
    accounts: u64,
    duplicate: u8,
    is_signer: u8,
    is_writable: u8,
    executable: u8,
    original_length: u32,
    key: Pubkey,
    owner: Pubkey,
    lamports: u64,
    length: u64,
}

/// Where the instruction data begins, with its length, behind one account without data.
const INSTRUCTION: usize = size_of::<FirstAccount>() + MAX_PERMITTED_DATA_INCREASE + size_of::<u64>();

/// Whether this is an event of the program itself: its event authority, for which only the program
/// signs, is the one account. Anchor asks the same, after everything else.
unsafe fn is_own_event(input: *const u8) -> bool {
    // the input of a call without accounts may end before what comes next
    if *input.cast::<u64>() != 1 {
        return false;
    }
    let first = &*input.cast::<FirstAccount>();
    let by_authority = first.duplicate == NON_DUP_MARKER
        && first.is_signer == 1
        && first.length == 0
        && first.key == crate::EVENT_AUTHORITY_AND_BUMP.0;
    by_authority && {
        let length = input.add(INSTRUCTION).cast::<u64>();
        *length >= size_of::<u64>() as u64 && *length.add(1) == EVENT_IX_TAG
    }
}
