//! Purchase through a link: the checks in their order, one order per link whatever is pressed
//! (Source: PUR-1 to PUR-3).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use std::{collections::BTreeSet, sync::Arc};

use backend::{db::testing::on_both, link, order, project, purchase};
use common::{person, stranger};
use domain::{
    organisation::{Edition, Role},
    project::ClosingForm,
};
use order_stage::{Sale, code, outsider};

#[tokio::test]
async fn pur1_the_link_says_who_offers_what_to_whom_to_anybody() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (offer, order) =
            purchase::open(&sale.backend, &stranger(), &sale.token).await.expect("the offer");
        assert_eq!(offer.app_name.zh, "合同管理");
        assert_eq!(
            (offer.provider_name.as_str(), offer.customer_name.as_str()),
            ("组织 1", "远山机械")
        );
        assert!(offer.dead.is_none() && order.is_none());
        let unknown = purchase::open(&sale.backend, &stranger(), "nobody-has-this-token").await;
        assert_eq!(code(unknown), "link.unknown");
    })
    .await;
}

#[tokio::test]
async fn pur2_first_the_link_then_the_role_then_the_corp_id() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let refused = async |actor: &domain::authority::Actor| {
            code(purchase::confirmation(&sale.backend, actor, &sale.token).await)
        };
        assert_eq!(refused(&stranger()).await, "account.sign_in");
        for actor in [&sale.member.actor, &sale.customer_developer.actor] {
            let problem = purchase::confirmation(&sale.backend, actor, &sale.token)
                .await
                .expect_err("no admin");
            assert_eq!(problem.code, "purchase.no_permission");
            assert!(
                problem.remedy.zh.contains("王芳"),
                "names who could buy: {}",
                problem.remedy.zh
            );
        }
        let other = outsider(&sale.stage).await;
        let problem =
            purchase::purchase(&sale.backend, &other, &sale.token).await.expect_err("another");
        assert_eq!(problem.text.zh, "当前组织无法购买，请联系服务商");
        let said = serde_json::to_string(&problem).expect("JSON");
        assert!(said.contains("ding0000000000000009"), "shows the chosen CorpID");
        assert!(!said.contains("ding0000000000000002"), "and never the project's");
        // A dead link is the first thing said, whoever asks.
        let view =
            link::list(&sale.backend, &sale.lin.actor, sale.project, None).await.expect("links");
        link::revoke(&sale.backend, &sale.lin.actor, sale.project, view.items[0].id)
            .await
            .expect("revoked");
        for actor in [&sale.member.actor, &other, &sale.wang.actor] {
            assert_eq!(refused(actor).await, "link.revoked");
        }
    })
    .await;
}

#[tokio::test]
async fn pur2_a_closed_project_sells_nothing() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let form = ClosingForm {
            outcome: "misfiled".into(),
            summary: "信息有误".into(),
            ..ClosingForm::default()
        };
        project::close(&sale.backend, &sale.lin.actor, sale.project, &form).await.expect("closed");
        let refused = purchase::purchase(&sale.backend, &sale.wang.actor, &sale.token).await;
        assert_eq!(code(refused), "link.project_closed");
        let (offer, _) =
            purchase::open(&sale.backend, &stranger(), &sale.token).await.expect("the page");
        assert_eq!(offer.dead.map(|problem| problem.code), Some("link.project_closed".into()));
    })
    .await;
}

#[tokio::test]
async fn pur3_the_confirm_page_shows_what_is_inside_and_warns_of_editions() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let page = purchase::confirmation(&sale.backend, &sale.wang.actor, &sale.token)
            .await
            .expect("the page");
        let inside: Vec<(&str, usize)> =
            page.pages.iter().map(|form| (form.title.zh.as_ref(), form.fields)).collect();
        assert_eq!(inside, [("客户", 1), ("合同", 13)]);
        assert_eq!(
            (page.offer.provider_edition, page.organisation.edition),
            (Edition::Professional, Edition::Light)
        );
        assert!(page.editions_differ());
    })
    .await;
}

#[tokio::test]
async fn pur3_who_has_the_app_already_is_told_before_buying_it_again() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let before = async |token: &str| {
            let page = purchase::confirmation(&sale.backend, &sale.wang.actor, token).await;
            page.expect("the page").before.map(|before| before.order)
        };
        assert_eq!(before(&sale.token).await, None);
        let second = sale.another_link().await;
        let first = sale.buy().await;
        assert_eq!(before(&second).await, Some(first));
    })
    .await;
}

