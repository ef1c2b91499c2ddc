//! The program `fenfa`: reads its configuration, opens storage, and serves or does one task.

mod assets;
mod cli;
mod config;
mod metrics;
mod origin;
mod serve;
mod turned_away;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use mimalloc::MiMalloc;

use cli::Command;
use config::Options;

/// How long a thread for work that blocks waits for more. When it ends the allocator gives back what
/// the thread held: for a password that is 19 MiB.
const IDLE_THREAD: Duration = Duration::from_secs(2);

/// A page is made of very many short texts; this gives and takes their memory in a fraction of the
/// time that the system's allocator needs (see docs/decisions/0005-allocator.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Delivers low-code apps into customers' organisations.
#[derive(Parser)]
#[command(name = "fenfa", version, about)]
struct Program {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let program = Program::parse();
    let config = match program.options.resolve() {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    config.start_log();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(IDLE_THREAD)
        .build();
    match runtime.map(|runtime| runtime.block_on(program.command.run(&config))) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("fenfa: {error}");
    ExitCode::FAILURE
}
