//! Splits the client: a main module that every page loads, and for each lazy island the chunks that
//! are loaded where it stands. The pages' script asks for chunks before it hands an island its
//! element, so that one that cannot be had is noticed in JavaScript; in WASM it would be a panic.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use crate::merge::merge;

/// The module that loads chunks.
pub const SCRIPT: &str = "split.js";

/// What one request more costs, in bytes of WASM before it is shrunk and compressed.
const REQUEST: usize = 64 * 1024;

/// What strangers open on phones, and how much more it counts than what people come back to, who have it
/// in their browser's cache.
const FIRST_SEEN: (&str, usize) = ("purchase_screen", 4);

/// For each island, by its name in snake case, the files that it needs beside the main module.
pub type Chunks = BTreeMap<String, Vec<String>>;

/// The parts of a client before WASM is bound to JavaScript; the chunks lie in the output folder.
pub struct Parts {
    /// The main module.
    pub main: PathBuf,
    /// For each split point the files that it needs.
    pub needed: BTreeMap<String, Vec<String>>,
}

/// Splits a client into a folder.
pub fn split(wasm: &[u8], folder: &Path) -> Result<Parts> {
    let main = folder.join("main.wasm");
    let link_name = format!("./{SCRIPT}");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./client.js";
    options.link_name = &link_name;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("splitting the client: {error:?}"))?;
    let mut users: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (point, stems) in &parts.prefetch_map {
        for stem in stems {
            users.entry(stem).or_default().insert(point);
        }
    }
    let mut chunks = Vec::new();
    for (stem, users) in users {
        let path = folder.join(format!("{stem}.wasm"));
        let content = fs::read(&path)?;
        fs::remove_file(&path)?;
        let users = users.into_iter().cloned().collect();
        chunks.push(Chunk { users, size: content.len(), contents: vec![content] });
    }
    let mut needed: BTreeMap<_, Vec<_>> =
        parts.prefetch_map.into_keys().map(|point| (point, Vec::new())).collect();
    for (index, chunk) in together(chunks).into_iter().enumerate() {
        let name = match chunk.users.first() {
            Some(only) if chunk.users.len() == 1 => format!("{}.wasm", island(only)),
            _ => format!("shared_{index}.wasm"),
        };
        fs::write(folder.join(&name), merge(&chunk.contents)?)?;
        for user in &chunk.users {
            needed.entry(user.clone()).or_default().push(name.clone());
        }
    }
    Ok(Parts { main, needed })
}

/// A chunk to be: what lies in it, and the split points that need it.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    users: BTreeSet<String>,
    size: usize,
    contents: Vec<Vec<u8>>,
}

impl Chunk {
    /// What is gained by loading this and another always together: a request less for each user of
    /// both, against what the users of one load of the other in vain.
    fn gain(&self, other: &Self) -> Option<usize> {
        let both = weight(self.users.intersection(&other.users));
        let here = weight(&self.users) - both;
        let there = weight(&other.users) - both;
        (both * REQUEST).checked_sub(here * other.size + there * self.size)
    }
}

/// How much these split points count.
fn weight<'p>(points: impl IntoIterator<Item = &'p String>) -> usize {
    let (first_seen, weight) = FIRST_SEEN;
    points.into_iter().map(|point| if island(point) == first_seen { weight } else { 1 }).sum()
}

/// Puts chunks together as long as something is gained.
fn together(mut chunks: Vec<Chunk>) -> Vec<Chunk> {
    loop {
        let pairs = (0..chunks.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let best = pairs
            .filter_map(|(a, b)| Some((chunks[a].gain(&chunks[b])?, a, b)))
            .filter(|(gain, ..)| *gain > 0)
            .max();
        let Some((_, a, b)) = best else { return chunks };
        let other = chunks.remove(b);
        let chunk = &mut chunks[a];
        chunk.users.extend(other.users);
        chunk.size += other.size;
        chunk.contents.extend(other.contents);
    }
}

/// The island of a split point: `copy_button` for `copy_button_loader_123`.
fn island(point: &str) -> &str {
    point.rsplit_once("_loader_").map_or(point, |(island, _)| island)
}

/// What each island needs; an error where one has no split point or two have one name.
pub fn chunks(needed: &BTreeMap<String, Vec<String>>, islands: &[String]) -> Result<Chunks> {
    let mut chunks = Chunks::new();
    for name in islands {
        let point = split_point(needed, name)?;
        if chunks.insert(island(point).to_owned(), needed[point].clone()).is_some() {
            bail!("there are two islands {name}");
        }
    }
    Ok(chunks)
}

/// The split point of an island: for `CopyButton`, `copy_button_loader_123`.
fn split_point<'n>(needed: &'n BTreeMap<String, Vec<String>>, name: &str) -> Result<&'n str> {
    let is_of_island = |point: &&String| island(point).replace('_', "").eq_ignore_ascii_case(name);
    let mut found = needed.keys().filter(is_of_island);
    match (found.next(), found.next()) {
        (Some(point), None) => Ok(point),
        (None, _) => bail!("the island {name} is not split off"),
        _ => bail!("there are two islands {name}"),
    }
}

