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

/// The provider's orders (订单中心), for who is or was one (Source: PRV-2).
pub async fn list(
    backend: &Backend,
    actor: &Actor,
    filter: &Filter,
) -> Result<Page<Order>, Problem> {
    actor.may(UseCase::OrdersRead)?;
    let organisation = actor.membership()?.organisation;
    let (at, id) = page::place(&filter.after);
    let project = filter.project.map(|project| project.to_string()).unwrap_or_default();
    let mut tx = backend.read().await?;
    programme::permission(&mut tx, organisation).await?.require_known()?;
    let rows = tx
        .all(
            orders!(
                "where o.provider_id = $1 and ($2 = '' or o.project_id = $2) \
                 and ($3 = '' or o.state = $3) and (o.placed_at, o.id) < ($4, $5) \
                 and ($6 = '%%' or lower(o.number) like $6 escape '\\' or lower(j.number) like $6 escape '\\' \
                 or lower(j.name) like $6 escape '\\' or lower(c.name) like $6 escape '\\' \
                 or lower(a.name_zh) like $6 escape '\\' or lower(a.name_en) like $6 escape '\\') \
                 order by o.placed_at desc, o.id desc limit $7"
            ),
            args![
                organisation, project, &filter.state, at, id,
                page::pattern(&filter.search), page::SIZE + 1
            ],
        )
        .await?;
    page_of(&rows)
}

/// How many of the newest orders [`recent`] looks at.
const RECENT: i64 = 1_000;

/// When the provider's newest orders since a moment were placed, the newest first, and the code of
/// the state that each is in now; at most a thousand, so that a chart of them costs the same however
/// many there are.
pub async fn recent(
    backend: &Backend,
    actor: &Actor,
    since: Timestamp,
) -> Result<Vec<(Timestamp, String)>, Problem> {
    actor.may(UseCase::OrdersRead)?;
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select placed_at, state from purchase_order \
                 where provider_id = $1 and placed_at >= $2 order by placed_at desc, id desc limit $3"
            ),
            args![actor.membership()?.organisation, since, RECENT],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("placed_at")?, row.get("state")?))).collect()
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
