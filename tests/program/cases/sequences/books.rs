//! What must hold after every instruction that went through.

use std::collections::BTreeMap;

use solana_account::ReadableAccount;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till_tests::Stage;

use super::capability::Capability;
use super::model::Model;
use super::snapshot::Snapshot;
use super::{consent, gifts};

pub struct Books {
    /// Everything before the instruction.
    before: Snapshot,
    /// What each wallet has in lamports, and gets back as rent.
    wealth: BTreeMap<Pubkey, u64>,
    /// What strangers have given: to token accounts of the program in base units, and in lamports to
    /// accounts of which nobody gets the rent back yet.
    given_tokens: BTreeMap<Pubkey, u64>,
    given_lamports: BTreeMap<Pubkey, u64>,
}

/// An instruction that went through, and everything that is known of it.
pub struct Played<'a> {
    pub stage: &'a Stage,
    pub instruction: &'a Instruction,
    pub model: &'a Model,
    pub capabilities: &'a [(u32, Box<dyn Capability>)],
}

impl Books {
    pub fn open(stage: &Stage) -> Self {
        let before = Snapshot::of(stage);
        let (given_tokens, given_lamports) = Default::default();
        Self { wealth: before.wallets.clone(), before, given_tokens, given_lamports }
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

    pub fn check(&mut self, played: &Played) {
        let after = Snapshot::of(played.stage);
        if let Some(gift) = gifts::given(played.instruction) {
            *self.wealth.get_mut(&gift.giver).expect("a wallet") -= gift.lamports;
            *self.given_lamports.entry(gift.to).or_default() += gift.lamports;
            let tokens = |snapshot: &Snapshot| snapshot.tokens.get(&gift.to).map_or(0, |held| held.amount);
            *self.given_tokens.entry(gift.to).or_default() += tokens(&after) - tokens(&self.before);
        } else {
            consent::require(played, self.wealth.keys().copied(), &self.before, &after);
        }
        require_told(played, &after);
        require_supply(played, &self.before, &after);
        self.require_backed(played, &after);
        self.require_rent(played, &after);
        self.before = after;
    }

    /// Every token account holds exactly what it owes, and what strangers gave.
    fn require_backed(&self, played: &Played, after: &Snapshot) {
        let mut owed = BTreeMap::<_, u64>::new();
        for (account, amount) in played.capabilities.iter().flat_map(|(_, one)| one.owed(played.model)) {
            *owed.entry(account).or_default() += amount;
        }
        for (account, amount) in owed {
            let given = self.given_tokens.get(&account).copied().unwrap_or(0);
            assert_eq!(after.tokens[&account].amount, amount + given, "{account} holds what it owes");
        }
    }

    /// No lamport is lost, and each wallet still has all of its own, in itself or as rent that it will
    /// get back.
    fn require_rent(&mut self, played: &Played, after: &Snapshot) {
        assert_eq!(after.lamports, self.before.lamports, "no lamport comes or goes");
        let mut wealth = after.wallets.clone();
        for (account, wallet) in played.capabilities.iter().flat_map(|(_, one)| one.rents(played.model)) {
            *wealth.get_mut(&wallet).expect("a wallet") += played.stage.world.lamports(&account);
            let given = self.given_lamports.remove(&account).unwrap_or(0);
            *self.wealth.get_mut(&wallet).expect("a wallet") += given;
        }
        for (wallet, lamports) in &self.wealth {
            assert_eq!(wealth[wallet], *lamports, "lamports of {wallet}, with the rent that it gets back");
        }
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
