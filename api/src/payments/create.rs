//! Creating a payment: the token is looked up, the address derived, the row written.

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till::client::shard_of;
use till::{Protection, Terms};
use till_store::domain::{GatewayPayment, Money, Payment};
use till_store::gateway::merchants::{self, OpenVault};
use till_store::gateway::{payments, stores, tokens};
use till_store::{Amount, PaymentId, view};

use super::request::PaymentRequest;
use super::terms::{pubkey, splits};
use crate::answers::PaymentAnswer;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::problem::{Code, FieldErrors, Problem, Result};

/// Creates a payment of the merchant, or gives the answer that its key was given before.
pub async fn create(
    gateway: &Gateway,
    merchant: &Identity,
    request: PaymentRequest,
    idempotency: Idempotency,
) -> Result<Answer> {
    let mut db = gateway.pool.begin().await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let created = record(gateway, &mut db, merchant, request).await?;
    let answer = Answer::json(StatusCode::CREATED, &PaymentAnswer::new(created, &gateway.public_url))?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}

/// Writes a payment of the merchant, in the transaction of whoever asks for it.
///
/// What the gateway is for is looking up rates.
pub async fn record(
    _gateway: &Gateway,
    db: &mut PgConnection,
    merchant: &Identity,
    request: PaymentRequest,
) -> Result<Payment> {
    let payment = draft(db, merchant, request).await?;
    payments::insert(&mut *db, &payment).await?;
    let created = view::payment(db, &merchant.merchant_id, &payment.id).await?;
    Ok(created.ok_or_else(|| anyhow::anyhow!("a payment that was just written is not there"))?)
}

async fn draft(
    db: &mut PgConnection,
    merchant: &Identity,
    request: PaymentRequest,
) -> Result<GatewayPayment> {
    let mut errors = FieldErrors::default();
    request.check(&mut errors);
    let store = errors.check("store", store(db, merchant, request.store.as_deref()).await?);
    let token =
        request.token.as_deref().or(request.accepted_tokens.first().map(String::as_str)).unwrap_or_default();
    let accepted = errors.check("token", accepted(db, merchant, token).await?);
    let amount = accepted
        .as_ref()
        .and_then(|accepted| errors.check("amount", amount(&request.amount, accepted.decimals())));
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let (Some(accepted), Some(amount), Some(store)) = (accepted, amount, store) else {
        return Err(anyhow::anyhow!("a field was refused without a reason").into());
    };
    Ok(derive(merchant, store, request, accepted, amount)?)
}

/// The store that is named, the one that the key is for, or the merchant's first.
async fn store(db: &mut PgConnection, merchant: &Identity, named: Option<&str>) -> Result<Field<String>> {
    let refused = || Ok(Err((Code::StoreNotFound, "the key has no such store".to_owned())));
    match (named, &merchant.store_id) {
        (Some(named), Some(only)) if named != only => refused(),
        (_, Some(only)) => Ok(Ok(only.clone())),
        (Some(named), None) if !stores::is_open(&mut *db, &merchant.merchant_id, named).await? => refused(),
        (Some(named), None) => Ok(Ok(named.to_owned())),
        (None, None) => Ok(Ok(stores::default_of(db, &merchant.merchant_id).await?)),
    }
}

/// A mint that the merchant accepts, and the vaults that are open for it.
struct Accepted {
    mint: Pubkey,
    vaults: Vec<OpenVault>,
}

impl Accepted {
    fn decimals(&self) -> u8 {
        self.vaults[0].decimals.unsigned_abs() as u8
    }

    /// The shard is taken from the id, so that a merchant's payments spread over the vaults.
    fn vault(&self, id: PaymentId) -> &OpenVault {
        &self.vaults[usize::from(shard_of(&id.0, self.vaults.len() as u16))]
    }
}

type Field<T> = std::result::Result<T, (Code, String)>;

async fn accepted(db: &mut PgConnection, merchant: &Identity, token: &str) -> Result<Field<Accepted>> {
    let refused = |detail: String| Ok(Err((Code::TokenNotAccepted, detail)));
    let mint = match token.parse::<Pubkey>() {
        Ok(mint) => mint,
        Err(_) => match tokens::mint_of(&mut *db, token).await? {
            Some(mint) => pubkey(&mint)?,
            None => return refused("neither a known symbol nor the address of a mint".to_owned()),
        },
    };
    let vaults = merchants::open_vaults(db, &merchant.merchant_address, &mint.to_string()).await?;
    if vaults.is_empty() {
        return refused(format!("the merchant has no vault that takes payments in the mint {mint}"));
    }
    Ok(Ok(Accepted { mint, vaults }))
}

fn amount(text: &str, decimals: u8) -> Field<Amount> {
    match Money::parse(text, decimals) {
        Ok(amount) if amount.is_zero() => {
            Err((Code::AmountInvalid, "it must be greater than zero".to_owned()))
        }
        Ok(amount) => Ok(amount),
        Err(error) => Err((Code::AmountInvalid, error.to_string())),
    }
}

fn derive(
    merchant: &Identity,
    store_id: String,
    request: PaymentRequest,
    accepted: Accepted,
    amount: Amount,
) -> anyhow::Result<GatewayPayment> {
    let now = Utc::now();
    let id = PaymentId::random();
    let expiries = request.expiries(now);
    let capture_from =
        request.protection.as_ref().map(|asked| expiries.now + TimeDelta::seconds(asked.capture_after));
    let protection = match (&request.protection, capture_from) {
        (Some(asked), Some(from)) => Some(Protection {
            capture_from: from.timestamp(),
            arbiter: pubkey(&asked.arbiter)?,
            dispute_seconds: asked.dispute_seconds,
        }),
        _ => None,
    };
    let terms = Terms {
        id: id.0,
        mint: accepted.mint,
        amount: amount.0,
        authorization_expiry: expiries.authorization.timestamp(),
        refund_expiry: expiries.refund.timestamp(),
        capture_mode: request.capture_mode.into(),
        max_fee_bps: request.max_fee_bps,
        protection,
        splits: splits(&request.splits)?,
        salt: 0,
    };
    let merchant_address = pubkey(&merchant.merchant_address)?;
    let (terms, address) =
        terms.salted(&merchant_address).ok_or_else(|| anyhow::anyhow!("no salt gives an address"))?;
    let vault = accepted.vault(id);
    Ok(GatewayPayment {
        id: id.to_string(),
        merchant_id: merchant.merchant_id.clone(),
        store_id,
        address: address.to_string(),
        mint: accepted.mint.to_string(),
        token_program: vault.token_program.clone(),
        decimals: vault.decimals,
        shard: vault.shard,
        amount,
        capture_mode: request.capture_mode.as_str().to_owned(),
        authorization_expiry: expiries.authorization,
        refund_expiry: expiries.refund,
        max_fee_bps: i32::from(request.max_fee_bps),
        salt: i16::from(terms.salt),
        order_reference: request.order_reference,
        description: request.description,
        redirect_url: request.redirect_url,
        metadata: serde_json::to_value(request.metadata)?,
        items: request.items,
        customer: request.customer,
        splits: request.splits,
        capture_from,
        arbiter: protection.map(|protection| protection.arbiter.to_string()),
        dispute_seconds: protection
            .map(|protection| i32::try_from(protection.dispute_seconds))
            .transpose()?,
        donation: request.donation,
        accepts_transfer: request.accept_transfer,
        created_at: now,
        ..Default::default()
    })
}

/// The problem of a payment that this merchant does not have.
pub fn not_found(id: &str) -> Problem {
    Problem::new(Code::PaymentNotFound, format!("there is no payment {id}"))
}
