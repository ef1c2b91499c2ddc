//! The first operator of an empty installation, and operators made on the command line
//! (Source: ORG-3).

use domain::{
    account::{AccountForm, already_set_up, login_taken},
    authority::{Actor, UseCase},
    identity::{AccountId, OrganisationId},
    organisation::{NewOrganisation, OrganisationForm, Role},
    problem::{FieldCheck, Problem},
};
use serde::Deserialize;
use serde_json::json;

use super::{NewSession, became, hash_password, insert, nobody, open_session};
use crate::{Backend, args, audit, db::Tx, organisation, sql};

/// What the first visitor types: the operator's account and, if wanted, a first organisation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    /// The operator.
    #[serde(flatten)]
    pub account: AccountForm,
    /// The first organisation; left out where its CorpID and name are empty.
    #[serde(flatten)]
    pub organisation: OrganisationForm,
}

impl SetUpForm {
    fn organisation(&self, check: &mut FieldCheck) -> Option<NewOrganisation> {
        let wanted = &self.organisation;
        let left_out = wanted.corp_id.trim().is_empty() && wanted.organisation.trim().is_empty();
        if left_out { None } else { wanted.check(check) }
    }
}

/// Creates the first operator, with the first organisation if wanted (whose platform admin the
/// operator then is), and signs in. Refused as soon as anybody has an account.
pub async fn set_up(
    backend: &Backend,
    actor: &Actor,
    form: &SetUpForm,
    agent: &str,
) -> Result<NewSession, Problem> {
    actor.may(UseCase::SetUp)?;
    if !super::is_empty(backend).await? {
        return Err(already_set_up());
    }
    let mut check = FieldCheck::new();
    let account = form.account.check(&mut check);
    let first = form.organisation(&mut check);
    let account = check.conclude(account)?;
    let hash = hash_password(backend, &account.password).await?;
    let mut tx = backend.begin().await?;
    if !claim(&mut tx).await? || !nobody(&mut tx).await? {
        return Err(already_set_up());
    }
    let operator =
        insert(backend, &mut tx, &account.login, &account.name, &hash, true, false).await?;
    let organisation = match &first {
        Some(first) => Some(first_organisation(backend, &mut tx, operator, first).await?),
        None => None,
    };
    let session = open_session(backend, &mut tx, actor, operator, agent).await?;
    let person = became(actor, &session, &account.name, true);
    let detail = json!({"login": account.login, "name": account.name});
    audit::record(backend, &mut tx, &person, &[], "installation.set_up", operator, detail).await?;
    if let (Some(id), Some(first)) = (organisation, first) {
        organisation::record_creation(backend, &mut tx, &person, id, &first).await?;
    }
    tx.commit().await?;
    Ok(session)
}

async fn first_organisation(
    backend: &Backend,
    tx: &mut Tx,
    operator: AccountId,
    first: &NewOrganisation,
) -> Result<OrganisationId, Problem> {
    let (id, now) = (backend.id(), backend.now());
    let zone = domain::time::Zone::default().name;
    organisation::insert(tx, id, &first.corp_id, &first.name, first.edition, &zone, now).await?;
    organisation::put_member(tx, id, operator, Role::Admin, now).await?;
    Ok(id)
}

/// True for the one unit of work that sets the installation up: two first visitors at the same
/// moment meet at this row.
async fn claim(tx: &mut Tx) -> Result<bool, Problem> {
    let inserted = tx
        .run(
            sql!(
                "insert into setting (name, value) values ('set_up', 'true') on conflict do nothing"
            ),
            args![],
        )
        .await?;
    Ok(inserted == 1)
}

/// Creates an operator; for the command line of whoever runs the installation.
pub async fn create_operator(backend: &Backend, form: &AccountForm) -> Result<AccountId, Problem> {
    let mut check = FieldCheck::new();
    let account = form.check(&mut check);
    let account = check.conclude(account)?;
    let hash = hash_password(backend, &account.password).await?;
    let mut tx = backend.begin().await?;
    claim(&mut tx).await?;
    let id = match insert(backend, &mut tx, &account.login, &account.name, &hash, true, false).await
    {
        Err(error) if error.is_unique_violation() => return Err(login_taken()),
        other => other?,
    };
    let detail = json!({"login": account.login, "name": account.name});
    audit::record(backend, &mut tx, &Actor::System, &[], "account.operator_created", id, detail)
        .await?;
    tx.commit().await?;
    Ok(id)
}
