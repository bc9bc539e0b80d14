//! Every address the program derives, in one place, and the creation of accounts at them.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;
use anchor_lang::system_program;
use anchor_lang::ZeroCopy;
use anchor_spl::associated_token;
use solana_get_sysvar::GetSysvar;

use crate::{CampaignTerms, TillError, ID};

pub const PROTOCOL: &[u8] = b"protocol";
pub const MERCHANT: &[u8] = b"merchant";
pub const VAULT: &[u8] = b"vault";
pub const MINT_POLICY: &[u8] = b"mint_policy";
pub const PAYMENT: &[u8] = b"payment";
pub const POOL: &[u8] = b"pool";
pub const POSITION: &[u8] = b"position";
pub const BURN: &[u8] = b"burn";
pub const CAMPAIGN: &[u8] = b"campaign";
pub const DONATION: &[u8] = b"donation";
pub const VESTING: &[u8] = b"vesting";

/// The one bump of every account that wallets create. Its seeds hold a salt, which the client chooses
/// so that 255 is off the curve: this makes the address canonical without the program ever searching
/// for a bump.
pub const SALTED_BUMP: u8 = 255;

pub fn protocol() -> (Pubkey, u8) {
    Pubkey::find_program_address(&[PROTOCOL], &ID)
}

pub fn merchant(founder: &Pubkey, index: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[MERCHANT, founder.as_ref(), &index.to_le_bytes()], &ID)
}

pub fn vault(merchant: &Pubkey, mint: &Pubkey, shard: u16) -> (Pubkey, u8) {
    let shard = shard.to_le_bytes();
    Pubkey::find_program_address(&[VAULT, merchant.as_ref(), mint.as_ref(), &shard], &ID)
}

pub fn mint_policy(mint: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[MINT_POLICY, mint.as_ref()], &ID)
}

/// The address of a payment, or nothing when the salt of its terms does not fit the merchant.
pub fn payment(merchant: &Pubkey, terms_hash: &[u8; 32]) -> Option<Pubkey> {
    let seeds: &[&[u8]] = &[PAYMENT, merchant.as_ref(), terms_hash, &[SALTED_BUMP]];
    Pubkey::create_program_address(seeds, &ID).ok()
}

/// For `terms_hash` see [`crate::pool_terms_hash`].
pub fn pool(founder: &Pubkey, index: u16, terms_hash: &[u8; 32]) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[POOL, founder.as_ref(), &index.to_le_bytes(), terms_hash], &ID)
}

/// The address of a position, or nothing when the salt does not fit pool and owner. The first salt that
/// does is [`salted`]'s; an owner with several positions in a pool takes the next ones.
pub fn position(pool: &Pubkey, owner: &Pubkey, salt: u8) -> Option<Pubkey> {
    let seeds: &[&[u8]] = &[POSITION, pool.as_ref(), owner.as_ref(), &[salt], &[SALTED_BUMP]];
    Pubkey::create_program_address(seeds, &ID).ok()
}

pub fn burn_record(mint: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[BURN, mint.as_ref()], &ID)
}

/// The salt and the address of a campaign.
pub fn campaign(
    creator: &Pubkey,
    mint: &Pubkey,
    token_program: &Pubkey,
    terms: &CampaignTerms,
) -> (u8, Pubkey) {
    let CampaignTerms { id, beneficiary, goal, deadline, kind } = terms;
    let seeds: &[&[u8]] = &[
        CAMPAIGN,
        creator.as_ref(),
        beneficiary.as_ref(),
        mint.as_ref(),
        &id.to_le_bytes(),
        &goal.to_le_bytes(),
        &deadline.to_le_bytes(),
        &[*kind as u8],
    ];
    salted_where(seeds, |address| holds_tokens_at_once(address, mint, token_program))
}

/// The salt and the address of a donor's first receipt of a campaign.
pub fn donation(campaign: &Pubkey, donor: &Pubkey) -> (u8, Pubkey) {
    salted(&[DONATION, campaign.as_ref(), donor.as_ref()])
}

/// The salt and the address of a vesting.
pub fn vesting(
    grantor: &Pubkey,
    beneficiary: &Pubkey,
    id: u64,
    mint: &Pubkey,
    token_program: &Pubkey,
) -> (u8, Pubkey) {
    let seeds: &[&[u8]] = &[VESTING, grantor.as_ref(), beneficiary.as_ref(), &id.to_le_bytes()];
    salted_where(seeds, |address| holds_tokens_at_once(address, mint, token_program))
}

