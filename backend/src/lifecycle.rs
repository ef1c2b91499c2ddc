//! Apps in the organisation that has them: access, acceptance, maintenance, enabling
//! (Source: APP-1 to APP-4).

use domain::{
    application::Key,
    authority::{Actor, Membership, UseCase},
    identity::{ApplicationId, OrderId, OrganisationId, ReleaseId},
    lang::{Lang, Text},
    lifecycle::{Acceptance, Access, Lifecycle, Standing, visible_to},
    organisation::{Edition, Role},
    problem::{FieldCheck, Kind, Problem},
    step::Step,
    time::Timestamp,
};
use serde_json::json;

use crate::{
    Backend, application, args, audit,
    db::{Row, Tx},
    maintenance,
    notice::{self, To},
    page::{self, Page},
    problem::{Internal, missing},
    sql,
};

/// An app as its organisation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: ApplicationId,
    /// The organisation that has it.
    pub organisation: OrganisationId,
    /// That organisation's name.
    pub organisation_name: String,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: String,
    /// Its icon's name.
    pub icon: String,
    /// Whether it is a premium app (精品应用).
    pub premium: bool,
    /// Where it stands.
    pub lifecycle: Lifecycle,
    /// False while a delivery is under way.
    pub visible: bool,
    /// Whether the customer may change its components.
    pub edit_permission: bool,
    /// For a delivered app, where it came from.
    pub origin: Option<Origin>,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// Counts its changes.
    pub revision: i64,
}

/// Where a delivered app came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The order.
    pub order: OrderId,
    /// The release it was made from.
    pub release: ReleaseId,
    /// The provider.
    pub provider: OrganisationId,
    /// The provider's name.
    pub provider_name: String,
}

impl App {
    /// What somebody may do in it.
    pub fn access(&self, actor: &Actor) -> Access {
        let standing = Standing {
            owner: self.organisation,
            provider: self.origin.as_ref().map(|origin| origin.provider),
            lifecycle: &self.lifecycle,
            visible: self.visible,
            edit_permission: self.edit_permission,
        };
        visible_to(&standing, actor.membership().ok())
    }

    /// Whether somebody's organisation has used the app until it was disabled.
    fn was_used_by(&self, actor: &Actor) -> bool {
        let own = |held: &Membership| held.organisation == self.organisation;
        let disabled = matches!(self.lifecycle, Lifecycle::Disabled { .. });
        self.visible && disabled && actor.membership().is_ok_and(own)
    }

    /// Whether somebody builds apps for the provider that delivered this one, and so knows of it
    /// (Source: APP-5).
    fn is_built_by(&self, actor: &Actor) -> bool {
        let provider = self.origin.as_ref().map(|origin| origin.provider);
        self.visible
            && actor
                .membership()
                .is_ok_and(|own| provider == Some(own.organisation) && own.role >= Role::Developer)
    }

    /// The organisations whose audit trails its steps concern.
    pub fn concerned(&self) -> Vec<OrganisationId> {
        let provider = self.origin.as_ref().map(|origin| origin.provider);
        std::iter::once(self.organisation).chain(provider).collect()
    }
}

/// Apps with their organisation and, where delivered, their provider.
macro_rules! apps {
    ($tail:literal) => {
        sql!(concat!(
            "select a.*, o.name as organisation_name, p.provider_id, v.name as provider_name \
             from application a join organisation o on o.id = a.organisation_id \
             left join purchase_order p on p.id = a.origin_order \
             left join organisation v on v.id = p.provider_id ",
            $tail
        ))
    };
}

fn from_row(row: &Row) -> Result<App, Problem> {
    let order: Option<OrderId> = row.get("origin_order")?;
    let origin = match order {
        Some(order) => Some(Origin {
            order,
            release: row.get("origin_release")?,
            provider: row.get("provider_id")?,
            provider_name: row.get("provider_name")?,
        }),
        None => None,
    };
    Ok(App {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        organisation_name: row.get("organisation_name")?,
        name: Text::new(row.get::<String>("name_zh")?, row.get::<String>("name_en")?),
        description: row.get("description")?,
        icon: row.get("icon")?,
        premium: row.get("premium")?,
        lifecycle: row.json("state_data")?,
        visible: row.get("visible")?,
        edit_permission: row.get("edit_permission")?,
        origin,
        created_at: row.get("created_at")?,
        revision: row.get("revision")?,
    })
}

/// The app `id`, whoever asks; use cases take [`access`] instead.
pub async fn find(tx: &mut Tx, id: ApplicationId) -> Result<App, Problem> {
    let row = tx.one(apps!("where a.id = $1"), args![id]).await?;
    from_row(&row.ok_or_else(no_app)?)
}

