//! Databases for tests: each test runs on SQLite and, where `TEST_DATABASE_URL` is set, on
//! PostgreSQL in a schema of its own.

use std::{future::Future, str::FromStr, sync::Arc};

use domain::time::Timestamp;
use sqlx::postgres::PgConnectOptions;

use crate::{
    Backend,
    chance::SeededChance,
    clock::SetClock,
    db::{Address, Db},
    file::Files,
};

/// A backend over temporary storage with a clock the test moves.
pub struct TestBackend {
    /// The backend.
    pub backend: Arc<Backend>,
    /// Its clock, standing at Monday 2026-11-23 09:00 in Shanghai.
    pub clock: Arc<SetClock>,
    /// Where SQLite and the files lie.
    pub folder: tempfile::TempDir,
    /// Where the database is, to open it once more.
    pub db: Db,
}

impl std::ops::Deref for TestBackend {
    type Target = Arc<Backend>;
    fn deref(&self) -> &Self::Target {
        &self.backend
    }
}

/// Monday 2026-11-23 09:00 in Shanghai.
pub const START: Timestamp = Timestamp(1_795_395_600_000_000);

fn backend(db: Db, folder: tempfile::TempDir) -> TestBackend {
    let clock = Arc::new(SetClock::at(START));
    let files = Files::folder(&folder.path().join("files")).expect("a folder for files");
    let backend = Backend::new(db.clone(), files, clock.clone(), Arc::new(SeededChance::new(7)))
        .with_key(crate::application::signing::InstallationKey::from_bytes(&[7; 32]));
    TestBackend { backend: Arc::new(backend), clock, folder, db }
}

/// A backend on SQLite.
///
/// # Panics
/// Where there is no place for a temporary database.
pub async fn sqlite() -> TestBackend {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = Db::connect(&Address::File(folder.path().join("fenfa.sqlite"))).await.expect("SQLite");
    db.migrate().await.expect("migrations");
    backend(db, folder)
}

/// A backend on PostgreSQL, or `None` (said aloud) where no server was named.
///
/// # Panics
/// Where the server named does not do what it is told.
pub async fn postgres() -> Option<TestBackend> {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        println!("skipped on PostgreSQL: TEST_DATABASE_URL is not set");
        return None;
    };
    let schema = format!("t{}", uuid::Uuid::now_v7().simple());
    let options = PgConnectOptions::from_str(&url).expect("a database URL");
    let admin = Db::connect_postgres(options.clone(), 1).await.expect("PostgreSQL");
    let Db::Postgres(pool) = &admin else { unreachable!("connected to PostgreSQL") };
    sqlx::query(sqlx::AssertSqlSafe(format!("create schema {schema}")))
        .execute(pool)
        .await
        .expect("a schema");
    admin.close().await;
    let options = options.options([("search_path", schema.as_str())]);
    let db = Db::connect_postgres(options, 8).await.expect("PostgreSQL");
    db.migrate().await.expect("migrations");
    Some(backend(db, tempfile::tempdir().expect("a temporary folder")))
}

/// Runs a test on both engines.
pub async fn on_both<F, Fut>(test: F)
where
    F: Fn(TestBackend) -> Fut,
    Fut: Future<Output = ()>,
{
    test(sqlite().await).await;
    if let Some(backend) = postgres().await {
        test(backend).await;
    }
}