/// Whether the associated token account of `address` is at bump 255 too: the associated token program,
/// which looks for the bump on chain, then finds it at once.
fn holds_tokens_at_once(address: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> bool {
    let seeds = &[address.as_ref(), token_program.as_ref(), mint.as_ref(), &[SALTED_BUMP]];
    Pubkey::create_program_address(seeds, &associated_token::ID).is_ok()
}

/// The first salt that gives an address behind `seeds`, and that address. Every second salt does, so
/// that seeds for which none of the 256 did have never been seen.
pub fn salted(seeds: &[&[u8]]) -> (u8, Pubkey) {
    salted_where(seeds, |_| true)
}

/// The first salt that gives an address of which `accept` is true, and that address. One of few does.
fn salted_where(seeds: &[&[u8]], accept: impl Fn(&Pubkey) -> bool) -> (u8, Pubkey) {
    let with_salt = |salt: u8| {
        let tail = [salt, SALTED_BUMP];
        let mut seeds = seeds.to_vec();
        seeds.extend([&tail[..1], &tail[1..]]);
        let address = Pubkey::create_program_address(&seeds, &ID).ok()?;
        accept(&address).then_some((salt, address))
    };
    (0..=u8::MAX).find_map(with_salt).expect("one of 256 salts")
}

pub fn event_authority() -> Pubkey {
    crate::EVENT_AUTHORITY_AND_BUMP.0
}

/// Creates a program-owned account of `space` bytes at the address that `seeds` (bump included)
/// sign for. The runtime compares the address: the system program wants its signature, and an
/// account that has not signed the transaction can only get it from the seeds. One that has signed
/// would need no seeds, could be any address, and is refused.
///
/// Whoever sends lamports to the address beforehand does not stop this: what is missing to the
/// rent is added, and the account is allocated and assigned in steps.
pub fn create<'info>(
    account: &AccountInfo<'info>,
    seeds: &[&[u8]],
    space: usize,
    rent_payer: &AccountInfo<'info>,
) -> Result<()> {
    require!(!account.is_signer, TillError::NewAccountSigns);
    // not the prelude's older one, which calculates in floating point
    let rent = solana_rent::Rent::get()?.minimum_balance(space);
    let signer = &[seeds];
    if account.lamports() == 0 {
        return create_account(account, signer, rent, space, rent_payer);
    }
    let missing = rent.saturating_sub(account.lamports());
    if missing > 0 {
        let accounts = system_program::Transfer { from: rent_payer.clone(), to: account.clone() };
        system_program::transfer(CpiContext::new(system_program::ID, accounts), missing)?;
    }
    let allocate = system_program::Allocate { account_to_allocate: account.clone() };
    let assign = system_program::Assign { account_to_assign: account.clone() };
    system_program::allocate(
        CpiContext::new_with_signer(system_program::ID, allocate, signer),
        space as u64,
    )?;
    system_program::assign(CpiContext::new_with_signer(system_program::ID, assign, signer), &ID)
}

/// The usual case in one call, its instruction built by hand: serializing the system program's enum costs
/// more than what the call does.
fn create_account<'info>(
    account: &AccountInfo<'info>,
    signer: &[&[&[u8]]],
    lamports: u64,
    space: usize,
    rent_payer: &AccountInfo<'info>,
) -> Result<()> {
    const CREATE_ACCOUNT: [u8; 4] = 0u32.to_le_bytes();
    let space = (space as u64).to_le_bytes();
    let instruction = Instruction {
        program_id: system_program::ID,
        accounts: vec![AccountMeta::new(*rent_payer.key, true), AccountMeta::new(*account.key, true)],
        data: [&CREATE_ACCOUNT, lamports.to_le_bytes().as_slice(), &space, ID.as_ref()].concat(),
    };
    // unchecked means: not looked up whether one of them is borrowed. Neither has been read yet.
    invoke_signed_unchecked(&instruction, &[rent_payer.clone(), account.clone()], signer).map_err(Into::into)
}

/// Writes the state of an account that [`create`] or Anchor made.
pub fn save<T: ZeroCopy + Discriminator>(account: &AccountInfo, state: &T) -> Result<()> {
    let mut data = account.try_borrow_mut_data()?;
    let (discriminator, body) = data.split_at_mut(T::DISCRIMINATOR.len());
    discriminator.copy_from_slice(T::DISCRIMINATOR);
    body.copy_from_slice(bytemuck::bytes_of(state));
    Ok(())
}

/// Reads the state of an account of this program, where the account may be another one, or none at all.
pub fn load<T: ZeroCopy + Discriminator>(account: &AccountInfo) -> Result<T> {
    require_keys_eq!(*account.owner, ID, ErrorCode::AccountOwnedByWrongProgram);
    let data = account.try_borrow_data()?;
    let body = data.strip_prefix(T::DISCRIMINATOR).ok_or(ErrorCode::AccountDiscriminatorMismatch)?;
    Ok(bytemuck::try_pod_read_unaligned(body).map_err(|_| ErrorCode::AccountDidNotDeserialize)?)
}
