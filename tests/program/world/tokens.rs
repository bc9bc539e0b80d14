//! Mints and token accounts of SPL Token and Token-2022.

use solana_keypair::Keypair;
use solana_program::program_pack::Pack;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::create_account;
use spl_token_2022::extension::{BaseStateWithExtensions, ExtensionType, StateWithExtensions, transfer_fee};
use spl_token_2022::state::{Account as TokenAccount, Mint};
use spl_token_2022_interface::instruction as token_instruction;
use till::client::Token;

use super::World;

pub const SPL_TOKEN: Pubkey = anchor_spl::token::ID;
pub const TOKEN_2022: Pubkey = spl_token_2022::ID;
pub const DECIMALS: u8 = 6;

/// An extension that a test's mint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Basis points of each transfer, without a useful maximum.
    TransferFee(u16),
    MintCloseAuthority,
    PermanentDelegate,
    NonTransferable,
    DefaultFrozen,
    TransferHook,
    Pausable,
    InterestBearing,
}

impl World {
    pub fn spl_token(&mut self) -> Token {
        self.mint(SPL_TOKEN, &[])
    }

    pub fn token_2022(&mut self, extensions: &[Extension]) -> Token {
        self.mint(TOKEN_2022, extensions)
    }

    fn mint(&mut self, program: Pubkey, extensions: &[Extension]) -> Token {
        let mint = Keypair::new();
        let authority = self.upgrade_authority.pubkey();
        let types: Vec<_> = extensions.iter().map(Extension::kind).collect();
        let space = ExtensionType::try_calculate_account_len::<Mint>(&types).expect("a length");
        let rent = self.svm.minimum_balance_for_rent_exemption(space);
        let mut instructions = vec![create_account(&authority, &mint.pubkey(), rent, space as u64, &program)];
        instructions
            .extend(extensions.iter().map(|extension| extension.initialize(&mint.pubkey(), &authority)));
        instructions.push(
            token_instruction::initialize_mint2(
                &program,
                &mint.pubkey(),
                &authority,
                Some(&authority),
                DECIMALS,
            )
            .expect("an instruction"),
        );
        self.send(&instructions, &[&mint]).expect("a mint");
        Token { mint: mint.pubkey(), program }
    }

    /// A wallet's associated token account with `amount` base units freshly minted into it.
    pub fn fund(&mut self, token: &Token, wallet: &Pubkey, amount: u64) -> Pubkey {
        let address = self.token_account(token, wallet);
        let authority = self.upgrade_authority.pubkey();
        let mint_to =
            token_instruction::mint_to(&token.program, &token.mint, &address, &authority, &[], amount)
                .expect("an instruction");
        self.must(mint_to, &[]);
        address
    }

    /// A wallet's associated token account, created when missing.
    pub fn token_account(&mut self, token: &Token, wallet: &Pubkey) -> Pubkey {
        let authority = self.upgrade_authority.pubkey();
        let create = anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent(
            &authority, wallet, &token.mint, &token.program,
        );
        self.must(create, &[]);
        token.account_of(wallet)
    }

    /// A token account of the wallet that is not its associated one.
    pub fn second_token_account(&mut self, token: &Token, wallet: &Pubkey) -> Pubkey {
        let account = Keypair::new();
        let payer = self.upgrade_authority.pubkey();
        let rent = self.svm.minimum_balance_for_rent_exemption(TokenAccount::LEN);
        let space = TokenAccount::LEN as u64;
        let create = create_account(&payer, &account.pubkey(), rent, space, &token.program);
        let initialize =
            token_instruction::initialize_account3(&token.program, &account.pubkey(), &token.mint, wallet)
                .expect("an instruction");
        self.send(&[create, initialize], &[&account]).expect("a token account");
        account.pubkey()
    }

    pub fn balance(&self, token_account: &Pubkey) -> u64 {
        let Some(account) = self.svm.get_account(token_account) else { return 0 };
        StateWithExtensions::<TokenAccount>::unpack(&account.data).expect("a token account").base.amount
    }

    /// How many base units of a mint exist.
    pub fn supply(&self, token: &Token) -> u64 {
        let account = self.svm.get_account(&token.mint).expect("a mint");
        StateWithExtensions::<Mint>::unpack(&account.data).expect("a mint").base.supply
    }

    /// What the mint's transfer fee has withheld in a token account.
    pub fn withheld(&self, token_account: &Pubkey) -> u64 {
        let account = self.svm.get_account(token_account).expect("a token account");
        let state = StateWithExtensions::<TokenAccount>::unpack(&account.data).expect("a token account");
        state.get_extension::<transfer_fee::TransferFeeAmount>().map_or(0, |fee| fee.withheld_amount.into())
    }
}

impl Extension {
    fn kind(&self) -> ExtensionType {
        match self {
            Self::TransferFee(_) => ExtensionType::TransferFeeConfig,
            Self::MintCloseAuthority => ExtensionType::MintCloseAuthority,
            Self::PermanentDelegate => ExtensionType::PermanentDelegate,
            Self::NonTransferable => ExtensionType::NonTransferable,
            Self::DefaultFrozen => ExtensionType::DefaultAccountState,
            Self::TransferHook => ExtensionType::TransferHook,
            Self::Pausable => ExtensionType::Pausable,
            Self::InterestBearing => ExtensionType::InterestBearingConfig,
        }
    }

    fn initialize(&self, mint: &Pubkey, authority: &Pubkey) -> solana_instruction::Instruction {
        use spl_token_2022::extension::*;
        use spl_token_2022::state::AccountState;
        let id = &TOKEN_2022;
        match self {
            Self::TransferFee(bps) => transfer_fee::instruction::initialize_transfer_fee_config(
                id,
                mint,
                Some(authority),
                Some(authority),
                *bps,
                u64::MAX,
            ),
            Self::MintCloseAuthority => {
                token_instruction::initialize_mint_close_authority(id, mint, Some(authority))
            }
            Self::PermanentDelegate => token_instruction::initialize_permanent_delegate(id, mint, authority),
            Self::NonTransferable => token_instruction::initialize_non_transferable_mint(id, mint),
            Self::DefaultFrozen => default_account_state::instruction::initialize_default_account_state(
                id,
                mint,
                &AccountState::Frozen,
            ),
            Self::TransferHook => transfer_hook::instruction::initialize(id, mint, Some(*authority), None),
            Self::Pausable => pausable::instruction::initialize(id, mint, authority),
            Self::InterestBearing => {
                interest_bearing_mint::instruction::initialize(id, mint, Some(*authority), 100)
            }
        }
        .expect("an instruction")
    }
}