/// The app `id` and what somebody may do in it; without any access it is not there, but those who
/// built it read that the customer has closed maintenance, and those who used it that it is
/// disabled. Inside a unit of work that changes the app, take [`hold`].
pub async fn access(
    tx: &mut Tx,
    actor: &Actor,
    id: ApplicationId,
) -> Result<(App, Access), Problem> {
    let app = find(tx, id).await?;
    let access = app.access(actor);
    if access.any() {
        Ok((app, access))
    } else if app.is_built_by(actor) {
        Err(maintenance::closed())
    } else if app.was_used_by(actor) {
        Err(disabled())
    } else {
        Err(no_app())
    }
}

/// Like [`access`], and holds the app until the end of the unit of work.
pub async fn hold(tx: &mut Tx, actor: &Actor, id: ApplicationId) -> Result<(App, Access), Problem> {
    tx.queue(sql!("select id from application where id = $1"), args![id]).await?;
    access(tx, actor, id).await
}

fn disabled() -> Problem {
    Problem::new(
        Kind::Denied,
        "application.disabled",
        "APP-3",
        "这个应用已停用，暂时不能使用",
        "This app is disabled and cannot be used for now",
    )
    .remedy(
        "需要使用时，请联系组织的平台管理员重新启用",
        "Ask a platform admin of your organisation to enable it again",
    )
}

/// The refusal for apps that are not there or not for this person.
pub fn no_app() -> Problem {
    missing("应用", "app")
}

/// The apps of the own organisation that the role may see and whose name contains `search`, the
/// newest first, page by page.
pub async fn mine(
    backend: &Backend,
    actor: &Actor,
    search: &str,
    after: &str,
) -> Result<Page<(App, Access)>, Problem> {
    actor.may(UseCase::ApplicationsRead)?;
    let membership = actor.membership()?;
    let builds = membership.role >= Role::Developer;
    let (at, id) = page::place(after);
    let rows = backend
        .read()
        .await?
        .all(
            apps!(
                "where a.organisation_id = $1 and a.visible = 1 and ($2 = 1 or a.state = 'enabled') \
                 and (lower(a.name_zh) like $3 escape '\\' or lower(a.name_en) like $3 escape '\\') \
                 and (a.created_at, a.id) < ($4, $5) order by a.created_at desc, a.id desc limit $6"
            ),
            args![
                membership.organisation, i64::from(builds), page::pattern(search), at, id,
                page::SIZE + 1
            ],
        )
        .await?;
    page_of(actor, &rows)
}

/// Customers' apps that the own organisation's developers may enter for maintenance and whose name
/// or customer contains `search`, page by page.
pub async fn maintained(
    backend: &Backend,
    actor: &Actor,
    search: &str,
    after: &str,
) -> Result<Page<(App, Access)>, Problem> {
    actor.may(UseCase::ApplicationsRead)?;
    let membership = actor.membership()?;
    if membership.role < Role::Developer {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let (at, id) = page::place(after);
    let rows = backend
        .read()
        .await?
        .all(
            apps!(
                "where p.provider_id = $1 and a.visible = 1 and a.state in ('maintenance', 'accepted') \
                 and (lower(a.name_zh) like $2 escape '\\' or lower(a.name_en) like $2 escape '\\' \
                 or lower(o.name) like $2 escape '\\') \
                 and (a.created_at, a.id) < ($3, $4) order by a.created_at desc, a.id desc limit $5"
            ),
            args![membership.organisation, page::pattern(search), at, id, page::SIZE + 1],
        )
        .await?;
    page_of(actor, &rows)
}

fn page_of(actor: &Actor, rows: &[Row]) -> Result<Page<(App, Access)>, Problem> {
    let read = |row: &Row| {
        let app = from_row(row)?;
        let access = app.access(actor);
        Ok((app, access))
    };
    Page::of(rows, read, |(app, _)| page::place_of(app.created_at, app.id))
}

async fn save(tx: &mut Tx, app: &App, next: &Lifecycle, now: Timestamp) -> Result<(), Problem> {
    tx.run(
        sql!(
            "update application set state = $1, state_data = $2, changed_at = $3, \
             revision = revision + 1 where id = $4"
        ),
        args![next.code(), serde_json::to_string(next).internal()?, now, app.id],
    )
    .await?;
    Ok(())
}

/// Who signs a step now.
pub(crate) fn signed(backend: &Backend, actor: &Actor) -> Result<Step, Problem> {
    let person = actor.person()?;
    Ok(Step { by: person.account, name: person.name.clone(), at: backend.now() })
}

/// What an admin of the organisation does to the state of one of its apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Enable,
    Disable,
    Close,
    Reopen,
}

