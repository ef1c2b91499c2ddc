//! The database goes away and comes back, its file is removed, the disk is full: people get a clear
//! page, what they typed is kept, nothing is half-written, and all is well afterwards without a
//! restart (Source: ALL-4, ORD-3).

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    browser::{Answer, Browser, SIGN_IN},
    program::{Database, Served, clean, demo, fenfa, files, until},
    proxy::Proxy,
};

/// The demo's provider's admin.
pub const ADMIN: &str = "zhou.ying@yunqi.example";
/// Where a project is filed.
pub const NEW_PROJECT: &str = "/manage/provider/projects/new";
/// A contract.
pub const CONTRACT: &[u8] = include_bytes!("../../../backend/src/demo/files/sales-contract.pdf");

/// The demo's order that was bought and not sent yet.
pub fn waiting_order(database: &Database) -> String {
    database.text(
        "select o.id from purchase_order o where o.delivered_application is null \
         and not exists (select 1 from delivery d where d.order_id = o.id) limit 1",
    )
}

/// Sends an order's app as the provider does.
pub fn send(browser: &mut Browser, database: &Database, order: &str) -> Answer {
    let release =
        database.text(&format!("select release_id from purchase_order where id = '{order}'"));
    let version = database.text("select cast(max(version) as text) from agreement");
    let pairs = [
        ("_form", "send"),
        ("_do", "send"),
        ("samples", "no"),
        ("connectors", "no"),
        ("edit_permission", "no"),
        ("release", &release),
        ("agreement_version", &version),
        ("agreed", "on"),
    ];
    browser.post(&format!("/manage/provider/orders/{order}/send"), &pairs)
}

/// What a person types into the form for a project.
pub fn project(id: &str) -> Vec<(&str, &str)> {
    vec![
        ("_form", "submit"),
        ("id", id),
        ("name", "泵站 <扩建> 二期"),
        ("file_kind", "contract"),
        ("amount", "128000.00"),
        ("currency", "CNY"),
        ("expected_on", "2031-05-01"),
        ("description", "第一行\n第二行 & \"引号\""),
        ("customer_name", "澄川环保工程"),
        ("customer_corp_id", "ding77a7af8924a84af035c2f4657eb6378f"),
        ("contact", "陈默"),
        ("phone", "13800571208"),
        ("_do", "submit"),
    ]
}

/// All of it is on the page, to go out again.
pub fn keeps(answer: &Answer, typed: &[(&str, &str)]) {
    for (name, value) in typed {
        let kept = answer.field(name).unwrap_or_else(|| panic!("{name} is kept"));
        assert_eq!(kept.replace("\r\n", "\n"), *value, "{name}");
    }
}

fn is_unavailable(answer: &Answer, sentence: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("retry-after").is_some());
    assert!(answer.body.contains(sentence), "{}", answer.body);
}

const LOST: &str = "系统暂时无法完成这一步，什么都没有被改动";

/// An empty schema of the PostgreSQL named for tests, reached through a proxy.
pub fn postgres() -> Option<(Proxy, String, Database)> {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        println!("skipped on PostgreSQL: TEST_DATABASE_URL is not set");
        return None;
    };
    let schema = format!("p{}", uuid::Uuid::now_v7().simple());
    Database::Url(url.clone()).run(&format!("create schema {schema}"));
    let at = url.split('@').nth(1)?.split('/').next()?.to_owned();
    let proxy = Proxy::to(at.clone());
    let mark = if url.contains('?') { '&' } else { '?' };
    let own = format!("{url}{mark}options[search_path]={schema}");
    let through = own.replacen(&at, &format!("127.0.0.1:{}", proxy.port), 1);
    Some((proxy, through, Database::Url(own)))
}

