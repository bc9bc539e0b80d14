use solana_instruction::error::InstructionError::{
    ExternalAccountDataModified, IncorrectProgramId, InvalidAccountData, PrivilegeEscalation,
};
use solana_pubkey::Pubkey;
use till::TillError::*;
use till::accounts::Distribution;
use till::{Protocol, UpdateProtocolArgs, client, pda};
use till_tests::{Cast, Coin, Stage};

use super::burn::record;
use super::payment;
use super::protocol::admin;
use super::spec::{Kind::*, Mutation::*, *};
use super::staking::earning;

/// Fees in the cast's mint go to the cast's treasury and pool, and a part is burned.
fn distribution(stage: &mut Stage, cast: &Cast) -> Distribution {
    let (pool, token) = (earning(stage, cast).address(), stage.token(cast.coin));
    record(stage, cast);
    let (admin, treasury) = (admin(stage), stage.side(cast, "treasury"));
    let update = UpdateProtocolArgs {
        treasury: Some(treasury),
        pool: Some(pool),
        burn_mint: Some(token.mint),
        stakers_bps: Some(5_000),
        burn_bps: Some(2_000),
        ..Default::default()
    };
    stage.must(client::update_protocol(admin, update));
    let protocol: Protocol = stage.world.account(&pda::protocol().0).expect("the protocol");
    let treasury_token: Pubkey = stage.funded(cast.coin, &treasury);
    client::distribution(&protocol, &token, treasury_token)
}

fn divide(mint: Row, other_program: Expected) -> Vec<Row> {
    vec![
        row("protocol", State, []),
        mint,
        row("treasury_token", Receiver, []),
        row(
            "pool",
            State,
            [
                Swapped.gives(WrongPool),
                Missing.gives(WrongPool),
                Spoilt.accepted("the protocol's pool is gone, and does not hold up the fees"),
            ],
        ),
        row(
            "pool_token",
            Held,
            [
                Swapped.gives(WrongPoolToken),
                Missing.gives(WrongPoolToken),
                Spoilt.accepted("nothing can reach the stakers, and they do not hold up the fees"),
            ],
        ),
        row("burn_record", State, [Swapped.gives(WrongBurnRecord), Missing.gives(WrongBurnRecord)]),
        row("token_program", Program, [OtherTokenProgram.gives(other_program)]),
    ]
}

pub fn sweep_fees() -> Spec {
    Spec::of(|stage, cast| {
        payment::captured(stage, cast);
        let distribution = distribution(stage, cast);
        client::sweep_fees(&stage.vault(cast), distribution)
    })
    .row("vault", State, [])
    .row("vault_token", Held, [])
    .group(
        "distribution",
        divide(
            row("mint", Mint, [WrongOwner.gives(not_the_token_programs())]),
            Expected::by_token_program(IncorrectProgramId, InvalidAccountData),
        ),
    )
    .event()
    .together(
        &[Theirs, OtherHouse],
        ["vault", "vault_token"],
        "the fees of every vault go the same way",
    )
}

/// A mint that the token program cannot change.
fn not_the_token_programs() -> Expected {
    Expected::by_token_program(ExternalAccountDataModified, IncorrectProgramId)
}

/// Of what a payment has withheld in the vault's token account.
pub fn harvest_fees() -> Spec {
    Spec::of(|stage, cast| {
        payment::captured(stage, cast);
        let (distribution, withheld_in) = (distribution(stage, cast), stage.vault(cast).token_account());
        client::harvest_fees(stage.side(cast, "backer"), distribution, &[withheld_in])
    })
    .only(Coin::WithFee)
    .row("rent_payer", RentPayer, [])
    .row("protocol_token", Associated, [])
    .group(
        "distribution",
        divide(
            row("mint", Mint, [Swapped.gives(NotFeeAuthority), Closed.gives(NotFeeAuthority)]),
            IncorrectProgramId.into(),
        ),
    )
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
    .row(
        "withheld_in",
        Foreign,
        [
            Swapped.accepted("any token account of the mint"),
            Elsewhere.gives(NothingToSweep),
            OtherMint.gives(NothingToSweep),
            OtherTokenProgram.gives(NothingToSweep),
            Spoilt.gives(NothingToSweep),
            ReadOnly.gives(PrivilegeEscalation),
        ],
    )
}
