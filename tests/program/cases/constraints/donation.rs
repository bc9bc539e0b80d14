use anchor_lang::error::ErrorCode::*;
use solana_instruction::Instruction;
use solana_instruction::error::InstructionError::{
    IncorrectProgramId, InvalidAccountData, MissingAccount, PrivilegeEscalation,
};
use solana_pubkey::Pubkey;
use till::TillError::*;
use till::client::{self, CampaignKey, ReceiptKey};
use till::{CampaignKind, CampaignTerms, pda};
use till_tests::{Cast, Stage};

use super::judge::judge;
use super::kind::ALREADY_IN_USE;
use super::spec::{Kind::*, Mutation::*, *};

/// What is given, and what is hoped for, in base units.
const GIVEN: u64 = 1_000;

/// Terms that begin to matter in a while.
fn terms(stage: &mut Stage, cast: &Cast, kind: CampaignKind) -> CampaignTerms {
    let (beneficiary, deadline) = (stage.side(cast, "beneficiary"), stage.world.time() + 1_000);
    CampaignTerms { id: cast.house.into(), beneficiary, goal: GIVEN, deadline, kind }
}

fn creation(stage: &mut Stage, cast: &Cast, terms: CampaignTerms) -> Instruction {
    let (creator, backer) = (stage.side(cast, "creator"), stage.side(cast, "backer"));
    client::create_campaign(creator, backer, &stage.token(cast.coin), terms)
}

/// A campaign that takes donations. One of all parts: it is made when it is asked for first.
fn campaign(stage: &mut Stage, cast: &Cast, kind: CampaignKind) -> (CampaignKey, CampaignTerms) {
    let (creator, terms) = (stage.side(cast, "creator"), terms(stage, cast, kind));
    let campaign = CampaignKey::of(&creator, stage.token(cast.coin), &terms);
    if !stage.exists(&campaign.address) {
        let create = creation(stage, cast, terms.clone());
        stage.must(create);
    }
    (campaign, terms)
}

/// The receipt of a part: the first of a donor, or the next one.
fn receipt(campaign: &CampaignKey, donor: &Pubkey, cast: &Cast) -> ReceiptKey {
    let with_salt = |salt: u8| {
        let seeds: &[&[u8]] =
            &[pda::DONATION, campaign.address.as_ref(), donor.as_ref(), &[salt], &[pda::SALTED_BUMP]];
        let address = Pubkey::create_program_address(seeds, &till::ID).ok()?;
        Some(ReceiptKey { address, salt })
    };
    (0..=u8::MAX).filter_map(with_salt).nth(cast.part.into()).expect("a salt")
}

fn donation(stage: &mut Stage, cast: &Cast, campaign: &CampaignKey) -> (Instruction, ReceiptKey) {
    let payer = stage.payer(cast);
    let receipt = receipt(campaign, &payer.wallet, cast);
    (client::donate(&payer, campaign, Some(receipt), GIVEN), receipt)
}

/// An all-or-nothing campaign of this part alone, because it may be over after that, its terms, and a
/// donation that reaches the goal.
fn pledged(stage: &mut Stage, cast: &Cast) -> (CampaignKey, CampaignTerms, ReceiptKey) {
    let of_part = Cast { house: cast.house + 2 * cast.part, ..*cast };
    let (campaign, terms) = campaign(stage, &of_part, CampaignKind::AllOrNothing);
    let (donate, receipt) = donation(stage, cast, &campaign);
    stage.must(donate);
    (campaign, terms, receipt)
}

fn beneficiary_token(stage: &mut Stage, cast: &Cast) -> Pubkey {
    let beneficiary = stage.side(cast, "beneficiary");
    stage.funded(cast.coin, &beneficiary)
}

pub fn create_campaign() -> Spec {
    Spec::of(|stage, cast| {
        let terms = terms(stage, cast, CampaignKind::AllOrNothing);
        creation(stage, cast, terms)
    })
    .row("creator", Signer, [Swapped.gives(PrivilegeEscalation)])
    .row("rent_payer", RentPayer, [])
    .row("protocol", State, [])
    .row("beneficiary", Wallet, [Swapped.gives(ConstraintAddress)])
    .row(
        "mint",
        Mint,
        [
            Swapped.gives(PrivilegeEscalation),
            Elsewhere.gives(AccountNotInitialized),
            Closed.gives(AccountNotInitialized),
            WrongOwner.gives(IncorrectProgramId),
        ],
    )
    .row("campaign", Created, [Again.gives(ALREADY_IN_USE)])
    .row("campaign_token", Associated, [])
    .row("token_program", Program, [OtherTokenProgram.gives(MissingAccount)])
    .row("associated_token_program", Program, [])
    .row("system_program", Program, [])
    .event()
}

/// The first donation of a donor to an all-or-nothing campaign.
pub fn donate() -> Spec {
    let spec = Spec::of(|stage, cast| {
        let (campaign, _) = campaign(stage, cast, CampaignKind::AllOrNothing);
        donation(stage, cast, &campaign).0
    });
    let again = Again.accepted("the donor gives more");
    let is_none = [Same("protocol"), Same("campaign")].map(|other| other.gives(WrongReceipt));
    let receipt = row("donation", Created, [again, Missing.gives(ReceiptNeeded)].into_iter().chain(is_none));
    given(spec, PrivilegeEscalation, receipt).event()
}