#[test]
fn all4_ord3_the_database_server_goes_away_and_comes_back() {
    let Some((proxy, url, database)) = postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = fenfa();
    command.args(["serve", "--demo", "--data"]).arg(folder.path()).env("DATABASE_URL", url);
    let served = Served::start(command);
    let mut zhou = served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");

    proxy.cut();
    while_it_is_away(&served, &mut zhou, &id);
    proxy.mend();
    until("the program is ready again", || served.browser().get("/readyz").status == 200);
    let filed = zhou.upload(NEW_PROJECT, &project(&id), ("file", "合同.pdf", CONTRACT));
    assert_eq!(filed.status, 303, "{}", filed.body);

    // Once more, in the middle of a send.
    let order = waiting_order(&database);
    proxy.cut_at("insert into delivery_step");
    assert_eq!(send(&mut zhou, &database, &order).status, 303);
    until("the send breaks off", || proxy.is_cut());
    is_unavailable(&zhou.get(&format!("/manage/provider/orders/{order}")), LOST);
    proxy.mend();
    let state = format!("select state from delivery where order_id = '{order}'");
    until("the send has ended", || !["waiting", "running"].contains(&&*database.text(&state)));
    assert_eq!(database.text(&state), "succeeded");
    let delivered = format!("select count(*) from application where origin_order = '{order}'");
    assert_eq!(database.count(&delivered), 1, "exactly once");
    let told = format!(
        "select count(*) from audit_entry where subject = '{order}' and action = 'order.delivered'"
    );
    assert!(database.count(&told) <= 2, "once for each of the two organisations");
    assert!(served.stop());
}

/// What people see while the database is away.
fn while_it_is_away(served: &Served, zhou: &mut Browser, id: &str) {
    assert_eq!(served.browser().get("/healthz").status, 200, "the process itself is well");
    assert_eq!(served.browser().get("/readyz").status, 503);
    let page = zhou.get("/manage/provider/projects");
    is_unavailable(&page, LOST);
    assert!(page.body.contains("lang=\"zh-CN\"") && page.body.contains("再试一次"));
    let mut english = served.browser();
    english.language = "en-US,en;q=0.8";
    is_unavailable(&english.get("/sign-in"), "This cannot be done just now; nothing was changed");

    let typed = project(id);
    let held = zhou.upload(NEW_PROJECT, &typed, ("file", "合同.pdf", CONTRACT));
    is_unavailable(&held, LOST);
    keeps(&held, &typed);
    assert!(held.body.contains("附件没有保存，请重新选择"));
    assert!(held.body.contains("type=\"file\""));
    let scripted: Value =
        serde_json::from_str(&zhou.fetch(NEW_PROJECT, &typed).body).expect("JSON");
    assert_eq!(scripted["problem"]["code"], "installation.unavailable");

    let mut stranger = served.browser();
    let key = uuid::Uuid::new_v4().to_string();
    let pairs = [
        ("_fn", SIGN_IN),
        ("posting[key]", &*key),
        ("posting[organisation]", ""),
        ("command[login]", ADMIN),
        ("command[password]", "not for the page"),
    ];
    let held = stranger.post("/sign-in", &pairs);
    is_unavailable(&held, LOST);
    keeps(&held, &pairs[..4]);
    assert!(!held.body.contains("not for the page"), "a password is typed again");
    assert!(held.body.contains("type=\"password\""));
}

#[test]
fn all4_a_database_file_that_is_gone_is_noticed() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let (file, away) = (folder.path().join("fenfa.sqlite"), folder.path().join("away"));
    fs::rename(&file, &away).expect("moved away");
    is_unavailable(&zhou.get("/"), LOST);
    assert_eq!(served.browser().get("/readyz").status, 503);
    fs::write(&file, "another").expect("another file in its place");
    is_unavailable(&zhou.get("/"), LOST);
    fs::rename(&away, &file).expect("moved back");
    assert_eq!(zhou.get("/").status, 200);
    assert_eq!(served.browser().get("/readyz").status, 200);
}

#[test]
fn all4_files_that_cannot_be_stored_leave_nothing() {
    let folder = demo();
    let database = Database::of(folder.path());
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");
    let stored = "select count(*) from file";
    let before = database.count(stored);
    let content = [CONTRACT, b"% changed"].concat();
    let (place, away) = (folder.path().join("files"), folder.path().join("away"));
    fs::rename(&place, &away).expect("moved away");
    fs::write(&place, "not a folder").expect("a file in its place");
    let typed = project(&id);
    let held = zhou.upload(NEW_PROJECT, &typed, ("file", "合同.pdf", &content));
    is_unavailable(&held, LOST);
    keeps(&held, &[("name", "泵站 <扩建> 二期")]);
    assert_eq!(database.count(stored), before, "no row names a file that is not there");
    fs::remove_file(&place).expect("removed");
    fs::rename(&away, &place).expect("moved back");
    let filed = zhou.upload(NEW_PROJECT, &typed, ("file", "合同.pdf", &content));
    assert_eq!(filed.status, 303, "{}", filed.body);
}

