//! Starts other programs: from the repository's root, without a standard input, telling what fails.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// A command that runs at the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    // What `cargo run` sets for this program would make cargo believe that crates have changed.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_")
            || name_text.starts_with("CARGO_MANIFEST_")
            || name_text == "LD_LIBRARY_PATH"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether clippy compiles our own crates; see [`compile_with_clippy`].
static CLIPPY: AtomicBool = AtomicBool::new(false);

/// From now on clippy compiles our own crates: it is the same compiler with more lints, and what it
/// has compiled is tested as it is. `cargo clippy` would check everything once more beside the build.
pub fn compile_with_clippy() {
    CLIPPY.store(true, Ordering::Relaxed);
}

/// The cargo that started this program.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    if CLIPPY.load(Ordering::Relaxed) {
        command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    }
    command
}

/// A tool out of a folder's `node_modules`, run in that folder.
pub fn node_tool(folder: &Path, tool: &str) -> Command {
    let mut command = command(folder.join("node_modules/.bin").join(tool));
    command.current_dir(folder);
    command
}

/// Runs a command that may print; an error unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    succeeded(command, status)
}

/// Runs a command silently; its output, or all it printed as an error.
pub fn quiet(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", line(command)))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        eprintln!("{printed}{}", String::from_utf8_lossy(&output.stderr));
        succeeded(command, output.status)?;
    }
    Ok(printed)
}

/// Runs a command, handing on each line of its output.
pub fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).split(b'\n') {
            let text = text?;
            let text = String::from_utf8_lossy(&text);
            each(&text);
        }
    }
    Ok(child.wait()?)
}

/// True where a program can be started and answers `--version`.
pub fn exists(program: &str) -> bool {
    command(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut line = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
