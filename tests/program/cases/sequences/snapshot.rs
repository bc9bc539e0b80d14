//! All accounts at one moment: their lamports and their tokens.

use std::collections::BTreeMap;

use anchor_lang::system_program;
use anchor_spl::{token, token_2022};
use solana_account::{AccountSharedData, ReadableAccount};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use spl_token_2022::extension::transfer_fee::{TransferFeeAmount, TransferFeeConfig};
use spl_token_2022::extension::{BaseStateWithExtensions, StateWithExtensions};
use spl_token_2022::state::{Account as TokenAccount, Mint};
use till_tests::Stage;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<Pubkey, Seen>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    lamports: u64,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Wallet,
    Ours,
    Tokens(Held),
    Mint(Issued),
    Else,
}

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

impl Snapshot {
    pub fn of(stage: &Stage) -> Self {
        let accounts = stage.world.svm.accounts_db().inner.iter();
        Self(accounts.map(|(address, account)| (*address, Seen::of(account))).collect())
    }

    /// This one, with the accounts read again that the instruction could write.
    pub fn after(&self, stage: &Stage, instruction: &Instruction) -> Self {
        let mut after = self.clone();
        for address in written(instruction) {
            match stage.world.svm.accounts_db().get_account_ref(&address) {
                Some(account) => after.0.insert(address, Seen::of(account)),
                None => after.0.remove(&address),
            };
        }
        after
    }

    /// The network's fee leaves the world.
    pub fn pay_fee(&mut self, payer: &Pubkey, fee: u64) {
        self.0.get_mut(payer).expect("the wallet that pays fees").lamports -= fee;
    }

    /// Of all accounts together.
    pub fn total(&self) -> u64 {
        self.0.values().map(|seen| seen.lamports).sum()
    }

    pub fn lamports(&self, address: &Pubkey) -> u64 {
        self.0.get(address).map_or(0, |seen| seen.lamports)
    }

    pub fn wallets(&self) -> impl Iterator<Item = Pubkey> {
        self.0.iter().filter(|(_, seen)| seen.what == What::Wallet).map(|(address, _)| *address)
    }

    /// How many accounts the program owns.
    pub fn ours(&self) -> usize {
        self.0.values().filter(|seen| seen.what == What::Ours).count()
    }

    pub fn tokens(&self) -> impl Iterator<Item = (Pubkey, Held)> {
        self.0.iter().filter_map(|(address, seen)| Some((*address, seen.held()?)))
    }

    pub fn mints(&self) -> impl Iterator<Item = (Pubkey, Issued)> {
        self.0.iter().filter_map(|(address, seen)| match seen.what {
            What::Mint(issued) => Some((*address, issued)),
            _ => None,
        })
    }

    /// What a token account holds, if it is one.
    pub fn held(&self, address: &Pubkey) -> Option<Held> {
        self.0.get(address)?.held()
    }
}

impl Seen {
    fn of(account: &AccountSharedData) -> Self {
        Self { lamports: account.lamports(), what: What::of(account) }
    }

    fn held(&self) -> Option<Held> {
        match self.what {
            What::Tokens(held) => Some(held),
            _ => None,
        }
    }
}

impl What {
    fn of(account: &AccountSharedData) -> Self {
        let (owner, data) = (account.owner(), account.data());
        if *owner == till::ID {
            return Self::Ours;
        }
        if *owner == system_program::ID && data.is_empty() {
            return Self::Wallet;
        }
        if *owner != token::ID && *owner != token_2022::ID {
            return Self::Else;
        }
        if let Ok(state) = StateWithExtensions::<TokenAccount>::unpack(data) {
            let withheld = state.get_extension::<TransferFeeAmount>();
            let withheld = withheld.map_or(0, |fee| fee.withheld_amount.into());
            let TokenAccount { mint, owner, amount, .. } = state.base;
            return Self::Tokens(Held { mint, owner, amount, withheld });
        }
        let state = StateWithExtensions::<Mint>::unpack(data).expect("a token account or a mint");
        let withheld = state.get_extension::<TransferFeeConfig>();
        let withheld = withheld.map_or(0, |config| config.withheld_amount.into());
        Self::Mint(Issued { supply: state.base.supply, withheld })
    }
}

/// The accounts that an instruction could write: the runtime lets nothing else change.
pub fn written(instruction: &Instruction) -> impl Iterator<Item = Pubkey> {
    instruction.accounts.iter().filter(|meta| meta.is_writable).map(|meta| meta.pubkey)
}
