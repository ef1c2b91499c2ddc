//! `cargo xtask test`: every check there is, on both databases and in the browser, and how it went.

use std::{
    collections::BTreeSet,
    fs,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{
    client, licences,
    postgres::Postgres,
    prerequisites, process,
    report::{self, seconds},
    server,
    workspace::{self, Profile},
};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// A check: its name, and what it does with the filters given after `--`.
type Step = (&'static str, fn(&[String], &mut Tally) -> Result<()>);

const STEPS: [Step; 6] = [
    ("fmt", |_, _| format()),
    ("licences", |_, _| licences::check()),
    ("client", |_, _| client()),
    ("clippy", |_, _| clippy()),
    ("unit", unit),
    ("e2e", end_to_end),
];

/// Our own crates that run on this machine; the client is compiled for the browser instead, where
/// the UI crate has another set of features.
const NATIVE: [&str; 3] = ["--workspace", "--exclude=frontend", "--all-targets"];

/// Runs the steps named, or all; ends with `N passed, N failed` alone on a line.
pub fn test(arguments: &[String]) -> ExitCode {
    let (names, filters) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[][..]),
    };
    if let Some(unknown) = names.iter().find(|name| !STEPS.iter().any(|(step, _)| step == name)) {
        eprintln!(
            "There is no step `{unknown}`; there are: {}",
            STEPS.map(|(name, _)| name).join(" ")
        );
        return ExitCode::from(2);
    }
    let mut tally = Tally::default();
    let mut times: Vec<(&str, Duration, bool)> = Vec::new();
    for (name, work) in STEPS {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        let started = Instant::now();
        let before = tally;
        let good = report::step(name, || work(filters, &mut tally)).is_ok();
        if !good && tally.failed == before.failed {
            // A check that is no test, or that did not get as far as its tests, counts as one.
            tally.failed += 1;
        }
        times.push((name, started.elapsed(), good));
    }
    println!();
    for (name, time, good) in times {
        println!("{} {name:<10} {}", if good { '✓' } else { '✗' }, seconds(time));
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn format() -> Result<()> {
    process::run(&mut process::cargo(&["fmt", "--all", "--check"]))
}

fn client() -> Result<()> {
    prerequisites::to_build()?;
    client::build(Profile::Dev)
}

fn clippy() -> Result<()> {
    prerequisites::to_build()?;
    let mut native = vec!["clippy", "--quiet"];
    native.extend(NATIVE);
    let client = [
        "clippy",
        "--quiet",
        "--package=frontend",
        "--package=app",
        "--features=app/hydrate",
        "--target=wasm32-unknown-unknown",
        "--profile=wasm-dev",
    ];
    let mut seen = BTreeSet::new();
    let good = [warnings(&native, &mut seen)?, warnings(&client, &mut seen)?];
    if !seen.is_empty() {
        bail!("{} warnings", seen.len());
    }
    if good != [true, true] {
        bail!("cargo clippy failed");
    }
    Ok(())
}

/// Shows the warnings of all crates, each once; `--deny=warnings` would stop at the first crate.
fn warnings(arguments: &[&str], seen: &mut BTreeSet<String>) -> Result<bool> {
    let mut cargo = process::cargo(arguments);
    cargo.args(["--keep-going", "--message-format=json-diagnostic-rendered-ansi"]);
    let status = process::lines(&mut cargo, |line| {
        let report: Value = serde_json::from_str(line).unwrap_or_default();
        let (message, span) = (&report["message"], &report["message"]["spans"][0]);
        let key = format!("{} {} {}", message["message"], span["file_name"], span["line_start"]);
        if let Some(text) = message["rendered"].as_str()
            && !span.is_null()
            && seen.insert(key)
        {
            eprintln!("{}", text.trim_end());
        }
    })?;
    Ok(status.success())
}

/// All Rust tests, the storage tests on SQLite and PostgreSQL alike.
fn unit(filters: &[String], tally: &mut Tally) -> Result<()> {
    let given = std::env::var("TEST_DATABASE_URL").ok();
    let own = if given.is_some() {
        None
    } else {
        prerequisites::to_test_storage()?;
        Some(report::step("start PostgreSQL", Postgres::start)?)
    };
    let url = given.or_else(|| own.as_ref().map(|server| server.url.clone())).unwrap_or_default();
    let mut cargo = process::cargo(&["test", "--no-fail-fast"]);
    cargo.args(NATIVE).arg("--").args(filters).env("TEST_DATABASE_URL", url);
    let before = *tally;
    let status = process::lines(&mut cargo, |line| {
        println!("{line}");
        tally.add_rust(line);
    })?;
    if !status.success() || tally.failed > before.failed {
        bail!("Rust tests failed");
    }
    Ok(())
}

/// The stories in Chromium.
fn end_to_end(filters: &[String], tally: &mut Tally) -> Result<()> {
    prerequisites::to_build()?;
    prerequisites::to_test_in_browser()?;
    let program = server::build(Profile::Dev)?;
    let folder = workspace::root().join("end2end");
    process::run(process::node_tool(&folder, "tsc").arg("--noEmit"))?;
    let results = workspace::target().join("end2end.json");
    // Results of an earlier run must not be taken for those of a run that broke down.
    let _ = fs::remove_file(&results);
    let mut playwright = process::node_tool(&folder, "playwright");
    playwright
        .args(["test", "--reporter=list,json"])
        .args(filters)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results)
        .env("FENFA_BIN", program)
        .env("FENFA_CHROMIUM", prerequisites::chromium());
    let status = playwright.status()?;
    if let Ok(text) = fs::read_to_string(&results) {
        tally.add_playwright(&serde_json::from_str(&text)?);
    }
    if !status.success() {
        bail!("browser tests failed");
    }
    Ok(())
}

impl Tally {
    /// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn add_rust(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else { return };
        for count in counts.split(['.', ';']) {
            match count.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse::<u64>().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse::<u64>().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Reads the numbers of Playwright's JSON report; a test that passes only sometimes has failed.
    fn add_playwright(&mut self, report: &Value) {
        let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
        self.passed += count("expected");
        self.failed += count("unexpected") + count("flaky");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_results_are_summed_over_all_crates() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.add_rust(line);
        }
        assert_eq!(tally, Tally { passed: 13, failed: 2 });
    }

    #[test]
    fn flaky_browser_tests_have_failed() {
        let mut tally = Tally::default();
        let stats = serde_json::json!({ "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 4 });
        tally.add_playwright(&serde_json::json!({ "stats": stats }));
        assert_eq!(tally, Tally { passed: 7, failed: 2 });
    }
}
