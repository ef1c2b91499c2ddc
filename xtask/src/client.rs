//! Builds what the browser loads: WASM and its JavaScript, the style sheet, icon and web manifest,
//! into the folder that the server embeds. The WASM is split: what every page needs, and a chunk for
//! each lazy island. These name each other, so they keep their names and lie together in a folder
//! that is named after a hash of them all; the other files carry a hash of their own.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use anyhow::{Context as _, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process,
    report::step,
    slim, split,
    workspace::{self, Profile},
};

/// Files by their name below `/assets/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The crate that becomes the client.
pub const CRATE: [&str; 3] = ["--package=frontend", "--lib", "--target=wasm32-unknown-unknown"];

/// Tells the server which chunks each island needs; not served.
pub const ISLANDS: &str = "islands.txt";

/// Builds the client; what has not changed since the last time is not built again.
pub fn build(profile: Profile) -> Result<()> {
    let wasm = step("client: compile to WASM", || compile(profile))?;
    let sources = workspace::root().join("app/src");
    let inputs = [
        wasm.clone(),
        sources.clone(),
        workspace::root().join("xtask/src/client.rs"),
        workspace::root().join("xtask/src/split.rs"),
        workspace::root().join("xtask/src/merge.rs"),
        workspace::root().join("xtask/src/slim.rs"),
        workspace::root().join("style/package-lock.json"),
        workspace::root().join("style/boot.js"),
        workspace::root().join("style/main.css"),
        workspace::root().join("style/assets"),
    ];
    let stamp = workspace::target().join(format!("site-{}.stamp", profile.of_client()));
    let wanted = workspace::fingerprint(&inputs)?;
    let folder = profile.site();
    if folder.exists() && fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        return Ok(());
    }
    let css = step("client: style sheet", || style_sheet(profile))?;
    let islands = islands(&sources)?;
    let Client { files: loaded, chunks } =
        step("client: split, and bind WASM to JavaScript", || bind(profile, &wasm, &islands))?;
    let build = build_hash(&loaded);
    let mut files = Files::new();
    files.insert(ISLANDS.into(), list(&build, &chunks).into_bytes());
    files.extend(loaded.into_iter().map(|(name, content)| (format!("{build}/{name}"), content)));
    let icon = named(&mut files, "icon.svg", fs::read(asset("icon.svg"))?);
    let mut boot = fs::read_to_string(workspace::root().join("style/boot.js"))?
        .replace("./client/", &format!("./{build}/"));
    if profile == Profile::Release {
        boot = slim::script(&boot);
    }
    named(&mut files, "boot.js", boot.into_bytes());
    named(&mut files, "main.css", css);
    let manifest = fs::read_to_string(asset("manifest.webmanifest"))?;
    named(&mut files, "manifest.webmanifest", manifest.replace("icon.svg", &icon).into_bytes());
    if profile == Profile::Release {
        step("client: compress", || compress(&mut files))?;
    }
    write(&folder, &files)?;
    Ok(fs::write(&stamp, &wanted)?)
}

fn asset(name: &str) -> PathBuf {
    workspace::root().join("style/assets").join(name)
}

fn compile(profile: Profile) -> Result<PathBuf> {
    let name = profile.of_client();
    let mut cargo = process::cargo(&["build"]);
    process::run(cargo.args(CRATE).args(["--profile", name]))?;
    let triple = workspace::target().join("wasm32-unknown-unknown");
    Ok(triple.join(name).join("frontend.wasm"))
}

/// The files that share a folder, and for each island the chunks that it needs.
struct Client {
    files: Files,
    chunks: split::Chunks,
}

fn bind(profile: Profile, input: &Path, islands: &[String]) -> Result<Client> {
    let release = profile == Profile::Release;
    let folder = tempfile::tempdir()?;
    let parts = split::split(&fs::read(input)?, folder.path())?;
    Bindgen::new()
        .input_path(&parts.main)
        .out_name("client")
        .web(true)?
        .typescript(false)
        // The chunks link to the main module by these names.
        .keep_lld_exports(true)
        .demangle(false)
        .generate(folder.path())?;
    fs::remove_file(&parts.main)?;
    let main = fs::read(folder.path().join("client_bg.wasm"))?;
    fs::remove_file(folder.path().join("client_bg.wasm"))?;
    let mut script = fs::read_to_string(folder.path().join("client.js"))?
        .replace("client_bg.wasm", "client.wasm");
    check_exports(islands, &script)?;
    let wasm = folder.path().join("client.wasm");
    if release {
        let (main, named) = slim::names(&main, &script)?;
        fs::write(&wasm, main)?;
        script = slim::script(&named);
        optimise(folder.path())?;
    } else {
        fs::write(&wasm, main)?;
    }
    let mut files = Files::new();
    collect(folder.path(), folder.path(), &mut files)?;
    let chunks = split::chunks(&parts.needed, islands)?;
    let linked = split::link(&text(&files, split::SCRIPT)?, &parts.needed, islands)?;
    files.insert("client.js".into(), script.into_bytes());
    files.insert(split::SCRIPT.into(), linked.into_bytes());
    Ok(Client { files, chunks })
}

