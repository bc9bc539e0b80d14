//! Against a server that speaks the real protocol and says what a test wants.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
};

use futures::{Stream, StreamExt};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::{Request, Response, Status, Streaming, transport::Server};
use yellowstone_grpc_proto::prelude::{
    geyser_server::{Geyser, GeyserServer},
    *,
};

use super::*;
use crate::core::{InnerInstruction, SlotState, Update};

type Updates<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;
type Requests = Arc<Mutex<Heard>>;

/// What clients say, and how they may be answered.
#[derive(Default)]
struct Heard {
    requests: Vec<SubscribeRequest>,
    encodings: Vec<Option<String>>,
}

struct Scripted {
    updates: Vec<SubscribeUpdate>,
    requests: Requests,
}

fn refused<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("not in this script"))
}

#[tonic::async_trait]
impl Geyser for Scripted {
    type SubscribeStream = Updates<SubscribeUpdate>;
    type SubscribeDeshredStream = Updates<SubscribeUpdateDeshred>;
    type SubscribeGossipStream = Updates<SubscribeUpdateGossip>;

    /// Pings, waits for the answer, tells its updates, and breaks.
    async fn subscribe(
        &self,
        request: Request<Streaming<SubscribeRequest>>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        if request.metadata().get("x-token").is_none_or(|token| token != "secret") {
            return Err(Status::unauthenticated("no valid auth token"));
        }
        let encodings = request.metadata().get("grpc-accept-encoding");
        let encodings = encodings.map(|encodings| encodings.to_str().unwrap().to_owned());
        self.requests.lock().unwrap().encodings.push(encodings);
        let (sender, updates) = mpsc::channel(1);
        let (told, requests) = (self.updates.clone(), self.requests.clone());
        tokio::spawn(async move {
            let mut incoming = request.into_inner();
            let first = incoming.next().await.unwrap().unwrap();
            requests.lock().unwrap().requests.push(first);
            let ping = UpdateOneof::Ping(SubscribeUpdatePing {});
            sender.send(Ok(said(&[], ping))).await.unwrap();
            let answer = incoming.next().await.unwrap().unwrap();
            requests.lock().unwrap().requests.push(answer);
            for update in told {
                sender.send(Ok(update)).await.unwrap();
            }
            let _ = sender.send(Err(Status::internal("lagged"))).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(updates))))
    }

    async fn subscribe_deshred(
        &self,
        _: Request<Streaming<SubscribeDeshredRequest>>,
    ) -> Result<Response<Self::SubscribeDeshredStream>, Status> {
        refused()
    }

    async fn subscribe_gossip(
        &self,
        _: Request<SubscribeGossipRequest>,
    ) -> Result<Response<Self::SubscribeGossipStream>, Status> {
        refused()
    }

    async fn subscribe_replay_info(
        &self,
        _: Request<SubscribeReplayInfoRequest>,
    ) -> Result<Response<SubscribeReplayInfoResponse>, Status> {
        refused()
    }

    async fn ping(&self, _: Request<PingRequest>) -> Result<Response<PongResponse>, Status> {
        refused()
    }

    async fn get_latest_blockhash(
        &self,
        _: Request<GetLatestBlockhashRequest>,
    ) -> Result<Response<GetLatestBlockhashResponse>, Status> {
        refused()
    }

    async fn get_block_height(
        &self,
        _: Request<GetBlockHeightRequest>,
    ) -> Result<Response<GetBlockHeightResponse>, Status> {
        refused()
    }

    async fn get_slot(&self, _: Request<GetSlotRequest>) -> Result<Response<GetSlotResponse>, Status> {
        refused()
    }

    async fn is_blockhash_valid(
        &self,
        _: Request<IsBlockhashValidRequest>,
    ) -> Result<Response<IsBlockhashValidResponse>, Status> {
        refused()
    }

    async fn get_version(
        &self,
        _: Request<GetVersionRequest>,
    ) -> Result<Response<GetVersionResponse>, Status> {
        refused()
    }
}

async fn serve(updates: Vec<SubscribeUpdate>) -> (Yellowstone, Requests) {
    let requests = Requests::default();
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = GeyserServer::new(Scripted { updates, requests: requests.clone() })
        .send_compressed(CompressionEncoding::Zstd);
    tokio::spawn(
        Server::builder().add_service(service).serve_with_incoming(TcpListenerStream::new(listener)),
    );
    (Yellowstone::new(url, Some("secret".to_owned())), requests)
}

fn said(filters: &[&str], update: UpdateOneof) -> SubscribeUpdate {
    SubscribeUpdate {
        filters: filters.iter().map(|&filter| filter.to_owned()).collect(),
        update_oneof: Some(update),
        created_at: None,
    }
}

fn executed() -> SubscribeUpdateTransaction {
    let meta = TransactionStatusMeta {
        inner_instructions: vec![InnerInstructions {
            index: 2,
            instructions: vec![yellowstone_grpc_proto::prelude::InnerInstruction {
                program_id_index: 1,
                accounts: vec![0],
                data: vec![9, 9],
                stack_height: Some(2),
            }],
        }],
        loaded_writable_addresses: vec![vec![4; 32]],
        loaded_readonly_addresses: vec![vec![5; 32]],
        ..Default::default()
    };
    let message = Message { account_keys: vec![vec![3; 32]], ..Default::default() };
    SubscribeUpdateTransaction {
        slot: 7,
        transaction: Some(SubscribeUpdateTransactionInfo {
            signature: vec![6; 64],
            is_vote: false,
            transaction: Some(Transaction { signatures: vec![vec![6; 64]], message: Some(message) }),
            meta: Some(meta),
            index: 1,
        }),
        ..Default::default()
    }
}

