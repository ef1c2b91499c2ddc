//! Starting the program over a folder of its own, and asking its database what became of things.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, Row as _};
use tempfile::TempDir;

use crate::browser::Browser;

/// How long a test waits at most for what is bound to come.
const LONGEST: Duration = Duration::from_secs(40);

/// The program, with none of this machine's settings.
pub fn fenfa() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fenfa"));
    clean(&mut command);
    command
}

/// Takes away the settings that would reach the program from here.
pub fn clean(command: &mut Command) {
    for name in ["FENFA_CONFIG", "FENFA_DATA", "FENFA_ORIGIN", "FENFA_DEMO", "DATABASE_URL"] {
        command.env_remove(name);
    }
    command.env("RUST_LOG", "warn,sqlx=off");
}

/// Runs a command to its end over a data folder, with something on its standard input.
pub fn run(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = fenfa()
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a standard input");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// What a command printed.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a command complained of.
pub fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A serving program; it ends with the test.
pub struct Served {
    child: Child,
    /// Where it listens: host and port.
    pub address: String,
}

impl Served {
    /// Serves a data folder; where the demo lies in it, its people may sign in.
    pub fn over(data: &Path) -> Self {
        let mut command = fenfa();
        command.args(["serve", "--demo", "--data"]).arg(data);
        Self::start(command)
    }

    /// Starts `command`, which serves, on a free port.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .env("FENFA_PORT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Fenfa serves http://").map(str::to_owned))
            .expect("the program says where it serves");
        thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Its number as a process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A browser at it, of a person who reads Chinese.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// A browser in which somebody of the demo has signed in.
    pub fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(login, backend::account::DEMO_PASSWORD);
        assert_eq!(answer.status, 303, "{login} signs in: {}", answer.body);
        browser
    }

    /// Tells it to stop, as a service manager does; gives whether it ended well.
    pub fn stop(mut self) -> bool {
        let told = Command::new("kill").arg(self.id().to_string()).status();
        assert!(told.expect("kill runs").success());
        let status = self.child.wait().expect("the program ends");
        status.success()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LONGEST;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A folder of its own with the demo loaded and nobody serving it.
pub fn demo() -> TempDir {
    static LOADED: OnceLock<PathBuf> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
        let _ = fs::remove_dir_all(&folder);
        let mut command = fenfa();
        command.args(["serve", "--demo", "--data"]).arg(&folder);
        assert!(Served::start(command).stop(), "the demo is loaded");
        folder
    });
    let folder = tempfile::tempdir().expect("a folder");
    copy(loaded, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// A database, asked from outside.
pub enum Database {
    /// A SQLite file.
    File(PathBuf),
    /// The SQLite file of a data folder that only a copy can be read of; nobody may write just now.
    Copy(PathBuf),
    /// A PostgreSQL URL.
    Url(String),
}

impl Database {
    /// The database of a data folder.
    pub fn of(data: &(impl AsRef<OsStr> + ?Sized)) -> Self {
        Self::File(Path::new(data).join("fenfa.sqlite"))
    }

    /// The first column of the first row, as text.
    pub fn text(&self, sql: &str) -> String {
        self.ask(sql).expect("a row")
    }

    /// The first column of the first row, a number.
    pub fn count(&self, sql: &str) -> i64 {
        let text = self.text(&format!("select cast(({sql}) as text)"));
        text.parse().expect("a number")
    }

    /// Runs a statement.
    pub fn run(&self, sql: &str) {
        self.ask(sql);
    }

    fn ask(&self, sql: &str) -> Option<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            match self {
                Self::File(path) => ask_sqlite(path, sql).await,
                Self::Copy(data) => {
                    let folder = tempfile::tempdir().expect("a folder");
                    for name in ["fenfa.sqlite", "fenfa.sqlite-wal"] {
                        fs::copy(data.join(name), folder.path().join(name)).expect("a copy");
                    }
                    ask_sqlite(&folder.path().join("fenfa.sqlite"), sql).await
                }
                Self::Url(url) => {
                    let mut connection =
                        sqlx::PgConnection::connect(url).await.expect("PostgreSQL");
                    let row = sqlx::query(sql).fetch_optional(&mut connection).await.expect("rows");
                    row.map(|row| row.get(0))
                }
            }
        })
    }
}

async fn ask_sqlite(path: &Path, sql: AssertSqlSafe<String>) -> Option<String> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("SQLite");
    let row = sqlx::query(sql).fetch_optional(&mut connection).await.expect("rows");
    connection.close().await.expect("SQLite closes");
    row.map(|row| row.get(0))
}
