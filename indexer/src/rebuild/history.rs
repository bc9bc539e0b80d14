//! Where the history comes from.

use std::{sync::Arc, time::Duration};

use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use super::until::Until;
use crate::{
    Config, Parts, backfill, run_with,
    sources::{Blocks, Source, rpc::Client},
};

/// How long to wait for a block to become final.
const FINAL: Duration = Duration::from_secs(1);

/// Who tells what happened since a slot.
pub enum History {
    /// A node that keeps the program's transactions from there on. What is final is brought.
    Node(Client),
    /// A stream that can begin so far back, and who fills its gaps.
    Stream { source: Arc<dyn Source>, blocks: Option<Arc<dyn Blocks>> },
}

impl History {
    /// Brings `database` up to `slot`, and no further. Never ends but by an error; who waits for it sees
    /// the checkpoint.
    pub(super) async fn bring(
        &self,
        database: &PgConnectOptions,
        from_slot: u64,
        slot: u64,
    ) -> anyhow::Error {
        match self {
            Self::Node(client) => {
                let options = backfill::Options {
                    from_slot: Some(from_slot),
                    until: Some(slot),
                    within: 0,
                    ..backfill::Options::default()
                };
                loop {
                    if let Err(error) =
                        backfill::run(database, client, options, &CancellationToken::new()).await
                    {
                        return error.into();
                    }
                    tokio::time::sleep(FINAL).await;
                }
            }
            Self::Stream { source, blocks } => {
                let source = Arc::new(Until { source: source.clone(), last: slot });
                let parts = Parts { source, blocks: blocks.clone(), database: database.clone() };
                let config = Config { from_slot: Some(from_slot), ..Config::new("", "") };
                match run_with(parts, &config, CancellationToken::new()).await {
                    Ok(()) => anyhow::anyhow!("the stream ended"),
                    Err(error) => error,
                }
            }
        }
    }
}
