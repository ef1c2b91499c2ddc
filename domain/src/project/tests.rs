//! The rules of projects: what is typed, and that no sequence of actions reaches a forbidden state.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{money::Currency, time::Date};

fn account(number: u128) -> AccountId {
    Uuid::from_u128(number).into()
}

fn step(by: u128) -> Step {
    Step { at: Timestamp(7), by: account(by), name: format!("人{by}") }
}

fn creator() -> Creator {
    Creator { account: account(1), name: "林晓".into() }
}

fn money(minor: i64) -> Money {
    Money { minor, currency: Currency::Cny }
}

fn closing() -> Closing {
    Closing { delivered_on: None, outcome: Outcome::Misfiled, summary: "x".into(), file: None }
}

fn form() -> ProjectForm {
    ProjectForm {
        name: "合同管理".into(),
        amount: "128,000".into(),
        file: Uuid::nil().to_string(),
        expected_on: "2026-12-31".into(),
        customer_name: "远山机械".into(),
        customer_corp_id: " DING77A7AF8924A84AF0".into(),
        contact: "王芳".into(),
        phone: "138 0013 8000".into(),
        ..ProjectForm::default()
    }
}

fn today() -> Date {
    Date::parse("2026-11-23").expect("a date")
}

#[test]
fn prj1_the_form_is_read_whole_and_an_empty_one_names_every_field() {
    let checked = form().check().expect("a whole form");
    assert_eq!(checked.amount.to_string(), "¥128,000.00");
    assert_eq!(checked.customer_corp_id.as_str(), "ding77a7af8924a84af0");
    let problem = ProjectForm::default().check().expect_err("empty");
    let names: Vec<_> = problem.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "name",
            "amount",
            "file",
            "expected_on",
            "customer_name",
            "customer_corp_id",
            "contact",
            "phone"
        ]
    );
}

#[test]
fn prj1_hostile_and_over_long_text_is_refused_at_its_field() {
    let long = ProjectForm { name: "长".repeat(101), ..form() };
    assert!(long.check().expect_err("long").at("name").is_some());
    let control = ProjectForm { contact: "王\u{0}芳".into(), ..form() };
    assert!(control.check().expect_err("control").at("contact").is_some());
    for typed in ["", "call me", "12", "<b>13800138000</b>"] {
        assert!(phone(typed).is_err(), "{typed}");
    }
    assert!(ProjectForm { description: "x".repeat(70_000), ..form() }.check_size().is_err());
}

#[test]
fn prj2_a_quotation_stands_in_when_the_description_says_why() {
    let quotation = ProjectForm { file_kind: "quotation".into(), ..form() };
    assert!(quotation.check().expect_err("no reason").at("description").is_some());
    let explained = ProjectForm { description: "客户下周签约".into(), ..quotation };
    assert_eq!(explained.check().expect("explained").file_kind, FileKind::Quotation);
}

#[test]
fn prj1_files_must_be_what_their_name_says() {
    assert!(check_file_type("file", "合同.PDF", "application/pdf").is_ok());
    assert!(check_file_type("file", "scan.jpeg", "image/jpeg").is_ok());
    let code = |name: &str, media: &str| {
        check_file_type("file", name, media).map_err(|problem| problem.code.into_owned())
    };
    assert_eq!(code("合同.pdf", "application/zip"), Err("file.mislabelled".into()));
    assert_eq!(code("合同.pdf", "image/png"), Err("file.mislabelled".into()));
    assert_eq!(code("合同.exe", "application/pdf"), Err("file.mislabelled".into()));
    assert_eq!(code("table.csv", "text/plain"), Err("file.type".into()));
}

#[test]
fn prj3_only_the_equal_amount_can_be_approved_and_a_rejection_needs_a_reason() {
    let waiting = || ProjectState::Reviewing { due_at: Timestamp(9) };
    let read = |decision: &str, amount: &str, reason: &str| {
        ReviewForm { decision: decision.into(), amount_found: amount.into(), reason: reason.into() }
            .check(Currency::Cny)
    };
    let differs = waiting().review(money(100), read("approve", "1.01", "").expect("read"), step(9));
    let problem = differs.expect_err("differs");
    assert_eq!(
        (problem.code.as_ref(), problem.at("amount_found").is_some()),
        ("project.amount_differs", true)
    );
    let other_currency = Review::Approve { found: Money { minor: 100, currency: Currency::Usd } };
    assert!(waiting().review(money(100), other_currency, step(9)).is_err());
    let approved =
        waiting().review(money(100), read("approve", "1.00", "").expect("read"), step(9));
    assert!(approved.expect("equal").is_open());
    assert!(read("approve", "", "").expect_err("no amount").at("amount_found").is_some());
    assert!(read("reject", "", " ").expect_err("no reason").at("reason").is_some());
    assert!(read("", "", "").expect_err("nothing").at("decision").is_some());
    let rejected =
        waiting().review(money(100), read("reject", "", "合同缺盖章").expect("read"), step(9));
    assert!(rejected.expect("rejected").can_be_copied());
}

