//! What happened in the demo's last weeks: projects in every state, from draft to closed.

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    authority::Actor,
    command::Checked,
    delivery::SendForm,
    identity::{ApplicationId, OrderId, ProjectId},
    problem::Problem,
    programme::{ApplyForm, DecisionForm},
    project::{ClosingForm, ProjectForm, ReviewForm},
    purchase::Buy,
    time::{Timestamp, Zone},
};
use tokio::sync::watch;

use super::{
    apps,
    people::{self, CLEAR_RIVER, HOME, OPERATOR, Place},
};
use crate::{
    Backend, agreement, clock::SetClock, delivery, file, job::Worker, lifecycle, link, order,
    problem::internal, programme, project, purchase,
};

const CONTRACT_SALES: &[u8] = include_bytes!("files/sales-contract.pdf");
const CONTRACT_INSPECTION: &[u8] = include_bytes!("files/inspection-contract.pdf");
const QUOTATION: &[u8] = include_bytes!("files/quotation.png");

/// The people who act, and the clock that moves on between their steps.
struct Stage<'a> {
    backend: Arc<Backend>,
    clock: &'a SetClock,
    zhou: Actor,
    he: Actor,
    lin: Actor,
    chen: Actor,
    xu: Actor,
    operator: Actor,
}

/// A project as it is filed.
struct Filing {
    name: &'static str,
    description: &'static str,
    amount: &'static str,
    file: (&'static str, &'static [u8], &'static str),
    customer: &'static Place,
    contact: &'static str,
    phone: &'static str,
    days: i64,
}

/// Tells the story; it ends before `now`.
pub async fn tell(backend: Arc<Backend>, clock: &SetClock, now: Timestamp) -> Result<(), Problem> {
    let person = async |login| people::actor(&backend, login).await;
    let stage = Stage {
        clock,
        zhou: person("zhou.ying@yunqi.example").await?,
        he: person("he.jun@yunqi.example").await?,
        lin: person("lin.xiao@yunqi.example").await?,
        chen: person("chen.mo@chengchuan.example").await?,
        xu: person("xu.ning@hemu.example").await?,
        operator: person(OPERATOR).await?,
        backend: backend.clone(),
    };
    let mut tx = backend.begin().await?;
    agreement::ensure(&backend, &mut tx).await?;
    tx.commit().await?;
    stage.permission().await?;
    stage.pass(2);
    let sales = apps::make(&backend, &stage.lin, apps::SALES, "销").await?;
    stage.pass(1);
    let inspection = apps::make(&backend, &stage.lin, apps::INSPECTION, "检").await?;
    stage.pass(2);
    stage.closed_project(sales).await?;
    stage.pass(1);
    stage.refused_projects().await?;
    stage.pass(1);
    stage.project_in_development(inspection).await?;
    stage.pass(2);
    stage.project_with_order(inspection).await?;
    stage.project_in_review(now).await
}

impl Stage<'_> {
    fn pass(&self, days: i64) {
        self.clock.advance(days * Timestamp::DAY);
    }

    fn wait(&self, hours: i64) {
        self.clock.advance(hours * Timestamp::HOUR);
    }

    async fn upload(
        &self,
        actor: &Actor,
        name: &str,
        content: &'static [u8],
    ) -> Result<String, Problem> {
        let staged = file::stage(&self.backend, actor, name, Bytes::from_static(content)).await?;
        Ok(staged.id.to_string())
    }

    /// The provider's permission is granted; another organisation's application waits.
    async fn permission(&self) -> Result<(), Problem> {
        let proof = self.upload(&self.zhou, "合作伙伴证书.png", QUOTATION).await?;
        let form =
            ApplyForm { partner_number: "DTP-2024-00817".into(), senior: "1".into(), file: proof };
        let command = Checked::of(self.backend.posting(&self.zhou), &form)?;
        let application = programme::apply(&self.backend, &self.zhou, command).await?;
        self.wait(3);
        let decision = DecisionForm { decision: "grant".into(), ..DecisionForm::default() };
        programme::decide(&self.backend, &self.operator, application, decision).await?;
        let proof = self.upload(&self.xu, "合作伙伴证明.png", QUOTATION).await?;
        let form = ApplyForm {
            partner_number: "DTP-2026-01143".into(),
            senior: String::new(),
            file: proof,
        };
        let command = Checked::of(self.backend.posting(&self.xu), &form)?;
        programme::apply(&self.backend, &self.xu, command).await.map(|_| ())
    }

