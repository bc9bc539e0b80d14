//! The JSON-RPC calls, each with an answer that says only what the gateway needs.

use std::future::Future;
use std::time::Duration;

use anchor_lang::Discriminator;
use base64::{Engine, engine::general_purpose::STANDARD};
use metrics::counter;
use moka::future::Cache;
use solana_client::client_error::{ClientError, ClientErrorKind as ErrorKind};
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_client::rpc_config::RpcSimulateTransactionConfig;
use solana_client::rpc_request::RpcRequest;
use solana_commitment_config::CommitmentConfig;
use solana_hash::Hash;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use till::Merchant;
use till::client::Token;
use tracing::Instrument;

use super::{Holding, Purse, Refusal, accounts};
use crate::telemetry::metrics::RPC_CALLS;

/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// For how long a rent is not asked for again: it changes with a vote of the network, if ever.
const RENT_BELIEVED: Duration = Duration::from_secs(600);
/// How many accounts a node tells at once.
const MOST_ACCOUNTS: usize = 100;
/// Of how many signatures a node tells at once what has become of them.
pub const MOST_STATUSES: usize = 256;

/// The node did not answer, or not as a node should. Nothing follows from it about the chain.
///
/// It is text, and has no source: the client's own errors name the URL, which often holds a key, and
/// whatever is logged is read by others.
#[derive(Debug, thiserror::Error)]
#[error("the Solana node does not answer: {0}")]
pub struct ChainError(String);

impl ChainError {
    /// A node that has not told what every node has.
    pub(super) fn without(what: &str) -> Self {
        Self(format!("it has not told {what}"))
    }
}

impl From<ClientError> for ChainError {
    fn from(error: ClientError) -> Self {
        Self(match *error.kind {
            ErrorKind::Reqwest(error) => without_url(error),
            ErrorKind::Middleware(error) => match error.downcast::<reqwest::Error>() {
                Ok(error) => without_url(error),
                // Anything could be in it.
                Err(_) => "the HTTP client failed".to_owned(),
            },
            other => other.to_string(),
        })
    }
}

/// What happened and the innermost cause, which knows addresses at most.
fn without_url(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("{error}: {cause}")
}

/// A blockhash, and the last block that may hold a transaction made with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blockhash {
    pub hash: Hash,
    pub last_valid_block_height: u64,
}

/// What would have happened.
#[derive(Clone, Debug)]
pub enum Simulation {
    Succeeds { compute_units: u64 },
    Fails(Refusal),
}

/// What has become of a signature, as far as the node knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    Unknown,
    /// Seen, but a fork could still undo it.
    Processed,
    Succeeded,
    Failed(Refusal),
}

/// A Solana node.
pub struct Chain {
    pub(super) rpc: RpcClient,
    /// By the size of the account.
    rents: Cache<usize, u64>,
}

impl Chain {
    pub fn new(url: &str) -> Self {
        let commitment = CommitmentConfig::confirmed();
        Self {
            rpc: RpcClient::new_with_timeout_and_commitment(url.to_owned(), TIMEOUT, commitment),
            rents: Cache::builder().max_capacity(100).time_to_live(RENT_BELIEVED).build(),
        }
    }

    pub async fn latest_blockhash(&self) -> Result<Blockhash, ChainError> {
        let commitment = CommitmentConfig::confirmed();
        let (hash, last_valid_block_height) =
            counted("getLatestBlockhash", self.rpc.get_latest_blockhash_with_commitment(commitment)).await?;
        Ok(Blockhash { hash, last_valid_block_height })
    }

    /// The height of the last block that no fork can undo.
    pub async fn finalized_block_height(&self) -> Result<u64, ChainError> {
        counted("getBlockHeight", self.rpc.get_block_height_with_commitment(CommitmentConfig::finalized()))
            .await
    }

    /// The rent of an account of `space` bytes, in lamports.
    pub async fn rent(&self, space: usize) -> Result<u64, ChainError> {
        if let Some(rent) = self.rents.get(&space).await {
            return Ok(rent);
        }
        let rent = self.rpc.get_minimum_balance_for_rent_exemption(space);
        let rent = counted("getMinimumBalanceForRentExemption", rent).await?;
        self.rents.insert(space, rent).await;
        Ok(rent)
    }

