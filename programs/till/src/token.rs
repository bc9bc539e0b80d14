//! Moving tokens of SPL Token and Token-2022. What of Token-2022 is accepted is in `extensions.rs`.
//!
//! What counts is what arrived: balances are read before and after a transfer, and a mint with a
//! transfer fee is paid exactly net, the fee on top. The state is read at its fixed offsets, which
//! both token programs share, because unpacking it whole costs more than the transfer itself.

mod extensions;

pub use extensions::*;

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;
use anchor_spl::token_2022::spl_token_2022::extension::{
    transfer_fee::TransferFeeConfig, BaseStateWithExtensions, StateWithExtensions,
};
use anchor_spl::token_2022::spl_token_2022::state::Mint as MintState;
use anchor_spl::token_2022_extensions;
use anchor_spl::token_interface;

use crate::{math, TillError};

/// Length of a mint without extensions, and the offset of its decimals.
const MINT_LEN: usize = 82;
const MINT_DECIMALS: usize = 44;
/// Length of a token account without extensions, and where an extended one names its type.
const ACCOUNT_LEN: usize = 165;
const ACCOUNT_TYPE_ACCOUNT: u8 = 2;
const ACCOUNT_OWNER: usize = 32;
const ACCOUNT_AMOUNT: usize = 64;
const ACCOUNT_STATE: usize = 108;
const STATE_FROZEN: u8 = 2;

/// One transfer, to a token account of `to_owner` and of nobody else. `authority` signs the
/// transaction, or is the vault.
pub struct Transfer<'a, 'info> {
    pub token_program: &'a AccountInfo<'info>,
    pub mint: &'a AccountInfo<'info>,
    pub from: &'a AccountInfo<'info>,
    pub to: &'a AccountInfo<'info>,
    pub to_owner: &'a Pubkey,
    pub authority: &'a AccountInfo<'info>,
    /// What the mint's transfer hook wants to see, handed on as it came; nothing without a hook.
    pub extra: &'a [AccountInfo<'info>],
}

impl<'info> Transfer<'_, 'info> {
    /// Sends `amount` and returns what arrived, which a transfer fee makes less.
    pub fn send(&self, amount: u64, signer: &[&[&[u8]]]) -> Result<u64> {
        require_owned(self.to, self.token_program.key, self.mint.key, self.to_owner)?;
        require_keys_neq!(*self.from.key, *self.to.key, TillError::SameAccount);
        let before = balance(self.to)?;
        self.transfer_checked(amount, signer)?;
        Ok(math::sub(balance(self.to)?, before)?)
    }

    /// The instruction is built by hand, as both token programs read it: the builders of their crates
    /// cost more than the transfer. The hook gets no signature: neither the vault's nor one of the
    /// transaction.
    fn transfer_checked(&self, amount: u64, signer: &[&[&[u8]]]) -> Result<()> {
        const TRANSFER_CHECKED: u8 = 12;
        let mut data = Vec::with_capacity(10);
        data.push(TRANSFER_CHECKED);
        data.extend_from_slice(&amount.to_le_bytes());
        data.push(decimals(self.mint)?);
        let mut metas = vec![
            AccountMeta::new(*self.from.key, false),
            AccountMeta::new_readonly(*self.mint.key, false),
            AccountMeta::new(*self.to.key, false),
            AccountMeta::new_readonly(*self.authority.key, true),
        ];
        let mut accounts: Vec<_> =
            [self.from, self.mint, self.to, self.authority].into_iter().cloned().collect();
        for account in self.extra {
            let (pubkey, is_writable) = (*account.key, account.is_writable);
            metas.push(AccountMeta { pubkey, is_signer: false, is_writable });
            accounts.push(account.clone());
        }
        let instruction = Instruction { program_id: *self.token_program.key, accounts: metas, data };
        // unchecked means: not looked up whether one of them is borrowed. The token program writes
        // only token accounts, and nobody here keeps a borrow of one.
        invoke_signed_unchecked(&instruction, &accounts, signer).map_err(Into::into)
    }

    /// Sends as much as is needed for exactly `amount` to arrive, at most `max_sent`, and returns what
    /// was sent.
    pub fn send_net(&self, amount: u64, max_sent: u64, signer: &[&[&[u8]]]) -> Result<u64> {
        let gross = gross_for_net(self.mint, amount)?;
        require!(gross <= max_sent, TillError::TransferFeeTooHigh);
        let received = self.send(gross, signer)?;
        require_eq!(received, amount, TillError::AmountNotReceived);
        Ok(gross)
    }
}

/// The end of a token account that the program owns: whatever is still in it goes to a token account of
/// `to_owner`, what a transfer fee withheld in it goes to the mint, and its rent to `rent_payer`.
pub struct Close<'a, 'info> {
    pub token_program: &'a AccountInfo<'info>,
    pub mint: &'a AccountInfo<'info>,
    pub account: &'a AccountInfo<'info>,
    pub to: &'a AccountInfo<'info>,
    pub to_owner: &'a Pubkey,
    pub rent_payer: &'a AccountInfo<'info>,
    pub authority: &'a AccountInfo<'info>,
    /// See [`Transfer::extra`].
    pub extra: &'a [AccountInfo<'info>],
}

