//! What the outbox takes, from the commit of the indexer's writer to the receiver's answer.

mod drain;
mod latency;

use anyhow::Result;
use till_load::{Figure, Scale};

pub async fn webhooks(scale: Scale) -> Result<Vec<Figure>> {
    let mut figures = drain::drain(scale).await?;
    figures.extend(latency::one_receiver(scale).await?);
    figures.extend(latency::many_endpoints(scale).await?);
    Ok(figures)
}
