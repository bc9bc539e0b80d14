use solana_instruction::Instruction;
use solana_instruction::error::InstructionError::{IncorrectProgramId, InvalidAccountData};
use spl_token_2022_interface::error::TokenError::{MintMismatch, OwnerMismatch};
use till::CaptureMode;
use till::TillError::*;
use till::client::{self, CaptureArgs, RefundSource};
use till_tests::{Cast, Invoice, Stage};

use super::spec::{Kind::*, Mutation::*, *};

fn authorization(stage: &mut Stage, cast: &Cast) -> (Instruction, Invoice) {
    let (payer, vault) = (stage.payer(cast), stage.vault(cast));
    let terms = stage.terms(cast, CaptureMode::Manual);
    let invoice = stage.invoice(cast, terms);
    (client::authorize(&payer, &vault, invoice.address, invoice.terms.clone()), invoice)
}

/// A payment with everything in escrow.
pub fn authorized(stage: &mut Stage, cast: &Cast) -> Invoice {
    let (instruction, invoice) = authorization(stage, cast);
    stage.must(instruction);
    invoice
}

/// A payment of which a part is captured into the vault's balance.
pub fn captured(stage: &mut Stage, cast: &Cast) -> Invoice {
    let invoice = authorized(stage, cast);
    let args = CaptureArgs {
        amount: invoice.terms.amount / 2,
        is_final: false,
        payout_token: None,
        payer_token: None,
    };
    let (operator, vault) = (stage.side(cast, "operator"), stage.vault(cast));
    stage.must(client::capture(operator, &vault, invoice.address, args));
    invoice
}

/// A payment of which nothing is left, and its time is over.
fn expired(stage: &mut Stage, cast: &Cast) -> Invoice {
    let invoice = authorized(stage, cast);
    stage.world.set_time(invoice.terms.authorization_expiry);
    invoice
}

pub fn authorize() -> Spec {
    Spec::of(|stage, cast| authorization(stage, cast).0).group("escrow", escrow()).event().paid_by_anyone()
}

impl Spec {
    fn paid_by_anyone(self) -> Self {
        self.together(&[Theirs], ["payer", "payer_token"], "whoever holds the link can pay").together(
            &[OtherPart],
            ["vault", "vault_token"],
            "every vault of merchant and mint holds it as well",
        )
    }
}

pub fn charge() -> Spec {
    Spec::of(|stage, cast| {
        let (payer, vault) = (stage.payer(cast), stage.vault(cast));
        let terms = stage.terms(cast, CaptureMode::Immediate);
        let invoice = stage.invoice(cast, terms);
        let payout_token = stage.payout_token(cast);
        client::charge(&payer, &vault, invoice.address, Some(payout_token), invoice.terms)
    })
    .group("escrow", escrow())
    .row("merchant", State, [])
    .row("payout_token", Receiver, [Missing.accepted("the vault's balance is credited")])
    .event()
    .paid_by_anyone()
}

fn escrow() -> Vec<Row> {
    vec![
        row("payer", Signer, [Swapped.gives(WrongTokenOwner)]),
        row("rent_payer", RentPayer, []),
        row("protocol", State, []),
        row("vault", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)]),
        row("vault_token", Held, [Spoilt.gives(NotATokenAccount)]),
        row("mint", Mint, [Closed.gives(InvalidAccountData)]),
        row("payer_token", Receiver, []),
        row("payment", Created, []),
        row("token_program", Program, []),
        row("system_program", Program, []),
    ]
}

pub fn capture() -> Spec {
    Spec::of(|stage, cast| {
        let invoice = authorized(stage, cast);
        let payer_token = stage.payer(cast).token_account;
        let args = CaptureArgs {
            amount: invoice.terms.amount / 2,
            is_final: true,
            payout_token: Some(stage.payout_token(cast)),
            payer_token: Some(payer_token),
        };
        client::capture(stage.side(cast, "operator"), &stage.vault(cast), invoice.address, args)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .row("merchant", State, [])
    .row("payment", State, [])
    .row("vault", State, [])
    .row("vault_token", Held, [])
    .row("mint", Mint, [])
    .row("payout_token", Receiver, [Missing.accepted("the vault's balance is credited")])
    .row("payer_token", Receiver, [Missing.gives(PayerAccountMissing)])
    .row("token_program", Program, [])
    .event()
}

pub fn void() -> Spec {
    Spec::of(|stage, cast| {
        let invoice = authorized(stage, cast);
        let payer_token = stage.payer(cast).token_account;
        client::void(stage.side(cast, "operator"), &stage.vault(cast), invoice.address, payer_token)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .row("merchant", State, [Theirs.gives(NotMerchant)])
    .group("escrow", give_back())
    .event()
}

pub fn reclaim() -> Spec {
    Spec::of(|stage, cast| {
        let invoice = expired(stage, cast);
        let payer_token = stage.payer(cast).token_account;
        client::reclaim(&stage.vault(cast), invoice.address, payer_token)
    })
    .group("escrow", give_back())
    .event()
}

fn give_back() -> Vec<Row> {
    vec![
        row("payment", State, []),
        row("vault", State, []),
        row("vault_token", Held, []),
        row("mint", Mint, []),
        row("payer_token", Receiver, []),
        row("token_program", Program, []),
    ]
}

pub fn refund() -> Spec {
    Spec::of(|stage, cast| {
        let invoice = captured(stage, cast);
        let (operator, owner) = (stage.side(cast, "operator"), stage.side(cast, "payout wallet"));
        let source = Some(RefundSource { token_account: stage.payout_token(cast), owner });
        let (vault, payer_token) = (stage.vault(cast), stage.payer(cast).token_account);
        client::refund(operator, &vault, invoice.address, payer_token, source, 1_000)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .row("merchant", State, [])
    .row("payment", State, [])
    .row("vault", State, [])
    .row(
        "vault_token",
        Held,
        [Spoilt.accepted("the source pays, and the vault's token account stays as it is")],
    )
    .row("mint", Mint, [Closed.gives(InvalidAccountData)])
    .row("payer_token", Receiver, [])
    .row(
        "source",
        Held,
        [
            Theirs.gives(OwnerMismatch),
            OtherMint.gives(MintMismatch),
            OtherTokenProgram.gives(Expected::by_token_program(InvalidAccountData, IncorrectProgramId)),
            Second.accepted("any token account of the owner, who signs"),
            Missing.gives(SourceIncomplete),
        ],
    )
    .row("source_owner", Signer, [Swapped.gives(OwnerMismatch), Missing.gives(SourceIncomplete)])
    .row("token_program", Program, [])
    .event()
    .together(&[Theirs], ["source", "source_owner"], "whoever signs for it may pay a refund")
}

pub fn close_payment() -> Spec {
    Spec::of(|stage, cast| {
        let invoice = expired(stage, cast);
        let (vault, payer) = (stage.vault(cast), stage.payer(cast));
        stage.must(client::reclaim(&vault, invoice.address, payer.token_account));
        client::close_payment(invoice.address, vault.address(), payer.rent_payer)
    })
    .row("payment", State, [])
    .row("vault", State, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
    .together(
        &[OtherHouse, OtherPart, OtherMint, OtherTokenProgram],
        ["payment", "vault"],
        "another payment of which the rent goes to the same wallet",
    )
}
