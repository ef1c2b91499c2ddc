//! Records: filling in, numbering, finding, exporting, and who sees which, on both engines.

#[path = "fixtures/apps.rs"]
mod fixtures;

use std::sync::Arc;

use backend::{
    Backend, args,
    db::testing::on_both,
    file,
    job::Worker,
    record::{
        self, Room,
        export::export,
        list,
        names::{Wanted, load_typed},
        query::{Place, RecordQuery},
        reference,
    },
};
use bytes::Bytes;
use domain::{
    application::{Access, FieldKind, FieldPath, Key},
    authority::Actor,
    identity::{ApplicationId, RecordId},
    lang::{Lang, Text},
    lifecycle::Lifecycle,
    problem::Problem,
    record::{Names as _, Pairs, RecordValues, Value, encode, shown},
    step::Step,
};
use fixtures::{Company, app_with, company, contracts, deliver, edit, id_of, key};
use futures::TryStreamExt as _;

const ONE: &str = "ding00000000000000aa";
const TWO: &str = "ding00000000000000bb";

async fn file_contract(
    backend: &Backend,
    actor: &Actor,
    app: ApplicationId,
    pairs: &[(&str, &str)],
) -> Result<RecordId, Problem> {
    let pairs: Pairs = pairs.iter().copied().collect();
    record::create(backend, actor, app, &key("contract"), &pairs).await
}

async fn found(backend: &Backend, actor: &Actor, app: ApplicationId, query: &str) -> Vec<String> {
    let (_, _, page) = open(backend, actor, app, query).await;
    page.records.iter().map(|record| text(record, "name")).collect()
}

async fn open(
    backend: &Backend,
    actor: &Actor,
    app: ApplicationId,
    query: &str,
) -> (Room, RecordQuery, list::RecordPage) {
    let pairs: Pairs = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let read = |room: &Room| RecordQuery::read(&room.form, &pairs);
    list::open(backend, actor, app, &key("contract"), read, Lang::Zh).await.expect("a list")
}

fn text(record: &record::Record, field: &str) -> String {
    match record.values.get(field) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

async fn us_with_app(backend: &Backend) -> (Company, ApplicationId) {
    let us = company(backend, "甲", ONE).await;
    let app = app_with(backend, &us.developer, contracts()).await;
    (us, app)
}

#[tokio::test]
async fn a_record_is_checked_on_the_server_numbered_and_read_back() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let refused = file_contract(
            &backend,
            &us.developer,
            app,
            &[("f.amount", "abc"), ("f.stage", "nonsense")],
        )
        .await
        .expect_err("wrong");
        let names: Vec<_> = refused.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["f.amount", "f.stage"]);
        let id = file_contract(
            &backend,
            &us.developer,
            app,
            &[
                ("f.name", "采购合同"),
                ("f.amount", "128,000.5"),
                ("f.stage", "active"),
                ("f.items.0.product", "服务器"),
                ("f.items.0.price", "5"),
            ],
        )
        .await
        .expect("filed");
        let second = file_contract(&backend, &us.developer, app, &[("f.name", "第二份")])
            .await
            .expect("filed");
        let view = record::view(&backend, &us.developer, app, &key("contract"), id, Lang::Zh)
            .await
            .expect("view");
        assert_eq!(
            text(&view.record, "number"),
            "202611230001",
            "a refused record uses up no number"
        );
        assert_eq!(view.created_by, "甲开发者");
        let amount = view.record.values.get("amount").expect("amount");
        assert_eq!(
            shown(view.room.form.field("amount"), amount, Lang::Zh, &view.names),
            "128000.50"
        );
        let view = record::view(&backend, &us.developer, app, &key("contract"), second, Lang::Zh)
            .await
            .expect("view");
        assert_eq!(text(&view.record, "number"), "202611230002");
    })
    .await;
}

