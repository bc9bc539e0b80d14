//! `/actions/…` and `/actions.json`: Blinks.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::{
    self, Action, ActionError, ActionsJson, Ask, Blink, MessageSigned, PostAnswer, Signed, Values,
};
use crate::gateway::Gateway;
use crate::http::load::{self, Turn};
use crate::http::{JsonBody, QueryOf};
use crate::problem::{Code, Problem, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(rules))
        .routes(routes!(show, take))
        .routes(routes!(next))
        .routes(routes!(statement))
        .routes(routes!(keep_statement))
}

/// Which pages are Blinks too.
#[utoipa::path(
    get, path = "/actions.json", tag = "customers",
    responses((status = 200, body = ActionsJson), (status = "default", body = ActionError)),
)]
pub async fn rules() -> Json<ActionsJson> {
    Json(actions::actions_json())
}

/// What can be done, for a client to show. After the Solana Actions specification, as all that begins with `/actions`.
#[utoipa::path(
    get, path = "/actions/{action}/{id}", tag = "customers",
    params(
        ("action" = String, Path, description = "`pay`, `link`, `donate`, `refund`, `stake`, `unstake`, `withdraw`, `claim`, `burn`, `release` or `dispute`"),
        ("id" = String, Path, description = "A payment's or a link's id, or the address of a campaign, a pool or a mint"),
    ),
    responses((status = 200, body = Action), (status = "default", body = ActionError)),
)]
pub async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path((action, id)): Path<(String, String)>,
    turn: Option<Extension<Turn>>,
) -> Result<Json<Action>> {
    load::give_back(turn);
    Ok(Json(blink(&action)?.show(&gateway, &id).await?))
}

/// The transaction that does it, simulated and unsigned; or what comes before one.
#[utoipa::path(
    post, path = "/actions/{action}/{id}", tag = "customers",
    request_body = Ask,
    params(("action" = String, Path), ("id" = String, Path), Values),
    responses((status = 200, body = PostAnswer), (status = "default", body = ActionError)),
)]
pub async fn take(
    State(gateway): State<Arc<Gateway>>,
    Path((action, id)): Path<(String, String)>,
    QueryOf(values): QueryOf<Values>,
    JsonBody { value: Ask { account, data }, .. }: JsonBody<Ask>,
) -> Result<Json<PostAnswer>> {
    let values = values.or(&data);
    Ok(Json(blink(&action)?.take(&gateway, &id, &account, &values).await?))
}

/// What has come of a transaction that was handed out, once it has been seen on the chain, and what can be done next.
#[utoipa::path(
    post, path = "/actions/{action}/{id}/next", tag = "customers",
    request_body = Signed,
    params(("action" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Action), (status = "default", body = ActionError)),
)]
pub async fn next(
    State(gateway): State<Arc<Gateway>>,
    Path((action, id)): Path<(String, String)>,
    JsonBody { value, .. }: JsonBody<Signed>,
) -> Result<Json<Action>> {
    Ok(Json(blink(&action)?.next(&gateway, &id, &value).await?))
}

/// What a payer says in a dispute, as a text for the wallet to sign.
#[utoipa::path(
    post, path = "/actions/dispute/{id}/statement", tag = "customers",
    request_body = Ask,
    params(("id" = String, Path)),
    responses((status = 200, body = PostAnswer), (status = "default", body = ActionError)),
)]
pub async fn statement(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    JsonBody { value: Ask { account, data }, .. }: JsonBody<Ask>,
) -> Result<Json<PostAnswer>> {
    let values = Values::default().or(&data);
    Ok(Json(actions::ask_for_statement(&gateway, &id, &account, &values).await?))
}

/// Keeps the signed text as evidence in the dispute.
#[utoipa::path(
    post, path = "/actions/dispute/{id}/statement/next", tag = "customers",
    request_body = MessageSigned,
    params(("id" = String, Path)),
    responses((status = 200, body = Action), (status = "default", body = ActionError)),
)]
pub async fn keep_statement(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<MessageSigned>,
) -> Result<Json<Action>> {
    Ok(Json(actions::keep_statement(&gateway, &id, &value).await?))
}

fn blink(name: &str) -> Result<Blink> {
    Blink::named(name).ok_or_else(|| Problem::new(Code::RouteNotFound, format!("there is no action {name}")))
}
