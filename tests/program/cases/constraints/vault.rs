use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::{IncorrectProgramId, MissingAccount, PrivilegeEscalation};
use till::TillError::*;
use till::client::{self, VaultKey};
use till_tests::Extension;

use super::mint_policy::policy;
use super::payment;
use super::protocol::admin;
use super::spec::{Kind::*, Mutation::*, *};

pub fn open_vault() -> Spec {
    Spec::of(|stage, cast| {
        let (operator, backer) = (stage.side(cast, "operator"), stage.side(cast, "backer"));
        let merchant = stage.merchant(cast);
        let vault = VaultKey { merchant, token: stage.token(cast.coin), shard: cast.part.into() };
        client::open_vault(operator, backer, &vault)
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
    .row("mint_policy", Derived, [])
    .row("vault", Init, [])
    .row("vault_token", Associated, [])
    .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
}

pub fn set_vault_accepting() -> Spec {
    Spec::of(|stage, cast| {
        let vault = stage.vault(cast);
        client::set_vault_accepting(stage.side(cast, "operator"), &vault, false)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .row("merchant", State, [])
    .row("vault", State, [])
    .event()
}

pub fn sync_vault_policy() -> Spec {
    Spec::of(|stage, cast| {
        let (mint, _) = policy(stage, cast);
        // opened while the policy allows nothing: it has to have something to learn
        let vault = stage.vault(cast);
        let allow = client::update_mint_policy(admin(stage), mint, Extension::Pausable.bit());
        stage.must(allow);
        client::sync_vault_policy(&vault)
    })
    .row("vault", State, [Swapped.gives(WrongMint)])
    .row("mint", Mint, [Spoilt.accepted("only its address counts")])
    .row("mint_policy", Derived, [])
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
}

/// Strangers have sent something to the vault, so that there is something to give away.
pub fn close_vault() -> Spec {
    Spec::of(|stage, cast| {
        let (vault, backer) = (stage.vault(cast), stage.side(cast, "backer"));
        stage.world.fund(&vault.token, &vault.address(), 1_000);
        client::close_vault(stage.side(cast, "authority"), &vault, stage.payout_token(cast), backer)
    })
    .row("authority", Signer, [Swapped.gives(NotMerchantAuthority)])
    .row("merchant", State, [Theirs.gives(NotMerchantAuthority)])
    .row("vault", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("vault_token", Held, [Closed.gives(NotATokenAccount)])
    .row("mint", Mint, [])
    .row("payout_token", Receiver, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("token_program", Program, [])
    .event()
}
