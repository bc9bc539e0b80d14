//! `/oauth/token`: access tokens for client credentials (RFC 6749, 4.4). Answers and errors are as that RFC has them,
//! not problem details.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, State, rejection::FormRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use till_store::db;
use till_store::gateway::clients;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::key::{self, Kind, NewSecret};
use crate::auth::oauth::{ErrorKind, Refusal, TokenRequest};
use crate::auth::scope::Scope;
use crate::gateway::Gateway;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(token)).routes(routes!(metadata))
}

/// How long an access token lasts.
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);

/// The form that a client sends. Its credentials stand in the form or in `Authorization: Basic`.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read pair by pair")]
pub struct TokenForm {
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// Names with spaces between; all that the client has unless given.
    #[schema(example = "payments:read events:read")]
    scope: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// An access token (RFC 6749, 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// `till_at_…`
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// In seconds.
    #[schema(example = 3600)]
    expires_in: i64,
    scope: String,
}

/// An error (RFC 6749, 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenError {
    error: ErrorKind,
    error_description: String,
}

/// An access token for a client.
#[utoipa::path(
    post, path = "/oauth/token", tag = "account",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenAnswer),
        (status = 400, description = "Not as RFC 6749 has it, or more than the client may have", body = TokenError),
        (status = 401, description = "No such client, or another secret", body = TokenError),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn token(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    form: std::result::Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response> {
    let refused = match form {
        Ok(Form(pairs)) => match TokenRequest::read(&headers, pairs) {
            Ok(request) => match granted(&gateway, request).await? {
                Ok(answer) => return Ok(uncached(Json(answer))),
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
        },
        Err(rejection) => Refusal::new(ErrorKind::InvalidRequest, rejection.body_text()),
    };
    Ok(error(refused))
}

async fn granted(
    gateway: &Gateway,
    request: TokenRequest,
) -> Result<std::result::Result<TokenAnswer, Refusal>> {
    let mut db = db::begin(&gateway.pool).await?;
    let secret = key::hash(&request.client_secret);
    let Some(client) = clients::authenticate(&mut *db, &request.client_id, &secret).await? else {
        return Ok(Err(Refusal::new(ErrorKind::InvalidClient, "there is no such client with this secret")));
    };
    let scopes = match request.scopes(&client.scopes) {
        Ok(scopes) => scopes,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let token = NewSecret::generate(Kind::AccessToken);
    clients::issue(&mut db, &client.id, &token.hash, &scopes, Utc::now() + TOKEN_LIFE).await?;
    db.commit().await?;
    Ok(Ok(TokenAnswer {
        access_token: token.secret,
        token_type: "Bearer",
        expires_in: TOKEN_LIFE.num_seconds(),
        scope: scopes.join(" "),
    }))
}

fn uncached(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], answer).into_response()
}

fn error(refusal: Refusal) -> Response {
    let Refusal { error, description } = refusal;
    let body = Json(TokenError { error, error_description: description });
    match error {
        ErrorKind::InvalidClient => {
            let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"till\"")];
            uncached((StatusCode::UNAUTHORIZED, challenge, body))
        }
        _ => uncached((StatusCode::BAD_REQUEST, body)),
    }
}

/// What OAuth clients can find out by themselves (RFC 8414).
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerMetadata {
    issuer: String,
    token_endpoint: String,
    grant_types_supported: [&'static str; 1],
    response_types_supported: [&'static str; 0],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    scopes_supported: &'static [Scope],
}

/// Where and how OAuth clients get access tokens.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "account",
    responses((status = 200, body = ServerMetadata)),
)]
pub async fn metadata(State(gateway): State<Arc<Gateway>>) -> Json<ServerMetadata> {
    Json(ServerMetadata {
        issuer: gateway.public_url.clone(),
        token_endpoint: format!("{}/oauth/token", gateway.public_url),
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        scopes_supported: Scope::ALL,
    })
}
