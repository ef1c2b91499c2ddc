//! Accounts: setting up, signing in with back-off, sessions, passwords, preferences (Source: ORG-3,
//! ORG-4, ALL-3).

mod common;

use std::sync::Arc;

use backend::{
    Backend,
    account::{self, SetUpForm},
    args, audit,
    chance::SeededChance,
    db::testing::{TestBackend, on_both},
    demo,
    file::Files,
};
use common::{code, made, operator, organisation, person, stranger};
use domain::{
    account::{AccountForm, ChangePassword, PreferencesForm, SignOut, Theme},
    authority::Actor,
    command::Checked,
    lang::Lang,
    organisation::{Edition, OrganisationForm, Role},
    time::Timestamp,
};

const PASSWORD: &str = "一个很长的口令 42";

fn first_operator(login: &str) -> SetUpForm {
    SetUpForm {
        account: AccountForm {
            login: login.into(),
            name: "方芸".into(),
            password: PASSWORD.into(),
        },
        organisation: OrganisationForm::default(),
    }
}

#[tokio::test]
async fn org3_the_first_visit_sets_up_and_only_the_first() {
    on_both(async |backend| {
        assert!(account::is_empty(&backend).await.expect("an answer"));
        let mut form = first_operator("ops@example.cn");
        form.organisation.corp_id = "ding123".into();
        let refused =
            account::set_up(&backend, &stranger(), &form, "").await.expect_err("no CorpID");
        assert!(refused.at("corp_id").is_some() && refused.at("organisation").is_some());
        assert!(account::is_empty(&backend).await.expect("an answer"), "nothing half-written");

        form.organisation = OrganisationForm {
            corp_id: "DING77a7af8924a84af0".into(),
            organisation: "南山软件".into(),
            edition: "professional".into(),
        };
        let session = account::set_up(&backend, &stranger(), &form, "").await.expect("a session");
        let actor = account::actor(&backend, Some(&session.token), "").await.expect("an actor");
        let person = actor.person().expect("a person");
        assert!(person.operator);
        let membership = actor.membership().expect("a membership");
        assert_eq!(
            (membership.organisation_name.as_str(), membership.role),
            ("南山软件", Role::Admin)
        );

        let again =
            account::set_up(&backend, &stranger(), &first_operator("b@example.cn"), "").await;
        assert_eq!(code(again), "account.already_set_up");
    })
    .await;
}

#[tokio::test]
async fn org3_two_first_visitors_at_once_make_one_operator() {
    on_both(async |backend| {
        let (one, two) = (first_operator("one@example.cn"), first_operator("two@example.cn"));
        let nobody = stranger();
        let (first, second) = tokio::join!(
            account::set_up(&backend, &nobody, &one, ""),
            account::set_up(&backend, &nobody, &two, ""),
        );
        let mut codes = [code(first), code(second)];
        codes.sort();
        assert_eq!(codes, ["account.already_set_up", "done"]);
    })
    .await;
}

#[tokio::test]
async fn org3_the_command_line_creates_operators_and_resets_passwords() {
    let backend = backend::db::testing::sqlite().await;
    let form = first_operator("Ops@Example.cn").account;
    account::create_operator(&backend, &form).await.expect("an operator");
    assert_eq!(code(account::create_operator(&backend, &form).await), "account.login_taken");
    let set_up = account::set_up(&backend, &stranger(), &first_operator("x@example.cn"), "").await;
    assert_eq!(code(set_up), "account.already_set_up");

    let new = "另一个很长的口令 43";
    assert_eq!(code(account::reset_password(&backend, "nobody@example.cn", new).await), "missing");
    account::reset_password(&backend, "ops@example.cn", new).await.expect("a new password");
    let old = common::sign_in(&backend, &stranger(), "ops@example.cn", PASSWORD).await;
    assert_eq!(code(old), "account.wrong_credentials");
    common::sign_in(&backend, &stranger(), "ops@example.cn", new).await.expect("a session");
}

async fn try_wrong(backend: &TestBackend, login: &str) -> String {
    code(common::sign_in(backend, &stranger(), login, "wrong password").await)
}

