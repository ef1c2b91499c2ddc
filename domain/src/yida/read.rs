//! From bytes to a form definition, whatever it is wrapped in.

use std::borrow::Cow;

use serde_json::{Map, Value, error::Category};

use super::{i18n::Entries, limits::is_filled, problems, texts::Foreign};
use crate::problem::Problem;

/// A form definition as it was read.
pub(super) struct Definition {
    /// The file's name, fit to be shown.
    pub file: String,
    /// The form's id on the other platform.
    pub id: Option<String>,
    /// What stands beside the pages: scripts, settings.
    pub content: Map<String, Value>,
    /// The roots of the component trees.
    pub roots: Vec<Value>,
    /// How many pages there were.
    pub pages: usize,
    /// Whether a page used connectors.
    pub connects: bool,
    /// How many entries of its list of texts no field refers to.
    pub unused_texts: usize,
}

impl Definition {
    /// Whether both are the same form.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(id), Some(other)) => id == other,
            _ => self.roots == other.roots,
        }
    }
}

/// Wrappers around a definition, in answers and exports.
const WRAPPERS: &[&str] = &[
    "content",
    "data",
    "result",
    "schema",
    "formSchema",
    "body",
    "forms",
    "list",
    "items",
    "form",
    "response",
    "payload",
    "value",
];
/// No real wrapping is deeper.
const DEPTH: u8 = 6;

/// Reads one file, which may hold several definitions.
pub(super) fn definitions(name: &str, bytes: &[u8]) -> Result<Vec<Definition>, Problem> {
    let file = problems::file_name(name);
    if bytes.len() > super::BYTES_LIMIT {
        return Err(problems::too_large(&file));
    }
    let text = decoded(bytes).ok_or_else(|| problems::encoding(&file))?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(problems::empty(&file));
    }
    if start.starts_with('<') {
        return Err(problems::web_page(&file));
    }
    let value = serde_json::from_str(&text).map_err(|error| refusal(&file, &error))?;
    let value = unwrap_string(value, &file)?;
    let failed = value.get("success") == Some(&Value::Bool(false));
    let mut found = Vec::new();
    contents(value, 0, &file, &mut found)?;
    match found.len() {
        0 if failed => Err(problems::failed_answer(&file)),
        0 => Err(problems::not_a_form(&file)),
        1 => Ok(found.into_iter().map(|content| from_content(file.clone(), content)).collect()),
        _ => Ok((1..)
            .zip(found)
            .map(|(number, content)| from_content(format!("{file} #{number}"), content))
            .collect()),
    }
}

/// The text, without a mark of its byte order; some editors save in UTF-16.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Option<String> = char::decode_utf16(units).map(Result::ok).collect();
        text.filter(|_| odd.is_empty()).map(Cow::Owned)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
    }
}

fn refusal(file: &str, error: &serde_json::Error) -> Problem {
    // The parser has no code of its own for this.
    if error.classify() == Category::Syntax && error.to_string().starts_with("recursion limit") {
        return problems::too_deep(file);
    }
    if error.classify() == Category::Eof {
        return problems::cut_off(file);
    }
    problems::not_json(file, error.line(), error.column())
}

/// A definition that was encoded as JSON text once more, or twice.
fn unwrap_string(mut value: Value, file: &str) -> Result<Value, Problem> {
    for _ in 0..3 {
        let Value::String(text) = &value else { break };
        value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| refusal(file, &error))?;
    }
    Ok(value)
}

