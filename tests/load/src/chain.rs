//! A chain that is busy with payments: half of its transactions authorize one, half capture one.
//! The same load always gives the same chain.

use std::collections::VecDeque;

use anchor_lang::Event;
use clap::Args;
use rand::{RngCore, SeedableRng, rngs::SmallRng};
use solana_pubkey::Pubkey;
use till::{CaptureMode, Terms, events::*};

/// The first slot, which registers merchants and opens their vaults.
pub const GENESIS: u64 = 1_000;

/// The chain's clock in the first slot, in unix seconds.
const START: i64 = 1_700_000_000;

/// Payments that were authorized before the first one is captured.
const UNCAPTURED: usize = 256;

const AMOUNT: u64 = 25_000_000;
const FEE: u64 = AMOUNT / 100;

/// What happens in each slot behind the first.
#[derive(Args, Clone, Copy, Debug)]
pub struct Load {
    #[arg(long)]
    pub slots: u64,
    /// Transactions of the program in a slot.
    #[arg(long)]
    pub updates: u64,
    /// Transactions of others in a slot: of these only the status is told.
    #[arg(long)]
    pub foreign: u64,
    /// Merchants, each with one vault.
    #[arg(long)]
    pub merchants: u64,
}

impl Default for Load {
    fn default() -> Self {
        Self { slots: 0, updates: 1, foreign: 0, merchants: 8 }
    }
}

impl Load {
    pub fn chain(self) -> Chain {
        Chain::new(self)
    }

    pub fn last_slot(&self) -> u64 {
        GENESIS + self.slots
    }
}

/// A block, without what all blocks have.
pub struct Slot {
    pub number: u64,
    /// By the chain's clock, in unix seconds.
    pub time: i64,
    pub transactions: Vec<Transaction>,
    pub foreign: u64,
}

impl Slot {
    pub fn blockhash(slot: u64) -> String {
        format!("{slot:044}")
    }
}

/// A transaction of the program.
pub struct Transaction {
    pub signature: [u8; 64],
    pub payer: Pubkey,
    /// The data of each event.
    pub events: Vec<Vec<u8>>,
    /// The program's accounts that it wrote.
    pub writes: Vec<Write>,
}

pub struct Write {
    pub address: Pubkey,
    pub version: u64,
    pub size: usize,
}

struct Vault {
    address: Pubkey,
    merchant: Pubkey,
    balances: VaultBalances,
}

struct Authorized {
    payment: Pubkey,
    vault: usize,
}

/// The slots of a load, in order.
pub struct Chain {
    load: Load,
    next: u64,
    rng: SmallRng,
    vaults: Vec<Vault>,
    authorized: VecDeque<Authorized>,
    count: u64,
    writes: u64,
}

impl Iterator for Chain {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let number = self.next;
        if number > self.load.last_slot() {
            return None;
        }
        self.next += 1;
        let (transactions, foreign) = match number {
            GENESIS => (vec![self.opening()], 0),
            _ => ((0..self.load.updates).map(|_| self.transaction()).collect(), self.load.foreign),
        };
        Some(Slot { number, time: START + (number - GENESIS).cast_signed(), transactions, foreign })
    }
}

impl Chain {
    fn new(load: Load) -> Self {
        let mut rng = SmallRng::seed_from_u64(load.updates);
        let balances = VaultBalances { escrowed: 0, balance: 0, fees: 0, sequence: 0 };
        let vaults = (0..load.merchants)
            .map(|_| Vault { address: key(&mut rng), merchant: key(&mut rng), balances })
            .collect();
        Self { load, next: GENESIS, rng, vaults, authorized: VecDeque::new(), count: 0, writes: 0 }
    }

