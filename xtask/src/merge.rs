//! Puts chunks of the client together into one. The splitter makes one for each set of islands that
//! share code, which are dozens, most of them tiny; each would be a request.
//!
//! A chunk imports memory, table and globals from the main module, defines functions, and writes them
//! into the table and its data into memory at fixed places. So several are one by renumbering.

use anyhow::{Result, anyhow, bail};
use wasm_encoder::{
    CodeSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::{DataKind, ElementKind, Parser, Payload, TypeRef};

/// One chunk with what is in all of these, without names and other custom sections.
pub fn merge(chunks: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut whole = Whole::default();
    for chunk in chunks {
        whole.add(chunk)?;
    }
    let mut module = Module::new();
    module.section(&whole.types).section(&whole.imports).section(&whole.functions);
    module.section(&whole.elements).section(&whole.code).section(&whole.data);
    Ok(module.finish())
}

#[derive(Default)]
struct Whole {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
    /// What is imported already, by name.
    imported: Vec<(String, TypeRef)>,
}

/// How the numbers of one chunk become those of the whole.
struct Numbers {
    types: u32,
    functions: u32,
    globals: Vec<u32>,
}

impl Reencode for Numbers {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<Self::Error>> {
        Ok(self.types + index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Self::Error>> {
        Ok(self.functions + index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error<Self::Error>> {
        // A chunk that names a global it has not is refused by the browser as well.
        Ok(self.globals.get(index as usize).copied().unwrap_or(u32::MAX))
    }
}

impl Whole {
    fn add(&mut self, chunk: &[u8]) -> Result<()> {
        let (types, functions) = (self.types.len(), self.functions.len());
        let mut numbers = Numbers { types, functions, globals: Vec::new() };
        for payload in Parser::new(0).parse_all(chunk) {
            match payload? {
                Payload::TypeSection(types) => {
                    told(numbers.parse_type_section(&mut self.types, types))?;
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        self.import(import, &mut numbers)?;
                    }
                }
                Payload::FunctionSection(functions) => {
                    told(numbers.parse_function_section(&mut self.functions, functions))?;
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        let element = element?;
                        if !matches!(element.kind, ElementKind::Active { .. }) {
                            bail!("a chunk has elements that it places by itself");
                        }
                        told(numbers.parse_element(&mut self.elements, element))?;
                    }
                }
                Payload::DataSection(data) => {
                    for data in data {
                        let data = data?;
                        if !matches!(data.kind, DataKind::Active { .. }) {
                            bail!("a chunk has data that it places by itself");
                        }
                        told(numbers.parse_data(&mut self.data, data))?;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    told(numbers.parse_function_body(&mut self.code, body))?;
                }
                // What is shared belongs to the main module.
                Payload::ExportSection(none) if none.count() == 0 => {}
                Payload::Version { .. }
                | Payload::CustomSection(_)
                | Payload::DataCountSection { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::End(_) => {}
                other => bail!("a chunk has an unexpected section: {other:?}"),
            }
        }
        Ok(())
    }

    fn import(&mut self, import: wasmparser::Import<'_>, numbers: &mut Numbers) -> Result<()> {
        let is_global = |ty: &TypeRef| matches!(ty, TypeRef::Global(_));
        if !matches!(import.ty, TypeRef::Global(_) | TypeRef::Memory(_) | TypeRef::Table(_)) {
            bail!("a chunk imports {} by itself", import.name);
        }
        let name = format!("{} {}", import.module, import.name);
        let known = self.imported.iter().position(|(other, _)| *other == name);
        let at = known.unwrap_or(self.imported.len());
        if known.is_none() {
            let twice = !is_global(&import.ty)
                && self.imported.iter().any(|(_, ty)| {
                    !is_global(ty)
                        && std::mem::discriminant(ty) == std::mem::discriminant(&import.ty)
                });
            if twice {
                bail!("a chunk imports a second memory or table");
            }
            told(numbers.parse_import(&mut self.imports, import))?;
            self.imported.push((name, import.ty));
        }
        if is_global(&import.ty) {
            let before = self.imported[..at].iter().filter(|(_, ty)| is_global(ty)).count();
            numbers.globals.push(u32::try_from(before)?);
        }
        Ok(())
    }
}

fn told<T>(result: Result<T, Error<std::convert::Infallible>>) -> Result<T> {
    result.map_err(|error| anyhow!("merging chunks: {error}"))
}
