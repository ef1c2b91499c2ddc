//! Requests that reach no page: each gets an answer that says what happened.

use crate::{
    browser::SIGN_IN,
    program::{Served, demo, fenfa},
};

#[test]
fn all4_requests_that_lead_nowhere_are_told_so() {
    let folder = demo();
    let mut command = fenfa();
    command.args(["serve", "--origin", "https://fenfa.example", "--data"]).arg(folder.path());
    let served = Served::start(command);
    let mut browser = served.browser();

    let astray = browser.get("/sign-in/?next=/apps");
    assert_eq!(astray.status, 308, "a slash too many is forgiven");
    assert_eq!(astray.header("location"), Some("/sign-in?next=/apps"));
    assert_eq!(astray.header("strict-transport-security"), Some("max-age=31536000"));

    let nowhere = browser.post("/no/such/page", &[("a", "b")]);
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.body.contains("没有这个页面"), "{}", nowhere.body);

    let unasked = browser.post("/manage/members/export", &[("a", "b")]);
    assert_eq!(unasked.status, 404);
    let only_read = browser.post("/", &[("a", "b")]);
    assert_eq!(only_read.status, 405);
    assert!(only_read.body.contains("这个地址不接收提交的内容"), "{}", only_read.body);

    browser.extra = Some(("origin", "https://elsewhere.example"));
    let foreign = browser.post("/sign-in", &[("_fn", SIGN_IN)]);
    assert_eq!(foreign.status, 403);
    for words in ["这次提交不是从本站的页面发出的", "This was not sent from a page of this site"]
    {
        assert!(foreign.body.contains(words), "{}", foreign.body);
    }
    browser.extra = Some(("origin", "https://fenfa.example"));
    assert_ne!(browser.post("/sign-in", &[("_fn", SIGN_IN)]).status, 403, "the site's own forms");
}
