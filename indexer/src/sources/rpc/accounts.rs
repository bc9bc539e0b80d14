//! Accounts as they stand, for who compares them with what was made of events.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use solana_client::rpc_request::{MAX_MULTIPLE_ACCOUNTS, RpcRequest};
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;

use super::{Client, error::RpcError};

/// What a node says of one moment: as all transactions up to a slot left it, and none behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf<T> {
    pub slot: u64,
    pub value: T,
}

/// An account, whosever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    pub owner: Pubkey,
    pub data: Vec<u8>,
}

#[derive(Deserialize)]
struct Answer<T> {
    context: Context,
    value: T,
}

#[derive(Deserialize)]
struct Context {
    slot: u64,
}

#[derive(Deserialize)]
struct Keyed {
    pubkey: String,
    account: Encoded,
}

#[derive(Deserialize)]
struct Encoded {
    owner: String,
    /// The data, and the word `base64`.
    data: (String, String),
}

impl Client {
    /// How many accounts can be asked for at once.
    pub const MAX_ACCOUNTS: usize = MAX_MULTIPLE_ACCOUNTS;

    /// The program's accounts whose data begins with `discriminator`, confirmed, with their addresses.
    pub async fn program_accounts(
        &self,
        discriminator: &[u8],
    ) -> Result<AsOf<Vec<(Pubkey, AccountState)>>, RpcError> {
        let config = json!({
            "encoding": "base64",
            "commitment": "confirmed",
            "withContext": true,
            "filters": [{ "memcmp": {
                "offset": 0,
                "bytes": STANDARD.encode(discriminator),
                "encoding": "base64",
            } }],
        });
        let params = json!([till::ID.to_string(), config]);
        let understand = |answer: Answer<Vec<Keyed>>| {
            let accounts = answer.value.into_iter().map(|keyed| {
                let address = address(&keyed.pubkey)?;
                Ok((address, keyed.account.decoded()?))
            });
            Ok(AsOf { slot: answer.context.slot, value: accounts.collect::<Result<_, RpcError>>()? })
        };
        self.ask(RpcRequest::GetProgramAccounts, params, understand).await
    }

    /// The accounts at `addresses`, confirmed, all as of one slot; nothing where none is. At most
    /// [`Self::MAX_ACCOUNTS`].
    pub async fn accounts(&self, addresses: &[Pubkey]) -> Result<AsOf<Vec<Option<AccountState>>>, RpcError> {
        let addresses: Vec<String> = addresses.iter().map(Pubkey::to_string).collect();
        let config = json!({ "encoding": "base64", "commitment": CommitmentConfig::confirmed().commitment });
        let understand = |answer: Answer<Vec<Option<Encoded>>>| {
            if answer.value.len() != addresses.len() {
                return Err(RpcError::Malformed("more or fewer accounts than were asked for".to_owned()));
            }
            let accounts = answer.value.into_iter().map(|account| account.map(Encoded::decoded).transpose());
            Ok(AsOf { slot: answer.context.slot, value: accounts.collect::<Result<_, RpcError>>()? })
        };
        self.ask(RpcRequest::GetMultipleAccounts, json!([addresses, config]), understand).await
    }
}

impl Encoded {
    fn decoded(self) -> Result<AccountState, RpcError> {
        let (data, encoding) = self.data;
        if encoding != "base64" {
            return Err(RpcError::Malformed(format!("an account in {encoding}, instead of base64")));
        }
        let data =
            STANDARD.decode(data).map_err(|_| RpcError::Malformed("an account's base64".to_owned()))?;
        Ok(AccountState { owner: address(&self.owner)?, data })
    }
}

fn address(base58: &str) -> Result<Pubkey, RpcError> {
    base58.parse().map_err(|_| RpcError::Malformed(format!("the address {base58}")))
}
