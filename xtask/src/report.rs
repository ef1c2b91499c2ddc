//! Says what is being done, how long it took, and at the end how it went.

use std::{
    fmt::Display,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;

/// Runs one step of a task and prints its name and time.
pub fn step<T>(name: impl Display, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {name}");
    let started = Instant::now();
    let done = work();
    match &done {
        Ok(_) => println!("✓ {name} ({})", seconds(started.elapsed())),
        Err(problem) => println!("✗ {name} ({}): {problem:#}", seconds(started.elapsed())),
    }
    done
}

/// Ends a task with one line that says how it went.
pub fn told(task: &str, outcome: Result<Duration>) -> ExitCode {
    match outcome {
        Ok(time) => {
            println!("{task}: done in {}", seconds(time));
            ExitCode::SUCCESS
        }
        Err(problem) => {
            println!("{task}: failed: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 5 s`.
pub fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    match whole {
        0..10 => format!("{:.1} s", time.as_secs_f32()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_naturally() {
        assert_eq!(seconds(Duration::from_millis(440)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(12_900)), "12 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
