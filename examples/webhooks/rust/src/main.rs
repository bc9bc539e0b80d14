//! TILL_WEBHOOK_SECRET=whsec_… PORT=4000 cargo run

mod receiver;

use std::env;
use std::sync::Arc;

use standardwebhooks::Webhook;

#[tokio::main]
async fn main() {
    let secret = env::var("TILL_WEBHOOK_SECRET").expect("TILL_WEBHOOK_SECRET is set");
    let webhook = Webhook::new(&secret).expect("the secret is one");
    let receiver = Arc::new(receiver::Receiver { webhook, seen: Default::default() });
    let port = env::var("PORT").unwrap_or("4000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    axum::serve(listener, receiver::router(receiver)).await.expect("it serves");
}
