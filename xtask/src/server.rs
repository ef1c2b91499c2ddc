//! Builds the server and starts it for measurements.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    client, process,
    report::step,
    workspace::{self, Profile},
};

/// Builds the client and the server around it; the program's path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    client::build(profile)?;
    step("server: compile", || {
        let mut cargo = process::cargo(&["build", "--package=server", "--bin=fenfa"]);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        process::run(&mut cargo)
    })?;
    Ok(program(profile))
}

/// Where cargo puts the program.
pub fn program(profile: Profile) -> PathBuf {
    let name = format!("fenfa{}", std::env::consts::EXE_SUFFIX);
    workspace::target().join(profile.of_server()).join(name)
}

/// A server started for a measurement; dropping it ends it.
pub struct Running {
    child: Child,
    port: u16,
    /// From the start of the process to the first good answer on `/healthz`.
    pub ready_after: Duration,
}

impl Running {
    /// Starts the program on a free port and waits until it answers.
    pub fn start(program: &Path, data: &Path, extra: &[&str]) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = process::command(program);
        command
            .arg("serve")
            .args(["--port", &port.to_string()])
            .arg("--data")
            .arg(data)
            .args(extra)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut running = Self { child, port, ready_after: Duration::ZERO };
        while !healthy(port) {
            if let Some(status) = running.child.try_wait()? {
                bail!("the server ended with {status} instead of serving");
            }
            if started.elapsed() > Duration::from_mins(2) {
                bail!("the server did not answer within two minutes");
            }
            thread::sleep(Duration::from_micros(500));
        }
        running.ready_after = started.elapsed();
        Ok(running)
    }

    /// Where it serves.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Resident memory in MiB.
    pub fn resident_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<f64>().ok())
            .context("the kernel does not tell the resident memory")?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn healthy(port: u16) -> bool {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    answer().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
