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
        let mut wealth: BTreeMap<_, _> =
            before.wallets().map(|wallet| (wallet, before.lamports(&wallet))).collect();
        for (account, wallet) in rents(model, capabilities) {
            *wealth.get_mut(&wallet).expect("a wallet") += before.lamports(&account);
        }
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
        self.before.pay_fee(bystander, fee);
        *self.wealth.get_mut(bystander).expect("the bystander's wallet") -= fee;
    }

    /// A stranger's gift is not lost to whoever will get the rent of the account back.
    pub fn give(&mut self, gift: &Given) {
        *self.wealth.get_mut(&gift.giver).expect("a wallet") -= gift.lamports;
        *self.given.entry(gift.to).or_default() += gift.lamports;
    }

    pub fn check(&mut self, played: &Played) {
        let after = self.before.after(played.stage, played.instruction);
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
        assert_eq!(after.total(), self.before.total(), "no lamport comes or goes");
        let mut rents = rents(played.model, played.capabilities);
        rents.extend(fees::lent(played.instruction));
        let mut back = BTreeMap::<_, u64>::new();
        for (account, wallet) in rents {
            *back.entry(wallet).or_default() += after.lamports(&account);
            let given = self.given.remove(&account).unwrap_or(0);
            *self.wealth.get_mut(&wallet).expect("a wallet") += given;
        }
        for (wallet, lamports) in &self.wealth {
            let all = after.lamports(wallet) + back.get(wallet).unwrap_or(&0);
            assert_eq!(all, *lamports, "lamports of {}, and of what it paid for", name(wallet));
        }
    }

    /// Nothing has changed that no instruction could write.
    pub fn close(&self, stage: &Stage) {
        assert_eq!(Snapshot::of(stage), self.before);
    }
}

fn rents(model: &Model, capabilities: &[Turn]) -> Vec<(Pubkey, Pubkey)> {
    capabilities.iter().flat_map(|(_, capability)| capability.rents(model)).collect()
}

/// Every token account holds exactly what it owes, and what strangers gave.
fn require_backed(played: &Played, after: &Snapshot) {
    let mut owed = BTreeMap::<_, u64>::new();
    for (account, amount) in played.capabilities.iter().flat_map(|(_, one)| one.owed(played.model)) {
        *owed.entry(account).or_default() += amount;
    }
    for (account, amount) in owed {
        let given = played.model.given.get(&account).copied().unwrap_or(0);
        let held = after.held(&account).expect("a token account").amount;
        assert_eq!(held, amount + given, "{account} holds what it owes");
    }
}

/// The program's accounts are those that the events tell, to the byte.
fn require_told(played: &Played, after: &Snapshot) {
    assert_eq!(after.ours(), played.model.accounts.len(), "as many accounts as the events tell");
    let accounts = played.stage.world.svm.accounts_db();
    for (address, told) in &played.model.accounts {
        let account = accounts.get_account_ref(address).expect("an account that the events tell");
        assert_eq!(account.owner(), &till::ID);
        assert!(account.data() == told, "{address} is not what the events tell");
    }
}

/// No token comes out of nothing, and none goes but by burning.
fn require_supply(played: &Played, before: &Snapshot, after: &Snapshot) {
    let mut held = BTreeMap::<_, u64>::new();
    for (_, account) in after.tokens() {
        *held.entry(account.mint).or_default() += account.amount + account.withheld;
    }
    for ((mint, issued), (_, was)) in after.mints().zip(before.mints()) {
        let held = held.get(&mint).copied().unwrap_or(0);
        assert_eq!(held + issued.withheld, issued.supply, "all tokens of {mint} are somewhere");
        let burned = played.model.burned.iter().filter(|(burned, _)| *burned == mint);
        let burned: u64 = burned.map(|(_, amount)| amount).sum();
        assert_eq!(issued.supply + burned, was.supply, "what is burned of {mint}");
    }
}
