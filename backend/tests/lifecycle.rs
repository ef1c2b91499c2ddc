//! The customer's app from arrival to use (Source: APP-1 to APP-4, APP-6).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use backend::{
    application, audit,
    db::testing::on_both,
    lifecycle::{self, CheckAbout},
    maintenance, notice, order, page,
};
use domain::{
    application::{Key, Tree},
    audit::sentence,
    authority::Actor,
    design::Naming,
    identity::ApplicationId,
    lang::{Lang, Text},
};
use order_stage::{Sale, code, outsider};

async fn uses(sale: &Sale, actor: &Actor, app: ApplicationId) -> bool {
    let mut tx = sale.backend.read().await.expect("a connection");
    lifecycle::access(&mut tx, actor, app).await.is_ok_and(|(_, access)| access.use_)
}

/// The apps that somebody finds on the workbench, all pages of both lists.
async fn on_workbench(sale: &Sale, actor: &Actor) -> Vec<ApplicationId> {
    let (mut found, mut after) = (Vec::new(), Some(String::new()));
    while let Some(place) = after {
        let page = lifecycle::mine(&sale.backend, actor, "", &place).await.expect("apps");
        found.extend(page.items.iter().map(|(app, _)| app.id));
        after = page.next;
    }
    let maintained = lifecycle::maintained(&sale.backend, actor, "", "").await.expect("apps");
    found.extend(maintained.items.iter().map(|(app, _)| app.id));
    found
}

