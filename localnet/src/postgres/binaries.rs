//! Which Postgres is installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use super::process::Account;

/// Where Debian and its descendants keep every major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A directory with `initdb` and `postgres` of one version.
#[derive(Debug)]
pub struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    /// The newest of the distribution's versions; otherwise what the `PATH` has.
    pub fn find() -> anyhow::Result<Self> {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        let path = env::var_os("PATH").unwrap_or_default();
        versions
            .into_iter()
            .map(|(_, dir)| dir)
            .chain(env::split_paths(&path))
            .find(|dir| complete(dir))
            .map(|dir| {
                // A link in the PATH points to where the server's other files are; it finds them from there.
                let dir = dir.join("postgres").canonicalize().ok().and_then(|file| Some(file.parent()?.to_owned()))
                    .filter(|dir| complete(dir)).unwrap_or(dir);
                Self { dir }
            })
            .context(
                "no Postgres found: install it (Debian, Ubuntu: apt-get install postgresql), or set DATABASE_URL to use \
                 one that runs elsewhere",
            )
    }

    pub fn command(&self, name: &str, account: Option<&Account>) -> Command {
        let mut command = Command::new(self.dir.join(name));
        // What a person has set for their own Postgres is not for this one.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("PG")) {
                command.env_remove(name);
            }
        }
        if let Some(account) = account {
            account.apply(&mut command);
        }
        command
    }

    /// A cluster only runs on the major version that made it.
    pub fn check_version(&self, data_dir: &Path) -> anyhow::Result<()> {
        let file = data_dir.join("PG_VERSION");
        let made_by = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let output = self
            .command("postgres", None)
            .arg("--version")
            .output()
            .context("cannot run postgres --version")?;
        let version = String::from_utf8_lossy(&output.stdout);
        if major(&version) == Some(made_by.trim()) {
            return Ok(());
        }
        bail!(
            "the database in {} was made by Postgres {}, installed is {}: install that version, or start afresh",
            data_dir.display(),
            made_by.trim(),
            version.trim()
        )
    }
}

fn complete(dir: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| dir.join(name).is_file())
}

/// `15` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(version: &str) -> Option<&str> {
    version.split_once("(PostgreSQL) ")?.1.split(['.', ' ', '\n', 'b', 'r', 'd']).next()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some("15"));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some("18"));
        assert_eq!(major("something else"), None);
    }
}
