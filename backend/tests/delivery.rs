//! Sending: the three questions, every way of failing, all or nothing, exactly once
//! (Source: ORD-2, ORD-3, ORD-5, ORD-6).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use std::{sync::Arc, time::Instant};

use backend::{
    agreement, application,
    application::{release, signing::InstallationKey},
    args,
    db::testing::on_both,
    delivery,
    job::{self, ATTEMPTS, Fate, JobState},
    lifecycle, order, project,
    record::{self, query::RecordQuery},
};
use domain::{
    agreement::AgreementForm,
    application::{Digest, FieldKind, Key, Tree},
    delivery::{DeliveryState, SAMPLES_PER_FORM, SendForm, Stage},
    lang::{Lang, Text},
    project::ClosingForm,
    record::{Pairs, Value},
};
use order_stage::{Plan, Sale, code, lease_runs_out};

#[tokio::test]
async fn ord2_the_three_answers_and_the_agreement_are_asked_and_kept() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        let send = async |form: SendForm| {
            delivery::send(&sale.backend, &sale.lin.actor, order, &form).await
        };
        let refused = send(SendForm::default()).await.expect_err("nothing answered");
        for field in ["samples", "connectors", "edit_permission", "agreed"] {
            assert!(refused.at(field).is_some(), "{field}");
        }
        let unticked = send(SendForm { agreed: String::new(), ..Sale::answers(true, true) }).await;
        assert_eq!(code(unticked), "agreement.not_ticked");
        let text =
            AgreementForm { text_zh: "第二版".into(), text_en: "Second".into(), based_on: 1 };
        let version =
            agreement::change(&sale.backend, &sale.operator.actor, &text).await.expect("a version");
        assert_eq!(version, 2);
        let same = AgreementForm { based_on: 2, ..text.clone() };
        let kept = agreement::change(&sale.backend, &sale.operator.actor, &same).await;
        assert_eq!(kept.expect("nothing new"), 2, "a text that did not change is no new version");
        assert_eq!(code(send(Sale::answers(true, true)).await), "agreement.changed");
        let id = send(SendForm { agreed: "2".into(), ..Sale::answers(true, true) })
            .await
            .expect("a delivery");
        let kept =
            delivery::of_order(&sale.backend, &sale.lin.actor, order).await.expect("deliveries");
        assert_eq!((kept.len(), kept[0].id, kept[0].agreement_version), (1, id, 2));
        assert_eq!((kept[0].sender, kept[0].sender_name.as_str()), (sale.lin.account, "林晓"));
        let stale = agreement::change(&sale.backend, &sale.operator.actor, &text).await;
        assert_eq!(code(stale), "changed_meanwhile");
        let outside = agreement::change(&sale.backend, &sale.lin.actor, &text).await;
        assert_eq!(code(outside), "authority.operator");
    })
    .await;
}

#[tokio::test]
async fn ord3_a_send_arrives_whole_with_its_log() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(2).await;
        let order = sale.buy().await;
        let id = sale.send(order, true, true).await;
        let waiting =
            delivery::progress(&sale.backend, &sale.lin.actor, id).await.expect("progress");
        assert_eq!((waiting.percent(), waiting.delivery.state.code()), (0, "waiting"));
        assert_eq!(sale.told(&sale.wang).await.len(), 0, "nothing is said before it is there");
        sale.work(Arc::new(Plan::default())).await;
        let done = delivery::progress(&sale.backend, &sale.wang.actor, id).await.expect("progress");
        assert_eq!((done.percent(), done.done.len()), (100, 5));
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!((found.state.code(), found.edit_permission), ("sent", true));
        let app = found.delivered.expect("an app");
        let mut tx = sale.backend.read().await.expect("a connection");
        let mine = application::tree(&mut tx, app).await.expect("its tree");
        let source = application::tree(&mut tx, sale.app).await.expect("the source's");
        assert_eq!(mine, source, "every page and the navigation");
        let (held, _) = lifecycle::access(&mut tx, &sale.wang.actor, app).await.expect("visible");
        assert_eq!(held.lifecycle.code(), "maintenance");
        assert!(sale.told(&sale.wang).await[0].contains("请验收"));
    })
    .await;
}

