//! `/pay/{id}/qr.svg` and `qr.png`: the links of a payment for a phone's camera; `/links/{id}/qr.svg`: the page of a
//! payment link.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use till_store::view;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::{pay_link, transfer_link};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::links::{self, Terms};
use crate::payments::checkout;
use crate::payments::create::not_found;
use crate::problem::{Code, Problem, ProblemBody, Result};
use crate::wallet::Qr;

const SMALLEST: u32 = 64;
const LARGEST: u32 = 2_048;
/// How long a description in a code may be, in bytes.
const LONGEST_MESSAGE: usize = 200;
const USUAL: u32 = 400;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(svg)).routes(routes!(png)).routes(routes!(of_link))
}

/// The two kinds of links that wallets read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QrOf {
    /// The wallet asks for the transaction that pays.
    #[default]
    Transaction,
    /// The wallet makes a plain transfer.
    Transfer,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QrQuery {
    /// Of which link: of a transaction request, unless given.
    #[param(inline)]
    of: Option<QrOf>,
    /// How many pixels the picture is wide and high at most, from 64 to 2048; 400 unless given.
    size: Option<u32>,
}

/// The code as SVG.
#[utoipa::path(
    get, path = "/pay/{id}/qr.svg", tag = "customers",
    params(("id" = String, Path), QrQuery),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn svg(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<QrQuery>,
) -> Result<impl IntoResponse> {
    let svg = code(&gateway, &id, &query).await?.svg();
    Ok((headers("image/svg+xml", query.of.unwrap_or_default()), svg))
}

/// The code as PNG.
#[utoipa::path(
    get, path = "/pay/{id}/qr.png", tag = "customers",
    params(("id" = String, Path), QrQuery),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/png"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn png(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<QrQuery>,
) -> Result<impl IntoResponse> {
    let png = code(&gateway, &id, &query).await?.png()?;
    Ok((headers("image/png", query.of.unwrap_or_default()), png))
}

/// The code of a payment link's page, as SVG.
#[utoipa::path(
    get, path = "/links/{id}/qr.svg", tag = "customers",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn of_link(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse> {
    let link = links::find(&gateway, &id).await?;
    of_page(&Terms::new(link, &gateway.public_url).page_url)
}

/// The code of a page, which stays where it is.
pub(super) fn of_page(url: &str) -> Result<impl IntoResponse + use<>> {
    Ok((headers("image/svg+xml", QrOf::Transaction), Qr::new(url, USUAL)?.svg()))
}

fn headers(content_type: &'static str, of: QrOf) -> [(header::HeaderName, &'static str); 2] {
    // Amount and description of a transfer can change with a quote or an amendment; the other link never does.
    let cache = match of {
        QrOf::Transaction => "public, max-age=86400",
        QrOf::Transfer => "no-cache",
    };
    [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache)]
}

async fn code(gateway: &Gateway, id: &str, query: &QrQuery) -> Result<Qr> {
    let size = query.size.unwrap_or(USUAL);
    if !(SMALLEST..=LARGEST).contains(&size) {
        let detail = format!("size is from {SMALLEST} to {LARGEST}");
        return Err(Problem::new(Code::InvalidQuery, detail));
    }
    let known = checkout::find(gateway, id).await?;
    let link = match query.of.unwrap_or_default() {
        QrOf::Transaction => pay_link(&gateway.public_url, id),
        QrOf::Transfer => {
            let mut db = gateway.pool.acquire().await?;
            let payment = view::payment(&mut db, &known.payment.merchant_id, None, id).await?;
            let mut payment = payment.ok_or_else(|| not_found(id))?;
            // No code holds more, and a wallet can do without.
            payment.description = payment.description.filter(|text| text.len() <= LONGEST_MESSAGE);
            transfer_link(&payment, Some(&known.merchant_name)).ok_or_else(no_transfer)?
        }
    };
    Ok(Qr::new(&link, size)?)
}

fn no_transfer() -> Problem {
    Problem::new(Code::TransferNotAccepted, "this payment takes no plain transfer")
}
