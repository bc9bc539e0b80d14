//! Creating a payment: the token is looked up, the address derived, the row written.

use axum::http::StatusCode;
use chrono::Utc;
use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till::Terms;
use till::client::shard_of;
use till_store::domain::{GatewayPayment, Money};
use till_store::gateway::keys::KeyHolder;
use till_store::gateway::merchants::{self, OpenVault};
use till_store::gateway::{payments, tokens};
use till_store::{Amount, PaymentId, view};

use super::request::PaymentRequest;
use super::terms::pubkey;
use crate::answers::PaymentAnswer;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::problem::{Code, FieldErrors, Problem, Result};

/// Creates a payment of the merchant, or gives the answer that its key was given before.
pub async fn create(
    gateway: &Gateway,
    merchant: &KeyHolder,
    request: PaymentRequest,
    idempotency: Idempotency,
) -> Result<Answer> {
    let mut db = gateway.pool.begin().await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let payment = draft(&mut db, merchant, request).await?;
    payments::insert(&mut *db, &payment).await?;
    let created = view::payment(&mut db, &merchant.merchant_id, &payment.id).await?;
    let created = created.ok_or_else(|| anyhow::anyhow!("a payment that was just written is not there"))?;
    let answer = Answer::json(StatusCode::CREATED, &PaymentAnswer::new(created, &gateway.public_url))?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}

async fn draft(
    db: &mut PgConnection,
    merchant: &KeyHolder,
    request: PaymentRequest,
) -> Result<GatewayPayment> {
    let mut errors = FieldErrors::default();
    request.check(&mut errors);
    let accepted = errors.check("token", accepted(db, merchant, &request.token).await?);
    let amount = accepted
        .as_ref()
        .and_then(|accepted| errors.check("amount", amount(&request.amount, accepted.decimals())));
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let (Some(accepted), Some(amount)) = (accepted, amount) else {
        return Err(anyhow::anyhow!("a field was refused without a reason").into());
    };
    Ok(derive(merchant, request, accepted, amount)?)
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

async fn accepted(db: &mut PgConnection, merchant: &KeyHolder, token: &str) -> Result<Field<Accepted>> {
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
    merchant: &KeyHolder,
    request: PaymentRequest,
    accepted: Accepted,
    amount: Amount,
) -> anyhow::Result<GatewayPayment> {
    let now = Utc::now();
    let id = PaymentId::random();
    let expiries = request.expiries(now);
    let terms = Terms {
        id: id.0,
        mint: accepted.mint,
        amount: amount.0,
        authorization_expiry: expiries.authorization.timestamp(),
        refund_expiry: expiries.refund.timestamp(),
        capture_mode: request.capture_mode.into(),
        max_fee_bps: request.max_fee_bps,
        protection: None,
        splits: Vec::new(),
        salt: 0,
    };
    let merchant_address = pubkey(&merchant.merchant_address)?;
    let (terms, address) =
        terms.salted(&merchant_address).ok_or_else(|| anyhow::anyhow!("no salt gives an address"))?;
    let vault = accepted.vault(id);
    Ok(GatewayPayment {
        id: id.to_string(),
        merchant_id: merchant.merchant_id.clone(),
        address: address.to_string(),
        mint: accepted.mint.to_string(),
        symbol: None,
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
        created_at: now,
    })
}

/// The problem of a payment that this merchant does not have.
pub fn not_found(id: &str) -> Problem {
    Problem::new(Code::PaymentNotFound, format!("there is no payment {id}"))
}
