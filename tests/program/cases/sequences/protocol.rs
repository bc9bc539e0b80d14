//! The protocol: its configuration, its admin, paused and set running again.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client;
use till::events::*;
use till::{Pool, Protocol, UpdateProtocolArgs, pda};
use till_tests::{FEE_BPS, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{COINS, anybody, mostly};

pub struct Governance;

impl Capability for Governance {
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let protocol: Protocol = model.get(&pda::protocol().0);
        let admin = mostly(stage, protocol.admin, rng);
        Some(match rng.gen_range(0..10) {
            // seldom, because it stops nearly everything
            0 => client::pause_protocol(mostly(stage, protocol.guardian, rng)),
            1..=4 => client::unpause_protocol(admin),
            5 | 6 => client::update_protocol(admin, update(stage, model, rng)),
            _ if protocol.pending_admin == Pubkey::default() || rng.gen_bool(0.2) => {
                client::propose_admin(admin, anybody(stage, rng))
            }
            _ => client::accept_admin(mostly(stage, protocol.pending_admin, rng)),
        })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<ProtocolInitialized>(event) {
            let ProtocolInitialized { admin, guardian, treasury, fee_bps } = event;
            let ((address, bump), none) = (pda::protocol(), Protocol::zeroed());
            model.open(address, &Protocol { admin, guardian, treasury, fee_bps, bump, ..none });
        } else if let Some(event) = told::<ProtocolUpdated>(event) {
            let ProtocolUpdated { guardian, treasury, pool, burn_mint, .. } = event;
            let ProtocolUpdated { fee_bps, stakers_bps, burn_bps, sequence, .. } = event;
            next(model, sequence, |protocol| {
                let (admin, pending_admin) = (protocol.admin, protocol.pending_admin);
                let shares = Protocol { fee_bps, stakers_bps, burn_bps, ..*protocol };
                *protocol = Protocol { admin, pending_admin, guardian, treasury, pool, burn_mint, ..shares };
            });
        } else if let Some(event) = told::<ProtocolPaused>(event) {
            next(model, event.sequence, |protocol| protocol.paused = 1);
        } else if let Some(event) = told::<ProtocolUnpaused>(event) {
            next(model, event.sequence, |protocol| protocol.paused = 0);
        } else if let Some(event) = told::<AdminProposed>(event) {
            next(model, event.sequence, |protocol| protocol.pending_admin = event.pending_admin);
        } else if let Some(event) = told::<AdminAccepted>(event) {
            next(model, event.sequence, |protocol| {
                protocol.admin = event.admin;
                protocol.pending_admin = Default::default();
            });
        } else {
            return false;
        }
        true
    }
}

/// A fee that most terms allow, and others too.
fn update(stage: &mut Stage, model: &Model, rng: &mut StdRng) -> UpdateProtocolArgs {
    UpdateProtocolArgs {
        guardian: rng.gen_bool(0.2).then(|| anybody(stage, rng)),
        treasury: rng.gen_bool(0.2).then(|| anybody(stage, rng)),
        fee_bps: Some(if rng.gen_bool(0.8) { rng.gen_range(0..=FEE_BPS) } else { rng.gen_range(0..600) }),
        stakers_bps: rng.gen_bool(0.5).then(|| rng.gen_range(0..6_000)),
        burn_bps: rng.gen_bool(0.5).then(|| rng.gen_range(0..6_000)),
        pool: model.all::<Pool>().map(|(address, _)| address).choose(rng).filter(|_| rng.gen_bool(0.5)),
        burn_mint: COINS.choose(rng).map(|coin| stage.token(*coin).mint).filter(|_| rng.gen_bool(0.5)),
    }
}

/// The protocol's next state.
pub fn next(model: &mut Model, sequence: u64, change: impl FnOnce(&mut Protocol)) {
    let protocol = model.change(&pda::protocol().0, |protocol: &mut Protocol| {
        protocol.sequence += 1;
        change(protocol);
    });
    assert_eq!(protocol.sequence, sequence, "the protocol's changes, numbered without a gap");
}
