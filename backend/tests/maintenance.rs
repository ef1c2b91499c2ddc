//! Remote maintenance in its simple form: the entrance, what is seen, what is recorded
//! (Source: APP-5, ORD-6).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use backend::{
    application::{self, design, import, release},
    args,
    db::testing::on_both,
    file, lifecycle, maintenance, record,
};
use domain::{
    application::Key,
    authority::Actor,
    design::Naming,
    lang::{Lang, Text},
    lifecycle::Channel,
};
use order_stage::{Sale, code, outsider};
use provider_stage::PDF;

#[tokio::test]
async fn app5_the_provider_enters_while_in_maintenance_and_each_visit_is_noted() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let pending = sale.buy().await;
        assert_eq!(
            code(maintenance::enter(&sale.backend, &sale.developer.actor, pending).await),
            "order.not_sent"
        );
        let (order, app) = sale.delivered(false, false).await;
        let form = Key::fixed("contract");
        let ways = async || {
            let (backend, actor) = (&sale.backend, &sale.developer.actor);
            [
                common::code(application::open(backend, actor, app).await),
                common::code(design::open(backend, actor, app).await),
                common::code(record::enter(backend, actor, app, &form).await),
            ]
        };
        assert_eq!(ways().await, ["maintenance.not_entered"; 3], "there is one way in");
        assert_eq!(
            maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in"),
            app
        );
        sale.tick();
        maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in again");
        let visits =
            maintenance::visits(&sale.backend, &sale.wang.actor, app).await.expect("visits");
        assert_eq!(visits.len(), 1, "going in again is the same visit");
        assert_eq!(ways().await, ["done"; 3]);
        assert_eq!((visits[0].name.as_str(), visits[0].changes), ("陈工", 0));
        assert!(sale.recorded(&sale.wang).await.contains(&"maintenance.entered".to_owned()));
        for actor in [&sale.wang.actor, &outsider(&sale.stage).await] {
            assert_eq!(code(maintenance::enter(&sale.backend, actor, order).await), "missing");
        }
        lifecycle::accept(&sale.backend, &sale.wang.actor, app, "").await.expect("accepted");
        lifecycle::close_maintenance(&sale.backend, &sale.wang.actor, app).await.expect("closed");
        assert_eq!(
            code(maintenance::enter(&sale.backend, &sale.developer.actor, order).await),
            "maintenance.closed"
        );
    })
    .await;
}

#[tokio::test]
async fn app5_a_visit_ends_when_the_customer_closes_maintenance() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, false).await;
        let (b, maker, wang) = (&sale.backend, &sale.developer.actor, &sale.wang.actor);
        maintenance::enter(b, maker, order).await.expect("in");
        lifecycle::accept(b, wang, app, "").await.expect("accepted");
        lifecycle::close_maintenance(b, wang, app).await.expect("closed");
        let outside = application::open(b, maker, app).await;
        assert_eq!(common::code(outside), "maintenance.closed", "not as if it were not there");
        lifecycle::reopen_maintenance(b, wang, app).await.expect("reopened");
        let before = application::open(b, maker, app).await;
        assert_eq!(common::code(before), "maintenance.not_entered");
        sale.tick();
        maintenance::enter(b, maker, order).await.expect("in anew");
        let visits = maintenance::visits(b, wang, app).await.expect("visits");
        assert_eq!(visits.len(), 2, "the customer reads of both");
    })
    .await;
}