    async fn file_project(&self, actor: &Actor, filing: &Filing) -> Result<ProjectId, Problem> {
        let id: ProjectId = self.backend.id();
        let form = self.form(actor, filing).await?;
        project::submit(&self.backend, actor, id, &form).await?;
        Ok(id)
    }

    async fn form(&self, actor: &Actor, filing: &Filing) -> Result<ProjectForm, Problem> {
        let (name, content, kind) = filing.file;
        let today = Zone::default().date(self.backend.now());
        Ok(ProjectForm {
            name: filing.name.into(),
            description: filing.description.into(),
            amount: filing.amount.into(),
            currency: "CNY".into(),
            file: self.upload(actor, name, content).await?,
            file_kind: kind.into(),
            expected_on: today.plus_days(filing.days).to_string(),
            customer_name: filing.customer.name.into(),
            customer_corp_id: filing.customer.corp_id.into(),
            contact: filing.contact.into(),
            phone: filing.phone.into(),
        })
    }

    async fn review(&self, project: ProjectId, amount: &str, reason: &str) -> Result<(), Problem> {
        self.wait(5);
        let decision = if reason.is_empty() { "approve" } else { "reject" };
        let form = ReviewForm {
            decision: decision.into(),
            amount_found: amount.into(),
            reason: reason.into(),
        };
        project::review(&self.backend, &self.operator, project, &form).await.map(|_| ())
    }

    /// A link to the app, bought by the customer's admin.
    async fn sell(
        &self,
        project: ProjectId,
        app: ApplicationId,
        buyer: &Actor,
    ) -> Result<OrderId, Problem> {
        self.wait(1);
        let made = link::create(&self.backend, &self.zhou, project, app).await?;
        self.wait(4);
        let token = made.path.trim_start_matches("/l/").split('?').next().unwrap_or_default();
        let command = Buy { token: token.to_owned() };
        let command = Checked::of(self.backend.posting(buyer), &command)?;
        purchase::purchase(&self.backend, buyer, command).await.map(|placed| placed.order)
    }

    /// Sends the order's app and does the background work at once.
    async fn send(&self, order: OrderId, edit: bool) -> Result<ApplicationId, Problem> {
        self.wait(2);
        let agreement = agreement::read(&self.backend, &self.zhou).await?;
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let form = SendForm {
            samples: yes_no(true),
            connectors: yes_no(false),
            edit_permission: yes_no(edit),
            agreed: agreement.version.to_string(),
            ..SendForm::default()
        };
        delivery::send(&self.backend, &self.zhou, order, &form).await?;
        let (_stop, stopped) = watch::channel(false);
        let worker = Worker::new(self.backend.clone(), stopped);
        while worker.work().await? {}
        let order = order::read(&self.backend, &self.zhou, order).await?;
        order.delivered.ok_or_else(|| internal(&"the demo's delivery did not arrive"))
    }

