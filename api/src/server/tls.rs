//! TLS by rustls, with the certificate of two files that are read again when they have changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig as Tls;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::config::TlsFiles;

/// How often the files are looked at: whoever renews a certificate has nobody to tell.
const LOOK_EVERY: Duration = Duration::from_secs(5);

pub async fn load(files: &TlsFiles) -> Result<RustlsConfig> {
    Ok(RustlsConfig::from_config(parse(&read(files).await?)?))
}

/// Takes over a new certificate. One that cannot be used is not taken over: the old one may be good for
/// some days yet.
pub async fn reload(files: &TlsFiles, tls: &RustlsConfig) -> Infallible {
    let mut seen = read(files).await.ok();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = read(files).await.ok();
        if now == seen {
            continue;
        }
        match now.as_ref().map(parse) {
            Some(Ok(config)) => {
                tls.reload_from_config(config);
                tracing::info!("the certificate has been read again");
            }
            Some(Err(error)) => tracing::warn!(%error, "the new certificate cannot be used"),
            None => tracing::warn!("the certificate's files cannot be read"),
        }
        seen = now;
    }
}

/// Certificates and key, as they are in the files.
#[derive(PartialEq, Eq)]
struct Pem {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

async fn read(files: &TlsFiles) -> Result<Pem> {
    let certificates = tokio::fs::read(&files.certificate).await;
    let key = tokio::fs::read(&files.key).await;
    Ok(Pem {
        certificates: certificates.with_context(|| files.certificate.display().to_string())?,
        key: key.with_context(|| files.key.display().to_string())?,
    })
}

fn parse(pem: &Pem) -> Result<Arc<Tls>> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.certificates).collect();
    let key = PrivateKeyDer::from_pem_slice(&pem.key).context("there is no private key in the file")?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = Tls::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates?, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
