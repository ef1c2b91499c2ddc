//! Importing form definitions of the Yida platform as a new app, with a report that stays with it.

use std::collections::BTreeSet;

use domain::{
    application::Tree,
    authority::{Actor, Membership, Person, UseCase},
    design::Naming,
    identity::{AccountId, ApplicationId, FileId, SessionId},
    lang::Text,
    lifecycle::Access,
    organisation::{CorpId, Role},
    problem::{FieldCheck, Problem},
    time::Timestamp,
    yida::{self, Import},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::may_design;
use crate::{
    Backend, args, audit,
    db::Row,
    file,
    lifecycle::{self, App},
    maintenance,
    problem::{Internal, missing},
    sql,
};

/// What an import brought and what it could not bring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The forms: title, file, how many fields.
    pub forms: Vec<(Text, String, u32)>,
    /// What could not be carried over, or only in part.
    pub lines: Vec<Line>,
}

/// One line of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The form's title.
    pub form: Text,
    /// What people call the field; empty where it concerns the form.
    pub label: Text,
    /// What became of it.
    pub outcome: yida::Outcome,
    /// In words.
    pub text: Text,
}

impl Report {
    fn of(import: &Import) -> Self {
        let forms = import.forms.iter().map(|form| {
            (form.title.clone(), form.file.clone(), u32::try_from(form.fields).unwrap_or(u32::MAX))
        });
        let lines = import.report.iter().map(|line| Line {
            form: line.form_title.clone(),
            label: line.label.clone(),
            outcome: line.outcome,
            text: line.text.clone(),
        });
        Self { forms: forms.collect(), lines: lines.collect() }
    }
}

/// What an app is called when nobody says: after its first form.
fn naming(import: &Import, wanted: Option<Naming>) -> Naming {
    wanted.unwrap_or_else(|| {
        let title = import.forms.first().map(|form| form.title.clone()).unwrap_or_default();
        Naming::of(title)
    })
}

/// Reads form definitions on a thread that may block: hundreds of them take a while.
async fn read(files: Vec<(String, Vec<u8>)>) -> Result<Import, Problem> {
    let read = move || {
        let given: Vec<(String, &[u8])> =
            files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect();
        yida::import(&given)
    };
    tokio::task::spawn_blocking(read).await.internal()?
}

/// Makes a new app of form definitions, given as file name and content.
pub async fn import_yida(
    backend: &Backend,
    actor: &Actor,
    files: Vec<(String, Vec<u8>)>,
    wanted: Option<Naming>,
) -> Result<(ApplicationId, Report), Problem> {
    actor.may(UseCase::ApplicationImport)?;
    let import = read(files).await?;
    let report = Report::of(&import);
    let naming = naming(&import, wanted);
    let mut tx = backend.begin().await?;
    let id = super::insert(backend, &mut tx, actor, &naming, &import.tree).await?;
    tx.run(
        sql!(
            "insert into application_import (application_id, report, imported_by, imported_at) \
             values ($1, $2, $3, $4)"
        ),
        args![
            id,
            serde_json::to_string(&report).internal()?,
            actor.person()?.account,
            backend.now()
        ],
    )
    .await?;
    let organisation = actor.membership()?.organisation;
    let detail = json!({ "name": naming.name, "forms": report.forms.len() });
    audit::record(backend, &mut tx, actor, &[organisation], "application.imported", id, detail)
        .await?;
    tx.commit().await?;
    Ok((id, report))
}

/// Like [`import_yida`], of files that this person uploaded. Nothing is read of what is too much.
pub async fn import_staged(
    backend: &Backend,
    actor: &Actor,
    ids: &BTreeSet<FileId>,
    wanted: Option<Naming>,
) -> Result<(ApplicationId, Report), Problem> {
    actor.may(UseCase::ApplicationImport)?;
    let mut tx = backend.read().await?;
    let mut files = Vec::new();
    for id in ids.iter().take(yida::FILE_LIMIT + 1) {
        files.push(file::staged(&mut tx, actor, *id).await?);
    }
    drop(tx);
    yida::bounds(files.iter().map(|file| usize::try_from(file.size).unwrap_or(usize::MAX)))?;
    let mut given = Vec::new();
    for file in files {
        let content = file::content(backend, &file).await?;
        given.push((file.name, content.to_vec()));
    }
    import_yida(backend, actor, given, wanted).await
}

