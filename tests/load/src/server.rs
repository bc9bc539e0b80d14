//! A Yellowstone endpoint that tells what was encoded ahead, and nothing else.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use clap::Args;
use futures::{Stream, StreamExt, stream};
use tokio::time::Instant;
use tonic::{
    Request, Response, Status, Streaming,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::{Body, BoxFuture, Service, StdError, http},
    server::{Grpc, NamedService, StreamingService},
    transport::{Server, server::TcpIncoming},
};
use yellowstone_grpc_proto::{
    prelude::SubscribeRequest,
    prost::{
        Message as _,
        bytes::{BufMut, Bytes},
    },
};

use super::{
    chain::{GENESIS, Load},
    wire,
};

/// When what is told.
#[derive(Args, Clone, Copy, Debug)]
pub struct Pace {
    /// From one slot to the next; 0 for as fast as the other side takes them.
    #[arg(long)]
    pub every_ms: u64,
    /// The last slot that the first subscriber is told.
    #[arg(long)]
    pub pause_at: Option<u64>,
}

/// Says on standard output where it listens, and serves until it is killed.
pub async fn serve(load: Load, pace: Pace) -> anyhow::Result<()> {
    let slots = load.chain().map(|slot| (slot.number, wire::messages(&slot))).collect();
    let node = Node(Arc::new(Told { slots, pace, is_first: AtomicBool::new(true) }));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    // As real endpoints do: the end of a slot is not held back until its beginning is acknowledged.
    let connections = TcpIncoming::bind(address)?.with_nodelay(Some(true));
    println!("http://{}", connections.local_addr()?);
    Ok(Server::builder().add_service(node).serve_with_incoming(connections).await?)
}

struct Told {
    slots: Vec<(u64, Vec<Bytes>)>,
    pace: Pace,
    is_first: AtomicBool,
}

type Updates = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

fn updates(told: Arc<Told>, from_slot: Option<u64>) -> Updates {
    let is_first = told.is_first.swap(false, Ordering::Relaxed);
    let last = told.pace.pause_at.filter(|_| is_first).unwrap_or(u64::MAX);
    let from = from_slot.unwrap_or(GENESIS);
    let every = Duration::from_millis(told.pace.every_ms);
    let begun = Instant::now();
    let chosen = (0..told.slots.len()).filter({
        let told = told.clone();
        move |index| (from..=last).contains(&told.slots[*index].0)
    });
    let slots = stream::iter(chosen.zip(0u32..)).then(move |(index, count)| {
        let told = told.clone();
        async move {
            if !every.is_zero() {
                tokio::time::sleep_until(begun + every * count).await;
            }
            let messages: Vec<_> = told.slots[index].1.iter().cloned().map(Ok).collect();
            stream::iter(messages)
        }
    });
    slots.flatten().chain(stream::pending()).boxed()
}

/// What `GeyserServer` is, with a codec that sends bytes as they are.
#[derive(Clone)]
struct Node(Arc<Told>);

impl NamedService for Node {
    const NAME: &'static str = "geyser.Geyser";
}

impl<B> Service<http::Request<B>> for Node
where
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let subscribe = Subscribe(self.0.clone());
        Box::pin(async move { Ok(Grpc::new(Encoded).streaming(subscribe, request).await) })
    }
}

struct Subscribe(Arc<Told>);

impl StreamingService<SubscribeRequest> for Subscribe {
    type Response = Bytes;
    type ResponseStream = Updates;
    type Future = BoxFuture<Response<Updates>, Status>;

    fn call(&mut self, request: Request<Streaming<SubscribeRequest>>) -> Self::Future {
        let told = self.0.clone();
        Box::pin(async move {
            let mut requests = request.into_inner();
            let from_slot = requests.message().await?.and_then(|request| request.from_slot);
            // Dropped, it would end the stream.
            let requests = requests.filter_map(|_| std::future::ready(None));
            Ok(Response::new(stream::select(updates(told, from_slot), requests).boxed()))
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Encoded;

impl Codec for Encoded {
    type Encode = Bytes;
    type Decode = SubscribeRequest;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Encoded {
    type Item = SubscribeRequest;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<SubscribeRequest>, Status> {
        SubscribeRequest::decode(buffer).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
