//! Slots, blocks and lists of transactions, as the gRPC stream has told them.

use std::{ops::RangeInclusive, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use solana_client::{
    rpc_config::{
        RpcBlockConfig, RpcBlocksConfigWrapper, RpcContextConfig, RpcEncodingConfigWrapper,
        RpcSignaturesForAddressConfig,
    },
    rpc_custom_error as code,
};
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_transaction_status::{
    BlockEncodingOptions, ConfirmedBlock, TransactionWithStatusMeta, UiTransactionEncoding,
};
use surfpool_core::{
    surfnet::{BlockHeader, locker::SurfnetSvmLocker, svm::SurfnetSvm},
    types::SurfnetTransactionStatus,
};
use yellowstone_grpc_proto::prelude::{CommitmentLevel, SubscribeUpdateBlockMeta};

use crate::grpc::{self, Hub, Update};

const INVALID_PARAMS: i64 = -32602;
const INTERNAL_ERROR: i64 = -32603;

/// The most slots that a real node lists at a time.
const MOST_LISTED: usize = 500_000;
/// The most transactions that a real node lists at a time.
const MOST_SIGNATURES: usize = 1_000;

/// An error of JSON-RPC, with the codes of a real node.
#[derive(Debug, Serialize)]
pub struct Refusal {
    code: i64,
    message: String,
}

impl Refusal {
    fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// See the module documentation.
pub struct History {
    pub hub: Arc<Hub>,
    pub locker: SurfnetSvmLocker,
}

impl History {
    /// Nothing when the chain itself has to be asked.
    pub fn answer(&self, method: &str, params: &Value) -> Option<Result<Value, Refusal>> {
        let answer = match method {
            "getSlot" if is_processed(&params[0]) => return None,
            "getSlot" => self.slot(params).map(Value::from),
            "getBlock" => self.block(params),
            "getBlocks" => self.blocks(params).map(Value::from),
            "getBlocksWithLimit" => self.blocks_with_limit(params).map(Value::from),
            "getSignaturesForAddress" => self.signatures(params),
            _ => return None,
        };
        Some(answer)
    }

    fn slot(&self, params: &Value) -> Result<u64, Refusal> {
        let config: RpcContextConfig = optional(params, 0)?;
        self.tip(config.commitment, config.min_context_slot)
    }

    fn tip(&self, commitment: Option<CommitmentConfig>, at_least: Option<u64>) -> Result<u64, Refusal> {
        let level = match commitment {
            None => CommitmentLevel::Finalized,
            Some(commitment) if commitment.is_finalized() => CommitmentLevel::Finalized,
            Some(_) => CommitmentLevel::Confirmed,
        };
        let tip = self.hub.read(|ring| ring.tip(level)).unwrap_or_default();
        if at_least.is_some_and(|slot| slot > tip) {
            let message = "Minimum context slot has not been reached";
            return Err(Refusal::new(code::JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED, message));
        }
        Ok(tip)
    }

    fn blocks(&self, params: &Value) -> Result<Vec<u64>, Refusal> {
        let from: u64 = required(params, 0)?;
        let (end, config) = optional::<Option<RpcBlocksConfigWrapper>>(params, 1)?
            .map(|end_or_config| end_or_config.unzip())
            .unwrap_or_default();
        let config: RpcContextConfig = config.map_or_else(|| optional(params, 2), Ok)?;
        let tip = self.tip(config.commitment, config.min_context_slot)?;
        Ok(self.listed(from..=end.unwrap_or(tip).min(tip), MOST_LISTED))
    }

    fn blocks_with_limit(&self, params: &Value) -> Result<Vec<u64>, Refusal> {
        let (from, limit): (u64, usize) = (required(params, 0)?, required(params, 1)?);
        let config: RpcContextConfig = optional(params, 2)?;
        let tip = self.tip(config.commitment, config.min_context_slot)?;
        Ok(self.listed(from..=tip, limit.min(MOST_LISTED)))
    }

    fn listed(&self, slots: RangeInclusive<u64>, most: usize) -> Vec<u64> {
        if slots.is_empty() {
            return Vec::new();
        }
        self.hub.read(|ring| ring.slots(slots).take(most).collect())
    }

    fn block(&self, params: &Value) -> Result<Value, Refusal> {
        let slot: u64 = required(params, 0)?;
        let config = optional::<Option<RpcEncodingConfigWrapper<RpcBlockConfig>>>(params, 1)?
            .map(|config| config.convert_to_current())
            .unwrap_or_default();
        if slot > self.tip(config.commitment, None)? {
            let message = format!("Block not available for slot {slot}");
            return Err(Refusal::new(code::JSON_RPC_SERVER_ERROR_BLOCK_NOT_AVAILABLE, message));
        }
        let streamed = self.hub.read(|ring| (ring.slot_updates(slot), ring.first_available()));
        let header = match streamed {
            (Some(updates), _) => header(&updates)?,
            (None, Some(first)) if slot < first => self.kept(slot, first)?,
            (None, _) => {
                let message =
                    format!("Slot {slot} was skipped, or missing due to ledger jump to recent snapshot");
                return Err(Refusal::new(code::JSON_RPC_SERVER_ERROR_SLOT_SKIPPED, message));
            }
        };
        let block = self.locker.with_svm_reader(|svm| whole(svm, header))?;
        let options = BlockEncodingOptions {
            transaction_details: config.transaction_details.unwrap_or_default(),
            show_rewards: config.rewards.unwrap_or(true),
            max_supported_transaction_version: config.max_supported_transaction_version,
        };
        let encoding = config.encoding.unwrap_or(UiTransactionEncoding::Json);
        let block = block.encode_with_options(encoding, options).map_err(|error| {
            Refusal::new(code::JSON_RPC_SERVER_ERROR_UNSUPPORTED_TRANSACTION_VERSION, error.to_string())
        })?;
        serde_json::to_value(block).map_err(|error| Refusal::new(INTERNAL_ERROR, error.to_string()))
    }

    /// The header of a block that the stream has forgotten: the chain keeps those that have transactions.
    fn kept(&self, slot: u64, first_available: u64) -> Result<BlockHeader, Refusal> {
        let kept = self.locker.with_svm_reader(|svm| {
            let mut header = svm.blocks.get(&slot).ok().flatten()?;
            header.signatures.retain(|signature| {
                let status = svm.transactions.get(&signature.to_string()).ok().flatten();
                let executed = status.and_then(SurfnetTransactionStatus::as_processed);
                executed.is_some_and(|(executed, _)| grpc::landed(&executed))
            });
            Some(header)
        });
        kept.ok_or_else(|| {
            let message = format!(
                "Block {slot} cleaned up, does not exist on node. First available block: {first_available}"
            );
            Refusal::new(code::JSON_RPC_SERVER_ERROR_BLOCK_CLEANED_UP, message)
        })
    }

    fn signatures(&self, params: &Value) -> Result<Value, Refusal> {
        let address: String = required(params, 0)?;
        let address: Pubkey =
            address.parse().map_err(|_| Refusal::new(INVALID_PARAMS, "Invalid param: Invalid"))?;
        let config: RpcSignaturesForAddressConfig = optional(params, 1)?;
        let tip = self.tip(config.commitment, config.min_context_slot)?;
        let limit = config.limit.unwrap_or(MOST_SIGNATURES).min(MOST_SIGNATURES);
        // What is too new stands before everything else, so it is left out before pages are cut.
        let all = RpcSignaturesForAddressConfig { limit: Some(usize::MAX), ..config };
        let mut listed = self.locker.get_signatures_for_address_local(&address, Some(&all)).inner;
        listed.retain(|transaction| transaction.slot <= tip);
        listed.truncate(limit);
        serde_json::to_value(listed).map_err(|error| Refusal::new(INTERNAL_ERROR, error.to_string()))
    }
}

fn is_processed(config: &Value) -> bool {
    config["commitment"] == "processed"
}

fn required<T: DeserializeOwned>(params: &Value, index: usize) -> Result<T, Refusal> {
    T::deserialize(&params[index])
        .map_err(|error| Refusal::new(INVALID_PARAMS, format!("Invalid params: {error}")))
}

fn optional<T: DeserializeOwned + Default>(params: &Value, index: usize) -> Result<T, Refusal> {
    match &params[index] {
        Value::Null => Ok(T::default()),
        _ => required(params, index),
    }
}

/// What the stream has told of a block.
fn header(updates: &[Arc<Update>]) -> Result<BlockHeader, Refusal> {
    let mut signatures = Vec::new();
    for update in updates {
        match update.as_ref() {
            Update::Account(_) => {}
            Update::Transaction(transaction) => {
                let signature = Signature::try_from(transaction.info.signature.as_slice());
                signatures
                    .push(signature.map_err(|_| Refusal::new(INTERNAL_ERROR, "a signature that is none"))?);
            }
            Update::BlockMeta(meta) => return Ok(of_meta(meta, signatures)),
        }
    }
    Err(Refusal::new(INTERNAL_ERROR, "a block without its header"))
}

fn of_meta(meta: &SubscribeUpdateBlockMeta, signatures: Vec<Signature>) -> BlockHeader {
    BlockHeader {
        hash: meta.blockhash.clone(),
        previous_blockhash: meta.parent_blockhash.clone(),
        parent_slot: meta.parent_slot,
        block_time: meta.block_time.as_ref().map_or(0, |time| time.timestamp),
        block_height: meta.block_height.as_ref().map_or(0, |height| height.block_height),
        signatures,
    }
}

fn whole(svm: &SurfnetSvm, header: BlockHeader) -> Result<ConfirmedBlock, Refusal> {
    let mut transactions = Vec::with_capacity(header.signatures.len());
    for signature in &header.signatures {
        let status = svm.transactions.get(&signature.to_string()).ok().flatten();
        let (executed, _) = status
            .and_then(SurfnetTransactionStatus::as_processed)
            .ok_or_else(|| Refusal::new(INTERNAL_ERROR, format!("transaction {signature} is gone")))?;
        transactions.push(TransactionWithStatusMeta::Complete(executed.into()));
    }
    Ok(ConfirmedBlock {
        previous_blockhash: header.previous_blockhash,
        blockhash: header.hash,
        parent_slot: header.parent_slot,
        transactions,
        rewards: Vec::new(),
        num_partitions: None,
        block_time: Some(header.block_time),
        block_height: Some(header.block_height),
    })
}
