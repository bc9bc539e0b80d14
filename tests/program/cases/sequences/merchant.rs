//! Merchants: who governs them, who works for them, where their money goes.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client;
use till::events::*;
use till::{Merchant, RegisterMerchantArgs, pda};
use till_tests::{Cast, Stage};

use super::capability::{Capability, told};
use super::model::Model;
use super::people::{anybody, mostly, random_cast};

pub struct Merchants;

impl Capability for Merchants {
    /// The first merchant of each founder has vaults; the second comes and goes.
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let cast = Cast { house: rng.gen_range(0..2), ..random_cast(rng) };
        let founder = stage.side(&cast, "founder");
        let address = pda::merchant(&founder, cast.house.into()).0;
        let Some(merchant) = model.find::<Merchant>(&address) else {
            let founder = mostly(stage, founder, rng);
            let [authority, operator, payout_wallet, rent_payer] =
                std::array::from_fn(|_| anybody(stage, rng));
            let args = RegisterMerchantArgs { index: cast.house.into(), authority, operator, payout_wallet };
            return Some(client::register_merchant(founder, rent_payer, args));
        };
        let authority = mostly(stage, merchant.authority, rng);
        Some(match rng.gen_range(0..6) {
            0 => client::update_merchant(authority, address, anybody(stage, rng)),
            1 => client::set_operator(authority, address, anybody(stage, rng)),
            2 => {
                let rent_payer = mostly(stage, merchant.rent_payer, rng);
                client::close_merchant(authority, address, rent_payer)
            }
            _ if merchant.pending_authority == Pubkey::default() || rng.gen_bool(0.2) => {
                client::propose_merchant_authority(authority, address, anybody(stage, rng))
            }
            _ => {
                let heir = mostly(stage, merchant.pending_authority, rng);
                client::accept_merchant_authority(heir, address)
            }
        })
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        if let Some(event) = told::<MerchantRegistered>(event) {
            let MerchantRegistered { merchant: address, founder, index, .. } = event;
            let MerchantRegistered { authority, operator, payout_wallet, rent_payer, .. } = event;
            let (bump, none) = (pda::merchant(&founder, index).1, Merchant::zeroed());
            let people = Merchant { authority, operator, payout_wallet, rent_payer, ..none };
            model.open(address, &Merchant { founder, index, bump, ..people });
        } else if let Some(event) = told::<MerchantUpdated>(event) {
            next(model, &event.merchant, event.sequence, |merchant| {
                merchant.payout_wallet = event.payout_wallet;
            });
        } else if let Some(event) = told::<OperatorSet>(event) {
            next(model, &event.merchant, event.sequence, |merchant| merchant.operator = event.operator);
        } else if let Some(event) = told::<MerchantAuthorityProposed>(event) {
            next(model, &event.merchant, event.sequence, |merchant| {
                merchant.pending_authority = event.pending_authority;
            });
        } else if let Some(event) = told::<MerchantAuthorityAccepted>(event) {
            next(model, &event.merchant, event.sequence, |merchant| {
                merchant.authority = event.authority;
                merchant.pending_authority = Default::default();
            });
        } else if let Some(event) = told::<MerchantClosed>(event) {
            let merchant = next(model, &event.merchant, event.sequence, |_| ());
            assert_eq!((merchant.vaults, merchant.rent_payer), (0, event.rent_payer));
            model.close(&event.merchant);
        } else {
            return false;
        }
        true
    }

    fn rents(&self, model: &Model) -> Vec<(Pubkey, Pubkey)> {
        model.all::<Merchant>().map(|(address, merchant)| (address, merchant.rent_payer)).collect()
    }
}

/// A merchant's next state.
fn next(model: &mut Model, address: &Pubkey, sequence: u64, change: impl FnOnce(&mut Merchant)) -> Merchant {
    let merchant = model.change(address, |merchant: &mut Merchant| {
        merchant.sequence += 1;
        change(merchant);
    });
    assert_eq!(merchant.sequence, sequence, "the merchant's changes, numbered without a gap");
    merchant
}
