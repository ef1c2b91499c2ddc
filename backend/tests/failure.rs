//! Storage under bad conditions: what cannot be stored is refused in words and leaves nothing, and
//! afterwards all goes on with the same connections (Source: ALL-4).

mod common;

use backend::{
    args,
    db::{Db, StorageError, Tx, testing},
};
use common::code;
use domain::problem::{Kind, Problem};

const INSERT: &str = "insert into setting (name, value) values ($1, $2)";

/// Writes a row; large ones need space.
async fn write(db: &Db, name: &str, value: &str) -> Result<(), StorageError> {
    let mut tx = db.begin().await?;
    tx.run(INSERT, args![name, "half"]).await?;
    tx.run("update setting set value = $1 where name = $2", args![value, name]).await?;
    tx.commit().await
}

async fn names(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.expect("a connection");
    let rows = tx.all("select name from setting order by name", args![]).await.expect("rows");
    rows.iter().map(|row| row.get("name").expect("a name")).collect()
}

/// Lets the database have no more than `pages` pages, on its one writing connection.
async fn limit(db: &Db, pages: &'static str) {
    let mut tx: Tx = db.begin().await.expect("a unit of work");
    tx.one(pages, args![]).await.expect("a limit");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn all4_a_full_database_says_so_and_goes_on_when_there_is_space() {
    let backend = testing::sqlite().await;
    let long = "长".repeat(200_000);
    for _ in 0..3 {
        // Less than there are is taken for as many as there are.
        limit(&backend.db, "pragma max_page_count = 1").await;
        let refused = write(&backend.db, "large", &long).await.map_err(Problem::from);
        let refused = refused.expect_err("no space");
        assert_eq!((&*refused.code, refused.kind), ("installation.full", Kind::Unavailable));
        assert!(refused.reference.is_some(), "the log has the cause");
    }
    assert_eq!(names(&backend.db).await, Vec::<String>::new(), "nothing half-written");
    limit(&backend.db, "pragma max_page_count = 1000000").await;
    write(&backend.db, "large", &long).await.expect("there is space");
    assert_eq!(names(&backend.db).await, ["large"]);
}

#[tokio::test]
async fn all4_another_process_that_holds_the_database_only_delays() {
    let backend = testing::sqlite().await;
    let path = backend.folder.path().join("fenfa.sqlite");
    let other = Db::connect(&backend::db::Address::File(path)).await.expect("another process");
    let held = other.begin().await.expect("the lock");
    let refused = write(&backend.db, "late", "1").await.map_err(Problem::from);
    assert_eq!(code(refused), "installation.unavailable");
    assert_eq!(names(&backend.db).await, Vec::<String>::new(), "reading goes on");
    drop(held);
    write(&backend.db, "late", "1").await.expect("the lock is free");
}

#[tokio::test]
async fn all4_broken_connections_are_replaced() {
    let Some(backend) = testing::postgres().await else { return };
    let mut broken = backend.begin().await.expect("a unit of work");
    broken.run(INSERT, args!["half", "1"]).await.expect("an insert");
    let mut tx = backend.begin().await.expect("a unit of work");
    let row =
        broken.one("select cast(pg_backend_pid() as bigint) as pid", args![]).await.expect("a row");
    let pid: i64 = row.expect("a row").get("pid").expect("a number");
    tx.one("select pg_terminate_backend(cast(cast($1 as bigint) as integer)) as done", args![pid])
        .await
        .expect("ended");
    tx.commit().await.expect("a commit");
    let refused = broken.commit().await.map_err(Problem::from);
    assert_eq!(refused.expect_err("broken").kind, Kind::Unavailable);
    assert_eq!(names(&backend.db).await, Vec::<String>::new());
    write(&backend.db, "whole", "1").await.expect("a new connection");
    assert_eq!(names(&backend.db).await, ["whole"]);
}
