//! One real call for every use case. The match has no `_`: a new use case needs a line here.

use std::sync::Arc;

use backend::{
    account, agreement, application, audit, calendar, delivery, file,
    job::{self, ATTEMPTS, Fate},
    lifecycle, link, maintenance, notice, order, organisation, programme, project, purchase,
    record::{self, query::RecordQuery},
};
use domain::{
    account::{AccountForm, ChangePassword, PreferencesForm},
    agreement::AgreementForm,
    application::{Key, Tree},
    authority::{Actor, UseCase},
    calendar::{CalendarForm, WorkingCalendar},
    command::Checked,
    design::Naming,
    identity::{DeliveryId, OrderId},
    lang::{Lang, Text},
    link::CheckForm,
    organisation::{InvitationForm, OrganisationForm, Role},
    problem::Problem,
    programme::{ApplyForm, DecisionForm, WithdrawForm},
    project::{ClosingForm, ReviewForm},
    record::Pairs,
};
use futures::TryStreamExt as _;

use crate::{
    common::{self, made},
    order_stage::{Plan, Sale},
    provider_stage::PDF,
    world::{PASSWORD, World},
};

/// In which state the customer's app is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// 开发维护中: the provider's channel is open.
    Maintenance,
    /// 已启用, with the channel closed.
    Enabled,
}

/// A form definition of one page with one field.
const DEFINITION: &str = r#"{"content": {"pages": [{"id": "FORM-AAAABBBBCCCCDDDDEEEE", "componentsTree": [
    {"componentName": "Page", "children": [{"componentName": "FormContainer", "props": {"formLabel": "登记"},
    "children": [{"componentName": "TextField", "props": {"fieldId": "textField_a1b2c3d4", "label": "名称"}}]}]}]}]}}"#;

/// Accepted, maintenance closed, and enabled where the scene wants it.
async fn bring_to(sale: &Sale, world: &World, scene: Scene) {
    if scene == Scene::Enabled {
        closed(sale, world).await;
        lifecycle::enable(&sale.backend, &sale.wang.actor, world.delivered).await.expect("enabled");
    }
}

async fn accepted(sale: &Sale, world: &World) {
    lifecycle::accept(&sale.backend, &sale.wang.actor, world.delivered, "无")
        .await
        .expect("accepted");
}

async fn closed(sale: &Sale, world: &World) {
    accepted(sale, world).await;
    lifecycle::close_maintenance(&sale.backend, &sale.wang.actor, world.delivered)
        .await
        .expect("closed");
}

/// An order that was not sent yet.
async fn unsent(sale: &Sale, world: &World) -> OrderId {
    common::buy(&sale.backend, &sale.wang.actor, &world.fresh_link).await.expect("an order")
}

/// A send that failed for good.
async fn failed(sale: &Sale, world: &World) -> DeliveryId {
    let order = unsent(sale, world).await;
    let id = sale.send(order, false, false).await;
    let plan = Plan::of(vec![Fate::Fail; usize::try_from(ATTEMPTS).expect("few")]);
    for _ in 0..=ATTEMPTS {
        sale.work(plan.clone()).await;
        sale.backend.clock.advance(100 * domain::time::Timestamp::SECOND);
    }
    id
}

/// The provider's app has a newer release.
async fn newer_release(sale: &Sale) {
    let maker = &sale.developer.actor;
    retitle(sale, maker, sale.app).await.expect("an edit");
    application::release::publish(&sale.backend, maker, sale.app, "新版").await.expect("a release");
}

/// Renames a form of an app.
async fn retitle(
    sale: &Sale,
    who: &Actor,
    app: domain::identity::ApplicationId,
) -> Result<(), Problem> {
    // What the edit starts from is read by somebody who may: the edit itself is what is asked.
    let reader = if app == sale.app { &sale.developer.actor } else { &sale.wang.actor };
    let open = application::design::open(&sale.backend, reader, app).await?;
    let started = open.started(&Tree::navigation_key()).expect("a navigation");
    application::design::edit(&sale.backend, who, app, &started, |tree| {
        tree.edit_form(&Key::fixed("contract"), |form| {
            form.title = Text::of("采购合同", "");
            Ok(())
        })
    })
    .await
    .map(drop)
}

/// An application for the permission, by the admin of another organisation.
async fn applied(sale: &Sale, world: &World) -> domain::identity::ProgrammeId {
    let who = world.outsider();
    let command = made(&sale.backend, &who, &application_form(sale, &who).await);
    programme::apply(&sale.backend, &who, command).await.expect("an application")
}