/// Loads and compiles files once, as long as that works, also while the main module is still on its
/// way: `begin` tells that it is there. Where WASM asks for a chunk by itself and does not get it,
/// it waits for ever instead of panicking, and the page is told by the event `fenfa:outdated`.
const LOADER: &str = "\
export let begin;
const begun = new Promise((resolve) => (begin = resolve));
const files = new Map();
function file(name) {
    if (!files.has(name)) {
        const compiling = WebAssembly.compileStreaming(fetch(new URL(name, import.meta.url)));
        const loading = Promise.all([compiling, begun]).then(([module]) => WebAssembly.instantiate(module, getSharedImports()));
        files.set(name, loading);
        loading.catch(() => files.delete(name));
    }
    return files.get(name);
}
function loader(...names) {
    const load = () => Promise.all(names.map(file));
    const call = async (index, data) => {
        try {
            await load();
        } catch {
            dispatchEvent(new Event(\"fenfa:outdated\"));
            return;
        }
        getSharedImports().__wasm_split.__indirect_function_table.get(index)(data, true);
    };
    return Object.assign(call, { load });
}
";

/// The script that loads chunks, of whose generated text only the imports stay. It exports what the
/// main module calls, and `islands`: by name, what loads an island's chunks and rejects where they
/// cannot be had.
pub fn link(
    script: &str,
    needed: &BTreeMap<String, Vec<String>>,
    islands: &[String],
) -> Result<String> {
    let (imports, _) = script
        .split_once("function wrapAsyncCb(")
        .context("the splitter writes another script than it did")?;
    let mut linked = format!("{imports}{LOADER}");
    for (point, files) in needed {
        let name = format!("__wasm_split_load_{point}");
        ensure!(script.contains(&format!("export const {name} = ")), "nothing loads {point}");
        let files: Vec<String> = files.iter().map(|file| format!("\"./{file}\"")).collect();
        writeln!(linked, "export const {name} = loader({});", files.join(", "))?;
    }
    linked.push_str("export const islands = {\n");
    for island in islands {
        writeln!(linked, "    {island}: __wasm_split_load_{}.load,", split_point(needed, island)?)?;
    }
    linked.push_str("};\n");
    Ok(linked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(points: &[&str]) -> BTreeMap<String, Vec<String>> {
        let files = |point: &str| vec!["shared_1.wasm".to_owned(), format!("{point}.wasm")];
        points.iter().map(|point| ((*point).to_owned(), files(point))).collect()
    }

    fn chunk(users: &[&str], size: usize) -> Chunk {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        Chunk { users, size, contents: vec![vec![0; size]] }
    }

    #[test]
    fn islands_know_their_chunks() {
        let needed = needed(&["copy_button_loader_12", "copy_button_2_loader_3"]);
        let chunks = chunks(&needed, &["CopyButton".into()]).unwrap();
        assert_eq!(chunks["copy_button"], ["shared_1.wasm", "copy_button_loader_12.wasm"]);
    }

    #[test]
    fn islands_that_are_missing_or_double_are_refused() {
        assert!(chunks(&needed(&["rail_loader_1"]), &["Other".into()]).is_err());
        assert!(chunks(&needed(&["rail_loader_1", "rail_loader_2"]), &["Rail".into()]).is_err());
    }

    #[test]
    fn small_chunks_are_put_together_and_large_ones_stay_apart() {
        let small = || vec![chunk(&["a", "b"], 1000), chunk(&["a"], 500), chunk(&["b"], 700)];
        let one = together(small());
        assert_eq!((one.len(), one[0].size, one[0].users.len()), (1, 2200, 2));
        let mut large = small();
        large.push(chunk(&["a"], 10 * REQUEST));
        let mut sizes: Vec<usize> = together(large).iter().map(|chunk| chunk.size).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1700, 500 + 10 * REQUEST]);
        // Who shares nothing gains nothing.
        assert_eq!(together(vec![chunk(&["a"], 1), chunk(&["b"], 1)]).len(), 2);
    }

    #[test]
    fn the_script_tells_how_islands_are_loaded() {
        let script = "let a;\nfunction wrapAsyncCb(callee) {\n  old\n}\n\
                      export const __wasm_split_load_rail_loader_1 = wrapAsyncCb(old);\n";
        let linked = link(script, &needed(&["rail_loader_1"]), &["Rail".into()]).unwrap();
        assert!(
            linked.starts_with("let a;\nexport let begin") && !linked.contains("old"),
            "{linked}"
        );
        let call = "_load_rail_loader_1 = loader(\"./shared_1.wasm\", \"./rail_loader_1.wasm\");";
        assert!(linked.contains(call), "{linked}");
        assert!(linked.contains("Rail: __wasm_split_load_rail_loader_1.load,"), "{linked}");
        assert!(link("another", &BTreeMap::new(), &[]).is_err());
    }
}
