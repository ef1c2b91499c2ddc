//! Where the browser finds the client's files. The server that embeds them knows; pages name them.

/// The URLs of the client's files, each with a hash of its content in the name, and the folder of
/// the modules that name each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssetMap {
    /// What tells this build of the client from others; its modules lie in `/assets/{build}/`.
    pub build: &'static str,
    /// The style sheet.
    pub css: &'static str,
    /// The module that makes islands and forms live; loads the client.
    pub boot_js: &'static str,
    /// The icon (SVG).
    pub icon: &'static str,
    /// The web manifest.
    pub manifest: &'static str,
    /// For each island, by its name in snake case, the chunks that it needs beside the main module.
    pub islands: &'static [(&'static str, &'static [&'static str])],
}

impl AssetMap {
    /// The URL of a module of the client.
    fn module(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.build)
    }

    /// The JavaScript that every page loads, for `<link rel="modulepreload">`.
    pub fn modules(&self) -> impl Iterator<Item = String> {
        ["client.js", "split.js"].map(|name| self.module(name)).into_iter()
    }

    /// The chunks of an island: `purchase_screen` for `PurchaseScreen`. None where there is no such
    /// island: it would be loaded all the same, only later.
    pub fn chunks(&self, island: &str) -> impl Iterator<Item = String> {
        let found = self.islands.iter().find(|(name, _)| *name == island);
        found.into_iter().flat_map(|(_, chunks)| *chunks).map(|chunk| self.module(chunk))
    }

    /// The WASM that a page with these islands loads, each file once, for
    /// `<link rel="preload" as="fetch" type="application/wasm" crossorigin>`.
    pub fn preloads(&self, islands: &[&str]) -> Vec<String> {
        let mut all = vec![self.module("client.wasm")];
        for chunk in islands.iter().flat_map(|island| self.chunks(island)) {
            if !all.contains(&chunk) {
                all.push(chunk);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSETS: AssetMap = AssetMap {
        build: "0123456789abcdef",
        css: "",
        boot_js: "",
        icon: "",
        manifest: "",
        islands: &[("one", &["chunk.wasm", "one.wasm"]), ("two", &["chunk.wasm", "two.wasm"])],
    };

    #[test]
    fn a_page_preloads_what_its_islands_need_once() {
        let names = |islands: &[&str]| -> Vec<String> {
            let urls = ASSETS.preloads(islands);
            let start = "/assets/0123456789abcdef/";
            urls.iter().map(|url| url.strip_prefix(start).unwrap().to_owned()).collect()
        };
        assert_eq!(names(&[]), ["client.wasm"]);
        assert_eq!(names(&["two", "one"]), ["client.wasm", "chunk.wasm", "two.wasm", "one.wasm"]);
        assert_eq!(names(&["unknown"]), ["client.wasm"]);
    }
}