impl Turn {
    fn action(self) -> &'static str {
        match self {
            Self::Enable => "application.enabled",
            Self::Disable => "application.disabled",
            Self::Close => "application.maintenance_closed",
            Self::Reopen => "application.maintenance_opened",
        }
    }

    fn apply(self, life: Lifecycle, signed: Step) -> Result<Lifecycle, Problem> {
        match self {
            Self::Enable => life.enable(signed),
            Self::Disable => life.disable(signed),
            Self::Close => life.close_maintenance(signed),
            Self::Reopen => life.open_maintenance(signed),
        }
    }

    /// What the provider is told, where it concerns the provider.
    fn news(self, app: &App) -> Option<Text> {
        let (organisation, name) = (&app.organisation_name, &app.name);
        match self {
            Self::Close => Some(Text::new(
                format!("{organisation} 关闭了「{}」的开发维护", name.get(Lang::Zh)),
                format!("{organisation} closed maintenance of “{}”", name.get(Lang::En)),
            )),
            Self::Reopen => Some(Text::new(
                format!("{organisation} 重新开启了「{}」的开发维护", name.get(Lang::Zh)),
                format!("{organisation} reopened maintenance of “{}”", name.get(Lang::En)),
            )),
            Self::Enable => Some(Text::new(
                format!("{organisation} 启用了「{}」，项目完成后可以结项", name.get(Lang::Zh)),
                format!(
                    "{organisation} enabled “{}”; once the project is done you can close it",
                    name.get(Lang::En)
                ),
            )),
            Self::Disable => None,
        }
    }
}

async fn turn(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    turn: Turn,
) -> Result<App, Problem> {
    let mut tx = backend.begin().await?;
    let (app, access) = hold(&mut tx, actor, id).await?;
    if !access.configure {
        return Err(domain::authority::role_needed(Role::Admin));
    }
    let next = turn.apply(app.lifecycle.clone(), signed(backend, actor)?)?;
    save(&mut tx, &app, &next, backend.now()).await?;
    match turn {
        Turn::Close => maintenance::end_visits(backend, &mut tx, id).await?,
        Turn::Reopen => forget_ticks(&mut tx, id).await?,
        Turn::Enable | Turn::Disable => {}
    }
    let detail = json!({"name": app.name, "state": next.code()});
    audit::record(backend, &mut tx, actor, &app.concerned(), turn.action(), id, detail).await?;
    tell_provider(backend, &mut tx, &app, turn.news(&app)).await?;
    tx.commit().await?;
    Ok(App { lifecycle: next, ..app })
}

async fn tell_provider(
    backend: &Backend,
    tx: &mut Tx,
    app: &App,
    text: Option<Text>,
) -> Result<(), Problem> {
    if let (Some(origin), Some(text)) = (&app.origin, text) {
        let url = format!("/manage/provider/orders/{}", origin.order);
        notice::tell(backend, tx, To::Members(origin.provider, Role::Admin), &text, &url).await?;
    }
    Ok(())
}

/// 启用: members may use the app (Source: APP-3).
pub async fn enable(backend: &Backend, actor: &Actor, id: ApplicationId) -> Result<App, Problem> {
    actor.may(UseCase::ApplicationEnable)?;
    turn(backend, actor, id, Turn::Enable).await
}

/// 停用: members may not use it any more (Source: APP-3).
pub async fn disable(backend: &Backend, actor: &Actor, id: ApplicationId) -> Result<App, Problem> {
    actor.may(UseCase::ApplicationEnable)?;
    turn(backend, actor, id, Turn::Disable).await
}

/// 关闭-开发维护 (Source: APP-3).
pub async fn close_maintenance(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<App, Problem> {
    actor.may(UseCase::MaintenanceClose)?;
    turn(backend, actor, id, Turn::Close).await
}

/// 开启-开发维护 (Source: APP-3).
pub async fn reopen_maintenance(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<App, Problem> {
    actor.may(UseCase::MaintenanceReopen)?;
    turn(backend, actor, id, Turn::Reopen).await
}

/// One line of the acceptance checklist (Source: APP-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckItem {
    /// Its code: `page.contract`, `samples`, `edition`.
    pub item: String,
    /// What is to be checked.
    pub about: CheckAbout,
    /// Who ticked it, and when.
    pub done: Option<(String, Timestamp)>,
}

/// What a line of the checklist is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckAbout {
    /// A page that was delivered.
    Page {
        /// Its key.
        key: Key,
        /// Its title.
        title: Text,
    },
    /// The sample records that came along and are still there.
    Samples {
        /// How many.
        count: i64,
    },
    /// The editions of provider and customer differ.
    Edition {
        /// The provider's.
        provider: Edition,
        /// The customer's.
        customer: Edition,
    },
}

