//! A stage on which an app can be bought and sent: an open project, a released app with records, a
//! link, and short ways through purchase and sending.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::sync::{Arc, Mutex};

use backend::{
    application::release,
    args,
    db::testing::TestBackend,
    delivery,
    job::{Fate, Faults, Worker},
    link, order, record,
};
use domain::{
    application::{Key, Tree},
    authority::Actor,
    delivery::{SendForm, Stage as SendStage},
    identity::{ApplicationId, DeliveryId, OrderId, ProjectId},
    organisation::Role,
    problem::Problem,
    record::Pairs,
    time::Timestamp,
};
use tokio::sync::watch;

use super::{
    common::{Somebody, person},
    fixtures,
    provider_stage::Stage,
};

/// Everything up to a link that can be bought through.
pub struct Sale {
    /// Provider, customer and operator.
    pub stage: Stage,
    /// The open project.
    pub project: ProjectId,
    /// The provider's app.
    pub app: ApplicationId,
    /// The link's token.
    pub token: String,
    /// A developer of the customer.
    pub customer_developer: Somebody,
    /// A member of the customer.
    pub member: Somebody,
}

impl std::ops::Deref for Sale {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.stage
    }
}

/// The token in a link's path.
pub fn token_of(path: &str) -> String {
    path.trim_start_matches("/l/").split('?').next().expect("a token").to_owned()
}

impl Sale {
    /// A project with a link to an app of contracts and customers.
    pub async fn new(backend: TestBackend) -> Self {
        Self::of(backend, fixtures::contracts()).await
    }

    /// A project with a link to an app with this content.
    pub async fn of(backend: TestBackend, tree: Tree) -> Self {
        let stage = Stage::granted(backend).await;
        let project = stage.approved().await;
        let maker = &stage.developer.actor;
        let app = fixtures::app_with(&stage.backend, maker, tree).await;
        release::publish(&stage.backend, maker, app, "首版").await.expect("a release");
        let path = link::create(&stage.backend, &stage.lin.actor, project, app)
            .await
            .expect("a link")
            .path;
        let customer_developer =
            person(&stage.backend, "刘洋", &[(stage.customer, Role::Developer)]).await;
        let member = person(&stage.backend, "孙丽", &[(stage.customer, Role::Member)]).await;
        Self { project, app, token: token_of(&path), customer_developer, member, stage }
    }

    /// Another link of the project to the app.
    pub async fn another_link(&self) -> String {
        let made = link::create(&self.backend, &self.lin.actor, self.project, self.app).await;
        token_of(&made.expect("a link").path)
    }

    /// The customer's admin buys.
    pub async fn buy(&self) -> OrderId {
        super::common::buy(&self.backend, &self.wang.actor, &self.token).await.expect("an order")
    }

    /// Files a record of the provider's app.
    pub async fn fill(
        &self,
        form: &'static str,
        pairs: &[(&str, &str)],
    ) -> domain::identity::RecordId {
        self.tick();
        let pairs: Pairs = pairs.iter().copied().collect();
        let actor = &self.developer.actor;
        record::create(&self.backend, actor, self.app, &Key::fixed(form), &pairs)
            .await
            .expect("a record")
    }

    /// Customers and contracts that refer to them, `count` of each.
    pub async fn fill_contracts(&self, count: usize) {
        for n in 0..count {
            let customer = self.fill("customer", &[("f.name", &format!("客户 {n}"))]).await;
            let pairs = [
                ("f.name", format!("合同 {n}")),
                ("f.amount", "12.5".to_owned()),
                ("f.customer", customer.to_string()),
            ];
            let pairs: Vec<(&str, &str)> =
                pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.fill("contract", &pairs).await;
        }
    }

    /// A send dialog, filled in.
    pub fn answers(samples: bool, edit: bool) -> SendForm {
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        SendForm {
            samples: word(samples),
            connectors: word(false),
            edit_permission: word(edit),
            agreed: "1".into(),
            ..SendForm::default()
        }
    }

    /// The provider's admin asks for the send.
    pub async fn send(&self, order: OrderId, samples: bool, edit: bool) -> DeliveryId {
        let form = Self::answers(samples, edit);
        delivery::send(&self.backend, &self.lin.actor, order, &form).await.expect("a delivery")
    }

    /// Works until nothing is due.
    pub async fn work(&self, faults: Arc<dyn Faults>) {
        let worker = worker(&self.stage, faults);
        while worker.work().await.expect("work") {}
    }

    /// Bought, sent and arrived. Gives the order and the customer's app.
    pub async fn delivered(&self, samples: bool, edit: bool) -> (OrderId, ApplicationId) {
        let order = self.buy().await;
        self.send(order, samples, edit).await;
        self.work(Arc::new(Plan::default())).await;
        let found = order::read(&self.backend, &self.lin.actor, order).await.expect("the order");
        (order, found.delivered.expect("it has arrived"))
    }

    /// How many rows a statement counts.
    pub async fn count(&self, sql: &'static str, id: impl ToString) -> i64 {
        let mut tx = self.backend.read().await.expect("a connection");
        let row = tx.one(sql, args![id.to_string()]).await.expect("a statement").expect("a row");
        row.get("count").expect("a count")
    }

    /// Rows that a half-done delivery would have left.
    pub async fn remains(&self, app: ApplicationId) -> i64 {
        self.count("select count(*) as count from application where id = $1", app).await
            + self
                .count(
                    "select count(*) as count from application_component where application_id = $1",
                    app,
                )
                .await
            + self
                .count("select count(*) as count from record where application_id = $1", app)
                .await
            + self
                .count("select count(*) as count from record_index where application_id = $1", app)
                .await
    }
}

/// A worker of a process that is not told to stop.
pub fn worker(stage: &Stage, faults: Arc<dyn Faults>) -> Worker {
    let (keep, stop) = watch::channel(false);
    // The sender may go: a worker stops only when it is told to.
    drop(keep);
    Worker::new(Arc::clone(&stage.backend), stop).with_faults(faults)
}

/// What happens at the n-th time that any stage is reached, from 0; otherwise nothing.
#[derive(Default)]
pub struct Plan {
    fates: Vec<Fate>,
    reached: Mutex<Vec<SendStage>>,
}

impl Plan {
    /// These fates one after the other, then nothing.
    pub fn of(fates: Vec<Fate>) -> Arc<Self> {
        Arc::new(Self { fates, reached: Mutex::default() })
    }

    /// The stages that were reached.
    pub fn reached(&self) -> Vec<SendStage> {
        self.reached.lock().expect("no panic").clone()
    }
}

impl Faults for Plan {
    fn at(&self, stage: SendStage) -> Fate {
        let mut reached = self.reached.lock().expect("no panic");
        reached.push(stage);
        self.fates.get(reached.len() - 1).copied().unwrap_or(Fate::Go)
    }
}

/// Time passes: leases run out.
pub fn lease_runs_out(stage: &Stage) {
    stage.backend.clock.advance(31 * Timestamp::SECOND);
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("a refusal").code.into_owned()
}

/// Somebody of no organisation in the story.
pub async fn outsider(stage: &Stage) -> Actor {
    let other =
        super::common::organisation(&stage.backend, 9, domain::organisation::Edition::Free).await;
    person(&stage.backend, "外人", &[(other, Role::Admin)]).await.actor
}
