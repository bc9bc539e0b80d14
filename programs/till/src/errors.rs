//! Every way the program says no. The order is the wire format (6000, 6001, …): append only.

use anchor_lang::prelude::*;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum TillError {
    #[msg("The protocol is paused: no new payments; every way out stays open")]
    Paused,
    #[msg("Only the program's upgrade authority may initialize the protocol")]
    NotUpgradeAuthority,
    #[msg("The fee is above the hard limit of the program")]
    FeeTooHigh,
    #[msg("The protocol's fee is above the maximum that the payment's terms allow")]
    FeeAboveTerms,
    #[msg("The signer is neither the merchant's authority nor its operator")]
    NotMerchant,
    #[msg("A wallet address must not be the zero address")]
    ZeroAddress,
    #[msg("The amount must be greater than zero")]
    AmountZero,
    #[msg("The amount is more than what can still be captured")]
    AmountAboveCapturable,
    #[msg("The amount is more than what can still be refunded")]
    AmountAboveRefundable,
    #[msg("The merchant's balance in this vault is too small")]
    BalanceTooSmall,
    #[msg("Nothing is left in escrow for this payment")]
    NothingCapturable,
    #[msg("The vault holds no balance to pay out")]
    NothingToPayOut,
    #[msg("The authorization has expired")]
    AuthorizationExpired,
    #[msg("The authorization has not expired yet")]
    AuthorizationNotExpired,
    #[msg("The time for refunds is over")]
    RefundExpired,
    #[msg("The payment can still be captured, reclaimed or refunded, so it cannot be closed")]
    NotClosable,
    #[msg("The expiries must lie in the future, in order, and within the limits")]
    ExpiryOutOfBounds,
    #[msg("The terms ask for another capture mode than this instruction")]
    WrongCaptureMode,
    #[msg("The mint is not the one in the terms or the vault")]
    WrongMint,
    #[msg("An account that is created here must not sign: its address would not be the program's")]
    NewAccountSigns,
    #[msg("The token account does not belong to the wallet that must be paid")]
    WrongTokenOwner,
    #[msg("The account is not a token account of this mint and token program")]
    NotATokenAccount,
    #[msg("A refund needs the source account together with its owner's signature, or neither")]
    SourceIncomplete,
    #[msg("The rest of a final capture goes back to the payer: the payer's token account is needed")]
    PayerAccountMissing,
    #[msg("The mint has an extension that the protocol does not accept")]
    MintExtensionRefused,
    #[msg("Not exactly the amount arrived")]
    AmountNotReceived,
    #[msg("The rent goes back to the account that paid it, and this is another one")]
    WrongRentPayer,
    #[msg("Arithmetic overflow")]
    Overflow,
    #[msg("With the mint's transfer fee more would leave the account than the payer has agreed to")]
    TransferFeeTooHigh,
    #[msg("The state would contradict itself")]
    InvariantViolated,

    // protocol and merchant
    #[msg("The stakers' and the burned part of the fees are more than the whole")]
    SharesTooHigh,
    #[msg("Only the protocol's admin may do this")]
    NotAdmin,
    #[msg("Only the protocol's guardian or its admin may pause it")]
    NotGuardian,
    #[msg("The admin's place was not offered to this wallet")]
    NotPendingAdmin,
    #[msg("The protocol is not paused")]
    NotPaused,
    #[msg("Only the merchant's authority may do this")]
    NotMerchantAuthority,
    #[msg("The authority's place was not offered to this wallet")]
    NotPendingAuthority,
    #[msg("The address is a token account, a mint, a program, or an account of this program: no wallet to be paid")]
    NotAWallet,
    #[msg("The merchant takes no new payments in this vault; every way out stays open")]
    VaultNotAccepting,
    #[msg("The vault still holds money that it owes, or a payment still refers to it")]
    VaultInUse,
    #[msg("The merchant still has an open vault")]
    MerchantHasVaults,
    #[msg("The mask has an extension that needs no permission, or that no mint can be allowed to have")]
    ExtensionNotAllowable,
    #[msg("The mint calls a transfer hook: no new payments; every way out stays open")]
    TransferHookActive,
    // payment
    #[msg("At most four splits, each of a wallet and of more than nothing, together at most 10,000 basis points")]
    SplitsInvalid,
    #[msg("These are not the terms that the payment's address commits to")]
    WrongTerms,
    #[msg("The payment has splits: its terms are needed, and a token account of each payee in their order")]
    SplitsIncomplete,
    #[msg("The signer is not the payer of this payment")]
    NotPayer,
    #[msg("The signer is not the arbiter that the terms name")]
    NotArbiter,
    #[msg("The terms name no arbiter, so there can be no dispute")]
    NotDisputable,
    #[msg("A dispute is open: it ends by release, void, resolution, or when its time has run out")]
    Disputed,
    #[msg("No dispute is open")]
    NotDisputed,
    #[msg("The time to resolve the dispute is over: the money is the payer's")]
    DisputeExpired,
    #[msg("Until the time that the terms name, only the payer's release gives the merchant the money")]
    CaptureTooEarly,
    #[msg("A payment with splits is captured once: the capture must be final")]
    SplitsCapturedOnce,
    #[msg("Payees have got that part: a refund of it needs a source other than the merchant's balance")]
    SharedWithPayees,
    #[msg("A refund cannot be paid with the payer's own tokens")]
    SourceIsPayers,
    #[msg("The payment has been paid already")]
    AlreadyPaid,
    #[msg("Tokens cannot be sent from an account to itself")]
    SameAccount,
    #[msg("The vault allows what the mint's policy allows already")]
    PolicyUnchanged,
    // donation
    #[msg("The goal must be greater than zero")]
    GoalZero,
    #[msg("The deadline must lie in the future, at most one year ahead")]
    DeadlineOutOfBounds,
    #[msg("The campaign has ended: its deadline has passed")]
    CampaignEnded,
    #[msg("The campaign was cancelled by its creator")]
    CampaignCancelled,
    #[msg("An all-or-nothing campaign gives a receipt: the account for it is needed")]
    ReceiptNeeded,
    #[msg("A campaign that keeps all gives no receipt, because nothing could be claimed with it")]
    ReceiptNotNeeded,
    #[msg("The receipt is not one of this campaign and donor")]
    WrongReceipt,
    #[msg("The money is the beneficiary's only if the goal is reached, from the deadline on")]
    CampaignNotSuccessful,
    #[msg("Donations go back only if the campaign is cancelled, or has missed its goal at the deadline")]
    CampaignNotFailed,
    #[msg("The campaign holds nothing for the beneficiary")]
    NothingToWithdraw,
    #[msg("The signer is not the campaign's creator")]
    NotCreator,
    #[msg("The campaign runs, owes money or has open receipts, so it cannot be closed")]
    CampaignNotClosable,

    // fees, staking, burn
    #[msg("The vault owes the protocol no fees, or the mint has withheld none")]
    NothingToSweep,
    #[msg("The protocol's staking pool is needed, and this is another account or none")]
    WrongPool,
    #[msg(
        "The stakers' part goes to the pool's token account for this mint, and this is another one or none"
    )]
    WrongPoolToken,
    #[msg("A part of these fees is burned: the burn record of the mint is needed")]
    WrongBurnRecord,
    #[msg("The protocol is not the one who may withdraw what this mint's transfer fee has withheld")]
    NotFeeAuthority,
    #[msg("A burn record stays as long as its mint exists")]
    MintExists,
    #[msg("The pool's tiers or its cooldown are outside the limits")]
    PoolOutOfBounds,
    #[msg("Only the pool's authority may do this")]
    NotPoolAuthority,
    #[msg("The place of the pool's authority was not offered to this wallet")]
    NotPendingPoolAuthority,
    #[msg("The pool is retired: nothing new comes in, everything can leave")]
    PoolRetired,
    #[msg("The pool still has open positions or rewards")]
    PoolInUse,
    #[msg("The pool has no room for another reward")]
    TooManyRewards,
    #[msg("The pool has a reward in this mint already")]
    RewardExists,
    #[msg("The pool has no reward of this index")]
    NoSuchReward,
    #[msg("The pool has no tier of this index")]
    NoSuchTier,
    #[msg("The emission plan is too short or too long")]
    PlanOutOfBounds,
    #[msg("The emission plan would pay less in a second than the running one, or end before it")]
    PlanThinned,
    #[msg("The position is not one of this owner in this pool")]
    WrongPosition,
    #[msg("The position is in another tier")]
    WrongTier,
    #[msg("Only the position's owner may do this, as long as the pool is not retired or has more to give")]
    NotStaker,
    #[msg("The amount is more than what is staked")]
    AmountAboveStaked,
    #[msg("The stake is still locked")]
    StakeLocked,
    #[msg("What has already cooled down must be withdrawn first")]
    WithdrawFirst,
    #[msg("Nothing of the stake is cooling down")]
    NothingCooling,
    #[msg("The stake is still cooling down")]
    StillCooling,
    #[msg("There is no whole base unit of this reward to claim")]
    NothingToClaim,
    #[msg("The position still holds a stake")]
    PositionNotEmpty,
    #[msg("Rewards are still owed: they must be claimed, or the owner signs that they are given up")]
    RewardsOwed,
    // vesting
    #[msg("Start, cliff and end must come in this order, at most ten years from now")]
    ScheduleOutOfBounds,
    #[msg("Nothing has vested that is not claimed yet")]
    NothingVested,
    #[msg("The signer is not the grantor of this vesting")]
    NotGrantor,
    #[msg("This vesting cannot be revoked")]
    NotRevocable,
    #[msg("This vesting has been revoked already")]
    AlreadyRevoked,
    #[msg("Everything has vested, so nothing is left to revoke")]
    NothingToRevoke,
    #[msg("The beneficiary has not claimed everything yet, so the vesting cannot be closed")]
    VestingNotClosable,
}