/// Every way in which a process can be interrupted at the n-th stage of a send.
async fn interrupted(fate: Fate, at: usize) {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(3).await;
        let order = sale.buy().await;
        sale.send(order, true, false).await;
        let mut fates = vec![Fate::Go; at];
        fates.push(fate);
        let plan = Plan::of(fates);
        sale.work(plan.clone()).await;
        let halfway = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        let last = at == 4 && fate == Fate::DieAfter;
        if fate != Fate::Twice && !last {
            assert_eq!(halfway.state.code(), "sending", "{fate:?} at {at}");
            let seen = lifecycle::mine(&sale.backend, &sale.wang.actor, "", "").await;
            assert!(seen.expect("apps").items.is_empty(), "the customer sees nothing of it");
        }
        lease_runs_out(&sale.stage);
        sale.work(plan.clone()).await;
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "sent", "{fate:?} at {at}");
        let app = found.delivered.expect("an app");
        let records = "select count(*) as count from record where application_id = $1 and sample = 1";
        assert_eq!(sale.count(records, app).await, 6);
        let apps = "select count(*) as count from application where origin_order = $1";
        assert_eq!(sale.count(apps, order).await, 1, "exactly once");
        let steps = "select count(*) as count from delivery_step d join delivery e on e.id = d.delivery_id where e.order_id = $1";
        assert_eq!(sale.count(steps, order).await, 5);
        let actions = sale.recorded(&sale.wang).await;
        assert_eq!(actions.iter().filter(|action| *action == "delivery.succeeded").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn ord3_failing_once_in_any_stage_still_arrives_exactly_once() {
    for at in 0..5 {
        interrupted(Fate::Fail, at).await;
    }
}

#[tokio::test]
async fn ord3_running_any_stage_twice_changes_nothing() {
    for at in 0..5 {
        interrupted(Fate::Twice, at).await;
    }
}

#[tokio::test]
async fn ord3_killed_before_any_stage_it_goes_on_where_it_was() {
    for at in 0..5 {
        interrupted(Fate::DieBefore, at).await;
    }
}

#[tokio::test]
async fn ord3_killed_inside_any_stage_it_goes_on_where_it_was() {
    for at in 0..5 {
        interrupted(Fate::DieInside, at).await;
    }
}

#[tokio::test]
async fn ord3_killed_after_any_stage_it_goes_on_where_it_was() {
    for at in 0..5 {
        interrupted(Fate::DieAfter, at).await;
    }
}

#[tokio::test]
async fn ord3_killed_between_all_stages_of_one_send_it_arrives() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        sale.send(order, false, false).await;
        let plan = Plan::of(vec![
            Fate::DieInside,
            Fate::DieAfter,
            Fate::DieBefore,
            Fate::DieAfter,
            Fate::DieInside,
            Fate::DieAfter,
        ]);
        for _ in 0..8 {
            sale.work(plan.clone()).await;
            lease_runs_out(&sale.stage);
        }
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "sent", "{:?}", plan.reached());
    })
    .await;
}

#[tokio::test]
async fn ord3_after_failing_again_and_again_nothing_is_left_and_a_retry_arrives() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(2).await;
        let order = sale.buy().await;
        let id = sale.send(order, true, false).await;
        let most = usize::try_from(ATTEMPTS).expect("few");
        let mut fates = vec![Fate::Go; 3];
        fates.extend(vec![Fate::Fail; most]);
        let plan = Plan::of(fates);
        for _ in 0..=most {
            sale.work(plan.clone()).await;
            sale.backend.clock.advance(100 * domain::time::Timestamp::SECOND);
        }
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "failed");
        let progress =
            delivery::progress(&sale.backend, &sale.lin.actor, id).await.expect("progress");
        let DeliveryState::Failed { reason, .. } = &progress.delivery.state else {
            panic!("{progress:?}")
        };
        assert!(reason.reference.is_some(), "a number to ask by");
        assert_eq!(sale.remains(progress.delivery.application).await, 0, "nothing half-delivered");
        let log = async || {
            let logs = delivery::logs(&sale.backend, &sale.lin.actor, order).await.expect("logs");
            let stages =
                logs.get(&id).map(|log| log.iter().map(|done| done.stage.clone()).collect());
            stages.unwrap_or_else(Vec::new)
        };
        assert_eq!(log().await, ["prepare", "components", "samples.0"], "up to where it failed");
        assert!(sale.told(&sale.lin).await.iter().any(|text| text.contains("发送失败")));
        let jobs = job::list(&sale.backend, &sale.operator.actor, Some(JobState::Failed))
            .await
            .expect("jobs");
        assert_eq!(jobs.len(), 1);
        assert_eq!(
            code(job::list(&sale.backend, &sale.lin.actor, None).await),
            "authority.operator"
        );
        delivery::retry(&sale.backend, &sale.lin.actor, id).await.expect("once more");
        assert!(log().await.is_empty(), "it begins anew");
        assert_eq!(
            code(delivery::retry(&sale.backend, &sale.lin.actor, id).await),
            "delivery.not_failed"
        );
        sale.work(plan).await;
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "sent");
    })
    .await;
}

#[tokio::test]
async fn ord3_operators_retry_a_stopped_job() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        sale.send(order, false, false).await;
        let plan = Plan::of(vec![Fate::Fail; usize::try_from(ATTEMPTS).expect("few")]);
        for _ in 0..=ATTEMPTS {
            sale.work(plan.clone()).await;
            sale.backend.clock.advance(100 * domain::time::Timestamp::SECOND);
        }
        let jobs = job::list(&sale.backend, &sale.operator.actor, Some(JobState::Failed))
            .await
            .expect("jobs");
        assert_eq!(jobs.len(), 1);
        job::retry(&sale.backend, &sale.operator.actor, jobs[0].id).await.expect("once more");
        assert_eq!(
            code(job::retry(&sale.backend, &sale.operator.actor, jobs[0].id).await),
            "job.not_failed"
        );
        sale.work(plan).await;
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "sent");
    })
    .await;
}

