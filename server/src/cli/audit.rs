//! `fenfa audit`: checks that nobody has changed the audit trail (Source: ALL-1).

use std::process::ExitCode;

use backend::audit::Verdict;
use clap::Subcommand;
use serde_json::json;

use super::{Outcome, open};
use crate::config::Config;

/// What can be done with the audit trail.
#[derive(Subcommand)]
pub enum Audit {
    /// Check every chain and print its head; ends with 1 and names the places when one is broken
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
        let verdict = backend::audit::verify(&backend).await?;
        if json {
            print_json(&verdict);
        } else {
            print(&verdict);
        }
        let whole = verdict.breaks.is_empty();
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print_json(verdict: &Verdict) {
    let breaks = verdict.breaks.iter().map(|(chain, found)| {
        json!({"chain": chain, "position": found.position, "reason": found.reason})
    });
    let heads = verdict.heads.iter().map(|(head, signed)| {
        let (chain, position, hash) = (&head.chain, head.position, &head.hash);
        json!({"chain": chain, "position": position, "hash": hash, "signed": signed})
    });
    let (breaks, heads): (Vec<_>, Vec<_>) = (breaks.collect(), heads.collect());
    let whole = breaks.is_empty();
    let entries = verdict.entries;
    println!("{}", json!({"entries": entries, "whole": whole, "breaks": breaks, "heads": heads}));
}

/// The heads come first: kept elsewhere, they show later what was put back to an earlier state.
fn print(verdict: &Verdict) {
    for (head, signed) in &verdict.heads {
        let signed = if *signed { "signed" } else { "not signed" };
        println!("head: chain {}, entry {}: {} ({signed})", head.chain, head.position, head.hash);
    }
    for (chain, found) in &verdict.breaks {
        println!("broken: chain {chain}, entry {}: {}", found.position, found.reason);
    }
    let said = if verdict.breaks.is_empty() {
        "the audit trail is whole"
    } else {
        "the audit trail was changed"
    };
    println!("{} entries checked: {said}", verdict.entries);
}
