use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::PrivilegeEscalation;
use solana_pubkey::Pubkey;
use till::TillError::*;
use till::{MintPolicy, client, pda};
use till_tests::{Cast, Stage};

use super::protocol::admin;
use super::spec::{Kind::*, Mutation::*, *};

/// The mint, and who paid the rent of its policy.
pub fn policy(stage: &mut Stage, cast: &Cast) -> (Pubkey, Pubkey) {
    let (mint, backer, admin) = (stage.token(cast.coin).mint, stage.side(cast, "backer"), admin(stage));
    let policy: Option<MintPolicy> = stage.world.account(&pda::mint_policy(&mint).0);
    if let Some(policy) = policy {
        stage.must(client::close_mint_policy(admin, mint, policy.rent_payer));
    }
    stage.must(client::create_mint_policy(admin, backer, mint, 0));
    (mint, backer)
}

pub fn create_mint_policy() -> Spec {
    Spec::of(|stage, cast| {
        let (admin, backer) = (stage.side(cast, "admin"), stage.side(cast, "backer"));
        client::create_mint_policy(admin, backer, stage.token(cast.coin).mint, 0)
    })
    .row("admin", Signer, [Swapped.gives(NotAdmin)])
    .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
    .row("protocol", State, [])
    .row(
        "mint",
        Mint,
        [
            Swapped.gives(ConstraintSeeds),
            Elsewhere.gives(AccountNotInitialized),
            Closed.gives(AccountNotInitialized),
            WrongOwner.accepted("by the other token program, which is as good"),
        ],
    )
    .row("mint_policy", Init, [])
    .row("system_program", Program, [])
    .event()
}

pub fn update_mint_policy() -> Spec {
    Spec::of(|stage, cast| {
        let (mint, _) = policy(stage, cast);
        client::update_mint_policy(stage.side(cast, "admin"), mint, 0)
    })
    .row("admin", Signer, [Swapped.gives(NotAdmin)])
    .row("protocol", State, [])
    .row("mint_policy", State, [])
    .event()
}

pub fn close_mint_policy() -> Spec {
    Spec::of(|stage, cast| {
        let (mint, backer) = policy(stage, cast);
        client::close_mint_policy(stage.side(cast, "admin"), mint, backer)
    })
    .row("admin", Signer, [Swapped.gives(NotAdmin)])
    .row("protocol", State, [])
    .row("mint_policy", State, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
}
