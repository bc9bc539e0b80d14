//! Paying: the unsigned transaction for a wallet, handed out only if it would succeed now.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use till::client::{self, Payer, Receivers};
use till::{CaptureMode, Payment};
use till_store::Amount;
use till_store::domain::{GatewayPayment, Money};
use till_store::gateway::payments::{self, KnownPayment};
use utoipa::ToSchema;

use super::create::not_found;
use super::signing;
use super::terms::OnChain;
use crate::chain::{Holding, Refusal, Simulation};
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::rules;

/// What the network takes for one signature, in lamports.
const SIGNATURE_FEE: u64 = 5_000;
const SOL_DECIMALS: u8 = 9;

/// A transaction for a wallet to sign, after the Solana Pay specification.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TransactionForWallet {
    /// A transaction without signatures, base64.
    pub transaction: String,
    /// What it does, for the customer.
    pub message: String,
}

/// The payment behind a link.
pub async fn find(gateway: &Gateway, id: &str) -> Result<KnownPayment> {
    payments::find(&gateway.pool, id).await?.ok_or_else(|| not_found(id))
}

/// The transaction by which the wallet `account` pays a payment.
pub async fn transaction(gateway: &Gateway, id: &str, account: &str) -> Result<TransactionForWallet> {
    let known = find(gateway, id).await?;
    require_payable(&known)?;
    let wallet: Pubkey = account
        .parse()
        .map_err(|_| Problem::new(Code::AccountInvalid, "account must be the base58 address of a wallet"))?;
    let on_chain = OnChain::of(&known)?;
    let token = &on_chain.vault.token;
    let (holding, rent) = tokio::try_join!(
        gateway.chain.holding(&wallet, token, &on_chain.address),
        gateway.chain.rent(Payment::SPACE),
    )?;
    if holding.is_paid {
        return Err(already_paid());
    }
    let gross = gross(gateway, &holding, on_chain.terms.amount).await?;
    require_tokens(&known.payment, &holding, gross)?;
    require_lamports(&holding, rent + SIGNATURE_FEE)?;
    // Of a wallet that could pay: what nobody can pay is not evaluated, and leaves no row.
    rules::for_wallet(gateway, &known, account).await?;

    let payer = Payer::wallet(wallet, token, gross);
    let OnChain { terms, address, vault } = &on_chain;
    let pay = match terms.capture_mode {
        CaptureMode::Manual => client::authorize(&payer, vault, *address, terms.clone()),
        CaptureMode::Immediate => {
            client::charge(&payer, vault, *address, &Receivers::default(), terms.clone())
        }
    };
    // Asked for last: a wallet has as long as the blockhash lives.
    let blockhash = gateway.chain.latest_blockhash().await?.hash;
    let message = |units| signing::message(&wallet, std::slice::from_ref(&pay), units, blockhash);
    let trial = signing::unsigned(message(signing::SIMULATED_UNITS)?);
    let units = match gateway.chain.simulate(&trial, None).await? {
        Simulation::Succeeds { compute_units } => signing::limit_for(compute_units),
        Simulation::Fails(refusal) => return Err(refused(refusal)),
    };
    let transaction = signing::unsigned(message(units)?);
    let raw = bincode::serialize(&transaction).map_err(anyhow::Error::from)?;
    Ok(TransactionForWallet { transaction: STANDARD.encode(raw), message: words(&known, gross) })
}

/// What the gateway itself knows against paying.
pub fn require_payable(known: &KnownPayment) -> Result<()> {
    if known.chain.is_some() {
        return Err(already_paid());
    }
    if Utc::now() >= known.payment.authorization_expiry {
        return Err(expired());
    }
    Ok(())
}

/// What must leave the wallet for the whole amount to arrive.
async fn gross(gateway: &Gateway, holding: &Holding, amount: u64) -> Result<u64> {
    let Some(fee) = &holding.mint_fee else { return Ok(amount) };
    let epoch = gateway.chain.epoch().await?;
    let gross = fee.gross(epoch, amount);
    Ok(gross.ok_or_else(|| anyhow::anyhow!("the transfer fee of {amount} cannot be computed"))?)
}

fn require_tokens(payment: &GatewayPayment, holding: &Holding, gross: u64) -> Result<()> {
    let held = holding.tokens.unwrap_or(0);
    if held >= gross {
        return Ok(());
    }
    let missing = amount(payment, gross - held);
    let detail = match holding.tokens {
        Some(_) => format!("you need {missing} more"),
        None => format!("this wallet has no account for this token: you need {missing}"),
    };
    Err(Problem::new(Code::InsufficientFunds, detail))
}

fn require_lamports(holding: &Holding, needed: u64) -> Result<()> {
    if holding.lamports >= needed {
        return Ok(());
    }
    let missing = Money::new(Amount(needed - holding.lamports), SOL_DECIMALS).value;
    let detail = format!("you need {missing} SOL more, for the network fee and the payment's account");
    Err(Problem::new(Code::InsufficientSol, detail))
}

fn refused(refusal: Refusal) -> Problem {
    match refusal.code.as_str() {
        "program_error: AuthorizationExpired" => expired(),
        "InsufficientFundsForFee" | "InsufficientFundsForRent" => {
            Problem::new(Code::InsufficientSol, "you need more SOL for the network fee and the rent")
        }
        code => Problem::new(Code::SimulationFailed, format!("{} ({code})", refusal.detail)),
    }
}

fn words(known: &KnownPayment, gross: u64) -> String {
    let KnownPayment { payment, merchant_name, .. } = known;
    let what = format!("Pay {} to {merchant_name}", amount(payment, payment.amount.0));
    if gross == payment.amount.0 {
        return what;
    }
    format!("{what}; with the token's transfer fee, {} leave your wallet", amount(payment, gross))
}

fn amount(payment: &GatewayPayment, base_units: u64) -> String {
    let value = Money::new(Amount(base_units), payment.decimals()).value;
    let symbol = payment.symbol.as_deref().unwrap_or("tokens");
    format!("{value} {symbol}")
}

fn already_paid() -> Problem {
    Problem::new(Code::PaymentAlreadyPaid, "this payment has been paid already")
}

fn expired() -> Problem {
    Problem::new(Code::PaymentExpired, "this payment was not paid in time; ask the merchant for a new one")
}
