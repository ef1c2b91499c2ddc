//! A PostgreSQL server of our own for the storage tests: in a temporary folder, on a free port of
//! 127.0.0.1, gone at the end, however the end comes about.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{prerequisites, process, workspace};

/// A running server; dropping it stops the server and removes its data.
pub struct Postgres {
    /// Where the tests find it.
    pub url: String,
    keeper: Child,
    folder: TempDir,
}

/// The server ends when its keeper's standard input closes, which happens even if this program is
/// killed. Ctrl-C and the like are left to that mechanism, so that the keeper outlives them.
const KEEPER: &str = r#"trap "" INT TERM HUP
"$0" "$@" >"$LOG" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server""#;

impl Postgres {
    /// Starts a server that trusts everybody on this machine and does not care about power cuts.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL's server is not installed")?;
        let folder = tempfile::Builder::new().prefix("fenfa-postgres-").tempdir()?;
        let path = folder.path();
        if let Some(user) = other_user() {
            process::quiet(process::command("chown").arg(user).arg(path))?;
        }
        let data = path.join("data");
        let initdb = ["-U", "fenfa", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        process::quiet(
            as_user(&programs.join("initdb"), path)
                .arg("-D")
                .arg(&data)
                .args(initdb)
                .args(collation(&programs)),
        )?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let keeper = as_user(Path::new("sh"), path)
            .arg("-c")
            .arg(KEEPER)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"])
            .arg(path)
            .args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300"])
            .env("LOG", path.join("log"))
            .stdin(Stdio::piped())
            .spawn()?;
        let url = format!("postgres://fenfa@127.0.0.1:{port}/postgres");
        let server = Self { url, keeper, folder };
        server.wait_until_ready(&programs, port)?;
        Ok(server)
    }

    fn wait_until_ready(&self, programs: &Path, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            let ready = process::command(programs.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                .status()?;
            if ready.success() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        bail!("PostgreSQL did not start within a minute:\n{log}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing is left to do about a server that does not end.
        let _ = self.keeper.wait();
    }
}

/// Most installations sort as people do, not by bytes as SQLite does: tests must not rely on the
/// latter. Servers before PostgreSQL 15 know only the collations of the operating system.
fn collation(programs: &Path) -> &'static [&'static str] {
    let help = Command::new(programs.join("initdb")).arg("--help").output();
    let icu =
        help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("--locale-provider"));
    if icu { &["--locale-provider=icu", "--icu-locale=und"] } else { &[] }
}

/// The folder with `initdb` and `postgres`, the newest where there are several.
pub fn programs() -> Option<PathBuf> {
    let mut versions = workspace::entries(Path::new("/usr/lib/postgresql")).ok()?;
    versions
        .sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let debian = versions.into_iter().rev().map(|version| version.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let elsewhere: Vec<PathBuf> = std::env::split_paths(&path).collect();
    debian
        .chain(elsewhere)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// PostgreSQL refuses to run as root; Debian's package brings a user for it.
fn other_user() -> Option<&'static str> {
    prerequisites::is_root().then_some("postgres")
}

fn as_user(program: &Path, folder: &Path) -> Command {
    let mut command = match other_user() {
        Some(user) => {
            let mut command = process::command("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        None => process::command(program),
    };
    command.current_dir(folder);
    command
}