#[tokio::test]
async fn pur3_pressing_again_gives_the_same_order_and_tells_both_sides_once() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let first = sale.buy().await;
        assert_eq!(sale.buy().await, first);
        let found =
            order::read_purchased(&sale.backend, &sale.wang.actor, first).await.expect("the order");
        assert_eq!(found.state.code(), "pending");
        assert!(found.number.starts_with("DD20261123-"), "{}", found.number);
        let (_, order) =
            purchase::open(&sale.backend, &sale.wang.actor, &sale.token).await.expect("the page");
        assert_eq!(
            order.map(|order| order.id),
            Some(first),
            "once bought, the link shows the order"
        );
        for reader in [&sale.lin, &sale.wang] {
            let actions = sale.recorded(reader).await;
            assert_eq!(actions.iter().filter(|action| *action == "order.placed").count(), 1);
        }
        let told = sale.told(&sale.lin).await;
        assert_eq!(told.iter().filter(|text| text.contains("购买了")).count(), 1, "{told:?}");
        // Another admin of the same organisation sees the order; another organisation does not.
        let second = person(&sale.backend, "吴强", &[(sale.customer, Role::Admin)]).await;
        let again = purchase::purchase(&sale.backend, &second.actor, &sale.token).await;
        assert_eq!(again.expect("the order"), first);
        assert_eq!(
            code(order::read_purchased(&sale.backend, &outsider(&sale.stage).await, first).await),
            "missing"
        );
    })
    .await;
}

#[tokio::test]
async fn pur3_the_link_shows_the_order_to_its_buyer_while_acting_in_another_organisation() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let first = sale.buy().await;
        let other = common::organisation(&sale.backend, 8, Edition::Free).await;
        // The admin of both came to act in the other one; the admin of the other only sees nothing.
        let places = [(other, Role::Admin), (sale.customer, Role::Admin)];
        let both = person(&sale.backend, "周全", &places).await;
        let alone = person(&sale.backend, "外人", &[(other, Role::Admin)]).await;
        let employee = [(other, Role::Admin), (sale.customer, Role::Member)];
        let employee = person(&sale.backend, "员工", &employee).await;
        assert_eq!(both.actor.membership().expect("a place").organisation, other);
        let seen = async |actor| {
            let open = purchase::open(&sale.backend, actor, &sale.token).await;
            open.expect("the page").1.map(|order| order.id)
        };
        assert_eq!(seen(&both.actor).await, Some(first));
        assert_eq!(seen(&alone.actor).await, None);
        assert_eq!(seen(&employee.actor).await, None);
        assert_eq!(seen(&stranger()).await, None);
    })
    .await;
}

#[tokio::test]
async fn lnk3_buying_and_revoking_at_once_wait_for_each_other() {
    on_both(async |backend| {
        let sale = Arc::new(Sale::new(backend).await);
        let mut tasks = Vec::new();
        for _ in 0..8 {
            sale.tick();
            let made = link::create(&sale.backend, &sale.lin.actor, sale.project, sale.app).await;
            let made = made.expect("a link");
            let (buyer, token) = (sale.clone(), order_stage::token_of(&made.path));
            tasks.push(tokio::spawn(async move {
                common::code(purchase::purchase(&buyer.backend, &buyer.wang.actor, &token).await)
            }));
            let (seller, project) = (sale.clone(), sale.project);
            tasks.push(tokio::spawn(async move {
                let lin = &seller.lin.actor;
                common::code(link::revoke(&seller.backend, lin, project, made.id).await)
            }));
        }
        for task in tasks {
            let outcome = task.await.expect("no panic");
            assert!(["done", "link.revoked"].contains(&outcome.as_str()), "{outcome}");
        }
    })
    .await;
}

#[tokio::test]
async fn pur3_32_people_at_once_make_one_order_per_link_none_lost_or_doubled() {
    on_both(async |backend| {
        let sale = Arc::new(Sale::new(backend).await);
        let mut tokens = Vec::new();
        for _ in 0..8 {
            sale.tick();
            tokens.push(sale.another_link().await);
        }
        let mut tasks = Vec::new();
        for n in 0..32 {
            let (sale, token) = (sale.clone(), tokens[n % tokens.len()].clone());
            tasks.push(tokio::spawn(async move {
                let id = purchase::purchase(&sale.backend, &sale.wang.actor, &token).await;
                (token, id.expect("an order"))
            }));
        }
        let mut bought = BTreeSet::new();
        for task in tasks {
            bought.insert(task.await.expect("no panic"));
        }
        assert_eq!(bought.len(), tokens.len(), "one order per link, the same for everybody");
        let orders =
            order::purchased(&sale.backend, &sale.wang.actor, "").await.expect("orders").items;
        let numbers: BTreeSet<&str> = orders.iter().map(|order| order.number.as_str()).collect();
        assert_eq!((orders.len(), numbers.len()), (tokens.len(), tokens.len()));
    })
    .await;
}
