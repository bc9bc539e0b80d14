//! What a node says when it does not say what was asked for.

use solana_client::{
    client_error::{ClientError, ClientErrorKind},
    rpc_custom_error as code,
    rpc_request::RpcError as Answered,
};

/// Why there is no answer. None of these means that a slot was skipped or that there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// The slot was skipped, or the node has lost its block; it cannot tell which.
    #[error("the node has no such block or transaction: {0}")]
    Missing(String),
    #[error("the node has it no longer: {0}")]
    Pruned(String),
    #[error("the node does not have it yet: {0}")]
    NotYet(String),
    #[error("the node is behind: {0}")]
    Lagging(String),
    #[error("the node did not answer: {0}")]
    Transient(String),
    #[error("the node refuses: {0}")]
    Refused(String),
    #[error("the node says something that makes no sense: {0}")]
    Malformed(String),
}

impl RpcError {
    /// Whether the same question may get another answer: after a while, or from another of the nodes
    /// behind the same address.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Missing(_) | Self::NotYet(_) | Self::Lagging(_) | Self::Transient(_) => true,
            Self::Pruned(_) | Self::Refused(_) | Self::Malformed(_) => false,
        }
    }
}

impl From<ClientError> for RpcError {
    fn from(error: ClientError) -> Self {
        match *error.kind {
            // The URL of a request may hold a token, and an error ends in a log.
            ClientErrorKind::Reqwest(error) => {
                let is_ours_to_change = error
                    .status()
                    .is_some_and(|status| status.is_client_error() && !matches!(status.as_u16(), 408 | 429));
                let said = error.without_url();
                let cause = std::error::Error::source(&said).map(|cause| format!(": {cause}"));
                let said = format!("{said}{}", cause.unwrap_or_default());
                if is_ours_to_change { Self::Refused(said) } else { Self::Transient(said) }
            }
            ClientErrorKind::RpcError(Answered::RpcResponseError { code, message, .. }) => {
                answered(code, message)
            }
            ClientErrorKind::Io(error) => Self::Transient(error.to_string()),
            ClientErrorKind::SerdeJson(error) => Self::Malformed(error.to_string()),
            other => Self::Malformed(other.to_string()),
        }
    }
}

fn answered(code: i64, message: String) -> RpcError {
    /// JSON-RPC's own code, which nodes use for what is broken on their side.
    const INTERNAL_ERROR: i64 = -32603;
    let said = format!("{message} ({code})");
    match code {
        code::JSON_RPC_SERVER_ERROR_SLOT_SKIPPED
        | code::JSON_RPC_SERVER_ERROR_LONG_TERM_STORAGE_SLOT_SKIPPED => RpcError::Missing(said),
        code::JSON_RPC_SERVER_ERROR_BLOCK_CLEANED_UP
        | code::JSON_RPC_SERVER_ERROR_TRANSACTION_HISTORY_NOT_AVAILABLE => RpcError::Pruned(said),
        code::JSON_RPC_SERVER_ERROR_BLOCK_NOT_AVAILABLE
        | code::JSON_RPC_SERVER_ERROR_BLOCK_STATUS_NOT_AVAILABLE_YET => RpcError::NotYet(said),
        code::JSON_RPC_SERVER_ERROR_NODE_UNHEALTHY
        | code::JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED => RpcError::Lagging(said),
        code::JSON_RPC_SERVER_ERROR_LONG_TERM_STORAGE_UNREACHABLE | INTERNAL_ERROR | 429 => {
            RpcError::Transient(said)
        }
        _ => RpcError::Refused(said),
    }
}
