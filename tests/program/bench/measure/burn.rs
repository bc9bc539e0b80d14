use solana_signer::Signer;
use till::client;

use super::{Bench, SALTS};

impl Bench<'_> {
    pub fn burns(&mut self) {
        let a = &self.stage.actors;
        let (payer, token, payer_token) = (a.payer.insecure_clone(), a.token, a.payer_token);
        self.run("open burn record", client::open_burn_record(payer.pubkey(), token.mint), &[&payer]);
        for _ in 0..SALTS {
            self.run("burn", client::burn(payer.pubkey(), payer_token, &token, 1_000), &[&payer]);
        }
    }
}