    /// The merchant's account at `address`, if there is one.
    pub async fn merchant(&self, address: &Pubkey) -> Result<Option<Merchant>, ChainError> {
        let commitment = CommitmentConfig::confirmed();
        let account =
            counted("getAccountInfo", self.rpc.get_account_with_commitment(address, commitment)).await?.value;
        Ok(account.filter(|account| account.owner == till::ID).and_then(|account| {
            let body = account.data.strip_prefix(Merchant::DISCRIMINATOR)?;
            bytemuck::try_pod_read_unaligned(body).ok()
        }))
    }

    /// The owner and the data of the account at `address`, if there is one.
    pub async fn account(&self, address: &Pubkey) -> Result<Option<(Pubkey, Vec<u8>)>, ChainError> {
        let commitment = CommitmentConfig::confirmed();
        let account =
            counted("getAccountInfo", self.rpc.get_account_with_commitment(address, commitment)).await?.value;
        Ok(account.map(|account| (account.owner, account.data)))
    }

    /// At which of these addresses there are token accounts, in their order. Lamports that somebody has sent to an address
    /// make none.
    pub async fn are_token_accounts(&self, addresses: &[Pubkey]) -> Result<Vec<bool>, ChainError> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let found = counted("getMultipleAccounts", self.rpc.get_multiple_accounts(addresses)).await?;
        let holds_tokens = |data: &[u8]| accounts::token_amount(data).is_some();
        Ok(found.iter().map(|account| account.as_ref().is_some_and(|one| holds_tokens(&one.data))).collect())
    }

    /// The token program of a mint; nothing if there is no mint at this address.
    pub async fn token_program(&self, mint: &Pubkey) -> Result<Option<Pubkey>, ChainError> {
        let account = self.account(mint).await?;
        Ok(account.filter(|(owner, data)| accounts::is_mint(owner, data)).map(|(owner, _)| owner))
    }

    /// What a wallet can pay with, in the order of `tokens`, and whether any of `payments` has been paid.
    pub async fn purse(
        &self,
        wallet: &Pubkey,
        tokens: &[Token],
        payments: &[Pubkey],
    ) -> Result<Purse, ChainError> {
        let of_tokens = tokens.iter().flat_map(|token| [token.account_of(wallet), token.mint]);
        let addresses: Vec<Pubkey> =
            std::iter::once(*wallet).chain(payments.iter().copied()).chain(of_tokens).collect();
        let mut found = Vec::with_capacity(addresses.len());
        for some in addresses.chunks(MOST_ACCOUNTS) {
            found.extend(counted("getMultipleAccounts", self.rpc.get_multiple_accounts(some)).await?);
        }
        let (wallet, rest) = found.split_at(1);
        let (payments, tokens) = rest.split_at(payments.len());
        Ok(Purse {
            is_paid: payments.iter().flatten().any(|account| account.owner == till::ID),
            lamports: wallet[0].as_ref().map_or(0, |account| account.lamports),
            tokens: tokens
                .chunks_exact(2)
                .map(|pair| Holding {
                    tokens: pair[0].as_ref().and_then(|account| accounts::token_amount(&account.data)),
                    mint_fee: pair[1].as_ref().and_then(|account| accounts::mint_fee(&account.data)),
                })
                .collect(),
        })
    }

    /// What transactions that wrote one of these accounts lately paid for priority: of each slot the least that was
    /// enough, in millionths of a lamport per compute unit.
    pub async fn priority_fees(&self, accounts: &[Pubkey]) -> Result<Vec<u64>, ChainError> {
        let fees =
            counted("getRecentPrioritizationFees", self.rpc.get_recent_prioritization_fees(accounts)).await?;
        Ok(fees.into_iter().map(|fee| fee.prioritization_fee).collect())
    }

    /// What tells this chain from all others.
    pub async fn genesis_hash(&self) -> Result<Hash, ChainError> {
        counted("getGenesisHash", self.rpc.get_genesis_hash()).await
    }

    pub async fn epoch(&self) -> Result<u64, ChainError> {
        Ok(counted("getEpochInfo", self.rpc.get_epoch_info()).await?.epoch)
    }

    /// Runs a transaction without its signatures, on a node that has seen at least `min_slot`.
    pub async fn simulate(
        &self,
        transaction: &VersionedTransaction,
        min_slot: Option<u64>,
    ) -> Result<Simulation, ChainError> {
        let config = RpcSimulateTransactionConfig {
            sig_verify: false,
            replace_recent_blockhash: true,
            commitment: Some(CommitmentConfig::confirmed()),
            min_context_slot: min_slot,
            ..Default::default()
        };
        let result =
            counted("simulateTransaction", self.rpc.simulate_transaction_with_config(transaction, config))
                .await?
                .value;
        Ok(match result.err {
            Some(error) => Simulation::Fails(Refusal::of(&error.into())),
            None => Simulation::Succeeds { compute_units: result.units_consumed.unwrap_or(0) },
        })
    }

    /// Sends signed bytes as they are. They may be sent again: they are one transaction.
    pub async fn send(&self, raw: &[u8]) -> Result<(), ChainError> {
        // Not checked before it is sent, and not kept for sending again: we do both ourselves.
        let config = serde_json::json!({ "encoding": "base64", "skipPreflight": true, "maxRetries": 0 });
        let params = serde_json::json!([STANDARD.encode(raw), config]);
        let _signature: String =
            counted("sendTransaction", self.rpc.send(RpcRequest::SendTransaction, params)).await?;
        Ok(())
    }

    /// What has become of a signature, the node's whole history included.
    pub async fn landing(&self, signature: &Signature) -> Result<Landing, ChainError> {
        let landing = self.landings(&[*signature]).await?.pop();
        landing.ok_or_else(|| ChainError::without("what has become of a signature"))
    }

    /// The same of several signatures, in their order.
    pub async fn landings(&self, signatures: &[Signature]) -> Result<Vec<Landing>, ChainError> {
        let mut found = Vec::with_capacity(signatures.len());
        for some in signatures.chunks(MOST_STATUSES) {
            let statuses =
                counted("getSignatureStatuses", self.rpc.get_signature_statuses_with_history(some))
                    .await?
                    .value;
            // What is left out of an answer is not unknown to the node.
            if statuses.len() != some.len() {
                return Err(ChainError::without("what has become of each signature"));
            }
            found.extend(statuses.iter().map(|status| {
                let Some(status) = status else { return Landing::Unknown };
                match (status.satisfies_commitment(CommitmentConfig::confirmed()), &status.err) {
                    (false, _) => Landing::Processed,
                    (true, None) => Landing::Succeeded,
                    (true, Some(error)) => Landing::Failed(Refusal::of(error)),
                }
            }));
        }
        Ok(found)
    }
}

