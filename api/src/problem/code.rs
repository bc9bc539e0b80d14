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
    /// Send `Authorization: Bearer till_sk_…` with a key, access token or session that has not ended.
    Unauthorized = "unauthorized", UNAUTHORIZED, "A valid API key is needed";
    /// The key, client or member has no right to do this; `detail` names the scope that is needed.
    ScopeMissing = "scope_missing", FORBIDDEN, "A scope is missing";
    /// `Till-Version` names no version of this API; `detail` lists those that there are.
    VersionUnknown = "version_unknown", BAD_REQUEST, "There is no such version";
    /// The wallet is a member of several merchants. Name the one to act for: `Till-Merchant: mer_…`.
    MerchantRequired = "merchant_required", BAD_REQUEST, "It must be said for which merchant";
    /// A caller can hand on no more than it has itself: scopes, a store, a role; only an owner makes or
    /// removes owners, and nobody raises themselves.
    RightsExceeded = "rights_exceeded", FORBIDDEN, "That would be more than the caller may give";
    /// The account on the chain is governed by another wallet. Sign in with its `authority`.
    NotTheAuthority = "not_the_authority", FORBIDDEN, "The wallet does not govern this merchant";
    /// The caller acts for no merchant with this id, or there is no merchant's account at this address
    /// of the chain.
    MerchantNotFound = "merchant_not_found", NOT_FOUND, "There is no such merchant";
    /// The merchant has no API key with this id.
    KeyNotFound = "key_not_found", NOT_FOUND, "There is no such API key";
    /// The merchant has no OAuth client with this id.
    ClientNotFound = "client_not_found", NOT_FOUND, "There is no such client";
    /// This wallet is no member of the merchant.
    MemberNotFound = "member_not_found", NOT_FOUND, "There is no such member";
    /// This wallet was not asked to sign anything with this nonce. Ask for a challenge.
    ChallengeNotFound = "challenge_not_found", NOT_FOUND, "There is no such challenge";
    /// There is nothing at this address. See `/openapi.json`.
    RouteNotFound = "route_not_found", NOT_FOUND, "There is no such route";
    /// The merchant of this key has no payment with this id.
    PaymentNotFound = "payment_not_found", NOT_FOUND, "There is no such payment";
    /// The merchant of this key has no transaction with this id.
    TransactionNotFound = "transaction_not_found", NOT_FOUND, "There is no such transaction";
    /// The merchant has no store with this id, or the key is for another one.
    StoreNotFound = "store_not_found", NOT_FOUND, "There is no such store";
    /// The merchant has no rule with this id, or the key is for another store.
    RuleNotFound = "rule_not_found", NOT_FOUND, "There is no such rule";
    /// There is nothing of this kind and value on the list.
    ListEntryNotFound = "list_entry_not_found", NOT_FOUND, "There is no such entry";
    /// Nobody is known to the store by this e-mail address.
    PayeeNotFound = "payee_not_found", NOT_FOUND, "There is no such payee";
    /// The merchant has no webhook endpoint with this id, or the key is for another store.
    EndpointNotFound = "endpoint_not_found", NOT_FOUND, "There is no webhook endpoint";
    /// The merchant has no delivery with this id, or it was swept after 30 days. `replay` delivers an event of any age.
    DeliveryNotFound = "delivery_not_found", NOT_FOUND, "There is no such delivery";
    /// The merchant has no event with this id.
    EventNotFound = "event_not_found", NOT_FOUND, "There is no such event";
    /// No campaign at this address is indexed yet, or ever was.
    CampaignNotFound = "campaign_not_found", NOT_FOUND, "There is no such campaign";
    /// No staking pool at this address is indexed, or it was closed.
    PoolNotFound = "pool_not_found", NOT_FOUND, "There is no such pool";
    /// The wallet has no such position in the pool.
    PositionNotFound = "position_not_found", NOT_FOUND, "There is no such position";
    /// There is no mint of a token at this address of the chain.
    MintNotFound = "mint_not_found", NOT_FOUND, "There is no such mint";
    /// There is no payment link with this id, or it is another merchant's.
    LinkNotFound = "link_not_found", NOT_FOUND, "There is no such payment link";
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
    /// The transaction was not seen yet, or nothing in it was what it was asked about. Try again in a moment.
    TransactionNotSeen = "transaction_not_seen", CONFLICT, "The transaction has not been seen";
    /// The chain has refused the transaction: it has done nothing. `detail` says why.
    TransactionFailed = "transaction_failed", CONFLICT, "The transaction has failed";
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
    /// A payment with splits is captured once, because each share is rounded down. Capture it with `final`, or without
    /// saying: what is not captured goes back to the payer.
    SplitsCapturedOnce = "splits_captured_once", CONFLICT, "A payment with splits is captured once";
    /// Evidence is given while the payer disputes the payment: not before, and not once the dispute is over.
    PaymentNotDisputed = "payment_not_disputed", CONFLICT, "The payment is not disputed";
    /// A dispute has at most 50 pieces of evidence. Say more in each.
    EvidenceLimitReached = "evidence_limit_reached", CONFLICT, "There is too much evidence";
    /// The merchant's balance in this token is zero as far as it has been indexed.
    NothingToPayOut = "nothing_to_pay_out", CONFLICT, "There is nothing to pay out";
    /// Donations go back to the donors of an all-or-nothing campaign that was called off or has missed its goal, each
    /// once.
    NothingToRefund = "nothing_to_refund", CONFLICT, "There is no donation to take back";
    /// Nothing of this is the wallet's to withdraw now; `detail` says why, or from when on.
    NothingToWithdraw = "nothing_to_withdraw", CONFLICT, "There is nothing to withdraw";
    /// No reward has earned a whole base unit that is not claimed yet.
    NothingToClaim = "nothing_to_claim", CONFLICT, "There is nothing to claim";
    /// What is to be closed is not there, or not done with; `detail` says why.
    NothingToClose = "nothing_to_close", CONFLICT, "There is nothing to close";
    /// The stake cannot be asked back yet; `detail` says from when on it can.
    StakeLocked = "stake_locked", CONFLICT, "The stake is locked";
    /// The mint has a record of its burns already. Burn.
    BurnRecordOpen = "burn_record_open", CONFLICT, "The burn record is open already";
    /// The pool's authority has given it up: nothing new comes in, everything can leave.
    PoolRetired = "pool_retired", CONFLICT, "The pool is retired";
    /// A merchant with at least as much right to it says something of it already.
    ProfileTaken = "profile_taken", CONFLICT, "Another merchant describes it";
    /// The merchant has switched the link off. It makes no payments until it is switched on again.
    LinkInactive = "link_inactive", GONE, "The payment link is not active";
    /// So many payments of this link wait to be paid that it makes no more for now. Try again later.
    LinkBusy = "link_busy", TOO_MANY_REQUESTS, "Too many payments of this link are open";
    /// The time in which the payment could be refunded is over.
    RefundExpired = "refund_expired", CONFLICT, "The time for refunds is over";
    /// The merchant's balance in the payment's vault is smaller than the refund: fees or payouts
    /// have left it. `available` says how much is there.
    BalanceTooSmall = "balance_too_small", CONFLICT, "The merchant's balance is too small";
    /// The merchant's account has not been indexed, so nobody knows yet which wallet to pay. Capture
    /// without `pay_out`: the balance can be paid out at any time.
    PayoutWalletUnknown = "payout_wallet_unknown", CONFLICT, "The payout wallet is not known";
    /// A rule asks for a review of the payment. Decide it with `POST /v1/payments/{id}/review`; until then the payment
    /// can be voided and not captured.
    ReviewPending = "review_pending", CONFLICT, "The payment is under review";
    /// The payment was rejected in its review. It can be voided and not captured.
    ReviewRejected = "review_rejected", CONFLICT, "The payment was rejected in its review";
    /// No review of the payment is pending: none was asked for, or it was decided the other way.
    ReviewNotPending = "review_not_pending", CONFLICT, "No review is pending";
    /// Each challenge is good for one sign-in. Ask for another.
    ChallengeUsed = "challenge_used", CONFLICT, "The challenge has been used";
    /// The merchant has been registered already, or belongs to members of whom the wallet is none.
    MerchantTaken = "merchant_taken", CONFLICT, "The merchant is there already";
    /// The key has been revoked, replaced or has run out. Make another one.
    KeyEnded = "key_ended", CONFLICT, "The key is no longer in use";
    /// The store that a merchant began with takes the payments that name none, and stays.
    StoreIsDefault = "store_is_default", CONFLICT, "The default store stays";
    /// A merchant has at least one owner. Make another one first.
    LastOwner = "last_owner", CONFLICT, "The last owner stays";
    /// A challenge can be signed for a few minutes only. Ask for another.
    ChallengeExpired = "challenge_expired", GONE, "The challenge has expired";
    /// The merchant has an endpoint with this URL; `detail` names it. Change that one, or rotate its secret to see a
    /// new one.
    EndpointExists = "endpoint_exists", CONFLICT, "There is an endpoint with this URL";
    /// A merchant may have 20 webhook endpoints. Delete one that is not needed.
    EndpointLimitReached = "endpoint_limit_reached", CONFLICT, "There are too many endpoints";
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
    /// The merchant's rules do not let the payment through. `detail` is what a customer may read;
    /// `GET /v1/rule-decisions` tells the merchant why.
    PaymentBlocked = "payment_blocked", UNPROCESSABLE_ENTITY, "The payment is not accepted";
    /// A merchant has at most 100 rules. Delete one first.
    TooManyRules = "too_many_rules", UNPROCESSABLE_ENTITY, "There are too many rules";
    /// This `Idempotency-Key` was used with another request. Use a new key for a new request.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request";
    /// What should be the base58 address of an account is none.
    AccountInvalid = "account_invalid", UNPROCESSABLE_ENTITY, "The account is not valid";
    /// It takes the signature of another wallet: `detail` says whose.
    SignerNotAllowed = "signer_not_allowed", UNPROCESSABLE_ENTITY, "This wallet may not sign that";
    /// The signature is not this wallet's over exactly the message of the challenge.
    SignatureInvalid = "signature_invalid", UNPROCESSABLE_ENTITY, "The signature is not valid";
    /// What was to be brought back unchanged was changed, or is too old. Begin again.
    StateInvalid = "state_invalid", UNPROCESSABLE_ENTITY, "The state is not valid";
    /// The wallet holds too little of the token; `detail` says how much is missing.
    InsufficientFunds = "insufficient_funds", UNPROCESSABLE_ENTITY, "The wallet holds too little of the token";
    /// The wallet holds too little SOL for the network fee and the rent of the payment's account.
    InsufficientSol = "insufficient_sol", UNPROCESSABLE_ENTITY, "The wallet holds too little SOL";
    /// The chain would refuse this transaction, so it was not handed out; `detail` says why.
    SimulationFailed = "simulation_failed", UNPROCESSABLE_ENTITY, "The transaction would fail";
    /// No sponsor pays the network fee for this payment, or it has spent what it may today, or too much was asked of it
    /// from this address. Ask without `sponsor`: then the wallet pays.
    NotSponsored = "not_sponsored", UNPROCESSABLE_ENTITY, "Nobody pays the network fee";
    /// The payment is paid by a transaction of the program only: it was asked for without `accept_transfer`, or the
    /// merchant has not been seen on the chain yet.
    TransferNotAccepted = "transfer_not_accepted", UNPROCESSABLE_ENTITY, "The payment takes no plain transfer";
    /// A webhook goes to a public `https` address; a redirect URL is `http` or `https`.
    UrlNotAllowed = "url_not_allowed", UNPROCESSABLE_ENTITY, "The URL is not allowed";
    /// Too much was asked for in too short a time. `Retry-After` says when to try again, and the `RateLimit` fields of
    /// every answer how much is left.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
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
    /// This process serves as many streams as it may. Try again after `Retry-After` seconds, or ask now and then instead.
    TooManyStreams = "too_many_streams", SERVICE_UNAVAILABLE, "There are too many streams";
    /// More is under way than can be done at once. Try again after `Retry-After`; nothing has happened.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "Too much is under way";
    /// The database or the indexer is not where it should be; `detail` says which.
    NotReady = "not_ready", SERVICE_UNAVAILABLE, "Not ready";
    /// The answer took too long. Whether the request had an effect can be seen by repeating it with
    /// the same `Idempotency-Key`.
    RequestTimeout = "request_timeout", GATEWAY_TIMEOUT, "The answer took too long";
}
