use solana_signer::Signer;
use till::VestingTerms;
use till::client::{self, VestingKey};
use till_tests::{START, VESTING_SECONDS};

use super::{Bench, SALTS};

impl Bench<'_> {
    pub fn vestings(&mut self) {
        for id in 0..u64::from(SALTS) {
            self.vesting(id);
        }
    }

    fn vesting(&mut self, id: u64) {
        let (grantor, payout_token) =
            (self.stage.actors.payer.insecure_clone(), self.stage.actors.payout_token);
        let terms = VestingTerms { id, ..self.stage.actors.vesting_terms() };
        let vesting = VestingKey::of(&grantor.pubkey(), self.stage.actors.token, &terms);
        self.stage.actors.world.set_time(START);
        let create = client::create_vesting(&self.stage.actors.payer(), &self.stage.actors.token, terms);
        self.run("create vesting", create, &[&grantor]);
        self.stage.actors.world.set_time(START + VESTING_SECONDS / 3);
        self.run("claim vested", client::claim_vested(&vesting, payout_token), &[]);
        self.stage.actors.world.set_time(START + VESTING_SECONDS / 2);
        let revoke = client::revoke_vesting(grantor.pubkey(), &vesting, self.stage.actors.payer_token);
        self.run("revoke vesting", revoke, &[&grantor]);
        self.stage.actors.world.must(client::claim_vested(&vesting, payout_token), &[]);
        let close = client::close_vesting(&vesting, payout_token, grantor.pubkey());
        self.run("close vesting", close, &[]);
    }
}
