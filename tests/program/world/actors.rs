//! The people of a test: a merchant with one vault, a payer with money, and invoices between them.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Payer, Token, VaultKey};
use till::{CaptureMode, InitializeProtocolArgs, Payment, RegisterMerchantArgs, Terms, Vault, pda};

use super::{FEE_BPS, START, World};

/// What the payer owns at the beginning, in base units.
pub const PAYER_FUNDS: u64 = 1_000_000_000_000;
/// What an invoice asks for unless told otherwise, in base units: 25.00.
pub const AMOUNT: u64 = 25_000_000;

pub struct Actors {
    pub world: World,
    pub token: Token,
    pub guardian: Keypair,
    pub authority: Keypair,
    pub operator: Keypair,
    pub payout_wallet: Keypair,
    pub payout_token: Pubkey,
    pub payer: Keypair,
    pub payer_token: Pubkey,
    pub vault: VaultKey,
}

/// An invoice: terms whose address is known.
#[derive(Clone, Debug)]
pub struct Invoice {
    pub terms: Terms,
    pub address: Pubkey,
}

/// Terms as a merchant would ask for them at `now` (unix seconds).
pub fn plain_terms(mint: Pubkey, id: [u8; 16], now: i64) -> Terms {
    Terms {
        id,
        mint,
        amount: AMOUNT,
        authorization_expiry: now + 3_600,
        refund_expiry: now + 86_400,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: FEE_BPS,
        protection: None,
        splits: Vec::new(),
        salt: 0,
    }
}

impl Actors {
    /// Everything set up, on SPL Token.
    pub fn on_spl_token() -> Self {
        let mut world = World::bare();
        let token = world.spl_token();
        Self::with(world, token)
    }

    /// Everything set up, on Token-2022 without extensions.
    pub fn on_token_2022() -> Self {
        let mut world = World::bare();
        let token = world.token_2022(&[]);
        Self::with(world, token)
    }

    pub fn with(mut world: World, token: Token) -> Self {
        let guardian = Self::found(&mut world);
        Self::settle(world, token, guardian)
    }

    /// Initializes the protocol and returns its guardian.
    pub(super) fn found(world: &mut World) -> Keypair {
        let (admin, guardian) = (world.upgrade_authority.pubkey(), world.wallet());
        let args =
            InitializeProtocolArgs { admin, guardian: guardian.pubkey(), treasury: admin, fee_bps: FEE_BPS };
        world.must(client::initialize_protocol(admin, args), &[]);
        guardian
    }

    pub(super) fn settle(mut world: World, token: Token, guardian: Keypair) -> Self {
        let [authority, operator, payout_wallet, payer] = std::array::from_fn(|_| world.wallet());
        let args = RegisterMerchantArgs {
            index: 0,
            authority: authority.pubkey(),
            operator: operator.pubkey(),
            payout_wallet: payout_wallet.pubkey(),
        };
        world.must(client::register_merchant(authority.pubkey(), authority.pubkey(), args), &[&authority]);
        let merchant = pda::merchant(&authority.pubkey(), 0).0;
        let vault = VaultKey { merchant, token, shard: 0 };
        world.must(client::open_vault(operator.pubkey(), operator.pubkey(), &vault), &[&operator]);
        let payer_token = world.fund(&token, &payer.pubkey(), PAYER_FUNDS);
        let payout_token = world.token_account(&token, &payout_wallet.pubkey());
        Self {
            world,
            token,
            guardian,
            authority,
            operator,
            payout_wallet,
            payout_token,
            payer,
            payer_token,
            vault,
        }
    }

    /// Terms as a merchant would ask for them, of the given id.
    pub fn terms(&self, id: u8) -> Terms {
        plain_terms(self.token.mint, [id; 16], START)
    }

    pub fn invoice(&self, terms: Terms) -> Invoice {
        let (terms, address) = terms.salted(&self.vault.merchant).expect("a salt");
        Invoice { terms, address }
    }

    pub fn payer(&self) -> Payer {
        Payer::wallet(self.payer.pubkey(), &self.token, u64::MAX)
    }

    /// Authorizes an invoice with these terms.
    #[track_caller]
    pub fn authorized(&mut self, terms: Terms) -> Invoice {
        let invoice = self.invoice(terms);
        let instruction =
            client::authorize(&self.payer(), &self.vault, invoice.address, invoice.terms.clone());
        let payer = self.payer.insecure_clone();
        self.world.must(instruction, &[&payer]);
        invoice
    }

    /// Authorizes an invoice and captures `amount` of it into the balance.
    #[track_caller]
    pub fn captured(&mut self, terms: Terms, amount: u64) -> Invoice {
        let invoice = self.authorized(terms);
        let args = CaptureArgs { amount, ..Default::default() };
        self.by_operator(client::capture(self.operator.pubkey(), &self.vault, invoice.address, args));
        invoice
    }

    #[track_caller]
    pub fn by_operator(&mut self, instruction: solana_instruction::Instruction) {
        let operator = self.operator.insecure_clone();
        self.world.must(instruction, &[&operator]);
    }

    pub fn payment(&self, invoice: &Invoice) -> Payment {
        self.world.account(&invoice.address).expect("the payment's account")
    }

    pub fn vault(&self) -> Vault {
        self.world.account(&self.vault.address()).expect("the vault's account")
    }

    pub fn vault_tokens(&self) -> u64 {
        self.world.balance(&self.vault.token_account())
    }

    /// A vault never holds less than what it owes.
    #[track_caller]
    pub fn assert_solvent(&self) {
        let owed = self.vault().owed().expect("no overflow");
        assert!(self.vault_tokens() >= owed, "the vault holds {} and owes {owed}", self.vault_tokens());
    }
}

/// What only some tests need.
impl Actors {
    /// Another merchant of the same people.
    pub fn register_another_merchant(&mut self) -> Pubkey {
        let authority = self.authority.insecure_clone();
        self.register(&authority, 1)
    }

    /// A merchant of somebody else, and that somebody.
    pub fn register_another_merchant_of_its_own(&mut self) -> (Pubkey, Keypair) {
        let founder = self.world.wallet();
        (self.register(&founder, 0), founder)
    }

    fn register(&mut self, founder: &Keypair, index: u16) -> Pubkey {
        let key = founder.pubkey();
        let args = RegisterMerchantArgs { index, authority: key, operator: key, payout_wallet: key };
        self.world.must(client::register_merchant(key, key, args), &[founder]);
        pda::merchant(&key, index).0
    }
}
