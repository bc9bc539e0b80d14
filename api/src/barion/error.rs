//! Errors in Barion's words: `{"Errors": [{"Title", "Description", "ErrorCode", "HappenedAt", "AuthData", "EndPoint"}]}`.
//!
//! <https://docs.barion.com/Error_codes_notifications>

use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::paths;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem};

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident, $status:ident, $title:literal;)+) => {
        /// What went wrong. The names are Barion's where Barion has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ErrorCode {
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

error_codes! {
    /// The POSKey is missing or nobody's.
    AuthenticationFailed, UNAUTHORIZED, "Authentication failed";
    /// A property is missing or not acceptable, or the body is not JSON.
    ModelValidationError, BAD_REQUEST, "Model Validation Error";
    /// The store is archived.
    ShopIsClosed, BAD_REQUEST, "The shop is closed";
    /// A payee is nobody that the shop has named.
    InvalidUser, BAD_REQUEST, "The payee is not known";
    /// The shop takes no token for this currency.
    InvalidCurrency, BAD_REQUEST, "The currency is not accepted";
    /// There are no token payments here.
    RecurringPaymentNotAllowed, BAD_REQUEST, "Token payments are not allowed";
    /// The shop has no such payment.
    NotExistingPaymentId, BAD_REQUEST, "The given payment id is invalid";
    /// The payment is not in a state in which this can be done.
    PaymentStatusNotValid, BAD_REQUEST, "The status of the payment does not allow it";
    /// The payment has no such transaction.
    TransactionDoesNotBelongToPayment, BAD_REQUEST, "The transaction does not belong to the payment";
    /// The transaction was finished with another amount.
    TransactionAlreadyFinished, BAD_REQUEST, "The transaction has been finished";
    /// More than there is.
    InvalidAmount, BAD_REQUEST, "The amount is too large";
    /// The merchant's balance does not cover the refund.
    InsufficientFunds, BAD_REQUEST, "The balance is too small";
    /// The chain has refused it; nothing was moved.
    OperationFailed, BAD_REQUEST, "The operation has failed";
    /// There is nothing at this address.
    EndpointNotFound, NOT_FOUND, "There is no such endpoint";
    /// The address takes another method.
    MethodNotAllowed, METHOD_NOT_ALLOWED, "The method is not allowed";
    /// The body is too large.
    RequestTooLarge, PAYLOAD_TOO_LARGE, "The request is too large";
    /// Too many requests in too little time.
    TooManyRequests, TOO_MANY_REQUESTS, "Too many requests";
    /// A fault of ours.
    InternalServerError, INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    /// The database or the chain does not answer; to be tried again.
    ServiceUnavailable, SERVICE_UNAVAILABLE, "The service is not available";
    /// The answer took too long; the state of the payment says whether there was an effect.
    RequestTimeout, GATEWAY_TIMEOUT, "The answer took too long";
}

/// One error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BarionError {
    pub title: String,
    pub description: String,
    #[schema(example = "ModelValidationError")]
    pub error_code: String,
    #[schema(example = "2026-11-21T10:15:30.123Z")]
    pub happened_at: String,
    /// The e-mail address of the shop, if it is known.
    pub auth_data: Option<String>,
    /// Without the query: it may hold the key.
    pub end_point: String,
    /// The payment that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<String>,
}

/// The body of an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorsAnswer {
    pub errors: Vec<BarionError>,
}

/// An error on its way out. [`layer`] gives it its body.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: ErrorCode,
    details: Vec<String>,
    auth_data: Option<String>,
    payment_id: Option<String>,
}

