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
    audit::{Break, Entry},
    authority::Actor,
    lang::Lang,
    organisation::{Edition, Role},
    time::Zone,
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
        let by = |by| Wanted { by, ..Wanted::default() };
        assert_eq!(read(&admin.actor, by("陈")).await.expect("entries").len(), 2);
        assert_eq!(read(&admin.actor, by("李娜")).await, Ok(vec![]));
        let later = Wanted { since: Some(backend.now()), ..Wanted::default() };
        assert_eq!(read(&admin.actor, later).await, Ok(vec![]));
        let until = Wanted { until: Some(backend.now()), ..Wanted::default() };
        assert_eq!(read(&admin.actor, until).await.expect("entries").len(), 2);
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
        let whole = audit::verify(&backend).await.expect("a verdict");
        assert_eq!((whole.entries, whole.breaks, whole.heads.len()), (15, vec![], 3));
        for (chain, (forgery, position, reason)) in chains.iter().zip(forgeries) {
            let mut tx = backend.begin().await.expect("a unit of work");
            tx.run(forgery, args![chain]).await.expect("the forger's change");
            tx.commit().await.expect("a commit");
            let breaks = audit::verify(&backend).await.expect("a verdict").breaks;
            let expected = (chain.clone(), Break { position, reason });
            assert!(breaks.contains(&expected), "{breaks:?} should contain {expected:?}");
        }
        assert_eq!(audit::verify(&backend).await.expect("a verdict").breaks.len(), 3);
    })
    .await;
}

/// An organisation with a chain of `count` entries; gives the chain.
async fn chain(backend: &Backend, number: u32, count: i64) -> String {
    let home = organisation(backend, number, Edition::Free).await;
    let admin = person(backend, "陈静", &[(home, Role::Admin)]).await;
    for _ in 0..count {
        let mut tx = backend.begin().await.expect("a unit of work");
        audit::record(backend, &mut tx, &admin.actor, &[home], "link.x", "s", json!({}))
            .await
            .expect("an entry");
        tx.commit().await.expect("a commit");
    }
    home.to_string()
}

async fn forge(backend: &Backend, statement: &'static str, chain: &str) {
    let mut tx = backend.begin().await.expect("a unit of work");
    tx.run(statement, args![chain]).await.expect("the forger's change");
    tx.commit().await.expect("a commit");
}

/// What checking says of a chain that was changed.
async fn said(backend: &Backend) -> Vec<&'static str> {
    let verdict = audit::verify(backend).await.expect("a verdict");
    verdict.breaks.into_iter().map(|(_, found)| found.reason).collect()
}

const UNSIGNED: &str = "the head of its chain was not signed by this installation";

#[tokio::test]
async fn all1_who_can_write_rows_cannot_make_up_a_chain() {
    on_both(async |backend| {
        let chain = chain(&backend, 1, 3).await;
        // The last entry is rewritten with a hash that fits, and so is the head.
        let mut tx = backend.begin().await.expect("a unit of work");
        let last = "select * from audit_entry where chain = $1 and position = 3";
        let row = tx.one(last, args![&chain]).await.expect("a row").expect("an entry");
        let text = |name: &str| row.get::<String>(name).expect("a text");
        let forged = Entry {
            chain: chain.clone(),
            position: 3,
            at: row.get("at").expect("a moment"),
            actor: text("actor"),
            actor_name: "别人".into(),
            action: text("action"),
            subject: text("subject"),
            detail: text("detail"),
            address: text("address"),
            previous: text("previous"),
        };
        let entry = "update audit_entry set actor_name = '别人', hash = $2 where chain = $1 and position = 3";
        let head = "update audit_head set hash = $2 where chain = $1";
        for statement in [entry, head] {
            tx.run(statement, args![&chain, forged.hash()]).await.expect("the forger's change");
        }
        tx.commit().await.expect("a commit");
        assert_eq!(said(&backend).await, [UNSIGNED]);
    })
    .await;
}

#[tokio::test]
async fn all1_a_chain_that_was_cut_with_its_head_is_found() {
    on_both(async |backend| {
        let one = chain(&backend, 1, 3).await;
        forge(&backend, "delete from audit_entry where chain = $1 and position = 3", &one).await;
        let lowered = "update audit_head set position = 2, hash = (select a.hash from audit_entry a \
            where a.chain = $1 and a.position = 2) where chain = $1";
        forge(&backend, lowered, &one).await;
        let two = chain(&backend, 2, 3).await;
        forge(&backend, "delete from audit_head where chain = $1", &two).await;
        let three = chain(&backend, 3, 3).await;
        forge(&backend, "delete from audit_entry where chain = $1", &three).await;
        let mut found = said(&backend).await;
        found.sort_unstable();
        let missing = "the head of its chain is missing";
        assert_eq!(found, [missing, UNSIGNED, "the last entries are missing"]);
    })
    .await;
}

#[tokio::test]
async fn all1_a_chain_from_before_heads_were_signed_is_whole_and_said_to_be_unsigned() {
    on_both(async |backend| {
        let chain = chain(&backend, 1, 2).await;
        forge(&backend, "update audit_head set signature = '' where chain = $1", &chain).await;
        let verdict = audit::verify(&backend).await.expect("a verdict");
        assert_eq!(verdict.breaks, []);
        let heads: Vec<_> =
            verdict.heads.iter().map(|(head, signed)| (head.position, *signed)).collect();
        assert_eq!(heads, [(2, false)]);
    })
    .await;
}

#[tokio::test]
async fn all1_units_of_work_hold_the_chains_in_one_order() {
    on_both(async |backend| {
        let (one, two) = (
            organisation(&backend, 1, Edition::Free).await,
            organisation(&backend, 2, Edition::Free).await,
        );
        let admin = person(&backend, "陈静", &[(one, Role::Admin)]).await;
        let writers = (0..20).map(async |count| {
            let mut tx = backend.begin().await.expect("a unit of work");
            let told = if count % 2 == 0 { [one, two] } else { [two, one] };
            let told = told.map(|organisation| (organisation, json!({"count": count})));
            audit::record_each(&backend, &mut tx, &admin.actor, told, "link.x", "s").await?;
            tx.commit().await.map_err(domain::problem::Problem::from)
        });
        for written in futures::future::join_all(writers).await {
            written.expect("nobody waits for the other");
        }
        assert_eq!(audit::verify(&backend).await.expect("a verdict").entries, 40);
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
        let verdict = audit::verify(&backend).await.expect("a verdict");
        assert_eq!((verdict.entries, verdict.breaks), (20, vec![]));
    })
    .await;
}

/// The export as it is given on, portion by portion.
async fn exported(backend: &Arc<Backend>, actor: &Actor) -> Vec<String> {
    let stream =
        audit::export(backend.clone(), actor, None, Lang::Zh, Zone::default()).expect("a file");
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