/// A program over the demo on a disk of its own of a few megabytes, which only it sees.
struct SmallDisk {
    served: Served,
    /// The data folder, as this process reaches it.
    data: PathBuf,
    _folder: TempDir,
}

impl SmallDisk {
    /// `None`, said aloud, where this user may not mount one.
    fn start() -> Option<Self> {
        let unshare = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
            command
        };
        let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo());
        let tried = unshare("mount -t tmpfs none \"$1\"").arg(folder.path()).output();
        if !tried.is_ok_and(|tried| tried.status.success()) {
            println!("skipped: this user may not mount a small disk");
            return None;
        }
        let size: u64 = files(demo.path())
            .iter()
            .map(|file| file.metadata().map_or(0, |file| file.len() + 4096))
            .sum();
        let script = "mount -t tmpfs -o size=\"$3\" none \"$1\" && cp -r \"$2\"/. \"$1\" \
                      && exec \"$4\" serve --demo --data \"$1\"";
        let mut command = unshare(script);
        clean(&mut command);
        command.arg(folder.path()).arg(demo.path()).arg((size + 4 * 1024 * 1024).to_string());
        command.arg(env!("CARGO_BIN_EXE_fenfa"));
        let served = Served::start(command);
        let inside = folder.path().strip_prefix("/").expect("an absolute path");
        let data = Path::new("/proc").join(served.id().to_string()).join("root").join(inside);
        Some(Self { served, data, _folder: folder })
    }

    /// Takes all space there is.
    fn fill(&self) {
        let mut file = File::create(self.data.join("filler")).expect("a file");
        for portion in [&vec![0_u8; 65_536][..], &[0]] {
            while file.write_all(portion).is_ok() {}
        }
    }

    fn empty(&self) {
        fs::remove_file(self.data.join("filler")).expect("removed");
    }
}

#[test]
fn all4_ord3_a_full_disk_is_said_and_leaves_nothing_half_written() {
    const FULL: &str = "存储空间不足，什么都没有被改动";
    let Some(disk) = SmallDisk::start() else { return };
    let database = Database::Copy(disk.data.clone());
    let mut zhou = disk.served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");
    let order = waiting_order(&database);
    let typed = project(&id);
    let content = [CONTRACT, &vec![b'%'; 300_000]].concat();
    let stored = files(&disk.data.join("files")).len();

    disk.fill();
    let refused = zhou.upload(NEW_PROJECT, &typed, ("file", "合同.pdf", &content));
    is_unavailable(&refused, FULL);
    keeps(&refused, &[("name", "泵站 <扩建> 二期"), ("amount", "128000.00")]);
    assert_eq!(files(&disk.data.join("files")).len(), stored, "no rest of an upload is left");
    let mut draft = typed.clone();
    draft.push(("_do", "save"));
    is_unavailable(&zhou.post(NEW_PROJECT, &draft), FULL);
    is_unavailable(&send(&mut zhou, &database, &order), FULL);
    assert_eq!(zhou.get("/manage/provider/projects").status, 200, "reading goes on");

    disk.empty();
    let begun = format!("select count(*) from delivery where order_id = '{order}'");
    assert_eq!(database.count(&begun), 0);
    assert_eq!(database.count(&format!("select count(*) from project where id = '{id}'")), 0);
    let filed = zhou.upload(NEW_PROJECT, &typed, ("file", "合同.pdf", &content));
    assert_eq!(filed.status, 303, "{}", filed.body);
    assert_eq!(send(&mut zhou, &database, &order).status, 303);
    let page = format!("/manage/provider/orders/{order}");
    until("the send has succeeded", || zhou.get(&page).body.contains("成功"));
    let missing: Vec<PathBuf> = digests(&database)
        .map(|digest| disk.data.join("files").join(&digest[..2]).join(digest))
        .filter(|path| !path.exists())
        .collect();
    assert!(missing.is_empty(), "rows name files that are not there: {missing:?}");
}

fn digests(database: &Database) -> impl Iterator<Item = String> {
    let all = database.text("select group_concat(digest) from file");
    all.split(',').map(str::to_owned).collect::<Vec<_>>().into_iter()
}
