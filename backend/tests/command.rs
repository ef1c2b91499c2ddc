//! Commands: each is done in the organisation it was made for or not at all, and once, however often
//! it is sent (Source: ALL-5).

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

use backend::{
    account, args,
    command::{actor_for, forget_old},
    db::testing::on_both,
    organisation, programme, purchase,
};
use common::{Somebody, code, made, person};
use domain::{
    account::{ChangePassword, SignIn, SignOut, SwitchOrganisation},
    authority::Actor,
    command::{ALL, Checked, Command, Posting},
    identity::OrganisationId,
    organisation::{Edition, InvitationForm, Role},
    problem::Problem,
    programme::ApplyForm,
    purchase::Buy,
    time::Timestamp,
};
use order_stage::Sale;
use provider_stage::PDF;

const PASSWORD: &str = "一个很长的口令 42";
const NEW_PASSWORD: &str = "另一个很长的口令 43";

/// Somebody who may send every command in both of two organisations.
struct World {
    sale: Sale,
    both: Somebody,
    login: String,
    /// Another organisation than the customer.
    second: OrganisationId,
    /// One more, to go to.
    third: OrganisationId,
    second_link: String,
}

impl std::ops::Deref for World {
    type Target = Sale;
    fn deref(&self) -> &Sale {
        &self.sale
    }
}

impl World {
    async fn new(backend: backend::db::testing::TestBackend) -> Self {
        let sale = Sale::new(backend).await;
        let second_link = sale.another_link().await;
        let second = common::organisation(&sale.backend, 8, Edition::Free).await;
        let third = common::organisation(&sale.backend, 9, Edition::Free).await;
        let roles = [(sale.customer, Role::Admin), (second, Role::Admin), (third, Role::Member)];
        let both = person(&sale.backend, "周全", &roles).await;
        let hash = account::hash_password(&sale.backend, PASSWORD).await.expect("a hash");
        let set = "update account set password_hash = $1 where id = $2";
        sale.run(set, args![hash, both.account]).await;
        // The provider applied, to be on stage.
        sale.run("delete from command_key", args![]).await;
        let mut tx = sale.backend.read().await.expect("a connection");
        let row = tx.one("select login from account where id = $1", args![both.account]).await;
        let login = row.expect("a row").expect("an account").get("login").expect("a login");
        Self { sale, both, login, second, third, second_link }
    }

    /// The person, who acts in this organisation from now on.
    async fn acting(&self, organisation: OrganisationId) -> Actor {
        let go = "update session set organisation_id = $1 where account_id = $2";
        self.run(go, args![organisation, self.both.account]).await;
        self.both.now(&self.backend).await
    }

    async fn total(&self, sql: &'static str) -> i64 {
        let mut tx = self.backend.read().await.expect("a connection");
        let row = tx.one(sql, args![]).await.expect("a statement").expect("a row");
        row.get("count").expect("a count")
    }

    /// How much was recorded, and how many keys are remembered.
    async fn traces(&self) -> (i64, i64) {
        (
            self.total("select count(*) as count from audit_entry").await,
            self.total("select count(*) as count from command_key").await,
        )
    }
}

/// A command as the walk sends it.
trait Sent: Command {
    /// What is typed.
    async fn typed(world: &World) -> Self;

    /// The same command with other content, where it has any.
    async fn other(world: &World) -> Option<Self>;

    /// Calls the use case; the answer as text.
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem>;

    /// Whether the answer to the same sent again is right.
    fn repeats(first: &str, again: &Result<String, Problem>) -> bool {
        again.as_deref() == Ok(first)
    }
}

fn text<T: serde::Serialize>(answer: Result<T, Problem>) -> Result<String, Problem> {
    answer.map(|answer| serde_json::to_string(&answer).expect("JSON"))
}

impl Sent for SignIn {
    async fn typed(world: &World) -> Self {
        Self { login: world.login.clone(), password: PASSWORD.into() }
    }
    // Of another account the key is another.
    async fn other(_: &World) -> Option<Self> {
        None
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        account::sign_in(&world.backend, actor, command, "").await.map(|session| session.token)
    }
    fn repeats(_: &str, again: &Result<String, Problem>) -> bool {
        again.as_ref().is_err_and(|problem| problem.code == "account.signed_in_already")
    }
}

