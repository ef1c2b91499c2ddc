//! Remote maintenance in its simple form: the provider's entrance into an app that is 开发维护中,
//! noted each time for the customer to read. What is changed inside is recorded by the designer
//! (Source: APP-5, ORD-6).

use domain::{
    authority::{Actor, UseCase},
    identity::{ApplicationId, OrderId},
    lang::{Lang, Text},
    lifecycle::Access,
    organisation::Role,
    problem::{Kind, Problem},
    time::Timestamp,
};
use serde_json::json;

use crate::{
    Backend, args, audit,
    db::Tx,
    lifecycle::{self, App},
    notice::{self, To},
    order, page, sql,
};

/// The code of the refusal to go into a customer's app by another way than the entrance.
pub const NOT_ENTERED: &str = "maintenance.not_entered";

/// Once a person has entered, going in again within this time is the same visit, unless maintenance
/// was closed meanwhile.
const VISIT: i64 = 8 * Timestamp::HOUR;

/// A visit of somebody of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Who.
    pub name: String,
    /// Of which organisation.
    pub organisation_name: String,
    /// When the visit began.
    pub entered_at: Timestamp,
    /// How many components the person has changed since, until the next visit.
    pub changes: i64,
}

/// Enters the app that an order brought, through the provider's own entrance. Gives the app.
pub async fn enter(
    backend: &Backend,
    actor: &Actor,
    id: OrderId,
) -> Result<ApplicationId, Problem> {
    actor.may(UseCase::MaintenanceEnter)?;
    let order = order::read(backend, actor, id).await?;
    order.state.require_sent()?;
    let Some(app) = order.delivered else { return Err(lifecycle::no_app()) };
    let mut tx = backend.begin().await?;
    let (app, access) = lifecycle::hold(&mut tx, actor, app).await?;
    if !access.is_maintenance() {
        return Err(closed());
    }
    let person = actor.person()?;
    let now = backend.now();
    if !is_inside(backend, &mut tx, actor, app.id).await? {
        tx.run(
            sql!(
                "insert into maintenance_visit (application_id, account_id, organisation_id, \
                 entered_at) values ($1, $2, $3, $4)"
            ),
            args![app.id, person.account, actor.membership()?.organisation, now],
        )
        .await?;
        let detail = json!({"order": order.number, "name": app.name});
        audit::record(
            backend,
            &mut tx,
            actor,
            &app.concerned(),
            "maintenance.entered",
            app.id,
            detail,
        )
        .await?;
        let text = Text::new(
            format!(
                "{} 的 {} 进入了「{}」进行开发维护",
                order.provider_name,
                person.name,
                app.name.get(Lang::Zh)
            ),
            format!(
                "{} of {} has entered “{}” for maintenance",
                person.name,
                order.provider_name,
                app.name.get(Lang::En)
            ),
        );
        let url = format!("/apps/{}/maintenance", app.id);
        notice::tell(backend, &mut tx, To::Members(app.organisation, Role::Admin), &text, &url)
            .await?;
    }
    tx.commit().await?;
    Ok(app.id)
}

/// The refusal of the entrance while the app is not 开发维护中.
pub fn closed() -> Problem {
    Problem::new(
        Kind::Conflict,
        "maintenance.closed",
        "APP-5",
        "应用不是「开发维护中」，不能进入远程维护",
        "The app is not in development, so remote maintenance is closed",
    )
    .remedy(
        "请客户的平台管理员先「开启-开发维护」",
        "Ask a platform admin of the customer to open maintenance",
    )
}

/// Whether a visit of this person is noted that still counts.
async fn is_inside(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    app: ApplicationId,
) -> Result<bool, Problem> {
    let since = backend.now().plus(-VISIT);
    let row = tx
        .one(
            sql!(
                "select entered_at from maintenance_visit where application_id = $1 \
                 and account_id = $2 and entered_at > $3 and ended_at is null limit 1"
            ),
            args![app, actor.person()?.account, since],
        )
        .await?;
    Ok(row.is_some())
}

/// Ends all visits: the customer closes maintenance, and what comes after it opens anew is noted anew.
pub(crate) async fn end_visits(
    backend: &Backend,
    tx: &mut Tx,
    app: ApplicationId,
) -> Result<(), Problem> {
    tx.run(
        sql!(
            "update maintenance_visit set ended_at = $1 \
             where application_id = $2 and ended_at is null"
        ),
        args![backend.now(), app],
    )
    .await?;
    Ok(())
}

/// Lets the provider's people into a customer's app by one way only: [`enter`], which is noted.
/// Nothing to ask of the organisation that has the app.
pub(crate) async fn require_entered(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    (app, access): (App, Access),
) -> Result<(App, Access), Problem> {
    if access.is_maintenance() && !is_inside(backend, tx, actor, app.id).await? {
        return Err(not_entered());
    }
    Ok((app, access))
}

fn not_entered() -> Problem {
    Problem::new(
        Kind::Denied,
        NOT_ENTERED,
        "APP-5",
        "请先从远程维护的入口进入这个应用",
        "Enter this app through remote maintenance first",
    )
    .remedy(
        "每次进入都会记录并对客户可见；填写的内容还在，进入后可以再次提交",
        "Each visit is noted for the customer; what you typed is kept and can be submitted again",
    )
}

/// The provider's visits to an app, the newest first, for those who may open the app.
pub async fn visits(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<Vec<Visit>, Problem> {
    actor.may(UseCase::ChangesRead)?;
    let mut tx = backend.read().await?;
    let found = lifecycle::access(&mut tx, actor, id).await?;
    require_entered(backend, &mut tx, actor, found).await?;
    let rows = tx
        .all(
            sql!(
                "select a.name, o.name as organisation_name, v.entered_at, \
                 (select count(*) from component_change c where c.application_id = v.application_id \
                 and c.author = v.account_id and c.channel = 'maintenance' and c.at >= v.entered_at \
                 and c.at < coalesce((select min(w.entered_at) from maintenance_visit w \
                 where w.application_id = v.application_id and w.account_id = v.account_id \
                 and w.entered_at > v.entered_at), 9223372036854775807)) as changes \
                 from maintenance_visit v join account a on a.id = v.account_id \
                 join organisation o on o.id = v.organisation_id \
                 where v.application_id = $1 order by v.entered_at desc limit $2"
            ),
            args![id, page::NEWEST],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Visit {
                name: row.get("name")?,
                organisation_name: row.get("organisation_name")?,
                entered_at: row.get("entered_at")?,
                changes: row.get("changes")?,
            })
        })
        .collect()
}
