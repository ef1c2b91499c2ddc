//! The figures for Prometheus: what they count, and who may ask.

use std::path::Path;

use crate::program::{Served, demo, fenfa};

/// Serves the demo, with these options besides.
fn serve(folder: &Path, options: &[&str]) -> Served {
    let mut command = fenfa();
    command.arg("serve").args(options).arg("--data").arg(folder);
    Served::start(command)
}

#[test]
fn requests_jobs_and_connections_are_counted_for_this_machine() {
    let folder = demo();
    let served = serve(folder.path(), &[]);
    let mut browser = served.browser();
    browser.get("/sign-in");
    browser.get("/sign-in?next=/a");
    browser.get("/nowhere/one");
    browser.get("/nowhere/two");
    for method in ["BREW", "SHAKE"] {
        browser.ask(method, "/nowhere/three", &[], &[]);
    }
    let figures = browser.get("/metrics");
    assert_eq!(figures.status, 200);
    let value = |name: &str| {
        let line = figures.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(str::to_owned)
    };
    let requests = "fenfa_http_request_duration_seconds_count";
    let sign_in = format!("{requests}{{method=\"GET\",route=\"/sign-in\",status=\"200\"}}");
    assert_eq!(value(&sign_in).as_deref(), Some("2"), "{}", figures.body);
    let nowhere = format!("{requests}{{method=\"GET\",route=\"none\",status=\"404\"}}");
    assert_eq!(value(&nowhere).as_deref(), Some("2"), "no series for what leads nowhere");
    assert!(!figures.body.contains("BREW"), "no series for made-up methods");
    assert_eq!(value("fenfa_deliveries{state=\"succeeded\"}").as_deref(), Some("2"));
    let jobs = value("fenfa_jobs{state=\"done\"}");
    assert_eq!(jobs.as_deref(), Some("4"), "two sends, and the indexing of what each has sent");
    assert_eq!(value("fenfa_database_up").as_deref(), Some("1"));
    assert!(value("fenfa_database_connections{state=\"open\"}").is_some());

    browser.extra = Some(("x-forwarded-for", "203.0.113.7"));
    assert_eq!(browser.get("/metrics").status, 403, "through a proxy it is not this machine");
}

#[test]
fn with_a_token_figures_are_told_to_whoever_sends_it() {
    let folder = demo();
    let served = serve(folder.path(), &["--metrics-token", "a-long-secret"]);
    let mut browser = served.browser();
    assert_eq!(browser.get("/metrics").status, 403);
    browser.extra = Some(("authorization", "Bearer another"));
    assert_eq!(browser.get("/metrics").status, 403);
    browser.extra = Some(("authorization", "Bearer a-long-secret"));
    assert_eq!(browser.get("/metrics").status, 200);
}
