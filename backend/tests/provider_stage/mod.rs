//! A provider with its people, its customer and an operator, and short ways to the states that the
//! tests of the provider's side begin from.
#![allow(dead_code, reason = "each test binary uses its part")]

use backend::{args, db::testing::TestBackend, file, link, programme, project};
use domain::{
    authority::Actor,
    identity::{ApplicationId, FileId, OrderId, OrganisationId, ProgrammeId, ProjectId, ReleaseId},
    organisation::{Edition, Role},
    programme::{ApplyForm, DecisionForm, WithdrawForm},
    project::{ProjectForm, ReviewForm},
};

use super::common::{Somebody, made, operator, organisation, person};

/// The first bytes of a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n";

/// Everybody the tests need.
pub struct Stage {
    /// The backend.
    pub backend: TestBackend,
    /// The provider, without the permission at first.
    pub provider: OrganisationId,
    /// The customer, whose CorpID the form names.
    pub customer: OrganisationId,
    /// A platform admin of the provider, who creates the projects.
    pub lin: Somebody,
    /// Another platform admin of the provider.
    pub zhao: Somebody,
    /// A developer of the provider.
    pub developer: Somebody,
    /// A platform admin of the customer.
    pub wang: Somebody,
    /// A platform operator.
    pub operator: Somebody,
}

impl Stage {
    /// Nobody is a provider yet.
    pub async fn new(backend: TestBackend) -> Self {
        let provider = organisation(&backend, 1, Edition::Professional).await;
        let customer = organisation(&backend, 2, Edition::Light).await;
        Self {
            provider,
            customer,
            lin: person(&backend, "林晓", &[(provider, Role::Admin)]).await,
            zhao: person(&backend, "赵敏", &[(provider, Role::Admin)]).await,
            developer: person(&backend, "陈工", &[(provider, Role::Developer)]).await,
            wang: person(&backend, "王芳", &[(customer, Role::Admin)]).await,
            operator: operator(&backend, "周宁").await,
            backend,
        }
    }

    /// The provider has the permission.
    pub async fn granted(backend: TestBackend) -> Self {
        let stage = Self::new(backend).await;
        let id = stage.apply().await;
        stage.decide(id, "grant", "").await;
        stage
    }

    /// A second passes: ids made later sort later.
    pub fn tick(&self) {
        self.backend.clock.advance(domain::time::Timestamp::SECOND);
    }

    /// Uploads a file as a form would.
    pub async fn upload(&self, actor: &Actor, name: &str, content: &[u8]) -> FileId {
        self.tick();
        let content = content.to_vec().into();
        file::stage(&self.backend, actor, name, content).await.expect("a staged file").id
    }

    /// The provider applies for the permission.
    pub async fn apply(&self) -> ProgrammeId {
        let proof = self.upload(&self.lin.actor, "证明.pdf", PDF).await;
        let form = ApplyForm {
            partner_number: "DP-2026-001".into(),
            senior: "1".into(),
            file: proof.to_string(),
        };
        programme::apply(
            &self.backend,
            &self.lin.actor,
            made(&self.backend, &self.lin.actor, &form),
        )
        .await
        .expect("an application")
    }

    /// The operator decides an application.
    pub async fn decide(&self, id: ProgrammeId, decision: &str, reason: &str) {
        self.tick();
        let form = DecisionForm { decision: decision.into(), reason: reason.into() };
        programme::decide(&self.backend, &self.operator.actor, id, form).await.expect("a decision");
    }

    /// The operator takes the permission away.
    pub async fn lose_permission(&self) {
        self.tick();
        let form = WithdrawForm { reason: "资质过期".into() };
        programme::withdraw(&self.backend, &self.operator.actor, self.provider, form)
            .await
            .expect("a withdrawal");
    }

    /// A whole project form with an uploaded contract, for the customer on stage.
    pub async fn form(&self) -> ProjectForm {
        let contract = self.upload(&self.lin.actor, "合同.pdf", PDF).await;
        ProjectForm {
            name: "合同管理应用交付".into(),
            description: "含实施".into(),
            amount: "128,000.00".into(),
            currency: "CNY".into(),
            file: contract.to_string(),
            file_kind: "contract".into(),
            expected_on: "2026-12-31".into(),
            customer_name: "远山机械".into(),
            customer_corp_id: "DING0000000000000002".into(),
            contact: "王芳".into(),
            phone: "13800138000".into(),
        }
    }