impl CheckAbout {
    /// What people call it.
    fn label(&self) -> Text {
        match self {
            Self::Page { title, .. } => title.clone(),
            Self::Samples { .. } => Text::of("示例数据", "Sample data"),
            Self::Edition { .. } => Text::of("版本差异", "Differing editions"),
        }
    }
}

/// The checklist of a delivered app, made from the pages that it has now and what else came along.
pub async fn checklist(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<(App, Vec<CheckItem>), Problem> {
    actor.may(UseCase::AcceptanceCheck)?;
    let mut tx = backend.read().await?;
    let (app, access) = access(&mut tx, actor, id).await?;
    if !access.configure {
        return Err(domain::authority::role_needed(Role::Admin));
    }
    let items = items(&mut tx, &app).await?;
    Ok((app, items))
}

async fn items(tx: &mut Tx, app: &App) -> Result<Vec<CheckItem>, Problem> {
    let Some(origin) = &app.origin else { return Ok(vec![]) };
    let done = ticks(tx, app.id).await?;
    let mut abouts = Vec::new();
    for (key, form) in application::forms(tx, app.id).await? {
        let title = form.title;
        abouts.push((page_item(&key), CheckAbout::Page { key, title }));
    }
    let count = sample_count(tx, app.id).await?;
    if count > 0 || done.iter().any(|(item, _)| item == "samples") {
        abouts.push(("samples".to_owned(), CheckAbout::Samples { count }));
    }
    let provider = crate::organisation::find(tx, origin.provider).await?.edition;
    let customer = crate::organisation::find(tx, app.organisation).await?.edition;
    if provider != customer {
        abouts.push(("edition".to_owned(), CheckAbout::Edition { provider, customer }));
    }
    let find =
        |item: &str| done.iter().find(|(ticked, _)| ticked == item).map(|(_, by)| by.clone());
    Ok(abouts
        .into_iter()
        .map(|(item, about)| CheckItem { done: find(&item), item, about })
        .collect())
}

async fn ticks(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<(String, (String, Timestamp))>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select c.item, c.done_at, a.name from acceptance_check c \
                 join account a on a.id = c.done_by where c.application_id = $1 limit 2000"
            ),
            args![id],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("item")?, (row.get("name")?, row.get("done_at")?)))).collect()
}

async fn forget_ticks(tx: &mut Tx, id: ApplicationId) -> Result<(), Problem> {
    tx.run(sql!("delete from acceptance_check where application_id = $1"), args![id]).await?;
    Ok(())
}

/// Takes the tick of a page away that its provider has changed since: it was put under something
/// else. Not after the acceptance, which rests on what was ticked then (Source: APP-2).
pub(crate) async fn untick_page(tx: &mut Tx, id: ApplicationId, page: &str) -> Result<(), Problem> {
    tx.run(
        sql!(
            "delete from acceptance_check where application_id = $1 and item = $2 and exists \
             (select 1 from application a where a.id = $1 and a.state = 'maintenance')"
        ),
        args![id, page_item(page)],
    )
    .await?;
    Ok(())
}

/// The checklist's code of a page.
fn page_item(key: impl std::fmt::Display) -> String {
    format!("page.{key}")
}

/// Ticks a line of the checklist, or takes the tick away, as long as the app is not accepted.
pub async fn check(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    item: &str,
    ticked: bool,
) -> Result<(), Problem> {
    actor.may(UseCase::AcceptanceCheck)?;
    let mut tx = backend.begin().await?;
    let (app, access) = hold(&mut tx, actor, id).await?;
    if !access.configure {
        return Err(domain::authority::role_needed(Role::Admin));
    }
    app.lifecycle.require_checkable()?;
    let lines = items(&mut tx, &app).await?;
    let line = lines
        .iter()
        .find(|line| line.item == item)
        .ok_or_else(|| missing("验收项", "item of the checklist"))?;
    let (action, touched) = if ticked {
        let touched = tx.run(
            sql!(
                "insert into acceptance_check (application_id, item, done_by, done_at) \
                 values ($1, $2, $3, $4) on conflict (application_id, item) do nothing"
            ),
            args![id, item, actor.person()?.account, backend.now()],
        );
        ("application.item_ticked", touched.await?)
    } else {
        let touched = tx.run(
            sql!("delete from acceptance_check where application_id = $1 and item = $2"),
            args![id, item],
        );
        ("application.item_unticked", touched.await?)
    };
    if touched > 0 {
        let detail = json!({"name": app.name, "item": line.about.label()});
        let concerned = [app.organisation];
        audit::record(backend, &mut tx, actor, &concerned, action, id, detail).await?;
    }
    Ok(tx.commit().await?)
}

