//! A database for each test, with the schema in it.
//!
//! On the server that `TILL_TEST_DATABASE_URL` names, or else on one of its own: a cluster in the
//! temporary directory, made of the system's Postgres, reachable by a socket only, gone with the test.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use rand::random;
use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};

use crate::db;

const SERVER_URL: &str = "TILL_TEST_DATABASE_URL";
const START: Duration = Duration::from_secs(30);
/// How long a server may take to end that has nothing to keep.
const STOP: Duration = Duration::from_secs(10);

/// Keep it until the test is over.
pub struct TestDatabase {
    pub pool: PgPool,
    pub url: String,
    cluster: Option<Cluster>,
}

impl TestDatabase {
    pub async fn create() -> anyhow::Result<Self> {
        match env::var(SERVER_URL) {
            Ok(url) => Self::on(None, url).await,
            Err(_) => Self::create_with(&[]).await,
        }
    }

    /// On a server of its own, with these variables in its environment.
    pub async fn create_with(environment: &[(&'static str, &Path)]) -> anyhow::Result<Self> {
        let environment = environment.iter().map(|(name, value)| (*name, value.to_path_buf())).collect();
        let cluster = Cluster::start(environment)?;
        let url = cluster.url("postgres");
        Self::on(Some(cluster), url).await
    }

    async fn on(cluster: Option<Cluster>, server: String) -> anyhow::Result<Self> {
        let name = format!("till_test_{:016x}", random::<u64>());
        let options: PgConnectOptions =
            server.parse().with_context(|| format!("{SERVER_URL} is malformed"))?;
        let mut connection =
            connect(&options, if cluster.is_some() { START } else { Duration::ZERO }).await?;
        // The name is ours: letters, digits and underscores.
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await?;
        let url = match &cluster {
            Some(cluster) => cluster.url(&name),
            None => on_database(&server, &name),
        };
        let pool = db::connect(&url, 8).await?;
        db::migrate(&pool).await?;
        Ok(Self { pool, url, cluster })
    }

    /// Kills the server the hard way, as a power cut would, and starts it again. Only with a cluster of
    /// its own; returns `false` otherwise.
    pub async fn crash(&mut self) -> anyhow::Result<bool> {
        let Some(cluster) = &mut self.cluster else { return Ok(false) };
        cluster.server.kill().and_then(|()| cluster.server.wait())?;
        // A server does not start while a process of the one before is still there; those end by
        // themselves, within moments.
        let url: PgConnectOptions = cluster.url("postgres").parse()?;
        let started = Instant::now();
        while started.elapsed() < START {
            cluster.server = cluster.run()?;
            while cluster.server.try_wait()?.is_none() {
                if PgConnection::connect_with(&url).await.is_ok() {
                    return Ok(true);
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        bail!("the server does not start again")
    }
}

async fn connect(options: &PgConnectOptions, patience: Duration) -> anyhow::Result<PgConnection> {
    let started = Instant::now();
    loop {
        match PgConnection::connect_with(options).await {
            Ok(connection) => return Ok(connection),
            Err(error) if started.elapsed() >= patience => {
                return Err(error).context("cannot reach the test server");
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The same server, another database: the last segment of the path, before any query.
fn on_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let host_end = address.find("://").map_or(0, |at| at + 3);
    let host = match address[host_end..].find('/') {
        Some(at) => &address[..host_end + at],
        None => address,
    };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}/{name}{query}")
}

struct Cluster {
    home: PathBuf,
    binaries: PathBuf,
    is_root: bool,
    environment: Vec<(&'static str, PathBuf)>,
    server: Child,
}

impl Cluster {
    fn start(environment: Vec<(&'static str, PathBuf)>) -> anyhow::Result<Self> {
        let binaries = binaries()?;
        let home = env::temp_dir().join(format!("till-test-{:016x}", random::<u64>()));
        fs::create_dir(&home).with_context(|| format!("cannot create {}", home.display()))?;
        let is_root = fs::metadata(&home)?.uid() == 0;
        if is_root {
            let status = Command::new("chown").arg("postgres").arg(&home).status()?;
            if !status.success() {
                bail!("Postgres does not run as root, and there is no user postgres: set {SERVER_URL}");
            }
        }
        let mut initdb = command(&binaries.join("initdb"), is_root);
        initdb.arg("--pgdata").arg(home.join("data")).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        let made = initdb.current_dir(&home).output().context("cannot run initdb")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let server = run(&binaries, &home, is_root, &environment)?;
        Ok(Self { home, binaries, is_root, environment, server })
    }

    fn run(&self) -> anyhow::Result<Child> {
        run(&self.binaries, &self.home, self.is_root, &self.environment)
    }

    /// Nothing of it is to survive, so nothing is flushed. Yet it is not killed: then its segment of shared memory
    /// would stay, and a system has no more than some thousands of those. Returns whether it has ended.
    fn stop_at_once(&mut self) -> bool {
        let id = self.server.id().to_string();
        let asked = Command::new("kill").args(["-QUIT", &id]).stderr(Stdio::null()).status();
        let started = Instant::now();
        while asked.as_ref().is_ok_and(|status| status.success()) && started.elapsed() < STOP {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return true;
            }
            thread::sleep(Duration::from_millis(2));
        }
        false
    }

    fn url(&self, database: &str) -> String {
        let socket = self.home.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@localhost/{database}?host={socket}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.stop_at_once() {
            let _ = self.server.kill();
            let _ = self.server.wait();
        }
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn run(
    binaries: &Path,
    home: &Path,
    is_root: bool,
    environment: &[(&str, PathBuf)],
) -> anyhow::Result<Child> {
    let mut postgres = command(&binaries.join("postgres"), is_root);
    postgres
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .arg("-D")
        .arg(home.join("data"))
        .args(["-c", "listen_addresses="])
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    postgres.arg("-c").arg(format!("unix_socket_directories={}", home.display()));
    postgres.spawn().context("cannot run postgres")
}

/// As the user postgres if we are root, and ended by the kernel if we are killed.
fn command(program: &Path, is_root: bool) -> Command {
    const SETPRIV: &str = "/usr/bin/setpriv";
    if !Path::new(SETPRIV).exists() {
        return Command::new(program);
    }
    let mut command = Command::new(SETPRIV);
    if is_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--pdeathsig=INT").arg("--").arg(program);
    command
}

/// The directory of the newest Postgres of the distribution, or of the one in the `PATH`.
fn binaries() -> anyhow::Result<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    versions.sort();
    versions
        .into_iter()
        .rev()
        .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default()))
        .find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
        .with_context(|| format!("no Postgres found: install it, or set {SERVER_URL}"))
}
