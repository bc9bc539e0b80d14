use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolInitialized {
    pub admin: Pubkey,
    pub guardian: Pubkey,
    pub treasury: Pubkey,
    pub fee_bps: u16,
}

/// The whole configuration as it is from now on; `sequence` numbers the protocol's changes from 1.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolUpdated {
    pub guardian: Pubkey,
    pub treasury: Pubkey,
    pub pool: Pubkey,
    pub burn_mint: Pubkey,
    pub fee_bps: u16,
    pub stakers_bps: u16,
    pub burn_bps: u16,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolPaused {
    /// The guardian or the admin.
    pub by: Pubkey,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolUnpaused {
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminProposed {
    /// The zero address when an offer is withdrawn.
    pub pending_admin: Pubkey,
    pub sequence: u64,
}

/// From now on nobody has an offer.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminAccepted {
    pub admin: Pubkey,
    pub sequence: u64,
}
