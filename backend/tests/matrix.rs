//! The authorisation matrix: every use case, called for real by every kind of actor, against one
//! table. Nothing is reachable that the table does not grant, and everything it grants is.

mod common;
#[path = "fixtures/apps.rs"]
mod fixtures;
mod order_stage;
mod provider_stage;

#[path = "matrix/call.rs"]
mod call;
#[path = "matrix/world.rs"]
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
};

use call::{Scene, call};
use domain::{
    authority::UseCase,
    problem::{Kind, Problem},
};
use world::{COLUMNS, World};

/// `+` is granted, `.` is refused. The columns: stranger, person without organisation | the
/// provider's member, developer, admin, creator of the project | the customer's member, developer,
/// admin | an admin of another organisation | an operator outside every organisation.
///
/// What belongs to somebody belongs to: the provider (projects, links, orders, its app; the member
/// whose role changes, the invitation revoked) or the customer (the delivered app, 开发维护中 with the
/// edit permission open, so that the provider's developers come through the maintenance channel; the
/// purchase). Of what everybody has of their own (organisation, sessions, notices) each calls for
/// their own.
#[rustfmt::skip]
const TABLE: &[(UseCase, &str)] = &[
    // account, organisation                S N | PM PD PA PC | CM CD CA | X | O
    (UseCase::SignIn,               "+ + | + + + + | + + + | + | +"),
    (UseCase::SetUp,                ". . | . . . . | . . . | . | ."),
    (UseCase::InvitationRead,       "+ + | + + + + | + + + | + | +"),
    (UseCase::InvitationAccept,     "+ + | + + + + | + + + | + | +"),
    (UseCase::SessionsRead,         ". + | + + + + | + + + | + | +"),
    (UseCase::SessionEnd,           ". + | + + + + | + + + | + | +"),
    (UseCase::PreferencesChange,    ". + | + + + + | + + + | + | +"),
    (UseCase::PasswordChange,       ". + | + + + + | + + + | + | +"),
    (UseCase::OrganisationSwitch,   ". . | + + + + | + + + | + | ."),
    (UseCase::OrganisationRead,     ". . | + + + + | + + + | + | ."),
    (UseCase::OrganisationLeave,    ". . | + + + + | + + + | + | ."),
    (UseCase::OrganisationChange,   ". . | . . + + | . . + | + | ."),
    (UseCase::MembersRead,          ". . | + + + + | + + + | + | ."),
    (UseCase::MemberChange,         ". . | . . + + | . . . | . | ."),
    (UseCase::InvitationCreate,     ". . | . . + + | . . + | + | ."),
    (UseCase::InvitationRevoke,     ". . | . . + + | . . . | . | ."),
    (UseCase::OrganisationCreate,   ". . | . . . . | . . . | . | +"),
    (UseCase::OrganisationsRead,    ". . | . . . . | . . . | . | +"),
    (UseCase::EditionChange,        ". . | . . . . | . . . | . | +"),
    // notice, audit
    (UseCase::NoticesRead,          ". + | + + + + | + + + | + | +"),
    (UseCase::NoticeMark,           ". + | + + + + | + + + | + | +"),
    (UseCase::AuditRead,            ". . | . . + + | . . + | + | ."),
    (UseCase::AuditReadAll,         ". . | . . . . | . . . | . | +"),
    // programme
    (UseCase::ProgrammeRead,        ". . | + + + + | + + + | + | ."),
    (UseCase::ProgrammeApply,       ". . | . . + + | . . + | + | ."),
    (UseCase::ProgrammeQueue,       ". . | . . . . | . . . | . | +"),
    (UseCase::ProgrammeDecide,      ". . | . . . . | . . . | . | +"),
    (UseCase::ProgrammeWithdraw,    ". . | . . . . | . . . | . | +"),
    // project, link: closed to organisations without the distribution permission (Source: PRV-2)
    (UseCase::ProjectsRead,         ". . | . . + + | . . . | . | ."),
    (UseCase::ProjectDraft,         ". . | . . + + | . . . | . | ."),
    (UseCase::ProjectSubmit,        ". . | . . + + | . . . | . | ."),
    (UseCase::ProjectDetail,        ". . | . . . + | . . . | . | ."),
    (UseCase::ProjectRevoke,        ". . | . . . + | . . . | . | ."),
    (UseCase::ProjectCopy,          ". . | . . . + | . . . | . | ."),
    (UseCase::ProjectClose,         ". . | . . . + | . . . | . | ."),
    (UseCase::ReviewQueue,          ". . | . . . . | . . . | . | +"),
    (UseCase::ReviewDecide,         ". . | . . . . | . . . | . | +"),
    (UseCase::CalendarChange,       ". . | . . . . | . . . | . | +"),
    // link, purchase
    (UseCase::LinksRead,            ". . | . . + + | . . . | . | ."),
    (UseCase::LinkCreate,           ". . | . . + + | . . . | . | ."),
    (UseCase::LinkRevoke,           ". . | . . + + | . . . | . | ."),
    (UseCase::LinkCheck,            ". . | . . + + | . . . | . | ."),
    (UseCase::LinkOpen,             "+ + | + + + + | + + + | + | +"),
    (UseCase::Purchase,             ". . | . . . . | . . + | . | ."),
    // order, delivery: the order centre is closed to organisations without the distribution permission
    // (Source: PRV-2); the customer sees the sends of the orders it placed
    (UseCase::OrdersRead,           ". . | . + + + | . . . | . | ."),
    (UseCase::OrderRead,            ". . | . + + + | . . . | . | ."),
    (UseCase::PurchasedRead,        ". . | . . + + | . . + | + | ."),
    (UseCase::Send,                 ". . | . . + + | . . . | . | ."),
    (UseCase::SendPages,            ". . | . . + + | . . . | . | ."),
    (UseCase::DeliveryRetry,        ". . | . . + + | . . . | . | ."),
    (UseCase::DeliveryRead,         ". . | . + + + | . + + | . | ."),
    (UseCase::EditPermissionChange, ". . | . . + + | . . . | . | ."),
    (UseCase::AgreementRead,        ". + | + + + + | + + + | + | +"),
    (UseCase::AgreementChange,      ". . | . . . . | . . . | . | +"),
    (UseCase::JobsRead,             ". . | . . . . | . . . | . | +"),
    (UseCase::JobRetry,             ". . | . . . . | . . . | . | +"),
    // application
    (UseCase::ApplicationsRead,     ". . | + + + + | + + + | + | ."),
    (UseCase::ApplicationOpen,      ". . | . + + + | . + + | . | ."),
    (UseCase::ApplicationCreate,    ". . | . + + + | . + + | + | ."),
    (UseCase::ApplicationImport,    ". . | . + + + | . + + | + | ."),
    (UseCase::ApplicationRename,    ". . | . + + + | . . . | . | ."),
    (UseCase::DesignRead,           ". . | . + + + | . + + | . | ."),
    (UseCase::DesignChange,         ". . | . + + + | . + + | . | ."),
    (UseCase::ReleasePublish,       ". . | . + + + | . . . | . | ."),
    (UseCase::PremiumChange,        ". . | . . . . | . . . | . | +"),
    (UseCase::ApplicationEnable,    ". . | . . . . | . . + | . | ."),
    (UseCase::MaintenanceClose,     ". . | . . . . | . . + | . | ."),
    (UseCase::MaintenanceReopen,    ". . | . . . . | . . + | . | ."),
    (UseCase::Accept,               ". . | . . . . | . . + | . | ."),
    (UseCase::AcceptanceCheck,      ". . | . . . . | . . + | . | ."),
    (UseCase::SampleDelete,         ". . | . . . . | . . + | . | ."),
    // maintenance
    (UseCase::MaintenanceEnter,     ". . | . + + + | . . . | . | ."),
    (UseCase::ChangesRead,          ". . | . + + + | . + + | . | ."),
    // record: through the channel the provider sees and files samples, and no business records
    (UseCase::RecordsRead,          ". . | . + + + | . + + | . | ."),
    (UseCase::RecordRead,           ". . | . . . . | . + + | . | ."),
    (UseCase::RecordCreate,         ". . | . + + + | . + + | . | ."),
    (UseCase::RecordChange,         ". . | . . . . | . + + | . | ."),
    (UseCase::RecordDelete,         ". . | . . . . | . + + | . | ."),
    (UseCase::RecordsExport,        ". . | . + + + | . + + | . | ."),
    (UseCase::FileUpload,           ". + | + + + + | + + + | + | +"),
    (UseCase::FileRead,             ". . | . . . + | . . . | . | +"),
];

