use anchor_lang::prelude::*;

/// `sequence` is the protocol's, in this and the other events of mint policies.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintPolicyCreated {
    pub mint_policy: Pubkey,
    pub mint: Pubkey,
    pub rent_payer: Pubkey,
    /// Bit `n` allows the Token-2022 extension type numbered `n`.
    pub allowed_extensions: u64,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintPolicyUpdated {
    pub mint_policy: Pubkey,
    pub mint: Pubkey,
    pub allowed_extensions: u64,
    pub sequence: u64,
}

/// From now on the mint has no policy. A vault keeps what it was allowed until it is synchronised.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintPolicyClosed {
    pub mint_policy: Pubkey,
    pub mint: Pubkey,
    pub rent_payer: Pubkey,
    pub sequence: u64,
}
