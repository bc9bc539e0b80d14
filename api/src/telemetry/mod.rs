//! What the process says of itself: logs, traces and metrics.

pub mod metrics;
mod trace;

use std::io::IsTerminal;

use anyhow::Result;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

pub use trace::begin_span;

/// Logs, and traces if somebody collects them. Keep it until the process ends.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Logs to standard error, as `RUST_LOG` says; and sends by OTLP (gRPC) to
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, if that is set, a span of each request, of each step of an operation, and in them of
    /// what was asked of the Solana node and of risk hooks. Within a Tokio runtime.
    ///
    /// # Errors
    /// The endpoint is not a URL. That nobody answers there is not an error.
    pub fn start() -> Result<Self> {
        let level = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let is_read_by_people = std::io::stderr().is_terminal();
        let log = tracing_subscriber::fmt::layer().with_ansi(is_read_by_people).with_writer(std::io::stderr);
        let traces = trace::provider()?;
        let spans =
            traces.as_ref().map(|traces| trace::layer(traces).with_filter(filter_fn(is_span_of_ours)));
        tracing_subscriber::registry()
            .with(spans)
            .with(log.with_filter(level).with_filter(filter_fn(may_be_logged)))
            .init();
        Ok(Self { traces })
    }

    /// Sends what has not been sent.
    pub fn stop(self) {
        if let Some(Err(error)) = self.traces.map(|traces| traces.shutdown()) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

/// Below `info` only our own code is heard, whatever `RUST_LOG` says: libraries then write URLs, headers
/// and statements down, and with them keys and passwords.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || is_ours(metadata)
}

/// Those who send the spans make spans too.
fn is_span_of_ours(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO && is_ours(metadata)
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next().is_some_and(|name| name.starts_with("till_"))
}