async fn application_form(sale: &Sale, who: &Actor) -> ApplyForm {
    let staged = file::stage(&sale.backend, who, "证明.pdf", PDF.to_vec().into()).await;
    let file = staged.map_or_else(|_| sale.backend.id(), |file| file.id).to_string();
    ApplyForm { partner_number: "DP-2026-009".into(), senior: String::new(), file }
}

fn invitation_form() -> InvitationForm {
    InvitationForm { invitee: "新人".into(), role: "member".into() }
}

fn records() -> RecordQuery {
    RecordQuery::default()
}

/// Calls a use case on what it acts upon. Preparations are made by those who may make them.
pub async fn call(
    use_case: UseCase,
    scene: Scene,
    world: &World,
    who: &Actor,
) -> Result<(), Problem> {
    let sale = world.copy().await;
    let backend = &*sale.backend;
    bring_to(&sale, world, scene).await;
    let app = world.delivered;
    let form = Key::fixed("customer");
    match use_case {
        UseCase::SignIn => {
            let login = login_of(&sale).await;
            common::sign_in(backend, who, &login, PASSWORD).await.map(drop)
        }
        UseCase::SetUp => {
            let typed = account::SetUpForm::default();
            account::set_up(backend, who, &typed, "").await.map(drop)
        }
        UseCase::InvitationRead => {
            organisation::offer(backend, who, &world.invitation).await.map(drop)
        }
        UseCase::InvitationAccept => match who {
            Actor::Stranger { .. } => {
                let new = AccountForm {
                    login: "new@example.cn".into(),
                    name: "新人".into(),
                    password: PASSWORD.into(),
                };
                let token = &world.invitation;
                organisation::accept_with_new_account(backend, who, token, &new, "").await.map(drop)
            }
            _ => organisation::accept_with_account(backend, who, &world.invitation).await.map(drop),
        },
        UseCase::SessionsRead => account::sessions(backend, who, "").await.map(drop),
        UseCase::SessionEnd => account::end_other_sessions(backend, who).await.map(drop),
        UseCase::PreferencesChange => {
            let typed = PreferencesForm { name: "新名".into(), ..PreferencesForm::default() };
            account::change_preferences(backend, who, &typed).await.map(drop)
        }
        UseCase::PasswordChange => {
            let typed = ChangePassword {
                current: PASSWORD.into(),
                new: "另一个很长的口令 43".into(),
            };
            account::change_password(backend, who, made(backend, who, &typed)).await
        }
        UseCase::OrganisationSwitch => {
            let own = who.membership().map_or(world.further, |membership| membership.organisation);
            common::switch(backend, who, own).await
        }
        UseCase::OrganisationRead => organisation::current(backend, who).await.map(drop),
        UseCase::OrganisationLeave => organisation::leave(backend, who).await,
        UseCase::OrganisationChange => {
            let own = who.membership().map(|membership| membership.organisation_name.clone());
            let typed = organisation::ChangeForm {
                name: "新名".into(),
                time_zone: "Asia/Tokyo".into(),
                name_seen: own.unwrap_or_default(),
                time_zone_seen: "Asia/Shanghai".into(),
            };
            organisation::change(backend, who, &typed).await.map(drop)
        }
        UseCase::MembersRead => organisation::members(backend, who, "", None).await.map(drop),
        UseCase::MemberChange => {
            organisation::change_role(backend, who, world.provider_member(), Role::Developer).await
        }
        UseCase::InvitationCreate => {
            common::invite(backend, who, &invitation_form()).await.map(drop)
        }
        UseCase::InvitationRevoke => {
            organisation::revoke_invitation(backend, who, world.provider_invitation).await
        }
        UseCase::OrganisationCreate => {
            let typed = OrganisationForm {
                corp_id: "ding00000000000000ff".into(),
                organisation: "新组织".into(),
                edition: "free".into(),
            };
            organisation::create_organisation(backend, who, &typed, "新人").await.map(drop)
        }
        UseCase::OrganisationsRead => {
            organisation::organisations(backend, who, "", None).await.map(drop)
        }
        UseCase::EditionChange => {
            organisation::change_edition(backend, who, sale.customer, "light", "professional").await
        }
        UseCase::NoticesRead => notice::list(backend, who, None).await.map(drop),
        UseCase::NoticeMark => notice::mark(backend, who, None).await,
        UseCase::AuditRead => audit::list(backend, who, &audit::Wanted::default()).await.map(drop),
        UseCase::AuditReadAll => {
            let chain = sale.provider.to_string();
            let wanted = audit::Wanted { chain: Some(&chain), ..audit::Wanted::default() };
            audit::list(backend, who, &wanted).await.map(drop)
        }
        UseCase::ProgrammeRead => programme::overview(backend, who).await.map(drop),
        UseCase::ProgrammeApply => {
            sale.lose_permission().await;
            let typed = application_form(&sale, who).await;
            let command = Checked::of(backend.posting(who), &typed)?;
            programme::apply(backend, who, command).await.map(drop)
        }
        UseCase::ProgrammeQueue => programme::queue(backend, who, "", None).await.map(drop),
        UseCase::ProgrammeDecide => {
            let id = applied(&sale, world).await;
            let typed = DecisionForm { decision: "grant".into(), reason: String::new() };
            programme::decide(backend, who, id, typed).await
        }
        UseCase::ProgrammeWithdraw => {
            let typed = WithdrawForm { reason: "资质过期".into() };
            programme::withdraw(backend, who, sale.provider, typed).await
        }
        UseCase::ProjectsRead => {
            project::list(backend, who, &project::Filter::default()).await.map(drop)
        }
        UseCase::ProjectDraft => {
            let typed = sale.form().await;
            let typed = domain::project::ProjectForm { file: String::new(), ..typed };
            project::save_draft(backend, who, backend.id(), &typed).await
        }
        UseCase::ProjectSubmit => {
            let mut typed = sale.form().await;
            let contract = file::stage(backend, who, "合同.pdf", PDF.to_vec().into()).await;
            typed.file = contract.map_or_else(|_| String::new(), |file| file.id.to_string());
            project::submit(backend, who, backend.id(), &typed).await.map(drop)
        }
        UseCase::ProjectDetail => project::detail(backend, who, sale.project).await.map(drop),
        UseCase::ProjectRevoke => {
            let id = sale.submitted().await;
            project::withdraw(backend, who, id).await
        }
        UseCase::ProjectCopy => {
            let id = sale.submitted().await;
            sale.review(id, "reject").await;
            project::copy(backend, who, id).await.map(drop)
        }
        UseCase::ProjectClose => {
            let typed = ClosingForm {
                delivered_on: "2026-11-24".into(),
                outcome: "delivered".into(),
                summary: "交付完成".into(),
                file: String::new(),
            };
            project::close(backend, who, sale.project, &typed).await
        }
        UseCase::ReviewQueue => {
            project::review_queue(backend, who, &project::Filter::default()).await.map(drop)
        }
        UseCase::ReviewDecide => {
            let id = sale.submitted().await;
            let typed = ReviewForm {
                decision: "approve".into(),
                amount_found: "128000".into(),
                reason: String::new(),
            };
            project::review(backend, who, id, &typed).await.map(drop)
        }
        UseCase::CalendarChange => {
            let typed = CalendarForm { holidays: "2026-10-01".into(), worked: String::new() };
            let seen = WorkingCalendar::default().mark();
            calendar::change(backend, who, &seen, &typed).await
        }
        UseCase::LinksRead => link::list(backend, who, sale.project, None).await.map(drop),
        UseCase::LinkCreate => link::create(backend, who, sale.project, sale.app).await.map(drop),
        UseCase::LinkRevoke => {
            let links = link::list(backend, &sale.lin.actor, sale.project, None).await?;
            let id = links.items.first().expect("a link").id;
            link::revoke(backend, who, sale.project, id).await
        }
        UseCase::LinkCheck => {
            let typed = CheckForm { link: sale.token.clone(), corp_id: String::new() };
            link::check(backend, who, &typed).await.map(drop)
        }
        UseCase::LinkOpen => purchase::look(backend, who, &world.fresh_link).await.map(drop),
        UseCase::Purchase => common::buy(backend, who, &world.fresh_link).await.map(drop),
        UseCase::OrdersRead => order::list(backend, who, &order::Filter::default()).await.map(drop),
        UseCase::OrderRead => order::read(backend, who, world.order).await.map(drop),
        UseCase::PurchasedRead => order::purchased(backend, who, "").await.map(drop),
        UseCase::Send => {
            let order = unsent(&sale, world).await;
            delivery::send(backend, who, order, &Sale::answers(false, false)).await.map(drop)
        }
        UseCase::SendPages => {
            newer_release(&sale).await;
            let pages = [Key::fixed("contract")];
            delivery::send_pages(backend, who, world.order, "", &pages, Some(1)).await.map(drop)
        }
        UseCase::DeliveryRetry => {
            let id = failed(&sale, world).await;
            delivery::retry(backend, who, id).await
        }
        UseCase::DeliveryRead => delivery::of_order(backend, who, world.order).await.map(drop),
        UseCase::EditPermissionChange => {
            order::set_edit_permission(backend, who, world.order, false).await
        }
        UseCase::AgreementRead => agreement::read(backend, who).await.map(drop),
        UseCase::AgreementChange => {
            let typed = AgreementForm { text_zh: "新".into(), text_en: "new".into(), based_on: 1 };
            agreement::change(backend, who, &typed).await.map(drop)
        }
        UseCase::JobsRead => job::list(backend, who, None).await.map(drop),
        UseCase::JobRetry => {
            failed(&sale, world).await;
            let jobs = job::list(backend, &sale.operator.actor, None).await?;
            let stopped = jobs.iter().find(|job| job.state == job::JobState::Failed);
            job::retry(backend, who, stopped.expect("a stopped job").id).await
        }
        UseCase::ApplicationsRead => {
            lifecycle::maintained(backend, who, "", "").await?;
            lifecycle::mine(backend, who, "", "").await.map(drop)
        }
        UseCase::ApplicationOpen => application::open(backend, who, app).await.map(drop),
        UseCase::ApplicationCreate => {
            let naming = Naming::of(Text::of("新应用", ""));
            application::create(backend, who, naming).await.map(drop)
        }
        UseCase::ApplicationImport => {
            let files = vec![("form.json".to_owned(), DEFINITION.as_bytes().to_vec())];
            application::import::import_yida(backend, who, files, None).await.map(drop)
        }
        UseCase::ApplicationRename => {
            let held = application::open(backend, &sale.developer.actor, sale.app).await?;
            let naming = Naming::of(Text::of("改名", ""));
            application::rename(backend, who, sale.app, held.app.revision, naming).await
        }
        UseCase::DesignRead => application::design::open(backend, who, app).await.map(drop),
        UseCase::DesignChange => retitle(&sale, who, app).await,
        UseCase::ReleasePublish => {
            retitle(&sale, &sale.developer.actor, sale.app).await?;
            application::release::publish(backend, who, sale.app, "新版").await.map(drop)
        }
        UseCase::PremiumChange => application::premium::mark(backend, who, sale.app, true).await,
        UseCase::Accept => lifecycle::accept(backend, who, app, "无").await.map(drop),
        UseCase::AcceptanceCheck => {
            lifecycle::check(backend, who, app, "page.contract", true).await
        }
        UseCase::MaintenanceClose => {
            accepted(&sale, world).await;
            lifecycle::close_maintenance(backend, who, app).await.map(drop)
        }
        UseCase::ApplicationEnable => {
            closed(&sale, world).await;
            lifecycle::enable(backend, who, app).await.map(drop)
        }
        UseCase::MaintenanceReopen => {
            closed(&sale, world).await;
            lifecycle::reopen_maintenance(backend, who, app).await.map(drop)
        }
        UseCase::SampleDelete => lifecycle::delete_samples(backend, who, app).await.map(drop),
        UseCase::MaintenanceEnter => maintenance::enter(backend, who, world.order).await.map(drop),
        UseCase::ChangesRead => {
            application::design::changes(backend, who, app, None).await.map(drop)
        }
        UseCase::RecordsRead => {
            let room = record::enter(backend, who, app, &form).await?;
            record::list::list(backend, who, &room, &records(), Lang::Zh).await.map(drop)
        }
        UseCase::RecordRead => {
            record::view(backend, who, app, &form, world.record, Lang::Zh).await.map(drop)
        }
        UseCase::RecordCreate => {
            record::create(backend, who, app, &form, &name_pairs()).await.map(drop)
        }
        UseCase::RecordChange => {
            record::change(backend, who, app, &form, world.record, 1, &name_pairs()).await
        }
        UseCase::RecordDelete => record::delete(backend, who, app, &form, world.record, 1).await,
        UseCase::RecordsExport => {
            let room = record::enter(backend, who, app, &form).await?;
            let shared = Arc::clone(&sale.backend);
            let stream = record::export::export(shared, who, room, records(), Lang::Zh).await?;
            stream.try_collect::<Vec<_>>().await.map(drop)
        }
        UseCase::FileUpload => {
            file::stage(backend, who, "合同.pdf", PDF.to_vec().into()).await.map(drop)
        }
        UseCase::FileRead => {
            let detail = project::detail(backend, &sale.lin.actor, sale.project).await?;
            let contract = detail.project.content.file;
            file::read(backend, who, contract).await.map(drop)
        }
    }
}

fn name_pairs() -> Pairs {
    [("f.name", "另一位")].into_iter().collect()
}

async fn login_of(sale: &Sale) -> String {
    account::profile(&sale.backend, &sale.lin.actor).await.expect("a profile").login
}
