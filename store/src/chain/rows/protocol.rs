//! The protocol's configuration, and what it allows single mints.

/// The subject of the protocol's events and of those of mint policies, which count in its sequence.
pub const PROTOCOL: &str = "protocol";

/// What becomes of the protocol. `sequence` numbers its changes from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtocolState {
    Initialized {
        admin: String,
        guardian: String,
        treasury: String,
        fee_bps: i32,
    },
    /// The whole configuration.
    Updated {
        guardian: String,
        treasury: String,
        /// Nothing when stakers get no part of the fees.
        pool: Option<String>,
        /// Nothing when no fees are burned.
        burn_mint: Option<String>,
        fee_bps: i32,
        stakers_bps: i32,
        burn_bps: i32,
        sequence: i64,
    },
    Paused {
        paused: bool,
        sequence: i64,
    },
    /// Nothing is an offer that was withdrawn.
    AdminProposed {
        pending_admin: Option<String>,
        sequence: i64,
    },
    /// Nobody has an offer any more.
    AdminAccepted {
        admin: String,
        sequence: i64,
    },
    /// A mint policy has changed.
    PolicyChanged {
        sequence: i64,
    },
}

/// What becomes of a mint policy. Bit `n` of a mask allows the Token-2022 extension type numbered `n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MintPolicyState {
    /// Whatever stood at this address before.
    Created {
        mint: String,
        rent_payer: String,
        allowed_extensions: u64,
    },
    Allowed(u64),
    /// The account is gone.
    Closed,
}