#[tokio::test]
async fn all4_a_record_that_somebody_else_changed_is_not_overwritten() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let id =
            file_contract(&backend, &us.developer, app, &[("f.name", "一")]).await.expect("filed");
        let change = |revision: i64, name: &'static str| {
            let (backend, actor) = (backend.clone(), us.admin.clone());
            async move {
                let pairs: Pairs = [("f.name", name)].into_iter().collect();
                record::change(&backend, &actor, app, &key("contract"), id, revision, &pairs).await
            }
        };
        change(1, "二").await.expect("changed");
        assert_eq!(change(1, "三").await.expect_err("late").code, "changed_meanwhile");
        let delete = record::delete(&backend, &us.admin, app, &key("contract"), id, 1).await;
        assert_eq!(delete.expect_err("late").code, "changed_meanwhile");
        assert_eq!(found(&backend, &us.admin, app, "").await, ["二"]);
        record::delete(&backend, &us.admin, app, &key("contract"), id, 2).await.expect("deleted");
        assert!(found(&backend, &us.admin, app, "").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn records_stay_readable_and_sortable_when_their_form_changes() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let id = file_contract(
            &backend,
            &us.developer,
            app,
            &[("f.name", "旧"), ("f.remarks", "很重要")],
        )
        .await
        .expect("filed");
        edit(&backend, &us.developer, app, |tree| {
            tree.remove_field(&key("contract"), &FieldPath::field(key("remarks")))?;
            tree.edit_form(&key("contract"), |form| {
                fixtures::add(form, "Region", fixtures::kind("text"));
                Ok(())
            })
        })
        .await
        .expect("edit");
        file_contract(&backend, &us.developer, app, &[("f.name", "新"), ("f.region", "杭州")])
            .await
            .expect("filed");
        assert_eq!(
            found(&backend, &us.developer, app, "sort=region&order=asc").await,
            ["旧", "新"]
        );
        let pairs: Pairs = [("f.name", "旧改")].into_iter().collect();
        record::change(&backend, &us.developer, app, &key("contract"), id, 1, &pairs)
            .await
            .expect("changed");
        let view = record::view(&backend, &us.developer, app, &key("contract"), id, Lang::Zh)
            .await
            .expect("view");
        assert_eq!(text(&view.record, "remarks"), "很重要", "what a removed field held is kept");
        assert!(view.room.form.field_ever("remarks").is_some());
    })
    .await;
}

#[tokio::test]
async fn records_sort_and_are_found_by_options_that_moved_or_got_other_names() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        for (name, stage) in [("甲", "active"), ("乙", "draft"), ("丙", "active")] {
            file_contract(&backend, &us.developer, app, &[("f.name", name), ("f.stage", stage)])
                .await
                .expect("filed");
        }
        let sorted = async || found(&backend, &us.developer, app, "sort=stage&order=asc").await;
        assert_eq!(sorted().await.first().map(String::as_str), Some("乙"));
        edit(&backend, &us.developer, app, |tree| {
            tree.edit_form(&key("contract"), |form| {
                let stage = form.fields.iter_mut().find(|field| field.key == "stage");
                let FieldKind::Radio(choices) = &mut stage.expect("the field").kind else {
                    panic!("radio buttons")
                };
                choices.options.reverse();
                choices.options[0].label = Text::of("履行中", "Under way");
                Ok(())
            })
        })
        .await
        .expect("edit");
        assert_eq!(sorted().await.last().map(String::as_str), Some("乙"), "it comes last now");
        assert_eq!(found(&backend, &us.developer, app, "q=履行中").await.len(), 2);
        assert_eq!(found(&backend, &us.developer, app, "where.stage=active").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn lists_sort_filter_search_and_page_by_any_field_in_both_directions() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let amounts = ["5", "-3", "1000.5", "20", ""];
        for (number, amount) in (0..60).zip(amounts.iter().cycle()) {
            let name = format!("合同 {number:02}");
            let stage = if number % 2 == 0 { "draft" } else { "active" };
            let date = format!("2026-11-{:02}", 1 + number % 28);
            let pairs = [
                ("f.name", name.as_str()),
                ("f.amount", amount),
                ("f.stage", stage),
                ("f.tags", "draft"),
                ("f.tags", stage),
                ("f.signed", &date),
            ];
            file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        }
        for order in [
            "",
            "order=asc",
            "sort=name",
            "sort=name&order=asc",
            "sort=amount",
            "sort=amount&order=asc",
        ] {
            let (mut place, mut names, mut pages) = (String::new(), Vec::new(), 0);
            loop {
                let (_, query, page) =
                    open(&backend, &us.developer, app, &format!("{order}&at={place}")).await;
                names.extend(page.records.iter().map(|record| text(record, "name")));
                pages += 1;
                let Some(next) = page.next else {
                    let previous =
                        page.previous.as_ref().map(Place::encode).expect("a page before");
                    let back =
                        found(&backend, &us.developer, app, &format!("{order}&at={previous}"))
                            .await;
                    assert_eq!(back, names[25..50], "{order} backwards from {query:?}");
                    break;
                };
                place = next.encode();
            }
            assert_eq!((pages, names.len()), (3, 60), "{order}");
            let distinct: std::collections::BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), 60, "{order}: each record once");
        }
        let by_amount = open(&backend, &us.developer, app, "sort=amount").await.2;
        let top = by_amount.records.first().and_then(|record| record.values.get("amount")).cloned();
        assert_eq!(
            top,
            Some(Value::Number(domain::decimal::Decimal::parse("1000.5").expect("number")))
        );
        let count = |query: &'static str| {
            let (backend, actor) = (backend.clone(), us.developer.clone());
            async move { found(&backend, &actor, app, query).await.len() }
        };
        assert_eq!(count("q=合同 07").await, 1);
        assert_eq!(count("q=100%").await, 0);
        assert_eq!(count("where.amount.from=-5&where.amount.to=0").await, 12);
        assert_eq!(count("where.signed.from=2026-11-05&where.signed.to=2026-11-06").await, 4);
        assert_eq!(count("where.name=0&where.stage=active&where.amount.from=20").await, 2);
        assert_eq!(
            open(&backend, &us.developer, app, "where.tags=active").await.2.records.len(),
            25
        );
        assert_eq!(count("where.stage=nonsense").await, 0);
        assert_eq!(count("sort=nonsense&at=nonsense&where.nonsense=1").await, 25);
    })
    .await;
}

