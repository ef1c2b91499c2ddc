//! The stage of the measurements: the demo in a temporary SQLite database, and its people.

use std::sync::Arc;

use backend::{
    Backend, account,
    application::signing::InstallationKey,
    args,
    chance::SystemChance,
    clock::SystemClock,
    db::{Address, Db},
    demo,
    file::Files,
    link,
};
use domain::{
    account::SignIn,
    authority::Actor,
    command::Checked,
    identity::{ApplicationId, ProjectId},
};

use crate::Measured;

/// The demo, loaded.
pub struct Stage {
    /// Where the database and the files lie.
    pub folder: tempfile::TempDir,
    /// The use cases.
    pub backend: Arc<Backend>,
    /// The provider's admin.
    pub seller: Actor,
    /// The provider's developer.
    pub developer: Actor,
    /// The customer's admin.
    pub buyer: Actor,
    /// The token of the customer's session.
    pub buyer_token: String,
    /// An open project of that customer.
    pub project: ProjectId,
}

impl Stage {
    /// Loads the demo.
    pub async fn new() -> Measured<Self> {
        let folder = tempfile::tempdir()?;
        let db = Db::connect(&Address::File(folder.path().join("fenfa.sqlite"))).await?;
        db.migrate().await?;
        let files = Files::folder(&folder.path().join("files"))?;
        let backend = Backend::new(db, files, Arc::new(SystemClock), Arc::new(SystemChance))
            .with_key(InstallationKey::from_bytes(&[7; 32]));
        demo::prepare(&backend, true).await?;
        let (seller, _) = sign_in(&backend, "zhou.ying@yunqi.example").await?;
        let (developer, _) = sign_in(&backend, "lin.xiao@yunqi.example").await?;
        let (buyer, buyer_token) = sign_in(&backend, "chen.mo@chengchuan.example").await?;
        let row = backend
            .read()
            .await?
            .one(
                "select p.id from project p join organisation o on o.corp_id = p.customer_corp_id \
                 where p.state = 'approved' and o.id = $1 limit 1",
                args![buyer.membership()?.organisation],
            )
            .await?;
        let project = row.ok_or("the demo has no open project")?.get("id")?;
        let backend = Arc::new(backend);
        Ok(Self { folder, backend, seller, developer, buyer, buyer_token, project })
    }

    /// An app of the provider that was released.
    pub async fn app(&self) -> Measured<ApplicationId> {
        let row = self
            .backend
            .read()
            .await?
            .one("select application_id from app_release order by created_at limit 1", args![])
            .await?;
        Ok(row.ok_or("the demo has no release")?.get("application_id")?)
    }

    /// The token of a new link to the app.
    pub async fn link(&self, app: ApplicationId) -> Measured<String> {
        let made = link::create(&self.backend, &self.seller, self.project, app).await?;
        let token = made.path.trim_start_matches("/l/").split('?').next().unwrap_or_default();
        Ok(token.to_owned())
    }
}

async fn sign_in(backend: &Backend, login: &str) -> Measured<(Actor, String)> {
    let stranger = Actor::Stranger { address: "127.0.0.1".into() };
    let command = SignIn { login: login.to_owned(), password: account::DEMO_PASSWORD.to_owned() };
    let command = Checked::of(backend.posting(&stranger), &command)?;
    let session = account::sign_in(backend, &stranger, command, "bench").await?;
    Ok((account::actor(backend, Some(&session.token), "127.0.0.1").await?, session.token))
}
