//! Puts the client's files into the program. `cargo xtask` builds them into `target/site-dev` or
//! `target/site-release`; without them (a plain `cargo check`) the program has none.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var(name).map_err(io::Error::other);
    let profile = if variable("PROFILE")? == "release" { "site-release" } else { "site-dev" };
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let site = here.join("../target").join(profile);
    fs::create_dir_all(&site)?;
    println!("cargo::rerun-if-changed={}", site.display());
    let mut names = Vec::new();
    list(&site, "", &mut names)?;
    let mut entries = String::new();
    for name in names.iter().filter(|name| !is_compressed(name) && *name != ISLANDS) {
        entries += &entry(&site, name, &names)?;
    }
    let islands = fs::read_to_string(site.join(ISLANDS)).unwrap_or_default();
    let table =
        format!("pub static FILES: &[File] = &[\n{entries}];\n{}", build_and_islands(&islands));
    fs::write(Path::new(&variable("OUT_DIR")?).join("assets.rs"), table)
}

/// The folder of the client's modules, and a line for each island with the chunks that it needs.
const ISLANDS: &str = "islands.txt";

fn build_and_islands(text: &str) -> String {
    let mut lines = text.lines();
    let build = lines.next().unwrap_or("missing");
    let mut islands = String::new();
    for (island, chunks) in lines.filter_map(|line| line.split_once(' ')) {
        let chunks: Vec<&str> = chunks.split(' ').collect();
        // Writing to a string cannot fail.
        let _ = writeln!(islands, "    ({island:?}, &{chunks:?}),");
    }
    format!(
        "pub const BUILD: &str = {build:?};\n\
         pub static ISLANDS: &[(&str, &[&str])] = &[\n{islands}];\n"
    )
}

/// Collects the names of all files below a folder, in order, with `/` between the parts.
fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn is_compressed(name: &str) -> bool {
    [".br", ".gz"].iter().any(|ending| name.ends_with(ending))
}

/// One line of the table: a file with its content and, where there are any, compressed variants.
fn entry(site: &Path, name: &str, names: &[String]) -> io::Result<String> {
    let tag = hash(&fs::read(site.join(name))?);
    let content =
        |name: &str| format!("include_bytes!({:?})", site.join(name).display().to_string());
    let variant = |ending: &str| {
        let name = format!("{name}{ending}");
        if names.contains(&name) { format!("Some({})", content(&name)) } else { "None".into() }
    };
    let (plain, brotli, gzip) = (content(name), variant(".br"), variant(".gz"));
    let text = format!(
        "path: {name:?}, tag: \"{tag:016x}\", plain: {plain}, brotli: {brotli}, gzip: {gzip}"
    );
    Ok(format!("    File {{ {text} }},\n"))
}

/// FNV-1a, for the `ETag`.
fn hash(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