#[tokio::test]
async fn exports_are_whole_and_no_spreadsheet_runs_them() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        for name in ["=HYPERLINK(\"http://evil\")", "a,\"b\"\nc", "<script>"] {
            file_contract(&backend, &us.developer, app, &[("f.name", name)]).await.expect("filed");
        }
        let (room, query, _) = open(&backend, &us.developer, app, "sort=name&order=asc").await;
        let stream = export(backend.backend.clone(), &us.developer, room, query, Lang::En)
            .await
            .expect("export");
        let bytes: Vec<Bytes> = Box::pin(stream).try_collect().await.expect("bytes");
        let csv = String::from_utf8(bytes.concat()).expect("UTF-8");
        assert!(csv.starts_with("\u{feff}Number,Name,"), "{csv}");
        assert!(csv.contains(",\"'=HYPERLINK(\"\"http://evil\"\")\","), "{csv}");
        assert_eq!(csv.matches("甲开发者").count(), 3);
    })
    .await;
}

#[tokio::test]
async fn references_lead_only_to_what_is_there_and_are_named_together() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let them = company(&backend, "乙", TWO).await;
        let pairs: Pairs = [("f.name", "华东机械")].into_iter().collect();
        let customer = record::create(&backend, &us.developer, app, &key("customer"), &pairs)
            .await
            .expect("customer");
        let room =
            record::enter(&backend, &us.developer, app, &key("contract")).await.expect("room");
        let path = FieldPath::field(key("customer"));
        let offered = reference::records(&backend, &us.developer, &room, &path, "机械", Lang::Zh)
            .await
            .expect("candidates");
        assert_eq!(offered.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["华东机械"]);
        assert!(
            reference::records(&backend, &us.developer, &room, &path, "没有", Lang::Zh)
                .await
                .expect("none")
                .is_empty()
        );
        let members =
            reference::members(&backend, &us.developer, &room, "甲开").await.expect("members");
        assert_eq!(members.len(), 1);
        let (customer, owner) = (customer.to_string(), id_of(&us.member).to_string());
        file_contract(
            &backend,
            &us.developer,
            app,
            &[("f.name", "一"), ("f.customer", &customer), ("f.owner", &owner)],
        )
        .await
        .expect("filed");
        let page = open(&backend, &us.developer, app, "").await.2;
        assert_eq!(page.names.record(customer.parse().expect("an id")), Some("华东机械".into()));
        assert_eq!(page.names.account(id_of(&us.member)), Some("甲普通员工".into()));
        assert_eq!(
            found(&backend, &us.developer, app, "q=华东").await,
            ["一"],
            "found by what it refers to"
        );
        assert_eq!(
            found(&backend, &us.developer, app, &format!("where.customer={customer}")).await,
            ["一"]
        );
        let (stranger, nothing) =
            (id_of(&them.member).to_string(), backend.id::<RecordId>().to_string());
        let refused = file_contract(
            &backend,
            &us.developer,
            app,
            &[("f.owner", &stranger), ("f.customer", &nothing), ("f.papers", &nothing)],
        )
        .await
        .expect_err("strangers");
        let mut names: Vec<_> = refused.fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["f.customer", "f.owner", "f.papers"]);
    })
    .await;
}

