//! `cargo xtask run` and `build`: from a fresh clone to a served demo, or to the program.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{prerequisites, process, report, server, workspace, workspace::Profile};

/// Builds what is missing and serves the demo until Ctrl-C.
pub fn run(mut options: Vec<String>) -> Result<Duration> {
    let started = Instant::now();
    let release = options.iter().position(|option| option == "--release");
    let profile = release.map_or(Profile::Dev, |at| {
        options.remove(at);
        Profile::Release
    });
    prerequisites::to_build()?;
    let program = server::build(profile)?;
    let data = workspace::root().join("data");
    println!("run: ready to serve after {}", report::seconds(started.elapsed()));
    let mut command = process::command(program);
    command.args(["serve", "--demo"]);
    if !options.iter().any(|option| option.starts_with("--data")) {
        command.arg("--data").arg(data);
    }
    command.args(options);
    serve(command)?;
    Ok(started.elapsed())
}

/// Becomes the server, so that Ctrl-C and other signals are the server's own.
#[cfg(unix)]
fn serve(mut command: std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn serve(mut command: std::process::Command) -> Result<()> {
    process::run(&mut command)
}

/// Builds the program with its client inside.
pub fn build(options: &[String]) -> Result<Duration> {
    let started = Instant::now();
    let dev = options.iter().any(|option| option == "--dev");
    prerequisites::to_build()?;
    let program = server::build(if dev { Profile::Dev } else { Profile::Release })?;
    println!("{}", program.display());
    Ok(started.elapsed())
}
