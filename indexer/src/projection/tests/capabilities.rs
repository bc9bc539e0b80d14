use till::events::*;
use till::{CampaignKind, CampaignTerms, VestingTerms};
use till_store::chain::{Account::*, ReceiptOutcome};

use super::*;

const CAMPAIGN: Pubkey = Pubkey::new_from_array([20; 32]);
const POOL: Pubkey = Pubkey::new_from_array([21; 32]);
const VESTING: Pubkey = Pubkey::new_from_array([22; 32]);
const RECORD: Pubkey = Pubkey::new_from_array([23; 32]);

const RAISED: CampaignBalances =
    CampaignBalances { raised: 10, withdrawn: 0, refunded: 0, receipts: 1, sequence: 2 };
const STAKES: PoolBalances = PoolBalances { staked: 1, cooling: 2, weighted: 3, positions: 4, sequence: 5 };
const REWARD: RewardBalances = RewardBalances { funded: 50, claimed: 20 };
const VESTED: VestingBalances = VestingBalances { claimed: 1, returned: 2, sequence: 3 };
const BURNED: BurnTotals = BurnTotals { burned_by_holders: 1, burned_from_fees: 2, sequence: 3 };

fn receipt() -> Receipt {
    Receipt { donation: key(1), donor: key(2), rent_payer: key(3), salt: 4, amount: 5, sequence: 6 }
}

fn about() -> PositionRef {
    PositionRef { position: key(1), pool: POOL, owner: key(2) }
}

fn position(available_at: i64) -> PositionBalances {
    PositionBalances { amount: 1, weighted: 2, cooling: 3, unlock_at: 4, available_at, sequence: 6 }
}

fn terms() -> VestingTerms {
    VestingTerms { id: 1, beneficiary: key(2), total: 100, start: 1, cliff: 2, end: 3, revocable: true }
}

