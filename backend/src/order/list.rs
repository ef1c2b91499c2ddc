//! Lists of orders, page by page from a place (Source: ORD-1).

use domain::{
    authority::{Actor, UseCase},
    identity::ProjectId,
    problem::Problem,
    time::Timestamp,
};

use super::{Order, from_row, orders};
use crate::{
    Backend, args,
    db::Row,
    page::{self, Page},
    programme, sql,
};

/// What of the orders is wanted; everything empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of a project.
    pub project: Option<ProjectId>,
    /// Only those in this state, by its code.
    pub state: String,
    /// Only those whose number, project, customer or app contains this.
    pub search: String,
    /// Only those behind this place, from [`Page`].
    pub after: String,
}

fn page_of(rows: &[Row]) -> Result<Page<Order>, Problem> {
    Page::of(rows, from_row, |order| page::place_of(order.placed_at, order.id))
}

/// A page of somebody's orders; a statement for each way to them, so that each goes by its own index.
macro_rules! orders_of {
    ($whose:literal) => {
        orders!(
            "where ", $whose,
            " and ($2 = '' or o.state = $2) and (o.placed_at, o.id) < ($3, $4) \
             and ($5 = '%%' or lower(o.number) like $5 escape '\\' or lower(j.number) like $5 escape '\\' \
             or lower(j.name) like $5 escape '\\' or lower(c.name) like $5 escape '\\' \
             or lower(a.name_zh) like $5 escape '\\' or lower(a.name_en) like $5 escape '\\') \
             order by o.placed_at desc, o.id desc limit $6"
        )
    };
}

/// The provider's orders (订单中心), for who is or was one (Source: PRV-2).
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    filter: &Filter,
) -> Result<Page<Order>, Problem> {
    actor.may(UseCase::OrdersRead)?;
    let organisation = actor.membership()?.organisation;
    let (at, id) = page::place(&filter.after);
    let mut tx = backend.read().await?;
    programme::permission(&mut tx, organisation).await?.require_known()?;
    let (words, limit) = (page::pattern(&filter.search), page::SIZE + 1);
    let rows = if let Some(project) = filter.project {
        let asked = args![project, &filter.state, at, id, words, limit, organisation];
        tx.all(orders_of!("o.project_id = $1 and j.organisation_id = $7"), asked).await?
    } else {
        let asked = args![organisation, &filter.state, at, id, words, limit];
        tx.all(orders_of!("o.provider_id = $1"), asked).await?
    };
    page_of(&rows)
}

/// Some orders of the last days: placed within the same quarter of an hour, and in the same state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// When the quarter began.
    pub at: Timestamp,
    /// The code of the state that they are in now.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// Every day of every zone begins with a quarter of an hour.
const QUARTER: i64 = 15 * Timestamp::MINUTE;

/// The provider's orders since a moment, counted by quarters of an hour, which any zone's days are
/// made of: all of them, in no more rows than there are quarters.
pub async fn recent(
    backend: &Backend,
    actor: &Actor,
    since: Timestamp,
) -> Result<Vec<Recent>, Problem> {
    actor.may(UseCase::OrdersRead)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select quarter, state, count(*) as orders from \
                 (select placed_at / 900000000 as quarter, state from purchase_order \
                 where provider_id = $1 and placed_at >= $2) as placed \
                 group by quarter, state order by quarter desc, state limit 20000"
            ),
            args![actor.membership()?.organisation, since],
        )
        .await?;
    let read = |row: &Row| {
        let at = Timestamp(row.get::<i64>("quarter")? * QUARTER);
        Ok(Recent { at, state: row.get("state")?, count: row.get("orders")? })
    };
    rows.iter().map(read).collect()
}

/// The orders that the organisation placed as a customer (已购应用).
pub async fn purchased(
    backend: &Backend,
    actor: &Actor,
    after: &str,
) -> Result<Page<Order>, Problem> {
    actor.may(UseCase::PurchasedRead)?;
    let (at, id) = page::place(after);
    let rows = backend
        .read()
        .await?
        .all(
            orders!(
                "where o.customer_id = $1 and (o.placed_at, o.id) < ($2, $3) \
                 order by o.placed_at desc, o.id desc limit $4"
            ),
            args![actor.membership()?.organisation, at, id, page::SIZE + 1],
        )
        .await?;
    page_of(&rows)
}
