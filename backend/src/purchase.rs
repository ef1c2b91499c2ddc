//! Purchase through a distribution link: the offer, the checks in their order, the one order of a
//! link (Source: PUR-1 to PUR-3).

mod look;

use domain::{
    authority::{Actor, UseCase},
    command::Checked,
    identity::{ApplicationId, LinkId, OrderId, OrganisationId, ProjectId, ReleaseId, Series},
    lang::{Lang, Text},
    link,
    order::{OrderState, bought_already, may_buy},
    organisation::{CorpId, Edition, Role},
    problem::Problem,
    project::ProjectState,
    purchase::{Buy, Contact, Placed},
    time::{Timestamp, Zone},
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    clock::zone,
    command::Begun,
    db::{Row, Tx},
    notice::{self, To},
    order::{self, Order},
    organisation::{self, Organisation, admins_of},
    problem::{Internal, missing},
    sql,
};

pub use look::look;

/// What a link offers: by whom, to whom. It grants nothing, so strangers may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The link.
    pub link: LinkId,
    /// Its token.
    pub token: String,
    /// The app.
    pub application: ApplicationId,
    /// The app's name.
    pub app_name: Text,
    /// What it is for.
    pub description: String,
    /// Its icon.
    pub icon: String,
    /// Who offers.
    pub provider: OrganisationId,
    /// The provider's name.
    pub provider_name: String,
    /// The customer's name, as the project has it.
    pub customer_name: String,
    /// Why the link is dead, if it is.
    pub dead: Option<Problem>,
    /// When somebody bought through it.
    pub bought_at: Option<Timestamp>,
    /// The provider's edition.
    pub provider_edition: Edition,
    contact: Contact,
    provider_zone: Zone,
    project: ProjectId,
    wanted: CorpId,
    newest_release: Option<(ReleaseId, i64)>,
}

fn from_row(row: &Row) -> Result<Offer, Problem> {
    let project: ProjectState = row.json("project_data")?;
    let revoked: Option<Timestamp> = row.get("revoked_at")?;
    let dead = link::require_alive(revoked.is_some(), &project).err();
    Ok(Offer {
        link: row.get("id")?,
        token: row.get("token")?,
        application: row.get("application_id")?,
        app_name: Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?),
        description: row.get("description")?,
        icon: row.get("icon")?,
        provider: row.get("provider_id")?,
        provider_name: row.get("provider_name")?,
        customer_name: row.get("customer_name")?,
        dead,
        bought_at: row.get("placed_at")?,
        provider_edition: row.parse("provider_edition", Edition::parse)?,
        contact: Contact { name: row.get("contact_name")?, reach: row.get("contact_reach")? },
        provider_zone: row.parse("provider_zone", zone)?,
        project: row.get("project_id")?,
        wanted: row.parse("customer_corp_id", |text| CorpId::parse(text).ok())?,
        newest_release: match row.get::<Option<ReleaseId>>("release_id")? {
            Some(release) => Some((release, row.get("release_number")?)),
            None => None,
        },
    })
}

/// What a link offers, with what else is asked for of it in the same statement.
macro_rules! of_link {
    ($columns:literal, $joins:literal, $order:literal) => {
        concat!(
            "select l.*, a.name_zh, a.name_en, a.description, a.icon, \
             p.id as provider_id, p.name as provider_name, p.edition as provider_edition, \
             p.time_zone as provider_zone, k.name as contact_name, k.login as contact_reach, \
             j.customer_name, j.customer_corp_id, j.state_data as project_data, o.placed_at, \
             r.id as release_id, r.number as release_number, ",
            $columns,
            " from link l \
             join project j on j.id = l.project_id \
             join organisation p on p.id = j.organisation_id \
             join application a on a.id = l.application_id \
             join account k on k.id = l.created_by \
             left join app_release r on r.application_id = a.id and r.number = \
             (select max(n.number) from app_release n where n.application_id = a.id) \
             left join purchase_order o on o.link_id = l.id ",
            $joins,
            " where l.token = $1",
            $order
        )
    };
}
use of_link;

/// The offer, and the organisation acted in, which would buy; in one statement, since every
/// purchase waits for it.
async fn find_for(
    tx: &mut Tx,
    token: &str,
    buyer: Option<OrganisationId>,
) -> Result<(Offer, Option<Organisation>), Problem> {
    let row = tx
        .one(
            sql!(of_link!(
                "b.id as buyer_id, b.corp_id as buyer_corp_id, b.name as buyer_name, \
                 b.edition as buyer_edition, b.time_zone as buyer_time_zone, \
                 b.created_at as buyer_created_at",
                "left join organisation b on b.id = $2",
                ""
            )),
            args![token, buyer],
        )
        .await?
        .ok_or_else(link::unknown)?;
    let organisation = match row.get::<Option<OrganisationId>>("buyer_id")? {
        Some(_) => Some(organisation::from_columns(&row, "buyer_")?),
        None => None,
    };
    Ok((from_row(&row)?, organisation))
}

