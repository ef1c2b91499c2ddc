//! Takes out of the client what a browser does not need: the sections that tools read, the long names
//! under which the main module and its script know each other, and comments.

use std::{fmt::Write as _, ops::Range};

use anyhow::{Context as _, Result, anyhow, ensure};
use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// The module that wasm-bindgen's script gives to the main module.
const SCRIPT: &str = "./client_bg.js";

/// A module without custom sections: names, producers, relocations.
pub fn wasm(module: &[u8]) -> Result<Vec<u8>> {
    rewritten(module, &mut |name| name.to_owned())
}

/// The main module and its script with short names for what one takes of the other.
pub fn names(module: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Vec::new();
    let module = rewritten(module, &mut |name| {
        names.push(name.to_owned());
        format!("i{}", names.len())
    })?;
    let mut script = script.to_owned();
    for (index, name) in names.iter().enumerate() {
        let (long, short) = (format!("\n        {name}: "), format!("\n        i{}: ", index + 1));
        ensure!(script.matches(&long).count() == 1, "the script does not tell what {name} is");
        script = script.replacen(&long, &short, 1);
    }
    Ok((module, script))
}

/// A script without lines of comment and without indentation. No text goes over several lines.
pub fn script(text: &str) -> String {
    let mut slim = String::new();
    let mut comment = false;
    for line in text.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        if !(comment || line.is_empty() || line.starts_with("//")) {
            // Writing to a string cannot fail.
            let _ = writeln!(slim, "{line}");
        }
        comment &= !line.ends_with("*/");
    }
    slim
}

fn rewritten(module: &[u8], name: &mut impl FnMut(&str) -> String) -> Result<Vec<u8>> {
    let mut slim = Module::new();
    let mut end = 0;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match payload {
            Payload::CustomSection(_) => {}
            Payload::ImportSection(imports) => {
                let mut section = ImportSection::new();
                for import in imports.into_imports() {
                    let import = import?;
                    let own = (import.module == SCRIPT).then(|| name(import.name));
                    let import = wasmparser::Import {
                        name: own.as_deref().unwrap_or(import.name),
                        ..import
                    };
                    RoundtripReencoder
                        .parse_import(&mut section, import)
                        .map_err(|error| anyhow!("renaming imports: {error}"))?;
                }
                slim.section(&section);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let range: Range<usize> =
                        usize::try_from(range.start)?..usize::try_from(range.end)?;
                    let data = module.get(range).context("a section cut short")?;
                    slim.section(&RawSection { id, data });
                }
                end += usize::from(matches!(payload, Payload::End(_)));
            }
        }
    }
    ensure!(end == 1, "no module");
    Ok(slim.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A type, and a function `long_name` that the script gives.
    const IMPORTS: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\
        \x02\x1c\x01\x0e./client_bg.js\x09long_name\0\0";

    #[test]
    fn only_custom_sections_are_left_out() {
        let with_names = [IMPORTS, b"\0\x05\x04name"].concat();
        assert_eq!(wasm(&with_names).unwrap(), wasm(IMPORTS).unwrap());
        assert!(wasm(&with_names[..with_names.len() - 1]).is_err());
    }

    #[test]
    fn a_module_and_its_script_agree_on_names() {
        let script = "const import0 = {\n        long_name: function() {},\n};";
        let (module, script) = names(IMPORTS, script).unwrap();
        assert!(script.contains("        i1: function() {},"), "{script}");
        assert!(module.windows(2).any(|bytes| bytes == b"i1"));
        assert!(names(IMPORTS, "another").is_err());
    }

    #[test]
    fn scripts_lose_comments_and_indentation_only() {
        let text = "/**\n * Doc\n */\nexport function a() {\n    // why\n    return \"//\";\n\n}\n/* b */\n";
        assert_eq!(script(text), "export function a() {\nreturn \"//\";\n}\n");
    }
}