#[tokio::test]
async fn app5_sample_files_are_read_through_the_entrance_only() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let maker = &sale.developer.actor;
        let staged = file::stage(&sale.backend, maker, "样本.pdf", PDF.to_vec().into())
            .await
            .expect("staged");
        let papers = staged.id.to_string();
        sale.fill("contract", &[("f.name", "样本"), ("f.papers", &papers)]).await;
        let (order, app) = sale.delivered(true, false).await;
        let mut tx = sale.backend.read().await.expect("a connection");
        let row = tx
            .one(
                "select f.id from file f join record r on r.id = f.subject \
                 where r.application_id = $1",
                args![app],
            )
            .await
            .expect("a statement")
            .expect("the sample's file");
        drop(tx);
        let copy = row.get("id").expect("an id");
        let stranger = outsider(&sale.stage).await;
        let read = async |actor| common::code(file::read(&sale.backend, actor, copy).await);
        assert_eq!(read(maker).await, "maintenance.not_entered");
        assert_eq!(read(&sale.wang.actor).await, "done", "the customer's own");
        assert_eq!(read(&stranger).await, "missing");
        maintenance::enter(&sale.backend, maker, order).await.expect("in");
        assert_eq!(read(maker).await, "done");
    })
    .await;
}

#[tokio::test]
async fn app5_no_screen_of_the_customers_app_opens_to_the_provider_before_entering() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, false).await;
        let ways = async || {
            let (backend, actor) = (&sale.backend, &sale.developer.actor);
            [
                common::code(release::list(backend, actor, app).await),
                common::code(release::compare(backend, actor, app, 1).await),
                common::code(import::report(backend, actor, app).await),
                common::code(design::changes(backend, actor, app, None).await),
                common::code(maintenance::visits(backend, actor, app).await),
            ]
        };
        assert_eq!(ways().await, ["maintenance.not_entered"; 5]);
        maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in");
        assert_eq!(ways().await, ["done", "missing", "done", "done", "done"]);
    })
    .await;
}

#[tokio::test]
async fn app5_what_the_customers_app_is_called_is_not_changed_through_the_channel() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, true).await;
        maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in");
        let rename = async |who: &Actor| {
            let held = application::open(&sale.backend, &sale.wang.actor, app).await.expect("open");
            let naming = Naming::of(Text::of("新名", ""));
            application::rename(&sale.backend, who, app, held.app.revision, naming).await
        };
        let refused = rename(&sale.developer.actor).await;
        assert_eq!(common::code(refused), "application.name_of_customer");
        rename(&sale.wang.actor).await.expect("the customer's own");
    })
    .await;
}

#[tokio::test]
async fn app5_each_change_is_recorded_with_its_author_and_read_as_a_difference() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, false).await;
        maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in");
        fixtures::edit(&sale.backend, &sale.developer.actor, app, |tree| {
            tree.edit_form(&Key::fixed("contract"), |form| {
                form.title = Text::of("采购合同", "");
                Ok(())
            })
        })
        .await
        .expect("a change through the channel");
        let changes =
            design::changes(&sale.backend, &sale.wang.actor, app, None).await.expect("changes");
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (changes[0].author_name.as_str(), changes[0].channel),
            ("陈工", Channel::Maintenance)
        );
        assert_eq!(changes[0].differences().len(), 1);
        let visits =
            maintenance::visits(&sale.backend, &sale.wang.actor, app).await.expect("visits");
        assert_eq!(visits[0].changes, 1);
        for reader in [&sale.wang, &sale.lin] {
            assert!(sale.recorded(reader).await.contains(&"application.designed".to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn app5_the_channel_never_shows_business_records() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(1).await;
        let (order, app) = sale.delivered(true, false).await;
        maintenance::enter(&sale.backend, &sale.developer.actor, order).await.expect("in");
        let form = Key::fixed("customer");
        let pairs = [("f.name", "客户的机密")].into_iter().collect();
        let own = record::create(&sale.backend, &sale.wang.actor, app, &form, &pairs)
            .await
            .expect("a record");
        let room = record::enter(&sale.backend, &sale.developer.actor, app, &form)
            .await
            .expect("the form");
        let query = record::query::RecordQuery::default();
        let seen =
            record::list::list(&sale.backend, &sale.developer.actor, &room, &query, Lang::Zh)
                .await
                .expect("records");
        assert_eq!(seen.records.len(), 1, "the sample");
        assert!(seen.records.iter().all(|record| record.sample && record.id != own));
        let refused =
            record::view(&sale.backend, &sale.developer.actor, app, &form, own, Lang::Zh).await;
        assert!(refused.is_err(), "nor by its address");
    })
    .await;
}
