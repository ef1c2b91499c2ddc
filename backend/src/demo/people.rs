//! The demo's organisations and people.

use domain::{
    identity::OrganisationId,
    organisation::{CorpId, Edition, Role},
    problem::Problem,
};

use crate::{
    Backend,
    account::{self, DEMO_PASSWORD},
    organisation,
    problem::Internal,
};

/// CorpID, name, edition.
const ORGANISATIONS: [(&str, &str, Edition); 3] = [
    ("ding3a7f19c2e4b80d56", "云启数字科技", Edition::Professional),
    ("ding77a7af8924a84af035c2f4657eb6378f", "澄川环保工程", Edition::Light),
    ("dingb90c41de5f2a7836", "禾木家居连锁", Edition::Exclusive),
];

/// Login, name, and the roles in the organisations above.
type Someone = (&'static str, &'static str, &'static [(usize, Role)]);

const PEOPLE: [Someone; 9] = [
    ("zhou.ying@yunqi.example", "周颖", &[(0, Role::Admin)]),
    ("he.jun@yunqi.example", "何俊", &[(0, Role::Admin)]),
    ("lin.xiao@yunqi.example", "林晓", &[(0, Role::Developer)]),
    ("su.wen@yunqi.example", "苏文", &[(0, Role::Member)]),
    ("chen.mo@chengchuan.example", "陈默", &[(1, Role::Admin)]),
    ("fang.lan@chengchuan.example", "方岚", &[(1, Role::Member)]),
    ("xu.ning@hemu.example", "许宁", &[(2, Role::Admin)]),
    ("tang.yue@hemu.example", "唐越", &[(2, Role::Developer), (1, Role::Member)]),
    ("luo.fei@hemu.example", "罗菲", &[(2, Role::Member)]),
];

/// Creates them.
pub async fn load(backend: &Backend) -> Result<(), Problem> {
    let password = account::hash_password(backend, DEMO_PASSWORD).await?;
    let mut tx = backend.begin().await?;
    account::insert(backend, &mut tx, "operator@fenfa.example", "运营小组", &password, true, true)
        .await?;
    let mut ids = Vec::new();
    for (corp_id, name, edition) in ORGANISATIONS {
        let corp_id = CorpId::parse(corp_id).map_err(|text| text.en).internal()?;
        let id = backend.id::<OrganisationId>();
        let now = backend.now();
        organisation::insert(&mut tx, id, &corp_id, name, edition, "Asia/Shanghai", now).await?;
        ids.push(id);
    }
    for (login, name, roles) in PEOPLE {
        let account = account::insert(backend, &mut tx, login, name, &password, false, true).await?;
        for (index, role) in roles {
            organisation::put_member(&mut tx, ids[*index], account, *role, backend.now()).await?;
        }
    }
    Ok(tx.commit().await?)
}