fn text(files: &Files, name: &str) -> Result<String> {
    let content = files.get(name).ok_or_else(|| anyhow!("the client has no {name}"))?;
    Ok(String::from_utf8(content.clone())?)
}

/// A hash of all files that lie together.
fn build_hash(files: &Files) -> String {
    let mut all = Vec::new();
    for (name, content) in files {
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(workspace::digest(content).as_bytes());
    }
    workspace::digest(&all)[..16].to_owned()
}

/// As `server/build.rs` reads it: the folder, and below it a line for each island with its chunks.
fn list(build: &str, chunks: &split::Chunks) -> String {
    let lines = chunks.iter().map(|(island, files)| format!("{island} {}\n", files.join(" ")));
    format!("{build}\n{}", lines.collect::<String>())
}

fn collect(root: &Path, folder: &Path, into: &mut Files) -> Result<()> {
    for entry in workspace::entries(folder)? {
        if entry.is_dir() {
            collect(root, &entry, into)?;
        } else {
            let name = entry.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            into.insert(name, fs::read(&entry)?);
        }
    }
    Ok(())
}

/// Shrinks every WASM file of a folder, two at a time: one alone does not keep a processor busy.
fn optimise(folder: &Path) -> Result<()> {
    let all = workspace::entries(folder)?;
    let wasm = all.iter().filter(|path| path.extension().is_some_and(|name| name == "wasm"));
    let wasm = Mutex::new(wasm);
    let work = || {
        loop {
            let next = wasm.lock().map_err(|_| anyhow!("shrinking broke off"))?.next();
            let Some(path) = next else { return Ok(()) };
            fs::write(path, slim::wasm(&fs::read(path)?)?)?;
            shrink(path)?;
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        let here = work();
        other.join().map_err(|_| anyhow!("shrinking broke off"))?.and(here)
    })
}

fn shrink(wasm: &Path) -> Result<()> {
    let features = [
        "bulk-memory",
        "multivalue",
        "mutable-globals",
        "nontrapping-float-to-int",
        "reference-types",
        "sign-ext",
    ];
    let mut command = process::node_tool(&workspace::root().join("style"), "wasm-opt");
    command.arg("-Oz").arg(wasm).arg("-o").arg(wasm);
    command.args(features.map(|feature| format!("--enable-{feature}")));
    process::run(&mut command)
}

/// An island whose function is missing from the client would stay dead without any other sign.
fn check_exports(islands: &[String], script: &str) -> Result<()> {
    for name in islands {
        let exported = script.contains(&format!("function {name}_"));
        if !exported {
            bail!("the island {name} is not in the client; does `frontend` still use `app`?");
        }
    }
    Ok(())
}

/// The names of all functions marked `#[island]`.
fn islands(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if path.is_dir() {
        for entry in workspace::entries(path)? {
            names.extend(islands(&entry)?);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        for (name, lazy) in islands_in(&fs::read_to_string(path)?) {
            if !lazy {
                bail!(
                    "{name} in {} must be `#[island(lazy)]`: every page would load it, and what \
                       all islands share",
                    path.display()
                );
            }
            names.push(name);
        }
    }
    Ok(names)
}

/// Each island of a source file, and whether it is lazy.
fn islands_in(source: &str) -> Vec<(String, bool)> {
    let after = source.split("\n#[island").skip(1);
    after
        .filter_map(|rest| {
            let lazy = rest.starts_with("(lazy)]");
            let (_, rest) = rest.split_once("fn ")?;
            let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))?;
            Some((rest[..end].to_owned(), lazy))
        })
        .collect()
}