    fn opening(&mut self) -> Transaction {
        let mut events = Vec::new();
        for Vault { address, merchant, .. } in &self.vaults {
            let (merchant, vault) = (*merchant, *address);
            let registered = MerchantRegistered {
                merchant,
                founder: merchant,
                index: 0,
                authority: merchant,
                operator: merchant,
                payout_wallet: merchant,
                rent_payer: merchant,
            };
            let opened = VaultOpened {
                vault,
                merchant,
                mint: merchant,
                vault_token: vault,
                token_program: merchant,
                decimals: 6,
                shard: 0,
                rent_payer: merchant,
                allowed_extensions: 0,
            };
            events.extend([registered.data(), opened.data()]);
        }
        let payer = key(&mut self.rng);
        Transaction { signature: self.signature(), payer, events, writes: Vec::new() }
    }

    fn transaction(&mut self) -> Transaction {
        self.count += 1;
        let due = self.count.is_multiple_of(2) && self.authorized.len() > UNCAPTURED;
        match due.then(|| self.authorized.pop_front()).flatten() {
            Some(authorized) => self.capture(authorized),
            None => self.authorize(),
        }
    }

    fn authorize(&mut self) -> Transaction {
        let (payment, payer) = (key(&mut self.rng), key(&mut self.rng));
        let index = self.rng.next_u32() as usize % self.vaults.len();
        let vault = &mut self.vaults[index];
        vault.balances.escrowed += AMOUNT;
        vault.balances.sequence += 1;
        let mut id = [0; 16];
        self.rng.fill_bytes(&mut id);
        let terms = Terms {
            id,
            mint: vault.merchant,
            amount: AMOUNT,
            authorization_expiry: START + 86_400 * 7,
            refund_expiry: START + 86_400 * 30,
            capture_mode: CaptureMode::Manual,
            max_fee_bps: 100,
            protection: None,
            splits: Vec::new(),
            salt: 0,
        };
        let event = PaymentAuthorized {
            about: PaymentRef { payment, merchant: vault.merchant, vault: vault.address },
            payer,
            rent_payer: payer,
            terms,
            fee_bps: 100,
            payment: PaymentBalances { capturable: AMOUNT, captured: 0, refunded: 0, fees: 0, sequence: 1 },
            vault: vault.balances,
        };
        self.authorized.push_back(Authorized { payment, vault: index });
        self.of_payment(payer, event.data(), payment, index)
    }

    /// All of it, into the merchant's balance.
    fn capture(&mut self, authorized: Authorized) -> Transaction {
        let Authorized { payment, vault: index } = authorized;
        let vault = &mut self.vaults[index];
        vault.balances.escrowed -= AMOUNT;
        vault.balances.balance += AMOUNT - FEE;
        vault.balances.fees += FEE;
        vault.balances.sequence += 1;
        let event = PaymentCaptured {
            about: PaymentRef { payment, merchant: vault.merchant, vault: vault.address },
            is_final: true,
            settled: SettledParts {
                amount: AMOUNT,
                fee: FEE,
                splits: Vec::new(),
                net: AMOUNT - FEE,
                returned: 0,
                payout_token: None,
            },
            payment: PaymentBalances { capturable: 0, captured: AMOUNT, refunded: 0, fees: FEE, sequence: 2 },
            vault: vault.balances,
        };
        let operator = vault.merchant;
        self.of_payment(operator, event.data(), payment, index)
    }

    fn of_payment(&mut self, payer: Pubkey, event: Vec<u8>, payment: Pubkey, vault: usize) -> Transaction {
        let vault = self.vaults[vault].address;
        let writes = [(payment, till::Payment::SPACE), (vault, till::Vault::SPACE)].map(|(address, size)| {
            self.writes += 1;
            Write { address, version: self.writes, size }
        });
        Transaction { signature: self.signature(), payer, events: vec![event], writes: writes.into() }
    }

    fn signature(&mut self) -> [u8; 64] {
        let mut signature = [0; 64];
        self.rng.fill_bytes(&mut signature);
        signature
    }
}

fn key(rng: &mut SmallRng) -> Pubkey {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    Pubkey::new_from_array(bytes)
}