impl Sent for SignOut {
    async fn typed(_: &World) -> Self {
        Self {}
    }
    async fn other(_: &World) -> Option<Self> {
        None
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(account::sign_out(&world.backend, actor, command).await)
    }
}

impl Sent for ChangePassword {
    async fn typed(_: &World) -> Self {
        Self { current: PASSWORD.into(), new: NEW_PASSWORD.into() }
    }
    async fn other(_: &World) -> Option<Self> {
        Some(Self { current: NEW_PASSWORD.into(), new: "再一个很长的口令 44".into() })
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(account::change_password(&world.backend, actor, command).await)
    }
}

impl Sent for SwitchOrganisation {
    async fn typed(world: &World) -> Self {
        Self { organisation: world.third.to_string() }
    }
    async fn other(world: &World) -> Option<Self> {
        Some(Self { organisation: world.second.to_string() })
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(account::switch_organisation(&world.backend, actor, command).await)
    }
}

impl Sent for InvitationForm {
    async fn typed(_: &World) -> Self {
        Self { invitee: "新人".into(), role: "member".into() }
    }
    async fn other(_: &World) -> Option<Self> {
        Some(Self { invitee: "新人".into(), role: "admin".into() })
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(organisation::invite(&world.backend, actor, command).await)
    }
}

impl Sent for ApplyForm {
    async fn typed(world: &World) -> Self {
        let proof = world.upload(&world.both.actor, "证明.pdf", PDF).await;
        let partner_number = "DP-2026-001".into();
        Self { partner_number, senior: String::new(), file: proof.to_string() }
    }
    async fn other(world: &World) -> Option<Self> {
        Some(Self { partner_number: "DP-2026-002".into(), ..Self::typed(world).await })
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(programme::apply(&world.backend, actor, command).await)
    }
}

impl Sent for Buy {
    async fn typed(world: &World) -> Self {
        Self { token: world.token.clone() }
    }
    async fn other(world: &World) -> Option<Self> {
        Some(Self { token: world.second_link.clone() })
    }
    async fn send(world: &World, actor: &Actor, command: Checked<Self>) -> Result<String, Problem> {
        text(purchase::purchase(&world.backend, actor, command).await)
    }
}

/// Runs an assertion for every command there is.
macro_rules! walk {
    ($backend:ident, $assertion:ident) => {
        walk!($backend, $assertion, SignIn, SignOut, ChangePassword, SwitchOrganisation, InvitationForm, ApplyForm, Buy)
    };
    ($backend:ident, $assertion:ident, $($command:ty),*) => {{
        assert_eq!([$(<$command>::NAME),*], *ALL, "every command has a row here");
        $(
            on_both(async |$backend| $assertion::<$command>(World::new($backend).await).await).await;
        )*
    }};
}

async fn is_done_once<C: Sent>(world: World) {
    let actor = world.acting(world.customer).await;
    let typed = C::typed(&world).await;
    let posting = world.backend.posting(&actor);
    let command = || Checked::of(posting, &typed).expect("checked");
    let first = C::send(&world, &actor, command()).await.expect(C::NAME);
    let traces = world.traces().await;
    assert_eq!(traces.1, 1, "{}: its key is remembered", C::NAME);

    world.tick();
    for _ in 0..6 {
        let again = C::send(&world, &actor, command()).await;
        assert!(C::repeats(&first, &again), "{}: {again:?}", C::NAME);
    }
    assert_eq!(world.traces().await, traces, "{}: nothing more was done", C::NAME);

    if let Some(other) = C::other(&world).await {
        let other = Checked::of(posting, &other).expect("checked");
        let refused = C::send(&world, &actor, other).await;
        assert_eq!(code(refused), "command.key_used", "{}", C::NAME);
        assert_eq!(world.traces().await, traces, "{}: nor anything else", C::NAME);
    }
}