/// The same for an app that is enabled: its members use it, and the channel is closed.
#[rustfmt::skip]
const ENABLED: &[(UseCase, &str)] = &[
    (UseCase::ApplicationOpen,      ". . | . . . . | + + + | . | ."),
    (UseCase::DesignRead,           ". . | . . . . | . + + | . | ."),
    (UseCase::DesignChange,         ". . | . . . . | . + + | . | ."),
    (UseCase::MaintenanceEnter,     ". . | . . . . | . . . | . | ."),
    (UseCase::ChangesRead,          ". . | . . . . | . + + | . | ."),
    (UseCase::RecordsRead,          ". . | . . . . | + + + | . | ."),
    (UseCase::RecordRead,           ". . | . . . . | + + + | . | ."),
    (UseCase::RecordCreate,         ". . | . . . . | + + + | . | ."),
    (UseCase::RecordChange,         ". . | . . . . | + + + | . | ."),
    (UseCase::RecordDelete,         ". . | . . . . | + + + | . | ."),
    (UseCase::RecordsExport,        ". . | . . . . | + + + | . | ."),
];

#[test]
fn the_table_has_each_use_case_once_and_each_actor() {
    for use_case in UseCase::ALL {
        let rows = TABLE.iter().filter(|(named, _)| named == use_case).count();
        assert_eq!(rows, 1, "{use_case:?}");
    }
    for (use_case, row) in TABLE.iter().chain(ENABLED) {
        assert_eq!(cells(row).count(), COLUMNS.len(), "{use_case:?}");
    }
}