#[tokio::test]
async fn files_belong_to_the_record_that_names_them_and_only_its_readers_get_them() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let them = company(&backend, "乙", TWO).await;
        let staged =
            file::stage(&backend, &us.developer, "合同.pdf", Bytes::from_static(b"%PDF-1.7\n"))
                .await
                .expect("staged");
        let foreign =
            file::stage(&backend, &them.admin, "x.pdf", Bytes::from_static(b"%PDF-1.7\n"))
                .await
                .expect("staged");
        let (id, foreign) = (staged.id.to_string(), foreign.id.to_string());
        let refused = file_contract(&backend, &us.developer, app, &[("f.papers", &foreign)])
            .await
            .expect_err("not ours");
        assert_eq!(refused.fields.first().map(|field| field.name.as_str()), Some("f.papers"));
        let refused = file_contract(&backend, &us.developer, app, &[("f.photo", &id)])
            .await
            .expect_err("no picture");
        assert_eq!(refused.fields.first().map(|field| field.name.as_str()), Some("f.photo"));
        file_contract(&backend, &us.developer, app, &[("f.papers", &id)]).await.expect("filed");
        let kept =
            file::find(&mut backend.read().await.expect("tx"), staged.id).await.expect("kept");
        assert_eq!(kept.area, "record");
        file::read(&backend, &us.admin, kept.id).await.expect("ours");
        assert!(
            file::read(&backend, &us.member, kept.id).await.is_err(),
            "the app is not enabled yet"
        );
        assert!(file::read(&backend, &them.admin, kept.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn app1_app5_the_provider_sees_samples_only_and_members_nothing_before_enabling() {
    on_both(|backend| async move {
        let (us, them) = (company(&backend, "甲", ONE).await, company(&backend, "乙", TWO).await);
        let app = app_with(&backend, &them.developer, contracts()).await;
        deliver(&backend, app, &us, &them).await;
        let business = file_contract(&backend, &them.admin, app, &[("f.name", "机密合同")])
            .await
            .expect("filed");
        file_contract(&backend, &us.developer, app, &[("f.name", "试填")])
            .await
            .expect("filed in maintenance");
        assert_eq!(found(&backend, &us.developer, app, "").await, ["试填"]);
        assert!(found(&backend, &us.developer, app, "q=机密").await.is_empty());
        let peek =
            record::view(&backend, &us.developer, app, &key("contract"), business, Lang::Zh).await;
        assert_eq!(peek.err().map(|p| p.code), Some("missing".into()));
        let delete =
            record::delete(&backend, &us.developer, app, &key("contract"), business, 1).await;
        assert_eq!(delete.err().map(|p| p.code), Some("missing".into()));
        let room =
            record::enter(&backend, &us.developer, app, &key("contract")).await.expect("room");
        assert!(
            reference::members(&backend, &us.developer, &room, "").await.expect("none").is_empty()
        );
        assert_eq!(found(&backend, &them.admin, app, "").await.len(), 2, "the customer sees both");
        let (_, _, page) = open(&backend, &them.admin, app, "").await;
        assert_eq!(
            page.records.iter().filter(|record| record.sample).count(),
            1,
            "marked as sample"
        );
        let refused = file_contract(&backend, &them.member, app, &[("f.name", "x")])
            .await
            .expect_err("not enabled");
        assert_eq!(refused.code, "missing");
        let by = Step { by: id_of(&them.admin), name: String::new(), at: backend.now() };
        let enabled = Lifecycle::Enabled { enabled: by, acceptance: None };
        fixtures::put_state(&backend, app, &enabled).await;
        file_contract(&backend, &them.member, app, &[("f.name", "员工填的")])
            .await
            .expect("enabled");
        assert!(
            record::enter(&backend, &us.developer, app, &Key::fixed("contract")).await.is_err(),
            "the channel is closed"
        );
    })
    .await;
}

#[tokio::test]
async fn all4_filters_and_searches_look_into_the_whole_of_long_texts() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let long = format!("{}Needle 100%", "长文".repeat(900));
        for (name, remarks) in [("长", long.as_str()), ("短", "needle"), ("无", "其他")] {
            let pairs = [("f.name", name), ("f.remarks", remarks)];
            file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        }
        let count = async |query| found(&backend, &us.developer, app, query).await.len();
        assert_eq!(count("where.remarks=NEEDLE").await, 2);
        assert_eq!(count("where.remarks=needle 100%").await, 1);
        assert_eq!(count("where.remarks=长文").await, 1);
        assert_eq!(count("q=needle 100%").await, 1);
        assert_eq!(count("where.remarks=nowhere").await, 0);
    })
    .await;
}