/// What an event changed, whose money it is, and into which of its accounts.
type Row = (Changes, Pubkey, bool, &'static [(Account, i128)]);

#[test]
fn what_campaigns_pools_and_vestings_hold_is_entered_twice() {
    let mint = key(9);
    let donated = Donated {
        campaign_address: CAMPAIGN,
        donor: key(2),
        amount: 7,
        sent: 8,
        receipt: Some(receipt()),
        campaign: RAISED,
    };
    let refunded = DonationRefunded {
        campaign_address: CAMPAIGN,
        donor_token: key(4),
        amount: 7,
        received: 6,
        receipt: receipt(),
        campaign: RAISED,
    };
    let withdrawn = DonationsWithdrawn {
        campaign_address: CAMPAIGN,
        beneficiary_token: key(4),
        amount: 7,
        received: 6,
        campaign: RAISED,
    };
    let staked = Staked {
        about: about(),
        rent_payer: key(3),
        tier: 1,
        amount: 7,
        sent: 8,
        at: 1,
        position: position(0),
        pool: STAKES,
    };
    let unstaked = StakeWithdrawn {
        about: about(),
        owner_token: key(4),
        amount: 7,
        received: 6,
        position: position(5),
        pool: STAKES,
    };
    let claimed = RewardClaimed {
        about: about(),
        index: 1,
        mint,
        owner_token: key(4),
        amount: 7,
        received: 6,
        at: 1,
        reward: REWARD,
        position: position(5),
        pool: STAKES,
    };
    let earned =
        RewardEarned { pool_address: POOL, index: 1, mint, amount: 7, at: 1, reward: REWARD, pool: STAKES };
    let removed = RewardRemoved { pool_address: POOL, index: 1, mint, reward: REWARD, pool: STAKES };
    let created = VestingCreated {
        vesting_address: VESTING,
        grantor: key(1),
        rent_payer: key(2),
        mint,
        vesting_token: key(3),
        token_program: key(4),
        decimals: 6,
        terms: terms(),
        salt: 1,
        sent: 103,
        vesting: VESTED,
    };
    let revoked = VestingRevoked {
        vesting_address: VESTING,
        grantor_token: key(4),
        revoked_at: 1,
        amount: 7,
        received: 6,
        vesting: VESTED,
    };
    let vested = VestedClaimed {
        vesting_address: VESTING,
        beneficiary_token: key(4),
        amount: 7,
        received: 6,
        vesting: VESTED,
    };
    let rows: [Row; 11] = [
        (project_one(&donated), CAMPAIGN, false, &[(External, -7), (Donations, 7)]),
        (project_one(&refunded), CAMPAIGN, false, &[(Donations, -7), (External, 7)]),
        (project_one(&withdrawn), CAMPAIGN, false, &[(Donations, -7), (External, 7)]),
        (project_one(&staked), POOL, false, &[(External, -7), (Stake, 7)]),
        (project_one(&unstaked), POOL, false, &[(Stake, -7), (External, 7)]),
        (project_one(&claimed), POOL, true, &[(Rewards, -7), (External, 7)]),
        (project_one(&earned), POOL, true, &[(External, -7), (Rewards, 7)]),
        (project_one(&removed), POOL, true, &[(Rewards, -30), (External, 30)]),
        (project_one(&created), VESTING, true, &[(External, -100), (Vesting, 100)]),
        (project_one(&revoked), VESTING, false, &[(Vesting, -7), (External, 7)]),
        (project_one(&vested), VESTING, false, &[(Vesting, -7), (External, 7)]),
    ];
    for (changes, owner, tells_mint, expected) in rows {
        assert_eq!(entries(&changes, owner), expected, "{:?}", changes.events);
        assert_eq!(changes.events[0].subject, Some(owner.to_string()));
        let told = tells_mint.then(|| mint.to_string());
        assert!(changes.ledger.iter().all(|line| line.mint == told), "{:?}", changes.events);
        assert!(!changes.states.is_empty(), "{:?}", changes.events);
    }
}

#[test]
fn a_receipt_says_how_it_ended() {
    let outcome = |event: &DonationClosed| {
        let changes = project_one(event);
        let State::Receipt(receipt) = changes.states[1].state.clone() else { panic!("{changes:?}") };
        assert_eq!((changes.states[1].address.clone(), receipt.salt), (key(1).to_string(), 4));
        receipt.outcome
    };
    let closed = DonationClosed { campaign_address: CAMPAIGN, receipt: receipt(), campaign: RAISED };
    assert_eq!(outcome(&closed), Some(ReceiptOutcome::Settled));
}

#[test]
fn what_was_never_asked_back_has_no_time_to_be_available_at() {
    let available_at = |available_at| {
        let requested = UnstakeRequested {
            about: about(),
            amount: 1,
            at: 1,
            position: position(available_at),
            pool: STAKES,
        };
        let changes = project_one(&requested);
        let State::Position(chain::PositionState::Balances(balances)) = changes.states[1].state else {
            panic!("{changes:?}")
        };
        balances.available_at.map(|at| at.timestamp())
    };
    assert_eq!((available_at(0), available_at(5)), (None, Some(5)));
}

#[test]
fn fees_that_are_burned_are_nobodys() {
    let owner = |changes: Changes| {
        assert_eq!(changes.events[0].subject, Some(RECORD.to_string()));
        let State::Burn(burn) = changes.states[1].state.clone() else { panic!("{changes:?}") };
        burn.owner
    };
    let (record, mint, totals) = (RECORD, key(1), BURNED);
    let burned = Burned { record, mint, owner: key(2), owner_token: key(3), amount: 4, totals };
    assert_eq!(owner(project_one(&burned)), Some(key(2).to_string()));
    assert_eq!(owner(project_one(&FeesBurned { record, mint, amount: 4, totals })), None);
}

#[test]
fn what_no_program_of_ours_would_say_is_an_error() {
    let over = RewardRemoved {
        pool_address: POOL,
        index: 1,
        mint: key(1),
        reward: RewardBalances { funded: 1, claimed: 2 },
        pool: STAKES,
    };
    assert!(matches!(try_project_one(&over), Err(ProjectionError::OutOfRange { .. })));
    let campaign = CampaignCreated {
        campaign_address: CAMPAIGN,
        creator: key(1),
        rent_payer: key(1),
        mint: key(1),
        campaign_token: key(1),
        token_program: key(1),
        decimals: 6,
        terms: CampaignTerms {
            id: u64::MAX,
            beneficiary: key(1),
            goal: u64::MAX,
            deadline: i64::MAX,
            kind: CampaignKind::KeepAll,
        },
        salt: 0,
        campaign: RAISED,
    };
    let error = try_project_one(&campaign);
    assert!(matches!(error, Err(ProjectionError::OutOfRange { what: "campaign deadline", .. })));
}
