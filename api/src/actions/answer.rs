//! The specification's answers, under its names.

mod action;
mod parameter;

use serde::Serialize;
use utoipa::ToSchema;

pub use action::{Action, Icon, LinkedAction};
pub use parameter::{Choice, Parameter};

use super::message::SignMessageData;
use crate::problem::Problem;
use crate::wallet::TransactionForWallet;

/// What went wrong, for who reads it in a Blink.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionError {
    pub message: String,
    /// What went wrong, for programs: a code of `/problems/{code}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

impl ActionError {
    pub fn of(problem: &Problem) -> Self {
        Self { message: problem.detail.clone(), code: Some(problem.code.as_str()) }
    }

    /// Why something cannot be done now.
    pub fn reason(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: None }
    }
}

/// What follows when a button was pressed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum PostAnswer {
    /// A transaction to sign.
    Transaction {
        /// Base64, without the wallet's signature.
        transaction: String,
        /// What it does.
        message: String,
        links: Next,
    },
    /// Nothing to sign: another Action follows.
    Post { message: String, links: Next },
    /// A text to sign, which costs nothing.
    Message {
        data: SignMessageData,
        /// Comes back unchanged with the signature.
        state: String,
        links: Next,
    },
}

impl PostAnswer {
    /// A transaction, and where to ask what has become of it.
    pub fn transaction(handed_out: TransactionForWallet, href: String) -> Self {
        let TransactionForWallet { transaction, message } = handed_out;
        Self::Transaction { transaction, message, links: Next::asked_at(href) }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Next {
    next: NextLink,
}

/// What comes after an Action: to be asked for with the signature, or known already.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum NextLink {
    Post { href: String },
    Inline { action: Box<Action> },
}

impl Next {
    pub fn asked_at(href: String) -> Self {
        Self { next: NextLink::Post { href } }
    }

    pub fn inline(action: Action) -> Self {
        Self { next: NextLink::Inline { action: Box::new(action) } }
    }
}
