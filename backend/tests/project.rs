//! Projects on both engines: drafts, submission, lists, review, closing (Source: PRJ-1 to PRJ-6).

mod common;
mod provider_stage;

use backend::{args, calendar, db::testing::on_both, file, link, notice, project};
use common::code;
use domain::{
    authority::Actor,
    calendar::{CalendarForm, WorkingCalendar},
    project::{ClosingForm, ProjectForm, ProjectState, ReviewForm},
    time::{Timestamp, Zone},
};
use project::Filter;
use provider_stage::{PDF, Stage};

fn closing(outcome: &str) -> ClosingForm {
    ClosingForm {
        delivered_on: "2026-11-23".into(),
        outcome: outcome.into(),
        summary: "已全部上线".into(),
        file: String::new(),
    }
}

fn due(at: Timestamp) -> String {
    Zone::default().exact(at)
}

#[tokio::test]
async fn prj1_a_draft_keeps_whatever_was_typed_for_its_creator_only() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.backend.id();
        let mut form = ProjectForm {
            name: "  半个\u{7}表单".into(),
            amount: "十二万".into(),
            ..ProjectForm::default()
        };
        project::save_draft(&stage.backend, &stage.lin.actor, id, &form).await.expect("saved");
        form.file = stage.upload(&stage.lin.actor, "合同.pdf", PDF).await.to_string();
        project::save_draft(&stage.backend, &stage.lin.actor, id, &form)
            .await
            .expect("saved again");
        let drafts = project::drafts(&stage.backend, &stage.lin.actor).await.expect("drafts");
        assert_eq!((drafts.len(), &drafts[0].form), (1, &form));
        assert_eq!(drafts[0].file_name.as_deref(), Some("合同.pdf"));
        assert!(project::drafts(&stage.backend, &stage.zhao.actor).await.expect("none").is_empty());
        assert_eq!(code(project::draft(&stage.backend, &stage.zhao.actor, id).await), "missing");
        let stolen = project::save_draft(&stage.backend, &stage.zhao.actor, id, &form).await;
        assert_eq!(code(stolen), "missing");
        assert_eq!(
            code(project::delete_draft(&stage.backend, &stage.zhao.actor, id).await),
            "missing"
        );
        project::delete_draft(&stage.backend, &stage.lin.actor, id).await.expect("deleted");
    })
    .await;
}

#[tokio::test]
async fn prj1_submitting_makes_one_project_with_its_number_and_tells_the_operators() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let (id, form) = (stage.backend.id(), stage.form().await);
        project::save_draft(&stage.backend, &stage.lin.actor, id, &form).await.expect("a draft");
        let made =
            project::submit(&stage.backend, &stage.lin.actor, id, &form).await.expect("made");
        assert_eq!(made.number, "XM20261123-0001");
        let again =
            project::submit(&stage.backend, &stage.lin.actor, id, &form).await.expect("again");
        assert_eq!(again.number, made.number, "pressing twice makes one");
        assert!(
            project::drafts(&stage.backend, &stage.lin.actor).await.expect("drafts").is_empty()
        );
        assert!(stage.told(&stage.operator).await[0].contains("XM20261123-0001"));
        assert_eq!(stage.recorded(&stage.lin).await[0], "project.submitted");
        let next = stage.submitted().await;
        let next = project::detail(&stage.backend, &stage.lin.actor, next).await.expect("details");
        assert_eq!(next.project.number, "XM20261123-0002");
        assert_eq!(next.history.len(), 1);
        let late = project::save_draft(&stage.backend, &stage.lin.actor, id, &form).await;
        assert_eq!(code(late), "missing", "a submitted project is no draft any more");
    })
    .await;
}

#[tokio::test]
async fn prj1_pressing_twice_at_once_makes_one_project_and_another_form_makes_another() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let (id, form) = (stage.backend.id(), stage.form().await);
        let press = || project::submit(&stage.backend, &stage.lin.actor, id, &form);
        let (one, two) = tokio::join!(press(), press());
        let (one, two) = (one.expect("made"), two.expect("the same"));
        assert_eq!((one.id, &one.number), (two.id, &two.number));
        // The browser sends the contract anew where the answer was lost.
        let resent = ProjectForm { file: stage.form().await.file, ..form.clone() };
        let again = project::submit(&stage.backend, &stage.lin.actor, id, &resent).await;
        assert_eq!(again.expect("the same").id, one.id);
        let other = ProjectForm { name: "另一个项目".into(), ..stage.form().await };
        let other = project::submit(&stage.backend, &stage.lin.actor, id, &other).await;
        let other = other.expect("a project of its own");
        assert_eq!((other.id == one.id, &*other.content.name), (false, "另一个项目"));
    })
    .await;
}

