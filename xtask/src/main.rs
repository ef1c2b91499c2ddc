//! `cargo xtask`: sets up what is missing, then runs, tests, builds or measures Fenfa.

mod bench;
mod client;
mod licences;
mod merge;
mod postgres;
mod prerequisites;
mod process;
mod report;
mod run;
mod server;
mod slim;
mod split;
mod test;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [--release] [OPTION…]   build what is missing, load the demo, serve it
                                        (options go to `fenfa serve`: --port 8080 …)
cargo xtask test [STEP…] [-- FILTER…]   all checks, or some of: fmt licences client clippy unit e2e
                                        (filters go to `cargo test` and Playwright)
cargo xtask build [--dev]               the program with its client inside
cargo xtask bench [NAME…]               the figures, one line each: `name: value unit`
cargo xtask help                        this text

Environment: TEST_DATABASE_URL  a PostgreSQL server to test against, instead of one started here
             FENFA_CHROMIUM     the Chromium to test with, instead of /usr/bin/chromium";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_else(|| "help".into());
    let rest: Vec<String> = arguments.collect();
    match task.as_str() {
        "run" => report::told("run", run::run(rest)),
        "build" => report::told("build", run::build(&rest)),
        "bench" => report::told("bench", bench::bench(&rest)),
        "test" => test::test(&rest),
        "help" | "-h" | "--help" => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        unknown => {
            eprintln!("There is no task `{unknown}`.\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}
