//! Starting and stopping: what a server holds it hands back, and what it cannot serve it refuses.

use std::time::{Duration, Instant};

use crate::{
    conditions::{send, waiting_order},
    program::{Database, Served, complained, demo, fenfa, run, until},
};

#[test]
fn a_newer_database_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), &["migrate"], "").status.success());
    Database::of(folder.path())
        .run("update _sqlx_migrations set version = 99999 where version = 1");
    for arguments in [&["serve", "--port", "0"][..], &["migrate"], &["audit", "verify"]] {
        let output = run(folder.path(), arguments, "");
        assert!(!output.status.success(), "{arguments:?}");
        let text = complained(&output);
        assert!(
            text.contains("the database has schema 99999, newer than this program's"),
            "{text}"
        );
        assert!(text.contains("start the newer program, or restore a backup"), "{text}");
    }
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("taken");
    std::fs::write(&file, "not a folder").expect("a file");
    let output = run(&file, &["serve", "--port", "0"], "");
    assert!(!output.status.success());
    let text = complained(&output);
    assert!(text.contains("fenfa: ") && text.contains("taken"), "{text}");
}

#[test]
fn a_server_that_stops_hands_its_leases_back() {
    let folder = demo();
    let database = Database::of(folder.path());
    let served = Served::over(folder.path());
    let order = waiting_order(&database);
    let mut zhou = served.signed_in("zhou.ying@yunqi.example");
    assert_eq!(send(&mut zhou, &database, &order).status, 303);
    assert!(served.stop(), "it ends well");
    let held = "select count(*) from job where state = 'waiting' and lease_until > 0";
    assert_eq!(database.count(held), 0, "nothing is held by a program that is gone");
    // The next one goes on at once, and does not wait for a lease to run out.
    let started = Instant::now();
    let _served = Served::over(folder.path());
    let state = format!("select state from delivery where order_id = '{order}'");
    until("the delivery ends", || database.text(&state) == "succeeded");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_taken_port_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let data = folder.path();
    let output = fenfa().args(["serve", "--port", &port, "--data"]).arg(data).output();
    let output = output.expect("the program ends");
    assert!(!output.status.success());
    assert!(complained(&output).contains(&port), "{}", complained(&output));
}
