use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::{
    ExternalAccountDataModified, IncorrectProgramId, InvalidAccountData, PrivilegeEscalation,
};
use solana_pubkey::Pubkey;
use till::TillError::*;
use till::{BurnRecord, client, pda};
use till_tests::{Cast, Stage};

use super::spec::{Kind::*, Mutation::*, *};

/// The mint, which has a record.
pub fn record(stage: &mut Stage, cast: &Cast) -> Pubkey {
    let (mint, backer) = (stage.token(cast.coin).mint, stage.side(cast, "backer"));
    if !stage.exists(&pda::burn_record(&mint).0) {
        stage.must(client::open_burn_record(backer, mint));
    }
    mint
}

/// A mint that is gone, with a record whose rent the cast has paid.
fn orphan(stage: &mut Stage, cast: &Cast) -> Pubkey {
    let mint = stage.token(cast.coin).mint;
    let earlier: Option<BurnRecord> = stage.world.account(&pda::burn_record(&mint).0);
    if let Some(earlier) = earlier {
        stage.must(client::close_burn_record(mint, earlier.rent_payer));
        let account = Stage::new().world.svm.get_account(&mint).expect("the mint");
        stage.world.svm.set_account(mint, account).expect("the account can be set");
    }
    record(stage, cast);
    stage.forget(&mint);
    mint
}

pub fn open_burn_record() -> Spec {
    Spec::of(|stage, cast| client::open_burn_record(stage.side(cast, "backer"), stage.token(cast.coin).mint))
        .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
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
        .row("burn_record", Init, [])
        .row("system_program", Program, [])
        .event()
}

pub fn burn() -> Spec {
    Spec::of(|stage, cast| {
        record(stage, cast);
        let owner = stage.customer(cast, "payer");
        client::burn(owner, stage.funded(cast.coin, &owner), &stage.token(cast.coin), 1_000)
    })
    .row("owner", Signer, [Swapped.gives(WrongTokenOwner)])
    .row("burn_record", State, [Swapped.gives(WrongMint)])
    .row(
        "mint",
        Mint,
        [
            WrongOwner.gives(Expected::by_token_program(ExternalAccountDataModified, IncorrectProgramId)),
            Closed.gives(Expected::by_token_program(InvalidAccountData, IncorrectProgramId)),
        ],
    )
    .row("owner_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

pub fn close_burn_record() -> Spec {
    Spec::of(|stage, cast| {
        let (mint, backer) = (orphan(stage, cast), stage.side(cast, "backer"));
        client::close_burn_record(mint, backer)
    })
    .row("burn_record", State, [Swapped.gives(WrongMint)])
    .row("mint", Derived, [Swapped.gives(WrongMint)])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
}
