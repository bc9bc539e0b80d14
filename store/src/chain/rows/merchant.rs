//! Merchants.

/// What becomes of a merchant. `sequence` numbers the changes since it registered, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MerchantState {
    /// As it is from then on, whatever stood at this address before: an address that was closed can be
    /// registered again, and numbers its changes anew.
    Registered {
        founder: String,
        index: i32,
        authority: String,
        operator: String,
        payout_wallet: String,
        rent_payer: String,
    },
    /// What is nothing stays as it is.
    Updated { operator: Option<String>, payout_wallet: Option<String>, sequence: i64 },
    /// Nothing is an offer that was withdrawn.
    AuthorityProposed { pending_authority: Option<String>, sequence: i64 },
    /// Nobody has an offer any more.
    AuthorityAccepted { authority: String, sequence: i64 },
    /// The account is gone.
    Closed,
}
