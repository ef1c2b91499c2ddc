//! Purchase through a link: the checks in their order, one order per link whatever is pressed
//! (Source: PUR-1 to PUR-3).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use std::{collections::BTreeSet, sync::Arc};

use backend::{db::testing::on_both, link, order, project, purchase};
use common::{made, person, stranger};
use domain::{
    authority::Actor,
    organisation::{Edition, Role},
    project::ClosingForm,
    purchase::{Buy, Purchase, Shown, Step},
};
use order_stage::{Sale, code, outsider};

#[tokio::test]
async fn pur1_the_link_says_who_offers_what_to_whom_to_anybody() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let found =
            purchase::look(&sale.backend, &stranger(), &sale.token).await.expect("the offer");
        let offer = found.offer;
        assert_eq!(offer.app_name.zh, "合同管理");
        assert_eq!(
            (offer.provider_name.as_str(), offer.customer_name.as_str()),
            ("组织 1", "远山机械")
        );
        assert!(offer.dead.is_none() && found.order.is_none());
        let unknown = purchase::look(&sale.backend, &stranger(), "nobody-has-this-token").await;
        assert_eq!(code(unknown), "link.unknown");
    })
    .await;
}

#[tokio::test]
async fn pur2_first_the_link_then_the_role_then_the_corp_id() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let refusal = async |actor: &Actor| {
            let found = purchase::look(&sale.backend, actor, &sale.token).await.expect("the page");
            found.refusal(Step::Confirm)
        };
        let refused = async |actor| refusal(actor).await.map(|problem| problem.code);
        let seen = purchase::look(&sale.backend, &stranger(), &sale.token).await.expect("a page");
        assert_eq!(seen.shown(Step::Confirm), Shown::SignIn);
        for actor in [&sale.member.actor, &sale.customer_developer.actor] {
            let problem = refusal(actor).await.expect("no admin");
            assert_eq!(problem.code, "purchase.no_permission");
            assert!(
                problem.remedy.zh.contains("王芳"),
                "names who could buy: {}",
                problem.remedy.zh
            );
        }
        let other = outsider(&sale.stage).await;
        let problem = common::buy(&sale.backend, &other, &sale.token).await.expect_err("another");
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
            assert_eq!(refused(actor).await.as_deref(), Some("link.revoked"));
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
        let refused = common::buy(&sale.backend, &sale.wang.actor, &sale.token).await;
        assert_eq!(code(refused), "link.project_closed");
        let found =
            purchase::look(&sale.backend, &stranger(), &sale.token).await.expect("the page");
        assert_eq!(
            found.offer.dead.map(|problem| problem.code),
            Some("link.project_closed".into())
        );
    })
    .await;
}

#[tokio::test]
async fn pur3_the_confirm_page_shows_what_is_inside_and_warns_of_editions() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let found = purchase::look(&sale.backend, &sale.wang.actor, &sale.token).await;
        let found = found.expect("the page");
        assert_eq!(found.shown(Step::Confirm), Shown::Confirmation);
        let inside: Vec<(&str, u32)> =
            found.offer.contents.iter().map(|form| (form.title.zh.as_ref(), form.fields)).collect();
        assert_eq!(inside, [("客户", 1), ("合同", 13)]);
        let visitor = found.visitor.expect("who has signed in");
        assert_eq!(
            (found.offer.provider_edition, visitor.acting().expect("a place").edition),
            (Edition::Professional, Edition::Light)
        );
    })
    .await;
}

#[tokio::test]
async fn pur3_who_has_the_app_already_is_told_before_buying_it_again() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let before = async |token: &str| {
            let page = purchase::look(&sale.backend, &sale.wang.actor, token).await;
            let visitor = page.expect("the page").visitor.expect("who has signed in");
            visitor.acting().expect("a place").before.as_ref().map(|before| before.order)
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
        let found =
            purchase::look(&sale.backend, &sale.wang.actor, &sale.token).await.expect("the page");
        assert_eq!(
            found.order.map(|placed| placed.order),
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
        let again = common::buy(&sale.backend, &second.actor, &sale.token).await;
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
            let found = purchase::look(&sale.backend, actor, &sale.token).await;
            found.expect("the page").order.map(|placed| placed.order)
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
                common::code(common::buy(&buyer.backend, &buyer.wang.actor, &token).await)
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
                let id = common::buy(&sale.backend, &sale.wang.actor, &token).await;
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

/// The organisations of who looks, each with the code of why it cannot buy.
fn verdicts(seen: &Purchase) -> Vec<(&str, Option<&str>)> {
    let choices = &seen.visitor.as_ref().expect("somebody").choices;
    choices
        .iter()
        .map(|choice| (&*choice.name, choice.refusal.as_ref().map(|problem| &*problem.code)))
        .collect()
}

async fn look(sale: &Sale, actor: &Actor) -> Purchase {
    purchase::look(&sale.backend, actor, &sale.token).await.expect("the page")
}

#[tokio::test]
async fn pur1_the_page_of_a_link_says_all_of_the_offer_to_strangers_and_nothing_of_them() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let seen = look(&sale, &stranger()).await;
        let offer = &seen.offer;
        assert_eq!((offer.token.as_str(), offer.app_name.zh.as_ref()), (&*sale.token, "合同管理"));
        assert_eq!((&*offer.provider_name, &*offer.customer_name), ("组织 1", "远山机械"));
        assert_eq!((&*offer.contact.name, offer.provider_edition), ("林晓", Edition::Professional));
        assert!(offer.contact.reach.ends_with("@example.cn"), "{}", offer.contact.reach);
        let inside: Vec<(&str, u32)> =
            offer.contents.iter().map(|page| (page.title.zh.as_ref(), page.fields)).collect();
        assert_eq!((offer.release, inside), (Some(1), vec![("客户", 1), ("合同", 13)]));
        assert!(seen.visitor.is_none() && seen.order.is_none() && offer.dead.is_none());
        let unknown = purchase::look(&sale.backend, &stranger(), "nobody-has-this-token").await;
        assert_eq!(code(unknown), "link.unknown");
    })
    .await;
}

