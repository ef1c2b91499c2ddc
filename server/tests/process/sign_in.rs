//! Signing in where the browser does not keep it, and what a refused sign-in leaves on its page
//! (Source: ALL-4).

use crate::{
    browser::Browser,
    conditions::ADMIN,
    origin::make_link,
    program::{Database, Served, demo, fenfa},
};

/// Says that the browser has dropped the sign-in.
const DROPPED: &str = "登录成功了，但浏览器没有保存：本站要求 https，而这个页面是用 http 打开的";

/// A browser at a site that is meant to be behind TLS and is opened without it.
fn over_http(served: &Served) -> Browser {
    let mut browser = served.browser();
    browser.drops_secure = true;
    browser
}

/// What it says is said to people, with the address to open instead and the option to set.
fn tells(text: &str) {
    for words in [DROPPED, "https://fenfa.example", "--origin"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn all4_a_sign_in_that_the_browser_does_not_keep_is_explained() {
    let folder = demo();
    let mut command = fenfa();
    command.args(["serve", "--demo", "--origin", "https://fenfa.example", "--data"]);
    command.arg(folder.path());
    let served = Served::start(command);

    let mut zhou = over_http(&served);
    assert!(!zhou.get("/sign-in").text().contains(DROPPED), "nobody has signed in yet");
    let done = zhou.sign_in(ADMIN, backend::account::DEMO_PASSWORD);
    assert_eq!((done.status, done.header("location")), (303, Some("/")), "{}", done.body);
    let sent_away = zhou.get("/");
    let way = sent_away.header("location").expect("the way to the sign-in").to_owned();
    assert!(way.starts_with("/sign-in"), "{way}");
    tells(&zhou.get(&way).text());

    make_link(&mut served.signed_in(ADMIN), folder.path());
    let token = Database::of(folder.path()).text("select token from link order by id desc limit 1");
    let choice = format!("/l/{token}/organisation");
    let mut chen = over_http(&served);
    let typed = [
        ("command[login]", "chen.mo@chengchuan.example"),
        ("command[password]", backend::account::DEMO_PASSWORD),
    ];
    let done = chen.give(&choice, crate::browser::SIGN_IN, &typed);
    assert_eq!((done.status, done.header("location")), (303, Some(&*choice)), "{}", done.body);
    tells(&chen.get(&choice).text());

    // Who does keep it is told nothing.
    let mut he = served.signed_in("he.jun@yunqi.example");
    assert_eq!(he.get("/").status, 200);
    assert!(!he.get("/sign-in").text().contains(DROPPED));
}

#[test]
fn all4_a_refused_sign_in_keeps_the_login_and_never_the_password() {
    let folder = demo();
    let served = Served::over(folder.path());
    let secret = "not for the page";
    let refused = served.browser().sign_in(ADMIN, secret);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert_eq!(refused.field("command[login]").as_deref(), Some(ADMIN));
    assert!(!refused.body.contains(secret), "{}", refused.body);

    let mut zhou = served.signed_in(ADMIN);
    let typed = [("command[current]", secret), ("command[new]", "another secret of mine")];
    let refused = zhou.give("/me/preferences", "/api/account/change-password", &typed);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    for secret in [secret, "another secret of mine"] {
        assert!(!refused.body.contains(secret), "{}", refused.body);
    }
}

#[test]
fn all4_calls_are_refused_with_the_problem_itself() {
    let folder = demo();
    let served = Served::over(folder.path());
    let told = |browser: &mut Browser, path: &str, body: &[u8]| {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let answer = browser.ask("POST", path, &[form], body);
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        (answer.status, told["code"].as_str().unwrap_or_default().to_owned())
    };
    let stage = "/api/files/stage?for=programme/apply&field=file&name=a.pdf";
    let mut stranger = served.browser();
    let of = |code: &str, status| (status, code.to_owned());
    assert_eq!(told(&mut stranger, stage, b"x"), of("account.sign_in", 401));
    assert_eq!(told(&mut stranger, "/api/no/such", b""), of("client.outdated", 404));
    let long = "a".repeat(1_100_000);
    let sign_in = crate::browser::SIGN_IN;
    assert_eq!(told(&mut stranger, sign_in, long.as_bytes()), of("form.too_long", 413));
    assert_eq!(told(&mut stranger, sign_in, b"a=b"), of("form.malformed", 422));
    let mut zhou = served.signed_in(ADMIN);
    let elsewhere = "/api/files/stage?for=purchase/buy&field=file&name=a";
    assert_eq!(told(&mut zhou, elsewhere, b"x"), of("form.malformed", 422));
}
