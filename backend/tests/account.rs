//! Accounts: setting up, signing in with back-off, sessions, passwords, preferences (Source: ORG-3,
//! ORG-4, ALL-3).

mod common;

use backend::{
    account::{self, SetUpForm},
    db::testing::{TestBackend, on_both},
};
use common::{code, operator, organisation, person, stranger};
use domain::{
    account::{AccountForm, PreferencesForm, Theme},
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
    let old = account::sign_in(&backend, &stranger(), "ops@example.cn", PASSWORD, "").await;
    assert_eq!(code(old), "account.wrong_credentials");
    account::sign_in(&backend, &stranger(), "ops@example.cn", new, "").await.expect("a session");
}

async fn try_wrong(backend: &TestBackend, login: &str) -> String {
    code(account::sign_in(backend, &stranger(), login, "wrong password", "").await)
}

#[tokio::test]
async fn org4_sign_in_backs_off_per_account_and_opens_again() {
    on_both(async |backend| {
        let form = first_operator("ops@example.cn").account;
        account::create_operator(&backend, &form).await.expect("an operator");
        for _ in 0..5 {
            assert_eq!(try_wrong(&backend, "ops@example.cn").await, "account.wrong_credentials");
        }
        let right = account::sign_in(&backend, &stranger(), "ops@example.cn", PASSWORD, "").await;
        assert_eq!(
            code(right),
            "account.blocked",
            "the right password does not open a closed door"
        );
        assert_eq!(try_wrong(&backend, "else@example.cn").await, "account.wrong_credentials");

        backend.clock.advance(31 * Timestamp::SECOND);
        account::sign_in(&backend, &stranger(), " OPS@example.cn ", PASSWORD, "")
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

        let seen = account::sessions(&backend, &li.actor).await.expect("sessions");
        assert_eq!(seen.iter().filter(|session| session.current).count(), 1);
        assert_eq!(seen.len(), 2);
        let theirs = account::end_session(&backend, &wang.actor, phone.session).await;
        assert_eq!(code(theirs), "missing");
        account::end_session(&backend, &li.actor, phone.session).await.expect("ended");
        let ended = account::actor(&backend, Some(&phone.token), "").await.expect("an actor");
        assert!(ended.person().is_err(), "the ended session opens nothing");

        assert_eq!(account::end_other_sessions(&backend, &li.actor).await.expect("a count"), 0);
        assert!(li.now(&backend).await.person().is_ok(), "the session that asks stays");
        let strangers = account::sessions(&backend, &stranger()).await;
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
async fn org4_a_new_password_ends_the_other_sessions() {
    let backend = backend::db::testing::sqlite().await;
    let form = first_operator("ops@example.cn").account;
    account::create_operator(&backend, &form).await.expect("an operator");
    let here =
        account::sign_in(&backend, &stranger(), &form.login, PASSWORD, "").await.expect("one");
    let there =
        account::sign_in(&backend, &stranger(), &form.login, PASSWORD, "").await.expect("two");
    let actor = account::actor(&backend, Some(&here.token), "").await.expect("an actor");
    let new = "另一个很长的口令 43";

    let weak =
        account::change_password(&backend, &actor, PASSWORD, "short").await.expect_err("weak");
    assert!(weak.at("new").is_some());
    let wrong = account::change_password(&backend, &actor, "wrong", new).await.expect_err("wrong");
    assert_eq!(wrong.code, "account.wrong_password");
    assert!(wrong.at("current").is_some());
    account::change_password(&backend, &actor, PASSWORD, new).await.expect("changed");

    let still = async |token: &str| {
        account::actor(&backend, Some(token), "").await.expect("an actor").person().is_ok()
    };
    assert!(still(&here.token).await && !still(&there.token).await);
    account::sign_in(&backend, &stranger(), &form.login, new, "").await.expect("the new one opens");
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
