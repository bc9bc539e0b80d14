//! The compiled program, and its deployment as the upgradeable loader would leave it.

use std::path::{Path, PathBuf};

use litesvm::LiteSVM;
use solana_account::Account;
use solana_pubkey::Pubkey;

const LOADER: Pubkey = anchor_lang::solana_program::bpf_loader_upgradeable::ID;

/// Where the compiled program is: `TILL_PROGRAM_SO`, else where `tools/build-program` or
/// `anchor build` put it.
pub fn program_elf() -> Vec<u8> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let candidates = [
        std::env::var_os("TILL_PROGRAM_SO").map(PathBuf::from),
        target.map(|target| target.join("deploy/till.so")),
        Some(workspace.join("deploy/till.so")),
    ];
    let path = candidates.into_iter().flatten().find(|path| path.exists());
    let path = path.expect("the program is not compiled: run `make build-program`");
    std::fs::read(path).expect("the compiled program can be read")
}

/// Program and program data accounts of loader v3, with an upgrade authority.
pub fn deploy(svm: &mut LiteSVM, upgrade_authority: &Pubkey) {
    let elf = program_elf();
    let (program_data, _) = Pubkey::find_program_address(&[till::ID.as_ref()], &LOADER);

    // bincode of UpgradeableLoaderState::ProgramData { slot: 0, upgrade_authority_address: Some(_) }
    let mut data = 3u32.to_le_bytes().to_vec();
    data.extend(0u64.to_le_bytes());
    data.push(1);
    data.extend(upgrade_authority.as_ref());
    data.extend(elf);
    set(svm, program_data, data, false);

    // bincode of UpgradeableLoaderState::Program { programdata_address }
    let mut data = 2u32.to_le_bytes().to_vec();
    data.extend(program_data.as_ref());
    set(svm, till::ID, data, true);
}

fn set(svm: &mut LiteSVM, address: Pubkey, data: Vec<u8>, executable: bool) {
    let lamports = svm.minimum_balance_for_rent_exemption(data.len());
    let account = Account { lamports, data, owner: LOADER, executable, rent_epoch: u64::MAX };
    svm.set_account(address, account).expect("the account can be set");
}
