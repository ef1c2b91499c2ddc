//! From bytes to a form definition, whatever it is wrapped in.

use serde_json::{Map, Value, error::Category};

use super::{problems, texts::Foreign};
use crate::problem::Problem;

/// A form definition as it was read.
pub(super) struct Definition {
    /// The file's name, fit to be shown.
    pub file: String,
    /// The form's id on the other platform.
    pub id: Option<String>,
    /// What holds the pages: scripts, settings.
    pub content: Map<String, Value>,
    /// The roots of the component trees.
    pub roots: Vec<Value>,
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
const WRAPPERS: &[&str] = &["content", "data", "result", "schema", "formSchema", "body"];

/// Reads one file.
pub(super) fn definition(name: &str, bytes: &[u8]) -> Result<Definition, Problem> {
    let file = problems::file_name(name);
    if bytes.len() > super::BYTES_LIMIT {
        return Err(problems::too_large(&file));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value =
        unwrap_string(serde_json::from_slice(bytes).map_err(|e| refusal(&file, &e))?, &file)?;
    if !value.is_object() && !value.is_array() {
        return Err(problems::not_a_form(&file));
    }
    let failed = value.get("success") == Some(&Value::Bool(false));
    match content(value, 0, &file)? {
        Some(content) => Ok(from_content(file, content)),
        None if failed => Err(problems::failed_answer(&file)),
        None => Err(problems::not_a_form(&file)),
    }
}

fn refusal(file: &str, error: &serde_json::Error) -> Problem {
    // The parser has no code of its own for this.
    if error.classify() == Category::Syntax && error.to_string().starts_with("recursion limit") {
        return problems::too_deep(file);
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

/// The object that holds pages or a component tree.
fn content(value: Value, depth: u8, file: &str) -> Result<Option<Map<String, Value>>, Problem> {
    let value = match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[', '"']) => {
            unwrap_string(Value::String(text), file)?
        }
        other => other,
    };
    match value {
        Value::Array(items) => {
            let first = items.into_iter().next();
            first.filter(|_| depth < 6).map_or(Ok(None), |first| content(first, depth + 1, file))
        }
        Value::Object(object) if is_content(&object) => Ok(Some(object)),
        Value::Object(mut object) if depth < 6 => {
            let wrapped = WRAPPERS.iter().find_map(|name| object.remove(*name));
            wrapped.map_or(Ok(None), |inner| content(inner, depth + 1, file))
        }
        _ => Ok(None),
    }
}

fn is_content(object: &Map<String, Value>) -> bool {
    ["pages", "componentsTree"].iter().any(|name| object.get(*name).is_some_and(Value::is_array))
        || object.get("componentName").is_some_and(Value::is_string)
}

fn from_content(file: String, mut content: Map<String, Value>) -> Definition {
    let mut roots = Vec::new();
    let mut id = form_id(&content);
    if let Some(Value::Array(pages)) = content.remove("pages") {
        for page in pages {
            let Value::Object(mut page) = page else { continue };
            id = id.or_else(|| form_id(&page));
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
    Definition { file, id, content, roots }
}

fn form_id(object: &Map<String, Value>) -> Option<String> {
    ["formUuid", "id"]
        .iter()
        .find_map(|name| object.get(*name)?.as_str())
        .filter(|id| id.starts_with("FORM-"))
        .map(str::to_owned)
}

/// Properties that hold ids of the other platform.
const ID_PROPERTIES: &[&str] = &[
    "id",
    "fieldId",
    "sid",
    "__sid",
    "__sid__",
    "formUuid",
    "appType",
    "corpId",
    "mainFieldId",
    "subFieldId",
    "ruleId",
    "instanceFieldId",
    "className",
    "processCode",
    "formInstId",
    "uuid",
];

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
                    Some(id) if ID_PROPERTIES.contains(&name.as_str()) && is_id(id) => {
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