#[tokio::test]
async fn ord3_a_worker_that_lost_its_lease_writes_nothing() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        sale.send(order, false, false).await;
        // The first worker dies holding the job; the second takes over when the lease is out.
        sale.work(Plan::of(vec![Fate::DieAfter])).await;
        let row = "select count(*) as count from job where subject <> $1 and lease_until > 0 and fence = 1";
        assert_eq!(sale.count(row, "").await, 1);
        sale.work(Arc::new(Plan::default())).await;
        let early = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(early.state.code(), "sending", "nobody takes a job whose lease still holds");
        lease_runs_out(&sale.stage);
        sale.work(Arc::new(Plan::default())).await;
        let row = "select count(*) as count from job where subject <> $1 and fence = 2 and state = 'done'";
        assert_eq!(sale.count(row, "").await, 1);
    })
    .await;
}

#[tokio::test]
async fn ord3_several_workers_at_once_deliver_once() {
    on_both(async |backend| {
        let sale = Arc::new(Sale::new(backend).await);
        let mut orders = vec![sale.buy().await];
        for _ in 0..4 {
            sale.tick();
            let token = sale.another_link().await;
            orders.push(
                common::buy(&sale.backend, &sale.wang.actor, &token).await.expect("an order"),
            );
        }
        for order in &orders {
            sale.send(*order, false, false).await;
        }
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let sale = sale.clone();
                tokio::spawn(async move { sale.work(Arc::new(Plan::default())).await })
            })
            .collect();
        for worker in workers {
            worker.await.expect("no panic");
        }
        for order in orders {
            let apps =
                "select count(*) as count from application where origin_order = $1 and visible = 1";
            assert_eq!(sale.count(apps, order).await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn ord3_a_second_send_waits_and_an_order_is_sent_once() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        sale.send(order, false, false).await;
        let again = async || {
            delivery::send(&sale.backend, &sale.lin.actor, order, &Sale::answers(false, false))
                .await
        };
        assert_eq!(code(again().await), "order.sending");
        let form = ClosingForm {
            outcome: "delivered".into(),
            delivered_on: "2026-11-23".into(),
            summary: "完成".into(),
            ..ClosingForm::default()
        };
        let closing = project::close(&sale.backend, &sale.lin.actor, sale.project, &form).await;
        assert_eq!(code(closing), "project.sending");
        sale.work(Arc::new(Plan::default())).await;
        assert_eq!(code(again().await), "order.sent");
        let stranger =
            delivery::send(&sale.backend, &sale.wang.actor, order, &Sale::answers(false, false))
                .await;
        assert_eq!(code(stranger), "missing", "only the provider sends");
    })
    .await;
}

#[tokio::test]
async fn ord4_references_stay_right_and_people_stay_behind() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let customer = sale.fill("customer", &[("f.name", "远山机械")]).await;
        let owner = sale.developer.account.to_string();
        sale.fill(
            "contract",
            &[("f.name", "采购合同"), ("f.owner", &owner), ("f.customer", &customer.to_string())],
        )
        .await;
        let (_, app) = sale.delivered(true, false).await;
        let room = record::enter(&sale.backend, &sale.wang.actor, app, &Key::fixed("contract"))
            .await
            .expect("the form");
        let page = record::list::list(
            &sale.backend,
            &sale.wang.actor,
            &room,
            &record::query::RecordQuery::default(),
            Lang::Zh,
        )
        .await
        .expect("records");
        let copy = page.records.first().expect("the sample");
        assert!(copy.sample);
        assert!(copy.values.get("owner").is_none(), "members of the provider stay behind");
        let Some(Value::Records(targets)) = copy.values.get("customer") else {
            panic!("{:?}", copy.values)
        };
        assert_eq!(targets.len(), 1);
        assert_ne!(targets[0], customer, "it refers to the copy, not to the provider's record");
        let there = "select count(*) as count from record where id = $1 and form = 'customer'";
        assert_eq!(sale.count(there, targets[0]).await, 1);
    })
    .await;
}

