//! A record's form as a page shows it: after its document changed under what records hold, and
//! without what it hides (Source: ALL-4).

use std::path::Path;

use crate::program::{Database, Served, demo};

const DEVELOPER: &str = "lin.xiao@yunqi.example";

/// Gives the field or column called `key` a property, in every form that has one.
fn give(database: &Database, key: &str, property: &str) {
    database.run(&format!(
        "update document set body = replace(body, '\"key\":\"{key}\",', '{property},\"key\":\"{key}\",')"
    ));
}

/// The page of the contracts of the demo's own app, and of the one contract that holds `text`.
fn pages(data: &Path, text: &str) -> (String, String) {
    let database = Database::of(data);
    let one = |column: &str| {
        database.text(&format!(
            "select r.{column} from record r join application a on a.id = r.application_id \
             where a.origin_order is null and r.form = 'contract' and r.data like '%{text}%'"
        ))
    };
    let form = format!("/apps/{}/forms/contract", one("application_id"));
    let record = format!("{form}/records/{}", one("id"));
    (form, record)
}

#[test]
fn what_a_form_hides_is_not_in_its_pages() {
    const SECRET: &str = "质保金 10%";
    let folder = demo();
    let (form, record) = pages(folder.path(), "质保金 10");
    let told = || {
        let served = Served::over(folder.path());
        let mut lin = served.signed_in(DEVELOPER);
        let edit = format!("{record}/edit");
        let csv = format!("{form}/csv");
        [record.as_str(), &edit, &csv].map(|page| lin.get(page).body.contains(SECRET))
    };
    assert_eq!(told(), [true; 3]);
    give(&Database::of(folder.path()), "note", "\"access\":\"hidden\"");
    assert_eq!(told(), [false; 3]);
}

#[test]
fn placeholders_hints_of_columns_and_what_can_no_longer_be_typed_are_shown() {
    let folder = demo();
    let (form, record) = pages(folder.path(), "框架采购协议");
    let database = Database::of(folder.path());
    for (key, property) in [
        ("type", "\"placeholder\":{\"zh\":\"请选择类型\",\"en\":\"A type\"}"),
        ("customer", "\"placeholder\":{\"zh\":\"按名称查找客户\",\"en\":\"By name\"}"),
        ("quantity", "\"hint\":{\"zh\":\"按最小单位\",\"en\":\"Smallest units\"}"),
    ] {
        give(&database, key, property);
    }
    // The type was typed in while the form still asked for 其他.
    database.run(
        "update record set data = replace(data, '\"type\":{\"o\":{\"k\":[\"frame\"]}}', \
         '\"type\":{\"o\":{\"x\":\"补充协议\"}}')",
    );
    let served = Served::over(folder.path());
    let mut lin = served.signed_in(DEVELOPER);
    let blank = lin.get(&format!("{form}/new"));
    for words in ["请选择类型", "placeholder=\"按名称查找客户\"", "按最小单位"] {
        assert!(blank.body.contains(words), "{words}: {}", blank.body);
    }
    assert_eq!(blank.field("f.type.other"), None, "nobody chooses it anew");
    let held = lin.get(&format!("{record}/edit"));
    assert_eq!(held.field("f.type.other").as_deref(), Some("补充协议"));
}

#[test]
fn a_filter_that_cannot_be_read_says_so() {
    let folder = demo();
    let (form, _) = pages(folder.path(), "框架采购协议");
    let served = Served::over(folder.path());
    let list = served.signed_in(DEVELOPER).get(&format!("{form}?where.amount.from=12%2C5"));
    assert!(list.body.contains("role=\"alert\""), "{}", list.body);
    assert!(!list.body.contains("框架采购协议"), "{}", list.body);
}