impl<'info> Close<'_, 'info> {
    /// Anybody may have sent tokens to the account, so that it is not empty although nothing is owed.
    pub fn close(&self, signer: &[&[&[u8]]]) -> Result<()> {
        let surplus = balance(self.account)?;
        if surplus > 0 {
            let transfer = Transfer {
                token_program: self.token_program,
                mint: self.mint,
                from: self.account,
                to: self.to,
                to_owner: self.to_owner,
                authority: self.authority,
                extra: self.extra,
            };
            transfer.send(surplus, signer)?;
        }
        if has_transfer_fee(self.mint, self.token_program.key)? {
            harvest(self.token_program, self.mint, vec![self.account.clone()])?;
        }
        let accounts = token_interface::CloseAccount {
            account: self.account.clone(),
            destination: self.rent_payer.clone(),
            authority: self.authority.clone(),
        };
        token_interface::close_account(CpiContext::new_with_signer(*self.token_program.key, accounts, signer))
    }
}

/// Tokens of `from` that end to exist. `authority` owns `from`, and signs the transaction or is a vault.
pub struct Burn<'a, 'info> {
    pub token_program: &'a AccountInfo<'info>,
    pub mint: &'a AccountInfo<'info>,
    pub from: &'a AccountInfo<'info>,
    pub authority: &'a AccountInfo<'info>,
}

impl Burn<'_, '_> {
    pub fn burn(&self, amount: u64, signer: &[&[&[u8]]]) -> Result<()> {
        let accounts = token_interface::Burn {
            mint: self.mint.clone(),
            from: self.from.clone(),
            authority: self.authority.clone(),
        };
        token_interface::burn(CpiContext::new_with_signer(*self.token_program.key, accounts, signer), amount)
    }
}

/// Moves what transfer fees withheld in these token accounts to the mint. Anyone may, of any account; an
/// account of another mint is passed over.
pub fn harvest<'info>(
    token_program: &AccountInfo<'info>,
    mint: &AccountInfo<'info>,
    accounts: Vec<AccountInfo<'info>>,
) -> Result<()> {
    let harvested = token_2022_extensions::HarvestWithheldTokensToMint {
        token_program_id: token_program.clone(),
        mint: mint.clone(),
    };
    let context = CpiContext::new(*token_program.key, harvested);
    token_2022_extensions::harvest_withheld_tokens_to_mint(context, accounts)
}

/// Whether `account` is a token account of `mint`, under `token_program`, that `wallet` owns.
pub fn require_owned(
    account: &AccountInfo,
    token_program: &Pubkey,
    mint: &Pubkey,
    wallet: &Pubkey,
) -> Result<()> {
    require_keys_eq!(*account.owner, *token_program, TillError::NotATokenAccount);
    let data = account.try_borrow_data()?;
    let is_token_account =
        data.len() == ACCOUNT_LEN || (data.len() > ACCOUNT_LEN && data[ACCOUNT_LEN] == ACCOUNT_TYPE_ACCOUNT);
    require!(is_token_account && data[..32] == *mint.as_ref(), TillError::NotATokenAccount);
    require!(data[ACCOUNT_OWNER..ACCOUNT_OWNER + 32] == *wallet.as_ref(), TillError::WrongTokenOwner);
    Ok(())
}

/// Whether the mint's freeze authority keeps a token account from taking and giving anything.
pub fn is_frozen(account: &AccountInfo) -> Result<bool> {
    let data = account.try_borrow_data()?;
    Ok(*data.get(ACCOUNT_STATE).ok_or(TillError::NotATokenAccount)? == STATE_FROZEN)
}

/// What must be sent for exactly `net` to arrive under the mint's transfer fee of this epoch.
fn gross_for_net(mint: &AccountInfo, net: u64) -> Result<u64> {
    let data = mint.try_borrow_data()?;
    if data.len() == MINT_LEN {
        return Ok(net);
    }
    let state = StateWithExtensions::<MintState>::unpack(&data)?;
    let Ok(config) = state.get_extension::<TransferFeeConfig>() else { return Ok(net) };
    gross_under(config, Clock::get()?.epoch, net)
}

/// See [`gross_for_net`]; clients use it to tell the payer the whole sum.
pub fn gross_under(config: &TransferFeeConfig, epoch: u64, net: u64) -> Result<u64> {
    let fee = config.calculate_inverse_epoch_fee(epoch, net).ok_or(TillError::Overflow)?;
    Ok(math::add(net, fee)?)
}

/// A mint that has been closed has no fee: its authority may do so when nothing of it is left. What is at
/// its address by then may be anybody's.
fn has_transfer_fee(mint: &AccountInfo, token_program: &Pubkey) -> Result<bool> {
    let data = mint.try_borrow_data()?;
    if mint.owner != token_program || data.len() <= MINT_LEN {
        return Ok(false);
    }
    let state = StateWithExtensions::<MintState>::unpack(&data)?;
    Ok(state.get_extension::<TransferFeeConfig>().is_ok())
}

/// Who may withdraw what the mint's transfer fee withheld, if it has one and anybody may.
pub fn withdraw_authority(mint: &AccountInfo) -> Result<Option<Pubkey>> {
    let data = mint.try_borrow_data()?;
    if data.len() <= MINT_LEN {
        return Ok(None);
    }
    let state = StateWithExtensions::<MintState>::unpack(&data)?;
    let config = state.get_extension::<TransferFeeConfig>();
    Ok(config.ok().and_then(|config| config.withdraw_withheld_authority.into()))
}

/// What a token account holds, in base units.
pub fn balance(account: &AccountInfo) -> Result<u64> {
    let data = account.try_borrow_data()?;
    let bytes = data.get(ACCOUNT_AMOUNT..ACCOUNT_AMOUNT + 8).ok_or(TillError::NotATokenAccount)?;
    Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}

fn decimals(mint: &AccountInfo) -> Result<u8> {
    Ok(*mint.try_borrow_data()?.get(MINT_DECIMALS).ok_or(TillError::WrongMint)?)
}