#[tokio::test]
async fn ord5_at_most_15_samples_or_as_few_as_chosen_and_one_action_deletes_them() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(17).await;
        let counts = delivery::sample_counts(&sale.backend, &sale.lin.actor, sale.buy().await, &SendForm::default(), Lang::Zh).await.expect("counts");
        assert!(counts.iter().all(|form| form.available == i64::from(SAMPLES_PER_FORM)), "{counts:?}");
        let order = sale.buy().await;
        let mut form = Sale::answers(true, false);
        form.counts.insert("contract".into(), "4".into());
        delivery::send(&sale.backend, &sale.lin.actor, order, &form).await.expect("a delivery");
        sale.work(Arc::new(Plan::default())).await;
        let app = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order").delivered.expect("an app");
        let of = |form: &'static str| match form {
            "contract" => "select count(*) as count from record where application_id = $1 and form = 'contract' and sample = 1",
            _ => "select count(*) as count from record where application_id = $1 and form = 'customer' and sample = 1",
        };
        assert_eq!((sale.count(of("contract"), app).await, sale.count(of("customer"), app).await), (4, 15));
        let refused = lifecycle::delete_samples(&sale.backend, &sale.customer_developer.actor, app).await;
        assert_eq!(code(refused), "authority.role");
        let pairs = [("f.name", "自己的客户")].into_iter().collect();
        record::create(&sale.backend, &sale.wang.actor, app, &Key::fixed("customer"), &pairs).await.expect("a record");
        assert_eq!(lifecycle::delete_samples(&sale.backend, &sale.wang.actor, app).await.expect("deleted"), 19);
        let left = "select count(*) as count from record where application_id = $1";
        assert_eq!(sale.count(left, app).await, 1, "the customer's own record stays");
        let index = "select count(*) as count from record_index where application_id = $1 and form = 'contract'";
        assert_eq!(sale.count(index, app).await, 0);
    })
    .await;
}

#[tokio::test]
async fn ord5_records_of_ones_own_that_lead_to_samples_are_counted_before_these_go() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(2).await;
        let (_, app) = sale.delivered(true, false).await;
        let (b, wang) = (&sale.backend, &sale.wang.actor);
        let referrers = async || {
            let mut tx = b.read().await.expect("a connection");
            lifecycle::sample_referrers(&mut tx, app).await.expect("a count")
        };
        assert_eq!(referrers().await, 0, "samples that lead to each other go together");
        let every = |_: &record::Room| RecordQuery::default();
        let customers =
            record::list::open(b, wang, app, &Key::fixed("customer"), every, Lang::Zh).await;
        let sample = customers.expect("a list").2.records[0].id.to_string();
        for customer in [sample.as_str(), sample.as_str(), ""] {
            let pairs = [("f.name", "自己的合同"), ("f.amount", "1"), ("f.customer", customer)];
            let pairs = pairs.into_iter().collect();
            record::create(b, wang, app, &Key::fixed("contract"), &pairs).await.expect("filed");
        }
        assert_eq!(referrers().await, 2);
    })
    .await;
}

#[tokio::test]
async fn ord5_samples_are_found_and_sorted_by_the_names_of_what_they_refer_to() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(3).await;
        let (_, app) = sale.delivered(true, false).await;
        let found = async |query: &[(&str, &str)]| {
            let pairs: Pairs = query.iter().copied().collect();
            let read = |room: &record::Room| RecordQuery::read(&room.form, &pairs);
            let (wang, form) = (&sale.wang.actor, Key::fixed("contract"));
            let opened = record::list::open(&sale.backend, wang, app, &form, read, Lang::Zh).await;
            let records = opened.expect("a list").2.records;
            let name = |record: &record::Record| match record.values.get("name") {
                Some(Value::Text(name)) => name.clone(),
                other => panic!("{other:?}"),
            };
            records.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(found(&[("q", "客户 1")]).await, ["合同 1"]);
        let by_customer = [("sort", "customer"), ("order", "asc")];
        assert_eq!(found(&by_customer).await, ["合同 0", "合同 1", "合同 2"]);
        let jobs = "select count(*) as count from job where kind = 'record_index' and subject = $1";
        assert_eq!(sale.count(jobs, app).await, 1);
        sale.tick();
        let token = sale.another_link().await;
        let order = common::buy(&sale.backend, &sale.wang.actor, &token).await;
        let delivery = sale.send(order.expect("an order"), false, false).await;
        sale.work(Arc::new(Plan::default())).await;
        let sent = delivery::progress(&sale.backend, &sale.lin.actor, delivery).await;
        let plain = sent.expect("progress").delivery.application;
        assert_eq!(sale.count(jobs, plain).await, 0, "nothing to do without samples");
    })
    .await;
}