#[tokio::test]
async fn records_that_an_older_program_filed_are_indexed_anew_in_the_background() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let untouched = app_with(&backend, &us.developer, contracts()).await;
        let long = format!("{}needle", "长文".repeat(900));
        let owner = id_of(&us.member).to_string();
        let pairs = [("f.name", "旧"), ("f.remarks", long.as_str()), ("f.owner", &owner)];
        file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        let mut tx = backend.begin().await.expect("tx");
        for older in [
            "update record_index set sort_key = '000001' where field = 'owner' and position = 0",
            "delete from record_index where field = 'name'",
            "update record set search = ''",
            "delete from _sqlx_migrations where version = 3",
            "alter table record_index drop column whole",
        ] {
            tx.run(older, args![]).await.expect("as it was");
        }
        tx.commit().await.expect("commit");
        backend.db.migrate().await.expect("the third migration");
        let mut tx = backend.read().await.expect("tx");
        let jobs = tx.all("select subject from job limit 9", args![]).await.expect("jobs");
        let subjects: Vec<String> =
            jobs.iter().map(|row| row.get("subject").expect("subject")).collect();
        assert_eq!(subjects, [app.to_string()], "not for {untouched}, which has no records");
        drop(tx);
        let (keep, stop) = tokio::sync::watch::channel(false);
        let worker = Worker::new(backend.backend.clone(), stop);
        assert!(worker.work().await.expect("work") && !worker.work().await.expect("work"));
        drop(keep);
        let found = async |query| found(&backend, &us.developer, app, query).await;
        for query in ["where.remarks=needle", "q=needle", "sort=name", "where.name=旧"] {
            assert_eq!(found(query).await, ["旧"], "{query}");
        }
        let mut tx = backend.read().await.expect("tx");
        let sql = "select sort_key from record_index where field = 'owner' and position = 0";
        let row = tx.one(sql, args![]).await.expect("rows").expect("a row");
        assert_eq!(row.get::<String>("sort_key").expect("a key"), "甲普通员工");
    })
    .await;
}

#[tokio::test]
async fn lists_sort_people_and_records_by_their_names() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let mut filed = Vec::new();
        for customer in ["bravo", "Alpha", "charlie"] {
            let pairs: Pairs = [("f.name", customer)].into_iter().collect();
            let id = record::create(&backend, &us.developer, app, &key("customer"), &pairs).await;
            filed.push((customer, id.expect("a customer").to_string()));
        }
        for (name, id) in &filed {
            let pairs = [("f.name", *name), ("f.customer", id.as_str())];
            file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        }
        let sorted = async |query| found(&backend, &us.developer, app, query).await;
        assert_eq!(sorted("sort=customer&order=asc").await, ["Alpha", "bravo", "charlie"]);
        assert_eq!(sorted("sort=customer").await, ["charlie", "bravo", "Alpha"]);
    })
    .await;
}