#[tokio::test]
async fn all5_the_same_command_sent_again_is_answered_and_not_done_again() {
    walk!(backend, is_done_once);
}

async fn is_done_there_or_not_at_all<C: Sent>(world: World) {
    let here = world.acting(world.customer).await;
    let typed = C::typed(&world).await;
    let posting = world.backend.posting(&here);
    let command = |posting| Checked::of(posting, &typed).expect("checked");
    let elsewhere = world.acting(world.second).await;
    let traces = world.traces().await;

    let refused = C::send(&world, &elsewhere, command(posting)).await.expect_err(C::NAME);
    assert_eq!(refused.code, "organisation.elsewhere", "{}", C::NAME);
    assert!(refused.text.zh.contains("组织 8"), "{}: {}", C::NAME, refused.text.zh);
    let again = refused.again.expect("a button");
    assert_eq!(again.organisation, Some(world.customer));
    assert!(again.label.zh.contains("组织 2"), "{}", again.label.zh);
    assert_eq!(world.traces().await, traces, "{}: nothing was done", C::NAME);

    // Nobody without a place there gets to it like this.
    let alone = person(&world.backend, "外人", &[(world.second, Role::Admin)]).await;
    let forced = Posting { go_back: true, ..posting };
    assert_eq!(code(actor_for(&world.backend, alone.actor, &forced).await), "missing");

    let back = actor_for(&world.backend, elsewhere, &forced).await.expect("gone back");
    assert_eq!(back, world.both.now(&world.backend).await, "also in the next request");
    assert_eq!(back.membership().map(|held| held.organisation), Ok(world.customer));
    C::send(&world, &back, command(forced)).await.expect(C::NAME);
}

#[tokio::test]
async fn all5_a_command_is_done_in_the_organisation_it_was_made_for_or_not_at_all() {
    walk!(backend, is_done_there_or_not_at_all);
}

async fn is_done_once_of_two_at_a_time<C: Sent>(world: World) {
    let actor = world.acting(world.customer).await;
    let typed = C::typed(&world).await;
    let posting = world.backend.posting(&actor);
    let command = || Checked::of(posting, &typed).expect("checked");
    let (one, other) =
        tokio::join!(C::send(&world, &actor, command()), C::send(&world, &actor, command()));
    let (first, second) = if one.is_ok() { (one, other) } else { (other, one) };
    let first = first.expect(C::NAME);
    assert!(C::repeats(&first, &second), "{}: {second:?}", C::NAME);
    assert_eq!(world.traces().await.1, 1, "{}", C::NAME);
    let recorded = world
        .count(
            "select count(distinct chain || ' ' || action) as count from audit_entry \
             where actor = $1",
            world.both.account,
        )
        .await;
    assert!(recorded > 0, "{}", C::NAME);
    let entries = "select count(*) as count from audit_entry where actor = $1";
    assert_eq!(world.count(entries, world.both.account).await, recorded, "{}: once", C::NAME);
}

#[tokio::test]
async fn all5_two_of_the_same_at_once_are_done_once() {
    walk!(backend, is_done_once_of_two_at_a_time);
}

#[tokio::test]
async fn all5_what_was_done_is_said_wherever_its_sender_acts_by_then() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let here = world.acting(world.customer).await;
        let posting = world.backend.posting(&here);
        let typed = Buy::typed(&world).await;
        let command = || Checked::of(posting, &typed).expect("checked");
        let first = Buy::send(&world, &here, command()).await;
        let elsewhere = world.acting(world.second).await;
        assert_eq!(Buy::send(&world, &elsewhere, command()).await, first, "it is done");
        // Nobody else learns of it, though they sent the same.
        let other = Buy::send(&world, &world.sale.lin.actor, command()).await;
        assert_eq!(code(other), "organisation.elsewhere");
    })
    .await;
}

