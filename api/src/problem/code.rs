//! The closed list of what can go wrong, with a code that never changes once it has been answered.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// A stable code of a problem. New ones are added; none is renamed or given another meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// What a program compares.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)+ }
            }

            pub fn status(self) -> StatusCode {
                match self { $(Code::$name => StatusCode::$status,)+ }
            }

            /// A short summary that is the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)+ }
            }

            /// What it means and what to do about it, served at `/problems/{code}`.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc, "\n",)+).trim_ascii(),)+ }
            }

            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Code::$name),)+ _ => None }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or not of the shape that this route takes. `detail` says where.
    InvalidJson = "invalid_json", BAD_REQUEST, "The body cannot be read";
    /// A query parameter is missing, unknown or malformed.
    InvalidQuery = "invalid_query", BAD_REQUEST, "The query cannot be read";
    /// Some text holds a zero byte, which nothing here does.
    InvalidText = "invalid_text", BAD_REQUEST, "Some text is not acceptable";
    /// The cursor was not made by this API, or for another list. Start from the first page.
    CursorInvalid = "cursor_invalid", BAD_REQUEST, "The cursor is not valid";
    /// `Idempotency-Key` must be 1 to 255 visible ASCII characters.
    IdempotencyKeyInvalid = "idempotency_key_invalid", BAD_REQUEST, "The idempotency key is not valid";
    /// Send `Authorization: Bearer till_sk_…` with a key that has not been revoked.
    Unauthorized = "unauthorized", UNAUTHORIZED, "A valid API key is needed";
    /// The key, client or member has no right to do this; `detail` names the scope that is needed.
    ScopeMissing = "scope_missing", FORBIDDEN, "A scope is missing";
    /// There is nothing at this address. See `/openapi.json`.
    RouteNotFound = "route_not_found", NOT_FOUND, "There is no such route";
    /// The merchant of this key has no payment with this id.
    PaymentNotFound = "payment_not_found", NOT_FOUND, "There is no such payment";
    /// The merchant of this key has no transaction with this id.
    TransactionNotFound = "transaction_not_found", NOT_FOUND, "There is no such transaction";
    /// The merchant has no store with this id, or the key is for another one.
    StoreNotFound = "store_not_found", NOT_FOUND, "There is no such store";
    /// The merchant has no webhook endpoint. Create one with `PUT /v1/endpoint`.
    EndpointNotFound = "endpoint_not_found", NOT_FOUND, "There is no webhook endpoint";
    /// The route exists, with another method; `Allow` names them.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method is not allowed here";
    /// The payment has been paid; nothing was taken a second time.
    PaymentAlreadyPaid = "payment_already_paid", CONFLICT, "The payment has been paid already";
    /// The payment is not on the chain yet as far as it has been indexed, so there is nothing to
    /// capture, void or refund.
    PaymentNotAuthorized = "payment_not_authorized", CONFLICT, "The payment has not been authorized";
    /// Less than that is available once the operations under way are counted; `detail` and
    /// `available` say how much.
    AmountNotAvailable = "amount_not_available", CONFLICT, "The amount is not available";
    /// Another operation of this payment is under way, and this one would take from it what it
    /// needs. Wait until that one is confirmed or failed.
    OperationInProgress = "operation_in_progress", CONFLICT, "Another operation is under way";
    /// The authorization has expired: nothing can be captured, and the payer may reclaim the money.
    AuthorizationExpired = "authorization_expired", CONFLICT, "The authorization has expired";
    /// The payer disputes the payment: nothing can be captured until the payer releases it or the
    /// arbiter decides. It can still be voided. `dispute_expires_at` of the payment says until when.
    PaymentDisputed = "payment_disputed", CONFLICT, "The payment is disputed";
    /// The payment is protected, and its `capture_from` has not come. Until then only the payer can
    /// release the money; it can be voided at any time.
    CaptureTooEarly = "capture_too_early", CONFLICT, "It is too early to capture";
    /// The time in which the payment could be refunded is over.
    RefundExpired = "refund_expired", CONFLICT, "The time for refunds is over";
    /// The merchant's balance in the payment's vault is smaller than the refund: fees or payouts
    /// have left it. `available` says how much is there.
    BalanceTooSmall = "balance_too_small", CONFLICT, "The merchant's balance is too small";
    /// The merchant's account has not been indexed, so nobody knows yet which wallet to pay. Capture
    /// without `pay_out`: the balance can be paid out at any time.
    PayoutWalletUnknown = "payout_wallet_unknown", CONFLICT, "The payout wallet is not known";
    /// The payment was not paid in time. Ask the merchant for a new one.
    PaymentExpired = "payment_expired", GONE, "The payment has expired";
    /// The body is larger than 64 KiB.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body must be sent as `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON";
    /// Some fields are not acceptable; `errors` lists each with its reason.
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY, "Some fields are not valid";
    /// An amount is a decimal string greater than zero, such as "25.00", with no more decimals than
    /// the token has.
    AmountInvalid = "amount_invalid", UNPROCESSABLE_ENTITY, "The amount is not valid";
    /// The merchant has no vault that takes payments in this token, or there is no such token.
    TokenNotAccepted = "token_not_accepted", UNPROCESSABLE_ENTITY, "The token is not accepted";
    /// This `Idempotency-Key` was used with another request. Use a new key for a new request.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request";
    /// `account` must be the base58 address of a wallet.
    AccountInvalid = "account_invalid", UNPROCESSABLE_ENTITY, "The account is not valid";
    /// The wallet holds too little of the token; `detail` says how much is missing.
    InsufficientFunds = "insufficient_funds", UNPROCESSABLE_ENTITY, "The wallet holds too little of the token";
    /// The wallet holds too little SOL for the network fee and the rent of the payment's account.
    InsufficientSol = "insufficient_sol", UNPROCESSABLE_ENTITY, "The wallet holds too little SOL";
    /// The chain would refuse this transaction, so it was not handed out; `detail` says why.
    SimulationFailed = "simulation_failed", UNPROCESSABLE_ENTITY, "The transaction would fail";
    /// A webhook goes to a public `https` address; a redirect URL is `http` or `https`.
    UrlNotAllowed = "url_not_allowed", UNPROCESSABLE_ENTITY, "The URL is not allowed";
    /// No source of rates knows this currency, and it is not the symbol of an accepted token. Currencies are ISO 4217
    /// codes in capitals.
    CurrencyUnknown = "currency_unknown", UNPROCESSABLE_ENTITY, "The currency is not known";
    /// No source has a rate between the price's currency and this token.
    RateUnavailable = "rate_unavailable", UNPROCESSABLE_ENTITY, "There is no such rate";
    /// There is no such campaign, or it takes another token, or no donations any more.
    CampaignNotOpen = "campaign_not_open", UNPROCESSABLE_ENTITY, "The campaign takes no such donation";
    /// The merchant has taken the request back. Ask for a new payment.
    PaymentCancelled = "payment_cancelled", GONE, "The payment was cancelled";
    /// A fault of ours. It has been logged under `request_id`.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    /// The Solana node does not answer. Try again; with an `Idempotency-Key` that is always safe.
    ChainUnavailable = "chain_unavailable", SERVICE_UNAVAILABLE, "The chain cannot be reached";
    /// The last rate is too old to be used. Try again in a moment.
    RateStale = "rate_stale", SERVICE_UNAVAILABLE, "The rate is too old";
    /// The source of a rate is not sure enough of it. Try again in a moment.
    RateUncertain = "rate_uncertain", SERVICE_UNAVAILABLE, "The rate is too uncertain";
    /// The source of a rate does not answer, or not as it should. Try again in a moment.
    RateSourceFailed = "rate_source_failed", SERVICE_UNAVAILABLE, "The source of the rate failed";
    /// The database does not answer. Try again; with an `Idempotency-Key` that is always safe.
    DatabaseUnavailable = "database_unavailable", SERVICE_UNAVAILABLE, "The database cannot be reached";
    /// The database or the indexer is not where it should be; `detail` says which.
    NotReady = "not_ready", SERVICE_UNAVAILABLE, "Not ready";
    /// The answer took too long. Whether the request had an effect can be seen by repeating it with
    /// the same `Idempotency-Key`.
    RequestTimeout = "request_timeout", GATEWAY_TIMEOUT, "The answer took too long";
}