#[tokio::test]
async fn pur2_each_organisation_of_the_visitor_gets_its_verdict_at_once() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let second = common::organisation(&sale.backend, 8, Edition::Free).await;
        let third = common::organisation(&sale.backend, 9, Edition::Free).await;
        let roles = [(second, Role::Admin), (third, Role::Member), (sale.customer, Role::Admin)];
        let many = person(&sale.backend, "周全", &roles).await;
        let boss = person(&sale.backend, "钱进", &[(third, Role::Admin)]).await;
        let seen = look(&sale, &many.actor).await;
        assert_eq!(
            verdicts(&seen),
            [
                ("组织 2", None),
                ("组织 8", Some("purchase.other_organisation")),
                ("组织 9", Some("purchase.no_permission")),
            ]
        );
        let visitor = seen.visitor.expect("somebody");
        assert_eq!(visitor.acting, many.actor.membership().ok().map(|held| held.organisation));
        assert!(visitor.acting().is_some() && visitor.login.ends_with("@example.cn"));
        let ask = visitor.choices[2].refusal.as_ref().expect("a refusal");
        assert!(ask.remedy.zh.ends_with("钱进"), "whom to ask: {}", ask.remedy.zh);
        assert_eq!(visitor.choices[2].role, Role::Member);

        // Employees learn whom of their own to ask, whatever the CorpID.
        let member = look(&sale, &sale.member.actor).await;
        assert_eq!(verdicts(&member), [("组织 2", Some("purchase.no_permission"))]);
        assert_eq!(verdicts(&look(&sale, &boss.actor).await).len(), 1);
        let nowhere = person(&sale.backend, "无组织", &[]).await;
        let nowhere = look(&sale, &nowhere.actor).await.visitor.expect("somebody");
        assert!(nowhere.choices.is_empty() && nowhere.acting.is_none());
        assert!(nowhere.login.ends_with("@example.cn"));
    })
    .await;
}

#[tokio::test]
async fn pur2_the_page_of_a_link_never_tells_the_projects_corp_id() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let other = outsider(&sale.stage).await;
        sale.buy().await;
        for actor in [stranger(), other, sale.lin.actor.clone(), sale.operator.actor.clone()] {
            let told = serde_json::to_string(&look(&sale, &actor).await).expect("JSON");
            assert!(!told.contains("ding0000000000000002"), "{told}");
        }
        let own = serde_json::to_string(&look(&sale, &sale.wang.actor).await).expect("JSON");
        assert!(own.contains("ding0000000000000002"), "but one's own, to pass on");
    })
    .await;
}

#[tokio::test]
async fn pur3_once_somebody_bought_their_admins_see_the_order_and_nobody_can_buy() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let second = sale.another_link().await;
        assert_eq!(verdicts(&look(&sale, &sale.wang.actor).await), [("组织 2", None)]);
        let order = sale.buy().await;
        let seen = look(&sale, &sale.wang.actor).await;
        assert_eq!(verdicts(&seen), [("组织 2", Some("purchase.bought_already"))]);
        assert!(seen.offer.bought_at.is_some());
        let placed = seen.order.expect("the order");
        assert_eq!((placed.order, placed.customer), (order, sale.customer));
        assert_eq!((&*placed.buyer_name, &*placed.state.zh), ("王芳", "待发送"));
        // The answer to whoever presses again is the same.
        let again = made(&sale.backend, &sale.wang.actor, &Buy { token: sale.token.clone() });
        let again = purchase::purchase(&sale.backend, &sale.wang.actor, again).await;
        assert_eq!(again, Ok(placed.clone()));
        for actor in [&stranger(), &sale.member.actor, &outsider(&sale.stage).await] {
            assert!(look(&sale, actor).await.order.is_none());
        }
        // Through another link it is an earlier order of the same app; through its own it is not.
        let before = |seen: &Purchase| {
            let choices = &seen.visitor.as_ref().expect("somebody").choices;
            choices[0].before.as_ref().map(|before| (before.order, before.number.clone()))
        };
        let other = purchase::look(&sale.backend, &sale.wang.actor, &second).await.expect("it");
        assert_eq!(before(&other), Some((order, placed.number)));
        assert_eq!(before(&look(&sale, &sale.wang.actor).await), None);
    })
    .await;
}

#[tokio::test]
async fn pur2_a_dead_link_says_so_itself_and_asks_nothing_of_the_visitor() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let links = link::list(&sale.backend, &sale.lin.actor, sale.project, None).await;
        let id = links.expect("links").items[0].id;
        link::revoke(&sale.backend, &sale.lin.actor, sale.project, id).await.expect("revoked");
        for actor in [&sale.member.actor, &outsider(&sale.stage).await] {
            let seen = look(&sale, actor).await;
            let dead = seen.offer.dead.as_ref().map(|problem| problem.code.as_ref());
            assert_eq!(dead, Some("link.revoked"));
            assert!(verdicts(&seen).iter().all(|(_, verdict)| verdict.is_none()));
        }
    })
    .await;
}