#[tokio::test]
async fn ord5_the_provider_chooses_which_records_go_along_and_what_they_refer_to_stays_right() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(4).await;
        let order = sale.buy().await;
        let lang = Lang::Zh;
        let offer = delivery::sample_counts(&sale.backend, &sale.lin.actor, order, &SendForm::default(), lang).await.expect("counts");
        let of = |form: &str| offer.iter().find(|count| count.key == *form).expect("the form").candidates.clone();
        let (contracts, customers) = (of("contract"), of("customer"));
        assert_eq!((contracts.len(), customers.len()), (4, 4));
        assert!(contracts[2].title.contains("合同"), "{contracts:?}");
        // The third and the fourth contract, and the fourth's customer only.
        let mut form = Sale::answers(true, false);
        let ids = |chosen: &[&delivery::SampleCandidate]| chosen.iter().map(|c| c.id.to_string()).collect();
        form.records.insert("contract".into(), ids(&[&contracts[2], &contracts[3]]));
        form.records.insert("customer".into(), ids(&[&customers[3]]));
        let mut strange = form.clone();
        strange.records.insert("contract".into(), ids(&[&customers[0]]));
        let refused = delivery::send(&sale.backend, &sale.lin.actor, order, &strange).await.expect_err("another form's");
        assert!(refused.at("record.contract").is_some());
        delivery::send(&sale.backend, &sale.lin.actor, order, &form).await.expect("a delivery");
        sale.work(Arc::new(Plan::default())).await;
        let app = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order").delivered.expect("an app");
        let room = record::enter(&sale.backend, &sale.wang.actor, app, &Key::fixed("contract")).await.expect("the form");
        let query = record::query::RecordQuery::default();
        let page = record::list::list(&sale.backend, &sale.wang.actor, &room, &query, lang).await.expect("records");
        assert_eq!(page.records.len(), 2);
        let customers: Vec<_> = page.records.iter().filter_map(|record| record.values.get("customer")).collect();
        let [Value::Records(targets)] = customers.as_slice() else { panic!("one customer stayed behind: {customers:?}") };
        let there = "select count(*) as count from record where id = $1 and form = 'customer' and sample = 1";
        assert_eq!(sale.count(there, targets[0]).await, 1);
    })
    .await;
}

#[tokio::test]
async fn ord5_any_record_is_found_to_be_chosen_and_what_is_ticked_stays_listed() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        for n in 0..60 {
            sale.fill("customer", &[("f.name", &format!("第{n:02}号 100%"))]).await;
        }
        let order = sale.buy().await;
        let offered = async |dialog: &SendForm| {
            let (backend, actor) = (&sale.backend, &sale.lin.actor);
            let counts = delivery::sample_counts(backend, actor, order, dialog, Lang::Zh)
                .await
                .expect("counts");
            counts.into_iter().find(|form| form.key == *"customer").expect("the form").candidates
        };
        let titles = |found: &[delivery::SampleCandidate]| {
            found.iter().map(|one| one.title.clone()).collect::<Vec<_>>()
        };
        let mut dialog = SendForm::default();
        let first = offered(&dialog).await;
        assert_eq!(first.len(), 50);
        assert!(!titles(&first).iter().any(|title| title.contains("第20号")));
        dialog.finds.insert("customer".into(), "第20号 100%".into());
        dialog.records.insert("customer".into(), vec![first[0].id.to_string(), "nonsense".into()]);
        let found = titles(&offered(&dialog).await);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("第00号") && found[1].contains("第20号"), "{found:?}");
        dialog.finds.insert("customer".into(), "_".into());
        assert_eq!(offered(&dialog).await.len(), 1, "searched for as it was typed");
    })
    .await;
}

#[tokio::test]
async fn ord5_in_an_app_of_many_forms_records_of_every_form_are_found() {
    on_both(async |backend| {
        let mut tree = Tree::empty();
        let mut forms = Vec::new();
        for n in 0..14 {
            let title = Text::new(format!("表单 {n}"), format!("Form {n}"));
            let form = tree.add_form(title).expect("a form");
            let field = tree
                .edit_form(&form, |form| Ok(fixtures::add(form, "Name", fixtures::kind("text"))))
                .expect("its field");
            forms.push((form, format!("f.{field}")));
        }
        let sale = Sale::of(backend, tree).await;
        for (form, field) in &forms {
            let pairs = [(field.as_str(), "记录")].into_iter().collect();
            let maker = &sale.developer.actor;
            record::create(&sale.backend, maker, sale.app, form, &pairs).await.expect("a record");
        }
        let order = sale.buy().await;
        let offering = async |dialog: &SendForm| -> Vec<Key> {
            let (backend, actor) = (&sale.backend, &sale.lin.actor);
            let counts = delivery::sample_counts(backend, actor, order, dialog, Lang::Zh).await;
            let counts = counts.expect("counts").into_iter();
            counts.filter(|form| !form.candidates.is_empty()).map(|form| form.key).collect()
        };
        let mut dialog = SendForm::default();
        let (last, _) = &forms[13];
        let at_once = offering(&dialog).await;
        assert!(at_once.len() == 12 && !at_once.contains(last), "{at_once:?}");
        dialog.finds.insert(last.to_string(), "记录".into());
        assert!(offering(&dialog).await.contains(last));
    })
    .await;
}

