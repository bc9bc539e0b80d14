//! Events as they happen, each forwarded in turn.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use eventsource_stream::{Event, Eventsource};
use futures::StreamExt;
use reqwest::Method;
use serde_json::Value;

use super::forward::{Forwarder, new_secret};
use crate::client::Client;
use crate::show::text;

/// How long to wait before a lost stream is opened again.
const AGAIN: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10)];

#[derive(Args)]
pub struct Arguments {
    /// Where to, such as http://127.0.0.1:3000/webhooks/till. Events are only printed unless it is given.
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// What they are signed with, `whsec_…`; a new one is made and printed unless it is given.
    #[arg(long, env = "TILL_WEBHOOK_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// Only these types, with commas; payment.* is all that begins with payment.
    #[arg(long)]
    types: Option<String>,
    /// Begins behind the event with this sequence, instead of with the next one that happens.
    #[arg(long)]
    after: Option<i64>,
    /// Ends after so many events.
    #[arg(long)]
    limit: Option<usize>,
}

pub async fn run(client: &Client, arguments: Arguments) -> Result<()> {
    let mut listener = Listener::new(client, arguments).await?;
    let mut failures = 0;
    loop {
        let seen = listener.position;
        match listener.follow(client).await {
            Ok(Ended::Enough) => return Ok(()),
            Ok(Ended::Lost) => eprintln!("the stream has ended; opening it again"),
            // What is wrong from the beginning, a key for example, does not become right by waiting.
            Err(error) if !listener.has_listened => return Err(error),
            Err(error) => eprintln!("{error:#}; trying again"),
        }
        failures = if listener.position == seen { failures + 1 } else { 0 };
        tokio::time::sleep(AGAIN[failures.min(AGAIN.len() - 1)]).await;
    }
}

enum Ended {
    /// As many came as were asked for.
    Enough,
    Lost,
}

struct Listener {
    forwarder: Option<Forwarder>,
    types: Option<String>,
    /// The last event that was dealt with; the stream goes on behind it.
    position: i64,
    left: Option<usize>,
    json: bool,
    has_listened: bool,
}

impl Listener {
    async fn new(client: &Client, arguments: Arguments) -> Result<Self> {
        let position = match arguments.after {
            Some(after) => after,
            None => newest(client).await?,
        };
        let forwarder = match arguments.forward_to {
            Some(url) => {
                let secret = arguments.secret.unwrap_or_else(new_secret);
                eprintln!("forwarding to {url}, signed with {secret}");
                Some(Forwarder::new(url, &secret)?)
            }
            None => None,
        };
        let Arguments { types, limit, .. } = arguments;
        Ok(Self { forwarder, types, position, left: limit, json: client.json, has_listened: false })
    }

    async fn follow(&mut self, client: &Client) -> Result<Ended> {
        let mut request = client
            .api
            .request(Method::GET, "/v1/events/stream")
            .header("accept", "text/event-stream")
            .header("last-event-id", self.position.to_string());
        if let Some(types) = &self.types {
            request = request.query(&[("types", types)]);
        }
        let mut events = client.api.checked(request).await?.bytes_stream().eventsource();
        if !self.has_listened {
            eprintln!("listening; Ctrl-C ends it");
        }
        self.has_listened = true;
        while let Some(event) = events.next().await {
            self.take(event.context("the stream was lost")?).await?;
            if self.left == Some(0) {
                return Ok(Ended::Enough);
            }
        }
        Ok(Ended::Lost)
    }

    async fn take(&mut self, Event { id, data, .. }: Event) -> Result<()> {
        let Ok(sequence) = id.parse::<i64>() else { return Ok(()) };
        if sequence <= self.position {
            return Ok(());
        }
        let event: Value = serde_json::from_str(&data).context("an event is not JSON")?;
        let outcome = match &self.forwarder {
            Some(forwarder) => forwarder.forward(&text(&event, "/id"), data.clone()).await,
            None => String::new(),
        };
        if self.json {
            println!("{data}");
        } else {
            let of = |pointer| text(&event, pointer);
            let line = format!("{sequence:>6}  {:<24}  {}  {outcome}", of("/type"), of("/data/payment/id"));
            println!("{}", line.trim_end());
        }
        self.position = sequence;
        self.left = self.left.map(|left| left - 1);
        Ok(())
    }
}

/// The sequence of the newest event; what is older has happened before anyone listened.
async fn newest(client: &Client) -> Result<i64> {
    let merchant: Value = client.api.get("/v1/merchant").await?;
    match merchant["last_event_sequence"].as_i64() {
        Some(sequence) => Ok(sequence),
        None => bail!("the API does not say which event is the newest; give --after"),
    }
}
