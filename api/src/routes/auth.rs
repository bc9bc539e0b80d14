//! `/v1/auth`: signing in with a wallet.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use till_store::db;
use till_store::gateway::sessions::{self, Challenge};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::members::wallet;
use crate::auth::key::{Kind, NewSecret};
use crate::auth::siws::{self, SignInInput};
use crate::auth::{self, SignedIn};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(challenge)).routes(routes!(sign_in, sign_out))
}

/// How long a challenge can be signed.
const CHALLENGE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How long a session lasts.
const SESSION_LIFE: TimeDelta = TimeDelta::hours(12);

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// The wallet that is to sign in, base58.
    #[schema(example = "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU")]
    wallet: String,
}

/// What a wallet is asked to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeAnswer {
    nonce: String,
    /// The text to sign, byte for byte, for wallets that sign messages.
    message: String,
    /// The same for wallets that have `solana:signIn`.
    input: SignInInput,
    expires_at: DateTime<Utc>,
}

/// Begins a sign-in: a text for the wallet to sign (Sign-In With Solana), good for one sign-in within five minutes.
#[utoipa::path(
    post, path = "/v1/auth/challenge", tag = "account",
    request_body = ChallengeRequest,
    responses((status = 201, body = ChallengeAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn challenge(
    State(gateway): State<Arc<Gateway>>,
    JsonBody { value, .. }: JsonBody<ChallengeRequest>,
) -> Result<(StatusCode, Json<ChallengeAnswer>)> {
    let wallet = wallet(&value.wallet)?;
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    let nonce = hex::encode(bytes);
    let now = Utc::now();
    let expires_at = now + CHALLENGE_LIFE;
    let input = SignInInput::new(&gateway.public_url, &gateway.chain_id, &wallet, &nonce, now, expires_at);
    let message = input.message();
    let challenge = Challenge { nonce, wallet: wallet.to_string(), message, expires_at, used_at: None };
    sessions::challenge(&gateway.pool, &challenge).await?;
    let Challenge { nonce, message, .. } = challenge;
    Ok((StatusCode::CREATED, Json(ChallengeAnswer { nonce, message, input, expires_at })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The wallet that was challenged, base58.
    wallet: String,
    nonce: String,
    /// The wallet's ed25519 signature, base58 or base64.
    signature: String,
    /// What the wallet says it has signed (`signedMessage` of the Wallet Standard), base64; the message of the
    /// challenge unless given.
    signed_message: Option<String>,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionAnswer {
    id: String,
    wallet: String,
    /// `till_ses_…`, to be sent as `Authorization: Bearer`. Shown this once.
    token: String,
    expires_at: DateTime<Utc>,
}

/// Signs in with a signed challenge, for twelve hours. The session acts for any merchant that the wallet is a member
/// of; of several, the header `Till-Merchant` names one.
#[utoipa::path(
    post, path = "/v1/auth/session", tag = "account",
    request_body = SignInRequest,
    responses((status = 201, body = SessionAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn sign_in(
    State(gateway): State<Arc<Gateway>>,
    JsonBody { value, .. }: JsonBody<SignInRequest>,
) -> Result<(StatusCode, Json<SessionAnswer>)> {
    let wallet = wallet(&value.wallet)?;
    let mut db = db::begin(&gateway.pool).await?;
    let challenge = sessions::find_challenge(&mut *db, &value.nonce, &wallet.to_string()).await?;
    let challenge = challenge.ok_or_else(|| {
        Problem::new(Code::ChallengeNotFound, "this wallet was not asked to sign anything with this nonce")
    })?;
    require_signed(&challenge, &wallet, &value)?;
    // Only a good sign-in uses it up; of several at once, one does.
    if !sessions::use_challenge(&mut *db, &challenge.nonce).await? {
        return Err(used());
    }
    let token = NewSecret::generate(Kind::Session);
    let expires_at = Utc::now() + SESSION_LIFE;
    let session = sessions::open(&mut *db, &challenge.wallet, &token.hash, expires_at).await?;
    db.commit().await?;
    let sessions::Session { id, wallet, expires_at } = session;
    Ok((StatusCode::CREATED, Json(SessionAnswer { id, wallet, token: token.secret, expires_at })))
}

fn require_signed(challenge: &Challenge, wallet: &Pubkey, request: &SignInRequest) -> Result<()> {
    if challenge.used_at.is_some() {
        return Err(used());
    }
    if challenge.expires_at <= Utc::now() {
        return Err(Problem::new(
            Code::ChallengeExpired,
            "the challenge was not signed in time; ask for another",
        ));
    }
    let signed_message = request.signed_message.as_deref();
    if !siws::is_signed(wallet, &challenge.message, &request.signature, signed_message) {
        let detail = "this is not the wallet's signature over the message of the challenge";
        return Err(Problem::new(Code::SignatureInvalid, detail));
    }
    Ok(())
}

fn used() -> Problem {
    Problem::new(Code::ChallengeUsed, "a challenge is good for one sign-in; ask for another")
}

/// Ends the session.
#[utoipa::path(
    delete, path = "/v1/auth/session", tag = "account", security(("api_key" = [])),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn sign_out(
    State(gateway): State<Arc<Gateway>>,
    SignedIn { session, .. }: SignedIn,
) -> Result<StatusCode> {
    let mut db = db::begin(&gateway.pool).await?;
    sessions::end(&mut *db, &session.id).await?;
    auth::commit(&gateway, db).await?;
    Ok(StatusCode::NO_CONTENT)
}
