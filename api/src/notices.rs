//! Notices from Postgres, spread to whoever waits in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use till_store::db;
use till_store::gateway::notices;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::auth::credentials::Credentials;

/// How long to wait after the connection that listens was lost.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// How long the connection may be silent before it is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(30);

/// One channel a kind of notice; of payments one for each that somebody waits for, so that a change wakes nobody
/// else. They carry nothing: whoever is woken looks in the database.
#[derive(Default)]
pub struct Notices {
    payments: Arc<Mutex<HashMap<String, watch::Sender<()>>>>,
    any_payment: watch::Sender<()>,
    deliveries: watch::Sender<()>,
}

/// Wakes when one payment has changed.
pub struct Changes {
    payment_id: String,
    receiver: watch::Receiver<()>,
    all: Arc<Mutex<HashMap<String, watch::Sender<()>>>>,
}

impl Changes {
    /// Waits for the next change. It may wake without one.
    pub async fn next(&mut self) {
        // The sender is in the map as long as this is there.
        let _ = self.receiver.changed().await;
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        let mut all = locked(&self.all);
        if all.get(&self.payment_id).is_some_and(|sender| sender.receiver_count() <= 1) {
            all.remove(&self.payment_id);
        }
    }
}

/// Nothing panics under this lock, and a map that was left in the middle is still a map.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Notices {
    /// Wakes when this payment has changed.
    pub fn payment(&self, payment_id: &str) -> Changes {
        let receiver = locked(&self.payments).entry(payment_id.to_owned()).or_default().subscribe();
        Changes { payment_id: payment_id.to_owned(), receiver, all: self.payments.clone() }
    }

    /// Wakes when any payment has changed.
    pub fn payments(&self) -> watch::Receiver<()> {
        self.any_payment.subscribe()
    }

    fn wake(&self, payment_id: &str) {
        self.any_payment.send_replace(());
        if let Some(sender) = locked(&self.payments).get(payment_id) {
            sender.send_replace(());
        }
    }

    fn wake_all(&self) {
        locked(&self.payments).values().for_each(|sender| sender.send_replace(()));
        self.any_payment.send_replace(());
        self.deliveries.send_replace(());
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
        let mut listener = db::in_time(notices::listen(pool)).await?;
        // Until now nobody listened.
        self.may_have_missed(credentials);
        loop {
            let Ok(received) = timeout(QUIET, listener.try_recv()).await else {
                db::in_time(notices::is_there(&mut listener)).await?;
                // It may have been lost, and found again by that question.
                self.may_have_missed(credentials);
                continue;
            };
            // `None`: the connection was lost and is there again.
            match received? {
                Some(notice) if notice.channel() == notices::PAYMENTS => self.wake(notice.payload()),
                Some(notice) if notice.channel() == notices::CREDENTIALS => credentials.forget(),
                Some(_) => self.deliveries.send_replace(()),
                None => self.may_have_missed(credentials),
            }
        }
    }

    fn may_have_missed(&self, credentials: &Credentials) {
        self.wake_all();
        credentials.forget();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_change_wakes_who_waits_for_it_and_nobody_else() {
        let notices = Notices::default();
        let (mut first, mut second) = (notices.payment("pay_1"), notices.payment("pay_2"));
        notices.wake("pay_1");
        assert!(timeout(SOON, first.next()).await.is_ok());
        assert!(timeout(SOON, second.next()).await.is_err());
        notices.wake_all();
        assert!(timeout(SOON, second.next()).await.is_ok());
    }

    #[test]
    fn what_nobody_waits_for_is_forgotten() {
        let notices = Notices::default();
        let (first, again) = (notices.payment("pay_1"), notices.payment("pay_1"));
        drop(first);
        assert_eq!(locked(&notices.payments).len(), 1);
        drop(again);
        assert!(locked(&notices.payments).is_empty());
    }
}
