//! A vesting between the people of a test: the payer grants, the payout wallet is the beneficiary.

use solana_signer::Signer;
use till::client::{self, VestingKey};
use till::{Vesting, VestingTerms};

use super::{Actors, START};

/// What vests unless told otherwise, in base units: 1,000.000007, so that it does not divide evenly.
pub const GRANT: u64 = 1_000_000_007;
/// How long it takes from the start to the end unless told otherwise: 1,000 seconds.
pub const VESTING_SECONDS: i64 = 1_000;

impl Actors {
    /// Starts now, with the cliff after a quarter of the time.
    pub fn vesting_terms(&self) -> VestingTerms {
        VestingTerms {
            id: 1,
            beneficiary: self.payout_wallet.pubkey(),
            total: GRANT,
            start: START,
            cliff: START + VESTING_SECONDS / 4,
            end: START + VESTING_SECONDS,
            revocable: true,
        }
    }

    #[track_caller]
    pub fn vesting(&mut self) -> VestingKey {
        self.vesting_of(self.vesting_terms())
    }

    #[track_caller]
    pub fn vesting_of(&mut self, terms: VestingTerms) -> VestingKey {
        let grantor = self.payer.insecure_clone();
        let vesting = VestingKey::of(&grantor.pubkey(), self.token, &terms);
        self.world.must(client::create_vesting(&self.payer(), &self.token, terms), &[&grantor]);
        vesting
    }

    #[track_caller]
    pub fn revoke(&mut self, vesting: &VestingKey) {
        let grantor = self.payer.insecure_clone();
        let revoke = client::revoke_vesting(grantor.pubkey(), vesting, self.payer_token);
        self.world.must(revoke, &[&grantor]);
    }

    pub fn vesting_state(&self, vesting: &VestingKey) -> Vesting {
        self.world.account(&vesting.address).expect("the vesting's account")
    }
}