#[tokio::test]
async fn a_field_that_was_removed_and_is_back_sorts_and_filters_by_what_records_hold() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let mut ids = Vec::new();
        for (name, remarks, stage) in [("甲", "b 重要", "active"), ("乙", "a 一般", "draft")]
        {
            let pairs = [("f.name", name), ("f.remarks", remarks), ("f.stage", stage)];
            ids.push(file_contract(&backend, &us.developer, app, &pairs).await.expect("filed"));
        }
        let paths = ["remarks", "stage"].map(|name| FieldPath::field(key(name)));
        edit(&backend, &us.developer, app, |tree| {
            paths.iter().try_for_each(|path| tree.remove_field(&key("contract"), path))
        })
        .await
        .expect("removed");
        let pairs: Pairs = [("f.name", "甲改")].into_iter().collect();
        record::change(&backend, &us.developer, app, &key("contract"), ids[0], 1, &pairs)
            .await
            .expect("changed meanwhile");
        edit(&backend, &us.developer, app, |tree| {
            tree.edit_form(&key("contract"), |form| {
                paths.iter().try_for_each(|path| form.restore_field(path))
            })
        })
        .await
        .expect("restored");
        let found = async |query| found(&backend, &us.developer, app, query).await;
        assert_eq!(found("where.remarks=重要").await, ["甲改"]);
        assert_eq!(found("where.stage=active").await, ["甲改"]);
        assert_eq!(found("sort=remarks&order=asc").await, ["乙", "甲改"]);
    })
    .await;
}

