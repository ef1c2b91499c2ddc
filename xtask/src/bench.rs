//! `cargo xtask bench`: measures in release and prints one line per figure, `name: value unit`.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::OnceLock,
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

/// A figure of the client's files: its name, and how it is taken.
type OfClient = (&'static str, fn(&Client) -> String);

/// Measured of the files that browsers load.
const CLIENT: [OfClient; 4] = [
    ("client_brotli_kb_purchase", |client| client.page(&["purchase_screen"])),
    ("client_brotli_kb_plain_page", |client| client.page(&[])),
    ("client_brotli_kb_all", |client| kb(client.all)),
    ("css_brotli_kb", |client| kb(client.css)),
];

/// A figure: its name, and how it is taken of the program.
type Figure = (&'static str, fn(&Path) -> Result<String>);

/// Measured here, from the outside of the program.
const OUTSIDE: [Figure; 4] = [
    ("lcp_ms_4x", |program| in_browser(program, "lcp")),
    ("interactive_ms_4x", |program| in_browser(program, "interactive")),
    ("idle_memory_mib", idle_memory),
    ("start_ms", start),
];

/// Measured by `server/benches/figures`, which prints lines of the same form.
const INSIDE: [&str; 5] = [
    "delivery_vs_plain_inserts",
    "delivery_150_forms_ms",
    "purchase_page_share_of_bare_axum",
    "purchase_page_cpu_us",
    "purchase_p99_ms",
];

/// Measures the figures named, or all.
pub fn bench(names: &[String]) -> Result<Duration> {
    let started = Instant::now();
    let of_client = CLIENT.iter().map(|(name, _)| *name);
    let known = || of_client.clone().chain(OUTSIDE.iter().map(|(name, _)| *name)).chain(INSIDE);
    if let Some(unknown) = names.iter().find(|name| !known().any(|other| other == *name)) {
        let all: Vec<&str> = known().collect();
        bail!("there is no figure `{unknown}`; there are: {}", all.join(" "));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    prerequisites::to_build()?;
    client::build(Profile::Release)?;
    let client = Client::read()?;
    for (name, measure) in CLIENT.iter().filter(|(name, _)| wanted(name)) {
        println!("{name}: {}", measure(&client));
    }
    if known().skip(CLIENT.len()).any(wanted) {
        of_program(wanted)?;
    }
    Ok(started.elapsed())
}

/// Measures those figures of the program that are wanted.
fn of_program(wanted: impl Fn(&str) -> bool) -> Result<()> {
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
    Ok(())
}

/// Brotli-compressed sizes of the client's files in bytes; icons and the web manifest are no part.
struct Client {
    /// What every page loads.
    main: usize,
    /// The chunks of each island, by name and size.
    islands: BTreeMap<String, Vec<(String, usize)>>,
    /// All WASM and JavaScript.
    all: usize,
    css: usize,
}

impl Client {
    fn read() -> Result<Self> {
        let site = Profile::Release.site();
        let list = fs::read_to_string(site.join(client::ISLANDS))?;
        let (build, islands) = list.split_once('\n').unwrap_or_default();
        let folder = site.join(build);
        let size =
            |path: &Path| Ok::<usize, anyhow::Error>(client::brotli(&fs::read(path)?)?.len());
        let (mut main, mut css, mut sizes) = (0, 0, BTreeMap::new());
        for path in workspace::entries(&site)?.iter().chain(&workspace::entries(&folder)?) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match name.rsplit_once('.') {
                Some((_, "css")) => css += size(path)?,
                Some((_, "js") | ("client", "wasm")) => main += size(path)?,
                Some((_, "wasm")) => {
                    sizes.insert(name, size(path)?);
                }
                _ => {}
            }
        }
        let chunk = |name: &str| (name.to_owned(), sizes.get(name).copied().unwrap_or(0));
        let islands = islands.lines().filter_map(|line| line.split_once(' '));
        let islands = islands
            .map(|(island, files)| (island.to_owned(), files.split(' ').map(chunk).collect()))
            .collect();
        Ok(Self { main, islands, all: main + sizes.values().sum::<usize>(), css })
    }

    /// What a page with these islands loads until it is interactive.
    fn page(&self, islands: &[&str]) -> String {
        let mut chunks = BTreeMap::new();
        for island in islands {
            let Some(files) = self.islands.get(*island) else { return "n/a".into() };
            chunks.extend(files.iter().cloned());
        }
        kb(self.main + chunks.values().sum::<usize>())
    }
}

fn kb(bytes: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a client has fewer than 2^52 bytes")]
    let kilobytes = bytes as f64 / 1000.0;
    format!("{kilobytes:.1} kB")
}

/// Times of the first page of a purchase in Chromium; taken once for all figures.
fn in_browser(program: &Path, name: &str) -> Result<String> {
    static TIMES: OnceLock<serde_json::Value> = OnceLock::new();
    if TIMES.get().is_none() {
        prerequisites::to_test_in_browser()?;
        let data = tempfile::tempdir()?;
        let running = Running::start(program, data.path(), &["--demo"])?;
        let mut node = process::command("node");
        node.current_dir(workspace::root().join("end2end"))
            .args(["timing.mjs", &running.url()])
            .env("FENFA_CHROMIUM", prerequisites::chromium());
        let _ = TIMES.set(serde_json::from_str(&process::quiet(&mut node)?)?);
    }
    let time = TIMES.get().and_then(|times| times[name].as_f64()).unwrap_or(f64::NAN);
    Ok(format!("{time:.0} ms"))
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
    fn a_page_loads_what_its_islands_share_once() {
        let chunk = |name: &str, size| (name.to_owned(), size);
        let shared = || chunk("shared.wasm", 4000);
        let islands = BTreeMap::from([
            ("one".to_owned(), vec![shared(), chunk("one.wasm", 200)]),
            ("two".to_owned(), vec![shared(), chunk("two.wasm", 300)]),
        ]);
        let client = Client { main: 10_000, islands, all: 14_500, css: 0 };
        assert_eq!(client.page(&[]), "10.0 kB");
        assert_eq!(client.page(&["one", "two"]), "14.5 kB");
        assert_eq!(client.page(&["three"]), "n/a");
    }

    #[test]
    fn the_median_is_the_value_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0, 100.0, 3.0]) - 3.0).abs() < f64::EPSILON);
    }
}
