//! The work of a send: stage by stage, each one unit of work that commits together with its line in
//! the log, so that whoever takes over goes on where it stopped (Source: ORD-3).

use domain::{
    authority::Actor,
    delivery::{DeliveryKind, SendOptions, Sending, Stage},
    identity::DeliveryId,
    lang::{Lang, Text},
    lifecycle::Lifecycle,
    organisation::Role,
    problem::{Kind, Problem},
};
use serde_json::json;
use tokio::sync::watch;

use super::{Delivery, find, no_delivery, pages, samples, save};
use crate::{
    Backend,
    application::release,
    args, audit,
    db::Tx,
    job::{self, Fate, Faults, Interruption, Job, JobState},
    notice::{self, To},
    order::{self, Order},
    problem::{Internal, internal},
    sql,
};

/// Carries a send on from the stage after the last one logged, to its end.
pub(crate) async fn run(
    backend: &Backend,
    job: &Job,
    faults: &dyn Faults,
    stop: &watch::Receiver<bool>,
) -> Result<(), Interruption> {
    let id: DeliveryId = job.subject.parse().map_err(|_| no_delivery())?;
    loop {
        if *stop.borrow() {
            return Err(Interruption::Stopping);
        }
        let Some((position, stage)) = next(backend, id).await? else { return Ok(()) };
        let fate = faults.at(stage);
        if fate == Fate::DieBefore {
            return Err(Interruption::Killed);
        }
        let mut work = Work::begin(backend, job, id).await?;
        let detail = work.perform(stage).await?;
        match fate {
            Fate::Fail => return Err(internal(&"a fault for a test").into()),
            Fate::DieInside => {
                // Of a process that is gone the database undoes what was open.
                work.tx.rollback().await?;
                return Err(Interruption::Killed);
            }
            Fate::Twice => drop(work.perform(stage).await?),
            Fate::Go | Fate::DieBefore | Fate::DieAfter => {}
        }
        work.log(position, stage, &detail).await?;
        work.tx.commit().await?;
        backend.ring();
        if fate == Fate::DieAfter {
            return Err(Interruption::Killed);
        }
    }
}

/// The stage to do next and its place; none when the send has ended.
async fn next(backend: &Backend, id: DeliveryId) -> Result<Option<(i64, Stage)>, Problem> {
    let mut tx = backend.read().await?;
    let delivery = find(&mut tx, id).await?;
    if !delivery.state.is_open() {
        return Ok(None);
    }
    let row = tx
        .one(sql!("select count(*) as done from delivery_step where delivery_id = $1"), args![id])
        .await?;
    let done: i64 = row.map_or(Ok(0), |row| row.get("done"))?;
    let stages = delivery.sending.stages(samples::chosen(&mut tx, id).await?);
    Ok(usize::try_from(done).ok().and_then(|at| stages.get(at)).map(|stage| (done, *stage)))
}

/// One stage's unit of work.
struct Work<'a> {
    backend: &'a Backend,
    job: &'a Job,
    tx: Tx,
    order: Order,
    delivery: Delivery,
}

impl<'a> Work<'a> {
    async fn begin(
        backend: &'a Backend,
        job: &'a Job,
        id: DeliveryId,
    ) -> Result<Self, Interruption> {
        let mut tx = backend.begin().await?;
        job::guard(backend, &mut tx, job).await?;
        let order = find(&mut tx, id).await?.order;
        let order = order::hold(&mut tx, order).await?;
        let delivery = find(&mut tx, id).await?;
        Ok(Self { backend, job, tx, order, delivery })
    }

    async fn log(&mut self, position: i64, stage: Stage, detail: &str) -> Result<(), Problem> {
        self.tx
            .run(
                sql!(
                    "insert into delivery_step (delivery_id, position, name, detail, finished_at) \
                     values ($1, $2, $3, $4, $5)"
                ),
                args![self.delivery.id, position, stage.code(), detail, self.backend.now()],
            )
            .await?;
        job::progress(&mut self.tx, self.job).await
    }

    /// Does the stage; gives what the log says about it. Doing it again changes nothing.
    async fn perform(&mut self, stage: Stage) -> Result<String, Problem> {
        match (self.delivery.sending.clone(), stage) {
            (Sending::App(options), Stage::Prepare) => self.prepare_app(&options).await,
            (Sending::App(_), Stage::Components) => self.components().await,
            (Sending::App(_), Stage::Samples { portion }) => {
                samples::copy(self.backend, &mut self.tx, &self.order, &self.delivery, portion)
                    .await
            }
            (Sending::App(options), Stage::Settings) => self.settings(&options).await,
            (Sending::App(options), Stage::Reveal) => self.reveal(&options).await,
            (Sending::Pages { pages }, Stage::Reveal) => {
                let detail =
                    pages::replace(self.backend, &mut self.tx, &self.order, &self.delivery, &pages)
                        .await?;
                self.succeed().await?;
                Ok(detail)
            }
            (Sending::Pages { pages }, _) => {
                self.order.require_open()?;
                self.check_release().await?;
                pages::plan(self.backend, &mut self.tx, &self.order, self.delivery.release, &pages)
                    .await?;
                self.start().await?;
                Ok(String::new())
            }
        }
    }

