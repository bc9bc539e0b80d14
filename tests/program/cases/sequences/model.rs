//! The program's accounts as the events tell them, to the byte, and what else events tell.

use std::collections::BTreeMap;

use anchor_lang::ZeroCopy;
use bytemuck::{bytes_of, pod_read_unaligned};
use solana_pubkey::Pubkey;

#[derive(Clone, Default)]
pub struct Model {
    /// The data of every account that there must be, discriminator first.
    pub accounts: BTreeMap<Pubkey, Vec<u8>>,
    /// What wallets must receive by the instruction that is being told, transfer fees included, in base
    /// units: wallet, mint and amount.
    pub received: Vec<(Pubkey, Pubkey, u64)>,
    /// What strangers have given to token accounts of the program, in base units.
    pub given: BTreeMap<Pubkey, u64>,
    /// What it must burn: mint and amount in base units.
    pub burned: Vec<(Pubkey, u64)>,
}

impl Model {
    pub fn open<T: ZeroCopy>(&mut self, address: Pubkey, state: &T) {
        let before = self.accounts.insert(address, [T::DISCRIMINATOR, bytes_of(state)].concat());
        assert!(before.is_none(), "{address} is opened twice");
    }

    pub fn close(&mut self, address: &Pubkey) {
        assert!(self.accounts.remove(address).is_some(), "{address} is closed, and was not open");
    }

    /// The account's state, if it is of this type.
    pub fn find<T: ZeroCopy>(&self, address: &Pubkey) -> Option<T> {
        self.accounts.get(address)?.strip_prefix(T::DISCRIMINATOR).map(pod_read_unaligned)
    }

    #[track_caller]
    pub fn get<T: ZeroCopy>(&self, address: &Pubkey) -> T {
        self.find(address).expect("an open account of this type")
    }

    #[track_caller]
    pub fn change<T: ZeroCopy>(&mut self, address: &Pubkey, change: impl FnOnce(&mut T)) -> T {
        let mut state: T = self.get(address);
        change(&mut state);
        let data = self.accounts.get_mut(address).expect("an open account");
        data[T::DISCRIMINATOR.len()..].copy_from_slice(bytes_of(&state));
        state
    }

    /// All open accounts of this type.
    pub fn all<T: ZeroCopy>(&self) -> impl Iterator<Item = (Pubkey, T)> {
        let is_one = |data: &Vec<u8>| data.strip_prefix(T::DISCRIMINATOR).map(pod_read_unaligned);
        self.accounts.iter().filter_map(move |(address, data)| Some((*address, is_one(data)?)))
    }

    /// A stranger's gift has changed what a token account holds.
    pub fn give(&mut self, account: Pubkey, before: u64, after: u64) {
        *self.given.entry(account).or_default() += after - before;
    }

    /// A wallet must receive this.
    pub fn pays(&mut self, wallet: Pubkey, mint: Pubkey, amount: u64) {
        self.received.push((wallet, mint, amount));
    }
}