#[tokio::test]
async fn all2_the_workbench_lists_every_app_once_page_by_page() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let developer = &sale.developer.actor;
        let before = on_workbench(&sale, developer).await.len();
        for _ in 0..page::SIZE {
            // At the same moment: the id decides.
            let naming = Naming::of(Text::of("应用", "App"));
            application::create(&sale.backend, developer, naming).await.expect("an app");
        }
        let special = Naming::of(Text::of("100% 回款", "Receipts"));
        let special = application::create(&sale.backend, developer, special).await.expect("an app");
        for words in ["100%", "RECEIPTS"] {
            let page = lifecycle::mine(&sale.backend, developer, words, "").await.expect("apps");
            let found: Vec<_> = page.items.iter().map(|(app, _)| app.id).collect();
            assert_eq!(found, [special], "{words}");
        }
        let mut found = on_workbench(&sale, developer).await;
        let count = found.len();
        found.sort();
        found.dedup();
        assert_eq!((count, found.len()), (before + 26, before + 26));
        assert!(on_workbench(&sale, &sale.member.actor).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn app1_a_delivered_app_is_for_admins_and_developers_of_both_sides() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (_, app) = sale.delivered(false, false).await;
        for actor in [
            &sale.wang.actor,
            &sale.customer_developer.actor,
            &sale.lin.actor,
            &sale.developer.actor,
        ] {
            assert!(uses(&sale, actor, app).await);
            let found = on_workbench(&sale, actor).await;
            assert!(found.contains(&app), "it is on the workbench");
        }
        for actor in [&sale.member.actor, &outsider(&sale.stage).await] {
            assert!(!uses(&sale, actor, app).await);
            assert!(on_workbench(&sale, actor).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn app2_the_checklist_is_made_from_what_was_delivered_and_open_points_are_recorded() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(1).await;
        let (order, app) = sale.delivered(true, false).await;
        let (_, items) =
            lifecycle::checklist(&sale.backend, &sale.wang.actor, app).await.expect("the list");
        let codes: Vec<&str> = items.iter().map(|item| item.item.as_str()).collect();
        assert_eq!(codes, ["page.customer", "page.contract", "samples", "edition"]);
        assert!(matches!(items[2].about, CheckAbout::Samples { count: 2 }));
        let check = async |item, ticked| {
            lifecycle::check(&sale.backend, &sale.wang.actor, app, item, ticked).await
        };
        check("page.customer", true).await.expect("ticked");
        check("page.customer", true).await.expect("ticked twice is ticked");
        check("edition", true).await.expect("ticked");
        check("edition", false).await.expect("taken away");
        assert_eq!(code(check("page.nowhere", true).await), "missing");
        let recorded = sale.recorded(&sale.wang).await;
        let ticks = |action: &str| recorded.iter().filter(|found| *found == action).count();
        let (ticked, unticked) = ("application.item_ticked", "application.item_unticked");
        assert_eq!((ticks(ticked), ticks(unticked)), (2, 1), "each tick is recorded once");
        let refused =
            lifecycle::accept(&sale.backend, &sale.customer_developer.actor, app, "").await;
        assert_eq!(code(refused), "authority.role");
        let accepted = lifecycle::accept(&sale.backend, &sale.wang.actor, app, "合同编号需要调整")
            .await
            .expect("accepted");
        let acceptance = accepted.lifecycle.acceptance().expect("an acceptance").clone();
        assert_eq!(acceptance.unticked, ["page.contract", "samples", "edition"]);
        assert_eq!(acceptance.left(Lang::Zh), ["合同", "示例数据", "版本差异"]);
        assert_eq!(
            (acceptance.open_points.as_str(), acceptance.signed.name.as_str()),
            ("合同编号需要调整", "王芳")
        );
        assert!(sale.told(&sale.lin).await.iter().any(|text| text.contains("有遗留问题")));
        let waiting = notice::unread(&sale.backend, &sale.wang.actor).await.expect("a count");
        assert_eq!(waiting, 0, "what is accepted waits for no acceptance");
        let notices = notice::list(&sale.backend, &sale.lin.actor, None).await.expect("notices");
        let bought = notices.iter().find(|notice| notice.text.zh.contains("购买了"));
        assert!(bought.is_some_and(|notice| notice.read_at.is_some()), "what is sent is no task");
        let again = lifecycle::accept(&sale.backend, &sale.wang.actor, app, "").await;
        assert_eq!(code(again), "application.accepted_already");
        assert_eq!(code(check("samples", true).await), "application.accepted_already");
        lifecycle::close_maintenance(&sale.backend, &sale.wang.actor, app).await.expect("closed");
        assert_eq!(code(check("samples", true).await), "application.not_in_maintenance");
        lifecycle::reopen_maintenance(&sale.backend, &sale.wang.actor, app).await.expect("opened");
        let history = order::history(&sale.backend, &sale.lin.actor, order).await.expect("history");
        let accepted = history.iter().find(|entry| entry.action == "application.accepted");
        let accepted = accepted.expect("the acceptance");
        let said = sentence(&accepted.action, &accepted.detail).zh;
        assert!(said.contains("没有勾选：合同、示例数据、版本差异"), "{said}");
        assert!(said.contains("遗留问题：合同编号需要调整"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn app2_a_ticked_page_that_its_provider_changes_is_to_be_looked_at_again() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, false).await;
        let (b, wang, maker) = (&sale.backend, &sale.wang.actor, &sale.developer.actor);
        let pages = ["page.contract", "page.customer"];
        for page in pages {
            lifecycle::check(b, wang, app, page, true).await.expect("ticked");
        }
        let open = async || -> Vec<String> {
            let (_, items) = lifecycle::checklist(b, wang, app).await.expect("the list");
            let open = items.into_iter().filter(|item| item.done.is_none()).map(|item| item.item);
            open.filter(|item| item.starts_with("page.")).collect()
        };
        assert_eq!(open().await, Vec::<String>::new());
        maintenance::enter(b, maker, order).await.expect("in");
        let retitle = |tree: &mut Tree| {
            tree.edit_form(&Key::fixed("contract"), |form| {
                form.title = Text::of("采购合同", "");
                Ok(())
            })
        };
        fixtures::edit(b, maker, app, retitle).await.expect("a change");
        assert_eq!(open().await, [pages[0]], "the other page is as it was");
        let recorded = audit::list(b, wang, &audit::Wanted::default()).await.expect("the trail");
        let designed = recorded.iter().find(|entry| entry.action == "application.designed");
        let designed = designed.expect("the change");
        assert_eq!(
            sentence(&designed.action, &designed.detail).zh,
            "修改了「合同管理」的组件 采购合同"
        );
        lifecycle::check(b, wang, app, pages[0], true).await.expect("ticked again");
        lifecycle::accept(b, wang, app, "").await.expect("accepted");
        fixtures::edit(b, maker, app, |tree| {
            tree.edit_form(&Key::fixed("customer"), |form| {
                form.title = Text::of("往来客户", "");
                Ok(())
            })
        })
        .await
        .expect("a later change");
        assert_eq!(open().await, Vec::<String>::new(), "the acceptance stands as it was");
    })
    .await;
}

#[tokio::test]
async fn app3_accept_close_enable_disable_and_reopen() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (_, app) = sale.delivered(false, false).await;
        let (b, wang) = (&sale.backend, &sale.wang.actor);
        assert_eq!(
            code(lifecycle::close_maintenance(b, wang, app).await),
            "application.not_accepted"
        );
        assert_eq!(code(lifecycle::enable(b, wang, app).await), "application.still_in_maintenance");
        lifecycle::check(b, wang, app, "page.contract", true).await.expect("ticked");
        lifecycle::accept(b, wang, app, "").await.expect("accepted");
        lifecycle::close_maintenance(b, wang, app).await.expect("closed");
        assert!(!uses(&sale, &sale.developer.actor, app).await, "the provider is outside");
        assert!(!uses(&sale, &sale.member.actor, app).await, "members wait for 启用");
        assert_eq!(
            code(lifecycle::enable(b, &sale.customer_developer.actor, app).await),
            "authority.role"
        );
        lifecycle::enable(b, wang, app).await.expect("enabled");
        let told = sale.told(&sale.lin).await;
        assert!(told.iter().any(|text| text.contains("启用了")), "the provider closes next");
        assert!(uses(&sale, &sale.member.actor, app).await);
        lifecycle::disable(b, wang, app).await.expect("disabled");
        let closed = application::open(b, &sale.member.actor, app).await.map(drop);
        assert_eq!(code(closed), "application.disabled", "who used it reads why it is gone");
        let opened = lifecycle::reopen_maintenance(b, wang, app).await.expect("reopened");
        assert!(opened.lifecycle.in_maintenance() && opened.lifecycle.acceptance().is_none());
        assert!(
            uses(&sale, &sale.developer.actor, app).await,
            "the provider's entrance is open again"
        );
        let (_, items) = lifecycle::checklist(b, wang, app).await.expect("the list");
        assert!(items.iter().all(|item| item.done.is_none()), "what comes now is checked anew");
        let actions = sale.recorded(&sale.wang).await;
        for action in [
            "application.accepted",
            "application.maintenance_closed",
            "application.enabled",
            "application.disabled",
            "application.maintenance_opened",
        ] {
            assert!(actions.iter().any(|recorded| recorded == action), "{action}");
        }
    })
    .await;
}

#[tokio::test]
async fn app3_nobody_but_the_owner_configures() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (_, app) = sale.delivered(false, false).await;
        for actor in [&sale.lin.actor, &outsider(&sale.stage).await] {
            for refused in [
                lifecycle::accept(&sale.backend, actor, app, "").await.map(drop),
                lifecycle::enable(&sale.backend, actor, app).await.map(drop),
                lifecycle::close_maintenance(&sale.backend, actor, app).await.map(drop),
                lifecycle::delete_samples(&sale.backend, actor, app).await.map(drop),
                lifecycle::check(&sale.backend, actor, app, "page.contract", true).await,
            ] {
                let code = code(refused);
                assert!(code == "authority.role" || code == "missing", "{code}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn app6_a_delivered_app_cannot_be_distributed_again() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (_, app) = sale.delivered(false, true).await;
        let refused =
            backend::application::release::publish(&sale.backend, &sale.wang.actor, app, "").await;
        assert!(refused.is_err(), "no release can be made of it");
    })
    .await;
}