#[tokio::test]
async fn prj1_bad_input_is_refused_at_its_field_and_nothing_is_written() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let submit = async |form: ProjectForm| {
            let id = stage.backend.id();
            project::submit(&stage.backend, &stage.lin.actor, id, &form).await.expect_err("refused")
        };
        let form = stage.form().await;
        let problem = submit(ProjectForm {
            customer_corp_id: "ding123".into(),
            amount: "0".into(),
            ..form.clone()
        })
        .await;
        assert!(problem.at("customer_corp_id").is_some() && problem.at("amount").is_some());
        let lying = stage.upload(&stage.lin.actor, "合同.pdf", b"\x89PNG\r\n\x1a\nxxxx").await;
        let problem = submit(ProjectForm { file: lying.to_string(), ..form.clone() }).await;
        assert_eq!(problem.code, "file.mislabelled");
        assert!(problem.at("file").is_some());
        let text = stage.upload(&stage.lin.actor, "合同.txt", b"plain words").await;
        assert_eq!(
            submit(ProjectForm { file: text.to_string(), ..form.clone() }).await.code,
            "file.type"
        );
        let theirs = stage.upload(&stage.zhao.actor, "合同.pdf", PDF).await;
        assert!(
            submit(ProjectForm { file: theirs.to_string(), ..form.clone() })
                .await
                .at("file")
                .is_some()
        );
        let large = file::stage(
            &stage.backend,
            &stage.lin.actor,
            "大.pdf",
            vec![0; file::MAX_BYTES + 1].into(),
        )
        .await;
        assert_eq!(code(large), "file.too_large");
        let listed = project::list(&stage.backend, &stage.lin.actor, &Filter::default())
            .await
            .expect("a list");
        assert!(listed.items.is_empty());
        let id = stage.backend.id();
        assert!(project::submit(&stage.backend, &stage.lin.actor, id, &form).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn prj1_delivery_is_expected_today_or_later_in_the_providers_own_zone() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let submit = async |expected_on: &str| {
            let form = ProjectForm { expected_on: expected_on.into(), ..stage.form().await };
            let id = stage.backend.id();
            let made = project::submit(&stage.backend, &stage.lin.actor, id, &form).await;
            made.err().and_then(|problem| problem.at("expected_on").cloned())
        };
        let past = submit("2026-11-22").await.expect("a sentence at the field");
        assert!(past.zh.contains("已经过去") && past.zh.contains("2026-11-23"), "{}", past.zh);
        assert_eq!(submit("2026-11-23").await, None);
    })
    .await;
}

#[tokio::test]
async fn prj2_a_quotation_needs_an_explanation() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let form = ProjectForm {
            file_kind: "quotation".into(),
            description: String::new(),
            ..stage.form().await
        };
        let id = stage.backend.id();
        let refused = project::submit(&stage.backend, &stage.lin.actor, id, &form).await;
        assert!(refused.expect_err("why?").at("description").is_some());
        let form = ProjectForm { description: "合同下周签署".into(), ..form };
        let made =
            project::submit(&stage.backend, &stage.lin.actor, id, &form).await.expect("made");
        assert_eq!(made.content.file_kind.code(), "quotation");
    })
    .await;
}

#[tokio::test]
async fn prj3_a_review_is_due_by_the_end_of_the_next_working_day() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let of = async |id| {
            project::detail(&stage.backend, &stage.lin.actor, id)
                .await
                .expect("details")
                .project
                .due_at
        };
        let first = stage.submitted().await;
        assert_eq!(due(of(first).await), "2026-11-24 23:59");
        let form =
            CalendarForm { holidays: "2026-11-24, 2026-11-25".into(), worked: String::new() };
        let seen = WorkingCalendar::default().mark();
        let change = async |who: &Actor, form: &CalendarForm| {
            code(calendar::change(&stage.backend, who, &seen, form).await)
        };
        assert_eq!(change(&stage.lin.actor, &form).await, "authority.operator");
        assert_eq!(change(&stage.operator.actor, &form).await, "done");
        let emptied = change(&stage.operator.actor, &CalendarForm::default()).await;
        assert_eq!(emptied, "changed_meanwhile", "another operator's holidays stay");
        let second = stage.submitted().await;
        assert_eq!(due(of(second).await), "2026-11-26 23:59");
        let queue =
            project::review_queue(&stage.backend, &stage.operator.actor, &Filter::default()).await;
        let order: Vec<_> = queue.expect("a queue").items.into_iter().map(|item| item.id).collect();
        assert_eq!(order, [first, second], "what is due first leads");
    })
    .await;
}

