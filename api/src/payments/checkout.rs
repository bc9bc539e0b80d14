//! Paying: the unsigned transaction for a wallet, handed out only if it would succeed now.

use chrono::Utc;
use serde::Deserialize;
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::domain::{GatewayPayment, Money};
use till_store::gateway::payments::{self, KnownPayment};
use utoipa::ToSchema;

use super::create::not_found;
use super::donation::Gift;
use super::routing::{Way, Ways};
use super::{pay, requote, transfers};
use crate::chain::Refusal;
use crate::gateway::Gateway;
use crate::problem::{Code, Problem, Result};
use crate::rules;
use crate::wallet::sponsor::not_sponsored;
use crate::wallet::{self, Signable, Sponsor, Sponsored, TransactionForWallet};

/// What a wallet asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct WalletRequest {
    /// The wallet that is to pay, base58.
    pub account: String,
    /// What it is to pay in, if the payment can be paid in several tokens: a symbol or a mint's address. The cheapest
    /// that the wallet can afford, unless given.
    #[schema(example = "USDC")]
    pub token: Option<String>,
    /// What the customer gives to the payment's campaign in the same transaction, in units of the token.
    #[schema(example = "1.00")]
    pub donation: Option<String>,
    /// Whether a sponsor is to pay the network fee and the rent of the payment's account. Unless given, one does if it
    /// can. `false` is for wallets that add instructions of their own, which would break the sponsor's signature; `true`
    /// is refused with `not_sponsored` where nobody pays.
    pub sponsor: Option<bool>,
}

/// The payment behind a link.
pub async fn find(gateway: &Gateway, id: &str) -> Result<KnownPayment> {
    payments::find(&gateway.pool, id).await?.ok_or_else(|| not_found(id))
}

/// The ways in which the wallet `account` can pay a payment, with a sponsor if it may and there is one.
pub async fn ways(gateway: &Gateway, id: &str, account: &str, sponsor: Option<bool>) -> Result<Ways> {
    let known = find(gateway, id).await?;
    require_payable(&known)?;
    if transfers::have_paid(gateway, &known.payment).await? {
        return Err(already_paid());
    }
    let wallet = wallet::parse(account)?;
    let known = requote::current(gateway, known).await?;
    require_payable(&known)?;
    Ways::of(gateway, &known, wallet, sponsor.unwrap_or(true)).await
}

/// The transaction by which a wallet pays a payment.
pub async fn transaction(
    gateway: &Gateway,
    id: &str,
    request: &WalletRequest,
) -> Result<TransactionForWallet> {
    let known = find(gateway, id).await?;
    require_payable(&known)?;
    if transfers::have_paid(gateway, &known.payment).await? {
        return Err(already_paid());
    }
    let wallet = wallet::parse(&request.account)?;
    let known = requote::current(gateway, known).await?;
    require_payable(&known)?;
    let ways = Ways::of(gateway, &known, wallet, request.sponsor.unwrap_or(true)).await?;
    let mut way = ways.choose(request.token.as_deref())?;
    let gift = match &request.donation {
        Some(amount) => Some(Given::read(gateway, &way, amount).await?),
        None => None,
    };
    if request.sponsor == Some(true) && !way.is_sponsored {
        return Err(not_sponsored());
    }
    let (tokens, lamports) = gift.as_ref().map_or((0, 0), |gift| (gift.gross, gift.rent));
    way.require(&way.cost(tokens, lamports))?;
    // Of a wallet that could pay: what nobody can pay is not evaluated, and leaves no row.
    rules::for_wallet(gateway, &known.payment, &way.payment, &wallet.to_string()).await?;
    let handed_out = paying(gateway, &known, &way, wallet, gift.as_ref())?.hand_out(gateway, refused).await;
    match handed_out {
        // Somebody was quicker, or it does not fit: the wallet pays by itself, if it can.
        Err(problem) if problem.code == Code::NotSponsored && request.sponsor.is_none() => {
            way.is_sponsored = false;
            way.require(&way.cost(tokens, lamports))?;
            paying(gateway, &known, &way, wallet, gift.as_ref())?.hand_out(gateway, refused).await
        }
        handed_out => handed_out,
    }
}

