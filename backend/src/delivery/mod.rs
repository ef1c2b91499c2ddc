//! Sending in storage: asking for a send, what is known of sends, retrying
//! (Source: ORD-2, ORD-3, ORD-5, ORD-6).

mod pages;
mod run;
mod samples;

use std::collections::BTreeMap;

use domain::{
    agreement::not_agreed,
    authority::{Actor, UseCase},
    delivery::{DeliveryKind, DeliveryState, SendForm, Sending, under_way},
    identity::{AccountId, ApplicationId, DeliveryId, OrderId, ReleaseId, Series},
    problem::{FieldCheck, FieldProblem, Problem},
    time::Timestamp,
};
use serde_json::json;

pub use pages::{PageState, SendablePage, page_releases, pages, send_pages};
pub(crate) use run::{give_up, run};
pub use samples::{SampleCandidate, SampleCount, sample_counts};

use crate::{
    Backend, agreement,
    application::release,
    args, audit,
    db::{Row, Tx},
    job,
    order::{self, Order},
    organisation, page,
    problem::{Internal, missing, unless_missing},
    sql,
};

/// The kind of job that sends.
pub const JOB: &str = "delivery";

/// A send, of an app or of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The number people see: `FS20261122-0001`.
    pub number: String,
    /// The order.
    pub order: OrderId,
    /// What is sent, with the answers given.
    pub sending: Sending,
    /// The release.
    pub release: ReleaseId,
    /// The release's number.
    pub release_number: i64,
    /// The version of the agreement that was ticked.
    pub agreement_version: i64,
    /// Who ticked it and asked for the send.
    pub sender: AccountId,
    /// The sender's name.
    pub sender_name: String,
    /// When.
    pub created_at: Timestamp,
    /// The app in the customer's organisation.
    pub application: ApplicationId,
    /// Where it stands.
    pub state: DeliveryState,
}

/// A statement that selects deliveries with the names of what they are about.
macro_rules! deliveries {
    ($tail:literal) => {
        crate::sql!(concat!(
            "select d.*, r.number as release_number, a.name as sender_name from delivery d \
             join app_release r on r.id = d.release_id join account a on a.id = d.agreed_by ",
            $tail
        ))
    };
}

fn from_row(row: &Row) -> Result<Delivery, Problem> {
    Ok(Delivery {
        id: row.get("id")?,
        number: row.get("number")?,
        order: row.get("order_id")?,
        sending: row.json("options")?,
        release: row.get("release_id")?,
        release_number: row.get("release_number")?,
        agreement_version: row.get("agreement_version")?,
        sender: row.get("agreed_by")?,
        sender_name: row.get("sender_name")?,
        created_at: row.get("created_at")?,
        application: row.get("application_id")?,
        state: row.json("state_data")?,
    })
}

pub(crate) async fn find(tx: &mut Tx, id: DeliveryId) -> Result<Delivery, Problem> {
    let row = tx.one(deliveries!("where d.id = $1"), args![id]).await?;
    from_row(&row.ok_or_else(no_delivery)?)
}

fn no_delivery() -> Problem {
    missing("发送记录", "send")
}

async fn save(tx: &mut Tx, delivery: &Delivery) -> Result<(), Problem> {
    let finished = match &delivery.state {
        DeliveryState::Succeeded { at } | DeliveryState::Failed { at, .. } => Some(*at),
        DeliveryState::Waiting | DeliveryState::Running { .. } => None,
    };
    tx.run(
        sql!("update delivery set state = $1, state_data = $2, finished_at = $3 where id = $4"),
        args![
            delivery.state.code(),
            serde_json::to_string(&delivery.state).internal()?,
            finished,
            delivery.id
        ],
    )
    .await?;
    Ok(())
}