#[tokio::test]
async fn prj3_only_the_equal_amount_is_approved_and_the_creator_is_told() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.submitted().await;
        let review = async |decision: &str, amount: &str, reason: &str| {
            let form = ReviewForm {
                decision: decision.into(),
                amount_found: amount.into(),
                reason: reason.into(),
            };
            code(project::review(&stage.backend, &stage.operator.actor, id, &form).await)
        };
        assert_eq!(review("approve", "128000.01", "").await, "project.amount_differs");
        assert_eq!(review("reject", "", "").await, "form.invalid");
        assert_eq!(review("approve", "¥128,000", "").await, "done");
        assert_eq!(review("approve", "128000", "").await, "project.reviewed");
        assert!(stage.told(&stage.lin).await[0].contains("审批通过"));
        let waiting = notice::unread(&stage.backend, &stage.operator.actor).await;
        assert_eq!(waiting.expect("a count"), 0, "what is reviewed waits for no operator");
        assert_eq!(stage.recorded(&stage.lin).await[0], "project.approved");
        assert_eq!(
            stage.recorded(&stage.wang).await,
            ["project.approved"],
            "the customer's chain too"
        );
        let seen =
            project::review_detail(&stage.backend, &stage.operator.actor, id).await.expect("it");
        assert!(seen.project.state.is_open());
    })
    .await;
}

#[tokio::test]
async fn prj3_a_rejection_tells_its_reason() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.submitted().await;
        stage.review(id, "reject").await;
        assert!(stage.told(&stage.lin).await[0].contains("合同缺盖章"));
        assert!(stage.recorded(&stage.wang).await.is_empty(), "no concern of the customer's");
        let denied = ReviewForm {
            decision: "approve".into(),
            amount_found: "128000".into(),
            reason: String::new(),
        };
        let by_provider = project::review(&stage.backend, &stage.lin.actor, id, &denied).await;
        assert_eq!(code(by_provider), "authority.operator");
    })
    .await;
}

#[tokio::test]
async fn prj4_the_creator_withdraws_until_reviewed_and_copies_afterwards() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.submitted().await;
        assert_eq!(
            code(project::copy(&stage.backend, &stage.lin.actor, id).await),
            "project.not_copied"
        );
        assert_eq!(
            code(project::withdraw(&stage.backend, &stage.zhao.actor, id).await),
            "project.not_creator"
        );
        stage.tick();
        project::withdraw(&stage.backend, &stage.lin.actor, id).await.expect("withdrawn");
        assert_eq!(
            code(project::withdraw(&stage.backend, &stage.lin.actor, id).await),
            "project.withdrawn"
        );
        let approve = ReviewForm {
            decision: "approve".into(),
            amount_found: "128000".into(),
            reason: String::new(),
        };
        let reviewed = project::review(&stage.backend, &stage.operator.actor, id, &approve).await;
        assert_eq!(code(reviewed), "project.withdrawn");
        let copy = project::copy(&stage.backend, &stage.lin.actor, id).await.expect("a copy");
        let draft = project::draft(&stage.backend, &stage.lin.actor, copy).await.expect("a draft");
        assert_eq!(draft.form.customer_corp_id, "ding0000000000000002");
        assert_eq!(draft.file_name.as_deref(), Some("合同.pdf"));
        let made = project::submit(&stage.backend, &stage.lin.actor, copy, &draft.form)
            .await
            .expect("made");
        assert_eq!(made.number, "XM20261123-0002");
        let approved = stage.approved().await;
        assert_eq!(
            code(project::withdraw(&stage.backend, &stage.lin.actor, approved).await),
            "project.reviewed"
        );
    })
    .await;
}

