//! Burning: records of mints, of one that is gone too, and holders who burn what is theirs.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client;
use till::events::*;
use till::{BurnRecord, pda};
use till_tests::{Cast, Coin, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{COINS, anybody, mostly};

/// Its mint is closed before the sequences begin.
const GONE: Coin = Coin::OtherSpl;

pub struct Burns;

/// A record of a mint that is gone: nobody can close a mint by an instruction of the program.
pub fn prepare(stage: &mut Stage) {
    let (mint, backer) = (stage.token(GONE).mint, stage.side(&Cast::OURS, "backer"));
    stage.must(client::open_burn_record(backer, mint));
    stage.forget(&mint);
}

impl Capability for Burns {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let coin = if rng.gen_bool(0.2) { GONE } else { *COINS.choose(rng).expect("a coin") };
        let token = stage.token(coin);
        let Some(record) = model.find::<BurnRecord>(&pda::burn_record(&token.mint).0) else {
            return Some(client::open_burn_record(anybody(stage, rng), token.mint));
        };
        if coin == GONE || rng.gen_bool(0.1) {
            return Some(client::close_burn_record(token.mint, mostly(stage, record.rent_payer, rng)));
        }
        let owner = anybody(stage, rng);
        let (from, other) = (mostly(stage, owner, rng), rng.gen_range(0..1_000_000));
        let amount = *[0, 1, other, other].choose(rng).expect("an amount");
        Some(client::burn(owner, stage.token_account(coin, &from), &token, amount))
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(BurnRecordOpened { record, mint, rent_payer, .. }) = told(event) {
            model.open(record, &BurnRecord { mint, rent_payer, ..BurnRecord::zeroed() });
        } else if let Some(event) = told::<Burned>(event) {
            let Burned { record, mint, amount, totals, .. } = event;
            next(model, (record, mint), amount, totals, |record| record.burned_by_holders += amount);
        } else if let Some(event) = told::<FeesBurned>(event) {
            let FeesBurned { record, mint, amount, totals } = event;
            next(model, (record, mint), amount, totals, |record| record.burned_from_fees += amount);
        } else if let Some(event) = told::<BurnRecordClosed>(event) {
            let record: BurnRecord = model.get(&event.record);
            assert_eq!((record.rent_payer, record.totals()), (event.rent_payer, event.totals));
            model.close(&event.record);
        } else {
            return false;
        }
        true
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        model.all::<BurnRecord>().map(|(address, record)| (address, record.rent_payer)).collect()
    }
}

/// A record's next state, after `amount` has been burned.
fn next(
    model: &mut Model,
    (address, mint): (Pubkey, Pubkey),
    amount: u64,
    after: BurnTotals,
    change: impl FnOnce(&mut BurnRecord),
) {
    let record = model.change(&address, |record: &mut BurnRecord| {
        record.sequence += 1;
        change(record);
    });
    assert_eq!((record.mint, record.totals()), (mint, after), "the totals of {address} after the event");
    model.burned.push((mint, amount));
}
