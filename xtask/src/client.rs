//! Builds what the browser loads: WASM and its JavaScript, the style sheet, icon and web manifest,
//! under names that carry a hash of their content, into the folder that the server embeds.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process,
    report::step,
    workspace::{self, Profile},
};

/// Files by their name below `/assets/`.
type Files = BTreeMap<String, Vec<u8>>;

/// The crate that becomes the client.
pub const CRATE: [&str; 3] = ["--package=frontend", "--lib", "--target=wasm32-unknown-unknown"];

/// Builds the client; what has not changed since the last time is not built again.
pub fn build(profile: Profile) -> Result<()> {
    let wasm = step("client: compile to WASM", || compile(profile))?;
    let sources = workspace::root().join("app/src");
    let inputs = [
        wasm.clone(),
        sources.clone(),
        workspace::root().join("xtask/src/client.rs"),
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
    let (script, wasm) = step("client: bind WASM to JavaScript", || bind(profile, &wasm))?;
    check_islands(&sources, &script.text)?;
    let mut files = Files::new();
    let icon = named(&mut files, "icon.svg", fs::read(asset("icon.svg"))?);
    let wasm_name = named(&mut files, "client.wasm", wasm);
    let text = script.text.replace("client_bg.wasm", &wasm_name);
    let client = named(&mut files, "client.js", text.into_bytes());
    files.extend(script.snippets);
    let boot = fs::read_to_string(workspace::root().join("style/boot.js"))?
        .replace("./client.js", &format!("./{client}"))
        .replace("./client.wasm", &format!("./{wasm_name}"));
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

/// The JavaScript made for a WASM file, and modules that it imports.
struct Script {
    text: String,
    snippets: Files,
}

fn bind(profile: Profile, input: &Path) -> Result<(Script, Vec<u8>)> {
    let release = profile == Profile::Release;
    let folder = tempfile::tempdir()?;
    Bindgen::new()
        .input_path(input)
        .out_name("client")
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder.path())?;
    let text = fs::read_to_string(folder.path().join("client.js"))?;
    let wasm = folder.path().join("client_bg.wasm");
    if release {
        optimise(&wasm)?;
    }
    let mut snippets = Files::new();
    collect(folder.path(), &folder.path().join("snippets"), &mut snippets)?;
    Ok((Script { text, snippets }, fs::read(wasm)?))
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

fn optimise(wasm: &Path) -> Result<()> {
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
fn check_islands(sources: &Path, script: &str) -> Result<()> {
    for name in islands(sources)? {
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
        names.extend(islands_in(&fs::read_to_string(path)?));
    }
    Ok(names)
}

fn islands_in(source: &str) -> Vec<String> {
    let after = source.split("\n#[island").skip(1);
    after
        .filter_map(|rest| {
            let (_, rest) = rest.split_once("fn ")?;
            let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))?;
            Some(rest[..end].to_owned())
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
    for (name, content) in &*files {
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
        fs::remove_file(folder.join(name))?;
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
        assert_eq!(islands_in(source), ["Progress", "Rail"]);
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
    }

    #[test]
    fn missing_islands_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), "\n#[island]\npub fn Rail() {}\n").unwrap();
        assert!(check_islands(folder.path(), "export function Rail_123(el) {}").is_ok());
        assert!(check_islands(folder.path(), "export function Other_1(el) {}").is_err());
    }
}
