use solana_instruction::Instruction;
use solana_instruction::error::InstructionError::{InvalidAccountData, PrivilegeEscalation};
use till::TillError::*;
use till::client::{self, CaptureArgs, Receivers, RefundSource};
use till::{CaptureMode, Protection, Split, Terms};
use till_tests::{Cast, Invoice, Stage};

use super::spec::{Kind::*, Mutation::*, *};

/// Terms of everything: a payee, and a payer who is protected when the capture is another step.
fn terms(stage: &mut Stage, cast: &Cast, capture_mode: CaptureMode) -> Terms {
    let protection = Protection {
        capture_from: stage.world.time(),
        arbiter: stage.side(cast, "arbiter"),
        dispute_seconds: 3_600,
    };
    let splits = vec![Split { wallet: stage.side(cast, "payee"), bps: 1_000 }];
    let protection = (capture_mode == CaptureMode::Manual).then_some(protection);
    Terms { protection, splits, ..stage.terms(cast, capture_mode) }
}

fn authorization(stage: &mut Stage, cast: &Cast) -> (Instruction, Invoice) {
    let (payer, vault) = (stage.payer(cast), stage.vault(cast));
    let terms = terms(stage, cast, CaptureMode::Manual);
    let invoice = stage.invoice(cast, terms);
    (client::authorize(&payer, &vault, invoice.address, invoice.terms.clone()), invoice)
}

/// A payment with everything in escrow.
pub fn authorized(stage: &mut Stage, cast: &Cast) -> Invoice {
    let (instruction, invoice) = authorization(stage, cast);
    stage.must(instruction);
    invoice
}

/// Where a settlement that pays everybody at once goes to.
fn receivers(stage: &mut Stage, cast: &Cast) -> Receivers {
    let payee = stage.side(cast, "payee");
    Receivers {
        payout_token: Some(stage.payout_token(cast)),
        payer_token: Some(stage.payer(cast).token_account),
        payees: vec![stage.funded(cast.coin, &payee)],
    }
}

/// A capture of half of it, at once or into the vault's balance.
fn half(stage: &mut Stage, cast: &Cast, invoice: &Invoice, at_once: bool) -> Instruction {
    let mut to = receivers(stage, cast);
    to.payout_token = to.payout_token.filter(|_| at_once);
    let (amount, terms) = (invoice.terms.amount / 2, Some(invoice.terms.clone()));
    let args = CaptureArgs { amount, is_final: true, to, terms };
    client::capture(stage.side(cast, "operator"), &stage.vault(cast), invoice.address, args)
}

/// A payment of which half is captured into the vault's balance.
pub fn captured(stage: &mut Stage, cast: &Cast) -> Invoice {
    let invoice = authorized(stage, cast);
    let capture = half(stage, cast, &invoice, false);
    stage.must(capture);
    invoice
}

/// A payment under dispute, and the instruction that made it so.
fn disputed(stage: &mut Stage, cast: &Cast) -> (Instruction, Invoice) {
    let invoice = authorized(stage, cast);
    let (payer, vault) = (stage.payer(cast), stage.vault(cast));
    (client::dispute(payer.wallet, &vault, invoice.address, invoice.terms.clone()), invoice)
}

/// A payment whose time to capture is over.
fn expired(stage: &mut Stage, cast: &Cast) -> Invoice {
    let invoice = authorized(stage, cast);
    stage.world.set_time(invoice.terms.authorization_expiry);
    invoice
}

pub fn authorize() -> Spec {
    Spec::of(|stage, cast| authorization(stage, cast).0).group("escrow", escrow()).event().paid_by_anyone()
}

impl Spec {
    /// The token account of the payee whom the terms name, behind the others.
    fn payee(self) -> Self {
        self.row("payee", Receiver, [ReadOnly.gives(PrivilegeEscalation)])
    }

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
        let terms = terms(stage, cast, CaptureMode::Immediate);
        let (invoice, to) = (stage.invoice(cast, terms), receivers(stage, cast));
        client::charge(&payer, &vault, invoice.address, &to, invoice.terms)
    })
    .group("escrow", escrow())
    .row("merchant", State, [])
    .row("payout_token", Receiver, [Missing.accepted("the vault's balance is credited")])
    .event()
    .payee()
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
        half(stage, cast, &invoice, true)
    })
    .row("signer", Signer, [Swapped.gives(NotMerchant)])
    .group("settle", settle(payer_gets_the_rest()))
    .event()
    .payee()
}

pub fn release() -> Spec {
    Spec::of(|stage, cast| {
        let (invoice, to) = (authorized(stage, cast), receivers(stage, cast));
        let (payer, vault) = (stage.payer(cast), stage.vault(cast));
        client::release(payer.wallet, &vault, invoice.address, &to, Some(invoice.terms))
    })
    .row("payer", Signer, [Swapped.gives(NotPayer)])
    .group("settle", settle(row("payer_token", Unused, [])))
    .event()
    .payee()
}

pub fn dispute() -> Spec {
    Spec::of(|stage, cast| disputed(stage, cast).0)
        .row("payer", Signer, [Swapped.gives(NotPayer)])
        .row("payment", State, [Theirs.gives(NotPayer)])
        .row("vault", State, [])
        .event()
}

pub fn resolve() -> Spec {
    Spec::of(|stage, cast| {
        let (dispute, invoice) = disputed(stage, cast);
        stage.must(dispute);
        let (vault, to) = (stage.vault(cast), receivers(stage, cast));
        let amount = invoice.terms.amount / 2;
        client::resolve(stage.side(cast, "arbiter"), &vault, invoice.address, amount, &to, invoice.terms)
    })
    .row("arbiter", Signer, [Swapped.gives(NotArbiter)])
    .group("settle", settle(payer_gets_the_rest()))
    .event()
    .payee()
}

fn payer_gets_the_rest() -> Row {
    row("payer_token", Receiver, [Missing.gives(PayerAccountMissing)])
}

fn settle(payer_token: Row) -> Vec<Row> {
    vec![
        row("merchant", State, []),
        row("payment", State, []),
        row("vault", State, []),
        row("vault_token", Held, []),
        row("mint", Mint, []),
        row("payout_token", Receiver, [Missing.accepted("the vault's balance is credited")]),
        payer_token,
        row("token_program", Program, []),
    ]
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
            Spoilt.gives(NotATokenAccount),
            Theirs.gives(WrongTokenOwner),
            OtherMint.gives(NotATokenAccount),
            OtherTokenProgram.gives(NotATokenAccount),
            Same("vault_token").gives(WrongTokenOwner),
            Second.accepted("any token account of the owner, who signs"),
            Missing.gives(SourceIncomplete),
        ],
    )
    .row("source_owner", Signer, [Swapped.gives(WrongTokenOwner), Missing.gives(SourceIncomplete)])
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
}
