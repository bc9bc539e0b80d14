//! A world for tests that play very many instructions: prepared once, cloned for each, and without
//! keys. Whoever an instruction marks as a signer has signed.

use std::collections::HashMap;
use std::sync::OnceLock;

use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::prelude::Pubkey;
use litesvm::types::{FailedTransactionMetadata, TransactionMetadata};
use solana_account::{Account, ReadableAccount};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;
use till::InitializeProtocolArgs;
use till::client::{self, Token, VaultKey};

use super::tokens::{SPL_TOKEN, TOKEN_2022};
use super::{Cast, Extension, FEE_BPS, Sent, World};

/// What a token account of a stage is funded with, in base units.
pub const FUNDS: u64 = 1_000_000_000_000;
/// What a wallet of a stage begins with, in lamports.
const LAMPORTS: u64 = 100_000_000_000;
/// Says of an account that a feature of the runtime is active.
const FEATURE_PROGRAM: Pubkey = Pubkey::from_str_const("Feature111111111111111111111111111111111111");

/// The mints of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coin {
    /// Of SPL Token.
    Spl,
    /// Another one of SPL Token.
    OtherSpl,
    /// Of Token-2022, without extensions.
    Token2022,
    /// Of Token-2022, with a transfer fee of 1.23% that is the protocol's.
    WithFee,
}

pub const COINS: [Coin; 4] = [Coin::Spl, Coin::OtherSpl, Coin::Token2022, Coin::WithFee];

#[derive(Clone)]
pub struct Stage {
    pub world: World,
    /// The events that the program has told since the stage was made, discriminators first.
    pub told: Vec<Vec<u8>>,
    /// Addresses that have been derived: deriving costs more than playing an instruction.
    token_accounts: HashMap<(Coin, Pubkey), Pubkey>,
    pub(crate) vaults: HashMap<Cast, VaultKey>,
}

impl Stage {
    /// The program deployed, the protocol initialized, the mints made.
    pub fn new() -> Self {
        static PREPARED: OnceLock<Stage> = OnceLock::new();
        PREPARED.get_or_init(Self::prepare).clone()
    }

    fn prepare() -> Self {
        let World { svm, upgrade_authority } = World::bare();
        let svm = svm.with_sigverify(false).with_blockhash_check(false).with_transaction_history(0);
        let world = World { svm, upgrade_authority };
        let (told, token_accounts, vaults) = Default::default();
        let mut stage = Self { world, told, token_accounts, vaults };
        stage.forget_features();
        stage.wallet("bystander");
        stage.initialize_protocol();
        for coin in COINS {
            let (program, extensions): (_, &[_]) = match coin {
                Coin::Spl | Coin::OtherSpl => (SPL_TOKEN, &[]),
                Coin::Token2022 => (TOKEN_2022, &[]),
                Coin::WithFee => (TOKEN_2022, &[Extension::TransferFee(123)]),
            };
            stage.world.mint(&mint_key(coin), program, extensions);
        }
        let with_fee = stage.token(Coin::WithFee);
        stage.world.give_withheld_fees_to_the_protocol(&with_fee);
        stage
    }

    fn initialize_protocol(&mut self) {
        let authority = self.world.upgrade_authority.pubkey();
        let [admin, guardian, treasury] =
            ["admin", "guardian", "treasury"].map(|role| self.side(&Cast::OURS, role));
        let args = InitializeProtocolArgs { admin, guardian, treasury, fee_bps: FEE_BPS };
        self.must(client::initialize_protocol(authority, args));
    }

    /// No instruction reads the accounts of the runtime's features; without them a clone is quicker.
    fn forget_features(&mut self) {
        for (address, _) in self.world.svm.get_program_accounts(&FEATURE_PROGRAM) {
            self.forget(&address);
        }
    }

    /// As if there had never been an account.
    pub fn forget(&mut self, address: &Pubkey) {
        self.world.svm.set_account(*address, Account::default()).expect("the account can be removed");
    }

