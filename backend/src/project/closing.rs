//! Closing a project (结项) and the orders it cancels (Source: PRJ-6).

use std::collections::BTreeMap;

use domain::{
    authority::{Actor, UseCase},
    identity::{OrderId, OrganisationId, ProjectId},
    lang::{Lang, Text},
    order::OrderState,
    organisation::Role,
    problem::Problem,
    project::ClosingForm,
    step::Step,
    time::Timestamp,
};
use serde_json::json;

use super::{AREA, Detail, Project, hold_own, load_detail, of_own, record_for_both, save_state};
use crate::{
    Backend, args, audit,
    db::Tx,
    file,
    lifecycle::signed,
    notice::{self, To},
    order, organisation,
    problem::Internal,
    programme::accept_upload,
    sql,
};

/// An order that was never sent and is cancelled by closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// The app that was bought.
    pub application_name: Text,
    /// The customer's name.
    pub customer_name: String,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// What the creator sees before closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingView {
    /// The project.
    pub detail: Detail,
    /// The oldest orders that were never sent; closing cancels all of them.
    pub never_sent: Vec<OpenOrder>,
    /// How many there are.
    pub unsent: i64,
    /// True while an app is being sent: closing has to wait.
    pub sending: bool,
}

/// A project with what closing it would cancel, for its creator.
pub async fn closing_view(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
) -> Result<ClosingView, Problem> {
    actor.may(UseCase::ProjectClose)?;
    let mut tx = backend.read().await?;
    let project = of_own(&mut tx, actor, id).await?;
    project.creator.require(actor.person()?.account)?;
    let rows = tx
        .all(
            sql!(
                "select b.id, b.number, b.placed_at, a.name_zh, a.name_en, o.name as customer_name \
                 from purchase_order b join application a on a.id = b.application_id \
                 join organisation o on o.id = b.customer_id \
                 where b.project_id = $1 and b.delivered_application is null \
                 and b.state in ('pending', 'failed') order by b.id limit 200"
            ),
            args![id],
        )
        .await?;
    let never_sent = rows
        .iter()
        .map(|row| {
            Ok(OpenOrder {
                id: row.get("id")?,
                number: row.get("number")?,
                application_name: Text::new(
                    row.get::<String>("name_zh")?,
                    row.get::<String>("name_en")?,
                ),
                customer_name: row.get("customer_name")?,
                placed_at: row.get("placed_at")?,
            })
        })
        .collect::<Result<_, Problem>>()?;
    let unsent = unsent(&mut tx, id).await?;
    let sending = sending(&mut tx, id).await?;
    Ok(ClosingView { detail: load_detail(&mut tx, project).await?, never_sent, unsent, sending })
}

/// How many orders closing would cancel.
async fn unsent(tx: &mut Tx, project: ProjectId) -> Result<i64, Problem> {
    let row = tx
        .one(
            sql!(
                "select count(*) as orders from purchase_order where project_id = $1 \
                 and delivered_application is null and state in ('pending', 'failed')"
            ),
            args![project],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("orders"))?)
}

/// Whether an app of the project, or pages of one, are being sent now.
async fn sending(tx: &mut Tx, project: ProjectId) -> Result<bool, Problem> {
    let row = tx
        .one(
            sql!(
                "select o.id from purchase_order o where o.project_id = $1 and (o.state = 'sending' \
                 or exists (select d.id from delivery d where d.order_id = o.id \
                 and d.state in ('waiting', 'running'))) limit 1"
            ),
            args![project],
        )
        .await?;
    Ok(row.is_some())
}

/// Closes a project: the orders never sent are cancelled in the same unit of work.
pub async fn close(
    backend: &Backend,
    actor: &Actor,
    id: ProjectId,
    form: &ClosingForm,
) -> Result<(), Problem> {
    actor.may(UseCase::ProjectClose)?;
    let step = signed(backend, actor)?;
    let mut tx = backend.begin().await?;
    let project = hold_own(&mut tx, actor, id).await?;
    project.creator.require(step.by)?;
    let zone = organisation::find(&mut tx, project.organisation).await?.zone;
    let today = zone.date(backend.now());
    let closing = form.check(today)?;
    if let Some(upload) = closing.file {
        accept_upload(&mut tx, actor, "file", &upload.to_string()).await?;
        file::keep(&mut tx, actor, upload, AREA, id).await?;
    }
    // Cancelling comes before the look at what is being sent: it waits for a send that begins just
    // now, and that send is then seen.
    let cancelled = cancel_orders(backend, &mut tx, actor, &project, &step).await?;
    let sending = sending(&mut tx, id).await?;
    let outcome = closing.outcome;
    let state = project.state.clone().close(&project.creator, closing, sending, step)?;
    save_state(backend, &mut tx, id, &state).await?;
    let detail = json!({"outcome": outcome.code(), "cancelled_orders": cancelled});
    record_for_both(backend, &mut tx, actor, &project, "project.closed", detail).await?;
    Ok(tx.commit().await?)
}

/// Cancels the orders never sent, tells their customers, and gives their numbers.
async fn cancel_orders(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    project: &Project,
    step: &Step,
) -> Result<Vec<String>, Problem> {
    // What `OrderState::cancel` allows is what the statement looks for.
    let state = OrderState::Pending.cancel(step.clone())?;
    let rows = tx
        .all(
            sql!(
                "update purchase_order set state = $1, state_data = $2, \
                 revision = revision + 1 where project_id = $3 and delivered_application is null \
                 and state in ('pending', 'failed') returning id, number, customer_id, \
                 (select a.name_zh from application a where a.id = purchase_order.application_id) \
                 as name_zh, \
                 (select a.name_en from application a where a.id = purchase_order.application_id) \
                 as name_en"
            ),
            args![state.code(), serde_json::to_string(&state).internal()?, project.id],
        )
        .await?;
    let (mut numbers, mut customers) = (Vec::new(), BTreeMap::<_, Vec<Text>>::new());
    for row in &rows {
        let (order, number): (OrderId, String) = (row.get("id")?, row.get("number")?);
        let customer: OrganisationId = row.get("customer_id")?;
        let detail = json!({"number": number, "project": project.number});
        let concerned = [project.organisation, customer];
        audit::record(backend, tx, actor, &concerned, "order.cancelled", order, detail).await?;
        let provider = To::Members(project.organisation, Role::Admin);
        notice::settle(backend, tx, &provider, &order::page(order)).await?;
        let app = Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?);
        customers.entry(customer).or_default().push(app);
        numbers.push(number);
    }
    let provider = &project.organisation_name;
    for (customer, apps) in customers {
        let named =
            |lang, between| apps.iter().map(|app| app.get(lang)).collect::<Vec<_>>().join(between);
        let (zh, en) = (named(Lang::Zh, "」「"), named(Lang::En, "”, “"));
        let text = Text::new(
            format!("服务商「{provider}」已结项，未发送的「{zh}」的订单已取消"),
            format!(
                "“{provider}” closed the project; your order of “{en}”, never sent, is cancelled"
            ),
        );
        notice::tell(backend, tx, To::Members(customer, Role::Admin), &text, "/purchased").await?;
    }
    numbers.sort();
    Ok(numbers)
}
