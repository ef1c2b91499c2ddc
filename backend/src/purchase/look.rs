//! What a link leads to, as whoever opens it sees it: the offer, who they are, and whether each of
//! their organisations can buy (Source: PUR-1, PUR-2).

use std::collections::HashMap;

use domain::{
    authority::{Actor, UseCase},
    identity::{AccountId, OrderId, OrganisationId},
    link::unknown,
    order::{bought_already, may_buy},
    organisation::{CorpId, Edition, Role},
    problem::Problem,
    purchase::{self as shown, Before, Choice, Content, Purchase, Visitor},
};

use super::{Offer, acted_in, from_row, of_link, persons_order, placed};
use crate::{
    Backend,
    application::release::{self, PageSummary},
    args,
    db::{Row, Tx},
    problem::missing,
    sql,
};

/// The page a link opens, for anybody. The order placed through it is there for admins of the
/// organisation that placed it, whichever of theirs they act in.
pub async fn look(backend: &Backend, actor: &Actor, token: &str) -> Result<Purchase, Problem> {
    actor.may(UseCase::LinkOpen)?;
    let mut tx = backend.read().await?;
    let rows = belongings(&mut tx, actor, token).await?;
    let offer = from_row(rows.first().ok_or_else(unknown)?)?;
    let contents = match offer.newest_release {
        Some((release, _)) => {
            release::pages(backend, &mut tx, release).await?.iter().map(content).collect()
        }
        None => Vec::new(),
    };
    let order = match offer.bought_at {
        Some(_) => persons_order(&mut tx, actor, offer.link).await?.map(placed),
        None => None,
    };
    let visitor = visitor(&mut tx, actor, &offer, &rows).await?;
    Ok(Purchase { offer: as_shown(offer, contents), visitor, order })
}

fn content(page: &PageSummary) -> Content {
    Content { title: page.title.clone(), fields: u32::try_from(page.fields).unwrap_or(u32::MAX) }
}

/// The offer without what only the checks need: the project's CorpID is shown to nobody.
fn as_shown(offer: Offer, contents: Vec<Content>) -> shown::Offer {
    shown::Offer {
        token: offer.token,
        app_name: offer.app_name,
        description: offer.description,
        icon: offer.icon,
        provider_name: offer.provider_name,
        provider_edition: offer.provider_edition,
        contact: offer.contact,
        customer_name: offer.customer_name,
        release: offer.newest_release.map(|(_, number)| number),
        contents,
        dead: offer.dead,
        bought_at: offer.bought_at,
    }
}

async fn visitor(
    tx: &mut Tx,
    actor: &Actor,
    offer: &Offer,
    rows: &[Row],
) -> Result<Option<Visitor>, Problem> {
    let Ok(person) = actor.person() else { return Ok(None) };
    let acting = acted_in(actor);
    let login = rows.first().ok_or_else(|| missing("账号", "account"))?.get("visitor_login")?;
    let mut choices = Vec::new();
    for row in rows {
        // Somebody outside every organisation has a row without any.
        if row.get::<Option<OrganisationId>>("own_id")?.is_some() {
            choices.push(choice(row)?);
        }
    }
    // The link says itself that it is dead; then nothing is asked of those who open it.
    if offer.dead.is_none() {
        let all_admins = choices.iter().all(|(choice, _)| choice.role == Role::Admin);
        let admins =
            if all_admins { HashMap::new() } else { admins_to_ask(tx, person.account).await? };
        for (choice, corp_id) in &mut choices {
            choice.refusal = refusal(choice, corp_id, &admins, offer);
        }
    }
    let mut choices: Vec<Choice> = choices.into_iter().map(|(choice, _)| choice).collect();
    choices.sort_by(|one, other| {
        let order = |choice: &Choice| (choice.refusal.is_some(), choice.name.clone());
        order(one).cmp(&order(other))
    });
    Ok(Some(Visitor { name: person.name.clone(), login, acting, choices }))
}

/// The offer, in a row for each of the visitor's organisations, with the newest order of the same app
/// that it has placed through another link; strangers have one row without. Of very many, that which can
/// buy and that which is acted in are there in any case.
async fn belongings(tx: &mut Tx, actor: &Actor, token: &str) -> Result<Vec<Row>, Problem> {
    let account = actor.person().ok().map(|person| person.account);
    let rows = tx
        .all(
            sql!(of_link!(
                "v.login as visitor_login, m.role as own_role, h.id as own_id, h.name as own_name, \
                 h.corp_id as own_corp_id, h.edition as own_edition, b.id as before_id, \
                 b.number as before_number, b.placed_at as before_placed_at",
                "left join account v on v.id = $2 \
                 left join member m on m.account_id = v.id \
                 left join organisation h on h.id = m.organisation_id \
                 left join purchase_order b on b.id = (select e.id from purchase_order e \
                 where e.customer_id = h.id and e.application_id = l.application_id \
                 and e.link_id <> l.id and e.state <> 'cancelled' \
                 order by e.placed_at desc, e.id desc limit 1)",
                " order by case when h.corp_id = j.customer_corp_id then 0 when h.id = $3 then 1 \
                 else 2 end, h.name, h.id limit 200"
            )),
            args![token, account, acted_in(actor)],
        )
        .await?;
    Ok(rows)
}

fn choice(row: &Row) -> Result<(Choice, CorpId), Problem> {
    let corp_id: CorpId = row.parse("own_corp_id", |text| CorpId::parse(text).ok())?;
    let before = match row.get::<Option<OrderId>>("before_id")? {
        Some(order) => Some(Before {
            order,
            number: row.get("before_number")?,
            placed_at: row.get("before_placed_at")?,
        }),
        None => None,
    };
    let choice = Choice {
        organisation: row.get("own_id")?,
        name: row.get("own_name")?,
        corp_id: corp_id.to_string(),
        role: row.parse("own_role", Role::parse)?,
        edition: row.parse("own_edition", Edition::parse)?,
        refusal: None,
        before,
    };
    Ok((choice, corp_id))
}

/// Of each organisation in which the visitor is no platform admin, those whom one may ask: the ones
/// who have been members longest.
async fn admins_to_ask(
    tx: &mut Tx,
    account: AccountId,
) -> Result<HashMap<OrganisationId, Vec<String>>, Problem> {
    let rows = tx
        .all(
            sql!(
                "select n.organisation_id, n.name from (select m.organisation_id, a.name, \
                 row_number() over (partition by m.organisation_id order by m.joined_at, a.id) \
                 as place from member own \
                 join member m on m.organisation_id = own.organisation_id and m.role = 'admin' \
                 join account a on a.id = m.account_id \
                 where own.account_id = $1 and own.role <> 'admin') n \
                 where n.place <= 10 order by n.organisation_id, n.place limit 2000"
            ),
            args![account],
        )
        .await?;
    let mut admins: HashMap<OrganisationId, Vec<String>> = HashMap::new();
    for row in &rows {
        admins.entry(row.get("organisation_id")?).or_default().push(row.get("name")?);
    }
    Ok(admins)
}

/// Why an organisation cannot buy, by the first of the checks that it does not pass (Source: PUR-2).
fn refusal(
    choice: &Choice,
    corp_id: &CorpId,
    admins: &HashMap<OrganisationId, Vec<String>>,
    offer: &Offer,
) -> Option<Problem> {
    let admins = admins.get(&choice.organisation).map_or(&[][..], Vec::as_slice);
    let allowed = may_buy(Some(choice.role), admins, corp_id, &offer.wanted);
    allowed.err().or_else(|| offer.bought_at.map(|_| bought_already()))
}