    async fn start(&mut self) -> Result<(), Problem> {
        self.delivery.state = self.delivery.state.clone().start(self.backend.now())?;
        save(&mut self.tx, &self.delivery).await
    }

    /// Checks that the project is open still and the release whole, makes the empty app that nobody
    /// sees yet, and chooses the sample records.
    async fn prepare_app(&mut self, options: &SendOptions) -> Result<String, Problem> {
        self.order.require_open()?;
        self.check_release().await?;
        self.start().await?;
        let life = Lifecycle::delivered(self.backend.now());
        self.tx
            .run(
                sql!(
                    "insert into application (id, organisation_id, name_zh, name_en, description, \
                     icon, premium, state, state_data, visible, edit_permission, origin_order, \
                     origin_release, created_by, created_at, changed_at, revision) \
                     select cast($1 as text), cast($2 as text), name_zh, name_en, description, icon, \
                     0, cast($3 as text), cast($4 as text), 0, 0, cast($5 as text), cast($6 as text), \
                     cast($7 as text), cast($8 as bigint), cast($8 as bigint), 1 \
                     from application where id = $9 on conflict (id) do nothing"
                ),
                args![
                    self.delivery.application, self.order.customer, life.code(),
                    serde_json::to_string(&life).internal()?, self.order.id, self.delivery.release,
                    self.delivery.sender, self.backend.now(), self.order.application
                ],
            )
            .await?;
        let count = samples::choose(&mut self.tx, &self.order, &self.delivery, options).await?;
        Ok(format!("{count}"))
    }

    /// A release that is not what the installation signed was tampered with and is not sent.
    async fn check_release(&mut self) -> Result<(), Problem> {
        let (app, release) = (self.order.application, self.delivery.release);
        let whole = release::is_whole(self.backend, &mut self.tx, app, release).await?;
        if whole { Ok(()) } else { Err(tampered()) }
    }

    /// The whole tree in one statement: rows of digests, no content.
    async fn components(&mut self) -> Result<String, Problem> {
        let count = self
            .tx
            .run(
                sql!(
                    "insert into application_component (application_id, kind, key, digest, \
                     changed_by, changed_at) select cast($1 as text), kind, key, digest, \
                     cast($2 as text), cast($3 as bigint) from app_release_component \
                     where release_id = $4 on conflict (application_id, kind, key) do nothing"
                ),
                args![
                    self.delivery.application,
                    self.delivery.sender,
                    self.backend.now(),
                    self.delivery.release
                ],
            )
            .await?;
        Ok(count.to_string())
    }

    async fn settings(&mut self, options: &SendOptions) -> Result<String, Problem> {
        self.tx
            .run(
                sql!("update application set edit_permission = $1 where id = $2"),
                args![options.edit_permission, self.delivery.application],
            )
            .await?;
        if options.samples {
            samples::carry_counters(&mut self.tx, &self.order, &self.delivery).await?;
        }
        Ok(String::new())
    }

    /// The one flip by which the customer sees the app, together with everything that says so.
    async fn reveal(&mut self, options: &SendOptions) -> Result<String, Problem> {
        if !self.delivery.state.is_open() {
            return Ok(String::new());
        }
        let now = self.backend.now();
        let life = Lifecycle::delivered(now);
        self.tx
            .run(
                sql!(
                    "update application set visible = 1, state_data = $1, changed_at = $2 \
                     where id = $3"
                ),
                args![serde_json::to_string(&life).internal()?, now, self.delivery.application],
            )
            .await?;
        self.order.state = self.order.state.clone().succeed(self.delivery.id, now)?;
        self.order.delivered = Some(self.delivery.application);
        self.order.edit_permission = options.edit_permission;
        order::save(&mut self.tx, &self.order).await?;
        samples::name(self.backend, &mut self.tx, &self.delivery).await?;
        samples::forget(&mut self.tx, self.delivery.id).await?;
        self.succeed().await?;
        Ok(String::new())
    }

    /// The last words of a send that arrived.
    async fn succeed(&mut self) -> Result<(), Problem> {
        if !self.delivery.state.is_open() {
            return Ok(());
        }
        self.delivery.state = self.delivery.state.clone().succeed(self.backend.now())?;
        save(&mut self.tx, &self.delivery).await?;
        job::finish(&mut self.tx, self.job, JobState::Done, "").await?;
        announce(self.backend, &mut self.tx, &self.order, &self.delivery).await
    }
}

fn tampered() -> Problem {
    Problem::new(
        Kind::Conflict,
        "delivery.release_damaged",
        "ORD-3",
        "应用版本的内容与其签名不符，没有发送",
        "The release is not what was signed when it was published, and was not sent",
    )
    .remedy(
        "请发布新的应用版本后重新发送，并告知运维人员",
        "Publish a new release and send that, and tell whoever runs this installation",
    )
}

