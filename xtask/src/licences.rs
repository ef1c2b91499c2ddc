//! Checks that every crate that ends up in the program may be shipped with it.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::process;

/// Licences that ask for nothing but to be named; `deny.toml` holds the same list.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// `cargo deny` where it is installed, otherwise our own look at the licences.
pub fn check() -> Result<()> {
    if process::exists("cargo-deny") {
        let checks = ["deny", "check", "licenses", "bans", "sources"];
        return process::run(&mut process::cargo(&checks));
    }
    let metadata = process::quiet(&mut process::cargo(&["metadata", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let none = Vec::new();
    let refused: Vec<String> = metadata["packages"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("no licence");
            (!allowed(licence)).then(|| format!("{} ({licence})", package["name"]))
        })
        .collect();
    if !refused.is_empty() {
        bail!("these crates may not be shipped: {}", refused.join(", "));
    }
    Ok(())
}

/// Reads an SPDX expression: any side of an `OR` will do, all sides of an `AND` must.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    Reader { words: words(&expression), at: 0 }.any()
}

fn words(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

struct Reader {
    words: Vec<String>,
    at: usize,
}

impl Reader {
    fn any(&mut self) -> bool {
        let mut result = self.all();
        while self.take("OR") {
            result |= self.all();
        }
        result
    }

    fn all(&mut self) -> bool {
        let mut result = self.one();
        while self.take("AND") {
            result &= self.one();
        }
        result
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let result = self.any();
            return self.take(")") && result;
        }
        let mut name = self.next();
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.next());
        }
        ALLOWED.contains(&name.as_str())
    }

    fn next(&mut self) -> String {
        let word = self.words.get(self.at).cloned().unwrap_or_default();
        self.at += 1;
        word
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next == word);
        self.at += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spdx_expressions_are_understood() {
        assert!(allowed("MIT OR Apache-2.0"));
        assert!(allowed("MIT/Apache-2.0"));
        assert!(allowed("GPL-3.0 OR MIT"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
        assert!(allowed("(MIT OR GPL-2.0) AND Unicode-3.0"));
        assert!(!allowed("MIT AND GPL-3.0"));
        assert!(!allowed("AGPL-3.0"));
        assert!(!allowed(""));
    }
}
