//! The demo's organisations and people.

use domain::{
    authority::{Actor, Membership, Person},
    identity::OrganisationId,
    organisation::{CorpId, Edition, Role},
    problem::Problem,
};

use crate::{
    Backend,
    account::{self, DEMO_PASSWORD},
    args, organisation,
    problem::{Internal, internal},
    sql,
};

/// An organisation of the demo.
pub struct Place {
    /// Its CorpID.
    pub corp_id: &'static str,
    /// Its name.
    pub name: &'static str,
    edition: Edition,
}

/// The provider.
pub const PROVIDER: Place =
    Place {
        corp_id: "ding3a7f19c2e4b80d56", name: "云启数字科技", edition: Edition::Professional
    };
/// A customer with a smaller edition.
pub const CLEAR_RIVER: Place = Place {
    corp_id: "ding77a7af8924a84af035c2f4657eb6378f",
    name: "澄川环保工程",
    edition: Edition::Light,
};
/// A customer with a larger edition.
pub const HOME: Place =
    Place {
        corp_id: "dingb90c41de5f2a7836", name: "禾木家居连锁", edition: Edition::Exclusive
    };

/// The operator's login.
pub const OPERATOR: &str = "operator@fenfa.example";

/// Login, name, and the roles in organisations.
type Someone = (&'static str, &'static str, &'static [(&'static Place, Role)]);

const PEOPLE: [Someone; 9] = [
    ("zhou.ying@yunqi.example", "周颖", &[(&PROVIDER, Role::Admin)]),
    ("he.jun@yunqi.example", "何俊", &[(&PROVIDER, Role::Admin)]),
    ("lin.xiao@yunqi.example", "林晓", &[(&PROVIDER, Role::Developer)]),
    ("su.wen@yunqi.example", "苏文", &[(&PROVIDER, Role::Member)]),
    ("chen.mo@chengchuan.example", "陈默", &[(&CLEAR_RIVER, Role::Admin)]),
    ("fang.lan@chengchuan.example", "方岚", &[(&CLEAR_RIVER, Role::Member)]),
    ("xu.ning@hemu.example", "许宁", &[(&HOME, Role::Admin)]),
    ("tang.yue@hemu.example", "唐越", &[(&HOME, Role::Developer), (&CLEAR_RIVER, Role::Member)]),
    ("luo.fei@hemu.example", "罗菲", &[(&HOME, Role::Member)]),
];

/// Creates them.
pub async fn load(backend: &Backend) -> Result<(), Problem> {
    let password = account::hash_password(backend, DEMO_PASSWORD).await?;
    let mut tx = backend.begin().await?;
    account::insert(backend, &mut tx, OPERATOR, "运营小组", &password, true, true).await?;
    let mut ids = Vec::new();
    for place in [&PROVIDER, &CLEAR_RIVER, &HOME] {
        let corp_id = CorpId::parse(place.corp_id).map_err(|text| text.en).internal()?;
        let id = backend.id::<OrganisationId>();
        let now = backend.now();
        organisation::insert(
            &mut tx,
            id,
            &corp_id,
            place.name,
            place.edition,
            "Asia/Shanghai",
            now,
        )
        .await?;
        ids.push((place.corp_id, id));
    }
    for (login, name, roles) in PEOPLE {
        let account =
            account::insert(backend, &mut tx, login, name, &password, false, true).await?;
        for (place, role) in roles {
            let found = ids.iter().find(|(corp_id, _)| *corp_id == place.corp_id);
            let (_, id) =
                found.ok_or_else(|| internal(&"an organisation of the demo is missing"))?;
            organisation::put_member(&mut tx, *id, account, *role, backend.now()).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The person of a login, acting in the organisation joined first.
pub async fn actor(backend: &Backend, login: &str) -> Result<Actor, Problem> {
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select a.id, a.name, a.operator, m.organisation_id, m.role, o.name as organisation \
                 from account a left join member m on m.account_id = a.id \
                 left join organisation o on o.id = m.organisation_id \
                 where a.login = $1 order by m.joined_at limit 1"
            ),
            args![login],
        )
        .await?
        .ok_or_else(|| internal(&"a person of the demo is missing"))?;
    let organisation: Option<OrganisationId> = row.get("organisation_id")?;
    let membership = match organisation {
        Some(organisation) => Some(Membership {
            organisation,
            organisation_name: row.get("organisation")?,
            role: row.parse("role", Role::parse)?,
        }),
        None => None,
    };
    Ok(Actor::Person(Box::new(Person {
        account: row.get("id")?,
        session: backend.id(),
        name: row.get("name")?,
        operator: row.get("operator")?,
        membership,
        address: "127.0.0.1".into(),
        language: None,
        theme: None,
    })))
}
