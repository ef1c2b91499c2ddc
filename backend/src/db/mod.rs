//! One database interface over SQLite and PostgreSQL: a statement is written once, as `sql!("…")`
//! with `$n` placeholders, and runs on both (Source: architecture, "Storage").

pub mod dialect;
mod readers;
mod row;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, Connection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use readers::{Reader, Readers};
pub use row::{FromColumn, Inconsistent, IntoValue, Row, Value};

/// A statement the program can run; collected so that a test prepares each on both engines.
pub struct Statement(pub &'static str);
inventory::collect!(Statement);

/// Registers a statement and gives its text.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        inventory::submit! { $crate::db::Statement($text) }
        $text
    }};
}

/// The arguments of a statement, in the order of its placeholders.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::db::IntoValue::into_value($value)),*]
    };
}

/// Why storage did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The driver or the database refused.
    #[error(transparent)]
    Driver(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored row does not fit the domain.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    /// The database was migrated by a newer program.
    #[error(
        "the database has schema {found}, newer than this program's {known}; start the newer program, or restore a backup"
    )]
    Newer {
        /// The newest migration found in the database.
        found: i64,
        /// The newest migration this program knows.
        known: i64,
    },
    /// Whether the unit of work was made durable is not known: the connection broke at its end.
    #[error("the connection broke while a unit of work was being made durable: {0}")]
    Unsure(sqlx::Error),
    /// The file of the database is no longer where it was opened; what is written now would be lost.
    #[error("{0}: the database's file was removed or replaced while it was in use")]
    Gone(String),
    /// A file or folder of the database is not usable.
    #[error("{path}: {source}")]
    Folder {
        /// The path.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl StorageError {
    /// True when a unique constraint refused the row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// True when there is no space left for what was to be stored.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| dialect::FULL.contains(&code.as_ref()))
            }
            Self::Driver(sqlx::Error::Io(error)) | Self::Folder { source: error, .. } => {
                crate::problem::no_space(error)
            }
            _ => false,
        }
    }
}

/// The database: SQLite with one writer and a pool of readers, or a PostgreSQL pool.
#[derive(Clone, Debug)]
pub enum Db {
    /// The embedded default.
    Sqlite {
        /// Readers.
        read: Arc<Readers>,
        /// The one writer.
        write: SqlitePool,
        /// The file, to notice when it goes away.
        file: Arc<OpenedFile>,
    },
    /// For many replicas.
    Postgres(PgPool),
}

/// How long a person waits at most for a connection, or for another process to let go of SQLite.
const PATIENCE: Duration = Duration::from_secs(5);

/// A file of SQLite as it was when it was opened. A file that was removed or replaced goes on being
/// written to under no name, and is lost at the end: that must be noticed.
#[derive(Debug)]
pub struct OpenedFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl OpenedFile {
    fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), identity: identity(path) }
    }

    fn still_there(&self) -> Result<(), StorageError> {
        let found = identity(&self.path);
        if found.is_some() && found == self.identity {
            Ok(())
        } else {
            Err(StorageError::Gone(self.path.display().to_string()))
        }
    }
}

/// What tells a file from every other, where the system says; else only that there is one.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    Some((0, u64::from(found.is_file())))
}

/// How to reach a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    File(std::path::PathBuf),
    /// A `postgres://` URL.
    Url(String),
}

impl Db {
    /// Connects, without touching the schema.
    pub async fn connect(address: &Address) -> Result<Self, StorageError> {
        match address {
            Address::File(path) => Self::open_sqlite(path).await,
            Address::Url(url) => {
                let options = PgConnectOptions::from_str(url)?;
                Self::connect_postgres(options, 10).await
            }
        }
    }

