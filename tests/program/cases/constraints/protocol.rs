use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::PrivilegeEscalation;
use solana_signer::Signer as _;
use till::TillError::*;
use till::client;
use till::{InitializeProtocolArgs, pda};
use till_tests::FEE_BPS;

use super::spec::{Kind::*, Mutation::*, *};

pub fn initialize_protocol() -> Spec {
    Spec::of(|stage, cast| {
        stage.forget(&pda::protocol().0);
        let authority = match cast.side {
            0 => stage.world.upgrade_authority.pubkey(),
            _ => stage.side(cast, "upgrade authority"),
        };
        let [admin, guardian, treasury] = ["admin", "guardian", "treasury"].map(|name| stage.wallet(name));
        let args = InitializeProtocolArgs { admin, guardian, treasury, fee_bps: FEE_BPS };
        client::initialize_protocol(authority, args)
    })
    .row(
        "upgrade_authority",
        Signer,
        [Theirs.gives(NotUpgradeAuthority), ReadOnly.gives(PrivilegeEscalation)],
    )
    .row("protocol", Init, [])
    .row("till", Program, [])
    .row(
        "program_data",
        Foreign,
        [
            WrongOwner.gives(AccountOwnedByWrongProgram),
            Closed.gives(AccountNotInitialized),
            Elsewhere.gives(AccountNotInitialized),
        ],
    )
    .row("system_program", Program, [])
    .row("event_authority", EventAuthority, [])
    .row("program", Itself, [Swapped.accepted("`till` is the same account, and there too")])
}
