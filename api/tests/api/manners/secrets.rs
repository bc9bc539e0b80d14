//! No secret is ever logged, however much is.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::process::Program;
use crate::support::Api;
use crate::support::receiver::{Behaviour, Receiver};

#[tokio::test]
async fn no_secret_is_in_a_log_of_everything() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let authorized = api.authorized().await;
    let database = api.database.url.replacen("postgres@", "postgres:SECRETdatabase@", 1);
    assert!(database.contains("SECRETdatabase"), "{database}");
    let rpc = format!("{}/?api-key=SECRETnode", api.rpc.url);
    let mut command = api.program(&database, &rpc);
    command.env("RUST_LOG", "trace").env("TILL_REDIS_URL", "redis://:SECRETredis@127.0.0.1:1/");
    let program = Program::run(command).await;

    let client = Client::new();
    let call = async |method: Method, path: &str, credential: &str, body: Option<Value>| {
        let mut request = client.request(method, format!("{}{path}", program.url));
        request = request.header("authorization", credential);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    };
    let key = format!("Bearer {}", api.merchant.key);
    let url = json!({ "url": receiver.url });
    let endpoint: Value = call(Method::POST, "/v1/endpoints", &key, Some(url)).await.json().await.unwrap();
    let capture = format!("/v1/payments/{}/capture", authorized.id);
    assert!(call(Method::POST, &capture, &key, Some(json!({}))).await.status().is_success());
    let client_secret = STANDARD.encode("client:SECRETclient");
    for credential in [
        "Bearer till_ses_SECRETsession".to_owned(),
        "Bearer till_sk_SECRETkey".to_owned(),
        "Bearer till_at_SECRETtoken".to_owned(),
        format!("Basic {client_secret}"),
    ] {
        call(Method::GET, "/v1/payments", &credential, None).await;
        call(Method::POST, "/oauth/token", &credential, None).await;
    }
    call(Method::GET, "/v2/Payment/GetPaymentState?POSKey=SECRETpos&PaymentId=1", &key, None).await;
    let start = json!({ "POSKey": "SECRETpos", "PaymentType": "Immediate" });
    call(Method::POST, "/v2/Payment/Start", &key, Some(start)).await;
    call(Method::GET, "/v1/payments?cursor=SECRETquery", &key, None).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;

    let log = program.stop();
    assert!(log.contains("answered") && log.contains("/v1/payments/{id}/capture"), "{log}");
    let secrets = [api.merchant.key.as_str(), endpoint["secret"].as_str().unwrap(), &client_secret, "SECRET"];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
