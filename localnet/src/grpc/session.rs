//! One subscriber: its filter, its place in the log, and the bounded channel to it.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use yellowstone_grpc_proto::prelude::{
    SubscribeRequest, SubscribeUpdate, SubscribeUpdatePing, SubscribeUpdatePong,
    subscribe_update::UpdateOneof,
};

use super::{
    event::Event,
    filter::{Filter, envelope, status_of},
    hub::Hub,
    ring::{Lagged, Ring},
};

/// How a subscription is bounded.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Updates waiting in the channel to one subscriber.
    pub channel: usize,
    /// Events that a subscriber may be behind once it has caught up for the first time.
    pub lag: u64,
    /// How long one update may wait for room in the channel.
    pub send_timeout: Duration,
    /// Between two pings of the server.
    pub ping_interval: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            channel: 1_024,
            lag: 65_536,
            send_timeout: Duration::from_secs(20),
            ping_interval: Duration::from_secs(10),
        }
    }
}

/// Events copied out of the log at a time.
const BATCH: usize = 512;

/// What real servers say, word for word: clients look for it.
const LAGGED: &str = "lagged to send an update";

pub(super) type Outbound = mpsc::Sender<Result<SubscribeUpdate, Status>>;

/// Why a session is over.
enum End {
    /// The subscriber is gone: nobody to tell.
    Gone,
    Told(Status),
}

pub(super) struct Session {
    hub: Arc<Hub>,
    limits: SessionLimits,
    out: Outbound,
    filter: Filter,
    /// Whether the subscriber has said what it wants. Until then its place in the log is kept: what happens between
    /// the answer to the call and the first filter is not lost.
    has_asked: bool,
    position: u64,
    /// Nothing of an earlier slot is sent.
    from_slot: u64,
    /// Whether the log's end was reached since the first filter and the last `from_slot`: only then lag is the
    /// subscriber's fault.
    caught_up: bool,
}

impl Session {
    pub(super) fn new(hub: Arc<Hub>, limits: SessionLimits, out: Outbound) -> Self {
        let position = hub.read(Ring::end);
        Self {
            hub,
            limits,
            out,
            filter: Filter::default(),
            has_asked: false,
            position,
            from_slot: 0,
            caught_up: false,
        }
    }

    /// Serves until the subscriber goes, falls behind, asks for something impossible, or the server stops.
    pub(super) async fn run(
        mut self,
        mut requests: impl Stream<Item = Result<SubscribeRequest, Status>> + Unpin,
        stop: CancellationToken,
    ) {
        let end = tokio::select! {
            end = self.serve(&mut requests) => end,
            () = stop.cancelled() => {
                End::Told(Status::unavailable("server is shutting down try again later"))
            }
        };
        if let End::Told(status) = end {
            tracing::debug!(%status, "subscription ends");
            // The channel of a slow subscriber is full: it gets a while to read up to the reason.
            let _ = timeout(self.limits.send_timeout, self.out.send(Err(status))).await;
        }
    }

    async fn serve(
        &mut self,
        requests: &mut (impl Stream<Item = Result<SubscribeRequest, Status>> + Unpin),
    ) -> End {
        let mut end = self.hub.watch();
        let mut pings = interval(self.limits.ping_interval);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is immediate, and a ping that greets is of no use.
        pings.tick().await;
        let mut half_closed = false;
        loop {
            end.mark_unchanged();
            let more = self.has_asked && self.hub.read(Ring::end) > self.position;
            let result = tokio::select! {
                biased;
                () = self.out.closed() => Err(End::Gone),
                request = requests.next(), if !half_closed => match request {
                    Some(Ok(request)) => self.request(request).await,
                    Some(Err(_)) => Err(End::Gone),
                    // A client that will ask nothing more still listens.
                    None => { half_closed = true; Ok(()) }
                },
                _ = pings.tick() => self.send(envelope(Vec::new(), UpdateOneof::Ping(SubscribeUpdatePing {}))).await,
                () = std::future::ready(()), if more => self.forward().await,
                changed = end.changed() => changed.map_err(|_| End::Gone),
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    async fn request(&mut self, request: SubscribeRequest) -> Result<(), End> {
        // As on real servers, a request with a ping is only that.
        if let Some(ping) = request.ping {
            let pong = UpdateOneof::Pong(SubscribeUpdatePong { id: ping.id });
            return self.send(envelope(Vec::new(), pong)).await;
        }
        self.filter = Filter::compile(&request)
            .map_err(|invalid| End::Told(Status::invalid_argument(invalid.to_string())))?;
        let is_first = !std::mem::replace(&mut self.has_asked, true);
        if let Some(from_slot) = request.from_slot {
            self.position = self.hub.read(|ring| ring.seek(from_slot)).map_err(|old| {
                End::Told(Status::out_of_range(format!(
                    "broadcast from {from_slot} is not available, last available: {}",
                    old.first_available
                )))
            })?;
            self.from_slot = from_slot;
            self.caught_up = false;
        } else if is_first && self.hub.read(|ring| ring.read(self.position, 0)).is_err() {
            // It took so long to ask that its place is forgotten: like anybody who comes now.
            self.position = self.hub.read(Ring::end);
        }
        Ok(())
    }

    /// Sends the next batch of the log.
    async fn forward(&mut self) -> Result<(), End> {
        let (events, end) = self.hub.read(|ring| (ring.read(self.position, BATCH), ring.end()));
        let events = events.map_err(|Lagged| lagged())?;
        self.caught_up |= self.position + events.len() as u64 == end;
        for event in events {
            self.event(event).await?;
            self.position += 1;
        }
        Ok(())
    }

    async fn event(&mut self, event: Event) -> Result<(), End> {
        if event.slot() < self.from_slot {
            return Ok(());
        }
        use yellowstone_grpc_proto::prelude::CommitmentLevel::Processed;
        match event {
            Event::Update { slot, update } => {
                if self.filter.commitment == Processed {
                    for update in self.filter.updates(slot, &update) {
                        self.send(update).await?;
                    }
                }
            }
            Event::Status { slot, parent, status } => {
                if self.filter.commitment != Processed && status == status_of(self.filter.commitment) {
                    let updates = self.hub.read(|ring| ring.slot_updates(slot)).ok_or_else(lagged)?;
                    for update in updates {
                        for update in self.filter.updates(slot, &update) {
                            self.send(update).await?;
                        }
                    }
                }
                if let Some(update) = self.filter.slot_status(slot, parent, status) {
                    self.send(update).await?;
                }
            }
        }
        Ok(())
    }

    /// Waits for room in the channel, but not for ever: memory is bounded by cutting off who does not read.
    async fn send(&self, update: SubscribeUpdate) -> Result<(), End> {
        const LOOK: Duration = Duration::from_millis(250);
        let started = Instant::now();
        loop {
            match timeout(LOOK, self.out.reserve()).await {
                Ok(Ok(permit)) => {
                    permit.send(Ok(update));
                    return Ok(());
                }
                Ok(Err(_)) => return Err(End::Gone),
                Err(_) => {
                    let behind = self.hub.read(Ring::end).saturating_sub(self.position);
                    if started.elapsed() > self.limits.send_timeout
                        || (self.caught_up && behind > self.limits.lag)
                    {
                        return Err(lagged());
                    }
                }
            }
        }
    }
}

fn lagged() -> End {
    End::Told(Status::internal(LAGGED))
}