#[tokio::test]
async fn org4_sign_in_backs_off_per_account_and_opens_again() {
    on_both(async |backend| {
        let form = first_operator("ops@example.cn").account;
        account::create_operator(&backend, &form).await.expect("an operator");
        for _ in 0..5 {
            assert_eq!(try_wrong(&backend, "ops@example.cn").await, "account.wrong_credentials");
        }
        let right = common::sign_in(&backend, &stranger(), "ops@example.cn", PASSWORD).await;
        assert_eq!(
            code(right),
            "account.blocked",
            "the right password does not open a closed door"
        );
        assert_eq!(try_wrong(&backend, "else@example.cn").await, "account.wrong_credentials");

        backend.clock.advance(31 * Timestamp::SECOND);
        common::sign_in(&backend, &stranger(), " OPS@example.cn ", PASSWORD)
            .await
            .expect("the door opens by itself");
        assert_eq!(try_wrong(&backend, "ops@example.cn").await, "account.wrong_credentials");
    })
    .await;
}

#[tokio::test]
async fn org4_guesses_at_the_same_moment_count_as_many() {
    let backend = backend::db::testing::sqlite().await;
    let guesses = (0..12).map(|_| try_wrong(&backend, "ops@example.cn"));
    let codes = futures::future::join_all(guesses).await;
    let looked_at = codes.iter().filter(|code| *code == "account.wrong_credentials").count();
    assert_eq!(looked_at, 5, "{codes:?}");
}

fn from(address: &str) -> Actor {
    Actor::Stranger { address: address.into() }
}

#[tokio::test]
async fn org4_strangers_cannot_keep_the_owner_of_an_account_out() {
    on_both(async |backend| {
        let form = first_operator("ops_1@example.cn").account;
        account::create_operator(&backend, &form).await.expect("an operator");
        let attempt = async |address: &str, password: &str| {
            code(common::sign_in(&backend, &from(address), &form.login, password).await)
        };
        for _ in 0..5 {
            assert_eq!(attempt("2001:db8::1", "wrong").await, "account.wrong_credentials");
        }
        assert_eq!(attempt("2001:db8::2", PASSWORD).await, "account.blocked", "the same line");
        assert_eq!(attempt("198.51.100.1", PASSWORD).await, "done", "the owner is elsewhere");

        // Guesses from everywhere close the account to everybody, until its password is set anew.
        let mut tx = backend.begin().await.expect("a unit of work");
        let much = "update login_attempt set failures = 104 where subject like '% on %'";
        assert_eq!(tx.run(much, args![]).await.expect("updated"), 1);
        tx.commit().await.expect("a commit");
        assert_eq!(attempt("198.51.100.2", "wrong").await, "account.wrong_credentials");
        assert_eq!(attempt("198.51.100.3", PASSWORD).await, "account.blocked");
        let new = "另一个很长的口令 43";
        account::reset_password(&backend, &form.login, new).await.expect("a new password");
        for address in ["198.51.100.3", "2001:db8::1"] {
            assert_eq!(attempt(address, new).await, "done", "everything is open again");
        }
    })
    .await;
}

#[tokio::test]
async fn all1_signing_in_and_out_is_recorded_and_strangers_cannot_flood_the_trail() {
    on_both(async |backend| {
        let form = first_operator("ops@example.cn").account;
        account::create_operator(&backend, &form).await.expect("an operator");
        for _ in 0..9 {
            try_wrong(&backend, "ops@example.cn").await;
            try_wrong(&backend, "nobody@example.cn").await;
        }
        backend.clock.advance(31 * Timestamp::SECOND);
        let session = common::sign_in(&backend, &stranger(), &form.login, PASSWORD).await;
        let token = session.expect("a session").token;
        let actor = account::actor(&backend, Some(&token), "").await.expect("an actor");
        let seen = async || {
            let wanted = audit::Wanted { chain: Some(audit::INSTALLATION), ..Default::default() };
            let entries = audit::list(&backend, &actor, &wanted).await.expect("entries");
            let actions = entries.into_iter().map(|entry| entry.action);
            actions.filter(|action| action.starts_with("account.sign")).collect::<Vec<_>>()
        };
        let mut expected = vec!["account.signed_in"];
        expected.resize(6, "account.sign_in_refused");
        assert_eq!(seen().await, expected, "as many as the back-off lets through");

        let sign_out = async |actor: &Actor| {
            account::sign_out(&backend, actor, made(&backend, actor, &SignOut {})).await
        };
        sign_out(&actor).await.expect("signed out");
        let ended = account::actor(&backend, Some(&token), "").await.expect("an actor");
        assert!(ended.person().is_err());
        expected.insert(0, "account.signed_out");
        assert_eq!(seen().await, expected);
        assert_eq!(code(sign_out(&ended).await), "account.sign_in");
    })
    .await;
}

