//! What must hold after every instruction that went through.

use std::collections::BTreeMap;

use solana_account::ReadableAccount;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till_tests::Stage;

use super::capability::Turn;
use super::consent;
use super::fees;
use super::gifts::Given;
use super::model::Model;
use super::people::name;
use super::snapshot::Snapshot;

pub struct Books {
    /// Everything before the instruction.
    before: Snapshot,
    /// What each wallet has in lamports, and gets back as rent.
    wealth: BTreeMap<Pubkey, u64>,
    /// What strangers have given in lamports to accounts of which nobody gets the rent back yet.
    given: BTreeMap<Pubkey, u64>,
}

/// An instruction that went through, and everything that is known of it.
pub struct Played<'a> {
    pub stage: &'a Stage,
    pub instruction: &'a Instruction,
    pub model: &'a Model,
    pub capabilities: &'a [Turn],
}

impl Books {
    pub fn open(stage: &Stage, model: &Model, capabilities: &[Turn]) -> Self {
        let before = Snapshot::of(stage);
        let wealth = wealth(stage, &before, &rents(model, capabilities));
        Self { before, wealth, given: BTreeMap::new() }
    }

    pub fn snapshot(&self) -> &Snapshot {
        &self.before
    }

    /// Only wallets can sign.
    pub fn is_wallet(&self, address: &Pubkey) -> bool {
        self.wealth.contains_key(address)
    }

    /// The network's fee is the bystander's, and leaves the world.
    pub fn pay_fee(&mut self, bystander: &Pubkey, fee: u64) {
        self.before.lamports -= fee;
        for purse in [&mut self.before.wallets, &mut self.wealth] {
            *purse.get_mut(bystander).expect("the bystander's wallet") -= fee;
        }
    }

    /// A stranger's gift is not lost to whoever will get the rent of the account back.
    pub fn give(&mut self, gift: &Given) {
        *self.wealth.get_mut(&gift.giver).expect("a wallet") -= gift.lamports;
        *self.given.entry(gift.to).or_default() += gift.lamports;
    }

    pub fn check(&mut self, played: &Played) {
        let after = Snapshot::of(played.stage);
        if played.instruction.program_id == till::ID {
            consent::require(played, &self.wealth, &self.before, &after);
        }
        require_told(played, &after);
        require_supply(played, &self.before, &after);
        require_backed(played, &after);
        self.require_rent(played, &after);
        self.before = after;
    }

    /// No lamport is lost, and each wallet still has all of its own, in itself or as rent that it will
    /// get back.
    fn require_rent(&mut self, played: &Played, after: &Snapshot) {
        assert_eq!(after.lamports, self.before.lamports, "no lamport comes or goes");
        let mut rents = rents(played.model, played.capabilities);
        rents.extend(fees::lent(played.instruction));
        for (account, wallet) in &rents {
            let given = self.given.remove(account).unwrap_or(0);
            *self.wealth.get_mut(wallet).expect("a wallet") += given;
        }
        let wealth = wealth(played.stage, after, &rents);
        for (wallet, lamports) in &self.wealth {
            assert_eq!(wealth[wallet], *lamports, "lamports of {}, and of what it paid for", name(wallet));
        }
    }
}

fn rents(model: &Model, capabilities: &[Turn]) -> Vec<(Pubkey, Pubkey)> {
    capabilities.iter().flat_map(|(_, capability)| capability.rents(model)).collect()
}

/// What each wallet has in lamports, and gets back as rent.
fn wealth(stage: &Stage, snapshot: &Snapshot, rents: &[(Pubkey, Pubkey)]) -> BTreeMap<Pubkey, u64> {
    let mut wealth = snapshot.wallets.clone();
    for (account, wallet) in rents {
        *wealth.get_mut(wallet).expect("a wallet") += stage.world.lamports(account);
    }
    wealth
}

/// Every token account holds exactly what it owes, and what strangers gave.
fn require_backed(played: &Played, after: &Snapshot) {
    let mut owed = BTreeMap::<_, u64>::new();
    for (account, amount) in played.capabilities.iter().flat_map(|(_, one)| one.owed(played.model)) {
        *owed.entry(account).or_default() += amount;
    }
    for (account, amount) in owed {
        let given = played.model.given.get(&account).copied().unwrap_or(0);
        assert_eq!(after.tokens[&account].amount, amount + given, "{account} holds what it owes");
    }
}

/// The program's accounts are those that the events tell, to the byte.
fn require_told(played: &Played, after: &Snapshot) {
    assert_eq!(after.ours, played.model.accounts.len(), "as many accounts as the events tell");
    let accounts = played.stage.world.svm.accounts_db();
    for (address, told) in &played.model.accounts {
        let account = accounts.get_account_ref(address).expect("an account that the events tell");
        assert_eq!(account.owner(), &till::ID);
        assert!(account.data() == told, "{address} is not what the events tell");
    }
}

/// No token comes out of nothing, and none goes but by burning.
fn require_supply(played: &Played, before: &Snapshot, after: &Snapshot) {
    for (mint, issued) in &after.mints {
        let of_mint = after.tokens.values().filter(|held| held.mint == *mint);
        let held: u64 = of_mint.map(|held| held.amount + held.withheld).sum();
        assert_eq!(held + issued.withheld, issued.supply, "all tokens of {mint} are somewhere");
        let burned = played.model.burned.iter().filter(|(burned, _)| burned == mint);
        let burned: u64 = burned.map(|(_, amount)| amount).sum();
        assert_eq!(issued.supply + burned, before.mints[mint].supply, "what is burned of {mint}");
    }
}
