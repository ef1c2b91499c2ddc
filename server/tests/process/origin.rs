//! Under which address the site is reached: links go out to customers, so their host is the one that
//! was configured, or this machine's own, and never one that a request made up (Source: LNK-3).

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use serde_json::Value;

use crate::{
    browser::{Answer, Browser, SIGN_IN},
    conditions::ADMIN,
    program::{Database, Served, complained, demo, fenfa, run},
};

/// Makes a link as the demo's provider does; the page that shows it to be copied.
pub fn make_link(zhou: &mut Browser, folder: &Path) -> String {
    let database = Database::of(folder);
    let newest = |column: &str| {
        database.text(&format!("select {column} from link order by id desc limit 1"))
    };
    let (project, app) = (newest("project_id"), newest("application_id"));
    let links = format!("/manage/provider/projects/{project}/links");
    let made = zhou.post(&links, &[("_do", "create"), ("application", &app)]);
    made.header("location").expect("the page of the link made").to_owned()
}

/// The link that a page shows to be copied, up to its token.
fn shown(answer: &Answer) -> Option<&str> {
    let mut values = answer.body.split("value=\"").skip(1);
    let value =
        values.find_map(|value| value.split('"').next().filter(|value| value.contains("/l/")))?;
    value.find("/l/").map(|at| &value[..at + 3])
}

fn is_misdirected(answer: &Answer) {
    assert_eq!(answer.status, 421, "{}", answer.body);
    for words in
        ["这个地址还没有设置好", "This address is not set up yet", "--origin", "FENFA_ORIGIN"]
    {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
}

#[test]
fn lnk3_without_an_origin_pages_open_on_this_machine_only() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let page = make_link(&mut zhou, folder.path());
    let port = served.address.rsplit(':').next().expect("a port").to_owned();
    for host in
        ["127.0.0.1", "127.1.2.3:80", "[::1]:3210", "localhost", &format!("LOCALHOST:{port}")]
    {
        zhou.host = Some(host.to_owned());
        assert_eq!(shown(&zhou.get(&page)), Some(&*format!("http://{host}/l/")));
    }
    let others =
        ["fenfa.example", "192.0.2.7:3210", "localhost.example", "me@localhost", "0.0.0.0", ""];
    for host in others.map(|host| Some(host.to_owned())).into_iter().chain([None]) {
        zhou.host = host;
        is_misdirected(&zhou.get(&page));
        is_misdirected(&zhou.get("/no/such/page"));
        is_misdirected(&zhou.post("/sign-in", &[("_fn", SIGN_IN)]));
    }
    // A proxy's word about the host is no better.
    zhou.host = Some("fenfa.example".into());
    zhou.extra = Some(("x-forwarded-host", "localhost"));
    is_misdirected(&zhou.get(&page));
    zhou.extra = None;
    // What the request's target says outranks the header.
    zhou.host = Some("localhost".into());
    is_misdirected(&zhou.get(&format!("http://fenfa.example{page}")));
    let answer = zhou.get(&format!("http://127.0.0.1:{port}{page}"));
    assert_eq!(shown(&answer), Some(&*format!("http://127.0.0.1:{port}/l/")));
}

#[test]
fn lnk3_whoever_checks_the_program_and_the_refusals_own_style_need_no_host() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut browser = served.browser();
    for host in [Some("10.1.2.3:3210"), Some("fenfa.example"), None] {
        browser.host = host.map(str::to_owned);
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(browser.get(path).status, 200, "{path} at {host:?}");
        }
        for path in ["/assets/none.css", "/favicon.ico"] {
            assert_ne!(browser.get(path).status, 421, "{path} at {host:?}");
        }
    }
    let mut stream = TcpStream::connect(&served.address).expect("the program listens");
    stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
}

#[test]
fn lnk3_with_an_origin_links_carry_it_whatever_the_request_says() {
    let folder = demo();
    let mut command = fenfa();
    command.args(["serve", "--demo", "--origin", "https://Fenfa.example:443/", "--data"]);
    command.arg(folder.path());
    let served = Served::start(command);
    let mut zhou = served.signed_in(ADMIN);
    let page = make_link(&mut zhou, folder.path());
    for host in [Some("fenfa.example"), Some("elsewhere.example:8080"), Some("127.0.0.1"), None] {
        zhou.host = host.map(str::to_owned);
        assert_eq!(shown(&zhou.get(&page)), Some("https://fenfa.example/l/"), "{host:?}");
    }
}

#[test]
fn an_origin_that_is_none_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    for origin in ["fenfa.example", "https://fenfa.example/app", "ftp://fenfa.example", ""] {
        let refused = run(folder.path(), &["serve", "--origin", origin], "");
        assert!(!refused.status.success(), "{origin}");
        let text = complained(&refused);
        for words in
            ["--origin", "FENFA_ORIGIN", "https://fenfa.example.cn", &format!("`{origin}`")]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
}

/// The problem that scripts are told; calls of functions get it by itself.
fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    told.get("problem").cloned().unwrap_or(told)
}

#[test]
fn all4_scripts_are_told_the_same_as_a_problem() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut browser = served.browser();
    let call = |browser: &mut Browser| browser.ask("POST", SIGN_IN, &[], b"");

    browser.host = Some("fenfa.example".into());
    for answer in [browser.fetch("/sign-in", &[("_fn", SIGN_IN)]), call(&mut browser)] {
        assert_eq!(answer.status, 421);
        let told = problem(&answer);
        assert_eq!(told["code"], "request.misdirected");
        assert!(
            told["remedy"]["en"].as_str().is_some_and(|text| text.contains("--origin")),
            "{told}"
        );
    }
    browser.host = Some(served.address.clone());
    browser.extra = Some(("origin", "https://elsewhere.example"));
    for answer in [browser.fetch("/sign-in", &[("_fn", SIGN_IN)]), call(&mut browser)] {
        assert_eq!(answer.status, 403);
        assert_eq!(problem(&answer)["code"], "request.foreign");
    }
}

#[test]
fn every_answer_names_the_build_of_the_client() {
    let folder = demo();
    let served = Served::over(folder.path());
    let mut browser = served.browser();
    let build = browser.get("/sign-in").header("x-fenfa-build").map(str::to_owned);
    assert!(build.as_ref().is_some_and(|build| !build.is_empty()));
    let answers = [
        browser.get("/healthz"),
        browser.get("/no/such/page"),
        browser.get("/favicon.ico"),
        browser.fetch("/sign-in", &[("_fn", SIGN_IN)]),
        {
            browser.host = Some("fenfa.example".into());
            browser.get("/")
        },
    ];
    for answer in answers {
        assert_eq!(answer.header("x-fenfa-build"), build.as_deref(), "{answer:?}");
    }
}