fn block_meta() -> SubscribeUpdateBlockMeta {
    SubscribeUpdateBlockMeta {
        slot: 7,
        blockhash: "hash".to_owned(),
        block_time: Some(UnixTimestamp { timestamp: 50 }),
        block_height: Some(BlockHeight { block_height: 6 }),
        parent_slot: 5,
        parent_blockhash: "parent".to_owned(),
        executed_transaction_count: 2,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_stream_is_asked_for_answered_and_understood() {
    let slot = |status: SlotStatus| {
        let update =
            SubscribeUpdateSlot { slot: 7, parent: Some(5), status: status as i32, ..Default::default() };
        said(&[ALL], UpdateOneof::Slot(update))
    };
    let status = SubscribeUpdateTransactionStatus { slot: 7, index: 1, ..Default::default() };
    let (source, requests) = serve(vec![
        slot(SlotStatus::SlotCreatedBank),
        said(&[OURS], UpdateOneof::Transaction(executed())),
        said(&[ALL, OURS], UpdateOneof::TransactionStatus(status.clone())),
        said(&[ALL], UpdateOneof::TransactionStatus(SubscribeUpdateTransactionStatus { index: 0, ..status })),
        said(&[ALL], UpdateOneof::BlockMeta(block_meta())),
        slot(SlotStatus::SlotConfirmed),
    ])
    .await;

    let mut stream = source.subscribe(Some(7)).await.unwrap();
    let mut updates = Vec::new();
    let broken = loop {
        match stream.updates.recv().await.unwrap() {
            Ok(update) => updates.push(update),
            Err(error) => break error,
        }
    };
    assert!(broken.to_string().contains("lagged"), "{broken}");
    assert!(stream.updates.recv().await.is_none());

    let seen = |state| Update::Slot { slot: 7, parent: Some(5), state };
    let Update::Transaction(transaction) = &updates[1] else { panic!("{updates:?}") };
    assert_eq!(transaction.keys, [[3; 32], [4; 32], [5; 32]]);
    let inner = InnerInstruction { outer: 2, position: 0, program: 1, accounts: vec![0], data: vec![9, 9] };
    assert_eq!(transaction.inner, [inner]);
    assert_eq!(updates[0], seen(SlotState::Seen));
    assert_eq!(updates[2], Update::Executed { slot: 7, index: 1, is_ours: true });
    assert_eq!(updates[3], Update::Executed { slot: 7, index: 0, is_ours: false });
    assert!(
        matches!(&updates[4], Update::BlockMeta(meta) if meta.executed_transactions == 2 && meta.time == 50)
    );
    assert_eq!(updates[5], seen(SlotState::Confirmed));

    let requests = &requests.lock().unwrap().requests;
    assert_eq!(requests[0].from_slot, Some(7));
    assert_eq!(requests[0].commitment, Some(CommitmentLevel::Processed as i32));
    assert_eq!(requests[0].transactions[OURS].account_include, [till::ID.to_string()]);
    assert_eq!(requests[1].ping, Some(SubscribeRequestPing { id: 1 }), "the ping was answered");
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let (source, _) = serve(Vec::new()).await;
    let source = Yellowstone::new(source.url, Some("guess".to_owned()));
    let Err(error) = source.subscribe(None).await else { panic!("it was let in") };
    assert!(error.to_string().contains("auth token"), "{error}");
}

#[test]
fn what_cannot_be_relied_on_is_malformed() {
    let refused = |update| convert::update(update, &[]).unwrap_err();
    let without_time = SubscribeUpdateBlockMeta { block_time: None, ..block_meta() };
    refused(UpdateOneof::BlockMeta(without_time));
    let with_meta = |change: fn(&mut TransactionStatusMeta)| {
        let mut executed = executed();
        change(executed.transaction.as_mut().unwrap().meta.as_mut().unwrap());
        UpdateOneof::Transaction(executed)
    };
    refused(with_meta(|meta| meta.inner_instructions_none = true));
    refused(with_meta(|meta| meta.err = Some(TransactionError::default())));
    refused(with_meta(|meta| meta.loaded_writable_addresses = vec![vec![1; 31]]));
    refused(UpdateOneof::Transaction(SubscribeUpdateTransaction::default()));
}

#[tokio::test]
async fn what_is_told_is_compressed_unless_that_is_switched_off() {
    let meta = said(&[ALL], UpdateOneof::BlockMeta(block_meta()));
    let (source, heard) = serve(vec![meta]).await;
    let plain = Yellowstone::new(source.url.clone(), source.x_token.clone()).compressed(false);
    for source in [source, plain] {
        let mut stream = source.subscribe(None).await.unwrap();
        let update = stream.updates.recv().await.unwrap().unwrap();
        assert!(matches!(update, Update::BlockMeta(_)), "{update:?}");
    }
    assert_eq!(heard.lock().unwrap().encodings, [Some("zstd,identity".to_owned()), None]);
}

#[tokio::test]
async fn an_endpoint_that_should_speak_tls_and_does_not_is_not_spoken_to() {
    let (source, heard) = serve(Vec::new()).await;
    let source = Yellowstone::new(source.url.replace("http", "https"), source.x_token);
    let Err(error) = source.subscribe(None).await else { panic!("the token went out in the clear") };
    assert!(matches!(error, SourceError::Connect(_)), "{error}");
    assert!(heard.lock().unwrap().encodings.is_empty());
}

#[test]
fn no_token_gets_into_the_name() {
    let source = Yellowstone::new("https://grpc.example:443/secret", Some("secret".to_owned()));
    assert_eq!(source.name(), "grpc.example:443");
}
