//! `fenfa audit`: checks that nobody has changed the audit trail (Source: ALL-1).

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::{Outcome, open};
use crate::config::Config;

/// What can be done with the audit trail.
#[derive(Subcommand)]
pub enum Audit {
    /// Check every chain; ends with 1 and names the places when one is broken
    Verify {
        /// Print the verdict as JSON
        #[arg(long)]
        json: bool,
    },
}

impl Audit {
    /// Runs it.
    pub async fn run(self, config: &Config) -> Outcome {
        let Self::Verify { json } = self;
        let backend = open(config).await?;
        let (entries, breaks) = backend::audit::verify(&backend).await?;
        if json {
            let breaks: Vec<_> = breaks
                .iter()
                .map(|(chain, found)| {
                    json!({"chain": chain, "position": found.position, "reason": found.reason})
                })
                .collect();
            println!(
                "{}",
                json!({"entries": entries, "whole": breaks.is_empty(), "breaks": breaks})
            );
        } else {
            for (chain, found) in &breaks {
                println!("broken: chain {chain}, entry {}: {}", found.position, found.reason);
            }
            let verdict = if breaks.is_empty() {
                "the audit trail is whole"
            } else {
                "the audit trail was changed"
            };
            println!("{entries} entries checked: {verdict}");
        }
        Ok(if breaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
