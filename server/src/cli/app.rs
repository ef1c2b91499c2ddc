//! Commands about low-code apps.

use std::{path::PathBuf, process::ExitCode};

use backend::application::import::{author, import_yida};
use clap::Subcommand;
use domain::{
    design::Naming,
    lang::{Lang, Text},
};

use super::{Outcome, open};
use crate::config::Config;

/// What can be done with apps.
#[derive(Subcommand)]
pub enum App {
    /// Make a new app of form definitions as Yida's getFormSchema or openyida's export gives them
    ImportYida {
        /// The definitions; forms that refer to each other belong together
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The CorpID of the organisation that gets the app
        #[arg(long)]
        org: String,
        /// What the app is called [default: like the first form]
        #[arg(long)]
        name: Option<String>,
        /// The login of the person in whose name it is done [default: the organisation's first
        /// platform admin]
        #[arg(long = "as")]
        login: Option<String>,
    },
}

impl App {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Outcome {
        let Self::ImportYida { files, org, name, login } = self;
        let backend = open(config).await?;
        let actor = author(&backend, &org, login.as_deref()).await?;
        let mut read = Vec::new();
        for path in files {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let content =
                std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            read.push((name.unwrap_or_default(), content));
        }
        let naming = match name {
            Some(name) => Some(Naming::read(&name, "", "", "")?),
            None => None,
        };
        let (id, report) = import_yida(&backend, &actor, read, naming).await?;
        for (title, file, fields) in &report.forms {
            println!("{file}: {} ({fields} fields)", shown(title));
        }
        for line in &report.lines {
            let at = format!("{} / {}", shown(&line.form), shown(&line.label));
            println!(
                "  {at}: {} – {}",
                line.outcome.label().get(Lang::En),
                line.text.get(Lang::En)
            );
        }
        println!("The app is at /apps/{id}");
        backend.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(text: &Text) -> &str {
    text.get(Lang::Zh)
}
