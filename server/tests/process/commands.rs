//! The commands for whoever runs the installation: accounts, the audit trail, import, schema.

use std::fs;

use crate::program::{Database, Served, complained, demo, run, said};

const LOGIN: &str = "ops@example.cn";
const PASSWORD: &str = "晴天去爬山 and drink tea";

/// A form definition as Yida gives it, small.
const DEFINITION: &str = r#"{"content": {"pages": [{"id": "FORM-AAAABBBBCCCCDDDDEEEE", "componentsTree": [
    {"componentName": "Page", "children": [{"componentName": "FormContainer", "props": {"formLabel": "登记"},
    "children": [{"componentName": "TextField", "props": {"fieldId": "textField_a1b2c3d4", "label": "名称"}}]}]}]}]}}"#;

fn signs_in(served: &Served, password: &str) -> bool {
    served.browser().sign_in(LOGIN, password).status == 303
}

#[test]
fn operators_are_made_and_forgotten_passwords_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let create = ["account", "create-operator", "--login", LOGIN, "--name", "运维"];
    let typed = [&create[..], &["--password-stdin"]].concat();

    let refused = run(data, &typed, "short\n");
    assert!(!refused.status.success());
    let text = complained(&refused);
    assert!(text.contains("password: A password has 10 to 200 characters"), "{text}");

    let made = run(data, &typed, &format!("{PASSWORD}\n"));
    assert!(made.status.success(), "{}", complained(&made));
    assert_eq!(said(&made), format!("Created the operator {LOGIN}\n"));
    let again = run(data, &create, "");
    assert!(!again.status.success(), "one login, one account");

    let served = Served::over(data);
    assert!(signs_in(&served, PASSWORD));
    // The other command works beside a serving program.
    let reset = run(data, &["account", "reset-password", LOGIN], "");
    assert!(reset.status.success(), "{}", complained(&reset));
    let printed = said(&reset);
    let fresh = printed.lines().find_map(|line| line.strip_prefix("Password: "));
    assert!(signs_in(&served, fresh.expect("the password made up")));
    assert!(!signs_in(&served, PASSWORD), "the old one is worth nothing");
    let sessions = "select count(*) from session";
    assert_eq!(Database::of(data).count(sessions), 1, "earlier sessions have ended");
    let unknown = run(data, &["account", "reset-password", "nobody@example.cn"], "");
    assert!(!unknown.status.success());
}

#[test]
fn the_audit_trail_is_checked_and_tampering_named() {
    let folder = demo();
    let verify = ["audit", "verify"];
    let whole = run(folder.path(), &verify, "");
    assert!(whole.status.success(), "{}", complained(&whole));
    assert!(said(&whole).contains("entries checked: the audit trail is whole"), "{}", said(&whole));
    assert!(said(&whole).contains("head: chain "), "{}", said(&whole));
    assert!(!said(&whole).contains("(not signed)"), "{}", said(&whole));
    let database = Database::of(folder.path());
    let entry = "from audit_entry where position = 3 order by chain limit 1";
    let chain = database.text(&format!("select chain {entry}"));
    database.run(&format!(
        "update audit_entry set actor_name = '别人' where chain = '{chain}' and position = 3"
    ));
    let broken = run(folder.path(), &verify, "");
    assert_eq!(broken.status.code(), Some(1));
    let text = said(&broken);
    assert!(text.contains(&format!("broken: chain {chain}, entry 3: ")), "{text}");
    assert!(text.contains("the audit trail was changed"), "{text}");
    let json = run(folder.path(), &["audit", "verify", "--json"], "");
    assert_eq!(json.status.code(), Some(1));
    let verdict: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(verdict["whole"], false);
    assert_eq!(verdict["breaks"][0]["chain"], chain.as_str());
    assert_eq!(verdict["heads"][0]["signed"], true);
}

#[test]
fn forms_of_yida_become_an_app() {
    let folder = demo();
    let file = folder.path().join("form.json");
    fs::write(&file, DEFINITION).expect("a file");
    let path = file.display().to_string();
    let database = Database::of(folder.path());
    let provider = database.text(
        "select corp_id from organisation o join member m on m.organisation_id = o.id \
         join account a on a.id = m.account_id where a.login = 'zhou.ying@yunqi.example'",
    );
    let apps = "select count(*) from application";
    let before = database.count(apps);
    let import = ["app", "import-yida", &path, "--org", &provider, "--name", "导入的应用"];

    let nowhere = run(folder.path(), &["app", "import-yida", &path, "--org", "ding00"], "");
    assert!(!nowhere.status.success());
    fs::write(&file, "{").expect("a file");
    assert!(!run(folder.path(), &import, "").status.success());
    assert_eq!(database.count(apps), before, "what was refused left nothing");

    fs::write(&file, DEFINITION).expect("a file");
    let made = run(folder.path(), &import, "");
    assert!(made.status.success(), "{}", complained(&made));
    let text = said(&made);
    assert!(text.contains("form.json: ") && text.contains("(1 fields)"), "{text}");
    let url = text.lines().find_map(|line| line.strip_prefix("The app is at "));
    let url = url.expect("where it is").to_owned();
    let served = Served::over(folder.path());
    let page = served.signed_in("zhou.ying@yunqi.example").get(&url);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("导入的应用"));
}

#[test]
fn the_schema_is_brought_up_to_date_once() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let output = run(folder.path(), &["migrate"], "");
        assert!(output.status.success(), "{}", complained(&output));
    }
    let database = Database::of(folder.path());
    assert_eq!(database.count("select count(*) from account"), 0);
    let versions = "select count(*) - count(distinct version) from _sqlx_migrations";
    assert_eq!(database.count(versions), 0);
}
