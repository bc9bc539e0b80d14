//! The calls of the Geyser service.

use std::{pin::Pin, sync::Arc};

use tokio::sync::mpsc;
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};
use yellowstone_grpc_proto::prelude::{geyser_server::Geyser, *};

use super::{
    hub::{Hub, MAX_PROCESSING_AGE},
    ring::Ring,
    session::{Session, SessionLimits},
};

pub(super) struct Service {
    pub(super) hub: Arc<Hub>,
    pub(super) limits: SessionLimits,
    pub(super) stop: CancellationToken,
}

type Updates<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Service {
    fn tip(&self, commitment: Option<i32>) -> Result<SubscribeUpdateBlockMeta, Status> {
        self.hub.tip_meta(level(commitment)?).ok_or_else(no_slot_yet)
    }
}

fn level(commitment: Option<i32>) -> Result<CommitmentLevel, Status> {
    let commitment = commitment.unwrap_or_default();
    CommitmentLevel::try_from(commitment)
        .map_err(|_| Status::invalid_argument(format!("commitment {commitment} is none of 0, 1 and 2")))
}

fn no_slot_yet() -> Status {
    Status::unavailable("no slot has reached this commitment yet")
}

fn height(meta: &SubscribeUpdateBlockMeta) -> u64 {
    meta.block_height.as_ref().map_or(0, |height| height.block_height)
}

#[tonic::async_trait]
impl Geyser for Service {
    type SubscribeStream = Updates<SubscribeUpdate>;
    type SubscribeDeshredStream = Updates<SubscribeUpdateDeshred>;
    type SubscribeGossipStream = Updates<SubscribeUpdateGossip>;

    async fn subscribe(
        &self,
        request: Request<Streaming<SubscribeRequest>>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let (out, updates) = mpsc::channel(self.limits.channel);
        let session = Session::new(self.hub.clone(), self.limits, out);
        tokio::spawn(session.run(request.into_inner(), self.stop.clone()));
        Ok(Response::new(Box::pin(ReceiverStream::new(updates))))
    }

    async fn subscribe_deshred(
        &self,
        _: Request<Streaming<SubscribeDeshredRequest>>,
    ) -> Result<Response<Self::SubscribeDeshredStream>, Status> {
        Err(Status::unimplemented("a local chain has no shreds"))
    }

    async fn subscribe_gossip(
        &self,
        _: Request<SubscribeGossipRequest>,
    ) -> Result<Response<Self::SubscribeGossipStream>, Status> {
        Err(Status::unimplemented("a local chain has no gossip"))
    }

    async fn subscribe_replay_info(
        &self,
        _: Request<SubscribeReplayInfoRequest>,
    ) -> Result<Response<SubscribeReplayInfoResponse>, Status> {
        Ok(Response::new(SubscribeReplayInfoResponse {
            first_available: self.hub.read(Ring::first_available),
        }))
    }

    async fn ping(&self, request: Request<PingRequest>) -> Result<Response<PongResponse>, Status> {
        Ok(Response::new(PongResponse { count: request.into_inner().count }))
    }

    async fn get_latest_blockhash(
        &self,
        request: Request<GetLatestBlockhashRequest>,
    ) -> Result<Response<GetLatestBlockhashResponse>, Status> {
        let meta = self.tip(request.into_inner().commitment)?;
        Ok(Response::new(GetLatestBlockhashResponse {
            slot: meta.slot,
            last_valid_block_height: height(&meta) + MAX_PROCESSING_AGE,
            blockhash: meta.blockhash,
        }))
    }

    async fn get_block_height(
        &self,
        request: Request<GetBlockHeightRequest>,
    ) -> Result<Response<GetBlockHeightResponse>, Status> {
        let meta = self.tip(request.into_inner().commitment)?;
        Ok(Response::new(GetBlockHeightResponse { block_height: height(&meta) }))
    }

    async fn get_slot(&self, request: Request<GetSlotRequest>) -> Result<Response<GetSlotResponse>, Status> {
        let meta = self.tip(request.into_inner().commitment)?;
        Ok(Response::new(GetSlotResponse { slot: meta.slot }))
    }

    async fn is_blockhash_valid(
        &self,
        request: Request<IsBlockhashValidRequest>,
    ) -> Result<Response<IsBlockhashValidResponse>, Status> {
        let request = request.into_inner();
        let (slot, valid) = self
            .hub
            .blockhash_valid(&request.blockhash, level(request.commitment)?)
            .ok_or_else(no_slot_yet)?;
        Ok(Response::new(IsBlockhashValidResponse { slot, valid }))
    }

    async fn get_version(
        &self,
        _: Request<GetVersionRequest>,
    ) -> Result<Response<GetVersionResponse>, Status> {
        // Real servers answer with a JSON document; clients print it.
        let version = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "package": env!("CARGO_PKG_NAME"),
            "solana": "surfpool",
        });
        Ok(Response::new(GetVersionResponse { version: version.to_string() }))
    }
}
