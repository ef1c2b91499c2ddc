//! What is posted: too much of it, by nobody, or by somebody whose session has ended meanwhile; what
//! was typed is kept (Source: ALL-4).

use crate::{
    browser::{Answer, Browser},
    conditions::{ADMIN, CONTRACT, NEW_PROJECT, keeps, postgres, project},
    program::{Database, Served, demo, fenfa},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn all4_a_form_whose_session_has_ended_is_kept_and_taken_after_signing_in() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");
    Database::of(folder.path()).run("delete from session");

    let held = zhou.upload(NEW_PROJECT, &project(&id), ("file", "合同.pdf", CONTRACT));
    assert_eq!(held.status, 401, "{}", held.body);
    keeps(&held, &project(&id));
    for words in ["登录已经失效", "在新窗口登录", "再次提交", "附件没有保存"]
    {
        assert!(held.body.contains(words), "{words}: {}", held.body);
    }
    let in_place = zhou.fetch(NEW_PROJECT, &project(&id));
    assert_eq!(in_place.status, 401);
    assert!(in_place.body.contains("account.session_ended"), "{}", in_place.body);
    // Where nothing was typed, the way leads to the sign-in and back.
    let token = Database::of(folder.path()).text("select token from link limit 1");
    let confirm = format!("/l/{token}/confirm");
    let key = uuid::Uuid::new_v4().to_string();
    let pairs = [
        ("_fn", "/api/purchase/buy"),
        ("posting[key]", &*key),
        ("posting[organisation]", ""),
        ("command[token]", &*token),
    ];
    let bare = zhou.post(&confirm, &pairs);
    let way = format!("/sign-in?next={confirm}");
    assert_eq!((bare.status, bare.header("location")), (303, Some(way.as_str())));

    let mut again = served.signed_in(ADMIN);
    let filed = again.upload(NEW_PROJECT, &project(&id), ("file", "合同.pdf", CONTRACT));
    assert_eq!(filed.status, 303, "{}", filed.body);
}

#[test]
fn all4_strangers_cannot_send_more_than_a_stranger_types() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::over(folder.path());
    let mut stranger = served.browser();
    let long = stranger.sign_in(&"a".repeat(900_000), "a password");
    assert_eq!(long.status, 422, "{}", long.body);
    let longer = stranger.sign_in(&"a".repeat(1_100_000), "a password");
    assert_eq!(longer.status, 413, "{}", longer.body);
    let many = "a&".repeat(70_000);
    assert_eq!(stranger.ask("POST", "/sign-in", &[FORM], many.as_bytes()).status, 422);
}

/// Posts a form whose file stands before everything else.
fn file_first(browser: &mut Browser, pairs: &[(&str, &str)], file: &[u8]) -> Answer {
    let head =
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let mut body = [head.as_bytes(), file, b"\r\n"].concat();
    for (name, value) in pairs {
        let part =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    body.extend(b"--edge--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=edge");
    browser.ask("POST", NEW_PROJECT, &[kind], &body)
}

#[test]
fn prj1_a_file_that_is_too_large_takes_nothing_of_what_was_typed_with_it() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");
    let huge = vec![b' '; 130 * 1024 * 1024];
    let answer = file_first(&mut zhou, &project(&id), &huge);
    assert_eq!(answer.status, 413, "{}", answer.body);
    assert!(answer.body.contains("文件超过 20 MiB"), "{}", answer.body);
    keeps(&answer, &[("amount", "128000.00"), ("contact", "陈默"), ("phone", "13800571208")]);
}

#[test]
fn org4_an_invitations_link_is_shown_once_and_stands_in_no_address() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let invitation = [("command[invitee]", "李娜"), ("command[role]", "member")];
    let made = zhou.give("/manage/members", "/api/organisation/invite", &invitation);
    let page = "/manage/members/invited";
    assert_eq!((made.status, made.header("location")), (303, Some(page)));
    let cookie = made.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains(&format!("Path={page};")), "{cookie}");
    let shown = zhou.get(page);
    assert!(shown.body.contains("/invitation/"), "{}", shown.body);
    let again = zhou.get(page);
    assert!(!again.body.contains("/invitation/"), "{}", again.body);
    assert!(again.body.contains("已经显示过") && again.body.contains("重新邀请"), "{}", again.body);
}

#[test]
fn all4_nul_is_no_failure_of_the_database() {
    let Some((_proxy, url, _database)) = postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = fenfa();
    command.args(["serve", "--demo", "--data"]).arg(folder.path()).env("DATABASE_URL", url);
    let served = Served::start(command);
    let mut zhou = served.signed_in(ADMIN);
    assert_eq!(zhou.get("/l/%00").status, 404);
    for list in ["/manage/provider/orders", "/manage/provider/projects", "/manage/members"] {
        for query in ["q=%00", "state=%00", "after=1.%00"] {
            let answer = zhou.get(&format!("{list}?{query}"));
            assert_eq!(answer.status, 200, "{list}?{query}: {}", answer.body);
        }
    }
    let refused = served.browser().sign_in("a\0b", "\0");
    assert_eq!(refused.status, 422, "{}", refused.body);
    // Calls by scripts are no different.
    assert_eq!(zhou.get("/api/purchase/look?token=%00").status, 404);
    let made = zhou.get("/manage/members").made_for("/api/organisation/invite");
    let made = made.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let typed = [("command[invitee]", "a\0b"), ("command[role]", "member")];
    let called = zhou.fetch("/api/organisation/invite", &made.chain(typed).collect::<Vec<_>>());
    assert_eq!(called.status, 200, "{}", called.body);
}

#[test]
fn files_that_could_run_are_handed_out_as_downloads_and_to_their_owner_only() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let id = zhou.get(NEW_PROJECT).field("id").expect("a new project's id");
    let content: &[u8] = b"<!doctype html><script>alert(1)</script>";
    for name in ["page.html", "picture.svg"] {
        zhou.upload(NEW_PROJECT, &project(&id), ("file", name, content));
        let sql = format!("select id from file where name = '{name}'");
        let file = format!("/files/{}", Database::of(folder.path()).text(&sql));
        let answer = zhou.get(&file);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let header = |name| answer.header(name).unwrap_or_default();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert!(header("content-disposition").starts_with("attachment;"), "{answer:?}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{answer:?}");
        assert_eq!(served.signed_in("he.jun@yunqi.example").get(&file).status, 404);
        assert_eq!(served.browser().get(&file).status, 303, "strangers sign in first");
    }
}
