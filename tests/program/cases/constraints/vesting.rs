use anchor_lang::error::ErrorCode::*;
use solana_instruction::Instruction;
use solana_instruction::error::InstructionError::{IncorrectProgramId, MissingAccount, PrivilegeEscalation};
use solana_pubkey::Pubkey;
use till::TillError::*;
use till::VestingTerms;
use till::client::{self, VestingKey};
use till_tests::{Cast, Stage};

use super::kind::ALREADY_IN_USE;
use super::spec::{Kind::*, Mutation::*, *};

/// How long it takes on either side of now, in seconds.
const HALF_TIME: i64 = 500;

/// Half of it has vested by now. The mint is no part of a vesting's address, and so the id tells it.
fn terms(stage: &mut Stage, cast: &Cast) -> VestingTerms {
    let (beneficiary, now) = (stage.side(cast, "beneficiary"), stage.world.time());
    let (start, end) = (now - HALF_TIME, now + HALF_TIME);
    let id = u64::from_le_bytes([cast.house, cast.part, cast.coin as u8, 0, 0, 0, 0, 0]);
    VestingTerms { id, beneficiary, total: 1_000, start, cliff: start, end, revocable: true }
}

fn creation(stage: &mut Stage, cast: &Cast) -> (Instruction, VestingKey) {
    let (terms, token, grantor) = (terms(stage, cast), stage.token(cast.coin), stage.payer(cast));
    let vesting = VestingKey::of(&grantor.wallet, token, &terms);
    (client::create_vesting(&grantor, &token, terms), vesting)
}

fn vesting(stage: &mut Stage, cast: &Cast) -> VestingKey {
    let (create, vesting) = creation(stage, cast);
    stage.must(create);
    vesting
}

fn beneficiary_token(stage: &mut Stage, cast: &Cast) -> Pubkey {
    let beneficiary = stage.side(cast, "beneficiary");
    stage.funded(cast.coin, &beneficiary)
}

pub fn create_vesting() -> Spec {
    Spec::of(|stage, cast| creation(stage, cast).0)
        .row("grantor", Signer, [Swapped.gives(PrivilegeEscalation)])
        .row("rent_payer", RentPayer, [])
        .row("protocol", State, [])
        .row("beneficiary", Wallet, [Swapped.gives(ConstraintAddress)])
        .row(
            "mint",
            Mint,
            [
                Swapped.gives(MissingAccount),
                Elsewhere.gives(AccountNotInitialized),
                Closed.gives(AccountNotInitialized),
                WrongOwner.gives(IncorrectProgramId),
            ],
        )
        .row("grantor_token", Receiver, [])
        .row("vesting", Created, [Again.gives(ALREADY_IN_USE)])
        .row("vesting_token", Associated, [])
        .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
        .row("associated_token_program", Program, [])
        .row("system_program", Program, [])
        .event()
}

pub fn claim_vested() -> Spec {
    Spec::of(|stage, cast| {
        let vesting = vesting(stage, cast);
        client::claim_vested(&vesting, beneficiary_token(stage, cast))
    })
    .row("vesting", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("vesting_token", Held, [])
    .row("mint", Mint, [])
    .row("beneficiary_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

pub fn revoke_vesting() -> Spec {
    Spec::of(|stage, cast| {
        let (vesting, grantor) = (vesting(stage, cast), stage.payer(cast));
        client::revoke_vesting(grantor.wallet, &vesting, grantor.token_account)
    })
    .row("grantor", Signer, [Swapped.gives(NotGrantor)])
    .row(
        "vesting",
        State,
        [Theirs.gives(NotGrantor), OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)],
    )
    .row("vesting_token", Held, [])
    .row("mint", Mint, [])
    .row("grantor_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

/// All of it is claimed, and strangers have sent something, so that there is something to give away.
pub fn close_vesting() -> Spec {
    Spec::of(|stage, cast| {
        let (vesting, to) = (vesting(stage, cast), beneficiary_token(stage, cast));
        let (end, rent_payer) = (stage.world.time() + HALF_TIME, stage.payer(cast).rent_payer);
        stage.world.set_time(end);
        stage.must(client::claim_vested(&vesting, to));
        stage.world.fund(&vesting.token, &vesting.address, 1_000);
        client::close_vesting(&vesting, to, rent_payer)
    })
    .row("vesting", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("vesting_token", Held, [Closed.gives(NotATokenAccount)])
    .row("mint", Mint, [])
    .row("beneficiary_token", Receiver, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("token_program", Program, [])
    .event()
}
