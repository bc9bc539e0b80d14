//! Endpoints that are set up beside the API: by the local net, and by tests.

use anyhow::{Result, bail};
use sqlx::PgPool;
use till_store::gateway::endpoints::{self, Created, Owner, Wanted};

use super::seal::Seal;
use super::signature::{new_secret, new_signing_key};

/// Sees to it that webhooks of a merchant go to `url`, and returns the secret that they are signed with. The
/// merchant's first endpoint is moved there if it has one, and keeps its secret. For a database whose secrets
/// are not sealed.
pub async fn set_webhook_url(pool: &PgPool, merchant_id: &str, url: &str) -> Result<String> {
    let owner = Owner { merchant_id, store_id: None };
    let wanted = Wanted { store_id: None, url, description: None, types: None };
    let first = endpoints::list(pool, owner).await?.into_iter().next();
    let moved = match first {
        Some(first) => endpoints::update(pool, owner, &first.id, wanted).await?,
        None => None,
    };
    let endpoint = match moved {
        Some(moved) => moved,
        None => {
            let mut db = pool.acquire().await?;
            let made =
                endpoints::create(&mut db, merchant_id, wanted, &new_secret(), &new_signing_key()).await?;
            let Created::New(endpoint) = made else { bail!("the merchant has this endpoint already") };
            *endpoint
        }
    };
    Seal::new(None).open(&endpoint.keys.secret)
}
