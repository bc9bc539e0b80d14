//! The server process: under which user it runs, how it ends with us, and how one left behind is ended.

use std::{
    ffi::{CStr, CString},
    fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use super::binaries::Binaries;

/// How long a fast shutdown may take: it writes everything out.
const STOP: Duration = Duration::from_secs(60);

/// The signal for a fast shutdown: connections are ended, nothing is lost.
const FAST: libc::c_int = libc::SIGINT;

/// The user that the server runs as when we are root.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    uid: libc::uid_t,
    gid: libc::gid_t,
}

impl Account {
    /// `None` when we are not root, and the server runs as whoever we are.
    pub fn for_server() -> anyhow::Result<Option<Self>> {
        // SAFETY: takes nothing and cannot fail.
        if unsafe { libc::geteuid() } != 0 {
            return Ok(None);
        }
        lookup(c"postgres").map(Some).context(
            "Postgres refuses to run as root, and there is no user `postgres` to run it as: create one, or do not \
             start as root",
        )
    }

    pub fn own(&self, path: &Path) -> anyhow::Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("cannot give {} to the user postgres", path.display()))
    }

    /// Whether what belongs to `uid` may be ours: we are root, or it was made by the server before.
    pub fn trusts(&self, uid: libc::uid_t) -> bool {
        uid == 0 || uid == self.uid
    }

    /// Also drops the supplementary groups: the standard library does so for root.
    pub fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

fn lookup(name: &CStr) -> Option<Account> {
    let mut buffer = vec![0; 16 * 1024];
    // SAFETY: a passwd is integers and pointers, for which zero is a value.
    let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
    let mut found = std::ptr::null_mut();
    // SAFETY: every pointer is valid for the call, and the length is the buffer's.
    let failed =
        unsafe { libc::getpwnam_r(name.as_ptr(), &mut entry, buffer.as_mut_ptr(), buffer.len(), &mut found) };
    (failed == 0 && !found.is_null()).then_some(Account { uid: entry.pw_uid, gid: entry.pw_gid })
}

/// The running server.
#[derive(Debug)]
pub struct Server {
    pid: libc::pid_t,
    ended: mpsc::Receiver<io::Result<ExitStatus>>,
    has_ended: bool,
    log: PathBuf,
}

impl Server {
    pub fn start(
        binaries: &Binaries,
        account: Option<Account>,
        home: &Path,
        data_dir: &Path,
        port: u16,
    ) -> anyhow::Result<Self> {
        let log = home.join("postgres.log");
        let out = fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = binaries.command("postgres", account.as_ref());
        command
            .arg("-D")
            .arg(data_dir)
            .arg("-p")
            .arg(port.to_string())
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=on"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", socket_dir(home)))
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            // Ctrl-C in a terminal goes to the whole group; the server is to end after those who use it.
            .process_group(0);
        with_parent(&mut command);

        // The kernel's signal comes when the *thread* that forked ends, so that is one that does nothing else.
        let (started_tx, started) = mpsc::channel();
        let (ended_tx, ended) = mpsc::channel();
        thread::Builder::new().name("postgres".into()).spawn(move || {
            let child = command.spawn();
            let failed = child.is_err();
            let (pid, child) = match child {
                Ok(child) => (Ok(child.id()), Some(child)),
                Err(error) => (Err(error), None),
            };
            if started_tx.send(pid).is_err() || failed {
                return;
            }
            if let Some(mut child) = child {
                // Nobody listens when the owner is gone: then this thread only reaps.
                let _ = ended_tx.send(child.wait());
            }
        })?;
        let pid = started.recv().context("the Postgres thread ended")?.context("cannot run postgres")?;
        Ok(Self { pid: pid as libc::pid_t, ended, has_ended: false, log })
    }

    /// The end of the log, when the server has ended.
    pub fn died(&mut self) -> Option<String> {
        self.has_ended |= self.ended.try_recv().is_ok();
        self.has_ended.then(|| {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            lines[lines.len().saturating_sub(15)..].join("\n")
        })
    }

    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        self.signal();
        while self.died().is_none() {
            if started.elapsed() > STOP {
                bail!("Postgres (process {}) does not shut down", self.pid);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn signal(&mut self) {
        if self.died().is_none() {
            // SAFETY: the process is our child and not reaped yet, or was this moment; a pid is not reused so soon.
            unsafe { libc::kill(self.pid, FAST) };
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal();
    }
}

/// The longest path that a unix socket can have leaves little room for a directory; without one that fits, there is
/// only TCP.
fn socket_dir(home: &Path) -> String {
    const LONGEST: usize = 107 - "/.s.PGSQL.65535.lock".len();
    let home = home.display().to_string();
    // A comma separates directories in the setting.
    if home.len() <= LONGEST && !home.contains([',', '"']) { home } else { String::new() }
}

/// Lets the kernel shut the server down when we die, however we die.
fn with_parent(command: &mut Command) {
    // SAFETY: between fork and exec only `prctl` and `getppid` are called, which is allowed there.
    #[cfg(target_os = "linux")]
    unsafe {
        let parent = libc::getpid();
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, FAST) != 0 {
                return Err(io::Error::last_os_error());
            }
            // We may have died before the kernel was asked.
            if libc::getppid() != parent {
                return Err(io::Error::other("the parent is gone"));
            }
            Ok(())
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

/// Ends a server that an earlier process of ours left behind on this cluster.
pub async fn stop_stale(data_dir: &Path) -> anyhow::Result<()> {
    let Some(pid) = stale(data_dir) else {
        return Ok(());
    };
    tracing::warn!(pid, "a Postgres of an earlier run is still there: shutting it down");
    // SAFETY: `stale` has checked that this is the server of our own cluster.
    unsafe { libc::kill(pid, FAST) };
    let started = Instant::now();
    while stale(data_dir) == Some(pid) {
        if started.elapsed() > STOP {
            bail!("a Postgres of an earlier run (process {pid}) does not shut down: end it by hand");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The process of the pid file, if it is alive and really the server of this cluster: pids are reused.
fn stale(data_dir: &Path) -> Option<libc::pid_t> {
    let file = fs::read_to_string(data_dir.join("postmaster.pid")).ok()?;
    let pid: libc::pid_t = file.lines().next()?.trim().parse().ok()?;
    let pid = (pid > 1).then_some(pid)?;
    let arguments = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let wanted = CString::new(data_dir.as_os_str().as_encoded_bytes()).ok()?;
    arguments.split(|byte| *byte == 0).any(|argument| argument == wanted.as_bytes()).then_some(pid)
}
