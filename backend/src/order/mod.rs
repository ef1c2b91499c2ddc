//! The order centre in storage: lists, details, what an order offers after the app has arrived
//! (Source: ORD-1, ORD-6, PRJ-6).

mod list;

use domain::{
    audit::Entry,
    authority::{Actor, UseCase},
    identity::{AccountId, ApplicationId, LinkId, OrderId, OrganisationId, ProjectId, ReleaseId},
    lang::{Lang, Text},
    lifecycle::Lifecycle,
    order::OrderState,
    organisation::{Edition, Role},
    problem::Problem,
    project::ProjectState,
    time::Timestamp,
};
use serde_json::json;

pub use list::{Filter, Recent, list, purchased, recent};

use crate::{
    Backend, args, audit,
    db::{Row, Tx},
    notice::{self, To},
    organisation,
    problem::{Internal, missing},
    sql,
};

/// An order with the names of everything it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The number people see: `DD20261122-0001`.
    pub number: String,
    /// The link it was placed through.
    pub link: LinkId,
    /// The project.
    pub project: ProjectId,
    /// The project's number.
    pub project_number: String,
    /// The project's name.
    pub project_name: String,
    /// Where the project stands.
    pub project_state: ProjectState,
    /// The provider's app.
    pub application: ApplicationId,
    /// The app's name.
    pub app_name: Text,
    /// The app's icon.
    pub icon: String,
    /// The release that was the newest at purchase.
    pub release: ReleaseId,
    /// Its number.
    pub release_number: i64,
    /// Who sells.
    pub provider: OrganisationId,
    /// The provider's name.
    pub provider_name: String,
    /// Who buys.
    pub customer: OrganisationId,
    /// The customer's name.
    pub customer_name: String,
    /// The provider's edition at purchase.
    pub provider_edition: Edition,
    /// The customer's edition at purchase.
    pub customer_edition: Edition,
    /// Who pressed 购买应用.
    pub buyer: AccountId,
    /// The buyer's name.
    pub buyer_name: String,
    /// When.
    pub placed_at: Timestamp,
    /// Where it stands.
    pub state: OrderState,
    /// Whether the customer may change the app's components.
    pub edit_permission: bool,
    /// The app in the customer's organisation, once it has arrived.
    pub delivered: Option<ApplicationId>,
    /// Where that app stands.
    pub delivered_state: Option<Lifecycle>,
    /// Counts its changes.
    pub revision: i64,
}

impl Order {
    /// The two organisations whose audit trails its steps concern.
    pub fn concerned(&self) -> [OrganisationId; 2] {
        [self.provider, self.customer]
    }

    /// Requires that the project is open, for everything that sends (Source: PRJ-6).
    pub fn require_open(&self) -> Result<(), Problem> {
        if self.project_state.is_open() { Ok(()) } else { Err(domain::order::project_not_open()) }
    }
}

/// A statement that selects orders with the names of what they are about.
macro_rules! orders {
    ($($tail:literal),+) => {
        crate::sql!(concat!(
            "select o.*, j.number as project_number, j.name as project_name, \
             j.state_data as project_data, a.name_zh, a.name_en, a.icon, r.number as release_number, \
             p.name as provider_name, c.name as customer_name, b.name as buyer_name, \
             d.state_data as delivered_data from purchase_order o \
             join project j on j.id = o.project_id join application a on a.id = o.application_id \
             join app_release r on r.id = o.release_id join organisation p on p.id = o.provider_id \
             join organisation c on c.id = o.customer_id join account b on b.id = o.buyer \
             left join application d on d.id = o.delivered_application ",
            $($tail),+
        ))
    };
}
use orders;

fn from_row(row: &Row) -> Result<Order, Problem> {
    let delivered: Option<ApplicationId> = row.get("delivered_application")?;
    let delivered_state = delivered.map(|_| row.json("delivered_data")).transpose()?;
    Ok(Order {
        id: row.get("id")?,
        number: row.get("number")?,
        link: row.get("link_id")?,
        project: row.get("project_id")?,
        project_number: row.get("project_number")?,
        project_name: row.get("project_name")?,
        project_state: row.json("project_data")?,
        application: row.get("application_id")?,
        app_name: Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?),
        icon: row.get("icon")?,
        release: row.get("release_id")?,
        release_number: row.get("release_number")?,
        provider: row.get("provider_id")?,
        provider_name: row.get("provider_name")?,
        customer: row.get("customer_id")?,
        customer_name: row.get("customer_name")?,
        provider_edition: row.parse("provider_edition", Edition::parse)?,
        customer_edition: row.parse("customer_edition", Edition::parse)?,
        buyer: row.get("buyer")?,
        buyer_name: row.get("buyer_name")?,
        placed_at: row.get("placed_at")?,
        state: row.json("state_data")?,
        edit_permission: row.get("edit_permission")?,
        delivered,
        delivered_state,
        revision: row.get("revision")?,
    })
}

/// The order `id`, whoever asks.
pub(crate) async fn find(tx: &mut Tx, id: OrderId) -> Result<Order, Problem> {
    let row = tx.one(orders!("where o.id = $1"), args![id]).await?;
    from_row(&row.ok_or_else(no_order)?)
}