    /// Connects to PostgreSQL with a pool of at most `size`.
    pub async fn connect_postgres(
        options: PgConnectOptions,
        size: u32,
    ) -> Result<Self, StorageError> {
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StorageError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| StorageError::Folder {
                path: folder.display().to_string(),
                source,
            })?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(256);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            // A file does not hang up, so a connection need not be asked before each use.
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(settled(connection)))
            .connect_with(options.clone())
            .await?;
        let read = Readers::open(options.read_only(true).create_if_missing(false), 4).await?;
        Ok(Self::Sqlite { read, write, file: Arc::new(OpenedFile::of(path)) })
    }

    /// Brings the schema up to date; refuses a database of a newer program.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        let migrator = dialect::migrator(self);
        self.refuse_newer(&migrator).await?;
        match self {
            Self::Sqlite { write, .. } => migrator.run(write).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    async fn refuse_newer(&self, migrator: &sqlx::migrate::Migrator) -> Result<(), StorageError> {
        let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        let mut tx = self.begin().await?;
        if tx.one(dialect::has_migrations(self), vec![]).await?.is_none() {
            return Ok(());
        }
        let row = tx
            .one("select coalesce(max(version), 0) as newest from _sqlx_migrations", vec![])
            .await?;
        let found = row.map_or(Ok(0), |row| row.get::<i64>("newest"))?;
        if found > known { Err(StorageError::Newer { found, known }) } else { Ok(()) }
    }

    /// A connection for reading, outside any transaction.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        Ok(Tx(match self {
            Self::Sqlite { read, file, .. } => {
                file.still_there()?;
                Inner::SqliteRead(read.acquire(PATIENCE).await?)
            }
            Self::Postgres(pool) => Inner::PostgresRead(pool.acquire().await?),
        }))
    }

    /// A unit of work; what is not committed is rolled back.
    pub async fn begin(&self) -> Result<Tx, StorageError> {
        Ok(Tx(match self {
            Self::Sqlite { write, file, .. } => {
                file.still_there()?;
                Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => {
                let pool = pool.clone();
                // In a task of its own: whoever asks may go away half-way, and sqlx would hand the
                // connection back with the transaction open.
                let begun = tokio::spawn(async move { pool.begin().await });
                Inner::Postgres(begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?)
            }
        }))
    }

    /// A whole copy of a SQLite database in a new file, taken while others read and write.
    pub async fn snapshot(&self, path: &Path) -> Result<(), StorageError> {
        let path = path.display().to_string();
        self.read().await?.run("vacuum into $1", crate::args![path]).await?;
        Ok(())
    }

    /// How many connections are open, and how many of those nobody uses just now.
    pub fn connections(&self) -> (i64, i64) {
        let count = |size: u32, idle: usize| (i64::from(size), i64::try_from(idle).unwrap_or(0));
        match self {
            Self::Sqlite { read, write, .. } => {
                let (open, idle) = read.count();
                let writer = count(write.size(), write.num_idle());
                let number = |count: usize| i64::try_from(count).unwrap_or(0);
                (number(open) + writer.0, number(idle) + writer.1)
            }
            Self::Postgres(pool) => count(pool.size(), pool.num_idle()),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// True when a connection may serve again. SQLite itself ends a unit of work for which there is no
/// space; the driver then cannot roll back, and would take the connection for busy ever after.
async fn settled(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // What was given up is rolled back before this is answered.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// A refusal by the database is certain; anything else at the end of a unit of work is not.
fn unsure(error: sqlx::Error) -> StorageError {
    match error {
        sqlx::Error::Database(_) => StorageError::Driver(error),
        other => StorageError::Unsure(other),
    }
}

enum Inner {
    SqliteRead(Reader),
    PostgresRead(PoolConnection<Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection or a unit of work on either engine.
pub struct Tx(Inner);

macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $args {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(int) => query.bind(int),
            };
        }
        query
    }};
}

macro_rules! on_engine {
    ($tx:expr, $connection:ident, $wrap:ident => $body:expr) => {
        match &mut $tx.0 {
            Inner::SqliteRead(connection) => {
                let $connection = &mut **connection;
                let $wrap = Row::Sqlite;
                $body
            }
            Inner::Sqlite(connection) => {
                let $connection = &mut **connection;
                let $wrap = Row::Sqlite;
                $body
            }
            Inner::PostgresRead(connection) => {
                let $connection = &mut **connection;
                let $wrap = Row::Postgres;
                $body
            }
            Inner::Postgres(connection) => {
                let $connection = &mut **connection;
                let $wrap = Row::Postgres;
                $body
            }
        }
    };
}

impl Tx {
    /// True on PostgreSQL; only the dialect module asks.
    fn is_postgres(&self) -> bool {
        matches!(self.0, Inner::PostgresRead(_) | Inner::Postgres(_))
    }

    /// The outcome of a statement, after which a reader may be no good.
    fn noted<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StorageError> {
        if let Inner::SqliteRead(reader) = &mut self.0 {
            reader.note(&outcome);
        }
        Ok(outcome?)
    }

    /// The first row, if any.
    pub async fn one(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Option<Row>, StorageError> {
        let outcome = on_engine!(self, connection, wrap => {
            bound!(sql, args).fetch_optional(connection).await.map(|row| row.map(wrap))
        });
        self.noted(outcome)
    }

    /// All rows; the statement carries a limit.
    pub async fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StorageError> {
        let outcome = on_engine!(self, connection, wrap => {
            let rows = bound!(sql, args).fetch_all(connection).await;
            rows.map(|rows| rows.into_iter().map(wrap).collect())
        });
        self.noted(outcome)
    }

    /// Rows for many ids at once. `sql` has `($1)` where the list of ids goes, and no other
    /// placeholder; the ids are asked for in portions.
    pub async fn all_of(
        &mut self,
        sql: &'static str,
        ids: Vec<Value>,
    ) -> Result<Vec<Row>, StorageError> {
        let mut found = Vec::new();
        for portion in ids.chunks(512) {
            // Powers of two keep the number of distinct statement texts small; the last id repeats.
            let width = portion.len().next_power_of_two();
            let places: Vec<String> = (1..=width).map(|place| format!("${place}")).collect();
            let sql = AssertSqlSafe(sql.replacen("($1)", &format!("({})", places.join(", ")), 1));
            let last = portion.last().into_iter().cycle();
            let args: Vec<Value> = portion.iter().chain(last).take(width).cloned().collect();
            on_engine!(self, connection, wrap => {
                let rows = bound!(sql, args).fetch_all(connection).await?;
                found.extend(rows.into_iter().map(wrap));
            });
        }
        Ok(found)
    }

    /// Rows as they come, for exports that must not fill memory.
    pub fn stream(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> BoxStream<'_, Result<Row, StorageError>> {
        on_engine!(self, connection, wrap => {
            bound!(sql, args)
                .fetch(connection)
                .map(move |row| row.map(wrap).map_err(StorageError::from))
                .boxed()
        })
    }

    /// Runs a statement; gives the number of rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StorageError> {
        on_engine!(self, connection, _wrap => {
            Ok(bound!(sql, args).execute(connection).await?.rows_affected())
        })
    }

    /// Like [`Tx::one`], and holds the row until the end of the unit of work, so that two units
    /// cannot decide on the same state. (SQLite has one writer, which is lock enough.)
    pub async fn lock(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Option<Row>, StorageError> {
        // Rows that merely refer to this one can be added meanwhile: no key is about to change.
        self.hold(sql, args, "for no key update").await
    }

    /// Waits for the units of work that have locked the row, and locks it; on SQLite, which has one
    /// writer, nobody else is inside.
    pub async fn queue(&mut self, sql: &'static str, args: Vec<Value>) -> Result<(), StorageError> {
        if matches!(self.0, Inner::Postgres(_)) {
            self.lock(sql, args).await?;
        }
        Ok(())
    }

    /// Like [`Tx::lock`], except that any number of units of work may hold the row like this at
    /// once: it only keeps those out, and waits for those, that lock it.
    pub async fn share(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Option<Row>, StorageError> {
        self.hold(sql, args, "for share").await
    }

    async fn hold(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
        how: &'static str,
    ) -> Result<Option<Row>, StorageError> {
        match &mut self.0 {
            Inner::Postgres(connection) => {
                let locking = AssertSqlSafe(format!("{sql} {how}"));
                let row = bound!(locking, args).fetch_optional(&mut **connection).await?;
                Ok(row.map(Row::Postgres))
            }
            _ => self.one(sql, args).await,
        }
    }

    /// Inserts many rows with few statements. `head` is `insert into t (a, b)`, `tail` what follows
    /// the values, such as `on conflict do nothing`; both are constants of the program. They may
    /// also stand around the values of an update.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Value>>,
        tail: &'static str,
    ) -> Result<u64, StorageError> {
        let width = rows.first().map_or(1, Vec::len).max(1);
        let mut touched = 0;
        let mut rows = rows.into_iter().peekable();
        // Powers of two keep the number of distinct statement texts, and so of prepared ones, small.
        let mut most = 512;
        while rows.peek().is_some() {
            while most > 1 && (most * width > 2000 || rows.len() < most) {
                most /= 2;
            }
            let sql = AssertSqlSafe(dialect::values(head, width, most, tail));
            let args: Vec<Value> = rows.by_ref().take(most).flatten().collect();
            touched += on_engine!(self, connection, _wrap => {
                bound!(sql, args).execute(connection).await?.rows_affected()
            });
        }
        Ok(touched)
    }

    /// Makes the unit of work durable.
    pub async fn commit(self) -> Result<(), StorageError> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await.map_err(unsure)?,
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => {}
        }
        Ok(())
    }

    /// Undoes the unit of work now. One that is only dropped is undone soon after, and holds its rows
    /// until then.
    pub async fn rollback(self) -> Result<(), StorageError> {
        match self.0 {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => {}
        }
        Ok(())
    }

    /// Prepares a statement without running it; for the test that covers all of them.
    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare(&mut self, sql: &'static str) -> Result<(), StorageError> {
        use sqlx::{Executor, SqlSafeStr};
        on_engine!(self, connection, _wrap => {
            connection.prepare(sql.into_sql_str()).await?;
            Ok(())
        })
    }
}
