//! What must be on the machine before anything can be built, run or tested: installs it where that
//! is possible, and otherwise names exactly what to install.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{postgres, process, report::step, workspace};

/// What building the program and its client needs.
pub fn to_build() -> Result<()> {
    compiler()?;
    wasm_target()?;
    node()?;
    npm("style")
}

/// What all tests need on top of that.
pub fn to_test_in_browser() -> Result<()> {
    packages(&[CHROMIUM, WEBKIT, XVFB, FONTS])?;
    npm("end2end")
}

/// What the storage tests need, unless a server is given.
pub fn to_test_storage() -> Result<()> {
    packages(&[POSTGRESQL])
}

/// The Chromium that the browser tests drive.
pub fn chromium() -> PathBuf {
    std::env::var_os("FENFA_CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}

/// The driver of the other engine that the browser tests drive; they look for it by themselves.
fn webkit() -> PathBuf {
    std::env::var_os("FENFA_WEBKIT")
        .map_or_else(|| "/usr/bin/WebKitWebDriver".into(), PathBuf::from)
}

/// Something that a package of the operating system brings.
struct Tool {
    what: &'static str,
    package: &'static str,
    present: fn() -> bool,
}

const CHROMIUM: Tool = Tool {
    what: "Chromium (or set FENFA_CHROMIUM to its path)",
    package: "chromium",
    present: || chromium().exists(),
};

const WEBKIT: Tool = Tool {
    what: "WebKitGTK's WebDriver (or set FENFA_WEBKIT to its path)",
    package: "webkit2gtk-driver",
    present: || webkit().exists(),
};

const XVFB: Tool = Tool {
    what: "Xvfb, the screen that WebKit shows its pages on",
    package: "xvfb",
    present: || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join("Xvfb").exists())
    },
};

const FONTS: Tool = Tool {
    what: "a font with Chinese characters, such as Noto Sans CJK",
    package: "fonts-noto-cjk",
    present: || {
        let listed = process::command("fc-list").arg(":lang=zh").output();
        listed.is_ok_and(|listed| !listed.stdout.is_empty())
    },
};

const POSTGRESQL: Tool = Tool {
    what: "PostgreSQL's server (or set TEST_DATABASE_URL to one)",
    package: "postgresql",
    present: || postgres::programs().is_some(),
};

fn compiler() -> Result<()> {
    let found = ["cc", "gcc", "clang"].iter().any(|name| process::exists(name));
    if found || cfg!(not(unix)) {
        return Ok(());
    }
    packages(&[Tool { what: "a C compiler", package: "build-essential", present: || false }])
}

fn wasm_target() -> Result<()> {
    let triple = "wasm32-unknown-unknown";
    let sysroot = process::quiet(process::command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(triple).exists() {
        return Ok(());
    }
    if !process::exists("rustup") {
        bail!("Rust's target {triple} is missing, and there is no rustup to add it: install it");
    }
    step(format!("rustup target add {triple}"), || {
        process::run(process::command("rustup").args(["target", "add", triple]))
    })
}

fn node() -> Result<()> {
    let version = process::quiet(process::command("node").arg("--version"))
        .context("Node.js 20 or newer is needed: https://nodejs.org")?;
    let major: u32 = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0);
    if major < 20 {
        bail!("Node.js 20 or newer is needed, here is {}", version.trim());
    }
    Ok(())
}

/// `npm ci` in a folder whose lock file has changed since the last time.
fn npm(folder: &str) -> Result<()> {
    let folder = workspace::root().join(folder);
    let wanted = workspace::fingerprint(&[folder.join("package-lock.json")])?;
    let stamp = folder.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step(format!("npm ci in {}", folder.display()), || {
        let mut npm = process::command("npm");
        npm.current_dir(&folder)
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            // The browser comes from the operating system.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        process::run(&mut npm)?;
        Ok(fs::write(&stamp, &wanted)?)
    })
}

fn packages(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    if !(Path::new("/etc/debian_version").exists() && is_root()) {
        let whats: Vec<&str> = missing.iter().map(|tool| tool.what).collect();
        bail!(
            "please install {} (on Debian: apt-get install {})",
            whats.join(", "),
            names.join(" ")
        );
    }
    step(format!("apt-get install {}", names.join(" ")), || {
        let apt = |arguments: &[&str]| {
            let mut command = process::command("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments);
            process::quiet(&mut command)
        };
        apt(&["update"])?;
        let mut install = vec!["install", "-y", "--no-install-recommends"];
        install.extend(&names);
        apt(&install)?;
        Ok(())
    })
}

/// True for the user who may install packages.
pub fn is_root() -> bool {
    process::command("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
