//! The order centre: who sees which orders, filters, edit permission (Source: ORD-1, ORD-6).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use backend::{
    db::testing::on_both,
    lifecycle,
    order::{self, Filter},
    organisation,
};
use domain::{authority::UseCase, time::Timestamp};
use order_stage::{Sale, code, outsider};

#[tokio::test]
async fn ord1_the_provider_lists_all_orders_the_customer_its_own() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let mut placed = vec![sale.buy().await];
        for _ in 0..30 {
            sale.tick();
            let token = sale.another_link().await;
            placed.push(
                common::buy(&sale.backend, &sale.wang.actor, &token).await.expect("an order"),
            );
        }
        let mut seen = Vec::new();
        let mut filter = Filter::default();
        loop {
            let page = order::list(&sale.backend, &sale.lin.actor, &filter).await.expect("a page");
            seen.extend(page.items.iter().map(|order| order.id));
            let Some(next) = page.next else { break };
            filter.after = next;
        }
        placed.reverse();
        assert_eq!(seen, placed, "all of them, once, the newest first");
        let now = sale.backend.now();
        let recent = async |since| {
            order::recent(&sale.backend, &sale.lin.actor, since).await.expect("orders")
        };
        let all = recent(Timestamp(0)).await;
        let counted: i64 = all.iter().map(|some| some.count).sum();
        assert_eq!(counted, 31, "a chart counts what the list holds");
        assert!(all.iter().all(|some| some.state == "pending" && some.at <= now));
        assert_eq!(recent(Timestamp(now.0 + Timestamp::DAY)).await, []);
        let mine = order::purchased(&sale.backend, &sale.wang.actor, "").await.expect("a page");
        assert_eq!(mine.items.first().map(|order| order.id), placed.first().copied());
        let other = outsider(&sale.stage).await;
        let theirs = order::recent(&sale.backend, &other, Timestamp(0)).await;
        assert!(theirs.map_or(true, |orders| orders.is_empty()), "nobody else's");
        assert_eq!(code(order::read(&sale.backend, &other, placed[0]).await), "missing");
        assert_eq!(code(order::read(&sale.backend, &sale.wang.actor, placed[0]).await), "missing");
        assert_eq!(
            code(order::read_purchased(&sale.backend, &sale.member.actor, placed[0]).await),
            "authority.role"
        );
    })
    .await;
}

#[tokio::test]
async fn ord1_filters_find_orders_by_state_project_and_words() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (sent, _) = sale.delivered(false, false).await;
        sale.tick();
        let token = sale.another_link().await;
        let waiting = common::buy(&sale.backend, &sale.wang.actor, &token).await.expect("an order");
        let find = async |filter: Filter| -> Vec<_> {
            let page = order::list(&sale.backend, &sale.lin.actor, &filter).await.expect("a page");
            page.items.into_iter().map(|order| order.id).collect()
        };
        assert_eq!(find(Filter { state: "sent".into(), ..Filter::default() }).await, [sent]);
        assert_eq!(find(Filter { state: "pending".into(), ..Filter::default() }).await, [waiting]);
        assert_eq!(find(Filter { search: "合同管理".into(), ..Filter::default() }).await.len(), 2);
        assert_eq!(find(Filter { search: "%".into(), ..Filter::default() }).await.len(), 0);
        assert_eq!(
            find(Filter { project: Some(sale.project), ..Filter::default() }).await.len(),
            2
        );
    })
    .await;
}

#[tokio::test]
async fn ord2_who_may_not_send_reads_who_can() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let asked = async |actor| order::require_sender(&sale.backend, actor, UseCase::Send).await;
        asked(&sale.lin.actor).await.expect("an admin");
        let refused = asked(&sale.developer.actor).await.expect_err("a developer");
        assert_eq!(refused.code, "authority.role");
        assert!(refused.remedy.zh.contains("林晓"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn ent2_a_send_warns_of_the_editions_as_they_are_now() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        let differ = async || {
            order::editions_differ(&sale.backend, &sale.lin.actor, order).await.expect("an answer")
        };
        assert!(differ().await);
        let operator = &sale.operator.actor;
        organisation::change_edition(
            &sale.backend,
            operator,
            sale.customer,
            "light",
            "professional",
        )
        .await
        .expect("changed");
        assert!(!differ().await, "whatever they were at purchase");
    })
    .await;
}

#[tokio::test]
async fn ord6_edit_permission_opens_and_closes_the_customers_design() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let pending = sale.buy().await;
        let early = order::set_edit_permission(&sale.backend, &sale.lin.actor, pending, true).await;
        assert_eq!(code(early), "order.not_sent");
        let (id, app) = sale.delivered(false, false).await;
        let design = async || {
            let mut tx = sale.backend.read().await.expect("a connection");
            lifecycle::access(&mut tx, &sale.customer_developer.actor, app)
                .await
                .expect("access")
                .1
                .design
        };
        assert!(!design().await);
        order::set_edit_permission(&sale.backend, &sale.lin.actor, id, true).await.expect("opened");
        assert!(design().await);
        assert!(
            sale.recorded(&sale.wang).await.contains(&"order.edit_permission_opened".to_owned())
        );
        order::set_edit_permission(&sale.backend, &sale.lin.actor, id, false)
            .await
            .expect("closed");
        assert!(!design().await);
        let refused = order::set_edit_permission(&sale.backend, &sale.wang.actor, id, true).await;
        assert_eq!(code(refused), "missing", "the customer cannot open it");
    })
    .await;
}

#[tokio::test]
async fn ord1_an_orders_history_is_what_the_audit_trail_says_of_it() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.buy().await;
        sale.tick();
        let (id, app) = sale.delivered(false, false).await;
        let (b, wang) = (&sale.backend, &sale.wang.actor);
        order::set_edit_permission(b, &sale.lin.actor, id, true).await.expect("opened");
        lifecycle::accept(b, wang, app, "").await.expect("accepted");
        lifecycle::close_maintenance(b, wang, app).await.expect("closed");
        lifecycle::enable(b, wang, app).await.expect("enabled");
        lifecycle::disable(b, wang, app).await.expect("disabled");
        lifecycle::reopen_maintenance(b, wang, app).await.expect("reopened");
        // Another order of the same project has a history of its own.
        let other = sale.another_link().await;
        common::buy(b, wang, &other).await.expect("an order");
        let history = order::history(b, &sale.developer.actor, id).await.expect("a history");
        let actions: Vec<&str> = history.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(
            actions,
            [
                "application.maintenance_opened",
                "application.disabled",
                "application.enabled",
                "application.maintenance_closed",
                "application.accepted",
                "order.edit_permission_opened",
                "delivery.succeeded",
                "delivery.requested",
                "order.placed",
            ]
        );
        assert_eq!(code(order::history(b, wang, id).await), "missing");
    })
    .await;
}