#[tokio::test]
async fn all1_the_organisation_switched_to_can_read_who_came() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let second = organisation(&backend, 2, Edition::Free).await;
        let li = person(&backend, "李娜", &[(home, Role::Member), (second, Role::Admin)]).await;
        common::switch(&backend, &li.actor, second).await.expect("switched");
        let there = li.now(&backend).await;
        common::switch(&backend, &there, second).await.expect("there already");
        let entries = audit::list(&backend, &there, &audit::Wanted::default()).await;
        let actions: Vec<_> =
            entries.expect("entries").into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["account.organisation_switched"]);
    })
    .await;
}

#[tokio::test]
async fn org4_without_the_demo_its_people_stay_outside() {
    on_both(async |backend| {
        let hash = account::hash_password(&backend, PASSWORD).await.expect("a hash");
        let mut tx = backend.begin().await.expect("a unit of work");
        account::insert(&backend, &mut tx, "zhou@yunqi.example", "周颖", &hash, false, true)
            .await
            .expect("an account");
        tx.commit().await.expect("a commit");
        let attempt = async |password: &str| {
            common::sign_in(&backend, &stranger(), "zhou@yunqi.example", password).await
        };
        assert!(!demo::prepare(&backend, false).await.expect("no demo"), "nothing is offered");
        assert_eq!(code(attempt(PASSWORD).await), "account.demo_closed");
        assert_eq!(code(attempt("wrong").await), "account.wrong_credentials");

        assert!(demo::prepare(&backend, true).await.expect("the demo"));
        let token = attempt(PASSWORD).await.expect("a session").token;
        let actor = async |backend: &Backend| {
            account::actor(backend, Some(&token), "").await.expect("an actor")
        };
        assert!(actor(&backend).await.person().is_ok());
        // The same database, served without the demo.
        let files = Files::folder(&backend.folder.path().join("files")).expect("a folder");
        let chance = Arc::new(SeededChance::new(8));
        let without = Backend::new(backend.db.clone(), files, backend.clock.clone(), chance);
        assert!(actor(&without).await.person().is_err(), "the session counts no more");
    })
    .await;
}

#[tokio::test]
async fn org4_a_browser_that_signs_in_again_ends_its_earlier_session() {
    on_both(async |backend| {
        let form = first_operator("ops@example.cn").account;
        account::create_operator(&backend, &form).await.expect("an operator");
        let sign_in = async |actor: &Actor| {
            common::sign_in(&backend, actor, &form.login, PASSWORD).await.expect("a session")
        };
        let actor = async |token: &str| {
            account::actor(&backend, Some(token), "203.0.113.7").await.expect("an actor")
        };
        let (here, elsewhere) = (sign_in(&stranger()).await, sign_in(&stranger()).await);
        let again = sign_in(&actor(&here.token).await).await;
        assert!(actor(&here.token).await.person().is_err());
        for session in [elsewhere, again] {
            assert!(actor(&session.token).await.person().is_ok());
        }
    })
    .await;
}

#[tokio::test]
async fn org4_many_sessions_are_listed_page_by_page() {
    on_both(async |backend| {
        let li = person(&backend, "李娜", &[]).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        for _ in 0..29 {
            account::open_session(&backend, &mut tx, &stranger(), li.account, "Phone")
                .await
                .expect("a session");
        }
        tx.commit().await.expect("a commit");
        let page = async |cursor: &str| {
            account::sessions(&backend, &li.actor, cursor).await.expect("a page")
        };
        let first = page("").await;
        let second = page(first.next.as_deref().expect("more")).await;
        assert_eq!((first.items.len(), second.items.len(), second.next), (25, 5, None));
        assert!(first.items.iter().all(|one| second.items.iter().all(|two| two.id != one.id)));
    })
    .await;
}

#[tokio::test]
async fn org4_people_see_and_end_their_own_sessions_only() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let li = person(&backend, "李娜", &[(home, Role::Member)]).await;
        let wang = person(&backend, "王伟", &[(home, Role::Admin)]).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        let phone = account::open_session(&backend, &mut tx, &stranger(), li.account, "Phone")
            .await
            .expect("a session");
        tx.commit().await.expect("a commit");

        let seen = account::sessions(&backend, &li.actor, "").await.expect("sessions");
        assert_eq!(seen.items.iter().filter(|session| session.current).count(), 1);
        assert_eq!(seen.items.len(), 2);
        let theirs = account::end_session(&backend, &wang.actor, phone.session).await;
        assert_eq!(code(theirs), "missing");
        account::end_session(&backend, &li.actor, phone.session).await.expect("ended");
        let ended = account::actor(&backend, Some(&phone.token), "").await.expect("an actor");
        assert!(ended.person().is_err(), "the ended session opens nothing");

        assert_eq!(account::end_other_sessions(&backend, &li.actor).await.expect("a count"), 0);
        assert!(li.now(&backend).await.person().is_ok(), "the session that asks stays");
        let strangers = account::sessions(&backend, &stranger(), "").await;
        assert_eq!(code(strangers), "account.sign_in");
    })
    .await;
}