fn cells(row: &str) -> impl Iterator<Item = char> {
    row.chars().filter(|c| matches!(c, '+' | '.'))
}

/// What became of a call. A refusal for another reason than who asks is neither: it would hide
/// whether the actor may.
fn verdict(outcome: &Result<(), Problem>) -> char {
    match outcome {
        Ok(()) => '+',
        Err(problem) => match problem.kind {
            Kind::Denied | Kind::Unauthenticated | Kind::Missing => '.',
            _ if refuses_by_state(problem) => '.',
            _ => '?',
        },
    }
}

/// Refusals that hold for everybody, or that come before anybody is looked at.
fn refuses_by_state(problem: &Problem) -> bool {
    matches!(problem.code.as_ref(), "account.already_set_up" | "maintenance.closed")
}

async fn compare(scene: Scene, table: &[(UseCase, &str)]) {
    let world = World::new().await;
    let mut differences = Vec::new();
    for (use_case, row) in table {
        for (column, wanted) in cells(row).enumerate() {
            let outcome = call(*use_case, scene, &world, &world.actor(column)).await;
            let found = verdict(&outcome);
            if found != wanted {
                let why =
                    outcome.map_or_else(|problem| problem.to_string(), |()| "done".to_owned());
                let who = COLUMNS[column];
                differences
                    .push(format!("{use_case:?} by {who}: {found} instead of {wanted}: {why}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test]
async fn every_use_case_is_granted_to_those_of_the_table_and_to_nobody_else() {
    compare(Scene::Maintenance, TABLE).await;
}

#[tokio::test]
async fn app5_an_enabled_app_is_its_members_own_and_closed_to_the_provider() {
    compare(Scene::Enabled, ENABLED).await;
}

/// What needs no right of its own: (file, function, why).
const FREE: [(&str, &str, &str); 5] = [
    ("audit.rs", "list", "asks `readable`, which asks the table"),
    ("audit.rs", "export", "asks `readable`, which asks the table"),
    ("organisation/mod.rs", "mine", "one's own memberships"),
    ("record/mod.rs", "blank", "whoever has the room has opened it"),
    ("record/mod.rs", "filling", "whoever has the room has opened it"),
];

/// The public functions of a source file that act for somebody on their own, with their bodies.
fn entrances(source: &str) -> impl Iterator<Item = (&str, &str)> {
    source.split("\npub ").skip(1).filter_map(|item| {
        let item = item.split_once("\n}\n").map_or(item, |(item, _)| item);
        let (signature, body) = item.split_once('{')?;
        let name = signature.split_once("fn ")?.1.split(['(', '<']).next()?;
        let acts = signature.contains("backend: &Backend") && signature.contains("actor: &Actor");
        (acts && !signature.contains("tx: &mut Tx")).then_some((name, body))
    })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn whatever_a_page_can_call_asks_the_table_itself_or_through_another_use_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let (mut asked, mut open) = (0, Vec::new());
    for path in files {
        let file = path.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).expect("a source");
        for (name, body) in entrances(&source) {
            if body.contains("actor.may(") || body.contains("(backend, actor") {
                asked += 1;
            } else if !FREE.iter().any(|(of, free, _)| (*of, *free) == (&*file, name)) {
                open.push(format!("{file}: {name}"));
            }
        }
    }
    assert_eq!(open, Vec::<String>::new());
    assert!(asked > 100, "the functions were found: {asked}");
}
