//! Notices from Postgres, spread to whoever waits in this process.

use std::time::Duration;

use sqlx::PgPool;
use till_store::gateway::notices;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::auth::credentials::Credentials;

/// How long to wait after the connection that listens was lost.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// One channel a kind of notice. They carry nothing: whoever is woken looks in the database.
#[derive(Default)]
pub struct Notices {
    payments: watch::Sender<()>,
    deliveries: watch::Sender<()>,
}

impl Notices {
    /// Wakes when a payment has changed on the chain.
    pub fn payments(&self) -> watch::Receiver<()> {
        self.payments.subscribe()
    }

    /// Wakes when a delivery has become due.
    pub fn deliveries(&self) -> watch::Receiver<()> {
        self.deliveries.subscribe()
    }

    /// Listens until `shutdown`.
    pub async fn run(&self, pool: &PgPool, credentials: &Credentials, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let listening = shutdown.run_until_cancelled(self.listen(pool, credentials)).await;
            if let Some(Err(error)) = listening {
                tracing::warn!(%error, "the connection that listens for notices is gone");
                shutdown.run_until_cancelled(tokio::time::sleep(RECONNECT_AFTER)).await;
            }
        }
    }

    async fn listen(&self, pool: &PgPool, credentials: &Credentials) -> sqlx::Result<()> {
        let mut listener = notices::listen(pool).await?;
        loop {
            // `None`: the connection was lost and is there again, and notices may have been missed.
            match listener.try_recv().await? {
                Some(notice) if notice.channel() == notices::PAYMENTS => self.payments.send_replace(()),
                Some(notice) if notice.channel() == notices::CREDENTIALS => credentials.forget(),
                Some(_) => self.deliveries.send_replace(()),
                None => {
                    self.payments.send_replace(());
                    self.deliveries.send_replace(());
                    credentials.forget();
                }
            }
        }
    }
}
