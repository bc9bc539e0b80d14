//! What one batch of slots changes. Amounts are base units, addresses and signatures base58.

mod burn;
mod donation;
mod event;
mod ledger;
mod merchant;
mod payment;
mod protocol;
mod staking;
mod totals;
mod vault;
mod vesting;

pub use burn::*;
pub use donation::*;
pub use event::*;
pub use ledger::*;
pub use merchant::*;
pub use payment::*;
pub use protocol::*;
pub use staking::*;
pub use totals::*;
pub use vault::*;
pub use vesting::*;

/// What a batch of slots changes, in the order of the chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    pub events: Vec<EventRow>,
    pub ledger: Vec<LedgerLine>,
    pub states: Vec<Change>,
    pub steps: Vec<PaymentStep>,
    pub totals: Vec<Total>,
    pub fees: Vec<FeeTotal>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// A change of an account of the program, apart from payments.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub key: EventKey,
    /// The account's; [`PROTOCOL`] for that of the protocol.
    pub address: String,
    pub state: State,
    pub slot: i64,
}

/// What becomes of an account.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Protocol(ProtocolState),
    MintPolicy(MintPolicyState),
    Merchant(MerchantState),
    Vault(VaultState),
    Campaign(CampaignState),
    Receipt(Receipt),
    Donation(Donation),
    Pool(PoolState),
    Reward(RewardChange),
    Position(PositionState),
    Vesting(VestingState),
    BurnRecord(BurnRecordState),
    Burn(Burn),
}