#[tokio::test]
async fn prj5_all_admins_see_the_list_and_only_the_creator_the_details() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.submitted().await;
        let listed = project::list(&stage.backend, &stage.zhao.actor, &Filter::default())
            .await
            .expect("a list");
        assert_eq!((listed.items[0].mine, listed.items[0].creator.name.as_str()), (false, "林晓"));
        let refusal = project::detail(&stage.backend, &stage.zhao.actor, id)
            .await
            .expect_err("not the creator");
        assert!(refusal.text.zh.contains("林晓"), "says whom to ask");
        assert_eq!(
            code(project::detail(&stage.backend, &stage.developer.actor, id).await),
            "authority.role"
        );
        assert_eq!(code(project::detail(&stage.backend, &stage.wang.actor, id).await), "missing");
        assert_eq!(
            code(project::list(&stage.backend, &stage.developer.actor, &Filter::default()).await),
            "authority.role"
        );
        let detail =
            project::detail(&stage.backend, &stage.lin.actor, id).await.expect("the creator's");
        let contract = detail.project.content.file;
        for (reader, sees) in [
            (&stage.lin, true),
            (&stage.operator, true),
            (&stage.zhao, false),
            (&stage.wang, false),
        ] {
            let read = file::read(&stage.backend, &reader.actor, contract).await;
            assert_eq!(read.is_ok(), sees);
        }
    })
    .await;
}

#[tokio::test]
async fn prj5_operators_do_not_read_the_files_of_drafts() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let (id, form) = (stage.backend.id(), stage.form().await);
        project::save_draft(&stage.backend, &stage.lin.actor, id, &form).await.expect("a draft");
        let contract = form.file.parse().expect("an id");
        assert!(file::read(&stage.backend, &stage.lin.actor, contract).await.is_ok());
        assert_eq!(
            code(file::read(&stage.backend, &stage.operator.actor, contract).await),
            "missing"
        );
    })
    .await;
}

#[tokio::test]
async fn prj5_the_list_is_paged_filtered_and_searched() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let mut ids = Vec::new();
        for _ in 0..27 {
            ids.push(stage.submitted().await);
        }
        project::withdraw(&stage.backend, &stage.lin.actor, ids[0]).await.expect("withdrawn");
        let list = async |filter: Filter| {
            project::list(&stage.backend, &stage.lin.actor, &filter).await.expect("a list")
        };
        let first = list(Filter::default()).await;
        assert_eq!((first.items.len(), first.items[0].id), (25, ids[26]));
        let second = list(Filter { cursor: first.next, ..Filter::default() }).await;
        assert_eq!((second.items.len(), second.next), (2, None));
        let withdrawn = list(Filter { state: "withdrawn".into(), ..Filter::default() }).await;
        assert_eq!(withdrawn.items.len(), 1);
        for (search, found) in
            [("-0007", 1), ("远山", 25), ("DING0000000000000002", 25), ("100%", 0), ("没有", 0)]
        {
            let page = list(Filter { search: search.into(), ..Filter::default() }).await;
            assert_eq!(page.items.len(), found, "{search}");
        }
        let counts = project::counts(&stage.backend, &stage.lin.actor).await.expect("counts");
        assert_eq!(counts, [("reviewing".to_owned(), 26), ("withdrawn".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn prj6_closing_cancels_the_orders_never_sent_and_stops_everything_new() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.approved().await;
        stage.order(id, "DD-1", "pending", r#"{"state":"pending"}"#).await;
        let view =
            project::closing_view(&stage.backend, &stage.lin.actor, id).await.expect("a view");
        assert_eq!((view.never_sent.len(), view.sending), (1, false));
        let by_other =
            project::close(&stage.backend, &stage.zhao.actor, id, &closing("delivered")).await;
        assert_eq!(code(by_other), "project.not_creator");
        let empty =
            project::close(&stage.backend, &stage.lin.actor, id, &ClosingForm::default()).await;
        assert_eq!(code(empty), "form.invalid");
        let acceptance = stage.upload(&stage.lin.actor, "验收单.pdf", PDF).await;
        stage.tick();
        let form = ClosingForm { file: acceptance.to_string(), ..closing("delivered") };
        project::close(&stage.backend, &stage.lin.actor, id, &form).await.expect("closed");
        let detail = project::detail(&stage.backend, &stage.lin.actor, id).await.expect("details");
        assert!(matches!(detail.project.state, ProjectState::Closed { .. }));
        assert_eq!(detail.closing_file.expect("a file").name, "验收单.pdf");
        let mut tx = stage.backend.read().await.expect("a connection");
        let row = tx
            .one("select state, state_data, id from purchase_order", args![])
            .await
            .expect("a row");
        drop(tx);
        let state = row
            .expect("an order")
            .state("state", domain::order::OrderState::code)
            .expect("a state");
        assert_eq!(state.code(), "cancelled");
        assert!(stage.told(&stage.wang).await[0].contains("订单已取消"));
        assert_eq!(&stage.recorded(&stage.wang).await[..2], ["project.closed", "order.cancelled"]);
        let app = stage.released_app("合同", false).await;
        assert_eq!(
            code(link::create(&stage.backend, &stage.lin.actor, id, app).await),
            "project.closed"
        );
        let again =
            project::close(&stage.backend, &stage.lin.actor, id, &closing("delivered")).await;
        assert_eq!(code(again), "project.closed");
    })
    .await;
}

#[tokio::test]
async fn prj6_delivered_today_is_meant_in_the_organisations_own_zone() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.approved().await;
        let moved = "update organisation set time_zone = 'America/Los_Angeles' where id = $1";
        stage.run(moved, args![stage.provider]).await;
        let close = async |day: &str| {
            let form = ClosingForm { delivered_on: day.into(), ..closing("delivered") };
            project::close(&stage.backend, &stage.lin.actor, id, &form).await
        };
        // Monday morning in Shanghai is Sunday there.
        assert_eq!(code(close("2026-11-23").await), "form.invalid");
        close("2026-11-22").await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn prj6_a_project_is_not_closed_while_an_app_is_being_sent() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.approved().await;
        stage.order(id, "DD-1", "pending", r#"{"state":"pending"}"#).await;
        stage.order(id, "DD-2", "sending", "{}").await;
        let refused =
            project::close(&stage.backend, &stage.lin.actor, id, &closing("delivered")).await;
        assert_eq!(code(refused), "project.sending");
        let view =
            project::closing_view(&stage.backend, &stage.lin.actor, id).await.expect("a view");
        assert_eq!((view.never_sent.len(), view.sending), (1, true), "nothing was cancelled");
        let waiting = stage.submitted().await;
        let early =
            project::close(&stage.backend, &stage.lin.actor, waiting, &closing("partial")).await;
        assert_eq!(code(early), "project.not_open");
    })
    .await;
}

