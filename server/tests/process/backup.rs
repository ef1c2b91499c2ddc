//! Backup while the site is served, and restore: all of it or nothing.

use std::fs;

use crate::program::{Database, Served, complained, demo, files, run, said};

const ADMIN: &str = "zhou.ying@yunqi.example";

#[test]
fn a_backup_taken_while_serving_comes_back_whole() {
    let (folder, place) = (demo(), tempfile::tempdir().expect("a folder"));
    let served = Served::over(folder.path());
    let archive = place.path().join("fenfa.backup");
    let path = archive.display().to_string();
    let made = run(folder.path(), &["backup", &path], "");
    assert!(made.status.success(), "{}", complained(&made));
    assert!(said(&made).contains("keep it where only you can read it"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = archive.metadata().expect("the archive").permissions().mode();
        assert_eq!(mode & 0o077, 0, "it holds the signing key");
    }
    let again = run(folder.path(), &["backup", &path], "");
    assert!(complained(&again).contains("exists already"), "nothing is written over");
    assert_eq!(served.browser().get("/readyz").status, 200, "the site goes on");

    let refused = run(folder.path(), &["restore", &path], "");
    assert!(!refused.status.success() && complained(&refused).contains("exists already"));

    let other = place.path().join("restored");
    let restored = run(&other, &["restore", &path], "");
    assert!(restored.status.success(), "{}", complained(&restored));
    let (before, after) = (Database::of(folder.path()), Database::of(&other));
    for table in ["account", "project", "purchase_order", "record", "audit_entry", "document"] {
        let rows = format!("select count(*) from {table}");
        assert_eq!(before.count(&rows), after.count(&rows), "{table}");
    }
    let key = |data: &std::path::Path| fs::read(data.join("signing.key")).expect("the key");
    assert_eq!(key(folder.path()), key(&other));
    assert!(run(&other, &["audit", "verify"], "").status.success(), "the audit trail is whole");
    let file = after.text("select f.id from file f join project p on p.file_id = f.id limit 1");
    let second = Served::over(&other);
    let mut zhou = second.signed_in(ADMIN);
    assert_eq!(zhou.get("/manage/provider/projects").status, 200);
    assert_eq!(zhou.get(&format!("/files/{file}")).status, 200, "the contract can be read");
}

#[test]
fn a_backup_that_is_not_whole_leaves_nothing() {
    let (folder, place) = (demo(), tempfile::tempdir().expect("a folder"));
    let archive = place.path().join("fenfa.backup");
    let path = archive.display().to_string();
    assert!(run(folder.path(), &["backup", &path], "").status.success());
    let whole = fs::read(&archive).expect("the archive");
    let other = place.path().join("restored");
    for broken in [&whole[..whole.len() / 2], b"not an archive"] {
        fs::write(&archive, broken).expect("a broken archive");
        let refused = run(&other, &["restore", &path], "");
        assert!(!refused.status.success());
        assert!(complained(&refused).contains("is not a whole backup"), "{}", complained(&refused));
        assert_eq!(files(&other), Vec::<std::path::PathBuf>::new(), "nothing is left");
    }
    // One of a newer program is refused in words, too.
    Database::of(folder.path())
        .run("update _sqlx_migrations set version = 99999 where version = 1");
    fs::remove_file(&archive).expect("removed");
    assert!(run(folder.path(), &["backup", &path], "").status.success());
    let refused = run(&other, &["restore", &path], "");
    assert!(complained(&refused).contains("newer than this program's"), "{}", complained(&refused));
    assert_eq!(files(&other), Vec::<std::path::PathBuf>::new(), "nothing is left");
}
