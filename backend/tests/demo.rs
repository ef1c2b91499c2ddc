//! The demo loads on both engines, has projects in every state, and leaves whole audit chains.

use std::collections::BTreeMap;

use backend::{args, audit, db::testing::on_both, demo};

#[tokio::test]
async fn the_demo_tells_its_whole_story() {
    on_both(async |backend| {
        assert!(demo::prepare(&backend, true).await.expect("the demo"));
        assert!(demo::prepare(&backend, true).await.expect("a second start"), "loaded once");
        let mut tx = backend.read().await.expect("a connection");
        let rows = tx
            .all("select state, count(*) as count from project group by state", args![])
            .await
            .expect("rows");
        let states: BTreeMap<String, i64> = rows
            .iter()
            .map(|row| (row.get("state").expect("a state"), row.get("count").expect("a count")))
            .collect();
        for state in ["reviewing", "approved", "rejected", "withdrawn", "closed"] {
            assert!(states.contains_key(state), "no project is {state}: {states:?}");
        }
        let count = async |tx: &mut backend::db::Tx, sql| {
            let row = tx.one(sql, args![]).await.expect("rows").expect("a row");
            row.get::<i64>("count").expect("a count")
        };
        let people = count(&mut tx, "select count(*) as count from account where demo = 1").await;
        assert!(people >= 8, "{people} people");
        let drafts = count(&mut tx, "select count(*) as count from project_draft").await;
        assert_eq!(drafts, 1);
        let samples = count(&mut tx, "select count(*) as count from record where sample = 1").await;
        assert!(samples > 10, "{samples} sample records were delivered");
        let verdict = audit::verify(&backend).await.expect("the audit trail");
        assert!(verdict.entries > 30 && verdict.breaks.is_empty(), "{verdict:?}");
        assert!(verdict.heads.iter().all(|(_, signed)| *signed), "{verdict:?}");
    })
    .await;
}
