//! People and organisations for tests: accounts without a usable password (argon2 is slow), and
//! actors as a request would have them.
#![allow(dead_code, reason = "each test binary uses its part")]

use backend::{
    Backend,
    account::{self, NewSession},
    organisation, purchase,
};
use domain::{
    account::{SignIn, SwitchOrganisation},
    authority::Actor,
    command::{Checked, Command},
    identity::{AccountId, OrderId, OrganisationId},
    organisation::{CorpId, Edition, InvitationForm, Invited, Role},
    problem::Problem,
    purchase::Buy,
};

/// A signed-in person: the token is what a browser would send.
pub struct Somebody {
    /// The account.
    pub account: AccountId,
    /// The session's secret.
    pub token: String,
    /// The actor at the time of signing in.
    pub actor: Actor,
}

impl Somebody {
    /// The actor as the next request would have it.
    pub async fn now(&self, backend: &Backend) -> Actor {
        account::actor(backend, Some(&self.token), "203.0.113.7").await.expect("an actor")
    }
}

/// Nobody, from a documentation address.
pub fn stranger() -> Actor {
    Actor::Stranger { address: "203.0.113.7".into() }
}

/// An organisation whose CorpID ends in `number`.
pub async fn organisation(backend: &Backend, number: u32, edition: Edition) -> OrganisationId {
    let (id, now) = (backend.id(), backend.now());
    let corp_id = CorpId::parse(&format!("ding{number:016x}")).expect("a CorpID");
    let mut tx = backend.begin().await.expect("a unit of work");
    let name = format!("组织 {number}");
    organisation::insert(&mut tx, id, &corp_id, &name, edition, "Asia/Shanghai", now)
        .await
        .expect("an organisation");
    tx.commit().await.expect("a commit");
    id
}

/// A person with roles in organisations, acting in the first.
pub async fn person(backend: &Backend, name: &str, roles: &[(OrganisationId, Role)]) -> Somebody {
    somebody(backend, name, false, roles).await
}

/// A platform operator outside every organisation.
pub async fn operator(backend: &Backend, name: &str) -> Somebody {
    somebody(backend, name, true, &[]).await
}

async fn somebody(
    backend: &Backend,
    name: &str,
    operator: bool,
    roles: &[(OrganisationId, Role)],
) -> Somebody {
    let login = format!("{}@example.cn", backend.id::<AccountId>());
    let mut tx = backend.begin().await.expect("a unit of work");
    let account = account::insert(backend, &mut tx, &login, name, "none", operator, false)
        .await
        .expect("an account");
    for (organisation, role) in roles {
        organisation::put_member(&mut tx, *organisation, account, *role, backend.now())
            .await
            .expect("a member");
    }
    let session = account::open_session(backend, &mut tx, &stranger(), account, "Firefox")
        .await
        .expect("a session");
    tx.commit().await.expect("a commit");
    let actor =
        account::actor(backend, Some(&session.token), "203.0.113.7").await.expect("an actor");
    Somebody { account, token: session.token, actor }
}

/// A command as a page made for this actor would send it.
pub fn made<C: Command>(backend: &Backend, actor: &Actor, command: &C) -> Checked<C> {
    Checked::of(backend.posting(actor), command).expect("nothing wrong with what was typed")
}

/// Signs in.
pub async fn sign_in(
    backend: &Backend,
    actor: &Actor,
    login: &str,
    password: &str,
) -> Result<NewSession, Problem> {
    let command = SignIn { login: login.into(), password: password.into() };
    account::sign_in(backend, actor, made(backend, actor, &command), "").await
}

/// Goes on in another organisation.
pub async fn switch(
    backend: &Backend,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<(), Problem> {
    let command = SwitchOrganisation { organisation: organisation.to_string() };
    account::switch_organisation(backend, actor, made(backend, actor, &command)).await
}

/// Invites somebody.
pub async fn invite(
    backend: &Backend,
    actor: &Actor,
    form: &InvitationForm,
) -> Result<Invited, Problem> {
    organisation::invite(backend, actor, made(backend, actor, form)).await
}

/// Buys through a link.
pub async fn buy(backend: &Backend, actor: &Actor, token: &str) -> Result<OrderId, Problem> {
    let command = made(backend, actor, &Buy { token: token.into() });
    purchase::purchase(backend, actor, command).await.map(|placed| placed.order)
}

/// The code of a refusal.
pub fn code<T>(result: Result<T, Problem>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(problem) => problem.code.into_owned(),
    }
}
