//! The demo's tokens: a USDC as on mainnet, a Token-2022 dollar with a transfer fee, and one to stake and to burn.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anyhow::Context;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::create_account;
use spl_token_2022_interface::extension::{ExtensionType, StateWithExtensions, transfer_fee};
use spl_token_2022_interface::instruction as token_instruction;
use spl_token_2022_interface::state::{Account as TokenAccount, Mint};
use till::client::Token;

use crate::keys::Keys;
use crate::rpc::Rpc;

/// The transfer fee of FUSD, in basis points.
pub const FUSD_FEE_BPS: u16 = 50;
const DECIMALS: u8 = 6;

/// A token of the local net.
#[derive(Clone, Copy, Debug)]
pub struct DemoToken {
    pub symbol: &'static str,
    pub name: &'static str,
    pub decimals: u8,
    pub token: Token,
}

impl DemoToken {
    /// What the demo merchant is paid in.
    pub fn all(keys: &Keys) -> [Self; 2] {
        let token = |mint: &Keypair, program| Token { mint: mint.pubkey(), program };
        [
            Self {
                symbol: "USDC",
                name: "USD Coin of the local net",
                decimals: DECIMALS,
                token: token(&keys.usdc, anchor_spl::token::ID),
            },
            Self {
                symbol: "FUSD",
                name: "Token-2022 dollar with a transfer fee of 0.5%",
                decimals: DECIMALS,
                token: token(&keys.fusd, spl_token_2022::ID),
            },
        ]
    }

    /// What is staked, and burned.
    pub fn staked(keys: &Keys) -> Self {
        Self {
            symbol: "TILL",
            name: "A token of the local net to stake and to burn",
            decimals: DECIMALS,
            token: Token { mint: keys.till.pubkey(), program: anchor_spl::token::ID },
        }
    }

    /// All there are.
    pub fn every(keys: &Keys) -> [Self; 3] {
        let [usdc, fusd] = Self::all(keys);
        [usdc, fusd, Self::staked(keys)]
    }

    /// Creates the mint when it is missing.
    pub async fn create(&self, rpc: &Rpc, keys: &Keys) -> anyhow::Result<()> {
        if rpc.exists(&self.token.mint).await? {
            return Ok(());
        }
        let mint =
            [&keys.usdc, &keys.fusd, &keys.till].into_iter().find(|key| key.pubkey() == self.token.mint);
        let mint = mint.context("a mint of ours")?;
        let instructions = self.instructions(rpc, &keys.upgrade_authority.pubkey()).await?;
        rpc.send(&instructions, &keys.upgrade_authority, &[mint])
            .await
            .with_context(|| format!("cannot create the token {}", self.symbol))?;
        Ok(())
    }

    async fn instructions(&self, rpc: &Rpc, authority: &Pubkey) -> anyhow::Result<Vec<Instruction>> {
        let Token { mint, program } = self.token;
        let with_fee = program == spl_token_2022::ID;
        let extensions: &[_] = if with_fee { &[ExtensionType::TransferFeeConfig] } else { &[] };
        let space = ExtensionType::try_calculate_account_len::<Mint>(extensions)?;
        let rent = rpc.client.get_minimum_balance_for_rent_exemption(space).await?;
        let mut instructions = vec![create_account(authority, &mint, rent, space as u64, &program)];
        if with_fee {
            instructions.push(transfer_fee::instruction::initialize_transfer_fee_config(
                &program,
                &mint,
                Some(authority),
                Some(authority),
                FUSD_FEE_BPS,
                u64::MAX,
            )?);
        }
        instructions.push(token_instruction::initialize_mint2(
            &program,
            &mint,
            authority,
            None,
            self.decimals,
        )?);
        Ok(instructions)
    }

    /// Mints money to a wallet when it has less than `at_least` base units.
    pub async fn ensure_balance(
        &self,
        rpc: &Rpc,
        keys: &Keys,
        wallet: &Pubkey,
        at_least: u64,
    ) -> anyhow::Result<()> {
        let account = self.token.account_of(wallet);
        if self.balance(rpc, &account).await?.is_some_and(|balance| balance >= at_least) {
            return Ok(());
        }
        let Token { mint, program } = self.token;
        let authority = keys.upgrade_authority.pubkey();
        let create = create_associated_token_account_idempotent(&authority, wallet, &mint, &program);
        let mint_to = token_instruction::mint_to(&program, &mint, &account, &authority, &[], 2 * at_least)?;
        rpc.send(&[create, mint_to], &keys.upgrade_authority, &[]).await?;
        Ok(())
    }

    /// What a token account holds, in base units; nothing when it does not exist.
    async fn balance(&self, rpc: &Rpc, account: &Pubkey) -> anyhow::Result<Option<u64>> {
        let commitment = rpc.client.commitment();
        let Some(account) = rpc.client.get_account_with_commitment(account, commitment).await?.value else {
            return Ok(None);
        };
        let state = StateWithExtensions::<TokenAccount>::unpack(&account.data)?;
        Ok(Some(state.base.amount))
    }
}
