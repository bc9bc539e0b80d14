//! Mints and token accounts of SPL Token and Token-2022.

use anchor_spl::token_2022_extensions::spl_token_metadata_interface;
use solana_instruction::Instruction;
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
    /// Of no program.
    TransferHook,
    Pausable,
    InterestBearing,
    ScaledUiAmount,
    ConfidentialTransfer,
    ConfidentialTransferFee,
    ConfidentialMintBurn,
    MetadataPointer,
    /// Goes with [`Self::MetadataPointer`].
    TokenMetadata,
}

/// What PayPal's dollar has on mainnet, in its order.
pub const PYUSD: [Extension; 8] = [
    Extension::MintCloseAuthority,
    Extension::PermanentDelegate,
    Extension::TransferFee(0),
    Extension::ConfidentialTransfer,
    Extension::ConfidentialTransferFee,
    Extension::TransferHook,
    Extension::MetadataPointer,
    Extension::TokenMetadata,
];

/// Lamports for what a mint grows by after its creation.
const ROOM_TO_GROW: u64 = 10_000_000;

impl World {
    pub fn spl_token(&mut self) -> Token {
        self.mint(&Keypair::new(), SPL_TOKEN, &[])
    }

    pub fn token_2022(&mut self, extensions: &[Extension]) -> Token {
        self.token_2022_at(&Keypair::new(), extensions)
    }

    /// For mints that are made more than once.
    pub fn token_2022_at(&mut self, mint: &Keypair, extensions: &[Extension]) -> Token {
        self.mint(mint, TOKEN_2022, extensions)
    }

    pub(crate) fn mint(&mut self, mint: &Keypair, program: Pubkey, extensions: &[Extension]) -> Token {
        let authority = self.upgrade_authority.pubkey();
        let (later, first): (Vec<&Extension>, Vec<&Extension>) =
            extensions.iter().partition(|extension| **extension == Extension::TokenMetadata);
        let types: Vec<_> = first.iter().map(|extension| extension.kind()).collect();
        let space = ExtensionType::try_calculate_account_len::<Mint>(&types).expect("a length");
        let rent = self.svm.minimum_balance_for_rent_exemption(space) + ROOM_TO_GROW;
        let mut instructions = vec![create_account(&authority, &mint.pubkey(), rent, space as u64, &program)];
        let initialize = |extension: &&Extension| extension.initialize(&mint.pubkey(), &authority);
        instructions.extend(first.iter().map(initialize));
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
        instructions.extend(later.iter().map(initialize));
        self.send(&instructions, &[mint]).expect("a mint");
        Token { mint: mint.pubkey(), program }
    }

    /// By the mint's close authority, when nobody holds anything of it.
    pub fn close_mint(&mut self, token: &Token) {
        let authority = self.upgrade_authority.pubkey();
        let close =
            token_instruction::close_account(&token.program, &token.mint, &authority, &authority, &[]);
        self.must(close.expect("an instruction"), &[]);
    }

    /// Lets `delegate` spend `amount` of the owner's tokens.
    pub fn approve(
        &mut self,
        token: &Token,
        account: &Pubkey,
        owner: &Keypair,
        delegate: &Pubkey,
        amount: u64,
    ) {
        let approve =
            token_instruction::approve(&token.program, account, delegate, &owner.pubkey(), &[], amount);
        self.must(approve.expect("an instruction"), &[owner]);
    }

    /// By the mint's freeze authority.
    pub fn freeze(&mut self, token: &Token, account: &Pubkey) {
        let authority = self.upgrade_authority.pubkey();
        let freeze = token_instruction::freeze_account(&token.program, account, &token.mint, &authority, &[]);
        self.must(freeze.expect("an instruction"), &[]);
    }

    /// By the mint's freeze authority.
    pub fn thaw(&mut self, token: &Token, account: &Pubkey) {
        let authority = self.upgrade_authority.pubkey();
        let thaw = token_instruction::thaw_account(&token.program, account, &token.mint, &authority, &[]);
        self.must(thaw.expect("an instruction"), &[]);
    }

    /// Names the program that the mint's transfer hook calls from now on.
    pub fn set_hook(&mut self, token: &Token, program: Option<Pubkey>) {
        use spl_token_2022::extension::transfer_hook::instruction::update;
        let authority = self.upgrade_authority.pubkey();
        let update = update(&token.program, &token.mint, &authority, &[], program);
        self.must(update.expect("an instruction"), &[]);
    }

    /// A wallet's associated token account with `amount` base units freshly minted into it.
    pub fn fund(&mut self, token: &Token, wallet: &Pubkey, amount: u64) -> Pubkey {
        let address = self.token_account(token, wallet);
        if self.is_frozen(&address) {
            self.thaw(token, &address);
        }
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

    fn is_frozen(&self, token_account: &Pubkey) -> bool {
        let account = self.svm.get_account(token_account).expect("a token account");
        StateWithExtensions::<TokenAccount>::unpack(&account.data).expect("a token account").base.is_frozen()
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
    pub fn kind(&self) -> ExtensionType {
        match self {
            Self::TransferFee(_) => ExtensionType::TransferFeeConfig,
            Self::MintCloseAuthority => ExtensionType::MintCloseAuthority,
            Self::PermanentDelegate => ExtensionType::PermanentDelegate,
            Self::NonTransferable => ExtensionType::NonTransferable,
            Self::DefaultFrozen => ExtensionType::DefaultAccountState,
            Self::TransferHook => ExtensionType::TransferHook,
            Self::Pausable => ExtensionType::Pausable,
            Self::InterestBearing => ExtensionType::InterestBearingConfig,
            Self::ScaledUiAmount => ExtensionType::ScaledUiAmount,
            Self::ConfidentialTransfer => ExtensionType::ConfidentialTransferMint,
            Self::ConfidentialTransferFee => ExtensionType::ConfidentialTransferFeeConfig,
            Self::ConfidentialMintBurn => ExtensionType::ConfidentialMintBurn,
            Self::MetadataPointer => ExtensionType::MetadataPointer,
            Self::TokenMetadata => ExtensionType::TokenMetadata,
        }
    }

    fn initialize(&self, mint: &Pubkey, authority: &Pubkey) -> Instruction {
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
            Self::ScaledUiAmount => {
                scaled_ui_amount::instruction::initialize(id, mint, Some(*authority), 3.5)
            }
            Self::ConfidentialTransfer => {
                confidential_transfer::instruction::initialize_mint(id, mint, Some(*authority), true, None)
            }
            Self::ConfidentialTransferFee => {
                confidential_transfer_fee::instruction::initialize_confidential_transfer_fee_config(
                    id,
                    mint,
                    Some(*authority),
                    &Default::default(),
                )
            }
            Self::ConfidentialMintBurn => confidential_mint_burn::instruction::initialize_mint(
                id,
                mint,
                &Default::default(),
                &Default::default(),
            ),
            Self::MetadataPointer => {
                metadata_pointer::instruction::initialize(id, mint, Some(*authority), Some(*mint))
            }
            Self::TokenMetadata => {
                let [name, symbol, uri] =
                    ["A dollar", "USD", "https://example.com/usd.json"].map(str::to_owned);
                Ok(spl_token_metadata_interface::instruction::initialize(
                    id, mint, authority, mint, authority, name, symbol, uri,
                ))
            }
        }
        .expect("an instruction")
    }
}