/// A further one, for which there is a receipt.
#[test]
fn every_account_of_a_further_donation() {
    let spec = Spec::of(|stage, cast| {
        let (campaign, _) = campaign(stage, cast, CampaignKind::AllOrNothing);
        let (donate, _) = donation(stage, cast, &campaign);
        stage.must(donate.clone());
        donate
    });
    let expected = [
        Swapped.gives(WrongReceipt),
        Spoilt.gives(WrongReceipt),
        OtherPart.accepted("another receipt of the same donor, which counts what it receives"),
        Closed.accepted("it is created as at first"),
        Missing.gives(ReceiptNeeded),
    ];
    judge("donate", given(spec, WrongReceipt, row("donation", State, expected)).event());
}

/// One that needs no receipt.
#[test]
fn every_account_of_a_donation_to_a_campaign_that_keeps_all() {
    let spec = Spec::of(|stage, cast| {
        let (campaign, _) = campaign(stage, cast, CampaignKind::KeepAll);
        client::donate(&stage.payer(cast), &campaign, None, GIVEN)
    });
    let receipt = [Swapped.gives(ConstraintMut), Same("rent_payer").gives(ReceiptNotNeeded)];
    let spec = given(spec, WrongTokenOwner, row("donation", Unused, receipt))
        .row("event_authority", EventAuthority, [])
        // it is also named where the receipt is left out, and so is there to be called
        .row("program", Unused, [])
        .together(&[Theirs], ["donor", "donor_token"], "anybody may give")
        .together(&[Theirs], ["campaign", "campaign_token"], "it is the donor's choice");
    judge("donate", spec);
}

/// `others` is what comes of a donor who is not the receipt's.
fn given(spec: Spec, others: impl Into<Expected>, donation: Row) -> Spec {
    spec.row("donor", Signer, [Swapped.gives(others)])
        .row("rent_payer", RentPayer, [])
        .row("protocol", State, [])
        .row("campaign", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
        .row("campaign_token", Held, [Spoilt.gives(NotATokenAccount)])
        .row("mint", Mint, [Closed.gives(InvalidAccountData)])
        .row("donor_token", Receiver, [])
        .group("", [donation])
        .row("token_program", Program, [])
        .row("system_program", Program, [])
}

pub fn withdraw_donations() -> Spec {
    Spec::of(|stage, cast| {
        let (campaign, _) = campaign(stage, cast, CampaignKind::KeepAll);
        let payer = stage.payer(cast);
        stage.must(client::donate(&payer, &campaign, None, GIVEN));
        client::withdraw_donations(&campaign, beneficiary_token(stage, cast))
    })
    .row("campaign", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("campaign_token", Held, [])
    .row("mint", Mint, [])
    .row("beneficiary_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

pub fn refund_donation() -> Spec {
    Spec::of(|stage, cast| {
        let (campaign, _, receipt) = pledged(stage, cast);
        let (creator, payer) = (stage.side(cast, "creator"), stage.payer(cast));
        stage.must(client::cancel_campaign(creator, campaign.address));
        client::refund_donation(&campaign, receipt.address, payer.rent_payer, payer.token_account)
    })
    .row("campaign", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("donation", State, [Swapped.gives(WrongReceipt)])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("campaign_token", Held, [])
    .row("mint", Mint, [])
    .row("donor_token", Receiver, [])
    .row("token_program", Program, [])
    .event()
}

pub fn close_donation() -> Spec {
    Spec::of(|stage, cast| {
        let (campaign, terms, receipt) = pledged(stage, cast);
        stage.world.set_time(terms.deadline);
        client::close_donation(campaign.address, receipt.address, stage.payer(cast).rent_payer)
    })
    .row("campaign", State, [Swapped.gives(WrongReceipt)])
    .row("donation", State, [Swapped.gives(WrongReceipt)])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .event()
}

pub fn cancel_campaign() -> Spec {
    Spec::of(|stage, cast| {
        let (campaign, _) = campaign(stage, cast, CampaignKind::AllOrNothing);
        client::cancel_campaign(stage.side(cast, "creator"), campaign.address)
    })
    .row("creator", Signer, [Swapped.gives(NotCreator)])
    .row("campaign", State, [Theirs.gives(NotCreator)])
    .event()
}

/// Strangers have sent something to the campaign, so that there is something to give away.
pub fn close_campaign() -> Spec {
    Spec::of(|stage, cast| {
        let (campaign, terms) = campaign(stage, cast, CampaignKind::KeepAll);
        stage.world.fund(&campaign.token, &campaign.address, 1_000);
        stage.world.set_time(terms.deadline);
        client::close_campaign(&campaign, beneficiary_token(stage, cast), stage.side(cast, "backer"))
    })
    .row("campaign", State, [OtherMint.gives(WrongMint), OtherTokenProgram.gives(WrongMint)])
    .row("campaign_token", Held, [Closed.gives(NotATokenAccount)])
    .row("mint", Mint, [])
    .row("beneficiary_token", Receiver, [])
    .row("rent_payer", Wallet, [Swapped.gives(WrongRentPayer)])
    .row("token_program", Program, [])
    .event()
}
