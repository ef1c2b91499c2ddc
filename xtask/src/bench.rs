//! `cargo xtask bench`: measures in release and prints one line per figure, `name: value unit`.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    client, prerequisites, process,
    server::{self, Running},
    workspace::{self, Profile},
};

/// Runs behind every figure that is a median.
const RUNS: usize = 5;

/// A figure: its name, and how it is taken of the program.
type Figure = (&'static str, fn(&Path) -> Result<String>);

/// Measured here, from the outside of the program.
const OUTSIDE: [Figure; 4] = [
    ("client_brotli_kb_all", |_| client_kb(|_| true)),
    ("client_brotli_kb_purchase", |_| client_kb(loaded_by_every_page)),
    ("idle_memory_mib", idle_memory),
    ("start_ms", start),
];

/// Measured by `server/benches/figures`, which prints lines of the same form.
const INSIDE: [&str; 4] = [
    "delivery_vs_plain_inserts",
    "delivery_150_forms_ms",
    "purchase_page_share_of_bare_axum",
    "purchase_p99_ms",
];

/// Measures the figures named, or all.
pub fn bench(names: &[String]) -> Result<Duration> {
    let started = Instant::now();
    let known = || OUTSIDE.iter().map(|(name, _)| *name).chain(INSIDE);
    if let Some(unknown) = names.iter().find(|name| !known().any(|other| other == *name)) {
        let all: Vec<&str> = known().collect();
        bail!("there is no figure `{unknown}`; there are: {}", all.join(" "));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    prerequisites::to_build()?;
    let program = server::build(Profile::Release)?;
    let inside: Vec<&str> = INSIDE.into_iter().filter(|name| wanted(name)).collect();
    if !inside.is_empty() {
        let bench = ["bench", "--quiet", "--package", "server", "--bench", "figures", "--"];
        process::run(
            process::command("cargo").args(bench).args(inside).env("FENFA_BIN", &program),
        )?;
    }
    for (name, measure) in OUTSIDE.iter().filter(|(name, _)| wanted(name)) {
        println!("{name}: {}", measure(&program)?);
    }
    Ok(started.elapsed())
}

/// Brotli-compressed size of the client's files; icons and the web manifest are no part of it.
fn client_kb(counts: impl Fn(&str) -> bool) -> Result<String> {
    let mut bytes = 0;
    for path in workspace::entries(&Profile::Release.site())? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let code = [".wasm", ".js", ".css"].iter().any(|ending| name.ends_with(ending));
        if code && counts(&name) {
            bytes += client::brotli(&fs::read(&path)?)?.len();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a client has fewer than 2^52 bytes")]
    let kilobytes = bytes as f64 / 1000.0;
    Ok(format!("{kilobytes:.1} kB"))
}

/// What a page with islands, such as the purchase page, loads until it is interactive.
fn loaded_by_every_page(name: &str) -> bool {
    ["main.", "boot.", "client."].iter().any(|start| name.starts_with(start))
}

fn idle_memory(program: &Path) -> Result<String> {
    let mut values = Vec::new();
    for _ in 0..RUNS {
        let data = tempfile::tempdir()?;
        let running = Running::start(program, data.path(), &["--demo"])?;
        thread::sleep(Duration::from_secs(3));
        values.push(running.resident_mib()?);
    }
    Ok(format!("{:.1} MiB", median(values)))
}

fn start(program: &Path) -> Result<String> {
    let data = tempfile::tempdir()?;
    drop(Running::start(program, data.path(), &["--demo"])?);
    let mut values = Vec::new();
    for _ in 0..=RUNS * 2 {
        let running = Running::start(program, data.path(), &[])?;
        values.push(running.ready_after.as_secs_f64() * 1000.0);
    }
    Ok(format!("{:.1} ms", median(values)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_value_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0, 100.0, 3.0]) - 3.0).abs() < f64::EPSILON);
    }
}