/// The sends of an order, the newest first: of its provider's, or of its customer's order.
pub async fn of_order(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<Vec<Delivery>, Problem> {
    actor.may(UseCase::DeliveryRead)?;
    let mut tx = backend.read().await?;
    concerned(&order::find(&mut tx, id).await?, actor)?;
    let rows = tx
        .all(
            deliveries!("where d.order_id = $1 order by d.created_at desc, d.id desc limit $2"),
            args![id, page::NEWEST],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Lets nobody read about sends but the two organisations of the order.
fn concerned(order: &Order, actor: &Actor) -> Result<(), Problem> {
    let organisation = actor.membership()?.organisation;
    if order.concerned().contains(&organisation) { Ok(()) } else { Err(no_delivery()) }
}

/// A stage of a send that is done, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The stage's code.
    pub stage: String,
    /// What the log says of it.
    pub detail: String,
    /// When it was done.
    pub at: Timestamp,
}

fn logged(row: &Row) -> Result<Logged, Problem> {
    let (stage, detail) = (row.get("name")?, row.get("detail")?);
    Ok(Logged { stage, detail, at: row.get("finished_at")? })
}

/// The logs of an order's sends, each in order; of a send that failed, up to where it failed
/// (Source: ORD-3).
pub async fn logs(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<BTreeMap<DeliveryId, Vec<Logged>>, Problem> {
    actor.may(UseCase::DeliveryRead)?;
    let mut tx = backend.read().await?;
    concerned(&order::find(&mut tx, id).await?, actor)?;
    let rows = tx
        .all(
            sql!(
                "select s.* from delivery_step s join delivery d on d.id = s.delivery_id \
                 where d.order_id = $1 order by s.delivery_id, s.position limit 10000"
            ),
            args![id],
        )
        .await?;
    let mut logs: BTreeMap<DeliveryId, Vec<Logged>> = BTreeMap::new();
    for row in &rows {
        logs.entry(row.get("delivery_id")?).or_default().push(logged(row)?);
    }
    Ok(logs)
}

/// How far a send has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The send.
    pub delivery: Delivery,
    /// The stages that are done, in order.
    pub done: Vec<Logged>,
    /// How many stages there are, as far as is known.
    pub total: usize,
}

impl Progress {
    /// From 0 to 100.
    pub fn percent(&self) -> usize {
        match self.delivery.state {
            DeliveryState::Succeeded { .. } => 100,
            _ => (self.done.len() * 100 / self.total.max(1)).min(99),
        }
    }
}

/// How far a send has come, for the provider's and the customer's pages (Source: ORD-3).
pub async fn progress(
    backend: &Backend,
    actor: &Actor,
    id: DeliveryId,
) -> Result<Progress, Problem> {
    actor.may(UseCase::DeliveryRead)?;
    let mut tx = backend.read().await?;
    let delivery = find(&mut tx, id).await?;
    concerned(&order::find(&mut tx, delivery.order).await?, actor)?;
    let rows = tx
        .all(
            sql!(
                "select name, detail, finished_at from delivery_step where delivery_id = $1 \
                 order by position limit 10000"
            ),
            args![id],
        )
        .await?;
    let done: Vec<Logged> = rows.iter().map(logged).collect::<Result<_, _>>()?;
    let total = match delivery.state {
        DeliveryState::Succeeded { .. } => done.len(),
        _ => delivery.sending.stages(samples::chosen(&mut tx, id).await?).len(),
    };
    Ok(Progress { delivery, done, total })
}

/// A release that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseChoice {
    /// Its id.
    pub id: ReleaseId,
    /// Its number.
    pub number: i64,
    /// What its author says of it.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The releases of an order's app, the newest first.
pub async fn releases(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<Vec<ReleaseChoice>, Problem> {
    let order = order::read(backend, actor, id).await?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select id, number, note, created_at from app_release where application_id = $1 \
                 order by number desc limit 100"
            ),
            args![order.application],
        )
        .await?;
    rows.iter().map(release_choice).collect()
}

fn release_choice(row: &Row) -> Result<ReleaseChoice, Problem> {
    Ok(ReleaseChoice {
        id: row.get("id")?,
        number: row.get("number")?,
        note: row.get("note")?,
        created_at: row.get("created_at")?,
    })
}

/// The release that was chosen, or the newest.
async fn chosen_release(tx: &mut Tx, order: &Order, typed: &str) -> Result<ReleaseId, Problem> {
    if typed.is_empty() {
        return Ok(release::offered(tx, order.application).await?.id);
    }
    let row = tx
        .one(
            sql!("select id from app_release where id = $1 and application_id = $2"),
            args![typed, order.application],
        )
        .await?;
    Ok(row.ok_or_else(|| missing("应用版本", "release"))?.get("id")?)
}

/// 发送应用: asks for the app to be sent, with the three questions answered and the agreement
/// ticked (Source: ORD-2). The work itself is done in the background.
pub async fn send(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
    form: &SendForm,
) -> Result<DeliveryId, Problem> {
    actor.may(UseCase::Send)?;
    let mut tx = backend.begin().await?;
    let mut order = order::hold_own(&mut tx, actor, id).await?;
    order.require_open()?;
    let delivery: DeliveryId = backend.id();
    order.state = order.state.clone().send(delivery)?;
    let agreement = agreement::ensure(backend, &mut tx).await?;
    let options = agreed(form.check(), not_agreed(agreement.version, form.ticked()))?;
    samples::verify(&mut tx, &order, &options).await?;
    let release = chosen_release(&mut tx, &order, &form.release).await?;
    let sending = Sending::App(options);
    let new = New { delivery, release, agreement: agreement.version, application: backend.id() };
    insert(backend, &mut tx, actor, &order, &new, &sending).await?;
    order::save(&mut tx, &order).await?;
    tx.commit().await?;
    backend.ring();
    Ok(delivery)
}

/// The checked form, if the agreement was ticked; else everything at fault at once.
fn agreed<T>(checked: Result<T, Problem>, missing: Option<Problem>) -> Result<T, Problem> {
    match (checked, missing) {
        (checked, None) => checked,
        (Ok(_), Some(mut missing)) => {
            let text = missing.text.clone();
            missing.fields.push(FieldProblem { name: "agreed".into(), text });
            Err(missing)
        }
        (Err(problem), Some(missing)) => {
            let mut check = FieldCheck::new();
            for field in problem.fields {
                check.fail(field.name, field.text);
            }
            check.fail("agreed", missing.text.clone());
            Err(check.finish().unwrap_or(missing))
        }
    }
}

struct New {
    delivery: DeliveryId,
    release: ReleaseId,
    agreement: i64,
    application: ApplicationId,
}

async fn insert(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    new: &New,
    sending: &Sending,
) -> Result<(), Problem> {
    if has_open(tx, order.id).await? {
        return Err(under_way());
    }
    let zone = organisation::find(tx, order.provider).await?.zone;
    let number = backend.number(tx, Series::Delivery, &zone).await?;
    let state = DeliveryState::Waiting;
    tx.run(
        sql!(
            "insert into delivery (id, number, order_id, kind, release_id, options, \
             agreement_version, agreed_by, agreed_at, application_id, state, state_data, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $9)"
        ),
        args![
            new.delivery, &number, order.id, sending.kind().code(), new.release,
            serde_json::to_string(sending).internal()?, new.agreement, actor.person()?.account,
            backend.now(), new.application, state.code(), serde_json::to_string(&state).internal()?
        ],
    )
    .await?;
    job::add(backend, tx, JOB, new.delivery).await?;
    let detail = json!({
        "order": order.number, "app": order.app_name, "delivery": number, "options": sending,
        "agreement": new.agreement,
    });
    let action = match sending.kind() {
        DeliveryKind::App => "delivery.requested",
        DeliveryKind::Pages => "delivery.pages_requested",
    };
    audit::record(backend, tx, actor, &order.concerned(), action, new.delivery, detail).await
}

async fn has_open(tx: &mut Tx, order: OrderId) -> Result<bool, Problem> {
    let row = tx
        .one(
            sql!(
                "select id from delivery where order_id = $1 and state in ('waiting', 'running') \
                 limit 1"
            ),
            args![order],
        )
        .await?;
    Ok(row.is_some())
}

/// Tries a failed send once more, with the same answers (Source: ORD-3).
pub async fn retry(backend: &Backend, actor: &Actor, id: DeliveryId) -> Result<(), Problem> {
    actor.may(UseCase::DeliveryRetry)?;
    let mut tx = backend.begin().await?;
    let delivery = find(&mut tx, id).await?;
    let own = unless_missing(order::hold_own(&mut tx, actor, delivery.order).await)?;
    own.ok_or_else(no_delivery)?;
    retry_in(backend, &mut tx, actor, &id.to_string()).await?;
    tx.commit().await?;
    backend.ring();
    Ok(())
}

/// The same within a unit of work that was authorised.
pub(crate) async fn retry_in(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    subject: &str,
) -> Result<(), Problem> {
    let id: DeliveryId = subject.parse().map_err(|_| no_delivery())?;
    let order = find(tx, id).await?.order;
    let mut order = order::hold(tx, order).await?;
    order.require_open()?;
    let mut delivery = find(tx, id).await?;
    delivery.state = delivery.state.retry()?;
    if has_open(tx, order.id).await? {
        return Err(under_way());
    }
    if delivery.sending.kind() == DeliveryKind::App {
        order.state = order.state.clone().send(id)?;
        order::save(tx, &order).await?;
    }
    save(tx, &delivery).await?;
    tx.run(sql!("delete from delivery_step where delivery_id = $1"), args![id]).await?;
    // The stopped job is over; its successor begins from the first stage.
    tx.run(
        sql!("update job set state = 'done' where kind = 'delivery' and subject = $1 and state = 'failed'"),
        args![subject],
    )
    .await?;
    job::add(backend, tx, JOB, id).await?;
    let detail = json!({"order": order.number, "delivery": delivery.number});
    audit::record(backend, tx, actor, &order.concerned(), "delivery.retried", id, detail).await
}