#[tokio::test]
async fn filters_that_cannot_be_read_say_so_and_list_nothing() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let pairs = [("f.name", "甲"), ("f.amount", "5"), ("f.signed", "2026-11-05")];
        file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        for (query, readable, count) in [
            ("where.amount.from=12,5", false, 0),
            ("where.amount.from=abc&where.amount.to=10", false, 0),
            ("where.amount.to=abc", false, 0),
            ("where.signed.from=昨天", false, 0),
            ("where.amount.from=1&where.amount.to=10", true, 1),
            ("where.signed.to=2026-11-05", true, 1),
        ] {
            let (room, asked, page) = open(&backend, &us.developer, app, query).await;
            let field = room.form.field(asked.filters[0].field.as_str()).expect("a field");
            let problem = asked.problem(&room.form, field);
            assert_eq!((problem.is_none(), page.records.len()), (readable, count), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn ranges_of_days_are_found_by_any_of_their_days() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        for (name, from, to) in
            [("上旬", "2026-11-01", "2026-11-10"), ("中旬", "2026-11-11", "2026-11-20")]
        {
            let pairs = [("f.name", name), ("f.term.from", from), ("f.term.to", to)];
            file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        }
        file_contract(&backend, &us.developer, app, &[("f.name", "无")]).await.expect("filed");
        for (from, to, expected) in [
            ("2026-11-05", "2026-11-06", &["上旬"][..]),
            ("2026-11-10", "2026-11-11", &["中旬", "上旬"]),
            ("2026-11-10", "", &["中旬", "上旬"]),
            ("2026-11-11", "", &["中旬"]),
            ("", "2026-11-10", &["上旬"]),
            ("2026-11-21", "", &[]),
            ("", "2026-10-31", &[]),
        ] {
            let query = format!("sort=term&where.term.from={from}&where.term.to={to}");
            assert_eq!(found(&backend, &us.developer, app, &query).await, expected, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_form_hides_is_neither_read_nor_searched_nor_exported() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let pairs = [("f.name", "甲"), ("f.remarks", "机密"), ("f.items.0.product", "暗格")];
        let id = file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
        let access = async |access| {
            edit(&backend, &us.developer, app, |tree| {
                tree.edit_form(&key("contract"), |form| {
                    for field in &mut form.fields {
                        if field.key == "remarks" {
                            field.access = access;
                        }
                        if let FieldKind::SubTable(table) = &mut field.kind {
                            table.columns[0].access = access;
                        }
                    }
                    Ok(())
                })
            })
            .await
            .expect("edit");
        };
        let found = async |query| found(&backend, &us.developer, app, query).await.len();
        let told = async || {
            let form = key("contract");
            let view = record::view(&backend, &us.developer, app, &form, id, Lang::Zh).await;
            let (room, query, page) = open(&backend, &us.developer, app, "").await;
            let stream = export(backend.backend.clone(), &us.developer, room, query, Lang::Zh)
                .await
                .expect("export");
            let csv: Vec<Bytes> = Box::pin(stream).try_collect().await.expect("bytes");
            let values = [&view.expect("view").record.values, &page.records[0].values];
            let told = values.map(RecordValues::json).concat();
            let told = told + std::str::from_utf8(&csv.concat()).expect("UTF-8");
            ["机密", "暗格"].map(|secret| told.contains(secret))
        };
        assert_eq!((found("q=机密").await, found("q=暗格").await), (1, 1));
        assert_eq!(told().await, [true, true]);
        access(Access::Hidden).await;
        assert_eq!((found("q=机密").await, found("q=暗格").await), (0, 0));
        assert_eq!(told().await, [false, false]);
        // Somebody changes what is seen; what is hidden stays as it was.
        let room = record::enter(&backend, &us.developer, app, &key("contract")).await;
        let held = record::view(&backend, &us.developer, app, &key("contract"), id, Lang::Zh).await;
        let pairs = encode(&room.expect("room").form, &held.expect("view").record.values);
        record::change(&backend, &us.developer, app, &key("contract"), id, 1, &pairs)
            .await
            .expect("changed");
        edit(&backend, &us.developer, app, |tree| {
            tree.remove_field(&key("contract"), &FieldPath::field(key("remarks")))
        })
        .await
        .expect("removed");
        assert_eq!(told().await, [false, false], "nor when the field is gone");
        edit(&backend, &us.developer, app, |tree| {
            tree.edit_form(&key("contract"), |form| {
                form.restore_field(&FieldPath::field(key("remarks")))
            })
        })
        .await
        .expect("restored");
        access(Access::Normal).await;
        assert_eq!((found("q=机密").await, found("q=暗格").await), (1, 1));
        assert_eq!(told().await, [true, true]);
    })
    .await;
}

#[tokio::test]
async fn records_recognised_by_people_or_by_other_records_are_called_by_their_names() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let shown_by = async |display: &'static str| {
            edit(&backend, &us.developer, app, |tree| {
                tree.edit_form(&key("contract"), |form| {
                    let field = form.fields.iter_mut().find(|field| field.key == "customer");
                    let FieldKind::Association(customer) = &mut field.expect("it").kind else {
                        panic!("an association")
                    };
                    customer.display = vec![key(display)];
                    Ok(())
                })
            })
            .await
            .expect("edit");
        };
        edit(&backend, &us.developer, app, |tree| {
            tree.edit_form(&key("customer"), |form| {
                fixtures::add(form, "Keeper", fixtures::kind("member"));
                let mut group = fixtures::kind("association");
                if let FieldKind::Association(association) = &mut group {
                    association.target = key("customer").into();
                }
                fixtures::add(form, "Group", group);
                Ok(())
            })
        })
        .await
        .expect("edit");
        let customer = async |pairs: &[(&str, &str)]| {
            let pairs: Pairs = pairs.iter().copied().collect();
            let filed =
                record::create(&backend, &us.developer, app, &key("customer"), &pairs).await;
            filed.expect("a customer").to_string()
        };
        let keeper = id_of(&us.member).to_string();
        let group = customer(&[("f.name", "华东集团")]).await;
        let one = customer(&[("f.name", "一"), ("f.keeper", &keeper), ("f.group", &group)]).await;
        let pairs = [("f.name", "合同"), ("f.customer", one.as_str())];
        for (display, title) in [("keeper", "甲普通员工"), ("group", "华东集团")] {
            shown_by(display).await;
            file_contract(&backend, &us.developer, app, &pairs).await.expect("filed");
            let (room, _, page) = open(&backend, &us.developer, app, "").await;
            let name = page.names.record(one.parse().expect("an id"));
            assert_eq!(name.as_deref(), Some(title), "in a list");
            let path = FieldPath::field(key("customer"));
            let offered =
                reference::records(&backend, &us.developer, &room, &path, "一", Lang::Zh).await;
            let offered = offered.expect("candidates");
            let titles: Vec<_> = offered.iter().map(|c| c.title.as_str()).collect();
            assert_eq!(titles, [title], "to choose from");
            let query = format!("q={title}");
            let count = found(&backend, &us.developer, app, &query).await.len();
            assert_eq!(count, 1, "found by {title}");
        }
    })
    .await;
}

