//! All lamports and all tokens there are, at one moment.

use std::collections::BTreeMap;

use anchor_lang::system_program;
use anchor_spl::{token, token_2022};
use solana_account::{AccountSharedData, ReadableAccount};
use solana_pubkey::Pubkey;
use spl_token_2022::extension::transfer_fee::{TransferFeeAmount, TransferFeeConfig};
use spl_token_2022::extension::{BaseStateWithExtensions, StateWithExtensions};
use spl_token_2022::state::{Account as TokenAccount, Mint};
use till_tests::Stage;

/// A token account: whose it is, and what is in it in base units, with what transfer fees have withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub mint: Pubkey,
    pub owner: Pubkey,
    pub amount: u64,
    pub withheld: u64,
}

/// A mint's supply, and what of it transfer fees have brought to the mint itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    pub supply: u64,
    pub withheld: u64,
}

#[derive(Clone, Default)]
pub struct Snapshot {
    /// Of all accounts together.
    pub lamports: u64,
    /// Of each wallet.
    pub wallets: BTreeMap<Pubkey, u64>,
    pub tokens: BTreeMap<Pubkey, Held>,
    pub mints: BTreeMap<Pubkey, Issued>,
    /// How many accounts the program owns.
    pub ours: usize,
}

impl Snapshot {
    pub fn of(stage: &Stage) -> Self {
        let mut snapshot = Self::default();
        for (address, account) in &stage.world.svm.accounts_db().inner {
            snapshot.lamports += account.lamports();
            snapshot.add(*address, account);
        }
        snapshot
    }

    /// What a token account holds, if it is one.
    pub fn tokens_at(&self, account: &Pubkey) -> u64 {
        self.tokens.get(account).map_or(0, |held| held.amount)
    }

    fn add(&mut self, address: Pubkey, account: &AccountSharedData) {
        let (owner, data) = (account.owner(), account.data());
        if *owner == till::ID {
            self.ours += 1;
        } else if *owner == system_program::ID && data.is_empty() {
            self.wallets.insert(address, account.lamports());
        } else if *owner == token::ID || *owner == token_2022::ID {
            if let Ok(state) = StateWithExtensions::<TokenAccount>::unpack(data) {
                let withheld = state.get_extension::<TransferFeeAmount>();
                let withheld = withheld.map_or(0, |fee| fee.withheld_amount.into());
                let TokenAccount { mint, owner, amount, .. } = state.base;
                self.tokens.insert(address, Held { mint, owner, amount, withheld });
            } else if let Ok(state) = StateWithExtensions::<Mint>::unpack(data) {
                let withheld = state.get_extension::<TransferFeeConfig>();
                let withheld = withheld.map_or(0, |config| config.withheld_amount.into());
                self.mints.insert(address, Issued { supply: state.base.supply, withheld });
            }
        }
    }
}