/// What the wallet is to sign to pay in this way.
fn paying(
    gateway: &Gateway,
    known: &KnownPayment,
    way: &Way,
    wallet: Pubkey,
    gift: Option<&Given>,
) -> Result<Signable> {
    let token = &way.on_chain.vault.token;
    let needed = gift.iter().fold(way.gross, |sum, gift| sum.saturating_add(gift.gross));
    let around = wallet::paying(&wallet, token, way.held.tokens, needed)?;
    let sponsor = gateway.sponsor.as_ref().filter(|_| way.is_sponsored);
    let rent_payer = sponsor.map_or(wallet, Sponsor::address);
    let mut instructions =
        pay::instructions(&way.on_chain, wallet, rent_payer, way.gross, &way.without_account);
    instructions.extend(gift.map(|gift| gift.gift.instruction(wallet, gift.gross)));
    let mut message = words(way, &known.merchant_name, gift);
    if sponsor.is_some() {
        message += "; the network fee is paid for you";
    }
    let payment = &known.payment;
    let sponsored = sponsor.map(|_| Sponsored {
        payment_id: payment.id.clone(),
        account: way.payment.address.clone(),
        merchant_id: payment.merchant_id.clone(),
        rent: way.payment_rent,
    });
    Ok(Signable {
        sponsored,
        memos: vec![known.payment.id.clone()],
        price: Some(way.price),
        ..Signable::new(wallet, around.these(instructions), message)
    })
}

/// A donation beside a payment, and what it takes.
struct Given {
    gift: Gift,
    gross: u64,
    /// Of a receipt, in lamports.
    rent: u64,
}

impl Given {
    async fn read(gateway: &Gateway, way: &Way, amount: &str) -> Result<Self> {
        let payment = &way.payment;
        let token = &way.on_chain.vault.token;
        let gift = Gift::read(gateway, payment.donation.as_ref(), amount, token, payment.decimals()).await?;
        let rent = match gift.receipt_space() {
            Some(space) => gateway.chain.rent(space).await?,
            None => 0,
        };
        Ok(Self { gross: way.gross_of(gift.amount.0)?, gift, rent })
    }
}

/// What the gateway itself knows against paying.
pub fn require_payable(known: &KnownPayment) -> Result<()> {
    if known.chain.is_some() {
        return Err(already_paid());
    }
    if known.payment.cancelled_at.is_some() {
        let detail = "the merchant has taken this request back; ask for a new one";
        return Err(Problem::new(Code::PaymentCancelled, detail));
    }
    if Utc::now() >= known.payment.authorization_expiry {
        return Err(expired());
    }
    Ok(())
}

fn refused(refusal: Refusal) -> Problem {
    match refusal.code.as_str() {
        "program_error: AuthorizationExpired" => expired(),
        _ => wallet::refused(refusal),
    }
}

fn words(way: &Way, merchant_name: &str, gift: Option<&Given>) -> String {
    let payment = &way.payment;
    let mut words = format!("Pay {} to {merchant_name}", amount_in_words(payment, payment.amount.0));
    if let Some(given) = gift {
        words += &format!(" and give {}", amount_in_words(payment, given.gift.amount.0));
    }
    let (net, gross) = gift.iter().fold((payment.amount.0, way.gross), |(net, gross), given| {
        (net.saturating_add(given.gift.amount.0), gross.saturating_add(given.gross))
    });
    if gross == net {
        return words;
    }
    format!("{words}; with the token's transfer fee, {} leave your wallet", amount_in_words(payment, gross))
}

/// An amount with the token's name, such as `25.00 USDC`.
pub fn amount_in_words(payment: &GatewayPayment, base_units: u64) -> String {
    let value = Money::new(Amount(base_units), payment.decimals()).value;
    let symbol = payment.symbol.as_deref().unwrap_or("tokens");
    format!("{value} {symbol}")
}

pub fn already_paid() -> Problem {
    Problem::new(Code::PaymentAlreadyPaid, "this payment has been paid already")
}

fn expired() -> Problem {
    Problem::new(Code::PaymentExpired, "this payment was not paid in time; ask the merchant for a new one")
}
