//! The commands of the program.

mod account;
mod app;
mod audit;
mod backup;

use std::{
    error::Error,
    fs::DirBuilder,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use backend::{
    Backend, application::signing::InstallationKey, chance::SystemChance, clock::SystemClock,
    db::Db, file::Files,
};
use clap::{Args, Subcommand};

use crate::{
    config::{Config, FILES, KEY},
    serve,
};

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the site
    Serve(Serve),
    /// Work on low-code apps
    #[command(subcommand)]
    App(app::App),
    /// Bring the database's schema up to date, and stop
    Migrate,
    /// Operators and forgotten passwords
    #[command(subcommand)]
    Account(account::Account),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Put the SQLite database, the files and the signing key into one archive, also while serving
    Backup {
        /// The archive to make
        file: PathBuf,
    },
    /// Bring a backup into an empty data folder
    Restore {
        /// The archive that `backup` made
        file: PathBuf,
    },
}

/// Options of `serve`.
#[derive(Args)]
pub struct Serve {
    /// Load a demo with people, customers, projects and apps (only into an empty database), and let its
    /// people sign in: without this they cannot
    #[arg(long, env = "FENFA_DEMO")]
    pub demo: bool,
}

/// How a command ends.
pub type Outcome = Result<ExitCode, Box<dyn Error + Send + Sync>>;

impl Command {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Outcome {
        match self {
            Self::Serve(options) => serve::run(config, &options).await,
            Self::Account(command) => command.run(config).await,
            Self::Audit(command) => command.run(config).await,
            Self::App(command) => command.run(config).await,
            Self::Backup { file } => backup::backup(config, &file).await,
            Self::Restore { file } => backup::restore(config, &file).await,
            Self::Migrate => {
                open(config).await?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// Makes a folder, where it is missing, that other users of the machine cannot look into.
fn private_folder(path: &Path) -> Result<(), String> {
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Opens storage, its schema up to date.
pub async fn open(config: &Config) -> Result<Arc<Backend>, Box<dyn Error + Send + Sync>> {
    private_folder(&config.data)?;
    let db = Db::connect(&config.database).await?;
    db.migrate().await?;
    let files = Files::folder(&config.data.join(FILES))?;
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let mut fresh = [0; 32];
    backend::chance::Chance::fill(chance.as_ref(), &mut fresh);
    let key = InstallationKey::in_file(&config.data.join(KEY), &fresh)?;
    Ok(Arc::new(Backend::new(db, files, clock, chance).with_key(key)))
}