#[tokio::test]
async fn prj6_a_project_is_not_closed_while_pages_are_being_sent() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.approved().await;
        let order = stage.order(id, "DD-1", "sent", "{}").await;
        let now = stage.backend.now();
        let agreement = "insert into agreement (version, text_zh, text_en, created_at) \
                         values (7, '', '', $1)";
        stage.run(agreement, args![now]).await;
        let delivery = "insert into delivery (id, number, order_id, kind, release_id, options, \
                        agreement_version, agreed_by, agreed_at, application_id, state, state_data, \
                        created_at) select 'd', 'FS-1', o.id, 'pages', o.release_id, '{}', 7, \
                        o.buyer, $1, o.application_id, 'running', '{}', $1 \
                        from purchase_order o where o.id = $2";
        stage.run(delivery, args![now, order]).await;
        let close = async || {
            code(
                project::close(&stage.backend, &stage.lin.actor, id, &closing("delivered")).await,
            )
        };
        assert_eq!(close().await, "project.sending");
        stage.run("update delivery set state = 'succeeded' where id = $1", args!["d"]).await;
        assert_eq!(close().await, "done");
    })
    .await;
}

#[tokio::test]
async fn prj6_a_misfiled_project_is_closed_and_filed_anew() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let id = stage.approved().await;
        let dated = closing("misfiled");
        let refused = project::close(&stage.backend, &stage.lin.actor, id, &dated).await;
        assert!(refused.expect_err("nothing was delivered").at("delivered_on").is_some());
        let form = ClosingForm { delivered_on: String::new(), ..dated };
        project::close(&stage.backend, &stage.lin.actor, id, &form).await.expect("closed");
        let copy = project::copy(&stage.backend, &stage.lin.actor, id).await.expect("a copy");
        let mut draft =
            project::draft(&stage.backend, &stage.lin.actor, copy).await.expect("a draft").form;
        draft.customer_corp_id = "ding0000000000000009".into();
        let mended = project::submit(&stage.backend, &stage.lin.actor, copy, &draft).await;
        assert_eq!(code(mended), "done");
        let done = stage.approved().await;
        let delivered = closing("delivered");
        project::close(&stage.backend, &stage.lin.actor, done, &delivered).await.expect("closed");
        let copied = project::copy(&stage.backend, &stage.lin.actor, done).await;
        assert_eq!(code(copied), "project.not_copied", "what was delivered is not filed anew");
        let anew = stage.approved().await;
        let app = stage.released_app("合同", false).await;
        assert_eq!(code(link::create(&stage.backend, &stage.lin.actor, anew, app).await), "done");
    })
    .await;
}