#[tokio::test]
async fn ord5_a_number_drawn_by_the_customer_is_never_given_again_when_samples_are_deleted() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(3).await;
        let (_, app) = sale.delivered(true, false).await;
        let file = async || {
            let key = Key::fixed("contract");
            let pairs = [("f.name", "自己的合同"), ("f.amount", "1")].into_iter().collect();
            let id = record::create(&sale.backend, &sale.wang.actor, app, &key, &pairs)
                .await
                .expect("filed");
            let view = record::view(&sale.backend, &sale.wang.actor, app, &key, id, Lang::Zh)
                .await
                .expect("view");
            let Some(Value::Text(number)) = view.record.values.get("number") else {
                panic!("no number")
            };
            (id, number.clone())
        };
        let (own, fourth) = file().await;
        assert!(fourth.ends_with("0004"), "{fourth}");
        record::delete(&sale.backend, &sale.wang.actor, app, &Key::fixed("contract"), own, 1)
            .await
            .expect("deleted");
        lifecycle::delete_samples(&sale.backend, &sale.wang.actor, app).await.expect("deleted");
        let fifth = file().await.1;
        assert!(fifth.ends_with("0005"), "{fourth} was given, then {fifth}");

        // Where the customer drew none, its numbers begin at the beginning.
        let (_, other) = {
            let token = sale.another_link().await;
            let order =
                common::buy(&sale.backend, &sale.wang.actor, &token).await.expect("an order");
            sale.send(order, true, false).await;
            sale.work(Arc::new(Plan::default())).await;
            let order =
                order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
            (order.id, order.delivered.expect("an app"))
        };
        lifecycle::delete_samples(&sale.backend, &sale.wang.actor, other).await.expect("deleted");
        let counters = "select count(*) as count from serial_counter where application_id = $1";
        assert_eq!((sale.count(counters, other).await, sale.count(counters, app).await), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn ord5_without_sample_data_no_record_goes_along() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        sale.fill_contracts(2).await;
        let (_, app) = sale.delivered(false, false).await;
        assert_eq!(
            sale.count("select count(*) as count from record where application_id = $1", app).await,
            0
        );
    })
    .await;
}

/// The provider renames the contract form's field and publishes.
async fn next_release(sale: &Sale, label: &'static str) {
    let maker = &sale.developer.actor;
    fixtures::edit(&sale.backend, maker, sale.app, |tree| {
        tree.edit_form(&Key::fixed("contract"), |form| {
            form.title = Text::of(label, "");
            Ok(())
        })?;
        tree.edit_form(&Key::fixed("customer"), |form| {
            form.title = Text::of(label, "");
            Ok(())
        })
    })
    .await
    .expect("an edit");
    sale.tick();
    release::publish(&sale.backend, maker, sale.app, "新版").await.expect("a release");
}

#[tokio::test]
async fn ord6_chosen_pages_of_a_newer_release_replace_those_of_the_customer() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, true).await;
        let contract = [Key::fixed("contract")];
        let send = async || {
            delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", &contract, Some(1))
                .await
        };
        assert_eq!(code(send().await), "delivery.nothing_new");
        next_release(&sale, "合同（新）").await;
        send().await.expect("a send");
        sale.work(Arc::new(Plan::default())).await;
        let titles = async || -> Vec<String> {
            let mut tx = sale.backend.read().await.expect("a connection");
            let forms = application::forms(&mut tx, app).await.expect("forms");
            forms.into_iter().map(|(_, form)| form.title.zh.into_owned()).collect()
        };
        assert_eq!(titles().await, ["客户", "合同（新）"], "the chosen page and no other");
        next_release(&sale, "合同（再新）").await;
        send().await.expect("the base of the page has moved on");
        sale.work(Arc::new(Plan::default())).await;
        assert_eq!(titles().await, ["客户", "合同（再新）"]);
        let changes = application::design::changes(&sale.backend, &sale.wang.actor, app, None)
            .await
            .expect("changes");
        assert_eq!(changes.len(), 2, "each send can be read as a difference");
    })
    .await;
}

#[tokio::test]
async fn ord6_pages_that_the_customer_changed_are_refused_with_their_list() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, app) = sale.delivered(false, true).await;
        next_release(&sale, "新标题").await;
        fixtures::edit(&sale.backend, &sale.customer_developer.actor, app, |tree| {
            tree.edit_form(&Key::fixed("contract"), |form| {
                form.title = Text::of("我们的合同", "");
                Ok(())
            })
        })
        .await
        .expect("the customer's change");
        let both = [Key::fixed("contract"), Key::fixed("customer")];
        let refused = delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", &both, Some(1)).await.expect_err("changed");
        assert_eq!(refused.code, "delivery.pages_changed");
        assert!(refused.text.zh.contains("新标题") && refused.rule == "ORD-6");
        let pages = delivery::pages(&sale.backend, &sale.lin.actor, order, "").await.expect("pages");
        let states: Vec<_> = pages.iter().map(|page| (page.key.as_str(), page.state.can_be_sent())).collect();
        assert_eq!(states, [("customer", true), ("contract", false)]);
        // Changed between asking and sending: the send fails with the list, and nothing is changed.
        delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", &both[1..], Some(1)).await.expect("a send");
        fixtures::edit(&sale.backend, &sale.customer_developer.actor, app, |tree| {
            tree.edit_form(&Key::fixed("customer"), |form| {
                form.title = Text::of("我们的客户", "");
                Ok(())
            })
        })
        .await
        .expect("the customer's change");
        sale.work(Arc::new(Plan::default())).await;
        let sends = delivery::of_order(&sale.backend, &sale.lin.actor, order).await.expect("sends");
        assert!(matches!(&sends[0].state, DeliveryState::Failed { reason, .. } if reason.code == "delivery.pages_changed"));
        let found = order::read(&sale.backend, &sale.lin.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "sent", "the order stays delivered");
    })
    .await;
}