/// Counts a call by its method and whether it was answered, and makes it a span.
pub(super) async fn counted<T>(
    method: &'static str,
    call: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ChainError> {
    let span = tracing::info_span!("rpc", otel.kind = "client", rpc.method = method);
    let answer = call.instrument(span).await;
    let answered = if answer.is_ok() { "yes" } else { "no" };
    counter!(RPC_CALLS, "method" => method, "answered" => answered).increment(1);
    Ok(answer?)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn error_at(url: &str) -> String {
        let error = Chain::new(url).epoch().await.unwrap_err();
        let problem = crate::problem::Problem::from(ChainError(error.0.clone()));
        let chain = format!("{:#}", anyhow::Error::from(ChainError(error.0.clone())));
        format!("{error} {error:?} {chain} {problem:?}")
    }

    #[tokio::test]
    async fn no_error_tells_the_key_in_the_url() {
        // Nobody listens here; this is no URL; this one answers with an HTTP error.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let answering = listener.local_addr().unwrap();
        let app = axum::Router::new().fallback(async || axum::http::StatusCode::FORBIDDEN);
        tokio::spawn(async move { axum::serve(listener, app).await });
        for (url, says) in [
            ("http://127.0.0.1:1/?api-key=secret".to_owned(), "refused"),
            ("nowhere/?api-key=secret".to_owned(), ""),
            (format!("http://{answering}/?api-key=secret"), "403"),
        ] {
            let told = error_at(&url).await;
            assert!(!told.contains("secret") && !told.contains("api-key"), "{told}");
            assert!(told.contains(says), "{told}");
        }
    }
}
