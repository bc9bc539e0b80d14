//! Vestings: put aside, claimed, revoked and closed.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, Payer, VestingKey};
use till::events::*;
use till::{Vesting, VestingTerms};
use till_tests::{Cast, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{mostly, random_cast};

/// How many vestings a sequence has.
const VESTINGS: u64 = 2;

pub struct Vestings(Vec<Plan>);

/// A vesting that there may be; when it is closed, it may be made once more.
struct Plan {
    cast: Cast,
    terms: VestingTerms,
    key: VestingKey,
}

impl Vestings {
    pub fn plan(stage: &mut Stage, rng: &mut StdRng) -> Self {
        Self((0..VESTINGS).map(|id| plan(stage, id, rng)).collect())
    }
}

fn plan(stage: &mut Stage, id: u64, rng: &mut StdRng) -> Plan {
    let cast = random_cast(rng);
    let start = stage.world.time() + rng.gen_range(-200..200);
    let cliff = start + rng.gen_range(0..200);
    let terms = VestingTerms {
        id,
        beneficiary: stage.side(&cast, "payee"),
        total: *[1, 99, rng.gen_range(1..1_000_000)].choose(rng).expect("one of three"),
        start,
        cliff,
        end: cliff + rng.gen_range(0..300),
        revocable: rng.gen_bool(0.8),
    };
    let key = VestingKey::of(&stage.customer(&cast, "payer"), stage.token(cast.coin), &terms);
    Plan { cast, terms, key }
}

impl Capability for Vestings {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let Plan { cast, terms, key } = self.0.choose(rng).expect("a vesting");
        let token_of = |stage: &mut Stage, rng: &mut StdRng, wallet: Pubkey| {
            let wallet = mostly(stage, wallet, rng);
            stage.token_account(cast.coin, &wallet)
        };
        let Some(vesting) = model.find::<Vesting>(&key.address) else {
            let [wallet, sponsor] = ["payer", "sponsor"].map(|role| stage.customer(cast, role));
            let grantor = Payer {
                wallet: mostly(stage, wallet, rng),
                token_account: token_of(stage, rng, wallet),
                rent_payer: mostly(stage, sponsor, rng),
                max_sent: if rng.gen_bool(0.9) { u64::MAX } else { terms.total },
            };
            return Some(client::create_vesting(&grantor, &key.token, terms.clone()));
        };
        let owed = vesting.owed().expect("no overflow");
        Some(match rng.gen_range(0..6) {
            0 => {
                let to = token_of(stage, rng, vesting.grantor);
                client::revoke_vesting(mostly(stage, vesting.grantor, rng), key, to)
            }
            1..=3 if owed > 0 || rng.gen_bool(0.2) => {
                client::claim_vested(key, token_of(stage, rng, vesting.beneficiary))
            }
            _ => {
                let to = token_of(stage, rng, vesting.beneficiary);
                client::close_vesting(key, to, mostly(stage, vesting.rent_payer, rng))
            }
        })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<VestingCreated>(event) {
            let vesting = created(&event);
            assert_eq!(vesting.balances(), event.vesting, "as it begins");
            assert!(event.sent >= vesting.total, "what arrives has been sent");
            model.open(event.vesting_address, &vesting);
        } else if let Some(event) = told::<VestedClaimed>(event) {
            let amount = event.amount;
            let vesting = next(model, &event.vesting_address, event.vesting, |vesting| {
                vesting.claimed += amount;
            });
            model.pays(vesting.beneficiary, vesting.mint, amount);
        } else if let Some(event) = told::<VestingRevoked>(event) {
            let VestingRevoked { amount, revoked_at, .. } = event;
            let vesting = next(model, &event.vesting_address, event.vesting, |vesting| {
                let vested = vesting.vested(revoked_at).expect("no overflow");
                assert_eq!(vested + amount, vesting.total, "all that has not vested");
                vesting.returned = amount;
                vesting.revoked_at = revoked_at;
            });
            model.pays(vesting.grantor, vesting.mint, amount);
        } else if let Some(event) = told::<VestingClosed>(event) {
            let vesting = next(model, &event.vesting_address, event.vesting, |_| ());
            assert_eq!(vesting.owed().expect("no overflow"), 0, "owed to anybody");
            assert_eq!(vesting.rent_payer, event.rent_payer);
            let given = model.given.remove(&vesting.vesting_token).unwrap_or(0);
            model.pays(vesting.beneficiary, vesting.mint, given);
            model.close(&event.vesting_address);
        } else {
            return false;
        }
        true
    }

    fn owed(&self, model: &Model) -> Vec<(Pubkey, u64)> {
        let owed = |vesting: Vesting| (vesting.vesting_token, vesting.owed().expect("no overflow"));
        model.all::<Vesting>().map(|(_, vesting)| owed(vesting)).collect()
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        let both = |(address, vesting): (Pubkey, Vesting)| {
            [address, vesting.vesting_token].map(|it| (it, vesting.rent_payer))
        };
        model.all::<Vesting>().flat_map(both).collect()
    }

    fn moments(&self, _: &Model) -> Vec<i64> {
        self.0.iter().flat_map(|Plan { terms, .. }| [terms.start, terms.cliff, terms.end]).collect()
    }
}

fn created(event: &VestingCreated) -> Vesting {
    let VestingCreated { grantor, rent_payer, mint, vesting_token, salt, .. } = *event;
    let VestingTerms { id, beneficiary, total, start, cliff, end, revocable } = event.terms.clone();
    let people = Vesting { grantor, beneficiary, rent_payer, ..Vesting::zeroed() };
    let terms = Vesting { id, total, start, cliff, end, revocable: revocable.into(), ..people };
    Vesting { mint, vesting_token, salt, sequence: 1, ..terms }
}

/// A vesting's next state, which must be what the event says.
fn next(
    model: &mut Model,
    address: &Pubkey,
    after: VestingBalances,
    change: impl FnOnce(&mut Vesting),
) -> Vesting {
    let vesting = model.change(address, |vesting: &mut Vesting| {
        vesting.sequence += 1;
        change(vesting);
    });
    assert_eq!(vesting.balances(), after, "the sums of {address} after the event");
    vesting
}
