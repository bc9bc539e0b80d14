use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::PrivilegeEscalation;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;
use till::TillError::*;
use till::client;
use till::{InitializeProtocolArgs, Protocol, UpdateProtocolArgs, pda};
use till_tests::{Cast, FEE_BPS, Stage};

use super::spec::{Kind::*, Mutation::*, *};

/// The admin, whoever plays.
pub fn admin(stage: &mut Stage) -> Pubkey {
    stage.side(&Cast::OURS, "admin")
}

pub fn initialize_protocol() -> Spec {
    Spec::of(|stage, cast| {
        stage.forget(&pda::protocol().0);
        let authority = match cast.side {
            0 => stage.world.upgrade_authority.pubkey(),
            _ => stage.side(cast, "upgrade authority"),
        };
        let [admin, guardian, treasury] =
            ["admin", "guardian", "treasury"].map(|role| stage.side(cast, role));
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

pub fn update_protocol() -> Spec {
    Spec::of(|stage, cast| client::update_protocol(stage.side(cast, "admin"), UpdateProtocolArgs::default()))
        .row("admin", Signer, [Swapped.gives(NotAdmin)])
        .row("protocol", State, [])
        .event()
}

pub fn pause_protocol() -> Spec {
    Spec::of(|stage, cast| client::pause_protocol(stage.side(cast, "guardian")))
        .row("signer", Signer, [Swapped.gives(NotGuardian)])
        .row("protocol", State, [])
        .event()
}

pub fn unpause_protocol() -> Spec {
    Spec::of(|stage, cast| {
        let protocol: Protocol = stage.world.account(&pda::protocol().0).expect("the protocol");
        if protocol.paused == 0 {
            stage.must(client::pause_protocol(protocol.guardian));
        }
        client::unpause_protocol(stage.side(cast, "admin"))
    })
    .row("admin", Signer, [Swapped.gives(NotAdmin)])
    .row("protocol", State, [])
    .event()
}

pub fn propose_admin() -> Spec {
    Spec::of(|stage, cast| client::propose_admin(stage.side(cast, "admin"), stage.side(cast, "new admin")))
        .row("admin", Signer, [Swapped.gives(NotAdmin)])
        .row("protocol", State, [])
        .event()
}

pub fn accept_admin() -> Spec {
    Spec::of(|stage, cast| {
        let (admin, new_admin) = (admin(stage), stage.side(cast, "new admin"));
        stage.must(client::propose_admin(admin, new_admin));
        client::accept_admin(new_admin)
    })
    .row("pending_admin", Signer, [Swapped.gives(NotPendingAdmin)])
    .row("protocol", State, [])
    .event()
}
