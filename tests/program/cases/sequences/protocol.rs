//! The protocol: paused and set running again.

use bytemuck::Zeroable;
use rand::Rng;
use rand::rngs::StdRng;
use solana_instruction::Instruction;
use till::events::ProtocolInitialized;
use till::{Protocol, pda};
use till_tests::Stage;

use super::capability::{Capability, told};
use super::model::Model;

pub struct Pauses;

impl Capability for Pauses {
    /// The flag is set in the account, until an instruction does it.
    fn propose(&mut self, stage: &mut Stage, model: &mut Model, rng: &mut StdRng) -> Option<Instruction> {
        let address = pda::protocol().0;
        model.change::<Protocol>(&address, |protocol| protocol.paused = u8::from(rng.gen_bool(0.2)));
        let mut account = stage.world.svm.get_account(&address).expect("the protocol");
        account.data.clone_from(&model.accounts[&address]);
        stage.world.svm.set_account(address, account).expect("the account can be set");
        None
    }

    fn hear(&mut self, event: &[u8], model: &mut Model) -> bool {
        let Some(event) = told::<ProtocolInitialized>(event) else { return false };
        let (address, bump) = pda::protocol();
        let ProtocolInitialized { admin, guardian, treasury, fee_bps } = event;
        let none = Protocol::zeroed();
        model.open(address, &Protocol { admin, guardian, treasury, fee_bps, bump, ..none });
        true
    }
}