/// Whether a unit of work waits for another, as far as the database tells.
async fn somebody_waits(backend: &Backend) -> bool {
    let waiting = "select count(*) as count from pg_locks where not granted";
    let mut tx = backend.read().await.expect("tx");
    // SQLite lets in one writer at a time, and whoever else wants to write waits from the beginning.
    let Ok(row) = tx.one(waiting, args![]).await else { return true };
    row.expect("a row").get::<i64>("count").expect("a count") > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_filed_while_its_form_gains_a_field_is_in_every_order() {
    on_both(|backend| async move {
        let (us, app) = us_with_app(&backend).await;
        let backend = Arc::new(backend);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (go_on, goes_on) = std::sync::mpsc::channel();
        let designer = tokio::spawn({
            let (backend, maker) = (Arc::clone(&backend), us.developer.clone());
            async move {
                edit(&backend, &maker, app, move |tree| {
                    begun.send(()).expect("somebody waits");
                    goes_on.recv().expect("the other unit of work");
                    tree.edit_form(&key("contract"), |form| {
                        fixtures::add(form, "Region", fixtures::kind("text"));
                        Ok(())
                    })
                })
                .await
            }
        });
        begins.await.expect("the edit has begun");
        let filing = tokio::spawn({
            let (backend, maker) = (Arc::clone(&backend), us.developer.clone());
            async move { file_contract(&backend, &maker, app, &[("f.name", "同时")]).await }
        });
        // The other unit of work comes as far as it can.
        while !filing.is_finished() && !somebody_waits(&backend).await {
            tokio::task::yield_now().await;
        }
        go_on.send(()).expect("the edit waits");
        filing.await.expect("no panic").expect("filed");
        designer.await.expect("no panic").expect("edit");
        for query in ["", "sort=name", "sort=region"] {
            assert_eq!(found(&backend, &us.developer, app, query).await, ["同时"], "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn app5_what_is_typed_into_a_form_is_named_only_where_it_is_ones_business() {
    on_both(|backend| async move {
        let (us, them) = (company(&backend, "甲", ONE).await, company(&backend, "乙", TWO).await);
        let app = app_with(&backend, &us.developer, contracts()).await;
        let stage = async |actor: &Actor, name: &str| {
            file::stage(&backend, actor, name, Bytes::from_static(b"%PDF-1.7\n"))
                .await
                .expect("staged")
                .id
        };
        let (own, foreign) = (stage(&us.member, "我的").await, stage(&them.member, "别人的").await);
        let room =
            record::enter(&backend, &us.developer, app, &key("contract")).await.expect("room");
        let typed = || Wanted {
            accounts: [id_of(&us.member), id_of(&them.member)].into(),
            files: [own, foreign].into(),
            ..Wanted::default()
        };
        let named = async |actor: &Actor, room: &Room, held: &RecordValues| {
            let book = load_typed(&backend, actor, room, typed(), held, Lang::Zh).await;
            let book = book.expect("names");
            let people = [id_of(&us.member), id_of(&them.member)].map(|id| book.account(id));
            let files = [own, foreign].map(|id| book.file(id));
            (people.map(|name| name.is_some()), files.map(|name| name.is_some()))
        };
        let nothing = RecordValues::default();
        assert_eq!(
            named(&us.member, &room, &nothing).await,
            ([true, false], [true, false]),
            "colleagues and one's own uploads"
        );
        assert_eq!(named(&us.developer, &room, &nothing).await, ([true, false], [false, false]));
        let held: RecordValues = [
            (key("owner"), Value::Members(vec![id_of(&them.member)])),
            (key("papers"), Value::Files(vec![foreign])),
        ]
        .into_iter()
        .collect();
        assert_eq!(
            named(&us.developer, &room, &held).await,
            ([true, true], [false, true]),
            "and what the record holds"
        );
        let delivered = app_with(&backend, &us.developer, contracts()).await;
        deliver(&backend, delivered, &them, &us).await;
        let room = record::enter(&backend, &them.developer, delivered, &key("contract"))
            .await
            .expect("room");
        assert_eq!(
            named(&them.developer, &room, &nothing).await,
            ([false, false], [false, false]),
            "the customer's people are not the provider's business"
        );
    })
    .await;
}