    /// A project that waits for its review.
    pub async fn submitted(&self) -> ProjectId {
        self.tick();
        let (id, form) = (self.backend.id(), self.form().await);
        project::submit(&self.backend, &self.lin.actor, id, &form).await.expect("a project").id
    }

    /// The operator reviews a project with the amount of the form.
    pub async fn review(&self, id: ProjectId, decision: &str) {
        self.tick();
        let form = ReviewForm {
            decision: decision.into(),
            amount_found: "128000".into(),
            reason: "合同缺盖章".into(),
        };
        project::review(&self.backend, &self.operator.actor, id, &form).await.expect("a review");
    }

    /// An open project.
    pub async fn approved(&self) -> ProjectId {
        let id = self.submitted().await;
        self.review(id, "approve").await;
        id
    }

    /// An app of an organisation.
    pub async fn app(&self, owner: OrganisationId, name: &str, premium: bool) -> ApplicationId {
        let (id, now) = (self.backend.id::<ApplicationId>(), self.backend.now());
        self.run(
            "insert into application (id, organisation_id, name_zh, name_en, description, icon, \
             premium, state, state_data, visible, edit_permission, created_by, created_at, \
             changed_at, revision) values ($1, $2, $3, '', '', 'box', $4, 'building', \
             '{\"state\":\"building\"}', 1, 1, $5, $6, $6, 1)",
            args![id, owner, name, premium, self.lin.account, now],
        )
        .await;
        id
    }

    /// An app of the provider with a release.
    pub async fn released_app(&self, name: &str, premium: bool) -> ApplicationId {
        let app = self.app(self.provider, name, premium).await;
        self.release(app).await;
        app
    }

    /// A release of an app.
    pub async fn release(&self, app: ApplicationId) -> ReleaseId {
        let id = self.backend.id::<ReleaseId>();
        self.run(
            "insert into app_release (id, application_id, number, digest, note, signature, \
             created_by, created_at) values ($1, $2, 1, '', '', '', $3, $4)",
            args![id, app, self.lin.account, self.backend.now()],
        )
        .await;
        id
    }

    /// An order in a state, through a link of its own.
    pub async fn order(
        &self,
        project: ProjectId,
        number: &str,
        state: &str,
        data: &str,
    ) -> OrderId {
        let app = self.app(self.provider, number, false).await;
        let release = self.release(app).await;
        let made =
            link::create(&self.backend, &self.lin.actor, project, app).await.expect("a link");
        let id = self.backend.id::<OrderId>();
        self.run(
            "insert into purchase_order (id, number, link_id, project_id, application_id, \
             release_id, provider_id, customer_id, provider_edition, customer_edition, buyer, \
             placed_at, state, state_data, edit_permission, revision) values ($1, $2, $3, $4, $5, \
             $6, $7, $8, 'professional', 'light', $9, $10, $11, $12, 1, 1)",
            args![
                id,
                number,
                made.id,
                project,
                app,
                release,
                self.provider,
                self.customer,
                self.wang.account,
                self.backend.now(),
                state,
                data
            ],
        )
        .await;
        id
    }

    /// Runs a statement.
    pub async fn run(&self, sql: &'static str, args: Vec<backend::db::Value>) {
        let mut tx = self.backend.begin().await.expect("a unit of work");
        assert_eq!(tx.run(sql, args).await.expect("a statement"), 1);
        tx.commit().await.expect("a commit");
    }

    /// What the notices of somebody say, the newest first.
    pub async fn told(&self, somebody: &Somebody) -> Vec<String> {
        let notices = backend::notice::list(&self.backend, &somebody.actor, None).await;
        notices.expect("notices").into_iter().map(|notice| notice.text.zh.into_owned()).collect()
    }

    /// The actions in an organisation's chain, the newest first.
    pub async fn recorded(&self, reader: &Somebody) -> Vec<String> {
        let entries =
            backend::audit::list(&self.backend, &reader.actor, &backend::audit::Wanted::default())
                .await;
        entries.expect("entries").into_iter().map(|entry| entry.action).collect()
    }
}