/// An imported app, what its import said, and which associations still lead nowhere.
pub struct Imported {
    /// The app.
    pub app: App,
    /// What this person may do in it.
    pub access: Access,
    /// What the import said; none where the app was not imported.
    pub report: Option<(Report, Timestamp)>,
    /// The associations without a form.
    pub slots: Vec<Slot>,
}

/// An association that leads to no form yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The title of the form it stands in.
    pub form: Text,
    /// What people call it.
    pub field: Text,
    /// What is known of the form it needs.
    pub wants: Text,
}

fn slots(tree: &Tree) -> Vec<Slot> {
    let named = |at: String, wants: Text| {
        let (key, path) = at.split_once('.')?;
        let form = tree.form(key)?;
        let field = form.at(&path.parse().ok()?)?;
        Some(Slot { form: form.title.clone(), field: field.label.clone(), wants })
    };
    tree.unresolved_slots().into_iter().filter_map(|(at, wants)| named(at, wants)).collect()
}

/// Reads what an import could not do by itself.
pub async fn report(
    backend: &Backend,
    actor: &Actor,
    id: ApplicationId,
) -> Result<Imported, Problem> {
    actor.may(UseCase::DesignRead)?;
    let mut tx = backend.read().await?;
    let found = lifecycle::access(&mut tx, actor, id).await?;
    let (app, access) = maintenance::require_entered(backend, &mut tx, actor, found).await?;
    may_design(&app, &access)?;
    let row = tx
        .one(
            sql!("select report, imported_at from application_import where application_id = $1"),
            args![id],
        )
        .await?;
    let report = match row {
        Some(row) => Some((row.json("report")?, row.get("imported_at")?)),
        None => None,
    };
    let slots = slots(&super::tree(&mut tx, id).await?);
    Ok(Imported { app, access, report, slots })
}

/// The person in whose name the command line imports: the member with this login, or the
/// organisation's first platform admin.
pub async fn author(
    backend: &Backend,
    corp_id: &str,
    login: Option<&str>,
) -> Result<Actor, Problem> {
    let mut check = FieldCheck::new();
    let corp_id = check.take("org", CorpId::parse(corp_id));
    let corp_id = check.conclude(corp_id)?;
    let mut tx = backend.read().await?;
    let rows = tx
        .all(
            sql!(
                "select a.id, a.login, a.name, m.role, m.organisation_id, o.name as organisation_name \
                 from member m join account a on a.id = m.account_id \
                 join organisation o on o.id = m.organisation_id \
                 where o.corp_id = $1 order by m.joined_at, a.id limit 10000"
            ),
            args![corp_id.as_str()],
        )
        .await?;
    let role = |row: &Row| row.parse("role", Role::parse);
    let fits = |row: &Row| match login {
        Some(login) => {
            row.get::<String>("login").is_ok_and(|held| held == login.trim().to_lowercase())
        }
        None => role(row).is_ok_and(|role| role == Role::Admin),
    };
    let row = rows.iter().find(|row| fits(row)).ok_or_else(|| missing("成员", "member"))?;
    let account: AccountId = row.get("id")?;
    Ok(Actor::Person(Box::new(Person {
        account,
        session: SessionId(account.0),
        name: row.get("name")?,
        operator: false,
        membership: Some(Membership {
            organisation: row.get("organisation_id")?,
            organisation_name: row.get("organisation_name")?,
            role: role(row)?,
        }),
        address: "command line".to_owned(),
        language: None,
        theme: None,
    })))
}
