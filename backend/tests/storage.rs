//! Every statement is accepted by both engines, both have the same schema, and a newer database is
//! refused.

use backend::{
    args,
    db::{Db, Statement, StorageError, testing::on_both},
};

#[tokio::test]
async fn every_statement_prepares() {
    on_both(async |backend| {
        let mut tx = backend.begin().await.expect("a unit of work");
        let mut count = 0;
        for Statement(sql) in inventory::iter::<Statement> {
            if let Err(error) = tx.prepare(sql).await {
                panic!("{sql}\n{error}");
            }
            count += 1;
        }
        assert!(count > 20, "the statements register themselves");
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    on_both(async |backend| {
        let mut tx = backend.begin().await.expect("a unit of work");
        tx.run("update _sqlx_migrations set version = 99999 where version = 1", args![])
            .await
            .expect("an update");
        tx.commit().await.expect("a commit");
        let refused = backend.db.migrate().await;
        assert!(matches!(refused, Err(StorageError::Newer { found: 99999, .. })), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn units_of_work_are_all_or_nothing() {
    on_both(async |backend| {
        let insert = "insert into setting (name, value) values ($1, '1')";
        let mut tx = backend.begin().await.expect("a unit of work");
        tx.run(insert, args!["left"]).await.expect("an insert");
        drop(tx);
        let mut tx = backend.begin().await.expect("a unit of work");
        tx.run(insert, args!["kept"]).await.expect("an insert");
        tx.commit().await.expect("a commit");
        let rows = read_names(&backend.db).await;
        assert_eq!(rows, ["kept"]);
    })
    .await;
}

async fn read_names(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.expect("a connection");
    let rows = tx.all("select name from setting order by name", args![]).await.expect("rows");
    rows.iter().map(|row| row.get("name").expect("a name")).collect()
}