impl Refusal {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, details: vec![detail.into()], auth_data: None, payment_id: None }
    }

    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::ModelValidationError, detail)
    }

    /// One error for each property that is not acceptable; nothing if there is none.
    pub fn all_invalid(details: Vec<String>) -> Result<(), Self> {
        let code = ErrorCode::ModelValidationError;
        if details.is_empty() { Ok(()) } else { Err(Self { details, ..Self::new(code, "") }) }
    }

    /// Says whom it was answered to.
    pub fn to(self, auth_data: Option<&str>) -> Self {
        Self { auth_data: auth_data.map(str::to_owned), ..self }
    }

    /// Says which payment it is about.
    pub fn about(self, payment_id: &str) -> Self {
        Self { payment_id: Some(payment_id.to_owned()), ..self }
    }

    fn body(self, end_point: String) -> ErrorsAnswer {
        let happened_at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let error = |description: String| BarionError {
            title: self.code.title().to_owned(),
            description,
            error_code: self.code.as_str().to_owned(),
            happened_at: happened_at.clone(),
            auth_data: self.auth_data.clone(),
            end_point: end_point.clone(),
            payment_id: self.payment_id.clone(),
        };
        ErrorsAnswer { errors: self.details.into_iter().map(error).collect() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let code = named(problem.code);
        let fields: Vec<String> =
            problem.errors().iter().map(|error| format!("{}: {}", error.field, error.detail)).collect();
        let details = if fields.is_empty() { vec![problem.detail] } else { fields };
        Self { code, details, auth_data: None, payment_id: None }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Problem::from(error).into()
    }
}

/// What our problems are called there.
fn named(code: Code) -> ErrorCode {
    match code {
        Code::Unauthorized | Code::ScopeMissing => ErrorCode::AuthenticationFailed,
        Code::RouteNotFound => ErrorCode::EndpointNotFound,
        Code::MethodNotAllowed => ErrorCode::MethodNotAllowed,
        Code::BodyTooLarge => ErrorCode::RequestTooLarge,
        Code::PaymentNotFound => ErrorCode::NotExistingPaymentId,
        Code::TransactionNotFound => ErrorCode::TransactionDoesNotBelongToPayment,
        Code::TokenNotAccepted => ErrorCode::InvalidCurrency,
        Code::AmountNotAvailable => ErrorCode::InvalidAmount,
        Code::BalanceTooSmall => ErrorCode::InsufficientFunds,
        Code::RequestTimeout => ErrorCode::RequestTimeout,
        Code::ChainUnavailable | Code::DatabaseUnavailable | Code::NotReady => ErrorCode::ServiceUnavailable,
        code if code.status() == StatusCode::TOO_MANY_REQUESTS => ErrorCode::TooManyRequests,
        code if code.status() == StatusCode::SERVICE_UNAVAILABLE => ErrorCode::ServiceUnavailable,
        code if code.status().is_server_error() => ErrorCode::InternalServerError,
        code if code.status() == StatusCode::CONFLICT => ErrorCode::PaymentStatusNotValid,
        _ => ErrorCode::ModelValidationError,
    }
}

/// Gives every error under Barion's paths Barion's words, whoever answered it: a handler, a layer, a library, a panic.
pub async fn layer<F: Future<Output = Response>>(
    gateway: &Gateway,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let uri = request.uri().clone();
    let response = next(request).await;
    if !paths::is_barions(uri.path()) {
        return response;
    }
    in_barions_words(gateway, &uri, response)
}

fn in_barions_words(gateway: &Gateway, uri: &Uri, mut response: Response) -> Response {
    let status = response.status();
    let extensions = response.extensions_mut();
    let refusal = match (extensions.remove::<Refusal>(), extensions.remove::<Problem>()) {
        (Some(refusal), _) => refusal,
        (None, Some(problem)) => problem.into(),
        (None, None) if status.is_client_error() || status.is_server_error() => {
            Refusal::new(named_by(status), status.canonical_reason().unwrap_or("an error"))
        }
        (None, None) => return response,
    };
    let (code, end_point) = (refusal.code, format!("{}{}", gateway.public_url, uri.path()));
    let mut told = (code.status(), Json(refusal.body(end_point))).into_response();
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            told.headers_mut().append(name, value.clone());
        }
    }
    told
}

fn named_by(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::UNAUTHORIZED => ErrorCode::AuthenticationFailed,
        StatusCode::NOT_FOUND => ErrorCode::EndpointNotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::RequestTooLarge,
        StatusCode::TOO_MANY_REQUESTS => ErrorCode::TooManyRequests,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::ServiceUnavailable,
        StatusCode::GATEWAY_TIMEOUT => ErrorCode::RequestTimeout,
        status if status.is_server_error() => ErrorCode::InternalServerError,
        _ => ErrorCode::ModelValidationError,
    }
}
