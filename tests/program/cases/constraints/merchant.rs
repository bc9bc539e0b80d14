use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::{IncorrectProgramId, MissingAccount, PrivilegeEscalation};
use till::TillError::*;
use till::client::{self, VaultKey};

use super::payment;
use super::spec::{Kind::*, Mutation::*, *};

pub fn register_merchant() -> Spec {
    Spec::of(|stage, cast| {
        let (founder, sponsor) = (stage.side(cast, "founder"), stage.side(cast, "sponsor"));
        client::register_merchant(founder, sponsor, stage.merchant_args(cast))
    })
    .row("founder", Signer, [Swapped.gives(ConstraintSeeds)])
    .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
    .row("merchant", Init, [])
    .row("system_program", Program, [])
    .event()
    .together(&[Theirs], ["founder", "merchant"], "everybody registers their own")
}

pub fn open_vault() -> Spec {
    Spec::of(|stage, cast| {
        let (operator, sponsor) = (stage.side(cast, "operator"), stage.side(cast, "sponsor"));
        let merchant = stage.merchant(cast);
        let vault = VaultKey { merchant, token: stage.token(cast.coin), shard: cast.part.into() };
        client::open_vault(operator, sponsor, &vault)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
    .row("merchant", State, [Swapped.gives(ConstraintSeeds)])
    .row(
        "mint",
        Mint,
        [
            Swapped.gives(ConstraintSeeds),
            Elsewhere.gives(AccountNotInitialized),
            Closed.gives(AccountNotInitialized),
            WrongOwner.gives(IncorrectProgramId),
        ],
    )
    .row("vault", Init, [])
    .row("vault_token", Associated, [])
    .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
}

pub fn payout() -> Spec {
    Spec::of(|stage, cast| {
        payment::captured(stage, cast);
        client::payout(&stage.vault(cast), stage.payout_token(cast))
    })
    .row("merchant", State, [])
    .row("vault", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("vault_token", Held, [])
    .row("mint", Mint, [])
    .row("payout_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
    .together(&[OtherPart], ["vault", "vault_token"], "another vault of the merchant pays out")
}
