//! What can go wrong.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::types::PaymentStatus;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API says what is wrong; its `code` is for programs and stable.
    #[error("{} ({}, request {})", .0.detail, .0.code, .0.request_id)]
    Problem(Box<Problem>),
    /// An answer that is not of the API, but of something before it.
    #[error("the API answered {0}")]
    Status(StatusCode),
    #[error("the API{} cannot be reached: {}", address(.0), innermost(.0))]
    Unreachable(reqwest::Error),
    #[error("the answer is not what was expected: {}", innermost(.0))]
    Unreadable(reqwest::Error),
    #[error("{payment} is {status:?} when the time to wait is over")]
    NotInTime { payment: String, status: PaymentStatus },
}

impl Error {
    /// The API's code, if it is the API that says so; `GET /problems/{code}` explains it.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }
}

/// The body of an error, RFC 9457.
#[derive(Clone, Debug, Deserialize)]
pub struct Problem {
    /// Where the code is explained, relative to the API.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened this time, for people.
    pub detail: String,
    /// The same text under the name that wallets show it by.
    pub message: String,
    /// What happened, for programs.
    pub code: String,
    /// By which support finds the request.
    pub request_id: String,
    /// The fields that are not acceptable.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// How much is there, where more was ordered.
    pub available: Option<String>,
}

/// One field that is not acceptable.
#[derive(Clone, Debug, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub code: String,
    pub detail: String,
}

fn address(error: &reqwest::Error) -> String {
    error.url().map_or_else(String::new, |url| format!(" at {}", url.origin().ascii_serialization()))
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
