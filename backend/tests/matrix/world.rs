//! The world of the matrix: everything the use cases act upon, built once and copied for each call,
//! so that no call sees what another did.

use std::{path::PathBuf, sync::Arc};

use backend::{
    Backend, account, args,
    chance::SeededChance,
    clock::SetClock,
    db::{
        Address, Db,
        testing::{START, TestBackend},
    },
    file::Files,
    link, maintenance, notice, record,
};
use domain::{
    application::Key,
    authority::Actor,
    identity::{ApplicationId, InvitationId, OrderId, OrganisationId, ProjectId, RecordId},
    lang::Text,
    organisation::{Edition, InvitationForm, Role},
    time::Timestamp,
};

use crate::{
    common::{self, Somebody, organisation as found, person, stranger},
    order_stage::{Sale, token_of},
    provider_stage::Stage,
};

/// The password of everybody.
pub const PASSWORD: &str = "一个很长的口令 42";

/// Who calls, in the order of the table's columns.
pub const COLUMNS: [&str; 11] = [
    "stranger",
    "person without organisation",
    "provider: member",
    "provider: developer",
    "provider: admin",
    "provider: creator",
    "customer: member",
    "customer: developer",
    "customer: admin",
    "admin of another organisation",
    "operator",
];

/// What the use cases act upon.
pub struct World {
    folder: PathBuf,
    _keeper: TestBackend,
    people: Vec<Option<Somebody>>,
    stage: StageIds,
    /// A further organisation, which one can be invited into.
    pub further: OrganisationId,
    /// The token of an invitation into it.
    pub invitation: String,
    /// An invitation into the provider.
    pub provider_invitation: InvitationId,
    /// The order delivered to the customer.
    pub order: OrderId,
    /// The customer's app, 开发维护中.
    pub delivered: ApplicationId,
    /// A record that the customer filed there.
    pub record: RecordId,
    /// A link of the project that nobody bought through.
    pub fresh_link: String,
}

/// What [`Sale`] is made of, but for its backend.
struct StageIds {
    provider: OrganisationId,
    customer: OrganisationId,
    project: ProjectId,
    app: ApplicationId,
    token: String,
}

fn same(somebody: &Somebody) -> Somebody {
    Somebody {
        account: somebody.account,
        token: somebody.token.clone(),
        actor: somebody.actor.clone(),
    }
}

impl World {
    /// Builds it, through the use cases themselves.
    pub async fn new() -> Self {
        let sale = Sale::new(backend::db::testing::sqlite().await).await;
        sale.fill_contracts(1).await;
        let (order, delivered) = sale.delivered(true, true).await;
        let backend = &sale.stage.backend;
        // Not long before the world is opened, so that the visits still count then.
        backend.clock.advance(Timestamp::DAY - Timestamp::HOUR);
        for one in [&sale.developer, &sale.zhao, &sale.lin] {
            maintenance::enter(backend, &one.actor, order).await.expect("in");
        }
        let (provider, customer) = (sale.provider, sale.customer);
        // Each organisation has a second admin, so that the last-admin rule does not decide here.
        let other = found(backend, 9, Edition::Free).await;
        let further = found(backend, 10, Edition::Free).await;
        for organisation in [customer, other] {
            person(backend, "副管理员", &[(organisation, Role::Admin)]).await;
        }
        let host = person(backend, "主人", &[(further, Role::Admin)]).await;
        let form = InvitationForm { invitee: "客人".into(), role: "member".into() };
        let invitation = common::invite(backend, &host.actor, &form).await.expect("a link").token;
        let provider_invitation =
            common::invite(backend, &sale.lin.actor, &form).await.expect("a link").id;
        let pairs = [("f.name", "客户的机密")].into_iter().collect();
        let form = Key::fixed("customer");
        let record = record::create(backend, &sale.wang.actor, delivered, &form, &pairs)
            .await
            .expect("a record");
        let made = link::create(backend, &sale.lin.actor, sale.project, sale.app).await;
        let fresh_link = token_of(&made.expect("a link").path);
        let people = vec![
            None,
            Some(person(backend, "无组织", &[]).await),
            Some(person(backend, "服务商员工", &[(provider, Role::Member)]).await),
            Some(same(&sale.developer)),
            Some(same(&sale.zhao)),
            Some(same(&sale.lin)),
            Some(same(&sale.member)),
            Some(same(&sale.customer_developer)),
            Some(same(&sale.wang)),
            Some(person(backend, "外人", &[(other, Role::Admin)]).await),
            Some(same(&sale.operator)),
        ];
        tell_everybody(backend).await;
        let stage = StageIds {
            provider,
            customer,
            project: sale.project,
            app: sale.app,
            token: sale.token.clone(),
        };
        let keeper = sale.stage.backend;
        keeper.backend.db.close().await;
        keeper.db.close().await;
        let folder = keeper.folder.path().to_owned();
        Self {
            folder,
            _keeper: keeper,
            people,
            stage,
            further,
            invitation,
            provider_invitation,
            order,
            delivered,
            record,
            fresh_link,
        }
    }

    /// The actor of a column.
    pub fn actor(&self, column: usize) -> Actor {
        self.people[column].as_ref().map_or_else(stranger, |somebody| somebody.actor.clone())
    }

    /// The world anew, with a day passed and other random numbers than before.
    pub async fn copy(&self) -> Sale {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("fenfa.sqlite");
        std::fs::copy(self.folder.join("fenfa.sqlite"), &file).expect("a copy");
        let db = Db::connect(&Address::File(file)).await.expect("SQLite");
        let files = Files::folder(&self.folder.join("files")).expect("a folder for files");
        let clock = Arc::new(SetClock::at(START.plus(Timestamp::DAY)));
        let backend =
            Backend::new(db.clone(), files, clock.clone(), Arc::new(SeededChance::new(11)))
                .with_key(backend::application::signing::InstallationKey::from_bytes(&[7; 32]));
        let backend = TestBackend { backend: Arc::new(backend), clock, folder, db };
        let somebody = |column: usize| same(self.people[column].as_ref().expect("a person"));
        let ids = &self.stage;
        let stage = Stage {
            backend,
            provider: ids.provider,
            customer: ids.customer,
            lin: somebody(5),
            zhao: somebody(4),
            developer: somebody(3),
            wang: somebody(8),
            operator: somebody(10),
        };
        Sale {
            stage,
            project: ids.project,
            app: ids.app,
            token: ids.token.clone(),
            customer_developer: somebody(7),
            member: somebody(6),
        }
    }

    /// The account of the provider's member.
    pub fn provider_member(&self) -> domain::identity::AccountId {
        self.people[2].as_ref().expect("a person").account
    }

    /// The admin of another organisation.
    pub fn outsider(&self) -> Actor {
        self.actor(9)
    }
}

/// Everybody has a notice and a password.
async fn tell_everybody(backend: &Backend) {
    let hash = account::hash_password(backend, PASSWORD).await.expect("a hash");
    let mut tx = backend.begin().await.expect("a unit of work");
    tx.run("update account set password_hash = $1", args![hash]).await.expect("passwords");
    let text = Text::of("轮到您了", "It is your turn");
    notice::tell(backend, &mut tx, notice::To::Operators, &text, "/").await.expect("told");
    tx.commit().await.expect("a commit");
}
