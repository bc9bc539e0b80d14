//! Settings of the listener.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::HeaderValue;
use clap::Args;

#[derive(Args, Clone, Debug)]
pub struct ServerConfig {
    /// The file of the certificate and its chain, PEM. With it, and its key, TLS is spoken; both are read
    /// again when they change.
    #[arg(long, env = "TILL_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The file of the certificate's private key, PEM.
    #[arg(long, env = "TILL_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Pages of these origins may call the routes of merchants, as in https://dashboard.example.
    /// Routes of customers are open to all.
    #[arg(long = "cors-origin", env = "TILL_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<Origin>,

    /// How many requests may be under way at once; more are answered with `overloaded`.
    #[arg(long, env = "TILL_MAX_REQUESTS", default_value_t = 4096)]
    pub max_requests: usize,

    /// Where `/metrics` is served, for Prometheus; nowhere unless given.
    #[arg(long, env = "TILL_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
}

/// Certificate and key.
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl ServerConfig {
    pub(super) fn tls_files(&self) -> Option<TlsFiles> {
        let (certificate, key) = (self.tls_cert.clone()?, self.tls_key.clone()?);
        Some(TlsFiles { certificate, key })
    }
}

/// The origin of a page, as browsers send it: scheme, host and port, and no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub HeaderValue);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url: reqwest::Url = text.parse().map_err(|error| format!("{error}"))?;
        let origin = url.origin().ascii_serialization();
        if origin != text {
            return Err(format!("an origin has no path and is written as browsers do: {origin}"));
        }
        origin.parse().map(Self).map_err(|_| "not an origin".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for right in ["https://dashboard.example", "http://localhost:5173"] {
            assert_eq!(Origin::from_str(right).unwrap().0, right);
        }
        for wrong in ["https://a.example/", "https://a.example:443", "a.example", "*", "null", "data:x"] {
            assert!(Origin::from_str(wrong).is_err(), "{wrong}");
        }
    }
}