/// The order placed through a link, for admins of the organisation that placed it, whichever of
/// theirs they act in.
async fn persons_order(tx: &mut Tx, actor: &Actor, link: LinkId) -> Result<Option<Order>, Problem> {
    let Ok(person) = actor.person() else { return Ok(None) };
    let Some(order) = order::by_link(tx, link).await? else { return Ok(None) };
    let admin = tx
        .one(
            sql!(
                "select role from member where organisation_id = $1 and account_id = $2 \
                 and role = 'admin'"
            ),
            args![order.customer, person.account],
        )
        .await?;
    Ok(admin.map(|_| order))
}

/// The order placed through a link, for admins of the organisation that placed it who act in it.
async fn own_order(tx: &mut Tx, actor: &Actor, link: LinkId) -> Result<Option<Order>, Problem> {
    let Ok(membership) = actor.membership() else { return Ok(None) };
    let order = order::by_link(tx, link).await?;
    Ok(order.filter(|order| {
        order.customer == membership.organisation && membership.role == Role::Admin
    }))
}

fn acted_in(actor: &Actor) -> Option<OrganisationId> {
    actor.membership().ok().map(|membership| membership.organisation)
}

/// The checks of a purchase, in the order of the rule (Source: PUR-2).
async fn check(
    tx: &mut Tx,
    actor: &Actor,
    offer: &Offer,
    buyer: Option<Organisation>,
) -> Result<Organisation, Problem> {
    if let Some(problem) = &offer.dead {
        return Err(problem.clone());
    }
    let membership = actor.membership()?;
    let organisation = buyer.ok_or_else(|| missing("组织", "organisation"))?;
    let admins = match membership.role {
        Role::Admin => Vec::new(),
        _ => admins_of(tx, organisation.id).await?,
    };
    may_buy(Some(membership.role), &admins, &organisation.corp_id, &offer.wanted)?;
    if offer.bought_at.is_some() {
        return Err(bought_already());
    }
    Ok(organisation)
}

/// 购买应用: places the one order of a link. Pressing again, at once or later, gives the same order
/// (Source: PUR-3).
pub async fn purchase(
    backend: &Backend,
    actor: &Actor,
    command: Checked<Buy>,
) -> Result<Placed, Problem> {
    let mut unit = match backend.unit(actor, &command).await? {
        Begun::Done(placed) => return Ok(placed),
        Begun::Work(unit) => unit,
    };
    actor.may(UseCase::Purchase)?;
    let (tx, token) = (&mut *unit, command.value.as_str());
    // Whoever comes second waits here, and then finds the order; a project that is being closed and
    // a link that is being revoked are waited for as well, and then refuse.
    tx.queue(
        sql!("select id from project where id = (select project_id from link where token = $1)"),
        args![token],
    )
    .await?;
    let (offer, buyer) = find_for(tx, token, acted_in(actor)).await?;
    let earlier = match offer.bought_at {
        Some(_) => own_order(tx, actor, offer.link).await?,
        None => None,
    };
    let placed = if let Some(order) = earlier {
        placed(order)
    } else {
        let customer = check(tx, actor, &offer, buyer).await?;
        place(backend, tx, actor, &offer, customer).await?
    };
    unit.commit(backend, placed).await
}

fn placed(order: Order) -> Placed {
    Placed {
        order: order.id,
        number: order.number,
        next: order.state.next_for_customer(&order.provider_name),
        state: order.state.label(),
        customer: order.customer,
        customer_name: order.customer_name,
        buyer_name: order.buyer_name,
        placed_at: order.placed_at,
    }
}

async fn place(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    offer: &Offer,
    customer: Organisation,
) -> Result<Placed, Problem> {
    let (person, placed_at) = (actor.person()?, backend.now());
    let (release, release_number) = offer.newest_release.ok_or_else(link::not_released)?;
    let id: OrderId = backend.id();
    let number = backend.number(tx, Series::Order, &offer.provider_zone).await?;
    let state = OrderState::Pending;
    tx.run(
        sql!(
            "insert into purchase_order (id, number, link_id, project_id, application_id, \
             release_id, provider_id, customer_id, provider_edition, customer_edition, buyer, \
             placed_at, state, state_data, edit_permission, revision) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 1)"
        ),
        args![
            id,
            &number,
            offer.link,
            offer.project,
            offer.application,
            release,
            offer.provider,
            customer.id,
            offer.provider_edition.code(),
            customer.edition.code(),
            person.account,
            placed_at,
            state.code(),
            serde_json::to_string(&state).internal()?
        ],
    )
    .await?;
    let detail = json!({
        "order": number, "app": offer.app_name, "release": release_number,
        "customer": customer.name,
    });
    audit::record(backend, tx, actor, &[offer.provider, customer.id], "order.placed", id, detail)
        .await?;
    let text = Text::new(
        format!(
            "{} 购买了「{}」，请发送应用（订单 {number}）",
            customer.name,
            offer.app_name.get(Lang::Zh)
        ),
        format!(
            "{} bought “{}”; send it (order {number})",
            customer.name,
            offer.app_name.get(Lang::En)
        ),
    );
    notice::tell(backend, tx, To::Members(offer.provider, Role::Admin), &text, &order::page(id))
        .await?;
    Ok(Placed {
        order: id,
        number,
        next: state.next_for_customer(&offer.provider_name),
        state: state.label(),
        customer: customer.id,
        customer_name: customer.name,
        buyer_name: person.name.clone(),
        placed_at,
    })
}
