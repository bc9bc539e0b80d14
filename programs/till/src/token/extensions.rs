//! Which extensions of Token-2022 a mint may have. A set of them is a mask: bit `n` stands for the
//! extension type numbered `n`.

use anchor_lang::prelude::*;
use anchor_spl::token_2022::spl_token_2022::extension::{
    transfer_hook::TransferHook, BaseStateWithExtensions, ExtensionType, StateWithExtensions,
};
use anchor_spl::token_2022::spl_token_2022::state::Mint;

use super::MINT_LEN;
use crate::TillError;

/// What holds for an extension type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every mint may have it.
    Accepted,
    /// A mint may have it when the admin trusts its issuer, who could take, freeze or divert money in
    /// escrow, or hide money that is not. See `MintPolicy`.
    Allowable,
    /// No mint may have it.
    Never,
}

/// Without a default, so that a version of the crate with one more extension does not compile before
/// somebody has thought about it.
pub const fn rule(extension: ExtensionType) -> Rule {
    use ExtensionType::*;
    match extension {
        // a fee is paid on top, see `token::Transfer`; a mint is looked at again at each payment, and one
        // that is closed has no tokens in a vault
        TransferFeeConfig | MintCloseAuthority => Rule::Accepted,
        // these change how an amount is shown; money is counted in base units
        InterestBearingConfig | ScaledUiAmount => Rule::Accepted,
        // these describe
        MetadataPointer | TokenMetadata | GroupPointer | TokenGroup | GroupMemberPointer
        | TokenGroupMember => Rule::Accepted,

        PermanentDelegate | DefaultAccountState | Pausable => Rule::Allowable,
        // the accounts of vaults never become confidential: a vault would have to sign
        ConfidentialTransferMint | ConfidentialTransferFeeConfig => Rule::Allowable,
        // as long as no program is set, see `require_accepted`
        TransferHook => Rule::Allowable,

        // what cannot be sent cannot pay; of a mint with confidential supply no account can ever hold an
        // amount that is not hidden
        NonTransferable | ConfidentialMintBurn => Rule::Never,
        // extensions of token accounts
        TransferFeeAmount
        | ConfidentialTransferAccount
        | ImmutableOwner
        | MemoTransfer
        | CpiGuard
        | NonTransferableAccount
        | TransferHookAccount
        | ConfidentialTransferFeeAmount
        | PausableAccount => Rule::Never,
        Uninitialized => Rule::Never,
    }
}

/// The mask of one extension type.
pub const fn bit(extension: ExtensionType) -> u64 {
    1 << extension as u16
}

/// Whether a mint policy may hold this mask: only extensions that are a matter of permission.
pub fn is_allowable(mask: u64) -> bool {
    let numbers = (0..u64::BITS as u16).filter(|number| mask >> number & 1 == 1);
    numbers.into_iter().all(|number| {
        ExtensionType::try_from(number).is_ok_and(|extension| rule(extension) == Rule::Allowable)
    })
}

/// Asked before money is taken in: refuses a mint with an extension that is neither accepted of every
/// mint nor in the mask, and every extension that this program does not know. A transfer hook is accepted
/// while it does nothing; one that is switched on later stops new payments, and `Transfer::extra` lets
/// the money out.
pub fn require_accepted(mint: &AccountInfo, allowed: u64) -> Result<()> {
    let data = mint.try_borrow_data()?;
    if data.len() == MINT_LEN {
        return Ok(());
    }
    let state = StateWithExtensions::<Mint>::unpack(&data)?;
    let extensions = state.get_extension_types().map_err(|_| TillError::MintExtensionRefused)?;
    let accepted = |extension: &ExtensionType| match rule(*extension) {
        Rule::Accepted => true,
        Rule::Allowable => allowed & bit(*extension) != 0,
        Rule::Never => false,
    };
    require!(extensions.iter().all(accepted), TillError::MintExtensionRefused);
    let hook = state.get_extension::<TransferHook>().ok();
    let is_active = hook.is_some_and(|hook| Option::<Pubkey>::from(hook.program_id).is_some());
    require!(!is_active, TillError::TransferHookActive);
    Ok(())
}