#[tokio::test]
async fn ord6_pages_of_an_earlier_release_than_the_customer_has_are_not_sent() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        next_release(&sale, "第二版").await;
        sale.send(order, false, false).await;
        sale.work(Arc::new(Plan::default())).await;
        let (backend, lin) = (&sale.backend, &sale.lin.actor);
        let all = delivery::releases(backend, lin, order).await.expect("releases");
        let numbers = async || -> Vec<i64> {
            let offered = delivery::page_releases(backend, lin, order).await.expect("releases");
            offered.iter().map(|release| release.number).collect()
        };
        assert_eq!((all.len(), numbers().await), (2, vec![2]));
        let first = all[1].id.to_string();
        assert_eq!(
            code(delivery::pages(backend, lin, order, &first).await),
            "delivery.older_release"
        );
        let contract = [Key::fixed("contract")];
        let send = async |release: &str| {
            delivery::send_pages(backend, lin, order, release, &contract, Some(1)).await
        };
        assert_eq!(code(send(&first).await), "delivery.older_release");
        next_release(&sale, "第三版").await;
        send("").await.expect("a send");
        sale.work(Arc::new(Plan::default())).await;
        assert_eq!(numbers().await, [3], "pages that were sent are not taken back either");
    })
    .await;
}

#[tokio::test]
async fn ord4_a_page_goes_with_the_forms_whose_fields_it_shows() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, _) = sale.delivered(false, true).await;
        let maker = &sale.developer.actor;
        fixtures::edit(&sale.backend, maker, sale.app, |tree| {
            let shown = tree.edit_form(&Key::fixed("customer"), |form| {
                Ok(fixtures::add(form, "Phone", fixtures::kind("text")))
            })?;
            tree.edit_form(&Key::fixed("contract"), |form| {
                for field in &mut form.fields {
                    if let FieldKind::Association(association) = &mut field.kind {
                        association.display = vec![shown.clone()];
                    }
                }
                Ok(())
            })
        })
        .await
        .expect("an edit");
        sale.tick();
        release::publish(&sale.backend, maker, sale.app, "").await.expect("a release");
        let send = async |pages: &[Key]| {
            delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", pages, Some(1)).await
        };
        let both = [Key::fixed("contract"), Key::fixed("customer")];
        let refused = send(&both[..1]).await.expect_err("a field is missing there");
        assert_eq!(refused.code, "delivery.references_missing");
        assert!(refused.text.zh.contains("客户"), "{refused:?}");
        send(&both).await.expect("together they fit");
    })
    .await;
}

#[tokio::test]
async fn prj6_a_project_closed_while_pages_wait_stops_them() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let (order, _) = sale.delivered(false, false).await;
        let maker = &sale.developer.actor;
        fixtures::edit(&sale.backend, maker, sale.app, |tree| {
            tree.edit_form(&Key::fixed("contract"), |form| {
                form.title = Text::of("采购合同", "");
                Ok(())
            })
        })
        .await
        .expect("an edit");
        sale.tick();
        release::publish(&sale.backend, maker, sale.app, "").await.expect("a release");
        let pages = [Key::fixed("contract")];
        delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", &pages, Some(1))
            .await
            .expect("a send");
        let close = async || {
            let form = ClosingForm {
                outcome: "partial".into(),
                delivered_on: "2026-11-20".into(),
                summary: "信息有误".into(),
                ..ClosingForm::default()
            };
            project::close(&sale.backend, &sale.lin.actor, sale.project, &form).await
        };
        assert_eq!(code(close().await), "project.sending", "not while pages wait");
        sale.work(Arc::new(Plan::default())).await;
        close().await.expect("closed");
        let refused =
            delivery::send_pages(&sale.backend, &sale.lin.actor, order, "", &pages, Some(1)).await;
        assert_eq!(code(refused), "order.project_not_open");
    })
    .await;
}