/// Finds the objects that hold pages or a component tree.
fn contents(
    value: Value,
    depth: u8,
    file: &str,
    found: &mut Vec<Map<String, Value>>,
) -> Result<(), Problem> {
    if depth > DEPTH || found.len() > super::FILE_LIMIT {
        return Ok(());
    }
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[', '"']) => {
            let inner = unwrap_string(Value::String(text), file)?;
            if !inner.is_string() {
                contents(inner, depth + 1, file, found)?;
            }
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(is_component) => {
            let mut content = Map::new();
            content.insert("componentsTree".to_owned(), Value::Array(items));
            found.push(content);
        }
        Value::Array(items) => {
            for item in items {
                contents(item, depth + 1, file, found)?;
            }
        }
        Value::Object(object) if is_content(&object) => found.push(object),
        Value::Object(mut object) => {
            for inner in WRAPPERS.iter().filter_map(|name| object.remove(*name)) {
                let before = found.len();
                contents(inner, depth + 1, file, found)?;
                if found.len() > before {
                    break;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn is_component(value: &Value) -> bool {
    let holds = |name: &str| value.get(name).is_some();
    value.get("componentName").is_some_and(Value::is_string)
        && !holds("componentsTree")
        && !holds("pages")
}

fn is_content(object: &Map<String, Value>) -> bool {
    ["pages", "componentsTree"].iter().any(|name| object.get(*name).is_some_and(Value::is_array))
        || object.get("componentName").is_some_and(Value::is_string)
}

fn from_content(file: String, mut content: Map<String, Value>) -> Definition {
    let mut roots = Vec::new();
    let mut id = form_id(&content);
    let mut entries = Entries::default();
    let mut connects = false;
    let mut count = 0;
    if let Some(Value::Array(pages)) = content.remove("pages") {
        for page in pages {
            let Value::Object(mut page) = page else { continue };
            count += 1;
            id = id.or_else(|| form_id(&page));
            connects |= page.get("connectComponent").is_some_and(is_filled);
            texts_of(&page, &mut entries);
            match page.remove("componentsTree") {
                Some(Value::Array(trees)) => roots.extend(trees),
                Some(tree @ Value::Object(_)) => roots.push(tree),
                _ if page.contains_key("componentName") => roots.push(Value::Object(page)),
                _ => {}
            }
        }
    }
    if let Some(Value::Array(trees)) = content.remove("componentsTree") {
        roots.extend(trees);
    }
    if content.contains_key("componentName") {
        roots.push(Value::Object(content.clone()));
    }
    texts_of(&content, &mut entries);
    for root in &mut roots {
        entries.put_in(root);
    }
    for name in ["title", "formTitle", "formName", "name"] {
        if let Some(title) = content.get_mut(name) {
            entries.put_in(title);
        }
    }
    let unused_texts = entries.unused();
    Definition { file, id, content, roots, pages: count, connects, unused_texts }
}

fn texts_of(object: &Map<String, Value>, entries: &mut Entries) {
    ["i18nData", "i18n"]
        .iter()
        .filter_map(|name| object.get(*name))
        .for_each(|list| entries.add(list));
}

fn form_id(object: &Map<String, Value>) -> Option<String> {
    ["formUuid", "id"]
        .iter()
        .find_map(|name| object.get(*name)?.as_str())
        .filter(|id| id.starts_with("FORM-"))
        .map(str::to_owned)
}

/// Whether a property holds an id of the other platform: `fieldId`, `cspId`, `formUuid`, `__sid__`.
fn names_id(name: &str) -> bool {
    let name = name.trim_end_matches('_').to_ascii_lowercase();
    name.ends_with("id") || matches!(name.as_str(), "apptype" | "classname" | "processcode")
}

/// All ids that stand in the definitions.
pub(super) fn foreign_ids(definitions: &[Definition]) -> Foreign {
    let mut foreign = Foreign::new();
    for definition in definitions {
        foreign.extend(definition.id.clone());
        definition.roots.iter().for_each(|root| collect(root, &mut foreign));
        definition.content.values().for_each(|value| collect(value, &mut foreign));
    }
    foreign
}

fn collect(value: &Value, foreign: &mut Foreign) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, foreign)),
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(id) if names_id(name) && is_id(id) => {
                        foreign.insert(id.to_owned());
                    }
                    Some(_) => {}
                    None => collect(value, foreign),
                }
            }
        }
        _ => {}
    }
}

/// An id, rather than a word that happens to stand in its place.
fn is_id(text: &str) -> bool {
    (8..=100).contains(&text.len())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
