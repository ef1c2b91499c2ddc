//! `fenfa account`: operators and forgotten passwords, for whoever runs the installation.

use std::{error::Error, io::Read, process::ExitCode};

use backend::{Backend, account};
use clap::Subcommand;
use domain::{account::AccountForm, lang::Lang, problem::Problem};

use super::{Outcome, open};
use crate::config::Config;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum Account {
    /// Create a platform operator; without --password-stdin a password is made up and printed
    CreateOperator {
        /// E-mail address or mobile number
        #[arg(long)]
        login: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// Read the password from the standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a new password and end all sessions of the account
    ResetPassword {
        /// E-mail address or mobile number
        login: String,
        /// Read the password from the standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

impl Account {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Outcome {
        let backend = open(config).await?;
        match self {
            Self::CreateOperator { login, name, password_stdin } => {
                let (password, made_up) = password(&backend, password_stdin)?;
                let form = AccountForm { login, name, password };
                account::create_operator(&backend, &form).await.map_err(explain)?;
                println!("Created the operator {}", form.login);
                tell(&form.password, made_up);
            }
            Self::ResetPassword { login, password_stdin } => {
                let (password, made_up) = password(&backend, password_stdin)?;
                account::reset_password(&backend, &login, &password).await.map_err(explain)?;
                println!("{login} has a new password, and all its sessions have ended");
                tell(&password, made_up);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The password from the standard input, or one made up.
fn password(
    backend: &Backend,
    stdin: bool,
) -> Result<(String, bool), Box<dyn Error + Send + Sync>> {
    if !stdin {
        return Ok((backend.secret().chars().take(20).collect(), true));
    }
    let mut typed = String::new();
    std::io::stdin().take(10_000).read_to_string(&mut typed)?;
    Ok((typed.trim_end_matches(['\r', '\n']).to_owned(), false))
}

fn tell(password: &str, made_up: bool) {
    if made_up {
        println!("Password: {password}");
    }
}

/// A refusal in one line for a terminal, with what to do about it.
fn explain(problem: Problem) -> Box<dyn Error + Send + Sync> {
    let mut line = problem.sentence(Lang::En).to_owned();
    for field in &problem.fields {
        line.extend(["; ", &field.name, ": ", field.text.get(Lang::En)]);
    }
    let remedy = problem.remedy.get(Lang::En);
    if !remedy.is_empty() {
        line.extend([" (", remedy, ")"]);
    }
    line.into()
}