#[tokio::test]
async fn org4_a_session_ends_after_thirty_days_without_use() {
    let backend = backend::db::testing::sqlite().await;
    let fang = operator(&backend, "方芸").await;
    backend.clock.advance(29 * Timestamp::DAY);
    assert!(fang.now(&backend).await.person().is_ok());
    backend.clock.advance(29 * Timestamp::DAY);
    assert!(fang.now(&backend).await.person().is_ok(), "use prolongs it");
    backend.clock.advance(31 * Timestamp::DAY);
    assert!(fang.now(&backend).await.person().is_err());
}

#[tokio::test]
async fn org4_a_session_ends_after_ninety_days_however_much_it_is_used() {
    on_both(async |backend| {
        let fang = operator(&backend, "方芸").await;
        for _ in 0..8 {
            backend.clock.advance(11 * Timestamp::DAY);
            assert!(fang.now(&backend).await.person().is_ok());
        }
        backend.clock.advance(3 * Timestamp::DAY);
        assert!(fang.now(&backend).await.person().is_err());
    })
    .await;
}

#[tokio::test]
async fn org4_a_new_password_ends_the_other_sessions() {
    let backend = backend::db::testing::sqlite().await;
    let form = first_operator("ops@example.cn").account;
    account::create_operator(&backend, &form).await.expect("an operator");
    let here = common::sign_in(&backend, &stranger(), &form.login, PASSWORD).await.expect("one");
    let there = common::sign_in(&backend, &stranger(), &form.login, PASSWORD).await.expect("two");
    let actor = account::actor(&backend, Some(&here.token), "").await.expect("an actor");
    let new = "另一个很长的口令 43";
    let change = async |current: &str, new: &str| {
        let typed = ChangePassword { current: current.into(), new: new.into() };
        let command = Checked::of(backend.posting(&actor), &typed)?;
        account::change_password(&backend, &actor, command).await
    };

    let weak = change(PASSWORD, "short").await.expect_err("weak");
    assert!(weak.at("new").is_some());
    let weak = change(PASSWORD, "ops@example.cn").await.expect_err("the login");
    assert!(weak.at("new").is_some());
    let wrong = change("wrong", new).await.expect_err("wrong");
    assert_eq!(wrong.code, "account.wrong_password");
    assert!(wrong.at("current").is_some());
    change(PASSWORD, new).await.expect("changed");

    let still = async |token: &str| {
        account::actor(&backend, Some(token), "").await.expect("an actor").person().is_ok()
    };
    assert!(still(&here.token).await && !still(&there.token).await);
    common::sign_in(&backend, &stranger(), &form.login, new).await.expect("the new one opens");
}

#[tokio::test]
async fn all3_language_and_look_are_kept_with_the_account() {
    on_both(async |backend| {
        let li = person(&backend, "李娜", &[]).await;
        let form =
            PreferencesForm {
                name: "李娜娜".into(), language: "en".into(), theme: "dark".into()
            };
        account::change_preferences(&backend, &li.actor, &form).await.expect("changed");
        let actor = li.now(&backend).await;
        let now = actor.person().expect("a person");
        assert_eq!(
            (now.name.as_str(), now.language, now.theme),
            ("李娜娜", Some(Lang::En), Some(Theme::Dark))
        );
        let profile = account::profile(&backend, &actor).await.expect("a profile");
        assert_eq!(profile.preferences.theme, Some(Theme::Dark));

        let automatic = PreferencesForm { name: "李娜".into(), ..PreferencesForm::default() };
        account::change_preferences(&backend, &actor, &automatic).await.expect("changed");
        let actor = li.now(&backend).await;
        assert_eq!(actor.person().map(|person| person.language), Ok(None));
        let hostile = PreferencesForm { name: "x\u{202E}y".into(), ..PreferencesForm::default() };
        let refused =
            account::change_preferences(&backend, &actor, &hostile).await.expect_err("hidden");
        assert!(refused.at("name").is_some());
    })
    .await;
}
