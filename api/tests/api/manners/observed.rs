//! What an operator sees: metrics and traces.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use reqwest::Client;
use serde_json::json;
use solana_pubkey::Pubkey;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use super::process::{Program, free_port};
use crate::support::{Api, eventually};

#[tokio::test]
async fn metrics_tell_what_was_asked_by_route_and_what_is_left_to_do() {
    let mut api = Api::start().await;
    let address = format!("127.0.0.1:{}", free_port());
    api.restart_with(|config| {
        config.server.metrics_listen = Some(address.parse().unwrap());
        config.limits.limit_writes = "2/60".parse().unwrap();
    })
    .await;
    let metrics = async || match reqwest::get(format!("http://{address}/metrics")).await {
        Ok(response) => response.text().await.unwrap(),
        Err(_) => String::new(),
    };
    eventually("metrics", async || !metrics().await.is_empty()).await;

    for id in ["pay_1", "pay_2"] {
        api.get(&format!("/v1/payments/{id}?token=x")).await;
    }
    api.get("/nobody/knows/this").await;
    let authorized = api.authorized().await;
    api.post(&format!("/v1/payments/{}/capture", authorized.id), json!({})).await;
    api.post("/v1/payments", json!({})).await;

    let told = metrics().await;
    let has = |line: &str| assert!(told.lines().any(|told| told == line), "{line} is not in\n{told}");
    has(r#"till_api_requests_total{method="GET",route="/v1/payments/{id}",status="404"} 2"#);
    has(r#"till_api_requests_total{method="GET",route="none",status="404"} 1"#);
    has(r#"till_api_request_seconds_count{method="GET",route="/v1/payments/{id}"} 2"#);
    has(r#"till_api_rate_limited_total{budget="writes"} 1"#);
    has("till_api_open_operations 1");
    has("till_api_deliveries_due 0");
    assert!(told.contains(r#"till_api_database_connections{state="idle"}"#), "{told}");
    assert!(told.contains(r#"till_api_rpc_calls_total{"#), "{told}");
    assert!(!told.contains("pay_1") && !told.contains("knows"), "only templates: {told}");
}

/// A collector of spans, as far as a test needs one.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let scopes =
            request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        self.0.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test]
async fn a_request_is_a_span_in_the_trace_of_its_caller_and_is_sent_before_the_end() {
    let collector = Collector::default();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint = format!("http://{}", incoming.local_addr().unwrap());
    let service = TraceServiceServer::new(collector.clone());
    tokio::spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming));

    let api = Api::start().await;
    let mut command = api.program(&api.database.url, &api.rpc.url);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    let program = Program::run(command).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = "00f067aa0ba902b7";
    let request = Client::new().get(format!("{}/v1/payments/pay_1?secret=1", program.url));
    let request = request.header("traceparent", format!("00-{trace}-{parent}-01"));
    request.header("x-request-id", "shop-42").send().await.unwrap();
    let (payment, wallet) = (api.payment().await, Pubkey::new_unique());
    let options = Client::new().get(format!("{}/pay/{}/options?account={wallet}", program.url, payment.id));
    let other = "0af7651916cd43dd8448eb211c80319c";
    options.header("traceparent", format!("00-{other}-{parent}-01")).send().await.unwrap();
    // Spans go out in batches: what is not due yet goes out at the end.
    tokio::task::spawn_blocking(|| program.stop()).await.unwrap();

    let spans = collector.0.lock().unwrap().clone();
    let span = spans.iter().find(|span| hex::encode(&span.trace_id) == trace).expect("the caller's trace");
    assert_eq!(hex::encode(&span.parent_span_id), parent);
    assert_eq!(span.name, "GET /v1/payments/{id}");
    let attributes = format!("{:?}", span.attributes);
    assert!(attributes.contains("shop-42") && attributes.contains("401"), "{attributes}");
    assert!(!format!("{spans:?}").contains("secret=1"));

    let of_other = |name: &str| {
        spans
            .iter()
            .filter(|span| hex::encode(&span.trace_id) == other && span.name == name)
            .collect::<Vec<_>>()
    };
    let (asked, calls) = (of_other("GET /pay/{id}/options"), of_other("rpc"));
    assert!(!calls.is_empty(), "what was asked of the node");
    assert!(calls.iter().all(|call| call.parent_span_id == asked[0].span_id));
    let method = calls[0].attributes.iter().any(|attribute| attribute.key == "rpc.method");
    assert!(method, "{:?}", calls[0].attributes);
}
