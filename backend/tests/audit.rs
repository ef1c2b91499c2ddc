//! The audit trail: chained, readable by those concerned, exportable, in words (Source: ALL-1).

mod common;

use std::{path::Path, sync::Arc};

use backend::{
    Backend, args,
    audit::{self, INSTALLATION, Wanted},
    db::testing::on_both,
};
use common::{code, operator, organisation, person};
use domain::{
    audit::Break,
    authority::Actor,
    organisation::{Edition, Role},
};
use futures::TryStreamExt as _;
use serde_json::json;

#[tokio::test]
async fn all1_each_organisation_reads_its_own_chain_and_operators_all() {
    on_both(async |backend| {
        let (one, two) = (
            organisation(&backend, 1, Edition::Free).await,
            organisation(&backend, 2, Edition::Free).await,
        );
        let admin = person(&backend, "陈静", &[(one, Role::Admin)]).await;
        let member = person(&backend, "李娜", &[(two, Role::Member)]).await;
        let fang = operator(&backend, "方芸").await;
        let mut tx = backend.begin().await.expect("a unit of work");
        for (concerned, action) in [
            (vec![one, two], "project.shared"),
            (vec![one], "link.own"),
            (vec![], "installation.x"),
        ] {
            audit::record(
                &backend,
                &mut tx,
                &admin.actor,
                &concerned,
                action,
                "s",
                json!({"a": 1}),
            )
            .await
            .expect("an entry");
        }
        tx.commit().await.expect("a commit");

        let read = async |actor, wanted: Wanted<'_>| {
            let entries = audit::list(&backend, actor, &wanted).await?;
            Ok(entries.into_iter().map(|entry| entry.action).collect::<Vec<_>>())
        };
        let own = read(&admin.actor, Wanted::default()).await;
        assert_eq!(own, Ok(vec!["link.own".to_owned(), "project.shared".to_owned()]));
        let filtered = Wanted { area: "project", ..Wanted::default() };
        assert_eq!(read(&admin.actor, filtered).await, Ok(vec!["project.shared".to_owned()]));
        let older = Wanted { before: Some(2), ..Wanted::default() };
        assert_eq!(read(&admin.actor, older).await, Ok(vec!["project.shared".to_owned()]));
        assert_eq!(code(read(&member.actor, Wanted::default()).await), "authority.role");
        let foreign = two.to_string();
        let wanted = Wanted { chain: Some(&foreign), ..Wanted::default() };
        assert_eq!(code(read(&admin.actor, wanted.clone()).await), "authority.operator");
        assert_eq!(read(&fang.actor, wanted).await, Ok(vec!["project.shared".to_owned()]));
        let installation = Wanted { chain: Some(INSTALLATION), ..Wanted::default() };
        assert_eq!(read(&fang.actor, installation).await, Ok(vec!["installation.x".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn all1_any_later_change_is_found_where_it_was_made() {
    on_both(async |backend| {
        let forgeries = [
            (
                "update audit_entry set actor_name = 'x' where chain = $1 and position = 2",
                2,
                "its content was changed",
            ),
            (
                "delete from audit_entry where chain = $1 and position = 4",
                5,
                "an entry is missing before it",
            ),
            (
                "delete from audit_entry where chain = $1 and position = 5",
                5,
                "the last entries are missing",
            ),
        ];
        let mut chains = Vec::new();
        for number in 0..3 {
            let home = organisation(&backend, number, Edition::Free).await;
            let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
            for count in 0..5 {
                let mut tx = backend.begin().await.expect("a unit of work");
                let detail = json!({"count": count});
                audit::record(&backend, &mut tx, &admin.actor, &[home], "link.x", "s", detail)
                    .await
                    .expect("an entry");
                tx.commit().await.expect("a commit");
            }
            chains.push(home.to_string());
        }
        assert_eq!(audit::verify(&backend).await.expect("a verdict"), (15, vec![]));
        for (chain, (forgery, position, reason)) in chains.iter().zip(forgeries) {
            let mut tx = backend.begin().await.expect("a unit of work");
            tx.run(forgery, args![chain]).await.expect("the forger's change");
            tx.commit().await.expect("a commit");
            let (_, breaks) = audit::verify(&backend).await.expect("a verdict");
            let expected = (chain.clone(), Break { position, reason });
            assert!(breaks.contains(&expected), "{breaks:?} should contain {expected:?}");
        }
        assert_eq!(audit::verify(&backend).await.expect("a verdict").1.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn all1_entries_at_the_same_moment_still_make_one_chain() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let writers = (0..20).map(async |_| {
            let mut tx = backend.begin().await.expect("a unit of work");
            audit::record(&backend, &mut tx, &admin.actor, &[home], "link.x", "s", json!({}))
                .await
                .expect("an entry");
            tx.commit().await.expect("a commit");
        });
        futures::future::join_all(writers).await;
        assert_eq!(audit::verify(&backend).await.expect("a verdict"), (20, vec![]));
    })
    .await;
}

/// The export as it is given on, portion by portion.
async fn exported(backend: &Arc<Backend>, actor: &Actor) -> Vec<String> {
    let stream = audit::export(backend.clone(), actor, None).expect("a file");
    let portions: Vec<_> = stream.try_collect().await.expect("all of it");
    portions.iter().map(|portion| String::from_utf8_lossy(portion).into_owned()).collect()
}

#[tokio::test]
async fn all1_a_long_trail_is_exported_in_portions() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        for number in 1..=1000 {
            let subject = format!("no-{number}");
            audit::record(&backend, &mut tx, &admin.actor, &[home], "link.x", subject, json!({}))
                .await
                .expect("an entry");
        }
        tx.commit().await.expect("a commit");
        let portions = exported(&backend, &admin.actor).await;
        assert!(portions.len() > 1, "memory stays flat");
        let csv = portions.concat();
        let found: Vec<&str> =
            csv.lines().skip(1).filter_map(|line| line.split(',').nth(5)).collect();
        let wanted: Vec<String> = (1..=1000).map(|number| format!("no-{number}")).collect();
        assert_eq!(found, wanted, "each entry once, in order");
    })
    .await;
}

#[tokio::test]
async fn all1_the_export_is_csv_that_runs_nothing() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "=cmd()", &[(home, Role::Admin)]).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        audit::record(&backend, &mut tx, &admin.actor, &[home], "link.x", "a,\"b\"", json!({}))
            .await
            .expect("an entry");
        tx.commit().await.expect("a commit");
        let portions = exported(&backend, &admin.actor).await;
        let csv = portions.concat();
        assert!(csv.contains("'=cmd()") && csv.contains("\"a,\"\"b\"\"\""), "{csv}");
        assert_eq!(csv.lines().count(), 2);
        assert!(csv.starts_with('\u{feff}'), "spreadsheets take it for UTF-8");
    })
    .await;
}

/// Every action that the sources record, read from the sources themselves: the literals of the form
/// `area.verb` that are not the code of a problem, which stands just below its kind.
fn recorded_actions(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            recorded_actions(&path, found);
            continue;
        }
        if path.extension().is_none_or(|kind| kind != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let near = &lines[index.saturating_sub(3)..=index];
            let of_a_problem =
                near.iter().any(|line| line.contains("Kind::") || line.contains("code"));
            let literals = line.split('"').skip(1).step_by(2).filter(|text| is_action(text));
            if !of_a_problem && !line.trim_start().starts_with("//") {
                found.extend(literals.map(str::to_owned));
            }
        }
    }
}

fn is_action(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split_once('.').is_some_and(|(area, verb)| {
        plain(verb) && domain::audit::AREAS.iter().any(|(known, _)| *known == area)
    })
}

#[test]
fn all1_every_recorded_action_has_its_sentence() {
    let mut actions = Vec::new();
    recorded_actions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut actions);
    assert!(actions.len() > 20, "the sources record actions: {actions:?}");
    actions.retain(|action| !domain::audit::is_known(action));
    assert_eq!(actions, Vec::<String>::new(), "without words in domain/src/audit/sentence.rs");
}
