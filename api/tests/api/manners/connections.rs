//! Connections: TLS, clients that dawdle, and the end of the process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Api, eventually};

/// A directory with a certificate for localhost and its key, made by OpenSSL.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        let directory = std::env::temp_dir().join(format!("till-tls-{:016x}", rand::random::<u64>()));
        std::fs::create_dir(&directory).unwrap();
        let files = Self(directory);
        files.renew();
        files
    }

    fn certificate(&self) -> PathBuf {
        self.0.join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.0.join("key.pem")
    }

    fn renew(&self) {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
            .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args([Path::new("-keyout"), &self.key(), Path::new("-out"), &self.certificate()])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// A client that trusts nobody but this certificate.
    fn client(&self) -> Client {
        let pem = std::fs::read(self.certificate()).unwrap();
        let trusted = Certificate::from_pem(&pem).unwrap();
        Client::builder().tls_built_in_root_certs(false).add_root_certificate(trusted).build().unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_takes_over_a_new_one() {
    let files = Files::new();
    let mut api = Api::start().await;
    api.restart_with(|config| {
        config.server.tls_cert = Some(files.certificate());
        config.server.tls_key = Some(files.key());
    })
    .await;
    let port = api.url.rsplit(':').next().unwrap().to_owned();
    let url = format!("https://localhost:{port}/healthz");
    let first = files.client();
    eventually("TLS", async || first.get(&url).send().await.is_ok()).await;
    let answer = first.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(Client::new().get(api.url.clone() + "/healthz").send().await.is_err(), "nothing in the clear");

    // The server is on this thread too.
    let offered = tokio::process::Command::new("openssl")
        .args(["s_client", "-alpn", "h2", "-connect", &format!("127.0.0.1:{port}")])
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .unwrap();
    let offered = String::from_utf8_lossy(&offered.stdout).into_owned();
    assert!(offered.contains("ALPN protocol: h2"), "{offered}");

    // A file that is no certificate changes nothing; a new one is used, by new connections.
    std::fs::write(files.certificate(), "nonsense").unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(first.get(&url).send().await.is_ok());
    files.renew();
    eventually("the new certificate", async || files.client().get(&url).send().await.is_ok()).await;
}

/// How long the server waits for a client that says this and no more.
async fn patience(url: &str, said: &[u8]) -> Duration {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(said).await.unwrap();
    let started = Instant::now();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(40), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "it waits for ever");
    started.elapsed()
}

#[tokio::test]
async fn a_client_that_dawdles_holds_no_connection() {
    let api = Api::start().await;
    let (silent, slow) = tokio::join!(
        patience(&api.url, b""),
        patience(&api.url, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
    );
    for waited in [silent, slow] {
        assert!((10..=20).contains(&waited.as_secs()), "{waited:?}");
    }
}

#[tokio::test]
async fn what_is_under_way_is_answered_when_the_process_stops() {
    let mut api = Api::start().await;
    assert_eq!(api.get("/healthz").await.status(), StatusCode::OK);
    let mut lock = till_store::db::begin(&api.database.pool).await.unwrap();
    sqlx::query("LOCK TABLE payments IN ACCESS EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
    let request = api.request(reqwest::Method::GET, "/v1/payments").send();
    let under_way = tokio::spawn(request);
    eventually("a request that waits for the lock", async || {
        let waits = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'
               AND query LIKE 'SELECT p.created_at, p.id FROM payments p%'";
        sqlx::query_scalar::<_, i64>(waits).fetch_one(&api.database.pool).await.unwrap() == 1
    })
    .await;

    api.begin_to_stop();
    let refused = async || Client::new().get(format!("{}/healthz", api.url)).send().await.is_err();
    eventually("the refusal of new connections", refused).await;
    assert!(!under_way.is_finished());
    lock.rollback().await.unwrap();
    assert_eq!(under_way.await.unwrap().unwrap().status(), StatusCode::OK);
    let stopping = Instant::now();
    api.stop().await;
    assert!(stopping.elapsed() < Duration::from_secs(4), "{:?}", stopping.elapsed());
}