#[test]
fn prj6_closing_says_what_was_delivered_when() {
    let empty = ClosingForm::default().check(today()).expect_err("empty");
    assert!(empty.at("outcome").is_some() && empty.at("summary").is_some());
    let delivered = ClosingForm {
        outcome: "delivered".into(),
        summary: "全部上线".into(),
        ..ClosingForm::default()
    };
    assert!(delivered.check(today()).expect_err("no date").at("delivered_on").is_some());
    let future = ClosingForm { delivered_on: "2026-11-24".into(), ..delivered.clone() };
    assert!(future.check(today()).expect_err("future").at("delivered_on").is_some());
    let whole = ClosingForm { delivered_on: "2026-11-23".into(), ..delivered };
    assert_eq!(whole.check(today()).expect("whole").delivered_on, Some(today()));
    let misfiled = ClosingForm {
        outcome: "misfiled".into(),
        summary: "CorpID 填错".into(),
        ..ClosingForm::default()
    };
    assert_eq!(misfiled.check(today()).expect("no date needed").delivered_on, None);
    for outcome in ["misfiled", "terminated"] {
        let (delivered_on, outcome) = ("2026-11-23".into(), outcome.into());
        let dated = ClosingForm { delivered_on, outcome, ..misfiled.clone() };
        assert!(dated.check(today()).expect_err("nothing came").at("delivered_on").is_some());
    }
}

/// Anything anybody might try.
#[derive(Clone, Debug)]
enum Action {
    Withdraw { by: u128 },
    Approve { found: i64 },
    Reject,
    Close { by: u128, sending: bool },
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        (1..3_u128).prop_map(|by| Action::Withdraw { by }),
        (99..102_i64).prop_map(|found| Action::Approve { found }),
        Just(Action::Reject),
        ((1..3_u128), any::<bool>()).prop_map(|(by, sending)| Action::Close { by, sending }),
    ];
    proptest::collection::vec(action, 0..12)
}

fn perform(state: ProjectState, action: &Action) -> Result<ProjectState, Problem> {
    match *action {
        Action::Withdraw { by } => state.withdraw(&creator(), step(by)),
        Action::Approve { found } => {
            state.review(money(100), Review::Approve { found: money(found) }, step(9))
        }
        Action::Reject => {
            let review = Review::Reject { found: None, reason: "x".into() };
            state.review(money(100), review, step(9))
        }
        Action::Close { by, sending } => state.close(&creator(), closing(), sending, step(by)),
    }
}

proptest! {
    #[test]
    fn prj4_no_sequence_of_actions_reaches_a_forbidden_state(actions in actions()) {
        let mut state = ProjectState::Reviewing { due_at: Timestamp(9) };
        for action in &actions {
            let before = state.clone();
            let Ok(after) = perform(state.clone(), action) else { continue };
            let allowed = matches!(
                (before.code(), after.code()),
                ("reviewing", "withdrawn" | "approved" | "rejected") | ("approved", "closed")
            );
            prop_assert!(allowed, "{} → {}", before.code(), after.code());
            match (&after, action) {
                (ProjectState::Approved { found, .. }, _) => prop_assert_eq!(*found, money(100)),
                (ProjectState::Withdrawn { step } , _) => prop_assert_eq!(step.by, account(1)),
                (ProjectState::Closed { step, .. }, Action::Close { sending, .. }) => {
                    prop_assert_eq!(step.by, account(1));
                    prop_assert!(!sending);
                }
                (ProjectState::Rejected { reason, .. }, _) => prop_assert!(!reason.is_empty()),
                other => prop_assert!(false, "unexpected {:?}", other),
            }
            let json = serde_json::to_string(&after).expect("JSON");
            prop_assert_eq!(&serde_json::from_str::<ProjectState>(&json).expect("read"), &after);
            state = after;
        }
    }
}

#[test]
fn prj5_others_are_told_whom_to_ask() {
    let refusal = creator().require(account(2)).expect_err("not the creator");
    assert!(refusal.text.zh.contains("林晓") && refusal.remedy.en.contains("林晓"));
}