    async fn closed_project(&self, app: ApplicationId) -> Result<(), Problem> {
        let project = self
            .file_project(
                &self.zhou,
                &Filing {
                    name: "禾木家居销售合同管理",
                    description: "总部与 12 家门店统一管理客户、商机、合同与回款。",
                    amount: "260000",
                    file: ("禾木家居-应用交付合同.pdf", CONTRACT_SALES, "contract"),
                    customer: &HOME,
                    contact: "许宁",
                    phone: "0571-88120066",
                    days: 45,
                },
            )
            .await?;
        self.review(project, "260000.00", "").await?;
        let order = self.sell(project, app, &self.xu).await?;
        let delivered = self.send(order, true).await?;
        self.pass(4);
        let (_, checklist) = lifecycle::checklist(&self.backend, &self.xu, delivered).await?;
        for line in checklist.iter().take(3) {
            lifecycle::check(&self.backend, &self.xu, delivered, &line.item, true).await?;
        }
        let open = "历史合同的附件由我方自行补录。";
        lifecycle::accept(&self.backend, &self.xu, delivered, open).await?;
        self.wait(1);
        lifecycle::close_maintenance(&self.backend, &self.xu, delivered).await?;
        lifecycle::enable(&self.backend, &self.xu, delivered).await?;
        self.pass(3);
        let today = Zone::default().date(self.backend.now());
        let closing = ClosingForm {
            delivered_on: today.plus_days(-3).to_string(),
            outcome: "delivered".into(),
            summary: "按合同交付并完成两轮培训，客户已启用。".into(),
            file: String::new(),
        };
        project::close(&self.backend, &self.zhou, project, &closing).await
    }

    async fn refused_projects(&self) -> Result<(), Problem> {
        let mut filing = Filing {
            name: "澄川环保药剂库存",
            description: "药剂出入库与安全库存预警。",
            amount: "98000",
            file: ("澄川环保-合同扫描件.pdf", CONTRACT_INSPECTION, "contract"),
            customer: &CLEAR_RIVER,
            contact: "陈默",
            phone: "13800571208",
            days: 30,
        };
        let rejected = self.file_project(&self.he, &filing).await?;
        self.review(
            rejected,
            "128000",
            "合同文件里的金额是 128,000.00，与填写的 98,000.00 不一致。",
        )
        .await?;
        filing.name = "禾木家居门店巡店";
        filing.customer = &HOME;
        let withdrawn = self.file_project(&self.he, &filing).await?;
        self.wait(2);
        project::withdraw(&self.backend, &self.he, withdrawn).await?;
        let draft = ProjectForm {
            customer_corp_id: String::new(),
            ..self.form(&self.zhou, &filing).await?
        };
        project::save_draft(&self.backend, &self.zhou, self.backend.id(), &draft).await
    }

    async fn project_in_development(&self, app: ApplicationId) -> Result<(), Problem> {
        let project = self
            .file_project(
                &self.zhou,
                &Filing {
                    name: "澄川环保设备巡检",
                    description: "两座污水处理厂的设备台账、巡检与维修。",
                    amount: "128000",
                    file: ("澄川环保-设备巡检合同.pdf", CONTRACT_INSPECTION, "contract"),
                    customer: &CLEAR_RIVER,
                    contact: "陈默",
                    phone: "13800571208",
                    days: 40,
                },
            )
            .await?;
        self.review(project, "128,000", "").await?;
        let order = self.sell(project, app, &self.chen).await?;
        self.send(order, false).await.map(|_| ())
    }

    async fn project_with_order(&self, app: ApplicationId) -> Result<(), Problem> {
        let project = self
            .file_project(
                &self.zhou,
                &Filing {
                    name: "澄川泵站扩展",
                    description: "合同尚在客户法务，先以报价单立项，金额与报价单一致。",
                    amount: "56000",
                    file: ("报价单-泵站扩展.png", QUOTATION, "quotation"),
                    customer: &CLEAR_RIVER,
                    contact: "陈默",
                    phone: "13800571208",
                    days: 60,
                },
            )
            .await?;
        self.review(project, "56000", "").await?;
        self.sell(project, app, &self.chen).await.map(|_| ())
    }

    /// Filed an hour ago, so the review is due by the end of the next working day.
    async fn project_in_review(&self, now: Timestamp) -> Result<(), Problem> {
        let ago = now.plus(-Timestamp::HOUR);
        self.clock.advance((ago.0 - self.backend.now().0).max(0));
        let filing = Filing {
            name: "禾木家居导购培训",
            description: "合同总额含硬件，其中应用部分为 260,000.00。",
            amount: "260000",
            file: ("禾木家居-补充合同.pdf", CONTRACT_SALES, "contract"),
            customer: &HOME,
            contact: "许宁",
            phone: "0571-88120066",
            days: 50,
        };
        self.file_project(&self.he, &filing).await.map(|_| ())
    }
}
