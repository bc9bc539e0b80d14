//! Burning tokens: what of a mint has been burned, and the transactions by which holders burn theirs.

mod shown;

pub use shown::Burns;

use serde::Deserialize;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use till::client::{self, Token};
use till::pda;
use till_store::gateway::{burns, tokens};
use utoipa::ToSchema;

use crate::chain::{MintAccount, Purse};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::tokens::KnownToken;
use crate::wallet::{self, Cost, Held, Signable, TransactionForWallet};

/// How many burns are shown.
const RECENT: i64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BurnAction)]
pub enum Action {
    /// The wallet burns `amount` of its own tokens. It opens the mint's record if there is none.
    Burn,
    /// The wallet opens the mint's record, and pays its rent.
    Open,
}

/// What has been burned of a mint, as far as it is indexed.
pub async fn find(gateway: &Gateway, mint: &str) -> Result<Burns> {
    let burning = Burning::of(gateway, mint).await?;
    let record = burns::record(&gateway.pool, mint).await?.unwrap_or_default();
    let recent = burns::recent(&gateway.pool, &burning.record.to_string(), RECENT).await?;
    Ok(Burns::new(&burning.token, burning.account.supply, record, recent, &gateway.public_url))
}

/// The transaction by which a wallet burns `amount`, in units of the token. Nobody can undo it.
pub async fn burn(
    gateway: &Gateway,
    mint: &str,
    account: &str,
    amount: &str,
) -> Result<TransactionForWallet> {
    act(gateway, mint, Action::Burn, account, Some(amount)).await
}

/// The transaction by which a wallet acts on a mint's record; `amount` is for a burn, and needed there.
pub async fn act(
    gateway: &Gateway,
    mint: &str,
    action: Action,
    account: &str,
    amount: Option<&str>,
) -> Result<TransactionForWallet> {
    let burning = Burning::of(gateway, mint).await?;
    let wallet = wallet::parse(account)?;
    match action {
        Action::Burn => burning.burn(gateway, wallet, amount).await,
        Action::Open => burning.open(gateway, wallet).await,
    }
}

/// A mint, and the record of what is burned of it.
struct Burning {
    token: KnownToken,
    account: MintAccount,
    record: Pubkey,
    is_open: bool,
    slot: u64,
}

impl Burning {
    /// As the chain has it: a record may have been opened a moment ago.
    async fn of(gateway: &Gateway, mint: &str) -> Result<Self> {
        let unknown = || Problem::new(Code::MintNotFound, format!("there is no mint {mint}"));
        let address: Pubkey = mint.parse().map_err(|_| unknown())?;
        let (record, _) = pda::burn_record(&address);
        let snapshot = gateway.chain.snapshot(&[address, record]).await?;
        let account = snapshot.mint(0).ok_or_else(unknown)?;
        let symbol = tokens::find(&gateway.pool, mint).await?.map(|token| token.symbol);
        let token = Token { mint: address, program: account.program };
        let token = KnownToken { token, symbol, decimals: account.decimals };
        Ok(Self { token, account, record, is_open: snapshot.is_ours(1), slot: snapshot.slot })
    }

    async fn burn(
        self,
        gateway: &Gateway,
        owner: Pubkey,
        amount: Option<&str>,
    ) -> Result<TransactionForWallet> {
        let amount = self.token.read_needed(amount)?;
        let Purse { lamports, tokens, .. } = gateway.chain.purse(&owner, &[self.token.token], &[]).await?;
        let held = Held { lamports, tokens: tokens.first().and_then(|holding| holding.tokens) };
        // What is burned is not transferred, so no mint takes a fee of it.
        let cost = Cost { tokens: amount.0, ..Cost::default() };
        cost.require(&held, |missing| self.token.words(missing), "the network fee")?;
        let mut instructions = Vec::new();
        if !self.is_open {
            instructions.push(client::open_burn_record(owner, self.token.token.mint));
        }
        let from = self.token.token.account_of(&owner);
        instructions.push(client::burn(owner, from, &self.token.token, amount.0));
        let words = format!("Burn {}: they are gone for ever", self.token.words(amount));
        self.hand_out(gateway, owner, instructions, words).await
    }

    async fn open(self, gateway: &Gateway, payer: Pubkey) -> Result<TransactionForWallet> {
        if self.is_open {
            return Err(Problem::new(Code::BurnRecordOpen, "the mint has a record of its burns already"));
        }
        let words = format!("Open the record of what is burned of {}", self.token.mint());
        let open = client::open_burn_record(payer, self.token.token.mint);
        self.hand_out(gateway, payer, vec![open], words).await
    }

    async fn hand_out(
        self,
        gateway: &Gateway,
        wallet: Pubkey,
        instructions: Vec<Instruction>,
        words: String,
    ) -> Result<TransactionForWallet> {
        let signable = Signable { seen_in: Some(self.slot), ..Signable::new(wallet, instructions, words) };
        signable.hand_out(gateway, wallet::refused).await
    }
}
