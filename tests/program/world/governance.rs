//! What admin and guardian do.

use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client;
use till::{Protocol, UpdateProtocolArgs, pda};

use super::{Actors, World};

impl World {
    pub fn admin(&self) -> Pubkey {
        self.upgrade_authority.pubkey()
    }

    pub fn protocol(&self) -> Protocol {
        self.account(&pda::protocol().0).expect("the protocol's account")
    }
}

impl Actors {
    /// Pauses the protocol, as its guardian.
    pub fn pause(&mut self) {
        let guardian = self.guardian.insecure_clone();
        self.world.must(client::pause_protocol(guardian.pubkey()), &[&guardian]);
    }

    pub fn update_protocol(&mut self, args: UpdateProtocolArgs) {
        let admin = self.world.admin();
        self.world.must(client::update_protocol(admin, args), &[]);
    }
}
