//! Programs of the upgradeable loader, written as accounts: what `solana program deploy` ends in.

use anyhow::Context;
use solana_pubkey::Pubkey;
use surfpool_core::{solana_account::Account, surfnet::svm::SurfnetSvm};

const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");

/// The loader's account states, as it serializes them.
const STATE_PROGRAM: u32 = 2;
const STATE_PROGRAM_DATA: u32 = 3;

pub fn deploy(
    svm: &mut SurfnetSvm,
    program_id: &Pubkey,
    elf: &[u8],
    authority: &Pubkey,
) -> anyhow::Result<()> {
    let (data_address, _) = Pubkey::find_program_address(&[program_id.as_ref()], &LOADER);
    let before = svm.get_account(&data_address)?;
    let code = |account: &Account| account.data.get(PROGRAM_DATA_HEADER..).map(<[u8]>::to_vec);
    let authority_in = |account: &Account| account.data.get(13..PROGRAM_DATA_HEADER).map(<[u8]>::to_vec);
    // In an earlier slot, because a program can be called only in a later one than it was deployed in.
    let slot = svm.latest_epoch_info.absolute_slot.saturating_sub(1);
    let data = account(svm, program_data(slot, authority, elf), false);
    if before
        .as_ref()
        .is_some_and(|before| code(before) == code(&data) && authority_in(before) == authority_in(&data))
    {
        return Ok(());
    }

    svm.set_account(&data_address, data)?;
    let program = account(svm, program(&data_address), true);
    // Writing the program account is what verifies and loads the code.
    if let Err(error) = svm.set_account(program_id, program) {
        svm.set_account(&data_address, before.unwrap_or_default())?;
        return Err(error).context("the chain does not accept its code");
    }
    Ok(())
}

/// State, slot, and an authority that is there.
const PROGRAM_DATA_HEADER: usize = 4 + 8 + 1 + 32;

fn program_data(slot: u64, authority: &Pubkey, elf: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(PROGRAM_DATA_HEADER + elf.len());
    data.extend(STATE_PROGRAM_DATA.to_le_bytes());
    data.extend(slot.to_le_bytes());
    data.push(1);
    data.extend(authority.to_bytes());
    data.extend(elf);
    data
}

fn program(data_address: &Pubkey) -> Vec<u8> {
    let mut data = STATE_PROGRAM.to_le_bytes().to_vec();
    data.extend(data_address.to_bytes());
    data
}

fn account(svm: &SurfnetSvm, data: Vec<u8>, executable: bool) -> Account {
    Account {
        lamports: svm.inner.minimum_balance_for_rent_exemption(data.len()),
        data,
        owner: LOADER,
        executable,
        rent_epoch: u64::MAX,
    }
}
