//! A private Postgres cluster from the distribution's binaries, alive as long as this process.
//!
//! It listens on 127.0.0.1 and on a socket in its own directory, and asks for a password on both: other users of
//! the machine can reach 127.0.0.1.
//!
//! **Root.** Postgres refuses to run as root. Started by root, it runs as the user `postgres`, who can neither
//! write to nor, as a rule, even traverse root's directories: then the cluster is in
//! `/var/tmp/till-<hash of the wanted directory>` instead, and [`Postgres::data_dir`] says so. The password
//! stays in the wanted directory in any case, readable by its owner only.
//!
//! **Crash.** When our process dies, the kernel tells the server to shut down. Should that fail (a system without
//! the signal), the next start finds the server by its pid file and stops it first.

mod binaries;
mod process;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use self::{
    binaries::Binaries,
    process::{Account, Server},
};

/// The database, and the user who owns it.
const NAME: &str = "till";

/// In the wanted directory, wherever the cluster is.
const PASSWORD_FILE: &str = "postgres.password";

/// How long the server may take until it answers; after a crash it first reads its log.
const START: Duration = Duration::from_secs(60);

/// A running cluster. Dropped without [`Postgres::stop`], the server is told to shut down and not waited for.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    data_dir: PathBuf,
    port: u16,
    password: String,
}

impl Postgres {
    /// Starts the cluster of `dir`, made on first use, on `port`. The database `till` and its owner of the same
    /// name exist when this returns.
    pub async fn start(dir: &Path, port: u16) -> anyhow::Result<Self> {
        let binaries = Binaries::find()?;
        private_dir(dir)?;
        let dir = dir.canonicalize().with_context(|| format!("cannot find {}", dir.display()))?;
        let account = Account::for_server()?;
        let home = place(&dir, account.as_ref())?;
        let password = password(&dir)?;

        let data_dir = home.join("data");
        process::stop_stale(&data_dir).await?;
        if !data_dir.join("PG_VERSION").exists() {
            init(&binaries, account.as_ref(), &home, &data_dir, &password)?;
        }
        binaries.check_version(&data_dir)?;

        let server = Server::start(&binaries, account, &home, &data_dir, port)?;
        let mut cluster = Self { server, data_dir, port, password };
        cluster.ready().await?;
        Ok(cluster)
    }

    /// Removes the cluster of `dir` with everything in it, for a fresh start. One that is running is stopped.
    pub async fn remove(dir: &Path) -> anyhow::Result<()> {
        let Ok(dir) = dir.canonicalize() else {
            return Ok(());
        };
        for home in [dir.join("postgres"), elsewhere(&dir)] {
            process::stop_stale(&home.join("data")).await?;
            if home.exists() {
                fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
            }
        }
        match fs::remove_file(dir.join(PASSWORD_FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("cannot remove the password of the old database")
            }
            _ => Ok(()),
        }
    }

    /// Where to connect, password included.
    pub fn url(&self) -> String {
        format!("postgres://{NAME}:{}@127.0.0.1:{}/{NAME}", self.password, self.port)
    }

    /// Where the cluster really is; see the module documentation.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Ends every connection and returns when all is on disk (a "fast shutdown").
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.server.stop().await
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(NAME)
            .password(&self.password)
            .database("postgres");
        let started = Instant::now();
        let mut connection = loop {
            match PgConnection::connect_with(&options).await {
                Ok(connection) => break connection,
                Err(error) => {
                    if let Some(log) = self.server.died() {
                        bail!("Postgres does not start; the end of its log:\n{log}");
                    }
                    if started.elapsed() > START {
                        return Err(error).context("Postgres does not answer");
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let exists: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind(NAME)
            .fetch_optional(&mut connection)
            .await?;
        if exists.is_none() {
            sqlx::raw_sql("CREATE DATABASE till OWNER till ENCODING 'UTF8' TEMPLATE template0")
                .execute(&mut connection)
                .await
                .context("cannot create the database")?;
        }
        connection.close().await?;
        Ok(())
    }
}

/// Makes the cluster, with `till` as its superuser: it is nobody else's.
fn init(
    binaries: &Binaries,
    account: Option<&Account>,
    home: &Path,
    data_dir: &Path,
    password: &str,
) -> anyhow::Result<()> {
    // What is there without a version is a cluster that was being made when the process died.
    if data_dir.exists() {
        fs::remove_dir_all(data_dir)
            .with_context(|| format!("cannot remove the unfinished {}", data_dir.display()))?;
    }
    let password_file = home.join("init-password");
    write_private(&password_file, password)?;
    if let Some(account) = account {
        account.own(&password_file)?;
    }
    let mut initdb = binaries.command("initdb", account);
    initdb
        .arg("--pgdata")
        .arg(data_dir)
        .args(["--username", NAME, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"])
        .arg("--pwfile")
        .arg(&password_file)
        .current_dir(home);
    let output = initdb.output().context("cannot run initdb");
    fs::remove_file(&password_file).context("cannot remove the password file of initdb")?;
    let output = output?;
    if !output.status.success() {
        bail!("initdb failed:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The directory that the cluster lives in: `dir`, or where the server's user can get to.
fn place(dir: &Path, account: Option<&Account>) -> anyhow::Result<PathBuf> {
    let inside = dir.join("postgres");
    let Some(account) = account else {
        private_dir(&inside)?;
        return Ok(inside);
    };
    let home = if reachable(dir) { inside } else { elsewhere(dir) };
    private_dir(&home)?;
    // Anybody could have put something in that place first, to have us give it away.
    let found = fs::symlink_metadata(&home).with_context(|| format!("cannot look at {}", home.display()))?;
    if !found.is_dir() || !account.trusts(found.uid()) {
        bail!("{} belongs to somebody else: remove it", home.display());
    }
    account.own(&home)?;
    if !home.starts_with(dir) {
        tracing::info!(place = %home.display(), "Postgres cannot get to {}: its data is elsewhere", dir.display());
    }
    Ok(home)
}

/// Whether somebody who is neither owner nor group of any of them can traverse every directory down to `dir`.
fn reachable(dir: &Path) -> bool {
    const OTHERS_TRAVERSE: u32 = 0o001;
    dir.ancestors().all(|dir| {
        fs::metadata(dir).is_ok_and(|metadata| metadata.permissions().mode() & OTHERS_TRAVERSE != 0)
    })
}

fn elsewhere(dir: &Path) -> PathBuf {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    let short: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Path::new("/var/tmp").join(format!("till-{short}"))
}

/// Makes a directory that only its owner can read. One that is there is left as it is.
fn private_dir(dir: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot create {}", dir.display()))
}

/// The password of `dir`, chosen at first use.
fn password(dir: &Path) -> anyhow::Result<String> {
    let path = dir.join(PASSWORD_FILE);
    if path.exists() {
        let password =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        return Ok(password.trim().to_owned());
    }
    let mut random = [0; 24];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| std::io::Read::read_exact(&mut source, &mut random))
        .context("cannot read /dev/urandom")?;
    // Letters and digits only: it goes into URLs.
    let password = bs58::encode(random).into_string();
    write_private(&path, &password)?;
    Ok(password)
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .with_context(|| format!("cannot write {}", path.display()))
}
