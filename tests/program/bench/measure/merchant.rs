use solana_signer::Signer;
use till::client::{self, VaultKey};
use till::{RegisterMerchantArgs, pda};

use super::{Bench, SALTS};

impl Bench<'_> {
    /// What a merchant sends once. These search for bumps.
    pub fn merchants(&mut self) {
        let (token, operator) = (self.stage.actors.token, self.stage.actors.operator.pubkey());
        for index in 0..u16::from(SALTS) {
            let founder = self.stage.actors.world.wallet();
            let key = founder.pubkey();
            let merchant = pda::merchant(&key, index).0;
            let vault = VaultKey { merchant, token, shard: index };
            let args = RegisterMerchantArgs { index, authority: key, operator: key, payout_wallet: key };
            self.run("register merchant", client::register_merchant(key, key, args), &[&founder]);
            self.run("open vault", client::open_vault(key, key, &vault), &[&founder]);
            self.run("set operator", client::set_operator(key, merchant, operator), &[&founder]);
            self.run("close vault", client::close_vault(key, &vault, key, key), &[&founder]);
        }
    }
}