#[tokio::test]
async fn prj6_an_order_never_sent_is_cancelled_by_closing_and_sent_no_more() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let order = sale.buy().await;
        let view = project::closing_view(&sale.backend, &sale.lin.actor, sale.project).await;
        assert_eq!(view.expect("what closing does").unsent, 1);
        let form = ClosingForm {
            outcome: "misfiled".into(),
            summary: "信息有误".into(),
            ..ClosingForm::default()
        };
        project::close(&sale.backend, &sale.lin.actor, sale.project, &form).await.expect("closed");
        let refused =
            delivery::send(&sale.backend, &sale.lin.actor, order, &Sale::answers(false, false))
                .await;
        assert_eq!(code(refused), "order.project_not_open");
        let found =
            order::read_purchased(&sale.backend, &sale.wang.actor, order).await.expect("the order");
        assert_eq!(found.state.code(), "cancelled");
    })
    .await;
}

/// Sends an order after somebody has written into the database; gives why the send failed.
async fn sent_after(
    sale: &Sale,
    statement: &'static str,
    values: Vec<backend::db::Value>,
) -> String {
    let order = sale.buy().await;
    let id = sale.send(order, false, false).await;
    let mut tx = sale.backend.begin().await.expect("a unit of work");
    tx.run(statement, values).await.expect("the forger's change");
    tx.commit().await.expect("a commit");
    sale.work(Arc::new(Plan::default())).await;
    let progress = delivery::progress(&sale.backend, &sale.lin.actor, id).await.expect("progress");
    let DeliveryState::Failed { reason, .. } = &progress.delivery.state else {
        return progress.delivery.state.code().to_owned();
    };
    assert_eq!(sale.remains(progress.delivery.application).await, 0);
    reason.code.to_string()
}

#[tokio::test]
async fn ord3_a_release_that_was_tampered_with_is_not_sent() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let digest = "update app_release set digest = $1, signature = $2 where application_id = $3";
        let forged = InstallationKey::from_bytes(&[8; 32]).sign("another", Digest::of(b"content"));
        let values = args![Digest::of(b"content").to_string(), forged, sale.app];
        assert_eq!(sent_after(&sale, digest, values).await, "delivery.release_damaged");
    })
    .await;
}

#[tokio::test]
async fn ord3_a_release_with_another_list_is_not_sent_though_its_digest_fits() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let mut tx = sale.backend.begin().await.expect("a unit of work");
        let mut tree = application::tree(&mut tx, sale.app).await.expect("its tree");
        let without = "delete from app_release_component where key = 'contract' and release_id in \
            (select id from app_release where application_id = $1)";
        tx.run(without, args![sale.app]).await.expect("the forger's change");
        tx.commit().await.expect("a commit");
        tree.take("contract").expect("the form");
        let digest = tree.manifest().digest().to_string();
        let fits = "update app_release set digest = $1 where application_id = $2";
        let reason = sent_after(&sale, fits, args![digest, sale.app]).await;
        assert_eq!(reason, "delivery.release_damaged");
    })
    .await;
}

#[tokio::test]
async fn ord3_a_release_with_a_changed_page_is_not_sent() {
    on_both(async |backend| {
        let sale = Sale::new(backend).await;
        let body = "update document set body = replace(body, '合同', '别的') where kind = $1";
        let reason = sent_after(&sale, body, args!["form"]).await;
        assert_eq!(reason, "delivery.release_damaged");
    })
    .await;
}

/// 150 forms with 2,000 fields in all.
fn large() -> Tree {
    let mut tree = Tree::empty();
    for form in 0..150 {
        let key = tree
            .add_form(Text::new(format!("表单 {form}"), format!("Form {form}")))
            .expect("a form");
        let fields = if form < 50 { 14 } else { 13 };
        tree.edit_form(&key, |form| {
            for field in 0..fields {
                let kind = FieldKind::parse(["text", "number", "date"][field % 3]).expect("a kind");
                form.add_field(
                    None,
                    Text::new(format!("字段 {field}"), format!("Field {field}")),
                    kind,
                    None,
                )?;
            }
            Ok(())
        })
        .expect("its fields");
    }
    tree
}

#[tokio::test]
async fn ord3_an_app_of_150_forms_and_2000_fields_is_delivered() {
    on_both(async |backend| {
        let sale = Sale::of(backend, large()).await;
        let order = sale.buy().await;
        let started = Instant::now();
        sale.send(order, true, false).await;
        let plan = Arc::new(Plan::default());
        sale.work(plan.clone()).await;
        println!("150 forms, 2,000 fields: from the click to visible in {:?}", started.elapsed());
        assert_eq!(plan.reached().last(), Some(&Stage::Reveal));
        let app = order::read(&sale.backend, &sale.lin.actor, order)
            .await
            .expect("the order")
            .delivered
            .expect("an app");
        let mut tx = sale.backend.read().await.expect("a connection");
        let forms = application::forms(&mut tx, app).await.expect("forms");
        let fields: usize = forms.iter().map(|(_, form)| form.value_fields().count()).sum();
        assert_eq!((forms.len(), fields), (150, 2_000));
    })
    .await;
}
