//! How much has vested when, against exact arithmetic: for any total and any times, also such as no
//! vesting can be created with.

use proptest::prelude::*;
use solana_pubkey::Pubkey;
use till::{TillError, Vesting};

fn vesting(total: u64, times: [i64; 3]) -> Vesting {
    let [start, cliff, end] = times;
    let none = Pubkey::default();
    Vesting {
        grantor: none,
        beneficiary: none,
        mint: none,
        vesting_token: none,
        rent_payer: none,
        id: 0,
        total,
        claimed: 0,
        returned: 0,
        start,
        cliff,
        end,
        revoked_at: 0,
        sequence: 1,
        revocable: 1,
        salt: 0,
        _reserved: [0; 6],
    }
}

/// Small totals, whose fractions matter, and any.
fn total() -> impl Strategy<Value = u64> {
    prop_oneof![1..1_000u64, 1..=u64::MAX, Just(u64::MAX)]
}

/// Near each other, or anywhere in time.
fn time() -> impl Strategy<Value = i64> {
    prop_oneof![-1_000..1_000i64, any::<i64>()]
}

fn any_vesting() -> impl Strategy<Value = Vesting> {
    let schedule = [time(), time(), time()].prop_map(|mut times| {
        times.sort();
        times
    });
    let schedule = schedule.prop_filter("start < end", |[start, _, end]| start < end);
    (total(), schedule).prop_map(|(total, times)| vesting(total, times))
}

/// The greatest `v` with `v × (end − start) ≤ total × (now − start)`, looked for bit by bit in sums of
/// twice the width: no division, and nothing in common with the program.
fn exact_floor(vesting: &Vesting, now: i64) -> u64 {
    let since = |time: i64| (i128::from(time) - i128::from(vesting.start)) as u128;
    // both factors are below 2^64, so that the products fit 128 bits
    let (elapsed, duration) = (since(now), since(vesting.end));
    let product = u128::from(vesting.total) * elapsed;
    let with_bit = |vested: u64, bit: u32| vested | 1 << bit;
    (0..64).rev().fold(0, |vested, bit| {
        let larger = with_bit(vested, bit);
        if u128::from(larger) * duration <= product { larger } else { vested }
    })
}

fn claimed(vesting: &mut Vesting, now: i64) -> u64 {
    match vesting.claim(now) {
        Ok(amount) => amount,
        Err(error) if error == TillError::NothingVested.into() => 0,
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_has_vested_is_the_exact_floor(vesting in any_vesting(), now in time()) {
        let expected = match now {
            now if now < vesting.cliff => 0,
            now if now >= vesting.end => vesting.total,
            now => exact_floor(&vesting, now),
        };
        prop_assert_eq!(vesting.vested(now).unwrap(), expected);
    }

    #[test]
    fn it_grows_with_time_and_never_beyond_the_total(vesting in any_vesting(), a in time(), b in time()) {
        let [sooner, later] = [a.min(b), a.max(b)].map(|now| vesting.vested(now).unwrap());
        prop_assert!(sooner <= later && later <= vesting.total);
        prop_assert_eq!(vesting.vested(vesting.end).unwrap(), vesting.total);
        let before_cliff = vesting.cliff.checked_sub(1).map(|time| vesting.vested(time).unwrap());
        prop_assert!(before_cliff.is_none_or(|vested| vested == 0));
    }

    #[test]
    fn claims_at_any_times_sum_up_to_what_one_claim_gets(
        vesting in any_vesting(),
        mut times in prop::collection::vec(time(), 1..12),
    ) {
        times.sort();
        let mut often = vesting;
        let sum: u128 = times.iter().map(|now| u128::from(claimed(&mut often, *now))).sum();
        let last = *times.last().unwrap();
        let mut once = vesting;
        prop_assert_eq!(sum, u128::from(claimed(&mut once, last)));
        prop_assert_eq!(often.claimed, vesting.vested(last).unwrap());
        prop_assert_eq!(often.owed().unwrap(), vesting.total - often.claimed);
    }

    /// Whenever it is revoked and claimed, the two get the total, and the beneficiary what had vested.
    #[test]
    fn a_revocation_divides_the_total(
        vesting in any_vesting(),
        mut times in prop::collection::vec(time(), 1..8),
        at in any::<prop::sample::Index>(),
    ) {
        times.sort();
        let at = at.index(times.len());
        let vested = vesting.vested(times[at]).unwrap();
        let mut revoked = vesting;
        times[..at].iter().for_each(|now| assert!(claimed(&mut revoked, *now) <= vesting.total));
        match revoked.revoke(times[at]) {
            Ok(returned) => prop_assert_eq!(returned, vesting.total - vested),
            Err(error) => {
                prop_assert_eq!(error, TillError::NothingToRevoke.into());
                prop_assert_eq!(vested, vesting.total);
            }
        }
        times[at..].iter().for_each(|now| assert!(claimed(&mut revoked, *now) <= vesting.total));
        claimed(&mut revoked, i64::MAX);
        prop_assert_eq!((revoked.claimed, revoked.returned), (vested, vesting.total - vested));
        prop_assert!(revoked.close().is_ok());
    }
}