    /// The wallet of this name, at most 32 bytes long, with lamports when it is asked for first.
    pub fn wallet(&mut self, name: &str) -> Pubkey {
        let mut address = [0; 32];
        address[..name.len()].copy_from_slice(name.as_bytes());
        let address = Pubkey::new_from_array(address);
        if self.world.lamports(&address) == 0 {
            let account = Account { lamports: LAMPORTS, ..Account::default() };
            self.world.svm.set_account(address, account).expect("the account can be set");
        }
        address
    }

    /// Pays the network's fees and does nothing else.
    pub fn bystander(&self) -> Pubkey {
        let mut address = [0; 32];
        address[.."bystander".len()].copy_from_slice(b"bystander");
        Pubkey::new_from_array(address)
    }

    pub fn token(&self, coin: Coin) -> Token {
        let program = match coin {
            Coin::Spl | Coin::OtherSpl => SPL_TOKEN,
            Coin::Token2022 | Coin::WithFee => TOKEN_2022,
        };
        static MINTS: OnceLock<[Pubkey; COINS.len()]> = OnceLock::new();
        let mints = MINTS.get_or_init(|| COINS.map(|coin| mint_key(coin).pubkey()));
        Token { mint: mints[coin as usize], program }
    }

    /// The wallet's associated token account, with [`FUNDS`] in it when it is asked for first.
    pub fn funded(&mut self, coin: Coin, wallet: &Pubkey) -> Pubkey {
        if let Some(account) = self.token_accounts.get(&(coin, *wallet)) {
            return *account;
        }
        let account = self.world.fund(&self.token(coin), wallet, FUNDS);
        self.token_accounts.insert((coin, *wallet), account);
        account
    }

    /// The wallet's associated token account, whether it is there or not.
    pub fn token_account(&self, coin: Coin, wallet: &Pubkey) -> Pubkey {
        let known = self.token_accounts.get(&(coin, *wallet));
        known.copied().unwrap_or_else(|| self.token(coin).account_of(wallet))
    }

    pub fn exists(&self, address: &Pubkey) -> bool {
        self.world.svm.accounts_db().get_account_ref(address).is_some_and(|account| account.lamports() > 0)
    }

    /// Sends one instruction, signed by whom it marks as signers.
    pub fn play(&mut self, instruction: Instruction) -> Sent {
        let message = Message::new(&[instruction], Some(&self.bystander()));
        let signatures = vec![Default::default(); message.header.num_required_signatures.into()];
        let keys = message.account_keys.clone();
        let sent = self.world.svm.send_transaction(Transaction { signatures, message })?;
        self.told.extend(events(&keys, &sent));
        Ok(sent)
    }

    /// Plays what must succeed.
    #[track_caller]
    pub fn must(&mut self, instruction: Instruction) -> TransactionMetadata {
        match self.play(instruction) {
            Ok(sent) => sent,
            Err(failed) => panic!("{:?}\n{}", failed.err, failed.meta.logs.join("\n")),
        }
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the program wanted to sign with seeds that give no address, as every second wrong ones do not.
/// The runtime tells it as if the program had crashed.
pub fn seeds_give_no_address(failed: &FailedTransactionMetadata) -> bool {
    let said = "Could not create program address with signer seeds";
    failed.meta.logs.iter().any(|line| line.contains(said))
}

fn mint_key(coin: Coin) -> Keypair {
    Keypair::new_from_array([1 + coin as u8; 32])
}

/// The data of the program's calls of itself, without the tag that they begin with.
fn events(keys: &[Pubkey], sent: &TransactionMetadata) -> Vec<Vec<u8>> {
    let calls = sent.inner_instructions.iter().flatten().map(|inner| &inner.instruction);
    let own = calls.filter(|call| keys[usize::from(call.program_id_index)] == till::ID);
    own.filter_map(|call| call.data.strip_prefix(EVENT_IX_TAG_LE).map(<[u8]>::to_vec)).collect()
}
