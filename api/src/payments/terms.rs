//! From a payment of the database to what the program calls its terms, its token and its vault.

use anyhow::{Context, Result};
use solana_pubkey::Pubkey;
use till::client::{Token, VaultKey};
use till::{CaptureMode, Protection, Split, Terms};
use till_store::PaymentId;
use till_store::domain::{GatewayPayment, Share};
use till_store::gateway::payments::KnownPayment;

/// A payment in the program's words.
#[derive(Clone, Debug)]
pub struct OnChain {
    pub terms: Terms,
    pub address: Pubkey,
    pub vault: VaultKey,
}

impl OnChain {
    pub fn of(known: &KnownPayment) -> Result<Self> {
        let payment = &known.payment;
        let terms_id: PaymentId = payment.terms_id.as_ref().unwrap_or(&payment.id).parse()?;
        let mint = pubkey(&payment.mint)?;
        let capture_mode = match payment.capture_mode.as_str() {
            "immediate" => CaptureMode::Immediate,
            _ => CaptureMode::Manual,
        };
        let terms = Terms {
            id: terms_id.0,
            mint,
            amount: payment.amount.0,
            authorization_expiry: payment.authorization_expiry.timestamp(),
            refund_expiry: payment.refund_expiry.timestamp(),
            capture_mode,
            max_fee_bps: u16::try_from(payment.max_fee_bps)?,
            protection: protection(payment)?,
            splits: splits(&payment.splits)?,
            salt: u8::try_from(payment.salt)?,
        };
        let vault = VaultKey {
            merchant: pubkey(&known.merchant_address)?,
            token: Token { mint, program: pubkey(&payment.token_program)? },
            shard: u16::try_from(payment.shard)?,
        };
        Ok(Self { terms, address: pubkey(&payment.address)?, vault })
    }
}

fn protection(payment: &GatewayPayment) -> Result<Option<Protection>> {
    let (Some(from), Some(arbiter), Some(seconds)) =
        (payment.capture_from, &payment.arbiter, payment.dispute_seconds)
    else {
        return Ok(None);
    };
    Ok(Some(Protection {
        capture_from: from.timestamp(),
        arbiter: pubkey(arbiter)?,
        dispute_seconds: u32::try_from(seconds)?,
    }))
}

/// Payees as the terms have them.
pub fn splits(shares: &[Share]) -> Result<Vec<Split>> {
    shares.iter().map(|share| Ok(Split { wallet: pubkey(&share.wallet)?, bps: share.bps })).collect()
}

pub fn pubkey(text: &str) -> Result<Pubkey> {
    text.parse().with_context(|| format!("{text} is not an address"))
}