#[tokio::test]
async fn all5_who_left_where_a_command_was_made_is_offered_where_they_are() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let here = world.acting(world.customer).await;
        let posting = world.backend.posting(&here);
        organisation::leave(&world.backend, &here).await.expect("left");
        let elsewhere = world.acting(world.second).await;
        let typed = InvitationForm::typed(&world).await;
        let command = |posting| Checked::of(posting, &typed).expect("checked");
        let refused = organisation::invite(&world.backend, &elsewhere, command(posting)).await;
        let refused = refused.expect_err("elsewhere");
        assert!(!format!("{refused:?}").contains("组织 2"), "its name is for its members");
        let offered = refused.again.expect("a button").organisation;
        assert_eq!(offered, Some(world.second));
        // The button sends the same again, for that organisation.
        let again = Posting { organisation: offered, go_back: true, ..posting };
        let actor = actor_for(&world.backend, elsewhere, &again).await.expect("there already");
        organisation::invite(&world.backend, &actor, command(again)).await.expect("invited");
    })
    .await;
}

#[tokio::test]
async fn all5_keys_are_forgotten_after_a_day() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let actor = world.acting(world.customer).await;
        let typed = InvitationForm::typed(&world).await;
        let posting = world.backend.posting(&actor);
        let invite = async || {
            let command = Checked::of(posting, &typed).expect("checked");
            organisation::invite(&world.backend, &actor, command).await.expect("a link")
        };
        let keys = async || world.traces().await.1;
        let first = invite().await;
        world.backend.clock.advance(Timestamp::DAY - Timestamp::SECOND);
        assert_eq!(invite().await, first);
        assert_eq!((forget_old(&world.backend).await, keys().await), (Ok(0), 1));
        world.backend.clock.advance(Timestamp::SECOND);
        let second = invite().await;
        assert_ne!(second.token, first.token, "another day, another invitation");
        assert_eq!((invite().await, keys().await), (second, 1));
        world.backend.clock.advance(Timestamp::DAY);
        assert_eq!((forget_old(&world.backend).await, keys().await), (Ok(1), 0));
    })
    .await;
}

#[tokio::test]
async fn all5_nothing_of_an_invitations_token_can_be_read_in_the_database() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let actor = world.acting(world.customer).await;
        let command = made(&world.backend, &actor, &InvitationForm::typed(&world).await);
        let key = command.posting.key.to_string();
        let invited = organisation::invite(&world.backend, &actor, command).await.expect("a link");
        let mut tx = world.backend.read().await.expect("a connection");
        let row = tx.one("select * from command_key", args![]).await.expect("rows").expect("a row");
        for column in ["key_hash", "print", "answer"] {
            let stored: String = row.get(column).expect("a text");
            assert!(!stored.contains(&invited.token) && !stored.contains(&key), "{column}");
            let readable = base64_text(&stored);
            assert!(!readable.contains(&invited.token) && !readable.contains("until"), "{column}");
        }
    })
    .await;
}

fn base64_text(stored: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(stored).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn all5_strangers_send_no_command_but_their_sign_in() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let nobody = common::stranger();
        let command = made(&world.backend, &nobody, &Buy::typed(&world).await);
        let refused = purchase::purchase(&world.backend, &nobody, command).await;
        assert_eq!(code(refused), "account.sign_in");
        // Their sign-in has no place, and is refused where they have one by now.
        let typed = SignIn::typed(&world).await;
        let command = || made(&world.backend, &nobody, &typed);
        let here = world.acting(world.customer).await;
        let late = SignIn::send(&world, &here, command()).await;
        assert_eq!(code(late), "organisation.elsewhere");
        SignIn::send(&world, &nobody, command()).await.expect("signed in");
    })
    .await;
}

#[tokio::test]
async fn all5_a_switch_to_where_one_is_already_is_done() {
    on_both(async |backend| {
        let world = World::new(backend).await;
        let here = world.acting(world.customer).await;
        let command = made(&world.backend, &here, &SwitchOrganisation::typed(&world).await);
        let there = world.acting(world.third).await;
        let went = account::switch_organisation(&world.backend, &there, command).await;
        assert_eq!((went, world.traces().await.1), (Ok(()), 0));
    })
    .await;
}
