use anchor_lang::error::ErrorCode::*;
use solana_instruction::error::InstructionError::PrivilegeEscalation;
use till::TillError::*;
use till::client;

use super::spec::{Kind::*, Mutation::*, *};

pub fn register_merchant() -> Spec {
    Spec::of(|stage, cast| {
        let (founder, backer) = (stage.side(cast, "founder"), stage.side(cast, "backer"));
        client::register_merchant(founder, backer, stage.merchant_args(cast))
    })
    .row("founder", Signer, [Swapped.gives(ConstraintSeeds)])
    .row("rent_payer", RentPayer, [ReadOnly.gives(PrivilegeEscalation)])
    .row("merchant", Init, [])
    .row("payout_wallet", Wallet, [Swapped.gives(ConstraintAddress)])
    .row("system_program", Program, [])
    .event()
    .together(&[Theirs], ["founder", "merchant"], "everybody registers their own")
}

pub fn update_merchant() -> Spec {
    Spec::of(|stage, cast| {
        let (merchant, wallet) = (stage.merchant(cast), stage.wallet("new wallet"));
        client::update_merchant(stage.side(cast, "authority"), merchant, wallet)
    })
    .row("authority", Signer, [Swapped.gives(NotMerchantAuthority)])
    .row("merchant", State, [Theirs.gives(NotMerchantAuthority)])
    .row("payout_wallet", Wallet, [Swapped.accepted("it is the authority's choice")])
    .event()
}

pub fn set_operator() -> Spec {
    Spec::of(|stage, cast| {
        let (merchant, operator) = (stage.merchant(cast), stage.wallet("new operator"));
        client::set_operator(stage.side(cast, "authority"), merchant, operator)
    })
    .row("authority", Signer, [Swapped.gives(NotMerchantAuthority)])
    .row("merchant", State, [Theirs.gives(NotMerchantAuthority)])
    .event()
}

pub fn propose_merchant_authority() -> Spec {
    Spec::of(|stage, cast| {
        let (merchant, heir) = (stage.merchant(cast), stage.wallet("heir"));
        client::propose_merchant_authority(stage.side(cast, "authority"), merchant, heir)
    })
    .row("authority", Signer, [Swapped.gives(NotMerchantAuthority)])
    .row("merchant", State, [Theirs.gives(NotMerchantAuthority)])
    .event()
}

pub fn accept_merchant_authority() -> Spec {
    Spec::of(|stage, cast| {
        let (merchant, heir) = (stage.merchant(cast), stage.side(cast, "heir"));
        let authority = stage.side(cast, "authority");
        stage.must(client::propose_merchant_authority(authority, merchant, heir));
        client::accept_merchant_authority(heir, merchant)
    })
    .row("pending_authority", Signer, [Swapped.gives(NotPendingAuthority)])
    .row("merchant", State, [Theirs.gives(NotPendingAuthority)])
    .event()
}

pub fn close_merchant() -> Spec {
    Spec::of(|stage, cast| {
        let (merchant, backer) = (stage.merchant(cast), stage.side(cast, "backer"));
        client::close_merchant(stage.side(cast, "authority"), merchant, backer)
    })
    .row("authority", Signer, [Swapped.gives(NotMerchantAuthority)])
    .row("merchant", State, [Theirs.gives(NotMerchantAuthority)])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
}
