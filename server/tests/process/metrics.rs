//! The figures for Prometheus: what they count, and who may ask.

use crate::program::{Served, demo, fenfa};

#[test]
fn requests_jobs_and_connections_are_counted_for_this_machine() {
    let folder = demo();
    let mut command = fenfa();
    command.args(["serve", "--metrics-token", "a-long-secret", "--data"]).arg(folder.path());
    let served = Served::start(command);
    let mut browser = served.browser();
    browser.get("/sign-in");
    browser.get("/sign-in?next=/a");
    browser.get("/nowhere/one");
    browser.get("/nowhere/two");
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
    assert_eq!(value("fenfa_deliveries{state=\"succeeded\"}").as_deref(), Some("2"));
    assert_eq!(value("fenfa_jobs{state=\"done\"}").as_deref(), Some("2"));
    assert_eq!(value("fenfa_database_up").as_deref(), Some("1"));
    assert!(value("fenfa_database_connections{state=\"open\"}").is_some());

    browser.extra = Some(("x-forwarded-for", "203.0.113.7"));
    assert_eq!(browser.get("/metrics").status, 403, "through a proxy it is not this machine");
    browser.extra = Some(("authorization", "Bearer another"));
    assert_eq!(browser.get("/metrics").status, 200, "this machine needs no token");
}