fn style_sheet(profile: Profile) -> Result<Vec<u8>> {
    let folder = workspace::root().join("style");
    let output = tempfile::Builder::new().suffix(".css").tempfile()?;
    let mut command = process::node_tool(&folder, "tailwindcss");
    command.args(["--input", "main.css", "--output"]).arg(output.path());
    if profile == Profile::Release {
        command.arg("--minify");
    }
    process::quiet(&mut command)?;
    Ok(fs::read(output.path())?)
}

/// Puts a file in under a name with a hash of its content, and tells that name.
fn named(files: &mut Files, name: &str, content: Vec<u8>) -> String {
    let hash = workspace::digest(&content);
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let hashed = format!("{stem}.{}.{extension}", &hash[..16]);
    files.insert(hashed.clone(), content);
    hashed
}

/// Adds `.br` and `.gz` of everything; browsers ask for Brotli only where the connection is secure.
fn compress(files: &mut Files) -> Result<()> {
    let mut compressed = Files::new();
    for (name, content) in files.iter().filter(|(name, _)| *name != ISLANDS) {
        compressed.insert(format!("{name}.br"), brotli(content)?);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(content)?;
        compressed.insert(format!("{name}.gz"), gzip.finish()?);
    }
    files.extend(compressed);
    Ok(())
}

/// Brotli at its best (quality 11).
pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut output = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut output, &parameters)?;
    Ok(output)
}

/// Makes the folder hold exactly these files; what is the same stays untouched, so that nothing
/// that depends on it is built again.
fn write(folder: &Path, files: &Files) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut present = Files::new();
    collect(folder, folder, &mut present)?;
    for name in present.keys().filter(|name| !files.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path)?;
        // The folder of an earlier build goes with its last file.
        if let Some(parent) = path.parent().filter(|parent| *parent != folder) {
            let _ = fs::remove_dir(parent);
        }
    }
    for (name, content) in files {
        if present.get(name) != Some(content) {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn islands_are_found_with_their_visibility_and_attributes() {
        let source = "use x;\n#[island]\npub fn Progress(step: u8) -> impl IntoView {}\n\
                      /// Doc\n#[island(lazy)]\n#[expect(dead_code)]\npub(crate) fn Rail() {}\n";
        assert_eq!(islands_in(source), [("Progress".into(), false), ("Rail".into(), true)]);
    }

    #[test]
    fn an_island_that_every_page_would_load_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), "\n#[island(lazy)]\npub fn Rail() {}\n").unwrap();
        assert_eq!(islands(folder.path()).unwrap(), ["Rail"]);
        fs::write(folder.path().join("b.rs"), "\n#[island]\npub fn Eager() {}\n").unwrap();
        assert!(islands(folder.path()).is_err());
    }

    #[test]
    fn the_hash_of_a_build_is_that_of_all_its_files() {
        let file = |name: &str, content: &[u8]| Files::from([(name.into(), content.to_vec())]);
        let hash = build_hash(&file("client.js", b"1"));
        assert_eq!(hash.len(), 16);
        assert_ne!(hash, build_hash(&file("client.js", b"2")));
        assert_ne!(hash, build_hash(&file("split.js", b"1")));
    }

    #[test]
    fn names_carry_a_hash_of_the_content() {
        let mut files = Files::new();
        let first = named(&mut files, "main.css", b"a".to_vec());
        let second = named(&mut files, "main.css", b"b".to_vec());
        assert_ne!(first, second);
        assert!(
            first.starts_with("main.") && first.split('.').next_back() == Some("css"),
            "{first}"
        );
        assert_eq!(first.len(), "main..css".len() + 16);
    }

    #[test]
    fn a_folder_holds_exactly_what_was_built() {
        let folder = tempfile::tempdir().unwrap();
        let old =
            Files::from([("old.js".into(), b"1".to_vec()), ("same.js".into(), b"2".to_vec())]);
        write(folder.path(), &old).unwrap();
        let new =
            Files::from([("a/b.js".into(), b"3".to_vec()), ("same.js".into(), b"2".to_vec())]);
        write(folder.path(), &new).unwrap();
        let mut found = Files::new();
        collect(folder.path(), folder.path(), &mut found).unwrap();
        assert_eq!(found, new);
        write(folder.path(), &Files::new()).unwrap();
        assert!(workspace::entries(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn missing_islands_are_noticed() {
        let rail = ["Rail".to_owned()];
        assert!(check_exports(&rail, "export function Rail_123(el) {}").is_ok());
        assert!(check_exports(&rail, "export function Other_1(el) {}").is_err());
    }
}