/// The customer's admin accepts the app, with whatever is still open (Source: APP-2).
pub async fn accept(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
    open_points: &str,
) -> Result<App, Problem> {
    actor.may(UseCase::Accept)?;
    let mut check = FieldCheck::new();
    let open_points = check.optional_text("open_points", open_points, 5_000);
    let open_points = check.conclude(open_points)?;
    let mut tx = backend.begin().await?;
    let (app, access) = hold(&mut tx, actor, id).await?;
    if !access.configure {
        return Err(domain::authority::role_needed(Role::Admin));
    }
    let lines = items(&mut tx, &app).await?.into_iter().filter(|line| line.done.is_none());
    let (unticked, titles) = lines.map(|line| (line.item, line.about.label())).unzip();
    let signed = signed(backend, actor)?;
    let acceptance = Acceptance { signed, unticked, titles, open_points };
    let open = acceptance.has_open_points();
    let detail = json!({
        "name": app.name, "open_points": acceptance.open_points, "unticked": acceptance.unticked,
        "left": acceptance.titles,
    });
    let next = app.lifecycle.clone().accept(acceptance)?;
    save(&mut tx, &app, &next, backend.now()).await?;
    audit::record(backend, &mut tx, actor, &app.concerned(), "application.accepted", id, detail)
        .await?;
    let asked = To::Members(app.organisation, Role::Admin);
    notice::settle(backend, &mut tx, &asked, &format!("/apps/{id}/acceptance")).await?;
    let news = if open { ("（有遗留问题）", " with open points") } else { ("", "") };
    let text = Text::new(
        format!("{} 验收了「{}」{}", app.organisation_name, app.name.get(Lang::Zh), news.0),
        format!("{} accepted “{}”{}", app.organisation_name, app.name.get(Lang::En), news.1),
    );
    tell_provider(backend, &mut tx, &app, Some(text)).await?;
    tx.commit().await?;
    Ok(App { lifecycle: next, ..app })
}

/// How many of an app's own records refer to sample records, and would lead nowhere without them.
pub async fn sample_referrers(tx: &mut Tx, id: ApplicationId) -> Result<i64, Problem> {
    let referring = sql!(
        "select count(distinct x.record_id) as referring from record_index x \
         join record s on s.id = x.sort_key and s.application_id = $1 and s.sample = 1 \
         join record r on r.id = x.record_id and r.sample = 0 \
         where x.application_id = $1 and x.position > 0"
    );
    let row = tx.one(referring, args![id]).await?.ok_or_else(no_app)?;
    Ok(row.get("referring")?)
}

/// How many sample records an app still has.
pub async fn sample_count(tx: &mut Tx, id: ApplicationId) -> Result<i64, Problem> {
    let row = tx
        .one(
            sql!("select count(*) as count from record where application_id = $1 and sample = 1"),
            args![id],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.get("count"))?)
}

/// The customer deletes all sample data with one action (Source: ORD-5). Gives how many records.
pub async fn delete_samples(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<u64, Problem> {
    actor.may(UseCase::SampleDelete)?;
    let mut tx = backend.begin().await?;
    let (app, access) = hold(&mut tx, actor, id).await?;
    if !access.configure {
        return Err(domain::authority::role_needed(Role::Admin));
    }
    tx.run(
        sql!(
            "delete from file where area = 'record' and subject in \
             (select id from record where application_id = $1 and sample = 1)"
        ),
        args![id],
    )
    .await?;
    let count = tx
        .run(sql!("delete from record where application_id = $1 and sample = 1"), args![id])
        .await?;
    // Where only samples were numbered, the customer's own numbers begin at the beginning. Where a
    // number was drawn here, even by a record that is gone, they go on: none is given twice.
    tx.run(
        sql!("delete from serial_counter where application_id = $1 and value = carried"),
        args![id],
    )
    .await?;
    let detail = json!({"name": app.name, "records": count});
    audit::record(
        backend,
        &mut tx,
        actor,
        &app.concerned(),
        "application.samples_deleted",
        id,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(count)
}
