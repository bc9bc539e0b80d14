//! `/v1/campaigns`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use till_store::gateway::campaigns;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Account, Caller,
    scope::{AccountRead, AccountWrite},
};
use crate::donations::{self, Action, Campaign, CampaignRequest, Donation, NewCampaignTransaction, Receipt};
use crate::gateway::Gateway;
use crate::http::{JsonBody, PageQuery, QueryOf, cursor};
use crate::problem::{ProblemBody, Result};
use crate::profiles::{self, CampaignProfile};
use crate::wallet::TransactionForWallet;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(describe))
}

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(donations))
        .routes(routes!(receipt))
        .routes(routes!(begin))
        .routes(routes!(act))
}

/// A page of campaigns, those that were described last first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignPage {
    data: Vec<Campaign>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// The campaigns that the merchant has described.
#[utoipa::path(
    get, path = "/v1/campaigns", tag = "account", security(("api_key" = [])),
    params(PageQuery),
    responses((status = 200, body = CampaignPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountRead>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<CampaignPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let found =
        campaigns::of_merchant(&gateway.pool, &merchant.merchant_id, after.as_ref(), limit + 1).await?;
    let position = |record: &campaigns::CampaignRecord| {
        record.position().as_ref().map(cursor::encode).unwrap_or_default()
    };
    let (found, next_cursor) = cursor::page(found, limit, position);
    let data = found.into_iter().map(|record| Campaign::new(record, &gateway.public_url)).collect();
    Ok(Json(CampaignPage { data, next_cursor }))
}

/// Says what a campaign is for. Takes a session of the wallet that created it or is paid by it, or a key of a merchant
/// which that wallet founded and governs. The creator's word stands before the beneficiary's.
#[utoipa::path(
    put, path = "/v1/campaigns/{address}/profile", tag = "account", security(("api_key" = [])),
    request_body = CampaignProfile,
    params(("address" = String, Path)),
    responses((status = 200, body = Campaign), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn describe(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<AccountWrite>,
    Path(address): Path<String>,
    JsonBody { value, .. }: JsonBody<CampaignProfile>,
) -> Result<Json<Campaign>> {
    profiles::of_campaign(&gateway, &merchant, &address, &value).await?;
    Ok(Json(donations::find(&gateway, &address).await?))
}

/// A campaign, as far as it is indexed.
#[utoipa::path(
    get, path = "/v1/campaigns/{address}", tag = "customers",
    params(("address" = String, Path)),
    responses((status = 200, body = Campaign), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(State(gateway): State<Arc<Gateway>>, Path(address): Path<String>) -> Result<Json<Campaign>> {
    Ok(Json(donations::find(&gateway, &address).await?))
}

/// A page of donations, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DonationPage {
    data: Vec<Donation>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// The donations to a campaign.
#[utoipa::path(
    get, path = "/v1/campaigns/{address}/donations", tag = "customers",
    params(("address" = String, Path), PageQuery),
    responses((status = 200, body = DonationPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn donations(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<DonationPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let before = query.cursor.as_deref().map(cursor::decode_number).transpose()?;
    let found = donations::donations(&gateway, &address, before, limit + 1).await?;
    let (data, next_cursor) = cursor::page(found, limit, |donation| cursor::encode_number(donation.sequence));
    Ok(Json(DonationPage { data, next_cursor }))
}

/// What a wallet has given to a campaign, and whether it can take that back.
#[utoipa::path(
    get, path = "/v1/campaigns/{address}/receipts/{wallet}", tag = "customers",
    params(("address" = String, Path), ("wallet" = String, Path)),
    responses((status = 200, body = Receipt), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn receipt(
    State(gateway): State<Arc<Gateway>>,
    Path((address, wallet)): Path<(String, String)>,
) -> Result<Json<Receipt>> {
    Ok(Json(donations::receipt(&gateway, &address, &wallet).await?))
}

/// The transaction by which a wallet creates a campaign, and the address that the campaign will have.
#[utoipa::path(
    post, path = "/v1/campaigns/transactions", tag = "customers",
    request_body = CampaignRequest,
    responses((status = 200, body = NewCampaignTransaction), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn begin(
    State(gateway): State<Arc<Gateway>>,
    JsonBody { value, .. }: JsonBody<CampaignRequest>,
) -> Result<Json<NewCampaignTransaction>> {
    Ok(Json(donations::begin(&gateway, &value).await?))
}

/// What a wallet wants to do with a campaign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignAction {
    action: Action,
    /// The wallet that signs and pays the network fee, base58.
    account: String,
    /// Of `donate`: what arrives, in units of the token.
    #[schema(example = "25.00")]
    amount: Option<String>,
}

/// The transaction by which a wallet gives to a campaign, takes its donation back, or has money or rent given out.
#[utoipa::path(
    post, path = "/v1/campaigns/{address}/transactions", tag = "customers",
    request_body = CampaignAction,
    params(("address" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
    JsonBody { value, .. }: JsonBody<CampaignAction>,
) -> Result<Json<TransactionForWallet>> {
    let CampaignAction { action, account, amount } = value;
    Ok(Json(donations::act(&gateway, &address, action, &account, amount.as_deref()).await?))
}
