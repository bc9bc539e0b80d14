//! What the gateway knows of the merchants and payments of a load, so that what the chain says of them is told.

use std::collections::HashMap;

use anchor_lang::{AnchorDeserialize, Discriminator};
use anyhow::{Context, Result};
use chrono::DateTime;
use solana_pubkey::Pubkey;
use sqlx::PgPool;
use till::events::{MerchantRegistered, PaymentAuthorized};
use till_api::ChainConfig;
use till_load::Load;
use till_store::{
    Amount, PaymentId,
    domain::GatewayPayment,
    gateway::{payments, stores},
};

/// A merchant of the load. It takes one token, whose mint is its own address.
pub struct Merchant {
    pub id: String,
    pub address: Pubkey,
    /// An API key.
    pub key: String,
    store_id: String,
}

/// The merchants of a load, and their payments.
pub struct Shop {
    pub merchants: Vec<Merchant>,
    /// Their ids, and the places of their merchants.
    pub payments: Vec<(String, usize)>,
}

impl Shop {
    /// Brings in the merchants, and asks for every payment that is going to be authorized.
    pub async fn open(pool: &PgPool, load: Load) -> Result<Self> {
        let mut shop = Self { merchants: Vec::new(), payments: Vec::new() };
        let mut by_address = HashMap::new();
        let mut db = till_store::db::begin(pool).await?;
        let events =
            load.chain().flat_map(|slot| slot.transactions).flat_map(|transaction| transaction.events);
        for event in events {
            if let Some(registered) = read::<MerchantRegistered>(&event)? {
                by_address.insert(registered.merchant, shop.merchants.len());
                shop.merchants.push(merchant(pool, registered.merchant).await?);
            } else if let Some(authorized) = read::<PaymentAuthorized>(&event)? {
                let index = *by_address.get(&authorized.about.merchant).context("a payment of nobody")?;
                let payment = payment(&shop.merchants[index], authorized)?;
                payments::insert(&mut *db, &payment).await?;
                shop.payments.push((payment.id, index));
            }
        }
        db.commit().await?;
        Ok(shop)
    }

    /// Has all merchants told at `url`.
    pub async fn tell(&self, pool: &PgPool, url: &str) -> Result<()> {
        for merchant in &self.merchants {
            merchant.tell(pool, url).await?;
        }
        Ok(())
    }
}

impl Merchant {
    /// Is told at `url` from now on.
    pub async fn tell(&self, pool: &PgPool, url: &str) -> Result<()> {
        till_api::set_webhook_url(pool, &self.id, url).await.map(drop)
    }
}

/// The event, if it is one of this type.
fn read<E: AnchorDeserialize + Discriminator>(data: &[u8]) -> Result<Option<E>> {
    Ok(data.strip_prefix(E::DISCRIMINATOR).map(E::try_from_slice).transpose()?)
}

async fn merchant(pool: &PgPool, address: Pubkey) -> Result<Merchant> {
    let nowhere = ChainConfig { rpc_url: String::new() };
    let created = till_api::create_merchant(pool, &nowhere, &address, "Shop", None).await?;
    let store_id = stores::default_of(pool, &created.id).await?;
    Ok(Merchant { id: created.id, address, key: created.api_key, store_id })
}

fn payment(
    merchant: &Merchant,
    PaymentAuthorized { about, terms, .. }: PaymentAuthorized,
) -> Result<GatewayPayment> {
    let time = |seconds| DateTime::from_timestamp(seconds, 0).context("a time that there is not");
    let id = PaymentId(terms.id).to_string();
    Ok(GatewayPayment {
        merchant_id: merchant.id.clone(),
        store_id: merchant.store_id.clone(),
        address: about.payment.to_string(),
        mint: terms.mint.to_string(),
        token_program: merchant.address.to_string(),
        decimals: 6,
        amount: Amount(terms.amount),
        capture_mode: "manual".to_owned(),
        authorization_expiry: time(terms.authorization_expiry)?,
        refund_expiry: time(terms.refund_expiry)?,
        max_fee_bps: i32::from(terms.max_fee_bps),
        salt: i16::from(terms.salt),
        order_reference: Some(format!("order-{}", &id[4..12])),
        description: Some("Two pounds of coffee".to_owned()),
        redirect_url: Some("https://shop.example/thanks".to_owned()),
        metadata: serde_json::json!({ "cart": &id[4..20] }),
        id,
        ..Default::default()
    })
}
