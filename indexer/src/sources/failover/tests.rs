//! Against sources that are up or down, as a test says.

use std::sync::{Mutex, atomic::AtomicBool};

use super::*;
use crate::core::{SlotState, Update};

/// Tells one slot and stays open; or refuses, while it is down.
#[derive(Default)]
struct Switched {
    name: &'static str,
    is_down: AtomicBool,
    asked: Mutex<Vec<Option<u64>>>,
    streams: Mutex<Vec<mpsc::Sender<Result<Update, SourceError>>>>,
}

impl Switched {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self { name, ..Self::default() })
    }

    fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::Relaxed);
        self.streams.lock().unwrap().clear();
    }

    fn asked(&self) -> Vec<Option<u64>> {
        self.asked.lock().unwrap().clone()
    }
}

impl Source for Switched {
    fn name(&self) -> &str {
        self.name
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        Box::pin(async move {
            self.asked.lock().unwrap().push(from_slot);
            if self.is_down.load(Ordering::Relaxed) {
                return Err(SourceError::Connect("down".to_owned()));
            }
            let (sender, updates) = mpsc::channel(4);
            sender.send(Ok(told())).await.unwrap();
            self.streams.lock().unwrap().push(sender);
            Ok(Subscription::new(updates, tokio::spawn(async {})))
        })
    }
}

fn told() -> Update {
    Update::Slot { slot: 7, parent: Some(6), state: SlotState::Confirmed }
}

fn failover(sources: &[&Arc<Switched>]) -> Failover {
    let sources = sources.iter().map(|source| Arc::clone(source) as Arc<dyn Source>).collect();
    Failover::new(sources).returning_after(Duration::from_millis(50))
}

#[tokio::test]
async fn each_attempt_after_a_failure_goes_to_the_next_source_and_to_that_one_only() {
    let (first, second, third) = (Switched::new("a"), Switched::new("b"), Switched::new("c"));
    first.down(true);
    second.down(true);
    let failover = failover(&[&first, &second, &third]);
    assert!(failover.subscribe(Some(3)).await.is_err());
    assert_eq!((first.asked(), second.asked()), (vec![Some(3)], vec![]));
    assert!(failover.subscribe(Some(3)).await.is_err());
    let mut stream = failover.subscribe(Some(4)).await.unwrap();
    assert_eq!(stream.updates.recv().await.unwrap().unwrap(), told());
    assert_eq!((second.asked(), third.asked()), (vec![Some(3)], vec![Some(4)]));
    assert_eq!(failover.name(), "a, b, c");
}

#[tokio::test]
async fn a_stream_that_was_given_up_counts_as_a_failure() {
    let (first, second) = (Switched::new("a"), Switched::new("b"));
    let failover = failover(&[&first, &second]);
    drop(failover.subscribe(None).await.unwrap());
    let mut stream = failover.subscribe(Some(9)).await.unwrap();
    assert_eq!((first.asked(), second.asked()), (vec![None], vec![Some(9)]));
    assert!(stream.updates.recv().await.unwrap().is_ok());
    second.down(true);
    assert!(stream.updates.recv().await.is_none(), "the end of the source's stream is passed on");
}

#[tokio::test]
async fn the_stream_goes_back_to_the_first_source_when_that_tells_something_again() {
    let (first, second) = (Switched::new("a"), Switched::new("b"));
    first.down(true);
    let failover = failover(&[&first, &second]);
    assert!(failover.subscribe(Some(3)).await.is_err());
    let mut stream = failover.subscribe(Some(3)).await.unwrap();
    assert!(stream.updates.recv().await.unwrap().is_ok());
    while first.asked().len() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(stream.updates.try_recv().is_err(), "as long as the first is down, the second is read");

    first.down(false);
    let ended = tokio::time::timeout(Duration::from_secs(5), stream.updates.recv()).await.unwrap();
    let error = ended.unwrap().unwrap_err().to_string();
    assert!(error.contains("going back"), "{error}");
    let before = second.asked();
    failover.subscribe(Some(8)).await.unwrap();
    assert_eq!((first.asked().last(), second.asked()), (Some(&Some(8)), before));
}