/// The order placed through a link, if any.
pub(crate) async fn by_link(tx: &mut Tx, link: LinkId) -> Result<Option<Order>, Problem> {
    let row = tx.one(orders!("where o.link_id = $1"), args![link]).await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Like [`find`], and holds the project and then the order until the end of the unit of work: a
/// send and the closing of the project wait for each other.
pub(crate) async fn hold(tx: &mut Tx, id: OrderId) -> Result<Order, Problem> {
    let row =
        tx.one(sql!("select project_id from purchase_order where id = $1"), args![id]).await?;
    let project: ProjectId = row.ok_or_else(no_order)?.get("project_id")?;
    tx.queue(sql!("select id from project where id = $1"), args![project]).await?;
    tx.queue(sql!("select id from purchase_order where id = $1"), args![id]).await?;
    find(tx, id).await
}

fn no_order() -> Problem {
    missing("订单", "order")
}

/// Stores where an order stands.
pub(crate) async fn save(tx: &mut Tx, order: &Order) -> Result<(), Problem> {
    tx.run(
        sql!(
            "update purchase_order set state = $1, state_data = $2, edit_permission = $3, \
             delivered_application = $4, revision = revision + 1 where id = $5"
        ),
        args![
            order.state.code(),
            serde_json::to_string(&order.state).internal()?,
            order.edit_permission,
            order.delivered,
            order.id
        ],
    )
    .await?;
    Ok(())
}

/// Where the provider finds an order.
pub fn page(id: OrderId) -> String {
    format!("/manage/provider/orders/{id}")
}

/// Where the customer finds an order.
pub fn purchased_page(id: OrderId) -> String {
    format!("/purchased/{id}")
}

/// An order of the provider acted for, within a unit of work.
pub(crate) async fn hold_own(tx: &mut Tx, actor: &Actor, id: OrderId) -> Result<Order, Problem> {
    let order = hold(tx, id).await?;
    if *actor == Actor::System || order.provider == actor.membership()?.organisation {
        Ok(order)
    } else {
        Err(no_order())
    }
}

/// An order as its provider sees it (Source: ORD-1).
pub async fn read(backend: &Backend, actor: &Actor, id: OrderId) -> Result<Order, Problem> {
    actor.may(UseCase::OrderRead)?;
    let order = find(&mut backend.read().await?, id).await?;
    if order.provider == actor.membership()?.organisation { Ok(order) } else { Err(no_order()) }
}

/// Refuses who may not send, and says who can (Source: ORD-2).
pub async fn require_sender(
    backend: &Backend,
    actor: &Actor,
    wanted: UseCase,
) -> Result<(), Problem> {
    let Err(problem) = actor.may(wanted) else { return Ok(()) };
    let names = organisation::admins(backend, actor).await?;
    Err(problem.remedy(
        format!("请联系本组织的平台管理员：{}", names.join("、")),
        format!("Ask a platform admin of your organisation: {}", names.join(", ")),
    ))
}

/// Whether the two organisations' editions differ now, of which people are warned before each send
/// (Source: ENT-2).
pub async fn editions_differ(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<bool, Problem> {
    let order = read(backend, actor, id).await?;
    let mut tx = backend.read().await?;
    let provider = organisation::find(&mut tx, order.provider).await?.edition;
    Ok(provider != organisation::find(&mut tx, order.customer).await?.edition)
}

/// How many of its steps an order's page shows.
pub const HISTORY: i64 = 100;

/// What happened with an order: the steps of the order, of its sends and of the app that it brought,
/// as the own organisation's audit trail has them, the newest first (Source: ORD-1).
pub async fn history(backend: &Backend, actor: &Actor, id: OrderId) -> Result<Vec<Entry>, Problem> {
    let order = read(backend, actor, id).await?;
    // `+ 0` keeps SQLite from reading the chain in that order, instead of by its index of subjects.
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select a.* from audit_entry a where a.chain = $1 and a.subject in \
                 (select o.id from purchase_order o where o.id = $2 \
                 union all select d.id from delivery d where d.order_id = $2 \
                 union all select o.delivered_application from purchase_order o where o.id = $2) \
                 order by a.position + 0 desc limit $3"
            ),
            args![order.provider, id, HISTORY],
        )
        .await?;
    rows.iter().map(|row| Ok(audit::from_row(row)?.0)).collect()
}

/// An order as its customer sees it (Source: ORD-1).
pub async fn read_purchased(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<Order, Problem> {
    actor.may(UseCase::PurchasedRead)?;
    let order = find(&mut backend.read().await?, id).await?;
    if order.customer == actor.membership()?.organisation { Ok(order) } else { Err(no_order()) }
}

/// Turns the customer's edit permission on or off (Source: ORD-6, APP-4).
pub async fn set_edit_permission(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
    on: bool,
) -> Result<(), Problem> {
    actor.may(UseCase::EditPermissionChange)?;
    let mut tx = backend.begin().await?;
    let mut order = hold_own(&mut tx, actor, id).await?;
    order.state.require_sent()?;
    if order.edit_permission == on {
        return Ok(());
    }
    order.edit_permission = on;
    save(&mut tx, &order).await?;
    tx.run(
        sql!("update application set edit_permission = $1, revision = revision + 1 where id = $2"),
        args![on, order.delivered],
    )
    .await?;
    let action = if on { "order.edit_permission_opened" } else { "order.edit_permission_closed" };
    let detail = json!({"order": order.number, "app": order.app_name});
    audit::record(backend, &mut tx, actor, &order.concerned(), action, id, detail).await?;
    let (zh, en) = if on { ("开放", "opened") } else { ("收回", "closed") };
    let text = Text::new(
        format!("{} {zh}了「{}」的编辑权限", order.provider_name, order.app_name.get(Lang::Zh)),
        format!(
            "{} {en} edit permission of “{}”",
            order.provider_name,
            order.app_name.get(Lang::En)
        ),
    );
    let url = order.delivered.map_or_else(|| purchased_page(id), |app| format!("/apps/{app}"));
    notice::tell(backend, &mut tx, To::Members(order.customer, Role::Admin), &text, &url).await?;
    tx.commit().await?;
    Ok(())
}
