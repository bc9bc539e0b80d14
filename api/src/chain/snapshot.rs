//! Accounts of one moment, with the clock that the program would see in it.

use anchor_lang::ZeroCopy;
use anchor_lang::solana_program::clock::Clock;
use anchor_lang::solana_program::sysvar::SysvarId;
use solana_pubkey::Pubkey;

use super::accounts::MintAccount;
use super::rpc::{Chain, ChainError, counted};

/// Accounts, all as of one slot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The slot that they are as of.
    pub slot: u64,
    /// The chain's time, in unix seconds.
    pub now: i64,
    accounts: Vec<Option<(Pubkey, Vec<u8>)>>,
}

impl Snapshot {
    /// The account of the program at a place of what was asked for, if it is there and of this kind.
    pub fn read<T: ZeroCopy>(&self, place: usize) -> Option<T> {
        let (owner, data) = self.accounts.get(place)?.as_ref()?;
        let body = data.strip_prefix(T::DISCRIMINATOR).filter(|_| *owner == till::ID)?;
        bytemuck::try_pod_read_unaligned(body).ok()
    }

    /// The mint at a place, if it is one.
    pub fn mint(&self, place: usize) -> Option<MintAccount> {
        let (owner, data) = self.accounts.get(place)?.as_ref()?;
        MintAccount::read(owner, data)
    }

    /// Whether an account of the program is at a place. Lamports that somebody has sent there make none.
    pub fn is_ours(&self, place: usize) -> bool {
        self.accounts.get(place).and_then(Option::as_ref).is_some_and(|(owner, _)| *owner == till::ID)
    }
}

impl Chain {
    /// The accounts at `addresses`, at most 99, as of one slot.
    pub async fn snapshot(&self, addresses: &[Pubkey]) -> Result<Snapshot, ChainError> {
        let asked: Vec<Pubkey> = std::iter::once(Clock::id()).chain(addresses.iter().copied()).collect();
        let call = self.rpc.get_multiple_accounts_with_commitment(&asked, self.rpc.commitment());
        let answer = counted("getMultipleAccounts", call).await?;
        let mut accounts =
            answer.value.into_iter().map(|account| account.map(|account| (account.owner, account.data)));
        let clock = accounts.next().flatten().and_then(|(_, data)| bincode::deserialize::<Clock>(&data).ok());
        let clock = clock.ok_or_else(|| ChainError::without("the clock"))?;
        Ok(Snapshot { slot: answer.context.slot, now: clock.unix_timestamp, accounts: accounts.collect() })
    }
}
