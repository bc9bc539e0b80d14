//! Who plays on a stage. Everything that has an address of its own is found again by the cast, and
//! made when it is asked for first.

use anchor_lang::prelude::Pubkey;
use till::client::{self, Payer, VaultKey};
use till::{CaptureMode, RegisterMerchantArgs, Terms, pda};

use super::stage::Coin;
use super::{Invoice, Stage, plain_terms};

/// The people of one instance of an instruction, and which of their things it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cast {
    /// Which people stand on the receiving side: merchant, operator, admin, creator, authority of a pool,
    /// and who pays the rent of what these set up.
    pub side: u8,
    /// Which people stand on the paying side: payer, donor, staker, and who pays their rent.
    pub customer: u8,
    /// Which of what the side has several of at the top: merchants, campaigns, pools.
    pub house: u8,
    /// Which of what belongs to one of these: vault shards, payments, positions.
    pub part: u8,
    pub coin: Coin,
}

impl Cast {
    pub const OURS: Self = Self { side: 0, customer: 0, house: 0, part: 0, coin: Coin::Spl };
}

impl Stage {
    /// A wallet of the receiving side, by its role.
    pub fn side(&mut self, cast: &Cast, role: &str) -> Pubkey {
        self.wallet(&format!("{role} {}", cast.side))
    }

    /// A wallet of the paying side, by its role.
    pub fn customer(&mut self, cast: &Cast, role: &str) -> Pubkey {
        self.wallet(&format!("{role} {}", cast.customer))
    }

    pub fn merchant(&mut self, cast: &Cast) -> Pubkey {
        let founder = self.side(cast, "founder");
        let merchant = pda::merchant(&founder, cast.house.into()).0;
        if !self.exists(&merchant) {
            let (args, backer) = (self.merchant_args(cast), self.side(cast, "backer"));
            self.must(client::register_merchant(founder, backer, args));
        }
        merchant
    }

    pub fn merchant_args(&mut self, cast: &Cast) -> RegisterMerchantArgs {
        RegisterMerchantArgs {
            index: cast.house.into(),
            authority: self.side(cast, "authority"),
            operator: self.side(cast, "operator"),
            payout_wallet: self.side(cast, "payout wallet"),
        }
    }

    pub fn vault(&mut self, cast: &Cast) -> VaultKey {
        let of_any_customer = Cast { customer: 0, ..*cast };
        if let Some(vault) = self.vaults.get(&of_any_customer) {
            return *vault;
        }
        let merchant = self.merchant(cast);
        let vault = VaultKey { merchant, token: self.token(cast.coin), shard: cast.part.into() };
        let (operator, backer) = (self.side(cast, "operator"), self.side(cast, "backer"));
        self.must(client::open_vault(operator, backer, &vault));
        self.vaults.insert(of_any_customer, vault);
        vault
    }

    /// The payer, whose rent a sponsor pays.
    pub fn payer(&mut self, cast: &Cast) -> Payer {
        let (wallet, rent_payer) = (self.customer(cast, "payer"), self.customer(cast, "sponsor"));
        let token_account = self.funded(cast.coin, &wallet);
        Payer { wallet, token_account, rent_payer, max_sent: u64::MAX }
    }

    pub fn payout_token(&mut self, cast: &Cast) -> Pubkey {
        let wallet = self.side(cast, "payout wallet");
        self.funded(cast.coin, &wallet)
    }

    /// Terms that can be paid now.
    pub fn terms(&self, cast: &Cast, capture_mode: CaptureMode) -> Terms {
        let id = [cast.part, cast.customer].repeat(8).try_into().expect("16 bytes");
        Terms { capture_mode, ..plain_terms(self.token(cast.coin).mint, id, self.world.time()) }
    }

    pub fn invoice(&mut self, cast: &Cast, terms: Terms) -> Invoice {
        let merchant = self.merchant(cast);
        let (terms, address) = terms.salted(&merchant).expect("a salt");
        Invoice { terms, address }
    }
}