async fn announce(
    backend: &Backend,
    tx: &mut Tx,
    order: &Order,
    delivery: &Delivery,
) -> Result<(), Problem> {
    let detail = json!({
        "order": order.number, "delivery": delivery.number, "release": delivery.release_number,
        "app": order.app_name, "application": delivery.application,
    });
    let (zh, en) = (order.app_name.get(Lang::Zh), order.app_name.get(Lang::En));
    let from = &order.provider_name;
    let (action, text, url) = match delivery.sending.kind() {
        DeliveryKind::App => (
            "delivery.succeeded",
            Text::new(
                format!("{from} 已发送「{zh}」，现在是「开发维护中」，请验收"),
                format!("{from} has sent “{en}”; it is in development now: please accept it"),
            ),
            format!("/apps/{}/acceptance", delivery.application),
        ),
        DeliveryKind::Pages => (
            "delivery.pages_succeeded",
            Text::new(
                format!("{from} 更新了「{zh}」的页面（应用第 {} 版）", delivery.release_number),
                format!("{from} updated pages of “{en}” (release {})", delivery.release_number),
            ),
            format!("/apps/{}/maintenance", delivery.application),
        ),
    };
    audit::record(backend, tx, &Actor::System, &order.concerned(), action, delivery.id, detail)
        .await?;
    // Who was asked to send this order, or to try again, has done it.
    let provider = To::Members(order.provider, Role::Admin);
    notice::settle(backend, tx, &provider, &order::page(order.id)).await?;
    notice::tell(backend, tx, To::Members(order.customer, Role::Admin), &text, &url).await?;
    let text = Text::new(
        format!("「{zh}」已发送到 {}", order.customer_name),
        format!("“{en}” has arrived at {}", order.customer_name),
    );
    notice::tell(
        backend,
        tx,
        To::Account(delivery.sender, Some(order.provider)),
        &text,
        &order::page(order.id),
    )
    .await
}

/// Ends a send that cannot be done: what had arrived is taken away again, and the reason is kept
/// for people to read (Source: ORD-3).
pub(crate) async fn give_up(
    backend: &Backend,
    job: &Job,
    state: JobState,
    reason: Problem,
) -> Result<(), Problem> {
    let id: DeliveryId = job.subject.parse().map_err(|_| no_delivery())?;
    let mut work = match Work::begin(backend, job, id).await {
        Ok(work) => work,
        Err(Interruption::Problem(problem)) => return Err(problem),
        Err(_) => return Ok(()),
    };
    let said = reason.to_string();
    work.end_in_failure(reason).await?;
    job::finish(&mut work.tx, job, state, &said).await?;
    work.tx.commit().await?;
    backend.ring();
    Ok(())
}

impl Work<'_> {
    async fn end_in_failure(&mut self, reason: Problem) -> Result<(), Problem> {
        let now = self.backend.now();
        if !self.delivery.state.is_open() {
            return Ok(());
        }
        self.delivery.state = self.delivery.state.clone().fail(now, reason.clone())?;
        save(&mut self.tx, &self.delivery).await?;
        if self.delivery.sending.kind() == DeliveryKind::App {
            self.order.state =
                self.order.state.clone().fail(self.delivery.id, now, reason.clone())?;
            order::save(&mut self.tx, &self.order).await?;
            clear(&mut self.tx, &self.delivery).await?;
        }
        samples::forget(&mut self.tx, self.delivery.id).await?;
        let detail = json!({
            "order": self.order.number, "delivery": self.delivery.number, "reason": reason.text,
        });
        let concerned = self.order.concerned();
        audit::record(
            self.backend,
            &mut self.tx,
            &Actor::System,
            &concerned,
            "delivery.failed",
            self.delivery.id,
            detail,
        )
        .await?;
        let text = Text::new(
            format!("订单 {} 发送失败：{}", self.order.number, reason.text.zh),
            format!("Sending order {} failed: {}", self.order.number, reason.text.get(Lang::En)),
        );
        let to = To::Members(self.order.provider, Role::Admin);
        notice::tell(self.backend, &mut self.tx, to, &text, &order::page(self.order.id)).await
    }
}

/// Takes away what a send has left of an app that nobody has seen.
async fn clear(tx: &mut Tx, delivery: &Delivery) -> Result<(), Problem> {
    let app = delivery.application;
    let hidden = tx
        .one(sql!("select id from application where id = $1 and visible = 0"), args![app])
        .await?;
    if hidden.is_none() {
        return Ok(());
    }
    tx.run(
        sql!(
            "delete from file where area = 'record' and subject in \
             (select id from record where application_id = $1)"
        ),
        args![app],
    )
    .await?;
    tx.run(sql!("delete from record where application_id = $1"), args![app]).await?;
    tx.run(sql!("delete from serial_counter where application_id = $1"), args![app]).await?;
    tx.run(sql!("delete from application_component where application_id = $1"), args![app]).await?;
    tx.run(sql!("delete from application where id = $1"), args![app]).await?;
    Ok(())
}
