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
    skipped: u64,
}

/// One run of the checks.
struct Run {
    /// What was given after `--`: which tests.
    filters: Vec<String>,
    /// Whether everything is checked, or only some steps.
    whole: bool,
    tally: Tally,
}

/// A check: its name and what it does.
type Step = (&'static str, fn(&mut Run) -> Result<()>);

const STEPS: [Step; 6] = [
    ("fmt", |_| format()),
    ("licences", |_| licences::check()),
    ("client", |_| client()),
    ("clippy", |_| clippy()),
    ("unit", unit),
    ("e2e", end_to_end),
];

/// Our own crates that run on this machine. The client is compiled for the browser instead, where
/// the UI crate has other features; this tool would bring other features of shared dependencies,
/// so that all of those were compiled twice.
const PRODUCT: [&str; 3] = ["--workspace", "--exclude=frontend", "--exclude=xtask"];

/// This tool.
const TOOL: [&str; 1] = ["--package=xtask"];

/// Runs the steps named, or all; ends with `N passed, N failed` alone on a line.
pub fn test(arguments: &[String]) -> ExitCode {
    let at = arguments.iter().position(|argument| argument == "--");
    let (names, filters) = arguments.split_at(at.unwrap_or(arguments.len()));
    if let Some(unknown) = names.iter().find(|name| !STEPS.iter().any(|(step, _)| step == name)) {
        eprintln!(
            "There is no step `{unknown}`; there are: {}",
            STEPS.map(|(name, _)| name).join(" ")
        );
        return ExitCode::from(2);
    }
    let mut run = Run {
        filters: filters.iter().skip(1).cloned().collect(),
        whole: names.is_empty(),
        tally: Tally::default(),
    };
    process::compile_with_clippy();
    let mut times: Vec<(&str, Duration, bool)> = Vec::new();
    for (name, work) in STEPS {
        if !run.whole && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        let started = Instant::now();
        let before = run.tally.failed;
        let good = report::step(name, || work(&mut run)).is_ok();
        if !good && run.tally.failed == before {
            // A check that is no test, or that did not get as far as its tests, counts as one.
            run.tally.failed += 1;
        }
        times.push((name, started.elapsed(), good));
    }
    println!();
    for (name, time, good) in times {
        println!("{} {name:<10} {}", if good { '✓' } else { '✗' }, seconds(time));
    }
    if run.tally.skipped > 0 {
        println!("{} skipped", run.tally.skipped);
    }
    println!("{} passed, {} failed", run.tally.passed, run.tally.failed);
    if run.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
    let mut seen = BTreeSet::new();
    let good = [
        warnings(&[&client::CRATE[..], &["--profile=wasm-dev"]].concat(), &mut seen)?,
        warnings(&[&PRODUCT[..], &["--all-targets"]].concat(), &mut seen)?,
        warnings(&[&TOOL[..], &["--tests"]].concat(), &mut seen)?,
    ];
    if !seen.is_empty() {
        bail!("{} warnings", seen.len());
    }
    if good.contains(&false) {
        bail!("our own crates do not compile");
    }
    Ok(())
}

/// Shows the warnings of these crates, each once; `--deny=warnings` would stop at the first crate.
fn warnings(arguments: &[&str], seen: &mut BTreeSet<String>) -> Result<bool> {
    let mut cargo = process::cargo(&["build", "--quiet"]);
    cargo.args(arguments).args(["--keep-going", "--message-format=json-diagnostic-rendered-ansi"]);
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
fn unit(run: &mut Run) -> Result<()> {
    let given = std::env::var("TEST_DATABASE_URL").ok();
    let own = if given.is_some() {
        None
    } else {
        prerequisites::to_test_storage()?;
        Some(report::step("start PostgreSQL", Postgres::start)?)
    };
    let url = given.or_else(|| own.as_ref().map(|server| server.url.clone())).unwrap_or_default();
    let mut good = true;
    for crates in [&PRODUCT[..], &TOOL] {
        // Not `--all-targets`: that would take the benchmarks' figures as well.
        let mut cargo = process::cargo(&["test", "--no-fail-fast", "--tests"]);
        cargo.args(crates).arg("--").args(&run.filters).env("TEST_DATABASE_URL", &url);
        let status = process::lines(&mut cargo, |line| {
            println!("{line}");
            run.tally.add_rust(line);
        })?;
        good &= status.success();
    }
    if !good {
        bail!("Rust tests failed");
    }
    Ok(())
}

/// The stories in Chromium.
fn end_to_end(run: &mut Run) -> Result<()> {
    prerequisites::to_build()?;
    prerequisites::to_test_in_browser()?;
    client::build(Profile::Dev)?;
    report::step("server: compile", || {
        // Together with the tests, which were built before: alone, the program would have other
        // features of a few dependencies, and much would be compiled once more.
        let mut cargo = process::cargo(&["build"]);
        process::run(if run.whole {
            cargo.args(PRODUCT).args(["--bins", "--tests"])
        } else {
            cargo.args(["--package=server", "--bin=fenfa"])
        })
    })?;
    let program = server::program(Profile::Dev);
    let folder = workspace::root().join("end2end");
    process::run(process::node_tool(&folder, "tsc").arg("--noEmit"))?;
    let results = workspace::target().join("end2end.json");
    // Results of an earlier run must not be taken for those of a run that broke down.
    let _ = fs::remove_file(&results);
    let mut playwright = process::node_tool(&folder, "playwright");
    playwright
        .args(["test", "--reporter=list,json"])
        .args(&run.filters)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results)
        .env("FENFA_BIN", program)
        .env("FENFA_CHROMIUM", prerequisites::chromium());
    let status = playwright.status()?;
    if let Ok(text) = fs::read_to_string(&results) {
        run.tally.add_playwright(&serde_json::from_str(&text)?);
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
                Some((number, "ignored")) => self.skipped += number.parse::<u64>().unwrap_or(0),
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
        self.skipped += count("skipped");
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
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.add_rust(line);
        }
        assert_eq!(tally, Tally { passed: 13, failed: 2, skipped: 1 });
    }

    #[test]
    fn flaky_browser_tests_have_failed() {
        let mut tally = Tally::default();
        let stats = serde_json::json!({ "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 4 });
        tally.add_playwright(&serde_json::json!({ "stats": stats }));
        assert_eq!(tally, Tally { passed: 7, failed: 2, skipped: 4 });
    }
}
